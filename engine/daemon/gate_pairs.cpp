#include "engine/daemon/gate_pairs.h"

#include <algorithm>
#include <utility>

namespace glassdock::daemon {

GatePairs::GatePairs(std::vector<GatePair> pairs) {
  for (const GatePair& pair : pairs) pairs_.push_back({Side{pair.container}, Side{pair.machine}});
}

const GatePairs::Sides* GatePairs::find(std::string_view gate) const {
  const auto has_gate = [&](const Sides& sides) { return sides[0].gate == gate || sides[1].gate == gate; };
  const auto found = std::find_if(pairs_.begin(), pairs_.end(), has_gate);
  return found == pairs_.end() ? nullptr : &*found;
}

std::string_view GatePairs::partner(std::string_view gate) const {
  const Sides* sides = find(gate);
  if (!sides) return {};
  const Side& other = (*sides)[0].gate == gate ? (*sides)[1] : (*sides)[0];
  return other.left ? std::string_view() : other.gate;
}

void GatePairs::leave_missing(const std::function<bool(std::string_view)>& has) {
  constexpr auto lane = static_cast<std::size_t>(Lane::container);
  for (std::size_t i = 0; i < pairs_.size(); ++i) {
    Side& side = pairs_[i][lane];
    if (side.left || has(side.gate)) continue;
    side = {{}, true};
    if (i + 1 < pairs_.size()) std::swap(side, pairs_[i + 1][lane]);
  }
}

void GatePairs::leave(std::string_view gate) {
  for (Sides& sides : pairs_) {
    for (Side& side : sides) side.left = side.left || side.gate == gate;
  }
}

void GatePairs::leave(Lane lane) {
  for (Sides& sides : pairs_) sides[static_cast<std::size_t>(lane)].left = true;
}

}  // namespace glassdock::daemon
