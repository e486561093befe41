#include "engine/daemon/orphan.h"

#include <poll.h>
#include <signal.h>

#include <cerrno>
#include <chrono>

#include "engine/daemon/start_kit.h"
#include "engine/daemon/status_file.h"
#include "engine/os/files.h"
#include "engine/runtime/monitor_link.h"

namespace glassdock::daemon {
namespace {

// A monitor's teardown waits for a cgroup for less than one second (launcher/cgroups.cpp).
constexpr std::chrono::milliseconds teardown_time{2000};

bool ends_within(const UniqueFd& pidfd, std::chrono::milliseconds time) {
  pollfd wait{pidfd.get(), POLLIN, 0};
  int ready;
  while ((ready = ::poll(&wait, 1, static_cast<int>(time.count()))) < 0 && errno == EINTR) {
  }
  return ready > 0;
}

}  // namespace

bool Orphan::signal(int number) const {
  if (process) return signal_process(process, number);
  return number == SIGKILL && signal_process(monitor, SIGKILL);
}

void Orphan::finish() const {
  if (ends_within(monitor, teardown_time)) return;
  signal_process(monitor, SIGKILL);
  ends_within(monitor, teardown_time);
}

std::shared_ptr<Orphan> find_orphan(const std::filesystem::path& folder) {
  UniqueFd monitor = runtime::open_monitor(folder);
  if (!monitor || ends_within(monitor, teardown_time)) return nullptr;
  auto orphan = std::make_shared<Orphan>();
  orphan->monitor = std::move(monitor);
  auto record = parse_status_file(os::try_read_file(folder / status_file).value_or(std::string()));
  if (record) orphan->executed_ns = record->executed_ns;
  if (record && !record->ended) orphan->process = open_process(record->pid, record->start_time);
  return orphan;
}

}  // namespace glassdock::daemon
