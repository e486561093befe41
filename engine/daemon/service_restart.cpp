// Restarts by a container's policy.
#include <fmt/format.h>

#include <cstdio>

#include "engine/base/error.h"
#include "engine/daemon/service.h"

namespace glassdock::daemon {

void Service::start_by_policy(const ContainerPtr& container) noexcept {
  try {
    std::shared_ptr<Run> run;
    std::vector<Attachment> attachments;
    ContainerWatch watch(parts_.containers, container);
    for (;; watch.wait(-1, -1)) {
      auto lock = parts_.containers.lock();
      if (stopping_ || container->status.state != State::restarting || container->work != Work::none) return;
      if (trace::monotonic_ns() < container->restart_due_ns) return;  // it was for a wait that was given up since
      if (!claim_start_locked(*container, attachments)) continue;
      run = container->run;
      break;
    }
    // In the run of its creation, while somebody holds that one.
    if (!run || !parts_.runs.look_up(run->id())) run = parts_.runs.any();
    start_claimed(container, {run ? run->context() : trace::Context{&parts_.tracer}, run}, std::move(attachments));
  } catch (const std::exception& fault) {
    std::fprintf(stderr, "glassdockd: container %.12s was not started again: %s\n", container->id.c_str(),
                 fault.what());
  }
}

void Service::restart_with_engine() {
  for (const ContainerPtr& container : parts_.containers.all()) {
    auto lock = parts_.containers.lock();
    if (container->work != Work::none || container->orphan) continue;
    const Status& status = container->status;
    if (container->restart_delay.count() != 0) continue;  // it waits already: its end was found just now
    if (status.state != State::restarting && !wants_restart_with_engine(status)) continue;
    lifecycle_.restart_with_engine_locked(container);
  }
}

void Service::update(std::string_view name, const RestartPolicy& policy, const Caller& caller) {
  const ContainerPtr container = find(name);
  if (container->config.auto_remove && policy.when != RestartPolicy::When::never) {
    throw Error(ErrorKind::internal,
                fmt::format("Cannot update container {}: Restart policy cannot be updated because AutoRemove is "
                            "enabled for the container",
                            container->id));
  }
  {
    auto lock = parts_.containers.lock();
    if (container->work == Work::creating) {
      throw Error(ErrorKind::conflict,
                  fmt::format("Cannot update container {}: container is being created", container->id));
    }
    if (container->work == Work::removing || container->work == Work::removed ||
        container->status.state == State::dead) {
      throw Error(ErrorKind::internal,
                  fmt::format("Cannot update container {}: container is marked for removal and cannot be \"update\"",
                              container->id));
    }
    container->status.restart_policy = policy;
    caller.context.tell(trace::Stage::lifecycle, "container.update", container->id, {{"policy", to_string(policy)}});
    parts_.events.tell_locked(*container, "update");
  }
  parts_.containers.store_status(*container);
}

}  // namespace glassdock::daemon
