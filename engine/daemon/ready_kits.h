#pragma once

#include <cstddef>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

namespace glassdock::daemon {

struct StartKit;

// The kits that were made at `create`, of the newest containers only: each holds half a dozen descriptors, and whoever
// creates a thousand containers would leave none to start them with. A container without one makes it at its start. Any
// thread.
class ReadyKits {
 public:
  explicit ReadyKits(std::size_t most) : most_(most) {}
  // The oldest one goes where there are more than `most`.
  void put(std::string_view container, std::shared_ptr<StartKit> kit);
  // It is the caller's; null where there is none (any more).
  std::shared_ptr<StartKit> take(std::string_view container);

 private:
  const std::size_t most_;
  std::mutex mutex_;
  std::list<std::pair<std::string, std::shared_ptr<StartKit>>> kits_;  // the oldest first
};

}  // namespace glassdock::daemon
