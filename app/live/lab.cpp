#include "app/live/lab.h"

#include <fmt/format.h>
#include <poll.h>
#include <pthread.h>

#include <cerrno>
#include <iterator>
#include <utility>

#include "app/lessons/lab_contents.h"
#include "app/terminal/process.h"
#include "app/terminal/shell.h"
#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/client/calls.h"
#include "engine/client/spawn.h"
#include "engine/os/files.h"
#include "engine/os/find_program.h"

namespace glassdock::live {

Lab::Lab(client::Place place, std::filesystem::path folder, std::function<void()> wake)
    : place_(std::move(place)), folder_(std::move(folder)), wake_(std::move(wake)), thread_([this] { work(); }) {}

Lab::~Lab() {
  {
    const std::lock_guard lock(mutex_);
    ends_ = true;
  }
  call_.break_off();
  changed_.notify_all();
  thread_.join();
}

LabNews Lab::take() {
  const std::lock_guard lock(mutex_);
  return std::exchange(news_, {});
}

bool Lab::ends() {
  const std::lock_guard lock(mutex_);
  return ends_;
}

void Lab::order(Job job) {
  {
    const std::lock_guard lock(mutex_);
    jobs_.push_back(std::move(job));
  }
  changed_.notify_all();
}

void Lab::work() {
  ::pthread_setname_np(::pthread_self(), "lab");
  for (;;) {
    Job next;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [&] { return ends_ || !jobs_.empty(); });
      if (ends_) return;
      next = std::move(jobs_.front());
      jobs_.pop_front();
    }
    try {
      // An engine that nobody asks for a while ends, and learners think longer.
      client::ensure_engine(place_, client::find_engine_program(), [this] { return ends(); });
      next();
    } catch (const Error& error) {
      const std::lock_guard lock(mutex_);
      news_.fault = error.what();
    }
    call_.done();
    wake_();
  }
}

void Lab::reset(std::vector<std::string> images, std::vector<std::string> lines, bool asks_info) {
  order([this, images = std::move(images), lines = std::move(lines), asks_info] {
    make_ready(images, lines);
    std::string info;
    if (asks_info) {
      client::Engine engine = call_.engine(place_.socket);
      info = client::info_document(engine);
    }
    const std::lock_guard lock(mutex_);
    news_.ready = true;
    news_.info = std::move(info);
  });
}

// `judge` is given the lab's world; what it says becomes that part of the news.
template <typename What, typename Judge>
void Lab::order_look(std::optional<What> LabNews::*part, Judge judge) {
  order([this, part, judge = std::move(judge)] {
    client::Engine engine = call_.engine(place_.socket);
    const lessons::Scope all;
    lessons::LiveWorld world(engine, all, [this] { return ends(); });
    What said = judge(world);
    const std::lock_guard lock(mutex_);
    news_.*part = std::move(said);
  });
}

void Lab::judge(lessons::Step step, lessons::Observed observed) {
  order_look(&LabNews::verdict, [step = std::move(step), observed = std::move(observed)](lessons::World& world) {
    return lessons::judge_step(step, observed, world);
  });
}

void Lab::judge(scenarios::Step step, lessons::Observed observed) {
  order_look(&LabNews::scenario_verdict,
             [step = std::move(step), observed = std::move(observed)](lessons::World& world) {
               return scenarios::judge_step(step, observed, world);
             });
}

void Lab::tell(std::vector<scenarios::Order> orders) {
  order([this, orders = std::move(orders)] {
    client::Glass glass = call_.glass(place_.socket);
    scenarios::give(orders, glass);
    const std::lock_guard lock(mutex_);
    ++news_.told;
  });
}

void Lab::judge_gate(lessons::Conditions conditions, lessons::Observed observed) {
  order_look(&LabNews::gate, [expected = std::move(conditions), observed = std::move(observed)](lessons::World& world) {
    return lessons::unmet(expected, observed, world);
  });
}

void Lab::make_ready(const std::vector<std::string>& images, const std::vector<std::string>& lines) {
  os::remove_tree(folder_);
  os::make_folders(folder_);
  client::Engine engine = call_.engine(place_.socket);
  const lessons::Scope all;
  lessons::remove_containers(engine, all);
  lessons::prepare_images(engine, all, images);
  for (const std::string& line : lines) run_quietly(line);
}

void Lab::run_quietly(const std::string& line) {
  terminal::Shell shell(terminal::Programs::beside(os::program_folder()), folder_);
  shell.set_variable("GLASSDOCK_SOCKET", place_.socket.native());
  terminal::Process process(shell.launch(line, {}));
  std::string output;
  constexpr std::size_t chunk = 64 * 1024;
  constexpr int often_ms = 200;
  for (bool runs = true; runs;) {
    pollfd waits[] = {{process.output_fd(), POLLIN, 0}, {process.end_fd(), POLLIN, 0}};
    if (::poll(waits, std::size(waits), often_ms) < 0 && errno != EINTR) throw Error::from_errno(errno, "poll", line);
    if (ends()) throw Error(ErrorKind::cancelled, "the lab is left");
    runs = waits[1].revents == 0;
    process.read(output, chunk);
  }
  const auto exit = process.exit();
  shell.finished();
  if (exit && exit->code == 0) return;
  throw Error(ErrorKind::internal,
              fmt::format("to make the lab, \"{}\" ended with code {}", line, exit ? exit->code : -1),
              std::string(trim(output)));
}

}  // namespace glassdock::live
