#include "engine/daemon/recovery.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/wait.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <optional>

#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/daemon/freezer.h"
#include "engine/daemon/names.h"
#include "engine/daemon/orphan.h"
#include "engine/daemon/start_failure.h"
#include "engine/daemon/start_kit.h"
#include "engine/daemon/status_file.h"
#include "engine/daemon/undo_cgroups.h"
#include "engine/os/files.h"

namespace fs = std::filesystem;

namespace glassdock::daemon {
namespace {

Error loss() {
  return Error(ErrorKind::start_failed, lost_text).with_exit_code(lost_code);
}

// What the monitor's line leaves out stands in the container's settings.
StartFailure failure_of(const StatusRecord& record, const ContainerConfig& config) {
  StartFailure failure{record.operation, record.error, record.object, {}, false};
  if (failure.operation == "run.exec") failure.subject = config.arguments().front();
  if (failure.operation == "isolate.user") failure.subject = config.user;
  if (failure.operation == "run.folder") failure.subject = record.object;
  return failure;
}

std::vector<fs::path> children(const fs::path& folder) {
  std::vector<fs::path> found;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder, ignored)) found.push_back(entry.path());
  return found;
}

// Whether there is something of its in the folder, and not only what its creation made.
bool was_started(const fs::path& folder) {
  auto is_written = [&](const char* name) {
    std::error_code missing;
    const fs::path path = folder / name;
    return fs::exists(path, missing) && !fs::is_empty(path);
  };
  return is_written(status_file) || is_written(log_file) || is_written("upper");
}

// Out of the way of all containers to come. Answers where it is.
fs::path set_aside(const fs::path& folder) {
  const fs::path kept = folder.parent_path() / "lost+found";
  os::make_folders(kept);
  fs::path to = kept / folder.filename();
  if (::rename(folder.c_str(), to.c_str()) != 0) throw os::write_error(errno, "keep", folder);
  return to;
}

}  // namespace

Recovery::Recovery(Parts parts)
    : parts_(parts),
      adoption_({parts.tracer, parts.containers, parts.lifecycle, parts.watch},
                [this](const ContainerPtr& container) { take_orphan_end(container); }) {}

void Recovery::recover(const Complain& complain) {
  forget_processes_of_other_boots(complain);
  std::vector<ContainerPtr> all = parts_.containers.all();
  std::erase_if(all, [](const ContainerPtr& container) { return !container->readable; });
  {
    // A removal that was cut off is done again. A full disk has kept its state from being stored.
    auto lock = parts_.containers.lock();
    for (const ContainerPtr& container : all) {
      State& state = container->status.state;
      const bool is_half = !is_alive(state) && !parts_.layers.is_whole(container->id);
      if (state == State::removing || is_half) state = State::dead;
    }
  }
  std::vector<ContainerPtr> ended;
  for (const ContainerPtr& container : all) {
    try {
      if (is_dead(*container) || !adoption_.add(container)) ended.push_back(container);
    } catch (const std::exception& fault) {
      complain(complaint(container->id, fault.what()));
    }
  }
  adoption_.begin(complain);
  for (const ContainerPtr& container : ended) {
    try {
      settle(container, {&parts_.tracer});
    } catch (const std::exception& fault) {
      complain(complaint(container->id, fault.what()));
    }
  }
  take_strays(complain);
}

// Before a process is looked at. Where no engine has said of which boot the folder is, that can't be told.
void Recovery::forget_processes_of_other_boots(const Complain& complain) {
  const std::filesystem::path file = parts_.containers.folder().parent_path() / "boot-id";
  const std::string boot = boot_id();
  const auto last = os::try_read_file(file);
  if (boot.empty() || (last && trim(*last) == boot)) return;
  for (const fs::path& folder : last ? children(parts_.containers.folder()) : std::vector<fs::path>()) {
    if (!is_container_id(folder.filename().string())) continue;
    try {
      const std::string text = os::read_file_if_there(folder / status_file).value_or(std::string());
      const auto record = parse_status_file(text);
      if (!record || record->ended) continue;
      append_status(folder, forgotten_lines(text, *record));
    } catch (const std::exception& fault) {
      complain(complaint(folder.filename().string(), fault.what()));
    }
  }
  os::write_file_atomically(parts_.system, file, boot + "\n", 0600, os::Durability::power_loss);
}

void Recovery::take_loss(const ContainerPtr& container, const std::shared_ptr<ContainerStart>& start) {
  start->signal(SIGKILL);
  if (auto freezer = Freezer::open(container->folder)) freezer->let_go();
  end_monitor(container->folder);
  start->drain();
  start->undo();
  start->leave_run();
  settle(container, start->context());
}

void Recovery::take_orphan_end(const ContainerPtr& container) {
  {
    auto lock = parts_.containers.lock();
    if (!container->orphan || container->orphan->talk == Orphan::Talk::over) return;
    container->orphan->talk = Orphan::Talk::over;
  }
  later(container, [this, container] {
    end_monitor(container->folder);
    settle(container, {&parts_.tracer});
  });
}

void Recovery::later(const ContainerPtr& container, std::function<void()> job) {
  worker_.add([container, job = std::move(job)] {
    try {
      job();
    } catch (const std::exception& fault) {
      std::fprintf(stderr, "glassdockd: the end of container %.12s could not be taken: %s\n", container->id.c_str(),
                   fault.what());
    }
  });
}

