#include "app/scene/timeline.h"

#include <algorithm>
#include <span>

namespace glassdock::scene {
namespace {

// The command runs, or a gate holds, and what comes next is not known.
bool is_open(const Subject& subject) {
  const model::Model& now = subject.history.now();
  return !subject.history.is_recording() && now.run.first == subject.model.run.first &&
         (now.run.executing || !now.held.empty());
}

// The stages of the run that have failed, as bits: of an earlier run as far as the moment shown knows.
std::uint32_t failed_stages(const Subject& subject) {
  const model::Run& latest = subject.history.now().run;
  const auto& stages = (latest.first == subject.model.run.first ? latest : subject.model.run).stages;
  std::uint32_t failed = 0;
  for (std::size_t i = 0; i < stages.size(); ++i) {
    if (stages[i].state == model::State::failed) failed |= 1U << i;
  }
  return failed;
}

RunSpan span_of(const Subject& subject) {
  const std::size_t size = std::min(subject.history.size(), subject.times.size());
  RunSpan span{.first = subject.model.run.first, .end = subject.model.run.first + 1};
  while (span.end < size && (subject.history.row(span.end).marks & model::row_begins_run) == 0) ++span.end;
  // What other clients ask behind its end is no part of it.
  const model::Run& latest = subject.history.now().run;
  if (latest.first != span.first || latest.ended) {
    const auto of_run = [&](model::EventIndex i) { return (subject.history.row(i).marks & model::row_in_run) != 0; };
    while (span.end > span.first + 1 && span.end - 1 < size && span.end - 1 >= subject.history.first() &&
           !of_run(span.end - 1)) {
      --span.end;
    }
  }
  span.begin_ns = span.first < size ? subject.times.begin_of(span.first) : 0;
  span.end_ns = subject.times.end_ns();
  if (span.end < size) {
    // The time until something else was asked is no part of it either.
    const std::int64_t stayed = subject.times.begin_of(span.end - 1) + player::least_stay;
    span.end_ns = std::min(stayed, subject.times.begin_of(span.end));
  }
  span.open = is_open(subject);
  if (span.open) span.end_ns += player::longest_wait;  // the view goes on as far as that
  return span;
}

void add(std::vector<Bar>& bars, trace::Stage stage, float from, float to, bool failed = false) {
  constexpr float nearest = 1.5F;  // what stands closer is one
  constexpr float least = 1;       // what is narrower together is one too: there are no more bars than pixels
  if (!bars.empty()) {
    Bar& last = bars.back();
    if (failed && last.stage == stage && from - last.to < nearest) last.failed = true;  // its own work, and its end
    if ((last.stage == stage && from - last.to < nearest) || to - last.from < least) {
      last.to = to;
      return;
    }
  }
  bars.push_back({stage, from, to, failed});
}

class LaneMaker {
 public:
  LaneMaker(const Subject& subject, float left, float wide)
      : subject_(subject), left_(left), wide_(wide), lanes_{.span = span_of(subject)} {
    const RunSpan& span = lanes_.span;
    end_ = std::min({span.end, subject.history.size(), subject.times.size()});
    if (span.end_ns > span.begin_ns) scale_ = wide / static_cast<double>(span.end_ns - span.begin_ns);
  }

  Lanes make() {
    const model::EventIndex first = std::max(lanes_.span.first, subject_.history.first());
    for (model::EventIndex i = first; i < end_; ++i) {
      const model::Row& row = subject_.history.row(i);
      if ((row.marks & (model::row_baseline | model::row_damaged)) == 0) take(i, row);
    }
    if (runs()) add(lanes_.stages, trace::Stage::run, lanes_.commands.back().from, lanes_.commands.back().to);
    const std::span<const player::Squeeze> squeezes = subject_.times.squeezes();
    auto squeeze =
        std::lower_bound(squeezes.begin(), squeezes.end(), first,
                         [](const player::Squeeze& one, model::EventIndex wanted) { return one.after < wanted; });
    for (; squeeze != squeezes.end() && squeeze->after + 1 < end_; ++squeeze) {
      add_break(squeeze->after, squeeze->true_ns);
    }
    if (lanes_.span.open && end_ > first) add_break(end_ - 1, 0);
    return std::move(lanes_);
  }

 private:
  float at_view(std::int64_t view_ns) const {
    if (scale_ <= 0 || view_ns >= lanes_.span.end_ns) return left_ + wide_;
    return left_ + static_cast<float>(static_cast<double>(view_ns - lanes_.span.begin_ns) * scale_);
  }
  float at(model::EventIndex event) const {
    return event < end_ ? at_view(subject_.times.begin_of(event)) : left_ + wide_;
  }
  // Behind the event's own stay.
  float behind(model::EventIndex event) const {
    return std::min(at(event + 1), at_view(subject_.times.begin_of(event) + player::least_stay));
  }

