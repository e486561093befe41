#include "app/player/view_times.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "app/model/reducer.h"

namespace glassdock::player {
namespace {

using model::History;
using model::Row;
using trace::Kind;

// One of the two ends of these shows nothing that the other does not.
constexpr auto seen_at_end =
    std::to_array<std::string_view>({"container.remove", "snapshot.prepare", "snapshot.unpack"});
constexpr auto seen_at_begin = std::to_array<std::string_view>(
    {"container.create", "container.restart", "container.start", "request.received", "vm.machine"});
// Told by others at the same moment, or not in the picture at all.
constexpr auto never_seen = std::to_array<std::string_view>({"hub.request", "pull.http"});
// Outside the run that is in the picture: a glimpse.
constexpr std::int64_t other_stay = 60'000'000;

template <std::size_t N>
bool contains(const std::array<std::string_view, N>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::int64_t take_from(std::int64_t& purse, std::int64_t wanted) {
  const std::int64_t taken = std::min(wanted, purse / 3);
  purse -= taken;
  return taken;
}

}  // namespace

std::int64_t full_stay(const History& history, const Row& row) {
  if ((row.marks & (model::row_baseline | model::row_damaged | model::row_beside_race)) != 0) return 0;
  const std::string_view name = history.name(row);
  if (!model::has_picture(name) || contains(never_seen, name)) return 0;
  if ((row.marks & model::row_failed) != 0) return least_stay;
  if (row.kind == Kind::begin && contains(seen_at_end, name)) return 0;
  if (row.kind == Kind::end && contains(seen_at_begin, name)) return 0;
  return model::only_in_list(name) ? minor_stay : least_stay;
}

bool is_step(const History& history, const Row& row) {
  return row.kind != Kind::sample && full_stay(history, row) > 0;
}

std::int64_t ViewTimes::stay_of(const History& history, const Row& row) {
  const std::int64_t full = full_stay(history, row);
  if (full == 0) return 0;
  const std::string_view name = history.name(row);
  if (name == "gate.held" || name == "gate.released") return full;
  if (row.stage == trace::Stage::vm) return full;  // a race is a run of its own
  if ((row.marks & model::row_in_run) == 0) return std::min(full, other_stay);
  return take_from(row.kind == Kind::sample ? purses_.samples : purses_.events, full);
}

// What the true time before the event adds to the stay of the one before it.
std::int64_t ViewTimes::wait_before(const Row& row, std::int64_t stay) {
  const std::int64_t true_ns = row.time_ns > last_true_ns_ ? row.time_ns - last_true_ns_ : 0;
  const std::int64_t wanted = std::max<std::int64_t>(std::min(true_ns, longest_wait) - stay, 0);
  const bool in_run = (row.marks & model::row_in_run) != 0;
  const std::int64_t wait = held_ || !in_run ? wanted : take_from(purses_.waits, wanted);
  if (true_ns > longest_wait) squeezes_.push_back({begins_.size() - 1, true_ns, stay + wait});
  return wait;
}

void ViewTimes::extend(const History& history) {
  while (begins_.size() < history.size()) {
    const Row& row = history.row(begins_.size());
    const bool shown = (row.marks & (model::row_baseline | model::row_damaged)) == 0;
    if ((row.marks & model::row_begins_run) != 0) purses_ = Purses{};
    std::int64_t begin = end_ns_;
    if (shown && any_) begin += wait_before(row, last_stay_);
    begins_.push_back(begin);
    if (!shown) continue;  // no time, and the wait around it is counted once, from the event before
    last_true_ns_ = any_ ? std::max(last_true_ns_, row.time_ns) : row.time_ns;
    last_stay_ = stay_of(history, row);
    end_ns_ = begin + last_stay_;
    any_ = true;
    held_ = (row.marks & model::row_held) != 0;
    if ((row.marks & (model::row_ends_start | model::row_in_run)) == (model::row_ends_start | model::row_in_run)) {
      purses_ = Purses{};
    }
  }
}

std::size_t ViewTimes::count_at(std::int64_t view_ns) const {
  return static_cast<std::size_t>(std::upper_bound(begins_.begin(), begins_.end(), view_ns) - begins_.begin());
}

std::int64_t ViewTimes::true_ns_at(const History& history, std::int64_t view_ns) const {
  const std::size_t count = count_at(view_ns);
  if (begins_.empty()) return 0;
  if (count == 0) return history.row(0).time_ns;
  const std::int64_t from = history.row(count - 1).time_ns;
  if (count == begins_.size()) return from;
  const std::int64_t to = history.row(count).time_ns;
  const std::int64_t length = begins_[count] - begins_[count - 1];
  if (to <= from || length <= 0) return from;
  const double part = static_cast<double>(view_ns - begins_[count - 1]) / static_cast<double>(length);
  return from + static_cast<std::int64_t>(part * static_cast<double>(to - from));
}

}  // namespace glassdock::player
