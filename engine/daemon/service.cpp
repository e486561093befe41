#include "engine/daemon/service.h"

#include <fmt/format.h>
#include <signal.h>
#include <sys/socket.h>

#include <algorithm>

#include "engine/base/error.h"
#include "engine/base/random_id.h"
#include "engine/base/text.h"
#include "engine/daemon/orphan.h"
#include "engine/daemon/signals.h"

namespace glassdock::daemon {
namespace {

constexpr std::size_t id_digits = 64;
constexpr std::size_t short_id_digits = 12;
constexpr std::size_t most_kits = 32;
constexpr std::chrono::seconds kill_patience{10};  // moby daemon/kill.go

// A year is for ever; what is far beyond it does not fit the clock.
std::chrono::seconds within_a_year(std::chrono::seconds time) {
  return std::min(time, std::chrono::seconds(std::chrono::hours(24 * 365)));
}

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

// Its answer has gone out already: what is wrong comes on its error stream, as docker tells it, or on its terminal.
// Whoever does not read it is not waited for.
void tell_attached(const UniqueFd& stream, std::string_view text, bool framed) {
  constexpr char error_stream = 2;  // Docker Engine API, "Stream format": stream, three zeros, length big-endian
  text = text.substr(0, UINT8_MAX);
  std::string frame;
  if (framed) frame = {error_stream, 0, 0, 0, 0, 0, 0, static_cast<char>(text.size())};
  frame += text;
  if (::send(stream.get(), frame.data(), frame.size(), MSG_DONTWAIT | MSG_NOSIGNAL) < 0) return;
}

// What docker's clients forward while nothing of the command runs yet: these give the start up. Others, such as the
// SIGWINCH of a terminal that is resized, were for the command.
bool gives_up_start(int number) {
  return number == SIGKILL || number == SIGTERM || number == SIGINT || number == SIGQUIT || number == SIGHUP;
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
      lifecycle_({parts.tracer, parts.containers, parts.images, parts.layers, parts.host}),
      watch_([this](const ContainerPtr& container, const std::shared_ptr<ContainerStart>& start,
                    const std::optional<runtime::ReportMessage>& report,
                    std::vector<UniqueFd>& descriptors) { return take_report(container, start, report, descriptors); }),
      recovery_({parts.system, parts.tracer, parts.containers, lifecycle_, parts.layers, watch_, parts.host}),
      execs_({parts.containers, parts.launcher, parts.kits, parts.tracer}) {}

Service::~Service() {
  stop_all();
}

void Service::begin_stop() {
  stopping_ = true;
  parts_.containers.ring_all();
}

void Service::stop_all() {
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
  parts_.kits.check(id, config);
  trace::Span span(caller.context, trace::Stage::lifecycle, "container.create", id,
                   {{"image", config.image}, {"image_id", config.image_id.text()}});

  ContainerPtr container = parts_.containers.add(id, request.name, std::move(config));
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
    if (parts_.faults.empty()) kits_.put(id, parts_.kits.make(*container, {}));
    auto lock = parts_.containers.lock();
    container->run = caller.run;
    container->work = Work::none;
    parts_.containers.ring(*container);
  } catch (...) {
    kits_.take(id);
    lifecycle_.undo_creation(container);
    throw;
  }
  span.result("name", container->name);
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
    break;
  }
  Promise promise{parts_.containers, *container};
  Attachment attachment = hand_over();
  try {
    give_stream(*container, watch, attachment);
  } catch (const Error& fault) {
    tell_attached(attachment.socket, "Error attaching: " + fault.message() + "\n", !container->config.tty);
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

bool Service::send_signal(Container& container, int number) {
  std::shared_ptr<ContainerStart> start;
  std::shared_ptr<Orphan> orphan;
  bool starting = false;
  {
    auto lock = parts_.containers.lock();
    if (!is_active(container)) return false;
    starting = container.work == Work::starting;
    // While it starts, nothing of the command has run yet: the start is given up, also one that is not sent yet.
    container.given_up = container.given_up || starting;
    start = container.start;
    orphan = container.orphan;
  }
  if (orphan) return orphan->signal(starting ? SIGKILL : number);
  if (!starting) return start && start->signal(number);
  if (start) start->cancel();
  return true;
}

void Service::kill(std::string_view name, int number) {
  ContainerPtr container = find(name);
  ContainerWatch watch(parts_.containers, container);
  bool for_command_only = false;
  {
    auto lock = parts_.containers.lock();
    for_command_only = container->work == Work::starting && !gives_up_start(number);
  }
  if (for_command_only || !send_signal(*container, number)) {
    throw Error(ErrorKind::conflict,
                fmt::format("cannot kill container: {}: container {} is not running", name, container->id));
  }
  // Docker's client may remove it at once.
  if (number == SIGKILL) wait_for_end(*container, watch, Clock::now() + kill_patience);
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

bool Service::wait_for_end(const Container& container, ContainerWatch& watch, std::optional<Clock::time_point> end) {
  using std::chrono::milliseconds;
  for (;;) {
    {
      auto lock = parts_.containers.lock();
      if (!is_active(container)) return true;
    }
    const auto left = end ? std::chrono::ceil<milliseconds>(*end - Clock::now()) : milliseconds(INT32_MAX);
    if (left.count() <= 0 || stopping_) return false;
    watch.wait(-1, static_cast<int>(std::min<std::int64_t>(left.count(), INT32_MAX)));
  }
}

bool Service::stop(std::string_view name, std::optional<int> signal, std::optional<std::chrono::seconds> grace) {
  using std::chrono::seconds;
  constexpr seconds docker_grace{10};
  ContainerPtr container = find(name);
  ContainerWatch watch(parts_.containers, container);
  {
    auto lock = parts_.containers.lock();
    if (!is_active(*container)) return false;
  }
  const ContainerConfig& config = container->config;
  const seconds wait_for =
      grace ? *grace : (config.stop_timeout_seconds ? seconds(*config.stop_timeout_seconds) : docker_grace);
  std::optional<Clock::time_point> end;
  if (wait_for.count() >= 0) end = Clock::now() + within_a_year(wait_for);
  // One that ends by itself in this moment cannot be signalled, and is told below.
  send_signal(*container, signal ? *signal : parse_signal(config.stop_signal).value_or(SIGTERM));
  if (wait_for_end(*container, watch, end) || stopping_) return true;
  send_signal(*container, SIGKILL);
  wait_for_end(*container, watch, std::nullopt);
  return true;
}

std::uint64_t Service::written_bytes(const Container& container) const {
  return parts_.layers.upper_bytes(container.id);
}

std::filesystem::path Service::log_path(const Container& container) const {
  return container.folder / log_file;
}

}  // namespace glassdock::daemon