// No monitor speaks for it any more: what its status file says is final.
void Recovery::settle(const ContainerPtr& container, const trace::Context& context) {
  parts_.lifecycle.undo_leftovers(*container);
  if (is_dead(*container)) {  // its end was known before it was taken apart; its monitor may not be gone yet
    end_monitor(container->folder);
  } else {
    take_status_file(container, context);
  }
  bool goes = false;
  {
    auto lock = parts_.containers.lock();
    // One of --rm that is being restarted stays, as with any other end.
    const bool is_over = container->config.auto_remove && container->restarts == 0 && !is_active(*container);
    goes = container->status.state == State::dead || is_over;
  }
  if (goes) parts_.lifecycle.remove_stopped(container, {&parts_.tracer, nullptr, context.span});
}

bool Recovery::is_dead(const Container& container) const {
  auto lock = parts_.containers.lock();
  return container.status.state == State::dead;
}

void Recovery::take_status_file(const ContainerPtr& container, const trace::Context& context) {
  auto text = os::read_file_if_there(container->folder / status_file);
  const auto record = parse_status_file(text.value_or(std::string()), [&](std::string_view line) {
    std::fprintf(stderr, "glassdockd: the status file of container %.12s has a line that was cut short: \"%.*s\"\n",
                 container->id.c_str(), static_cast<int>(line.size()), line.data());
  });
  Status before;
  std::optional<Ending> told;
  bool in_hand = false;  // a start that this daemon saw, and nobody has answered for yet
  {
    auto lock = parts_.containers.lock();
    before = container->status;
    in_hand = container->work == Work::starting;
    told = container->told_end;
  }
  const bool was_alive = has_processes(before.state);
  if (!was_alive && !in_hand) {
    if (!record) return;
    // Ended, and perhaps recorded; a start and an end that were not are recorded now.
    if (record->failed ? !before.error.empty() : record->ended && before.finished_ns >= record->ended_ns) return;
  }
  if (record && record->failed) {
    parts_.lifecycle.start_failed(container, to_error(failure_of(*record, container->config)), context.span);
    return;
  }
  // With process 1 the kernel ends all others of its pid namespace.
  if (record && !record->ended) signal_process(open_process(record->pid, record->start_time), SIGKILL);
  if (!was_alive && (!record || (!record->ended && record->executed_ns == 0))) {  // it died before the command
    parts_.lifecycle.start_failed(container, loss(), context.span);
    return;
  }
  if (!was_alive) {
    auto lock = parts_.containers.lock();
    parts_.lifecycle.started_locked(*container, record->pid, record->executed_ns);
  }
  Ending ending{lost_code, SIGKILL, false, lost_text};
  if (record && record->ended) {
    ending = to_ending(record->wait_status, record->oom_kills > 0, record->ended_ns);
  } else {
    // Its monitor may have told the end to this daemon and not to its disk.
    ending.finished_ns = realtime_ns();
    if (told) ending = *told;
    record_end(*container, ending);
  }
  parts_.lifecycle.ended(container, context, ending, Lifecycle::After::now);
}

// Where the monitor did not come to it, the daemon writes the end, so that no later daemon takes it for a new one.
void Recovery::record_end(const Container& container, const Ending& ending) noexcept {
  try {
    const int wait_status = ending.signal != 0 ? ending.signal : W_EXITCODE(ending.exit_code, 0);
    const std::string before = os::read_file_if_there(container.folder / status_file).value_or(std::string());
    append_status(container.folder, exited_line(before, wait_status, ending.finished_ns));
  } catch (const std::exception& fault) {
    std::fprintf(stderr, "glassdockd: the end of container %.12s could not be written: %s\n", container.id.c_str(),
                 fault.what());
  }
}

void Recovery::append_status(const fs::path& folder, const std::string& lines) {
  const fs::path path = folder / status_file;
  UniqueFd file(
      parts_.system.openat(AT_FDCWD, path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!file) throw os::write_error(errno, "open", path);
  os::write_all(parts_.system, file.get(), lines, path);
}

// Containers without a record: a creation that was cut off, or those of a database that was lost, or that is older than
// they are. Nobody knows them any more, and nobody could end or remove them; but what they wrote is not ours to
// destroy.
void Recovery::take_strays(const Complain& complain) {
  auto is_stray = [&](const fs::path& folder) {
    const std::string id = folder.filename();
    return is_container_id(id) && !parts_.containers.knows(id);
  };
  for (const fs::path& folder : children(parts_.containers.folder())) {
    if (!is_stray(folder)) continue;
    try {
      end_container(folder);
      remove_container_cgroups(folder, parts_.host);
      if (was_started(folder)) {
        complain(complaint(
            folder.filename().string(),
            fmt::format("no record of it is left; it is ended, and its files are in {}, without its image's layers",
                        set_aside(folder).string())));
      } else {
        os::remove_tree(folder);
      }
    } catch (const std::exception& fault) {
      complain(complaint(folder.filename().string(), fault.what()));
    }
  }
  for (const fs::path& parent : cgroup_parents(parts_.host)) {
    for (const fs::path& cgroup : children(parent)) {
      if (is_stray(cgroup)) remove_cgroup(cgroup);
    }
  }
}

}  // namespace glassdock::daemon
