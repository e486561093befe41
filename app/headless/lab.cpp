#include "app/headless/lab.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <deque>
#include <mutex>
#include <thread>

#include "app/headless/container_terminal.h"
#include "app/headless/terminal.h"
#include "app/lessons/lab_contents.h"
#include "app/terminal/process.h"
#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/client/calls.h"
#include "engine/client/spawn.h"
#include "engine/os/files.h"
#include "engine/os/find_program.h"

namespace glassdock::headless {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view label_key = "org.glassdock.lesson";
constexpr std::size_t chunk = 64 * 1024;
constexpr std::size_t most_output = 1024 * 1024;  // that conditions look at, of one step

terminal::Size size_of_terminal() {
  const client::TerminalSize size = terminal_size();
  // Where there is none: wide enough that tables stay in their lines.
  constexpr terminal::Size without_terminal{50, 200};
  return size.columns == 0 ? without_terminal : terminal::Size{size.rows, size.columns};
}

// Often enough to see that a limit is over, and that a command has printed its prompt and is quiet.
int timeout_ms(bool looks) {
  constexpr int often = 200, never = -1;
  return looks ? often : never;
}

// Types into a command as somebody who reads what it prints: a line each time it has printed something and is quiet.
class Typist {
 public:
  explicit Typist(const std::vector<std::string>& lines) : lines_(lines) {}

  bool has_more() const { return !lines_.empty() && next_ <= lines_.size(); }
  void quiet(terminal::Process& process, std::size_t printed) {
    if (!has_more() || printed == seen_) return;
    seen_ = printed;
    constexpr std::string_view end_of_input = "\x04";  // Ctrl-D
    process.write(next_ == lines_.size() ? std::string(end_of_input) : lines_[next_] + "\r");
    ++next_;
  }

 private:
  const std::vector<std::string>& lines_;
  std::size_t next_ = 0;
  std::size_t seen_ = 0;  // bytes that it had printed when something was last typed
};

}  // namespace

// A run's stream, read by a thread of its own.
class Lab::Watched {
 public:
  struct AtGateNow {
    trace::Event event;
    client::Held held;
  };

  Watched(const fs::path& socket, const std::vector<std::string>& gates)
      : glass_(socket),
        stream_(
            glass_.open_run({.mode = gates.empty() ? client::RunMode::run : client::RunMode::hold, .holds = gates})),
        news_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    if (!news_) throw Error::from_errno(errno, "eventfd", "for the gates");
    thread_ = std::thread([this] { read(); });
  }
  ~Watched() {
    stream_.shut_down();
    if (thread_.joinable()) thread_.join();
  }
  Watched(const Watched&) = delete;
  Watched& operator=(const Watched&) = delete;

  const std::string& run() const { return stream_.run(); }
  int news() const { return news_.get(); }  // readable when a gate is held

  std::optional<AtGateNow> take_held() {
    eventfd_t count = 0;
    ::eventfd_read(news_.get(), &count);
    const std::lock_guard lock(mutex_);
    if (held_.empty()) return std::nullopt;
    AtGateNow first = std::move(held_.front());
    held_.pop_front();
    if (!held_.empty()) ::eventfd_write(news_.get(), 1);
    return first;
  }
  void release(const client::Held& held) {
    try {
      glass_.release(run(), held.id);
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::not_found) throw;  // its process has died meanwhile
    }
  }
  // All that was told of it so far.
  std::vector<trace::Event> told() {
    const std::lock_guard lock(mutex_);
    return events_;
  }
  // Nothing more will be asked of the run: all that was told of it.
  std::vector<trace::Event> finish() {
    glass_.finish(run());
    thread_.join();
    return std::move(events_);
  }

 private:
  void read() try {
    bool live = false;
    while (auto line = stream_.next()) {
      if (std::holds_alternative<client::BaselineEnd>(*line)) live = true;
      auto* event = std::get_if<trace::Event>(&*line);
      if (!event || !live) continue;
      const std::lock_guard lock(mutex_);
      if (const auto held = client::held_by(*event)) {
        held_.push_back({*event, *held});
        ::eventfd_write(news_.get(), 1);
      }
      events_.push_back(std::move(*event));
    }
  } catch (const Error&) {
    // The engine has died: what it told so far is all there is, and the next call says so.
  }

  client::Glass glass_;
  client::GlassStream stream_;
  UniqueFd news_;
  std::mutex mutex_;
  std::vector<trace::Event> events_;
  std::deque<AtGateNow> held_;
  std::thread thread_;
};

Lab::Lab(client::Place place, LabKind kind, Played played, fs::path folder)
    : place_(std::move(place)),
      kind_(kind),
      played_(std::move(played)),
      scope_{kind == LabKind::own ? std::string() : fmt::format("{}={}", label_key, played_.id)},
      engine_(place_.socket),
      folder_(std::move(folder)),
      shell_(terminal::Programs::beside(os::program_folder()), folder_),
      looks_(terminal::Programs::beside(os::program_folder()), folder_) {
  make_shells();
  reach();
}

// In an empty folder, without what earlier lines have set.
void Lab::make_shells() {
  os::remove_tree(folder_);
  os::make_folders(folder_);
  for (terminal::Shell* shell : {&shell_, &looks_}) {
    *shell = terminal::Shell(terminal::Programs::beside(os::program_folder()), folder_);
    shell->set_variable("GLASSDOCK_SOCKET", place_.socket.native());
    if (!scope_.label.empty()) shell->set_variable("GLASSDOCK_LABEL", scope_.label);
  }
}

void Lab::reach() {
  client::ensure_engine(place_, client::find_engine_program());
}

