#include "tests/bench/engine_side.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <malloc.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include <set>
#include <thread>

#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/content/reference.h"
#include "engine/glassdockd/engine.h"
#include "engine/glassdockd/engine_lock.h"
#include "engine/http/socket.h"
#include "engine/os/files.h"
#include "engine/plan/parts.h"
#include "engine/runtime/keeper.h"
#include "engine/trace/json.h"
#include "tests/bench/racers.h"

namespace glassdock::bench {
namespace {

namespace fs = std::filesystem;

constexpr int nobody = -1;  // no client's socket to look at

std::int64_t realtime_ns() {
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  return static_cast<std::int64_t>(now.tv_sec) * 1'000'000'000 + now.tv_nsec;
}

// As a client of the event stream: takes the events and writes each as a line.
class Watcher {
 public:
  Watcher(daemon::Service& service, bool evidence)
      : service_(service), subscription_(service.subscribe(evidence)), thread_([this] { read(); }) {}
  ~Watcher() {
    service_.tracer().unsubscribe(subscription_);
    subscription_->close();
    thread_.join();
  }

 private:
  void read() {
    UniqueFd sink(::open("/dev/null", O_WRONLY | O_CLOEXEC));
    while (!subscription_->closed()) {
      auto event = subscription_->next(std::chrono::milliseconds(1000));
      if (!event) continue;
      std::string line = trace::to_json_line(*event);
      if (::write(sink.get(), line.data(), line.size()) < 0) return;
    }
  }

  daemon::Service& service_;
  std::shared_ptr<trace::Subscription> subscription_;
  std::thread thread_;
};

// What main() of glassdockd puts together, in the same order.
class EngineSide {
 public:
  EngineSide(DaemonOptions options) : lock_(options.data), host_(plan::probe_host(options.data.string())) {
    plan::prepare_cgroups(host_);
    privileges_ = runtime::enter_keeper(options.data, lock_.path());
    plan::probe_ids(host_);
    UniqueFd socket = http::listen_unix(options.socket);
    auto launcher = runtime::LauncherLink::start(options.data);
    engine_.emplace(options, privileges_, host_, std::move(launcher), std::move(socket));
    service().images().pull(content::Reference::parse("alpine"), std::nullopt, caller_.context,
                            [](const daemon::PullProgress&) {});
  }
  ~EngineSide() {
    // It would outlive the engine, as containers do.
    if (!box_.empty()) service().remove(box_, true, caller_);
    engine_.reset();
    plan::remove_cgroups(host_);
  }

  daemon::Service& service() { return engine_->service(); }
  const plan::Host& host() const { return host_; }

  std::string create(std::vector<std::string> command = {"true"}) {
    daemon::CreateRequest request;
    request.config.image = "alpine";
    request.config.command = std::move(command);
    request.config.network_mode = "default";
    return service().create(request, caller_).id;
  }

  std::string race(const std::string& id, char mode) {
    std::optional<Watcher> watcher;
    if (mode != '.') watcher.emplace(service(), mode == 'v');
    std::int64_t begin = realtime_ns();
    service().start(id, {{&service().tracer()}, nullptr}, nobody);
    std::int64_t started = realtime_ns();
    service().wait(id, daemon::WaitCondition::not_running, -1, [] {});
    auto container = service().find(id);
    std::string text(trim(os::read_file(container->folder / daemon::status_file)));
    std::vector<std::string> last = split(text.substr(text.rfind('\n') + 1), ' ');
    if (last.size() < 3 || last[0] != "exited" || last[1] != "0") {
      throw Error(ErrorKind::internal, "the container's status file ends with: " + join(last, " "));
    }
    service().remove(id, false, caller_);
    auto stored = static_cast<std::int64_t>(parse_number(last.back()).value_or(0));
    return fmt::format("{} {}", stored - begin, started - begin);
  }

  // A container that stays, for commands in it: "PID:ID", its first process and its name in the cgroups.
  std::string start_box() {
    box_ = create({"sleep", "100000"});
    service().start(box_, {{&service().tracer()}, nullptr}, nobody);
    return fmt::format("{}:{}", service().containers().status(*service().find(box_)).pid, box_);
  }

  std::string race_exec() {
    daemon::Execs& execs = service().execs();
    daemon::ExecConfig command;
    command.arguments = {"true"};
    const std::int64_t begin = monotonic_ns();
    const std::string id = execs.create(box_, command);
    execs.start(id, caller_, {}, {});
    const std::int64_t took = monotonic_ns() - begin;
    while (!execs.inspect(id).exit_code) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    return fmt::format("{}", took);
  }

 private:
  EngineLock lock_;
  plan::Host host_;
  runtime::Privileges privileges_;
  std::optional<Engine> engine_;
  daemon::Caller caller_;
  std::string box_;
};

std::string floor_words(EngineSide& engine, const fs::path& work) {
  const plan::Host& host = engine.host();
  daemon::Service& service = engine.service();
  fs::path folder = work / "floor";
  os::make_folders(folder);
  const auto write = [&](const char* name, std::string_view bytes) {
    os::write_file_atomically(os::real_system(), folder / name, bytes, 0644);
    return (folder / name).string();
  };
  auto image = service.images().get("alpine", {});
  std::vector<std::string> layers;
  for (auto layer : image->layers)
    layers.insert(layers.begin(), (work / "data/layers" / std::to_string(layer)).string());
  std::vector<std::string> words = {"work=" + folder.string(), "lower=" + join(layers, ":")};
  words.push_back("hosts=" + write("hosts", "127.0.0.1 localhost\n"));
  words.push_back("hostname=" + write("hostname", "floor\n"));
  words.push_back("resolv=" + write("resolv.conf", "nameserver 127.0.0.1\n"));
  words.push_back("seccomp=" + write("seccomp", plan::SeccompProgram().bytes()));
  words.push_back("unified=" + host.unified_folder);
  if (host.cgroups == plan::CgroupLayout::v2) {
    words.push_back("v2=1");
    words.push_back("device-filter=" + write("device-filter", plan::device_filter()));
  }
  std::set<std::string> done;
  for (const auto& [controller, name] : host.cgroup_mounts) {
    if (done.insert(name).second) words.push_back("v1=" + name + ":" + host.cgroup_folders.at(controller));
  }
  return join(words, "\t");
}

}  // namespace

int serve_engine(const fs::path& work, const fs::path& hub_images) {
  ::mallopt(M_ARENA_MAX, 2);
  ::signal(SIGPIPE, SIG_IGN);
  DaemonOptions options;
  os::make_folders(work / "data");
  options.data = fs::canonical(work / "data");
  options.socket = options.data / "engine.sock";
  options.hub_images = hub_images;
  EngineSide engine(options);
  fmt::print("{}\tbox={}\n", floor_words(engine, work), engine.start_box());
  std::fflush(stdout);
  std::string id = engine.create();
  char mode = 0;
  while (::read(0, &mode, 1) == 1) {
    std::string answer = mode == 'x' ? engine.race_exec() : engine.race(id, mode);
    if (mode != 'x') id = engine.create();  // before the answer, so that it disturbs nobody's time
    fmt::print("{}\n", answer);
    std::fflush(stdout);
  }
  return 0;
}

}  // namespace glassdock::bench
