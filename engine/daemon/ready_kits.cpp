#include "engine/daemon/ready_kits.h"

#include <algorithm>

#include "engine/daemon/start_kit.h"

namespace glassdock::daemon {

void ReadyKits::put(std::string_view container, std::shared_ptr<StartKit> kit) {
  std::shared_ptr<StartKit> oldest;  // closed behind the lock
  std::lock_guard lock(mutex_);
  kits_.emplace_back(container, std::move(kit));
  if (kits_.size() <= most_) return;
  oldest = std::move(kits_.front().second);
  kits_.pop_front();
}

std::shared_ptr<StartKit> ReadyKits::take(std::string_view container) {
  std::lock_guard lock(mutex_);
  auto found = std::find_if(kits_.begin(), kits_.end(), [&](const auto& entry) { return entry.first == container; });
  if (found == kits_.end()) return nullptr;
  std::shared_ptr<StartKit> kit = std::move(found->second);
  kits_.erase(found);
  return kit;
}

}  // namespace glassdock::daemon
