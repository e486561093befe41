#include "engine/daemon/service.h"

#include <fmt/format.h>
#include <signal.h>

#include <algorithm>

#include "engine/base/error.h"
#include "engine/base/random_id.h"
#include "engine/base/signals.h"
#include "engine/base/text.h"
#include "engine/daemon/log_options.h"
#include "engine/daemon/orphan.h"

namespace glassdock::daemon {
namespace {

constexpr std::size_t id_digits = 64;
constexpr std::size_t short_id_digits = 12;
constexpr std::size_t most_kits = 32;

// Docker's client pulls the image of the other platform then.
void check_platform(const CreateRequest& request, const Image& image) {
  if (!request.platform) return;
  const auto wanted = content::Platform::parse(*request.platform);
  if (content::match_quality(wanted, image.config.platform) > 0) return;
  throw Error(ErrorKind::not_found,
              fmt::format("image with reference {} was found but does not match the specified platform: wanted {}, "
                          "actual: {}",
                          request.config.image, wanted.text(), image.config.platform.text()));
}

}  // namespace

WaitCondition parse_wait_condition(std::string_view word) {
  if (word.empty() || word == "not-running") return WaitCondition::not_running;
  if (word == "next-exit") return WaitCondition::next_exit;
  if (word == "removed") return WaitCondition::removed;
  throw Error(ErrorKind::invalid_argument, fmt::format("invalid condition: \"{}\"", word));
}

std::optional<WaitResult> wait_result_locked(WaitCondition condition, const Container& container,
                                             const ContainerWatch& watch) {
  if (condition != WaitCondition::removed && watch.first_exit()) return WaitResult{*watch.first_exit()};
  const bool met =
      container.work == Work::removed || (condition == WaitCondition::not_running && !is_active(container));
  return met ? std::optional(WaitResult{container.status.exit_code}) : std::nullopt;
}

Service::Service(Parts parts)
    : parts_(parts),
      kits_(most_kits),
      restarts_([this](const ContainerPtr& container) { start_by_policy(container); }),
      lifecycle_({parts.tracer, parts.containers, parts.images, parts.layers, parts.host, parts.events, restarts_}),
      watch_([this](const ContainerPtr& container, const std::shared_ptr<ContainerStart>& start,
                    const std::optional<runtime::ReportMessage>& report,
                    std::vector<UniqueFd>& descriptors) { return take_report(container, start, report, descriptors); }),
      recovery_({parts.system, parts.tracer, parts.containers, lifecycle_, parts.layers, watch_, parts.host}),
      execs_({parts.containers, parts.launcher, parts.kits, parts.tracer, parts.events}) {}

Service::~Service() {
  stop_all();
}

void Service::begin_stop() {
  stopping_ = true;
  execs_.begin_stop();
  parts_.containers.ring_all();
  parts_.events.end();
}

void Service::stop_all() {
  restarts_.finish();
  execs_.stop();
  watch_.stop();
  recovery_.finish();
  lifecycle_.finish();
}

CreateResult Service::create(const CreateRequest& request, const Caller& caller) {
  std::optional<ImageService::Use> use(std::in_place, parts_.images, request.config.image, caller.context);
  const std::shared_ptr<const Image> image = use->image();
  check_platform(request, *image);
  ContainerConfig config = merge_config(request, image->config);
  config.image_id = image->id;
  config.layers = image->layers;
  std::string id = random_hex(id_digits);
  if (config.hostname.empty()) config.hostname = id.substr(0, short_id_digits);
  check_stop_signal(config);
  log_bounds(config);
  parts_.kits.check(id, config);
  trace::Span span(
      caller.context, trace::Stage::lifecycle, "container.create", id,
      {{"image", config.image}, {"image_id", config.image_id.text()}, {"command", shell_line(config.arguments())}});

  ContainerPtr container = parts_.containers.add(id, request.name, std::move(config), request.restart_policy);
  use.reset();  // the container itself keeps it from here on
  try {
    {
      span.context().gate("snapshot.prepare", id);
      trace::Span prepare(span.context(), trace::Stage::snapshot, "snapshot.prepare", id,
                          {{"image", container->config.image}},
                          "mkdir -p " + shell_quote(container->folder.string()) + "/{rootfs,upper,work}");
      parts_.layers.make(id, container->config.layers);
      prepare.result("layers", static_cast<std::int64_t>(container->config.layers.size()));
      prepare.result("upper", (container->folder / "upper").string());
    }
    parts_.kits.write_files(*container);
    parts_.containers.store_new(*container);
    // Disks are looked up at the start.
    const bool ready = parts_.faults.empty() && container->config.throttles.empty();
    if (ready) kits_.put(id, parts_.kits.make(*container, {}));
    auto lock = parts_.containers.lock();
    container->run = caller.run;
    container->work = Work::none;
    parts_.events.tell_locked(*container, "create");
    parts_.containers.ring(*container);
  } catch (...) {
    kits_.take(id);
    lifecycle_.undo_creation(container);
    throw;
  }
  span.result("name", parts_.containers.name(*container));
  if (std::string dropped = parts_.kits.dropped_limits(*container); !dropped.empty()) {
    span.result("dropped_limits", std::move(dropped));
  }
  return {id, parts_.kits.warnings(*container)};
}

void Service::attach(std::string_view name, const std::function<Attachment()>& hand_over) {
  ContainerPtr container = find(name);
  ContainerWatch watch(parts_.containers, container);
  struct Promise {
    Containers& containers;
    Container& container;
    ~Promise() {
      auto lock = containers.lock();
      --container.attaching;
      containers.ring(container);
    }
  };
  for (;; watch.wait(-1, -1)) {
    auto lock = parts_.containers.lock();
    // Nobody starts it any more: its stream would wait for nothing.
    if (container->work == Work::removed) throw Error(ErrorKind::not_found, fmt::format("No such container: {}", name));
    if (container->work == Work::removing) {
      throw Error(ErrorKind::conflict, fmt::format("container {} is marked for removal", container->id));
    }
    // Its monitor knows how many clients it has; it is asked for a limited time.
    if (container->orphan && container->orphan->talk == Orphan::Talk::asked) continue;
    const auto clients = [&] {
      return container->waiting.size() + static_cast<std::size_t>(container->attaching) +
             (container->start ? container->start->clients() : 0);
    };
    // Who has gone may have left input: he goes only to make room.
    if (clients() >= runtime::most_clients) {
      std::erase_if(container->waiting, [](const Attachment& client) { return is_hung_up(client.socket.get()); });
    }
    if (clients() >= runtime::most_clients) {
      throw Error(ErrorKind::conflict,
                  fmt::format("container {} has {} clients attached, and takes no more", container->id, clients()));
    }
    ++container->attaching;
    parts_.events.tell_locked(*container, "attach");
    break;
  }
  Promise promise{parts_.containers, *container};
  Attachment attachment = hand_over();
  try {
    give_stream(*container, watch, attachment);
  } catch (const Error& fault) {
    tell_client(attachment.socket, Stream::stderr_stream, "Error attaching: " + fault.message() + "\n",
                !container->config.tty);
    throw;
  }
}

void Service::give_stream(Container& container, ContainerWatch& watch, Attachment& attachment) {
  bool gone = false;
  for (;;) {
    {
      auto lock = parts_.containers.lock();
      if (container.start) {
        std::shared_ptr<ContainerStart> start = container.start;
        lock.unlock();
        start->attach(std::move(attachment));
        return;
      }
      if (container.orphan && container.orphan->talk == Orphan::Talk::silent) {
        throw Error(ErrorKind::conflict, "the container's monitor does not answer: nobody can attach to it",
                    "`docker logs` has its output");
      }
      if (container.work == Work::removing || container.work == Work::removed) return;  // its end of file says so
      if (!container.orphan && container.work != Work::starting) {
        container.waiting.push_back(std::move(attachment));
        return;
      }
    }
    // Until its monitor is there, or known not to be. A client that has gone meanwhile may have left input.
    if (stopping_) return;
    if (!watch.wait(gone ? -1 : attachment.socket.get(), -1)) gone = true;
  }
}

std::optional<WaitResult> Service::wait(std::string_view name, WaitCondition condition, int client,
                                        const std::function<void()>& ready) {
  ContainerPtr container = find(name);
  ContainerWatch watch(parts_.containers, container);
  ready();
  for (;;) {
    {
      auto lock = parts_.containers.lock();
      if (auto result = wait_result_locked(condition, *container, watch)) return result;
    }
    if (!watch.wait(client, -1)) return std::nullopt;
  }
}

void Service::resize(std::string_view name, std::uint16_t rows, std::uint16_t columns) {
  ContainerPtr container = find(name);
  std::shared_ptr<ContainerStart> start;
  {
    auto lock = parts_.containers.lock();
    if (!is_alive(container->status.state)) {
      throw Error(ErrorKind::conflict, fmt::format("container {} is not running", container->id));
    }
    start = container->start;
  }
  if (start) start->link().resize(rows, columns);  // a monitor that does not speak to this daemon hears nothing
}

std::uint64_t Service::written_bytes(const Container& container) const {
  return parts_.layers.upper_bytes(container.id);
}

std::filesystem::path Service::log_path(const Container& container) const {
  return container.folder / log_file;
}

}  // namespace glassdock::daemon
