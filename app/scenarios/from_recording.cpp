#include "app/scenarios/from_recording.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "app/model/reducer.h"
#include "app/scenarios/scenario.h"
#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/client/glass.h"
#include "engine/trace/gates.h"

namespace glassdock::scenarios {
namespace {

using lessons::ContainerSeen;
using trace::argument_text;

std::string state_of(model::Phase phase) {
  switch (phase) {
    case model::Phase::created:
      return "created";
    case model::Phase::running:
      return "running";
    case model::Phase::paused:
      return "paused";
    case model::Phase::restarting:
      return "restarting";
    case model::Phase::exited:
      return "exited";
    default:
      return {};  // it is not there yet, or no longer
  }
}

Standing standing_of(const model::Model& model) {
  Standing standing;
  for (const model::Container& one : model.containers) {
    const std::string state = state_of(one.standing());
    if (state.empty()) continue;
    const int code = one.exit_code ? static_cast<int>(*one.exit_code) : 0;
    standing.containers.push_back({one.id, one.name, one.image, one.command, state, code, one.process});
  }
  for (const model::Image& one : model.images) {
    if (one.state == model::State::there) standing.images.push_back(typed_name(one.reference));
  }
  return standing;
}

// Of the whole recording: its command was typed in a shell, word by word.
std::vector<RecordedLine> typed_line(const std::vector<trace::Event>& events, const std::string& command,
                                     const std::vector<RecordedLine>& asked) {
  const bool runs_one = starts_with(command, "docker ") && !asked.empty();
  if (!runs_one) return asked;
  RecordedLine line = asked.back();  // a run that pulls is one line; what others asked meanwhile is not its
  line.line = command;
  line.first = asked.front().first;
  line.end = events.size();
  return {line};
}

std::vector<std::string> gates_of(const std::vector<trace::Event>& events, const RecordedLine& line) {
  std::vector<std::string> gates;
  for (std::size_t i = line.first; i < line.end; ++i) {
    const auto held = client::held_by(events[i]);
    if (!held || !trace::find_gate(held->gate)) continue;
    if (std::find(gates.begin(), gates.end(), held->gate) == gates.end()) gates.push_back(held->gate);
  }
  return gates;
}

class DraftMaker {
 public:
  DraftMaker(const std::vector<trace::Event>& events, std::string_view made_of) : events_(events), made_of_(made_of) {}

  Draft make(const std::vector<RecordedLine>& lines) {
    advance(lines.front().first);
    for (const std::string& image : standing_of(model_).images) {
      const bool is_used = std::any_of(lines.begin(), lines.end(), [&](const RecordedLine& line) {
        return line.line.find(image) != std::string::npos;
      });
      if (is_used && can_be_written(image)) draft_.images.push_back(image);
    }
    draft_.remark = fmt::format("Made of {}. Each run: is a line for a shell: read it before you play this.", made_of_);
    note_containers();
    Standing before = standing_of(model_);
    for (const RecordedLine& line : lines) {
      advance(line.end);
      Standing after = standing_of(model_);
      if (can_be_written(line.line)) {
        add(line, before, after);
      } else {
        draft_.remark += "\nLeft out, for it is no line of a scenario: " + line.line;
      }
      before = std::move(after);
    }
    return std::move(draft_);
  }

 private:
  // The model with all events before `end`.
  void advance(std::size_t end) {
    for (; next_ < end; ++next_) model::apply(model_, events_[next_], static_cast<model::EventIndex>(next_));
  }

  // What the hub was set to last; nothing where all was well with it.
  std::optional<client::HubConditions> hub_before(std::size_t end) {
    for (; hub_next_ < end; ++hub_next_) {
      const trace::Event& event = events_[hub_next_];
      if (event.name != "hub.conditions") continue;
      const auto number = [&](const char* name) {
        return static_cast<std::uint64_t>(trace::argument_number(event, name));
      };
      hub_ = {number("bytes_per_second"), number("latency_ms"), argument_text(event, "fault"), number("cut_off_after"),
              number("fault_times")};
    }
    const bool is_well = hub_.bytes_per_second == 0 && hub_.latency_ms == 0 && hub_.fault == "none";
    return is_well || !can_be_written(hub_) ? std::nullopt : std::make_optional(hub_);
  }

  void note_containers() {
    const std::vector<ContainerSeen> there = standing_of(model_).containers;
    if (!there.empty()) {
      draft_.remark += "\nThese containers were there before. Make what is needed of them in lab:";
    }
    for (const ContainerSeen& one : there) {
      draft_.remark += fmt::format("\n  {} ({}), of {}: {}", one.name, one.state, one.image, one.command);
    }
  }

