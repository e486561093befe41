#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/error.h"
#include "engine/content/metadata.h"
#include "engine/daemon/container.h"
#include "engine/daemon/image_service.h"

namespace glassdock::daemon {

using ContainerPtr = std::shared_ptr<Container>;

// All containers of the engine, by id and by name, and their one way from state to state. Any thread may call; one
// mutex guards the table and what changes in each container, and no call does slow work under it.
class Containers {
 public:
  using Complain = std::function<void(const std::string& id, const std::exception&)>;
  // Reads what the metadata have. One whose record cannot be read is reported by `unreadable`, and is dead until it is
  // removed: whatever runs of it goes on until then, and its files stay.
  Containers(content::Metadata& metadata, std::filesystem::path folder, const Complain& unreadable);

  // A new container in state created, under a name that is free from now on: the request's, or one made up. It is being
  // created and not stored yet. Throws Error in docker's words: a malformed name, Error(conflict) for a name in use.
  ContainerPtr add(std::string id, std::string name, ContainerConfig config, const RestartPolicy& policy = {});
  // By whole id, name (with or without its slash) or beginning of an id. Throws Error(not_found) "No such container:
  // x", Error(invalid_argument) where several ids begin so.
  ContainerPtr find(std::string_view name) const;
  bool knows(const std::string& id) const;  // a whole one
  std::vector<ContainerPtr> all() const;    // the newest first
  std::vector<ImageUser> users(const Digest& image) const;
  std::size_t alive() const;

  // The guarded part is read and changed under this. Never held while anything waits.
  std::unique_lock<std::mutex> lock() const { return std::unique_lock(mutex_); }
  Status status(const Container& container) const;
  std::string name(const Container& container) const;
  // In the order of ids; lock held by the caller.
  void for_each_locked(const std::function<void(const Container&)>& look) const;

  // Moves the container as the table of states has it, lets `fill` change the rest of the status under the same lock,
  // wakes those who wait. Throws Error(conflict) for a move that does not exist.
  void move(Container& container, Move move, const std::function<void(Container&)>& fill = {});
  // The same with the lock held by the caller, without the wake-up's system call where nobody waits.
  void move_locked(Container& container, Move move);
  // Behind an end, which stands in the status: for those who wait for it. Lock held by the caller.
  void note_exit_locked(Container& container);
  void ring(Container& container);  // wakes those who wait; lock held by the caller
  void ring_all();

  // Stores what is the status now. In the metadata the last call's status stands at the end.
  void store_new(const Container& container);
  void store_status(const Container& container);
  // The same where nobody can be told of a failure (a full disk): the container's own status file has it, and the next
  // daemon reads that.
  void store_quietly(const Container& container) noexcept;
  // Under its new name on return, in the metadata too; `renamed` is called with the lock held and the name before.
  // Throws Error in docker's words, as add does.
  void rename(Container& container, std::string name, const std::function<void(const std::string&)>& renamed);
  // Takes it out of the table and out of the metadata; wakes those who wait. `gone` is called with the lock held,
  // before anybody is woken.
  void forget(Container& container, const std::function<void()>& gone);

  const std::filesystem::path& folder() const noexcept { return folder_; }

 private:
  ContainerPtr find_locked(std::string_view name) const;
  void check_free_locked(const std::string& name) const;

  content::Metadata& metadata_;
  const std::filesystem::path folder_;
  mutable std::mutex mutex_;
  std::mutex store_mutex_;
  std::map<std::string, ContainerPtr, std::less<>> by_id_;
  std::map<std::string, ContainerPtr, std::less<>> by_name_;
};

// Waits for a container's change without a poll: an eventfd that rings at each. One thread.
class ContainerWatch {
 public:
  ContainerWatch(Containers& containers, ContainerPtr container);
  ~ContainerWatch();
  ContainerWatch(const ContainerWatch&) = delete;
  ContainerWatch& operator=(const ContainerWatch&) = delete;
  // Blocks until a change, or until the peer of `client` closes (false), or `timeout_ms` (-1: for ever) passes (true).
  // A peer that only sends no more (shutdown(2), as docker does at its stdin's end) still waits for its answer.
  // `client` may be -1.
  bool wait(int client, int timeout_ms);
  // Blocks until a change, or until `end`.
  void wait_until(std::chrono::steady_clock::time_point end);
  // The exit code of the first exit since this watch began, whatever came behind it; lock held by the caller.
  std::optional<int> first_exit() const noexcept { return watch_.first_exit; }

 private:
  Containers& containers_;
  ContainerPtr container_;
  Watch watch_;
};

std::int64_t realtime_ns();
// Docker's refusal of what only a running container can do; `who` is "Container ID" or the like.
Error restarting_error(std::string_view who);

}  // namespace glassdock::daemon
