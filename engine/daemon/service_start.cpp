#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>

#include <cerrno>
#include <exception>

#include "engine/base/error.h"
#include "engine/daemon/service.h"
#include "engine/daemon/start_failure.h"

namespace glassdock::daemon {
namespace {

constexpr char lost_text[] = "monitor lost";

runtime::StartMessage start_message(const Container& container, std::chrono::milliseconds adoption) {
  runtime::StartMessage message{};
  message.version = runtime::protocol_version;
  message.adoption_ms = static_cast<std::uint32_t>(adoption.count());
  if (container.config.open_stdin) message.flags |= runtime::start_stdin;
  if (container.config.stdin_once) message.flags |= runtime::start_stdin_once;
  return message;
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
      if (container->work == Work::none && container->attaching == 0) {
        container->work = Work::starting;
        container->given_up = false;
        attachments.swap(container->waiting);
        if (!caller.run) caller.run = container->run;
        break;
      }
    }
    // Another client starts it, or one attaches.
    if (!watch.wait(client, -1)) throw Error(ErrorKind::cancelled, "the client has gone");
  }
  // A container that was created in a run starts in it, whoever asks.
  if (caller.run && caller.context.gates != caller.run.get()) caller.context.gates = caller.run.get();
  // First of all the plan, so that the start's first event can say what is to come. What cannot be planned is told as a
  // start that failed.
  const std::map<std::string, int> faults = parts_.faults.take();
  std::shared_ptr<StartKit> kit;
  std::exception_ptr unplanned;
  try {
    kit = take_kit(*container, faults);
  } catch (...) {
    unplanned = std::current_exception();
  }
  const bool told = caller.context.watched();
  trace::Span span(caller.context, trace::Stage::isolate, event_name(Move::start), container->id,
                   {{"name", container->name},
                    {"image", container->config.image},
                    {"command", told ? container->config.command_line() : std::string()},
                    {"operations", told && kit ? start_operations(*kit) : std::string()}});
  caller.context = span.context();
  std::shared_ptr<ContainerStart> start;
  try {
    if (unplanned) std::rethrow_exception(unplanned);
    start = carry_out_start(container, std::move(kit), caller, std::move(attachments), faults);
    started(container, start);
  } catch (const Error& fault) {
    span.result("error", fault.message());
    start_failed(container, fault, caller.context.span);
    throw;
  } catch (const std::exception& fault) {  // no memory, no thread: no other container stays "starting" for it
    start_failed(container, Error(ErrorKind::internal, fault.what()), caller.context.span);
    throw;
  }
  span.result("pid", static_cast<std::int64_t>(start->pid()));
  watch_start(container, start);
  return true;
}

// A container that cannot be watched would never be seen to end: it does not stay.
void Service::watch_start(const ContainerPtr& container, const std::shared_ptr<ContainerStart>& start) {
  try {
    watch_.add(container, start);
  } catch (const Error&) {
    start->signal(SIGKILL);
    take_loss(container, start);
    throw;
  }
}

