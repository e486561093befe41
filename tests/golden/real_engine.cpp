#include "tests/golden/real_engine.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <thread>

#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/http/client.h"
#include "tests/support/places.h"
#include "tests/support/private_mounts.h"
#include "tests/support/reachable_programs.h"
#include "tests/support/sanitizers.h"
#include "tests/support/start_lab.h"

namespace fs = std::filesystem;

namespace glassdock::golden {
namespace {

// Root's tests have their mounts to themselves until their program ends: those that others make or remove meanwhile
// are no test's affair.
class OwnMounts : public ::testing::Environment {
 public:
  void SetUp() override {
    if (::geteuid() == 0) tests::have_own_mounts();
  }
};
[[maybe_unused]] const ::testing::Environment* const own_mounts = ::testing::AddGlobalTestEnvironment(new OwnMounts);

std::string program_of(Owner owner, const char* name) {
  const fs::path built = program_path("");
  return ((owner == Owner::self ? built : testing::programs_for_others(built)) / name).string();
}

constexpr char setpriv[] = "/usr/bin/setpriv";

void add_differences(std::string& out, const char* what, std::vector<std::string> before,
                     std::vector<std::string> after) {
  std::sort(before.begin(), before.end());
  std::sort(after.begin(), after.end());
  std::vector<std::string> gone, come;
  std::set_difference(before.begin(), before.end(), after.begin(), after.end(), std::back_inserter(gone));
  std::set_difference(after.begin(), after.end(), before.begin(), before.end(), std::back_inserter(come));
  for (const std::string& one : gone) out += fmt::format("gone: {} {}\n", what, one);
  for (const std::string& one : come) out += fmt::format("left behind: {} {}\n", what, one);
}

std::string name_of(const std::string& pid) {
  return std::string(trim(os::try_read_file("/proc/" + pid + "/comm").value_or("")));
}

// All below the engine's folder, save what a database keeps beside itself.
std::vector<std::string> files_below(const fs::path& folder) {
  std::vector<std::string> files;
  std::error_code ignored;
  for (fs::recursive_directory_iterator i(folder, ignored), end; i != end; i.increment(ignored)) {
    const std::string name = i->path().filename().string();
    // The database's own, and what a client makes that finds no engine and starts one.
    if (starts_with(name, "glassdock.db") || name == "engine.log" || name == "s.lock") continue;
    if (name == "init") continue;  // the first --init leaves it for all that follow
    files.push_back(i->path().string().substr(folder.string().size() + 1));
  }
  return files;
}

}  // namespace

std::string difference(const Traces& before, const Traces& after) {
  std::string out;
  add_differences(out, "mount", before.mounts, after.mounts);
  add_differences(out, "cgroup", before.cgroups, after.cgroups);
  add_differences(out, "process", before.processes, after.processes);
  add_differences(out, "file", before.files, after.files);
  return out;
}

std::string RealEngine::missing(Owner owner) {
  if (owner == Owner::self) return {};
  if (const char* why = tests::no_user_namespace()) return why;
  if (owner != Owner::ordinary_user && !DelegatedCgroup::missing().empty()) return DelegatedCgroup::missing();
  if (::geteuid() != 0) return "needs root to become another user";
  if (::access(setpriv, X_OK) != 0) return "no setpriv here (package util-linux)";
  program_of(owner, "glassdock");  // found or copied here, not in some child of a test
  return {};
}

RealEngine::RealEngine(Owner owner, std::vector<std::string> options, Begin begin)
    : owner_(owner), options_(std::move(options)), folder_("/tmp", "glassdock-golden.") {
  if (owner_ != Owner::self && ::chown(folder().c_str(), ordinary_id, ordinary_id) != 0) {
    throw std::runtime_error("cannot give " + folder().string() + " away");
  }
  if (owner_ == Owner::delegated_user || owner_ == Owner::session_user) {
    cgroup_ = std::make_unique<DelegatedCgroup>(
        ordinary_id, owner_ == Owner::session_user ? Delegation::in_a_session : Delegation::alone);
  }
  if (begin == Begin::now) start();
}

RealEngine::~RealEngine() {
  if (!daemon_) return;
  for (const std::string& id : split(trim(docker({"ps", "-aq"}).out), '\n')) docker({"rm", "-f", id});
  stop();
}

bool RealEngine::rootless() const {
  return owner_ != Owner::self || ::geteuid() != 0;
}

std::vector<std::string> RealEngine::as_owner(std::vector<std::string> words) const {
  if (owner_ == Owner::self) return words;
  const std::string id = std::to_string(ordinary_id);
  words.insert(words.begin(),
               {setpriv, "--reuid", id, "--regid", id, "--clear-groups", "/usr/bin/env", "HOME=" + folder().string()});
  return words;
}

std::vector<std::string> RealEngine::command(std::vector<std::string> words) const {
  words.insert(words.begin(),
               {program_of(owner_, "glassdock"), "--data", data().string(), "--socket", socket().string()});
  return as_owner(std::move(words));
}

Outcome RealEngine::docker(std::vector<std::string> words) const {
  words.insert(words.begin(), "docker");
  return glassdock(std::move(words));
}

Outcome RealEngine::docker_in(const std::string& run, std::vector<std::string> words) const {
  words.insert(words.begin(), {"/usr/bin/env", "GLASSDOCK_RUN=" + run, program_of(owner_, "glassdock"), "--data",
                               data().string(), "--socket", socket().string(), "docker"});
  return testing::run(as_owner(std::move(words)));
}

std::string RealEngine::post(const std::string& path, const std::string& body) const {
  http::Client client = http::Client::connect_unix(socket());
  http::Response answer = client.request("POST", path, {{"Content-Type", "application/json"}}, body);
  std::string text = answer.read_body();
  if (answer.status() >= 400) throw std::runtime_error(fmt::format("{}: {}", path, text));
  return text;
}

std::unique_ptr<Program> RealEngine::spawn(const fs::path& socket) const {
  std::vector<std::string> words = {program_of(owner_, "glassdockd"), "--data", data().string(), "--socket",
                                    socket.string()};
  words.insert(words.end(), options_.begin(), options_.end());
  words = as_owner(std::move(words));
  return std::make_unique<Program>(cgroup_ ? cgroup_->command(std::move(words)) : std::move(words));
}

void RealEngine::start() {
  daemon_ = spawn(socket());
  if (daemon_->wait_for_out("ready on ")) return;
  std::string said = daemon_->finish().err;
  daemon_.reset();
  throw std::runtime_error("glassdockd does not start: " + said);
}

Outcome RealEngine::refused_start(const fs::path& socket) const {
  std::unique_ptr<Program> program = spawn(socket);
  if (program->wait_for_out("ready on ")) program->send_signal(SIGTERM);
  return program->finish();
}

void RealEngine::kill() {
  daemon_.reset();
}

Outcome RealEngine::stop() {
  daemon_->send_signal(SIGTERM);
  return wait_for_end();
}

Outcome RealEngine::wait_for_end() {
  Outcome outcome = daemon_->finish();
  daemon_.reset();
  return outcome;
}

Traces RealEngine::traces() const {
  const support::Leftovers left = support::count_leftovers(plan::probe_host(data().string()), rootless() ? pid() : 0);
  Traces traces{left.mounts, cgroup_ ? cgroup_->below() : left.cgroups, {}, files_below(folder())};
  for (const std::string& pid : left.processes) {
    if (std::string name = name_of(pid); !name.empty()) traces.processes.push_back(std::move(name));
  }
  std::sort(traces.processes.begin(), traces.processes.end());
  std::sort(traces.files.begin(), traces.files.end());
  return traces;
}

// Until they are the same or the time is over.
std::string RealEngine::settled_difference(const Traces& before, bool with_files) const {
  constexpr int tries = 200;
  std::string left;
  for (int i = 0; i < tries; ++i) {
    Traces now = traces();
    if (!with_files) now.files = before.files;
    left = difference(before, now);
    if (left.empty()) return {};
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  return left;
}

Outcome step(const RealEngine& engine, std::vector<std::string> docker_words, const Watch& watch) {
  client::Glass glass(engine.socket()), control(engine.socket()), last(engine.socket());
  // The command's own, as the studio's terminal has it: it bears a span.
  client::GlassStream stream = glass.open_run({client::RunMode::step, {}, true, false});
  if (watch.on_run) watch.on_run(stream.span());
  Outcome outcome;
  std::thread command;
  bool leave = false;
  try {
    while (!leave) {
      std::optional<client::GlassLine> line = stream.next();
      if (!line) break;
      if (std::holds_alternative<client::BaselineEnd>(*line)) {
        command = std::thread([&] {
          outcome = engine.docker_in(stream.run(), docker_words);
          try {
            last.finish(stream.run());
          } catch (const std::exception&) {
            // The run went with its engine: the stream has ended as well.
          }
        });
      }
      const auto* event = std::get_if<trace::Event>(&*line);
      if (!event) continue;
      if (watch.on_event) watch.on_event(*event);
      std::optional<client::Held> held = client::held_by(*event);
      if (!held) continue;
      if (!watch.at_gate || watch.at_gate(*held)) {
        control.release(stream.run(), held->id);
      } else {
        leave = true;
      }
    }
  } catch (const Error&) {
    // The engine died, as some tests want it to.
  }
  if (leave) stream.shut_down();
  if (command.joinable()) command.join();
  return outcome;
}

}  // namespace glassdock::golden