  void take(model::EventIndex i, const model::Row& row) {
    const std::string_view name = subject_.history.name(row);
    const bool in_run = (row.marks & model::row_in_run) != 0;
    if (in_run && name == "run.exec" && (row.marks & model::row_failed) == 0) return begin_command(i);
    if (in_run && name == "container.exit" && runs()) end_command(i);
    if (in_run && name == "container.pause" && (row.marks & model::row_failed) == 0)
      pauses_.push_back({i, model::no_event});
    if (in_run && name == "container.unpause" && !pauses_.empty()) pauses_.back().second = i;
    const float from = at(i), to = runs() ? behind(i) : at(i + 1);
    // A gate that holds is nobody's work.
    if (to <= from || name.starts_with("gate.")) return;
    // Whatever else happens meanwhile: what goes on is the command.
    if (in_run && !runs() && static_cast<std::size_t>(row.stage) < trace::main_stage_count) {
      add(lanes_.stages, row.stage, from, to, has_failed(row));
    }
    // The engine and the hub serve other runs, too; the monitor and the child are this run's own.
    if (!in_run && (row.actor == trace::Actor::monitor || row.actor == trace::Actor::child)) return;
    for (std::size_t lane = 0; lane < lane_actors.size(); ++lane) {
      if (row.actor == lane_actors[lane]) add(lanes_.actors[lane], row.stage, from, to, has_failed(row));
    }
  }
  // Not what may fail: the stage has.
  bool has_failed(const model::Row& row) const {
    const auto stage = static_cast<std::size_t>(row.stage);
    return (row.marks & model::row_failed) != 0 && stage < trace::main_stage_count && (failed_ >> stage & 1) != 0;
  }
  bool runs() const { return !lanes_.commands.empty() && lanes_.commands.back().exit == model::no_event; }
  void begin_command(model::EventIndex execve) {
    lanes_.commands.push_back({.from = at(execve), .to = left_ + wide_, .execve = execve});
  }
  void end_command(model::EventIndex exit) {
    CommandBar& command = lanes_.commands.back();
    command.to = at(exit);
    command.exit = exit;
    add(lanes_.stages, trace::Stage::run, command.from, command.to);
  }
  void add_break(model::EventIndex after, std::int64_t true_ns) {
    const auto runs = [&](const CommandBar& one) { return after >= one.execve && after < one.exit; };
    Break made{.from = at(after), .to = at(after + 1), .after = after, .true_ns = true_ns};
    made.at = (behind(after) + made.to) / 2;
    // Of those that would stand on one another the longest is kept; 0 is what goes on.
    constexpr float nearest = 1;
    if (true_ns > 0 && !lanes_.breaks.empty() && made.at - lanes_.breaks.back().at < nearest) {
      if (lanes_.breaks.back().true_ns >= true_ns) return;
      lanes_.breaks.pop_back();
    }
    if ((subject_.history.row(after).marks & model::row_held) != 0) {
      made.why = Break::Why::held;
      made.gate = trace::argument_text(subject_.history.event(after), "gate");
    } else if (std::any_of(pauses_.begin(), pauses_.end(), [&](const auto& one) {
                 return after >= one.first && after < one.second;  // no_event: it goes on
               })) {
      made.why = Break::Why::paused;
    } else if (std::any_of(lanes_.commands.begin(), lanes_.commands.end(), runs)) {
      made.why = Break::Why::command_runs;
    }
    lanes_.breaks.push_back(std::move(made));
  }

  const Subject& subject_;
  const float left_, wide_;
  Lanes lanes_;
  model::EventIndex end_ = 0;
  double scale_ = 0;
  std::vector<std::pair<model::EventIndex, model::EventIndex>> pauses_;  // of the run's container: from, to
  const std::uint32_t failed_ = failed_stages(subject_);
};

// A part of the lanes: from `from` on, `wide`, and moved to `left`.
class Cut {
 public:
  Cut(float from, float left, float wide) : from_(from), left_(left), wide_(wide) {}
  template <typename Piece>
  std::vector<Piece> of(const std::vector<Piece>& pieces) const {
    std::vector<Piece> kept;
    for (Piece piece : pieces) {
      if (piece.to <= from_ || piece.from >= from_ + wide_) continue;
      piece.from = moved(piece.from);
      piece.to = moved(piece.to);
      kept.push_back(std::move(piece));
    }
    return kept;
  }
  std::vector<Break> breaks(const std::vector<Break>& all) const {
    std::vector<Break> kept;
    for (const Break& one : all) {
      if (one.at < from_ || one.at > from_ + wide_) continue;
      kept.push_back(one);
      kept.back().from = moved(one.from);
      kept.back().to = moved(one.to);
      kept.back().at = moved(one.at);
    }
    return kept;
  }

 private:
  float moved(float x) const { return left_ + std::clamp(x - from_, 0.0F, wide_); }
  float from_, left_, wide_;
};

}  // namespace

const Lanes& TimelineBars::of(const Subject& subject, float left, float wide) {
  const int zoom = subject.view.timeline_zoom;
  if (zoom <= 1) return this->whole(subject, left, wide);
  const Lanes& whole = this->whole(subject, 0, wide * static_cast<float>(zoom));
  const std::int64_t length = whole.span.end_ns - whole.span.begin_ns, shown = length / zoom;
  const std::int64_t last = whole.span.end_ns - shown;
  const std::int64_t begin = std::clamp(subject.view.position.view_ns - shown / 2, whole.span.begin_ns, last);
  const double scale = length > 0 ? static_cast<double>(wide) * zoom / static_cast<double>(length) : 0;
  const Cut cut(static_cast<float>(static_cast<double>(begin - whole.span.begin_ns) * scale), left, wide);
  part_.span = whole.span;
  part_.span.begin_ns = begin;
  part_.span.end_ns = begin + shown;
  part_.stages = cut.of(whole.stages);
  for (std::size_t lane = 0; lane < part_.actors.size(); ++lane) part_.actors[lane] = cut.of(whole.actors[lane]);
  part_.commands = cut.of(whole.commands);
  part_.breaks = cut.breaks(whole.breaks);
  return part_;
}

const Lanes& TimelineBars::whole(const Subject& subject, float left, float wide) {
  const Key key{&subject.history,
                subject.history.size(),
                subject.times.size(),
                subject.model.run.first,
                subject.history.first(),
                is_open(subject),
                failed_stages(subject),
                left,
                wide};
  if (key != key_) {
    lanes_ = LaneMaker(subject, left, wide).make();
    key_ = key;
  }
  return lanes_;
}

}  // namespace glassdock::scene