std::shared_ptr<ContainerStart> Service::carry_out_start(const ContainerPtr& container, std::shared_ptr<StartKit> kit,
                                                         const Caller& caller, std::vector<Attachment> attachments,
                                                         const std::map<std::string, int>& faults) {
  // A launcher that dies takes its spare monitor along, and with it a start that waited there: nothing has been done
  // then, and the next launcher gets it.
  constexpr int most_tries = 2;
  for (int tries = 1;; ++tries) {
    std::shared_ptr<ContainerStart> start = begin_start(container, std::move(kit), caller, attachments);
    std::optional<Progress> progress = follow_start(*start);
    start->leave_run();
    if (progress == Progress::failed) throw start->failure();
    if (progress) return start;
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

std::shared_ptr<StartKit> Service::take_kit(Container& container, const std::map<std::string, int>& faults) {
  std::shared_ptr<StartKit> kit;
  {
    auto lock = parts_.containers.lock();
    kit = std::move(container.kit);
    container.kit.reset();
  }
  if (!kit || !faults.empty()) kit = parts_.kits.make(container, {faults, {}});
  return kit;
}

std::shared_ptr<ContainerStart> Service::begin_start(const ContainerPtr& container, std::shared_ptr<StartKit> kit,
                                                     const Caller& caller, const std::vector<Attachment>& attachments) {
  auto start = std::make_shared<ContainerStart>(container->id, std::move(kit->plan), kit->shared.get(),
                                                std::move(*kit->link), caller.context, caller.run);
  // The monitor finds them on its socket before it makes the first process, so nothing of the output passes them by.
  for (const Attachment& client : attachments) {  // a copy: a start that was lost is sent once more
    start->attach({UniqueFd(::fcntl(client.socket.get(), F_DUPFD_CLOEXEC, 3)), client.flags, client.early});
  }
  {
    auto lock = parts_.containers.lock();
    if (container->given_up) throw to_error({{}, ECANCELED, {}, {}, false});
    container->start = start;
    parts_.containers.ring(*container);
  }
  // The kit's copy of the monitor's end closes with the kit, here: otherwise its death would not be seen.
  parts_.launcher.begin(start_message(*container, parts_.adoption), kit->descriptors());
  return start;
}

std::optional<Progress> Service::follow_start(ContainerStart& start) {
  std::vector<UniqueFd> descriptors;
  for (;;) {
    std::optional<runtime::ReportMessage> report;
    try {
      report = start.link().receive(descriptors, std::chrono::milliseconds(-1));
    } catch (const Error&) {
      return std::nullopt;
    }
    if (!report) continue;  // a signal
    Progress progress = start.take(*report, descriptors);
    if (progress != Progress::starting) return progress;
  }
}

void Service::started(const ContainerPtr& container, const std::shared_ptr<ContainerStart>& start) {
  parts_.containers.move(*container, Move::start, [&](Container& changed) {
    changed.work = Work::none;
    changed.start = start;
    changed.status.pid = start->pid();
    changed.status.exit_code = 0;
    changed.status.error.clear();
    changed.status.oom_killed = false;
    changed.status.started_ns = start->executed_ns();
    changed.status.finished_ns = 0;
  });
  janitor_.add([this, container] { parts_.containers.store_quietly(*container); });
}

void Service::start_failed(const ContainerPtr& container, const Error& fault, std::uint64_t span) {
  {
    auto lock = parts_.containers.lock();
    container->work = Work::none;
    container->start.reset();
    container->orphan.reset();
    container->waiting.clear();
    container->status.error = fault.message();
    container->status.exit_code = fault.exit_code();
    parts_.containers.ring(*container);
  }
  // Before the client has its answer, as docker does: a failed --rm is gone when its command returns.
  parts_.containers.store_quietly(*container);
  if (container->config.auto_remove) remove_quietly(container, {&parts_.tracer, nullptr, span});
}

bool Service::take_report(const ContainerPtr& container, const std::shared_ptr<ContainerStart>& start,
                          const std::optional<runtime::ReportMessage>& report, std::vector<UniqueFd>& descriptors) {
  // What waits for the kernel would hold up every other container's reports.
  if (!start) {
    janitor_.add([this, container] { end_orphan(container); });
    return false;
  }
  if (!report) {
    start->signal(SIGKILL);
    janitor_.add([this, container, start] { take_loss(container, start); });
    return false;
  }
  switch (start->take(*report, descriptors)) {
    case Progress::starting:
      return true;
    case Progress::executed:  // of a start that this daemon adopted
      start->leave_run();
      started(container, start);
      return true;
    case Progress::failed:
      start->leave_run();
      start_failed(container, start->failure(), start->context().span);
      return false;
    case Progress::exited:
      start->leave_run();
      ended(container, start,
            {start->exit_code(), start->signal_number(), start->oom_killed(), {}, start->exited_ns()});
      return false;
  }
  return true;
}

void Service::take_loss(const ContainerPtr& container, const std::shared_ptr<ContainerStart>& start) {
  start->drain();
  start->undo();
  start->leave_run();
  bool was_starting = false;
  {
    auto lock = parts_.containers.lock();
    was_starting = container->work == Work::starting;
  }
  if (was_starting) {
    start_failed(container, Error(ErrorKind::start_failed, lost_text).with_exit_code(lost_code), start->context().span);
  } else {
    ended(container, start, {lost_code, SIGKILL, false, lost_text, record_lost(*container)});
  }
}

void Service::ended(const ContainerPtr& container, const std::shared_ptr<ContainerStart>& start, const Ending& ending) {
  trace::Context context = start ? start->context() : trace::Context{&parts_.tracer};
  parts_.containers.move(*container, Move::exit, [&](Container& changed) {
    changed.start.reset();
    changed.orphan.reset();
    changed.work = Work::none;
    ++changed.exits;
    changed.status.pid = 0;
    changed.status.exit_code = ending.exit_code;
    changed.status.oom_killed = ending.oom_killed;
    changed.status.error = ending.error;
    changed.status.finished_ns = ending.finished_ns;
    context.tell(trace::Stage::run, event_name(Move::exit), changed.id,
                 {{"exit_code", static_cast<std::int64_t>(ending.exit_code)}}, [&](trace::Event& event) {
                   std::int64_t ran_ns = changed.status.finished_ns - changed.status.started_ns;
                   if (changed.status.started_ns != 0) event.arguments.push_back({"duration_ns", ran_ns});
                   if (ending.signal != 0) event.arguments.push_back({"signal", std::int64_t{ending.signal}});
                   if (ending.oom_killed) event.arguments.push_back({"oom_killed", true});
                   if (!ending.error.empty()) event.arguments.push_back({"error", ending.error});
                 });
  });
  // The removal is told in the same run; its gates are over.
  trace::Context after{&parts_.tracer, nullptr, context.span};
  janitor_.add([this, container, after] {
    parts_.containers.store_quietly(*container);
    if (container->config.auto_remove) remove_quietly(container, after);
  });
}

}  // namespace glassdock::daemon