  void add(const RecordedLine& line, const Standing& before, const Standing& after) {
    const ContainerSeen* by_chance = names_by_chance(line.line, before, typed_);
    typed_.push_back(line.line);
    DraftStep& step = draft_.steps.emplace_back();
    step.id = new_id(line.line, draft_.steps);
    step.line = line.line;
    if (std::all_of(line.inside.begin(), line.inside.end(), [](const auto& one) { return can_be_written(one); })) {
      step.inside = line.inside;
    }
    if (can_be_written(line.say)) step.say = line.say;
    if (can_be_written(line.then)) step.then = line.then;
    step.hub = hub_before(line.first);
    step.gates = gates_of(events_, line);
    // Who stepped was at every gate; a class wants few.
    constexpr std::size_t most_gates = 6;
    if (step.gates.size() > most_gates) {
      step.remark =
          fmt::format("It was held at {} gates. Name those to hold at: {}", step.gates.size(), join(step.gates, " "));
      step.gates.clear();
    }
    const auto note = [&](std::string_view remark) {
      step.remark += step.remark.empty() ? "" : "\n";
      step.remark += remark;
    };
    if (line.line.find("(hidden)") != std::string::npos) {
      note("The recording hides values: write them in place of (hidden).");
    }
    if (!line.remark.empty()) note(line.remark);
    if (line.had_terminal && line.inside.empty())
      note("It had a terminal. If that matters: -it, and what is typed under inside:");
    if (by_chance) {
      note(fmt::format("{} has a name or an id of this time only: give it a name where it is made.", by_chance->name));
    }
    lessons::Observed observed;
    observed.exit_code = line.exit_code;
    observed.output = line.output;
    observed.events.assign(events_.begin() + static_cast<std::ptrdiff_t>(line.first),
                           events_.begin() + static_cast<std::ptrdiff_t>(line.end));
    step.expect = expectations(before, after, observed, typed_);
  }

  const std::vector<trace::Event>& events_;
  const std::string_view made_of_;
  model::Model model_;
  std::size_t next_ = 0, hub_next_ = 0;  // the events that were looked at
  client::HubConditions hub_;
  Draft draft_;
  std::vector<std::string> typed_;
};

}  // namespace

std::vector<RecordedLine> said_lines(const std::vector<trace::Event>& events) {
  std::vector<RecordedLine> lines;
  lessons::Words say;
  for (std::size_t i = 0; i < events.size(); ++i) {
    const trace::Event& event = events[i];
    if (event.name != "scenario.say") continue;
    const std::string part = argument_text(event, "part");
    const lessons::Words words{argument_text(event, "english"), argument_text(event, "korean")};
    if (!lines.empty() && lines.back().end == 0 && part != "gate") lines.back().end = i;
    if (part == "say") say = words;
    if (part == "then" && !lines.empty()) lines.back().then = words;
    if (part != "command") continue;
    RecordedLine& line = lines.emplace_back();
    line.line = words.english;
    line.first = i;
    line.say = std::exchange(say, {});
  }
  if (!lines.empty() && lines.back().end == 0) lines.back().end = events.size();
  return lines;
}

std::vector<RecordedLine> with_typed(std::vector<RecordedLine> asked, const std::vector<TypedLine>& typed,
                                     const std::vector<trace::Event>& events) {
  std::vector<RecordedLine> lines;
  for (const TypedLine& one : typed) {
    RecordedLine& line = lines.emplace_back();
    line.line = one.line;
    line.first = std::min(one.first, events.size());
    line.exit_code = one.exit_code;
    line.output = one.output;
    line.inside = one.inside;
  }
  for (RecordedLine& one : asked) {
    // The newest: an engine that was started anew counts its spans from the beginning.
    std::size_t at = typed.size();
    while (at > 0 && (typed[at - 1].run != events[one.first].parent || typed[at - 1].first > one.first)) --at;
    if (at == 0) {
      lines.push_back(std::move(one));
    } else {
      lines[at - 1].had_terminal = lines[at - 1].had_terminal || one.had_terminal;
    }
  }
  std::stable_sort(lines.begin(), lines.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  for (std::size_t i = 0; i < lines.size(); ++i)
    lines[i].end = i + 1 < lines.size() ? lines[i + 1].first : events.size();
  return lines;
}

Draft draft_of(const std::vector<trace::Event>& events, const std::string& command,
               const std::vector<TypedLine>& typed) {
  std::vector<RecordedLine> lines = said_lines(events);
  if (lines.empty()) lines = with_typed(typed_line(events, command, asked_lines(events)), typed, events);
  std::erase_if(lines, [](const RecordedLine& line) { return line.line.empty(); });
  if (lines.size() > most_draft_lines) {
    throw Error(ErrorKind::invalid_argument,
                fmt::format("{} commands were given in this recording: a draft is made of {} at most", lines.size(),
                            most_draft_lines),
                "record what one scenario shows");
  }
  if (lines.empty()) {
    throw Error(ErrorKind::invalid_argument, "no command was given in this recording",
                "glassdock --trace FILE watch records what docker commands do");
  }
  Draft draft = DraftMaker(events, typed.empty() ? "a recording" : "what was done in a studio").make(lines);
  if (draft.steps.empty()) {
    throw Error(ErrorKind::invalid_argument, "no command of this recording can be a line of a scenario");
  }
  return draft;
}

std::string draft_file(const std::vector<trace::Event>& events, const std::string& command,
                       const std::vector<TypedLine>& typed) {
  std::string text = to_yaml(draft_of(events, command, typed));
  parse_scenario({"the draft", text});
  return text;
}

}  // namespace glassdock::scenarios
