#include "engine/daemon/orphan.h"

#include <poll.h>
#include <signal.h>

#include <chrono>

#include "engine/base/error.h"
#include "engine/daemon/start_kit.h"
#include "engine/daemon/status_file.h"
#include "engine/os/files.h"
#include "engine/runtime/monitor_link.h"

namespace glassdock::daemon {

bool Orphan::signal(int number) const {
  if (process) return signal_process(process, number);
  return number == SIGKILL && signal_process(monitor, SIGKILL);
}

std::shared_ptr<Orphan> find_orphan(const std::filesystem::path& folder) {
  UniqueFd monitor = runtime::open_monitor(folder);
  if (!monitor) return nullptr;
  auto orphan = std::make_shared<Orphan>();
  orphan->monitor = std::move(monitor);
  auto record = parse_status_file(os::read_file_if_there(folder / status_file).value_or(std::string()));
  if (record) orphan->executed_ns = record->executed_ns;
  if (record && !record->ended) orphan->process = open_process(record->pid, record->start_time);
  if (orphan->process) orphan->pid = record->pid;
  return orphan;
}

void end_monitor(const std::filesystem::path& folder) {
  using std::chrono::steady_clock;
  constexpr std::chrono::milliseconds tick{
      10};  // it may let go of the container and live on, for a client that does not read
  const auto patience = steady_clock::now() + monitor_end_time;
  // Killed, it does nothing any more, whatever call of the kernel still keeps it.
  const auto last = patience + monitor_end_time;
  for (auto now = steady_clock::now(); now < last; now = steady_clock::now()) {
    UniqueFd monitor;
    try {
      monitor = runtime::open_monitor(folder);
      if (!monitor) return;
    } catch (const Error&) {  // perhaps a descriptor is free a moment later
      if (now + tick >= last) throw;
    }
    if (now >= patience) signal_process(monitor, SIGKILL);
    pollfd end{monitor.get(), POLLIN, 0};
    ::poll(&end, 1, static_cast<int>(tick.count()));
  }
}

void end_container(const std::filesystem::path& folder) {
  auto record = parse_status_file(os::read_file_if_there(folder / status_file).value_or(std::string()));
  if (record && !record->ended) signal_process(open_process(record->pid, record->start_time), SIGKILL);
  end_monitor(folder);
}

}  // namespace glassdock::daemon
