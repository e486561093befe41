#include "app/model/history.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>

#include "app/model/reduce.h"
#include "app/model/reducer.h"
#include "engine/base/error.h"
#include "engine/base/text.h"

namespace glassdock::model {
namespace {

constexpr std::size_t copies_limit = 48u << 20;  // bytes; with rows and lines of a million events 80 MiB
constexpr std::size_t near_apart = 256;          // events between two copies round the place that is looked at
constexpr std::size_t most_near = 64;
constexpr std::size_t most_names = 4096;  // a hostile recording may have a name for each event
constexpr std::size_t most_commands = 256;

std::uint8_t marks_of(const Model& model, const trace::Event& event, EventIndex index) {
  std::uint8_t marks = 0;
  if (model.in_baseline) marks |= row_baseline;
  if (model.run.first == index) marks |= row_begins_run;
  if (event.name == "container.start" && event.kind == trace::Kind::end) marks |= row_ends_start;
  if (!model.held.empty()) marks |= row_held;
  const std::size_t stage = static_cast<std::size_t>(event.stage);
  const bool of_stage = stage < trace::main_stage_count && model.run.stages[stage].last == index;
  const Container* current = model.current();
  if (of_stage || (current && current->changed == index)) marks |= row_in_run;
  if (is_beside_race(model, event, index)) marks |= row_beside_race;
  if (trace::argument_flag(event, "failed") || trace::argument_number(event, "errno") != 0) marks |= row_failed;
  return marks;
}

}  // namespace

History::History() {
  names_.emplace_back();
  copies_.push_back(make_copy(now_, nullptr));
}

History::History(trace::Recording recording) : History() {
  recording_.emplace(std::move(recording));
  if (!recording_->notice().empty()) notices_.push_back(recording_->notice());
  commands_.push_back({.root = std::nullopt, .command = recording_->header().command});
  rows_.reserve(recording_->size());
  for (std::size_t i = 0; i < recording_->size(); ++i) {
    try {
      take(recording_->event(i));
    } catch (const Error& error) {
      take_damaged(error.what());
    }
  }
  if (damaged_ > 1) notices_.push_back(fmt::format("{} events cannot be read and are left out", damaged_));
  fill_command(now_);
}

void History::add(trace::Event event) {
  // The next engine's spans have the same numbers.
  if (event.name == "trace.ended") {
    for (Named& named : commands_) named.end = std::min(named.end, size());
  }
  take(event);
  fill_command(now_);
  event_bytes_ += trace::footprint(event);
  events_.push_back(std::move(event));
  if (event_bytes_ > live_limit_) forget_oldest();
}

void History::name_next_run(std::uint64_t root, std::string command) {
  if (commands_.size() >= most_commands) commands_.erase(commands_.begin());
  commands_.push_back({.from = size(), .root = root, .command = std::move(command)});
}

void History::take(const trace::Event& event) {
  has_evidence_ = has_evidence_ || !event.evidence.empty();
  const EventIndex index = rows_.size();
  apply(now_, event, index);
  rows_.push_back(
      {event.time_ns, name_number(event.name), event.stage, event.kind, event.actor, marks_of(now_, event, index)});
  if (rows_.size() - copies_.back().count >= apart_) keep_copy();
}

// It takes a place, so that the numbers of lines and events stay the same; the model goes on without it.
void History::take_damaged(const std::string& fault) {
  if (++damaged_ == 1) notices_.push_back(fault);
  Row row;
  row.time_ns = rows_.empty() ? 0 : rows_.back().time_ns;
  row.marks = row_damaged;
  rows_.push_back(row);
  ++now_.events;
}

std::uint16_t History::name_number(const std::string& name) {
  const auto found = name_numbers_.find(name);
  if (found != name_numbers_.end()) return found->second;
  if (names_.size() >= most_names) return 0;
  const auto number = static_cast<std::uint16_t>(names_.size());
  names_.push_back(name);
  name_numbers_.emplace(name, number);
  return number;
}

trace::Event History::event(EventIndex index) const {
  if (!keeps(index)) throw Error(ErrorKind::internal, fmt::format("event {} is not kept", index));
  return recording_ ? recording_->event(index) : events_[index - first_];
}

History::Copy History::make_copy(const Model& model, const Copy* before) {
  Copy copy;
  std::unordered_map<std::string_view, const std::shared_ptr<const Container>*> known;
  if (before) {
    for (const auto& container : before->containers) known.emplace(container->id, &container);
  }
  copy.containers.reserve(model.containers.size());
  for (const Container& container : model.containers) {
    const auto found = known.find(container.id);
    if (found != known.end() && (*found->second)->changed == container.changed) {
      copy.containers.push_back(*found->second);
    } else {
      copy.containers.push_back(std::make_shared<const Container>(container));
      copy.bytes += footprint(*copy.containers.back());
    }
  }
  copy.rest.events = model.events;
  copy.rest.first_ns = model.first_ns;
  copy.rest.now_ns = model.now_ns;
  copy.rest.engine = model.engine;
  copy.rest.hub = model.hub;
  copy.rest.layers = model.layers;
  copy.rest.images = model.images;
  copy.rest.lookup = model.lookup;
  copy.rest.transfers = model.transfers;
  copy.rest.run = model.run;
  copy.rest.other = model.other;
  copy.rest.asked = model.asked;
  copy.rest.focus = model.focus;
  copy.rest.held = model.held;
  copy.rest.lost = model.lost;
  copy.rest.after_loss = model.after_loss;
  copy.rest.last = model.last;
  copy.rest.telling = model.telling;
  copy.rest.held_ns = model.held_ns;
  copy.rest.in_baseline = model.in_baseline;
  copy.rest.had_container = model.had_container;
  copy.rest.race = model.race;
  copy.rest.ways = model.ways;
  copy.rest.narration = model.narration;
  copy.bytes += footprint(copy.rest) + copy.containers.capacity() * sizeof(copy.containers[0]) + sizeof(Copy);
  return copy;
}

Model History::restore(const Copy& copy) {
  Model model = copy.rest;
  model.containers.reserve(copy.containers.size());
  for (const auto& container : copy.containers) model.containers.push_back(*container);
  return model;
}

void History::keep_copy() {
  copies_.push_back(make_copy(now_, &copies_.back()));
  copies_.back().count = rows_.size();
  copies_bytes_ += copies_.back().bytes;
  while (copies_bytes_ > copies_limit && copies_.size() > 8) thin_copies();
}

void History::thin_copies() {
  std::vector<Copy> kept;
  for (std::size_t i = 0; i < copies_.size(); ++i) {
    if (i % 2 == 0) kept.push_back(std::move(copies_[i]));
  }
  copies_ = std::move(kept);
  apart_ *= 2;
  copies_bytes_ = 0;
  std::unordered_set<const Container*> counted;
  for (Copy& copy : copies_) {
    copy.bytes = footprint(copy.rest) + copy.containers.capacity() * sizeof(copy.containers[0]) + sizeof(Copy);
    for (const auto& container : copy.containers) {
      if (counted.insert(container.get()).second) copy.bytes += footprint(*container);
    }
    copies_bytes_ += copy.bytes;
  }
}

// Whole stretches between copies, so that the first place that is left has its model.
void History::forget_oldest() {
  while (event_bytes_ > live_limit_ && copies_.size() > 1) {
    const std::size_t next = copies_[1].count;
    for (; first_ < next; ++first_) {
      event_bytes_ -= std::min(event_bytes_, trace::footprint(events_.front()));
      events_.pop_front();
    }
    copies_bytes_ -= std::min(copies_bytes_, copies_.front().bytes);
    copies_.erase(copies_.begin());
  }
  near_.clear();
  if (looked_.events < first_) looked_ = restore(copies_.front());
}

const History::Copy& History::nearest(std::size_t count) const {
  const auto last_before = [count](const std::vector<Copy>& list) -> const Copy* {
    const auto after = std::upper_bound(list.begin(), list.end(), count,
                                        [](std::size_t wanted, const Copy& copy) { return wanted < copy.count; });
    return after == list.begin() ? nullptr : &*(after - 1);
  };
  const Copy& far = *last_before(copies_);  // the first copy stands before every place
  const Copy* close = last_before(near_);
  return close && close->count > far.count ? *close : far;
}

// Applies what lies between the model that is looked at and the place, leaving copies on the way: the next step back
// starts from one of those.
void History::go_forward(std::size_t count) {
  while (looked_.events < count) {
    const EventIndex index = looked_.events;
    if ((rows_[index].marks & row_damaged) != 0) {
      ++looked_.events;
    } else {
      apply(looked_, event(index), index);
    }
    const bool first = near_.empty();
    const std::size_t last = first ? nearest(looked_.events).count : near_.back().count;
    if (looked_.events < last + near_apart) continue;
    if (near_.size() >= most_near) near_.erase(near_.begin());
    near_.push_back(make_copy(looked_, near_.empty() ? nullptr : &near_.back()));
    near_.back().count = looked_.events;
  }
}

const Model& History::at(std::size_t count) {
  count = std::clamp(count, first_, size());
  if (count == size()) return now_;
  if (count == looked_.events && count != 0) return looked_;
  const Copy& copy = nearest(count);
  if (count < looked_.events || copy.count > looked_.events) {
    looked_ = restore(copy);
    // Copies of another stretch would not lead here.
    if (near_.empty() || copy.count < near_.front().count || copy.count > near_.back().count) near_.clear();
  }
  go_forward(count);
  fill_command(looked_);
  return looked_;
}

void History::fill_command(Model& model) const {
  const model::Run& run = model.run;
  const auto named = std::find_if(commands_.rbegin(), commands_.rend(), [&](const Named& one) {
    return run.first != no_event && one.from <= run.first && run.first < one.end &&
           (!one.root || *one.root == run.root);
  });
  const std::string_view command = named == commands_.rend() ? std::string_view() : named->command;
  if (run.command != command) model.run.command = command;
  fill_command_of_other(model);
}

// A line that is no run of its own: docker pause.
void History::fill_command_of_other(Model& model) const {
  Request& other = model.other;
  const auto named = std::find_if(commands_.rbegin(), commands_.rend(), [&](const Named& one) {
    return other.begin != no_event && one.from <= other.begin && other.begin < one.end && one.root && *one.root != 0 &&
           *one.root == other.parent;
  });
  const std::string_view command = named == commands_.rend() ? std::string_view() : named->command;
  if (other.command != command) other.command = command;
}

std::size_t History::memory() const {
  std::size_t near = 0;
  for (const Copy& copy : near_) near += copy.bytes;
  return rows_.capacity() * sizeof(Row) + copies_bytes_ + near + footprint(now_) + footprint(looked_) + event_bytes_;
}

}  // namespace glassdock::model
