#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <exception>
#include <optional>
#include <source_location>

#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/daemon/log_options.h"
#include "engine/daemon/orphan.h"
#include "engine/daemon/service.h"
#include "engine/daemon/start_failure.h"

namespace glassdock::daemon {
namespace {

runtime::StartMessage start_message(const Container& container, std::chrono::milliseconds adoption) {
  runtime::StartMessage message{};
  message.version = runtime::protocol_version;
  message.adoption_ms = static_cast<std::uint32_t>(adoption.count());
  if (container.config.open_stdin) message.flags |= runtime::start_stdin;
  if (container.config.stdin_once) message.flags |= runtime::start_stdin_once;
  const LogBounds bounds = log_bounds(container.config);
  message.log_files = bounds.most_files;
  message.log_bytes = bounds.most_bytes;
  return message;
}

// Before anything is done: nobody shall take the start for docker's.
void tell_trial(const Container& container, const trace::Context& context) {
  if (!context.watched()) return;
  const std::optional<plan::Trial> trial = plan::read_trial(container.config.annotations);
  if (!trial) return;
  const auto tell = [&](std::string_view name, const char* argument, const std::string& value) {
    context.tell(trace::Stage::isolate, name, container.id, {{argument, value}});
  };
  if (!trial->left_out.empty()) tell("isolate.left-out", "operation", trial->left_out);
  if (!trial->order.empty()) tell("isolate.order", "operations", join(trial->order, ", "));
  if (!trial->layers.empty()) tell("isolate.order", "layers", fmt::format("{}", fmt::join(trial->layers, ", ")));
}

Ending ending_of(const ContainerStart& start) {
  return to_ending(start.wait_status(), start.oom_killed(), start.exited_ns());
}

}  // namespace

bool Service::start(std::string_view name, const Caller& asked, int client) {
  ContainerPtr container = find(name);
  Caller caller = asked;
  std::vector<Attachment> attachments;
  ContainerWatch watch(parts_.containers, container);
  for (;;) {
    {
      auto lock = parts_.containers.lock();
      if (container->work == Work::removed || container->work == Work::removing) {
        throw Error(ErrorKind::conflict, "container is marked for removal and cannot be started");
      }
      if (container->work == Work::creating) {
        throw Error(ErrorKind::conflict, "container is being created and cannot be started yet");
      }
      if (container->status.state == State::dead) {
        throw Error(ErrorKind::conflict, "container is marked for removal and cannot be started");
      }
      if (container->status.state == State::paused) {
        throw Error(ErrorKind::conflict, "cannot start a paused container, try unpause instead");
      }
      if (is_alive(container->status.state)) return false;
      if (claim_start_locked(*container, attachments)) {
        if (!caller.run) caller.run = container->run;
        Lifecycle::begin_by_hand_locked(*container);
        break;
      }
    }
    // Another client starts it, or one attaches.
    if (stopping_) throw stopping_error();
    if (!watch.wait(client, -1)) throw Error(ErrorKind::cancelled, "the client has gone");
  }
  // A container that was created in a run starts in it, whoever asks.
  if (caller.run && caller.context.gates != caller.run.get()) caller.context.gates = caller.run.get();
  start_claimed(container, caller, std::move(attachments));
  return true;
}

bool Service::claim_start_locked(Container& container, std::vector<Attachment>& attachments) {
  if (container.work != Work::none || container.attaching != 0) return false;
  container.work = Work::starting;
  container.given_up = false;
  attachments.swap(container.waiting);
  return true;
}

void Service::start_claimed(const ContainerPtr& container, Caller caller, std::vector<Attachment> attachments) {
  std::optional<trace::Span> span;
  std::shared_ptr<ContainerStart> start;
  try {
    // First of all the plan, so that the start's first event can say what is to come. What cannot be planned is told as
    // a start that failed.
    const std::map<std::string, int> faults = parts_.faults.take();
    std::shared_ptr<StartKit> kit;
    std::exception_ptr unplanned;
    try {
      // A new status file takes the place of the last one, and until its end is stored it is there alone.
      if (container->has_exited) parts_.containers.store_status(*container);
      parts_.kits.write_files(*container);
      kit = take_kit(*container, faults);
    } catch (...) {
      unplanned = std::current_exception();
    }
    const bool told = caller.context.watched();
    span.emplace(caller.context, trace::Stage::isolate, event_name(Move::start), container->id,
                 trace::Arguments{{"name", parts_.containers.name(*container)},
                                  {"image", container->config.image},
                                  {"command", told ? shell_line(container->config.arguments()) : std::string()},
                                  {"operations", told && kit ? start_operations(*kit) : std::string()}},
                 std::source_location::current());  // a line of the standard library would be named otherwise
    caller.context = span->context();
    if (unplanned) std::rethrow_exception(unplanned);
    tell_trial(*container, caller.context);
    start = carry_out_start(container, std::move(kit), caller, attachments, faults);
    attachments.clear();  // the monitor has its own copies, and ends them
    {
      auto lock = parts_.containers.lock();
      lifecycle_.started_locked(*container, start->pid(), start->executed_ns());
    }
    lifecycle_.store_soon(container);
    span->result("pid", static_cast<std::int64_t>(start->pid()));
    span.reset();  // its end is told before the command's
    watch_.add(container, start);
  } catch (const std::exception& fault) {  // no memory, no thread: no container stays "starting" for it
    const auto* known = dynamic_cast<const Error*>(&fault);
    const Error error = known ? *known : Error(ErrorKind::internal, fault.what());
    if (span) span->result("error", error.message());
    if (span && error.kind() == ErrorKind::start_failed) {
      span->result("exit_code", static_cast<std::int64_t>(error.exit_code()));
    }
    if (span && error.kind() == ErrorKind::cancelled) span->result("given_up", true);  // as its client wished
    if (start) {
      // A container that cannot be watched would never be seen to end: it does not stay.
      recovery_.take_loss(container, start);
    } else {
      lifecycle_.start_failed(container, error, caller.context.span);
    }
    throw;
  }
}

std::shared_ptr<ContainerStart> Service::carry_out_start(const ContainerPtr& container, std::shared_ptr<StartKit> kit,
                                                         const Caller& caller,
                                                         const std::vector<Attachment>& attachments,
                                                         const std::map<std::string, int>& faults) {
  // A launcher that dies takes its spare monitor along, and with it a start that waited there: nothing has been done
  // then, and the next launcher gets it.
  constexpr int most_tries = 2;
  for (int tries = 1;; ++tries) {
    const SentStart sent = begin_start(container, std::move(kit), caller, attachments);
    const std::shared_ptr<ContainerStart>& start = sent.start;
    std::optional<Progress> progress = follow_start(*container, sent);
    start->leave_run();
    if (progress == Progress::failed) {
      if (start->left_cgroups()) start->undo();
      throw to_error(start->failure());
    }
    if (progress) return start;
    start->signal(SIGKILL);
    end_monitor(container->folder);  // its word has ended; so must it, before anything is said in its place
    if (start->untouched() && tries < most_tries) {
      start->undo();  // a monitor that died within its first operation told nothing of it
      kit = take_kit(*container, faults);
      continue;
    }
    start->drain();
    start->undo();
    throw Error(ErrorKind::start_failed, fmt::format("the container's monitor died during the start: {}", lost_text))
        .with_exit_code(lost_code);
  }
}

std::shared_ptr<StartKit> Service::take_kit(const Container& container, const std::map<std::string, int>& faults) {
  std::shared_ptr<StartKit> kit = kits_.take(container.id);
  if (!kit || !faults.empty()) kit = parts_.kits.make(container, {faults});
  return kit;
}

Service::SentStart Service::begin_start(const ContainerPtr& container, std::shared_ptr<StartKit> kit,
                                        const Caller& caller, const std::vector<Attachment>& attachments) {
  auto start = std::make_shared<ContainerStart>(container->id, std::move(kit->plan), kit->shared.get(),
                                                std::move(*kit->link), caller.context, caller.run);
  // The monitor finds them on its socket before it makes the first process, so nothing of the output passes them by.
  for (const Attachment& client : attachments) {  // a copy: a start that was lost is sent once more
    UniqueFd copy(::fcntl(client.socket.get(), F_DUPFD_CLOEXEC, 3));
    if (!copy) throw Error::from_errno(errno, "copy", "the stream of an attached client");
    start->attach({std::move(copy), client.flags, client.early, client.keys});
  }
  {
    auto lock = parts_.containers.lock();
    if (container->given_up) throw to_error({{}, ECANCELED, {}, {}, false});
    container->start = start;
    parts_.containers.ring(*container);
  }
  // The kit's copy of the monitor's end closes with the kit, here: otherwise its death would not be seen.
  const pid_t launcher = parts_.launcher.begin(start_message(*container, parts_.adoption), kit->descriptors());
  kit.reset();
  return {start, launcher, runtime::LauncherLink::Clock::now()};
}

std::optional<Progress> Service::follow_start(const Container& container, const SentStart& sent) {
  using std::chrono::milliseconds;
  ContainerStart& start = *sent.start;
  // It may be held for hours; but one that is given up, by its engine too, or whose process 1 is dead, ends, unless its
  // monitor hangs.
  auto must_end = [&] {
    pollfd end{start.process(), POLLIN, 0};
    auto lock = parts_.containers.lock();
    return stopping_ || container.given_up || ::poll(&end, 1, 0) > 0;
  };
  // Until somebody takes it; whatever holds it then has its time.
  auto patience_left = [&] {
    const auto left = parts_.launcher.patience_ends(sent.time) - runtime::LauncherLink::Clock::now();
    return std::max(std::chrono::ceil<milliseconds>(left), milliseconds(0));
  };
  std::vector<UniqueFd> descriptors;
  for (bool taken = false;;) {
    if (!taken && !start.untouched()) {
      parts_.launcher.answered();
      taken = true;
    }
    const milliseconds silence = silence_time;
    std::optional<runtime::ReportMessage> report;
    try {
      report = start.link().receive(descriptors, taken ? silence : std::min(silence, patience_left()));
    } catch (const Error&) {
      return std::nullopt;
    }
    if (!report && start.untouched() && patience_left().count() == 0) replace_launcher(container, sent);
    if (!report && taken && must_end()) return std::nullopt;
    if (!report) continue;
    Progress progress = start.take(*report, descriptors);
    if (progress != Progress::starting) return progress;
  }
}

// Every other start that stands before it sees the end of its socket, and is sent once more.
void Service::replace_launcher(const Container& container, const SentStart& sent) {
  sent.start->cancel();  // for a monitor that takes it at this moment
  parts_.launcher.replace(sent.launcher);
  try {
    std::vector<UniqueFd> descriptors;
    while (sent.start->link().receive(descriptors, monitor_end_time)) continue;
  } catch (const Error&) {  // nobody has the other end any more
  }
  end_monitor(container.folder);
  sent.start->undo();
  throw Error(ErrorKind::start_failed,
              fmt::format("the launcher took no start for {:.3g} s: it was ended, and another one is in its place",
                          std::chrono::duration<double>(parts_.launcher.patience()).count()),
              "start the container again")
      .with_exit_code(other_failure_code);
}

bool Service::take_report(const ContainerPtr& container, const std::shared_ptr<ContainerStart>& start,
                          const std::optional<runtime::ReportMessage>& report, std::vector<UniqueFd>& descriptors) {
  // What waits for the kernel or the disk would hold up every other container's reports.
  if (!start) {
    recovery_.take_orphan_end(container);
    return false;
  }
  if (!report) {
    start->signal(SIGKILL);
    recovery_.later(container, [this, container, start] { recovery_.take_loss(container, start); });
    return false;
  }
  switch (start->take(*report, descriptors)) {
    case Progress::starting:
      return true;
    case Progress::executed: {  // of a start that this daemon adopted
      start->leave_run();
      auto lock = parts_.containers.lock();
      lifecycle_.started_locked(*container, start->pid(), start->executed_ns());
      lock.unlock();
      lifecycle_.store_soon(container);
      return true;
    }
    case Progress::failed:
      start->leave_run();
      recovery_.later(container, [this, container, start] {
        if (start->left_cgroups()) start->undo();
        lifecycle_.start_failed(container, to_error(start->failure()), start->context().span);
      });
      return false;
    case Progress::ended:
      lifecycle_.tell_end(container, start->context(), ending_of(*start), start->ended_monotonic_ns());
      return true;
    case Progress::exited:
      start->leave_run();
      if (!start->left_cgroups()) {
        lifecycle_.ended(container, start->context(), ending_of(*start), Lifecycle::After::soon);
        return false;
      }
      recovery_.later(container, [this, container, start] {
        start->undo();
        lifecycle_.ended(container, start->context(), ending_of(*start), Lifecycle::After::now);
      });
      return false;
  }
  return true;
}

}  // namespace glassdock::daemon
