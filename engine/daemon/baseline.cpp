#include <algorithm>
#include <filesystem>
#include <functional>
#include <source_location>

#include "engine/base/text.h"
#include "engine/daemon/service.h"

namespace glassdock::daemon {
namespace {

trace::Event baseline_event(trace::Tracer& tracer, std::string_view name, std::string_view subject,
                            trace::Arguments arguments, std::source_location where = std::source_location::current()) {
  trace::Event event =
      trace::Context{&tracer}.make(trace::Stage::lifecycle, trace::Kind::instant, name, subject, where);
  event.arguments = trace::to_arguments(arguments);
  return event;
}

// "pid:[4026531836] mnt:[…] …": of a process, as /proc names it. The engine's own are those beside which a container's
// are walls. What cannot be read is left out.
std::string namespaces_of(const std::string& process) {
  std::vector<std::string> links;
  for (const char* kind : {"pid", "mnt", "cgroup", "ipc", "net", "uts", "user"}) {
    std::error_code missing;  // a kernel without this kind, a process that has gone
    std::string link = std::filesystem::read_symlink("/proc/" + process + "/ns/" + kind, missing).string();
    if (!missing) links.push_back(std::move(link));
  }
  return join(links, " ");
}

// "1 2": a number for each of `items`.
template <typename Items, typename Number>
std::string numbers_of(const Items& items, const Number& number) {
  std::vector<std::string> numbers;
  numbers.reserve(items.size());
  for (const auto& item : items) numbers.push_back(std::to_string(std::invoke(number, item)));
  return join(numbers, " ");
}

}  // namespace

std::vector<trace::Event> Service::baseline_of_images() const {
  std::vector<trace::Event> events;
  events.push_back(baseline_event(parts_.tracer, "baseline.engine", parts_.host.data_folder,
                                  {{"version", GLASSDOCK_VERSION},
                                   {"rootless", parts_.host.rootless},
                                   {"hub", parts_.images.hub()},
                                   {"socket", parts_.images.socket()},
                                   {"cgroups", plan::to_string(parts_.host.cgroups)},
                                   {"launcher", static_cast<std::int64_t>(parts_.launcher.pid())},
                                   {"namespaces", namespaces_of("self")}}));
  for (const NamedImage& image : parts_.images.list()) {
    std::string name = !image.tags.empty()      ? image.tags.front()
                       : !image.digests.empty() ? image.digests.front()
                                                : image.image->id.text();
    events.push_back(baseline_event(parts_.tracer, "baseline.image", name,
                                    {{"id", image.image->id.text()},
                                     {"bytes", static_cast<std::int64_t>(image.image->bytes)},
                                     {"layers", static_cast<std::int64_t>(image.image->layers.size())},
                                     {"blobs", content::digests_of(image.image->blobs)},
                                     {"blob_bytes", numbers_of(image.image->blobs, &content::Descriptor::size)},
                                     {"layer_numbers", numbers_of(image.image->layers, std::identity())},
                                     {"layer_bytes", numbers_of(image.image->unpacked, &Image::Unpacked::bytes)},
                                     {"layer_entries", numbers_of(image.image->unpacked, &Image::Unpacked::entries)}}));
  }
  return events;
}

void Service::add_baseline_of_containers(std::vector<trace::Event>& events) const {
  const std::int64_t now_ns = realtime_ns();
  parts_.containers.for_each_locked([&](const Container& container) {
    const Status& status = container.status;
    // An end that has been told already is not told again: it is part of what was here.
    const bool over = container.told_end.has_value();
    const int exit_code = over ? container.told_end->exit_code : status.exit_code;
    trace::Event event = baseline_event(parts_.tracer, "baseline.container", container.id,
                                        {{"name", container.name},
                                         {"image", container.config.image},
                                         {"image_id", container.config.image_id.text()},
                                         {"command", shell_line(container.config.arguments())},
                                         {"state", to_string(over ? State::exited : status.state)},
                                         {"pid", static_cast<std::int64_t>(over ? 0 : status.pid)},
                                         {"exit_code", static_cast<std::int64_t>(exit_code)}});
    const std::int64_t ended_ns = over ? container.told_end->finished_ns : status.finished_ns;
    for (const auto& [name, moment_ns] : {std::pair{"created_ago_ns", container.created_ns},
                                          {"started_ago_ns", status.started_ns},
                                          {"ended_ago_ns", ended_ns}}) {
      if (moment_ns != 0) event.arguments.push_back({name, now_ns - moment_ns});
    }
    if (!over && status.state == State::restarting) {
      event.arguments.push_back({"policy", to_string(status.restart_policy)});
      event.arguments.push_back(
          {"restart_in_ns", std::max<std::int64_t>(container.restart_due_ns - trace::monotonic_ns(), 0)});
    }
    if (!over && status.pid > 0 && is_alive(status.state)) {
      std::string namespaces = namespaces_of(std::to_string(status.pid));
      // Its pid may be another process's once it has ended.
      if (process_lives_locked(container)) event.arguments.push_back({"namespaces", std::move(namespaces)});
    }
    events.push_back(std::move(event));
  });
}

// Under the locks under which images and containers change and tell it, so that no change falls between.
std::shared_ptr<trace::Subscription> Service::subscribe(bool evidence) {
  auto images = parts_.images.lock_changes();
  std::vector<trace::Event> events = baseline_of_images();
  auto lock = parts_.containers.lock();
  add_baseline_of_containers(events);
  return parts_.tracer.subscribe(evidence, std::move(events));
}

void Service::send_baseline(const std::shared_ptr<trace::Subscription>& subscription) {
  auto images = parts_.images.lock_changes();
  std::vector<trace::Event> events = baseline_of_images();
  auto lock = parts_.containers.lock();
  add_baseline_of_containers(events);
  parts_.tracer.baseline(subscription, std::move(events));
}

}  // namespace glassdock::daemon
