#include "engine/daemon/containers.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <utility>

#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/daemon/container_start.h"
#include "engine/daemon/names.h"

namespace glassdock::daemon {

std::int64_t realtime_ns() {
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  return static_cast<std::int64_t>(now.tv_sec) * 1'000'000'000 + now.tv_nsec;
}

Error restarting_error(std::string_view who) {
  return Error(ErrorKind::conflict, fmt::format("{} is restarting, wait until the container is running", who));
}

Containers::Containers(content::Metadata& metadata, std::filesystem::path folder, const Complain& unreadable)
    : metadata_(metadata), folder_(std::move(folder)) {
  for (const content::ContainerRow& row : metadata_.containers()) {
    if (!is_container_id(row.id)) {  // a folder of that name is nobody's
      unreadable(row.id, Error(ErrorKind::corrupt, "it has no container's id"));
      continue;
    }
    auto container = std::make_shared<Container>();
    container->id = row.id;
    container->name = row.name;
    container->folder = folder_ / row.id;
    try {
      container->status = status_from_json(row.state, container->created_ns);
      container->config = config_from_json(row.spec);
    } catch (const Error& fault) {
      container->readable = false;
      container->status = {.state = State::dead, .error = fault.message()};
      container->config.image = "unreadable";
      container->config.command = {"unreadable"};
      unreadable(row.id, fault);
    }
    by_id_.emplace(row.id, container);
    by_name_.emplace(row.name, container);
  }
}

ContainerPtr Containers::add(std::string id, std::string name, ContainerConfig config, const RestartPolicy& policy) {
  if (starts_with(name, "/")) name.erase(0, 1);
  if (!name.empty() && !is_container_name(name)) {
    throw Error(ErrorKind::invalid_argument,
                fmt::format("Invalid container name ({}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed", name));
  }
  auto container = std::make_shared<Container>();
  container->config = std::move(config);
  container->status.restart_policy = policy;
  container->created_ns = realtime_ns();
  container->work = Work::creating;
  container->folder = folder_ / id;
  std::lock_guard lock(mutex_);
  if (name.empty()) {
    name = make_container_name([&](const std::string& made) { return by_name_.contains(made); });
  } else {
    check_free_locked(name);
  }
  container->id = std::move(id);
  container->name = name;
  by_id_.emplace(container->id, container);
  by_name_.emplace(std::move(name), container);
  return container;
}

void Containers::check_free_locked(const std::string& name) const {
  const auto taken = by_name_.find(name);
  if (taken == by_name_.end()) return;
  throw Error(ErrorKind::conflict,
              fmt::format("Conflict. The container name \"/{}\" is already in use by container \"{}\". You have to "
                          "remove (or rename) that container to be able to reuse that name.",
                          name, taken->second->id));
}

ContainerPtr Containers::find_locked(std::string_view name) const {
  if (auto found = by_id_.find(name); found != by_id_.end()) return found->second;
  std::string_view plain = starts_with(name, "/") ? name.substr(1) : name;
  if (auto found = by_name_.find(plain); found != by_name_.end()) return found->second;
  if (name.empty()) return nullptr;
  auto first = by_id_.lower_bound(name);
  if (first == by_id_.end() || !starts_with(first->first, name)) return nullptr;
  auto second = std::next(first);
  if (second != by_id_.end() && starts_with(second->first, name)) {
    throw Error(ErrorKind::invalid_argument, fmt::format("multiple IDs found with provided prefix: {}", name));
  }
  return first->second;
}

ContainerPtr Containers::find(std::string_view name) const {
  std::lock_guard lock(mutex_);
  ContainerPtr found = find_locked(name);
  if (!found) throw Error(ErrorKind::not_found, fmt::format("No such container: {}", name));
  return found;
}

bool Containers::knows(const std::string& id) const {
  std::lock_guard lock(mutex_);
  return by_id_.contains(id);
}

std::vector<ContainerPtr> Containers::all() const {
  std::vector<ContainerPtr> all;
  {
    std::lock_guard lock(mutex_);
    for (const auto& [id, container] : by_id_) all.push_back(container);
  }
  std::sort(all.begin(), all.end(), [](const ContainerPtr& a, const ContainerPtr& b) {
    return a->created_ns != b->created_ns ? a->created_ns > b->created_ns : a->id < b->id;
  });
  return all;
}

std::vector<ImageUser> Containers::users(const Digest& image) const {
  std::lock_guard lock(mutex_);
  std::vector<ImageUser> users;
  for (const auto& [id, container] : by_id_) {
    if (container->config.image_id != image) continue;
    users.push_back({id, is_active(*container)});
  }
  return users;
}

std::size_t Containers::alive() const {
  std::lock_guard lock(mutex_);
  return static_cast<std::size_t>(
      std::count_if(by_id_.begin(), by_id_.end(), [](const auto& entry) { return is_active(*entry.second); }));
}

Status Containers::status(const Container& container) const {
  std::lock_guard lock(mutex_);
  return container.status;
}

std::string Containers::name(const Container& container) const {
  std::lock_guard lock(mutex_);
  return container.name;
}

void Containers::for_each_locked(const std::function<void(const Container&)>& look) const {
  for (const auto& [id, container] : by_id_) look(*container);
}

void Containers::move(Container& container, Move move, const std::function<void(Container&)>& fill) {
  std::lock_guard lock(mutex_);
  move_locked(container, move);
  if (fill) fill(container);
  if (move == Move::exit) note_exit_locked(container);
  ring(container);
}

void Containers::move_locked(Container& container, Move move) {
  auto to = next_state(container.status.state, move);
  if (!to) {
    throw Error(ErrorKind::conflict, fmt::format("container {} is {}: it cannot {}", container.id.substr(0, 12),
                                                 to_string(container.status.state), to_string(move)));
  }
  container.status.state = *to;
}

void Containers::note_exit_locked(Container& container) {
  for (Watch* watch : container.watches) {
    if (!watch->first_exit) watch->first_exit = container.status.exit_code;
  }
}

void Containers::ring(Container& container) {
  for (const Watch* watch : container.watches) {
    std::uint64_t one = 1;
    // A full counter is rung already.
    while (::write(watch->event.get(), &one, sizeof(one)) < 0 && errno == EINTR) {
    }
  }
}

void Containers::ring_all() {
  std::lock_guard lock(mutex_);
  for (const auto& [id, container] : by_id_) ring(*container);
}

void Containers::store_new(const Container& container) {
  std::lock_guard order(store_mutex_);
  metadata_.put_container(
      {container.id, name(container), to_json(container.config), to_json(status(container), container.created_ns)});
}

void Containers::store_status(const Container& container) {
  std::lock_guard order(store_mutex_);
  Status now;
  {
    std::lock_guard lock(mutex_);
    if (container.work == Work::removed) return;
    now = container.status;
  }
  metadata_.update_container(container.id, to_json(now, container.created_ns));
}

void Containers::rename(Container& container, std::string name,
                        const std::function<void(const std::string&)>& renamed) {
  constexpr char refused[] = "Error when allocating new name: ";
  if (starts_with(name, "/")) name.erase(0, 1);
  std::lock_guard order(store_mutex_);
  std::unique_lock lock(mutex_);
  if (name.empty()) throw Error(ErrorKind::invalid_argument, "Neither old nor new names may be empty");
  if (name == container.name) {
    throw Error(ErrorKind::invalid_argument, "Renaming a container with the same name as its current name");
  }
  if (!is_container_name(name)) {
    throw Error(
        ErrorKind::invalid_argument,
        fmt::format("{}Invalid container name (/{}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed", refused, name));
  }
  try {
    check_free_locked(name);
  } catch (const Error& fault) {
    throw Error(fault.kind(), refused + fault.message());
  }
  const auto keep = by_id_.find(container.id);
  if (keep == by_id_.end() || container.work == Work::creating || container.work == Work::removing) {
    throw Error(ErrorKind::conflict, fmt::format("container {} is being created or removed", container.id));
  }
  // The new name is taken from here on, whatever the disk says; nobody else changes names while `order` is held.
  by_name_.emplace(name, keep->second);
  lock.unlock();
  try {
    metadata_.rename_container(container.id, name);
  } catch (...) {
    lock.lock();
    by_name_.erase(name);
    throw;
  }
  lock.lock();
  const std::string before = std::exchange(container.name, std::move(name));
  by_name_.erase(before);
  renamed(before);
  ring(container);
}

void Containers::store_quietly(const Container& container) noexcept {
  try {
    store_status(container);
  } catch (const std::exception& fault) {
    std::fprintf(stderr, "glassdockd: the state of container %.12s could not be stored: %s\n", container.id.c_str(),
                 fault.what());
  }
}

void Containers::forget(Container& container, const std::function<void()>& gone) {
  std::lock_guard order(store_mutex_);
  metadata_.remove_container(container.id);
  std::lock_guard lock(mutex_);
  container.work = Work::removed;
  auto keep = by_id_.find(container.id);
  if (keep != by_id_.end()) {
    ContainerPtr last = keep->second;
    by_name_.erase(container.name);
    by_id_.erase(keep);
  }
  gone();
  ring(container);
}

ContainerWatch::ContainerWatch(Containers& containers, ContainerPtr container)
    : containers_(containers),
      container_(std::move(container)),
      watch_{UniqueFd(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)), {}} {
  if (!watch_.event) throw Error::from_errno(errno, "eventfd", "for a waiting client");
  auto lock = containers_.lock();
  container_->watches.push_back(&watch_);
}

ContainerWatch::~ContainerWatch() {
  auto lock = containers_.lock();
  std::erase(container_->watches, &watch_);
}

bool ContainerWatch::wait(int client, int timeout_ms) {
  pollfd sources[2] = {{watch_.event.get(), POLLIN, 0}, {client, 0, 0}};
  while (::poll(sources, client >= 0 ? 2 : 1, timeout_ms) < 0 && errno == EINTR) {
  }
  std::uint64_t count = 0;
  if (::read(watch_.event.get(), &count, sizeof(count)) < 0) count = 0;
  return client < 0 || (sources[1].revents & (POLLHUP | POLLERR)) == 0;
}

void ContainerWatch::wait_until(std::chrono::steady_clock::time_point end) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now()).count();
  if (left > 0) wait(-1, static_cast<int>(std::min<std::int64_t>(left, INT32_MAX)));
}

}  // namespace glassdock::daemon
