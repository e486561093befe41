#include "app/scene/life_words.h"

#include <fmt/format.h>
#include <signal.h>

#include <algorithm>
#include <array>

#include "app/scene/parts.h"
#include "app/scene/picture_parts.h"
#include "engine/base/saturating.h"
#include "engine/base/signals.h"
#include "engine/base/text.h"

namespace glassdock::scene {
namespace {

using model::Container;
using model::Effect;
using model::Move;

constexpr std::array<std::string_view, model::move_count> move_words{"create", "start",   "start", "restart",
                                                                     "pause",  "unpause", "exit",  "rm"};

void fact(Thing& thing, Word name, std::string_view value, trace::Language language) {
  if (!value.empty()) thing.facts.push_back({std::string(say(name, language)), std::string(value)});
}

// The one that was sent for the same request.
const model::Signal* signal_of(const Container& container, const model::Cause& cause) {
  const auto& signals = container.life.signals;
  const auto found = std::find_if(signals.begin(), signals.end(),
                                  [&](const model::Signal& one) { return one.cause.event == cause.event; });
  return found == signals.end() ? nullptr : &*found;
}

// `signal` may be nullptr.
std::string command_that_signals(const model::Cause& cause, const model::Signal* signal, const std::string& name) {
  if (cause.asked != "kill") return cause.asked.empty() ? "" : "docker " + cause.asked + " " + name;
  if (!signal || signal->name == "SIGKILL") return "docker kill " + name;
  return "docker kill -s " + signal->name + " " + name;
}

std::string name_of(const Container& container) {
  return container.name.empty() ? short_id(container.id) : shell_quote(container.name);
}

bool is_of_limit(const model::End& end) {
  return end.out_of_memory && end.signal == SIGKILL;
}

// Of an exit that no command brought about.
std::string end_in_moves(const model::End& end, trace::Language language) {
  if (!end.told) return std::string(say(Word::end_not_seen, language));
  if (is_of_limit(end)) return std::string(say(Word::killed_for_memory, language));
  if (end.signal != 0) return say(Word::ended_by_signal, language, {signal_name(static_cast<int>(end.signal))});
  return std::string(say(Word::ended_by_itself, language));
}

// Below a second in milliseconds; else in seconds, since the view counts them whole.
std::string wait_words(std::int64_t wait_ns, trace::Language language) {
  constexpr std::int64_t millisecond_ns = 1'000'000, second_ns = 1'000'000'000;
  const auto up = [](std::int64_t all, std::int64_t step) { return std::to_string((all + step - 1) / step); };
  return wait_ns < second_ns ? say(Word::in_milliseconds, language, {up(wait_ns, millisecond_ns)})
                             : say(Word::in_seconds, language, {up(wait_ns, second_ns)});
}

// What stands in the list of moves: a command, or who else made it.
std::string words_of(const Container& container, const model::Moved& moved, trace::Language language) {
  std::string command = command_of(container, moved);
  if (!command.empty()) return command;
  if (moved.move == Move::by_policy) {
    return moved.cause.asked.empty() ? std::string(say(Word::by_policy, language))
                                     : say(Word::by_its_policy, language, {moved.cause.asked});
  }
  if (moved.move == Move::remove) {
    return std::string(say(moved.cause.asked == "--rm" ? Word::removed_by_itself : Word::removed_untold, language));
  }
  return end_in_moves(moved.end, language);
}

Part part_of(std::string name, std::string beside, std::string place, model::EventIndex event) {
  return {std::move(name),
          std::move(beside),
          {.act = Act::select_event, .name = std::move(place), .number = static_cast<std::int64_t>(event)}};
}

}  // namespace

std::string_view word_of(Move move) {
  return move_words[static_cast<std::size_t>(move)];
}

std::string command_of(const Container& container, const model::Moved& moved) {
  const std::string name = name_of(container);
  switch (moved.move) {
    case Move::create:
      return fmt::format("docker create --name {} {} {}", name, container.image, container.command);
    case Move::exit:
      return command_that_signals(moved.cause, signal_of(container, moved.cause), name);
    case Move::start:
    case Move::again:
      return (moved.cause.asked == "restart" ? "docker restart " : "docker start ") + name;
    case Move::by_policy:
      return "";
    case Move::remove:
      if (moved.cause.asked == "prune") return "docker container prune";
      return starts_with(moved.cause.asked, "rm") ? "docker " + moved.cause.asked + " " + name : "";
    default:
      return fmt::format("docker {} {}", word_of(moved.move), name);
  }
}

std::string command_of(const Container& container, const model::Exec& exec) {
  return "docker exec " + name_of(container) + " " + exec.command;
}

std::string command_of(const Container& container, const model::Signal& signal) {
  return command_that_signals(signal.cause, &signal, name_of(container));
}

std::string end_words(const Container& container, trace::Language language) {
  if (container.unseen_end) return std::string(say(Word::end_not_told, language));
  const bool waits = container.phase == model::Phase::restarting;
  return say(waits ? Word::ended_and_again : Word::ended_with, language,
             {std::to_string(container.exit_code.value_or(0))});
}

ExitWords exit_words(const model::Moved& exit, trace::Language language) {
  const std::string number = std::to_string(exit.end.code);
  const auto three = [&](Word whole, Word brief, std::string briefest) {
    return ExitWords{say(whole, language, {number}), std::string(say(brief, language)), std::move(briefest)};
  };
  if (!exit.end.told)
    return three(Word::exit_not_seen, Word::exit_not_seen_brief, std::string(say(Word::exit_not_seen_brief, language)));
  if (!exit.cause.asked.empty()) {
    const std::string who = "docker " + exit.cause.asked;
    return {say(Word::exit_by, language, {who, number}), who, exit.cause.asked};
  }
  // As docker inspect calls it.
  if (is_of_limit(exit.end)) return three(Word::exit_by_memory, Word::exit_by_memory_brief, "OOM");
  if (exit.end.signal == 0) {
    return three(Word::exit_by_itself, Word::exit_by_itself_brief, std::string(say(Word::exit_itself, language)));
  }
  const std::string who = signal_name(static_cast<int>(exit.end.signal));
  return {say(Word::exit_by, language, {who, number}), who, who};
}

NextStart next_start(const Subject& subject, const Container& container) {
  const std::optional<std::int64_t>& due_ns = container.life.next_start_ns;
  if (!due_ns || container.phase != model::Phase::restarting) return {};
  const trace::Language language = subject.view.language;
  const std::int64_t wait_ns =
      saturating_sub(*due_ns, saturating_add(subject.model.now_ns, subject.view.waited_here_ns()));
  if (wait_ns <= 0) return {std::string(say(Word::next_start_due, language)), {}};
  const std::string wait = wait_words(wait_ns, language);
  return {say(Word::next_start_in, language, {wait}), say(Word::next_start_in_brief, language, {wait})};
}

std::string effect_words(const model::Signal& signal, trace::Language language) {
  const std::string after = trace::duration_text(signal.effect_ns - signal.time_ns);
  switch (signal.effect) {
    case Effect::killed:
      return say(Word::effect_killed, language, {after});
    case Effect::ended:
      return say(Word::effect_ended, language, {after});
    case Effect::outlived:
      return say(Word::effect_outlived, language, {std::to_string(signal.grace_s.value_or(0))});
    case Effect::sent:
      break;
  }
  return std::string(say(Word::effect_sent, language));
}

void explain_life(const Subject& subject, const Container& container, Thing& thing) {
  const trace::Language language = subject.view.language;
  const model::Life& life = container.life;
  // Since it was made; where that is not known, nothing is said.
  const auto age = [&](std::int64_t time_ns) {
    return life.created_ns ? trace::duration_text(time_ns - *life.created_ns) : std::string();
  };
  if (const NextStart next = next_start(subject, container); !next.whole.empty()) {
    fact(thing, Word::fact_next_start, next.brief.empty() ? next.whole : next.brief, language);
  }
  for (const model::Moved& moved : life.moves) {
    thing.parts.push_back(part_of(words_of(container, moved, language), age(moved.time_ns),
                                  "move:" + std::to_string(moved.event), moved.event));
  }
  if (life.tally(Move::create).count == 0) thing.note = say(Word::life_began_before, language);
  for (const model::Signal& signal : life.signals) {
    thing.parts.push_back(
        part_of(signal.name, age(signal.time_ns), "signal:" + std::to_string(signal.event), signal.event));
  }
  for (const model::Exec& exec : life.execs) {
    thing.parts.push_back(part_of(command_of(container, exec),
                                  exec.process > 0 ? std::to_string(exec.process) : std::string(), "exec:" + exec.id,
                                  exec.begin));
  }
}

void explain_exec(const Subject& subject, const Container& container, std::string_view id, Thing& thing) {
  const trace::Language language = subject.view.language;
  const auto& execs = container.life.execs;
  const auto found = std::find_if(execs.begin(), execs.end(), [&](const model::Exec& one) { return one.id == id; });
  if (found == execs.end()) return;
  const model::Exec& exec = *found;
  thing.event = exec.process_event != model::no_event ? exec.process_event : exec.begin;
  fact(thing, Word::fact_command, exec.command, language);
  if (exec.inside > 0) fact(thing, Word::fact_pid_inside, std::to_string(exec.inside), language);
  if (exec.process > 0) fact(thing, Word::fact_pid, std::to_string(exec.process), language);
  if (exec.process > 0) {
    fact(thing, Word::fact_joined, say(exec.joined ? Word::joined_walls : Word::not_joined_yet, language), language);
  }
  if (exec.exit_code) {
    fact(thing, Word::fact_state, say(Word::ended_with, language, {std::to_string(*exec.exit_code)}), language);
  }
  fact(thing, Word::failed, exec.error, language);
  if (exec.process == 0) return;
  thing.files = {"/ns/"};
  // Commands are for now, whatever is looked at; in a recording now is what is looked at.
  const model::Model& now = subject.history.is_recording() ? subject.model : subject.history.now();
  const Container* latest = now.container(container.id);
  const bool lives =
      latest && std::any_of(latest->life.execs.begin(), latest->life.execs.end(),
                            [&](const model::Exec& one) { return one.id == exec.id && !has_ended(one); });
  if (lives) {
    thing.command = fmt::format("lsns -p {}", exec.process);
  } else {
    thing.gone = true;
  }
}

void explain_signal(const Subject& subject, const Container& container, std::string_view event, Thing& thing) {
  const trace::Language language = subject.view.language;
  const auto& signals = container.life.signals;
  const auto found = std::find_if(signals.begin(), signals.end(),
                                  [&](const model::Signal& one) { return std::to_string(one.event) == event; });
  if (found == signals.end()) return;
  thing.event = found->event;
  fact(thing, Word::fact_signal, fmt::format("{} ({})", found->name, found->number), language);
  fact(thing, Word::fact_effect, effect_words(*found, language), language);
}

}  // namespace glassdock::scene