int Lab::carry_out(terminal::Shell& shell, const std::string& line, bool show, Watched* watched, const Showing& showing,
                   std::string& output) {
  terminal::Process process(shell.launch(line, size_of_terminal()));
  const bool typed_into = show && ::isatty(STDIN_FILENO) == 1;
  std::optional<ContainerTerminal> keys;
  const auto take_keys = [&] {
    if (typed_into) keys.emplace(true, [](client::TerminalSize) {});
  };
  take_keys();
  using Clock = std::chrono::steady_clock;
  const Clock::time_point begin = Clock::now();
  Typist typist(showing.inside);
  bool runs = true;
  while (runs) {
    pollfd waits[] = {{process.output_fd(), static_cast<short>(POLLIN | (process.unsent_bytes() > 0 ? POLLOUT : 0)), 0},
                      {process.end_fd(), POLLIN, 0},
                      {watched ? watched->news() : -1, POLLIN, 0},
                      {typed_into ? STDIN_FILENO : -1, POLLIN, 0}};
    const bool looks = showing.limit.count() != 0 || typist.has_more();
    const int news = ::poll(waits, std::size(waits), timeout_ms(looks));
    if (news < 0 && errno != EINTR) throw Error::from_errno(errno, "poll", line);
    if (news == 0) typist.quiet(process, output.size());
    if (showing.limit.count() != 0 && Clock::now() - begin > showing.limit) {
      throw Error(ErrorKind::cancelled, fmt::format("\"{}\" did not end within {} s", line, showing.limit.count()));
    }
    runs = waits[1].revents == 0;
    process.flush();
    std::string printed;
    process.read(printed, chunk);
    if (show) write_out(STDOUT_FILENO, printed);
    if (output.size() < most_output) output += printed;
    if (waits[3].revents != 0) {
      std::array<char, 4096> typed;
      const ssize_t got = ::read(STDIN_FILENO, typed.data(), typed.size());
      if (got > 0) process.write({typed.data(), static_cast<std::size_t>(got)});
    }
    if (waits[2].revents == 0) continue;
    while (const auto now = watched->take_held()) {
      keys.reset();
      if (showing.at_gate) showing.at_gate(now->event, now->held);
      watched->release(now->held);
      take_keys();
    }
  }
  std::string rest;
  process.read(rest, chunk);
  if (show) write_out(STDOUT_FILENO, rest);
  output += rest;
  keys.reset();
  const auto exit = process.exit();
  shell.finished();
  return exit ? exit->code : -1;
}

void Lab::run(const std::string& line, const std::vector<std::string>& gates, const Showing& showing,
              lessons::Observed& observed) {
  reach();
  Watched watched(place_.socket, gates);
  shell_.set_variable("GLASSDOCK_RUN", watched.run());
  std::string output;
  const lessons::Observed before = observed;
  const auto add = [&](std::vector<trace::Event> events) {
    observed.output = before.output + lessons::readable(output);
    observed.events = before.events;
    for (trace::Event& event : events) observed.events.push_back(std::move(event));
  };
  Showing held = showing;
  held.at_gate = [&](const trace::Event& event, const client::Held& at) {
    add(watched.told());
    observed.held = at.pid;
    if (showing.at_gate) showing.at_gate(event, at);
    observed.held = 0;
  };
  observed.exit_code = carry_out(shell_, line, showing.output, &watched, held, output);
  add(watched.finish());
}

void Lab::look(const std::string& line) {
  std::string output;
  carry_out(looks_, line, true, nullptr, {}, output);
}

void Lab::remove_containers() {
  lessons::remove_containers(engine_, scope_);
}

void Lab::reset(std::string_view what, const std::vector<std::string>& lines, std::chrono::seconds limit) {
  reach();
  make_shells();
  remove_containers();
  try {
    lessons::prepare_images(engine_, scope_, played_.images);
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::unavailable || played_.images_at.empty()) throw;
    throw Error(error.kind(), fmt::format("{}: {}", played_.images_at, error.message()), error.hint());
  }
  make(what, lines, limit);
}

void Lab::make(std::string_view what, const std::vector<std::string>& lines, std::chrono::seconds limit) {
  for (const std::string& line : lines) {
    lessons::Observed observed;
    run(line, {}, {.output = false, .at_gate = {}, .inside = {}, .limit = limit}, observed);
    if (observed.exit_code == 0) continue;
    throw Error(ErrorKind::internal,
                fmt::format("to make the lab of {}, \"{}\" ended with code {}", what, line, *observed.exit_code),
                std::string(trim(observed.output)));
  }
}

client::Glass Lab::glass() {
  reach();
  return client::Glass(place_.socket);
}

scenarios::Standing Lab::standing() {
  reach();
  lessons::LiveWorld world(engine_, scope_);
  scenarios::Standing standing{world.containers(), {}};
  for (const client::ImageSummary& image : engine_.images("")) {
    for (const std::string& tag : image.tags) standing.images.push_back(scenarios::typed_name(tag));
  }
  return standing;
}

std::string Lab::info() {
  reach();
  return client::info_document(engine_);
}

lessons::LiveWorld Lab::world() {
  reach();
  return {engine_, scope_};
}

lessons::Judgement Lab::judge(const lessons::Conditions& conditions, const lessons::Observed& observed,
                              lessons::Looks* looks) {
  lessons::LiveWorld world = this->world();
  if (!looks) return lessons::judge(conditions, observed, world);
  lessons::KeptWorld kept(&world, *looks);
  return lessons::judge(conditions, observed, kept);
}

lessons::Verdict Lab::judge_step(const lessons::Step& step, const lessons::Observed& observed) {
  lessons::LiveWorld world = this->world();
  return lessons::judge_step(step, observed, world);
}

}  // namespace glassdock::headless
