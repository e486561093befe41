#include "app/scene/timeline.h"

#include <algorithm>

namespace glassdock::scene {
namespace {

RunSpan span_of(const Subject& subject) {
  const std::size_t size = std::min(subject.history.size(), subject.times.size());
  RunSpan span{.first = subject.model.run.first, .end = subject.model.run.first + 1};
  while (span.end < size && (subject.history.row(span.end).marks & model::row_begins_run) == 0) ++span.end;
  span.begin_ns = span.first < size ? subject.times.begin_of(span.first) : 0;
  span.end_ns = span.end < size ? subject.times.begin_of(span.end) : subject.times.end_ns();
  return span;
}

void add(std::vector<Bar>& bars, trace::Stage stage, float from, float to) {
  constexpr float nearest = 1.5F;  // what stands closer is one
  constexpr float least = 1;       // what is narrower together is one too: there are no more bars than pixels
  if (!bars.empty()) {
    Bar& last = bars.back();
    if ((last.stage == stage && from - last.to < nearest) || to - last.from < least) {
      last.to = to;
      return;
    }
  }
  bars.push_back({stage, from, to});
}

Lanes make(const Subject& subject, float left, float wide) {
  Lanes lanes{.span = span_of(subject)};
  const RunSpan& span = lanes.span;
  const std::size_t end = std::min({span.end, subject.history.size(), subject.times.size()});
  const double scale = span.end_ns > span.begin_ns ? wide / static_cast<double>(span.end_ns - span.begin_ns) : 0;
  const auto at = [&](model::EventIndex event) {
    if (event >= end || scale <= 0) return left + wide;
    return left + static_cast<float>(static_cast<double>(subject.times.begin_of(event) - span.begin_ns) * scale);
  };
  for (model::EventIndex i = std::max(span.first, subject.history.first()); i < end; ++i) {
    const model::Row& row = subject.history.row(i);
    if ((row.marks & (model::row_baseline | model::row_damaged)) != 0) continue;
    const float from = at(i), to = at(i + 1);
    // A gate that holds is nobody's work.
    if (to <= from || subject.history.name(row).starts_with("gate.")) continue;
    if (static_cast<std::size_t>(row.stage) < trace::main_stage_count) add(lanes.stages, row.stage, from, to);
    for (std::size_t lane = 0; lane < lane_actors.size(); ++lane) {
      if (row.actor == lane_actors[lane]) add(lanes.actors[lane], row.stage, from, to);
    }
  }
  return lanes;
}

}  // namespace

const Lanes& TimelineBars::of(const Subject& subject, float left, float wide) {
  const Key key{&subject.history,
                subject.history.size(),
                subject.times.size(),
                subject.model.run.first,
                subject.history.first(),
                left,
                wide};
  if (key != key_) {
    lanes_ = make(subject, left, wide);
    key_ = key;
  }
  return lanes_;
}

}  // namespace glassdock::scene
