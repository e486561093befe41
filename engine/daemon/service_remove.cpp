#include <fmt/format.h>
#include <signal.h>

#include "engine/base/error.h"
#include "engine/daemon/service.h"

namespace glassdock::daemon {
void Service::remove(std::string_view name, bool force, const Caller& caller) {
  ContainerPtr container = find(name);
  ContainerWatch watch(parts_.containers, container);
  auto refuse = [&](std::string_view why) {
    throw Error(ErrorKind::conflict, fmt::format("cannot remove container \"/{}\": {}", container->name, why));
  };
  bool killed = false;
  for (;;) {
    {
      auto lock = parts_.containers.lock();
      if (container->work == Work::removed) return;
      if (container->work == Work::removing) {
        throw Error(ErrorKind::conflict, fmt::format("removal of container {} is already in progress", container->id));
      }
      if (container->work == Work::creating) refuse("container is being created");
      if (!is_active(*container)) break;
      if (!force) {
        refuse(fmt::format("container is {}: stop the container before removing or force remove",
                           container->work == Work::starting ? "starting" : to_string(container->status.state)));
      }
    }
    if (!killed) killed = send_signal(*container, SIGKILL);
    if (stopping_) throw Error(ErrorKind::unavailable, "the engine stops");
    watch.wait(-1, -1);
  }
  kits_.take(container->id);  // nobody starts it any more
  try {
    lifecycle_.remove_stopped(container, caller.context);
  } catch (const Error& fault) {
    throw Error(fault.kind(), fmt::format("cannot remove container \"/{}\": {}", container->name, fault.message()),
                fault.hint());
  }
}

}  // namespace glassdock::daemon
