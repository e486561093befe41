#include <fmt/format.h>
#include <signal.h>

#include <cstdio>

#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/daemon/service.h"
#include "engine/os/files.h"

namespace glassdock::daemon {
namespace {

// An ordinary user's container holds files of other ids, and overlay's folder of mode 0: only the root of a user
// namespace may remove them.
std::string remove_command(const plan::Host& host, const std::string& folder) {
  std::string command = "rm -rf " + shell_quote(folder);
  if (!host.rootless) return command;
  return std::string("unshare --user --map-root-user ") + (host.single_id ? "" : "--map-auto ") + command;
}

}  // namespace

void Service::remove(std::string_view name, bool force, const Caller& caller, int client) {
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
    if (!watch.wait(client, -1)) throw Error(ErrorKind::cancelled, "the client has gone");
  }
  try {
    remove_stopped(container, caller.context);
  } catch (const Error& fault) {
    throw Error(fault.kind(), fmt::format("cannot remove container \"/{}\": {}", container->name, fault.message()),
                fault.hint());
  }
}

void Service::remove_stopped(const ContainerPtr& container, const trace::Context& context) {
  {
    auto lock = parts_.containers.lock();
    if (container->work == Work::removed || container->work == Work::removing) return;
    if (container->work != Work::none) throw Error(ErrorKind::conflict, "container is starting");
    parts_.containers.move_locked(*container, Move::remove);
    container->work = Work::removing;
    container->kit.reset();
    container->waiting.clear();
    container->run.reset();
    parts_.containers.ring(*container);
  }
  trace::Span span(context, trace::Stage::lifecycle, event_name(Move::remove), container->id,
                   {{"name", container->name}}, remove_command(parts_.host, container->folder.string()));
  try {
    undo_leftovers(*container);  // what its monitor could not
    parts_.layers.remove(container->id);
    os::remove_tree(container->folder);
    parts_.containers.forget(*container);
  } catch (const Error& fault) {
    span.result("error", fault.message());
    parts_.containers.move(*container, Move::remove_fail, [&](Container& changed) {
      changed.work = Work::none;
      changed.status.error = fault.message();
    });
    parts_.containers.store_quietly(*container);
    throw;
  }
  // The container is gone, whatever becomes of an image that nobody needs any more.
  try {
    parts_.images.container_removed(container->config.image_id);
  } catch (const Error& fault) {
    std::fprintf(stderr, "glassdockd: the image of container %.12s: %s\n", container->id.c_str(), fault.what());
  }
}

void Service::remove_quietly(const ContainerPtr& container, const trace::Context& context) {
  try {
    remove_stopped(container, context);
  } catch (const std::exception& fault) {
    std::fprintf(stderr, "glassdockd: container %.12s could not be removed: %s\n", container->id.c_str(), fault.what());
  }
}

}  // namespace glassdock::daemon
