// What an event of a container's life means: which of the kernel's means it is, and what it is not.
#include <algorithm>

#include "app/scene/life_words.h"
#include "engine/base/signals.h"
#include "engine/base/text.h"

namespace glassdock::scene {
namespace {

using model::Container;
using model::Effect;
using model::Signal;

// As the engine really wrote it: of cgroup v2, or of v1.
std::string freezer_words(const trace::Event& event, trace::Language language) {
  for (const char* file : {"cgroup.freeze", "freezer.state"}) {
    if (event.plain_command.find(file) != std::string::npos) return say(Word::freezer_not_signal, language, {file});
  }
  return {};
}

std::string exec_words(const Container& container, const trace::Event& event, trace::Language language) {
  const auto& execs = container.life.execs;
  const auto found = std::find_if(execs.rbegin(), execs.rend(),
                                  [&](const model::Exec& one) { return one.span == event.span && one.joined; });
  return found == execs.rend() ? std::string() : std::string(say(Word::exec_joins, language));
}

std::string signal_sentence(const Container& container, const Signal& signal, trace::Language language) {
  const auto& signals = container.life.signals;
  const auto before = std::find_if(signals.begin(), signals.end(), [&](const Signal& one) {
    return signal.work != 0 && one.work == signal.work && one.effect == Effect::outlived;
  });
  if (before != signals.end() && &*before != &signal) {
    return say(Word::kill_follows, language, {before->name, std::to_string(before->grace_s.value_or(0))});
  }
  if (signal.name == "SIGKILL") return std::string(say(Word::kill_is_final, language));
  std::string words(say(Word::first_process_decides, language));
  if (!signal.grace_s) return words;
  return words + " " +
         (*signal.grace_s < 0 ? std::string(say(Word::no_kill_follows, language))
                              : say(Word::kill_will_follow, language, {std::to_string(*signal.grace_s)}));
}

// Who sent the signal that ended process 1.
std::string sender_words(const model::Moved& exit, trace::Language language) {
  if (!exit.cause.asked.empty()) return say(Word::signal_of_command, language, {"docker " + exit.cause.asked});
  return std::string(say(exit.end.out_of_memory ? Word::signal_of_limit : Word::signal_of_nobody, language));
}

// How process 1 came to its end, as far as signals had to do with it.
std::string words_of_end(const Container& container, trace::Language language) {
  if (!container.exit_code) return {};
  const auto& signals = container.life.signals;
  std::string words;
  for (const Signal& signal : signals) {
    if (signal.work == 0 || signal.work != signals.back().work) continue;
    if (signal.effect == Effect::outlived) {
      words = say(Word::stop_outlived, language, {signal.name, std::to_string(signal.grace_s.value_or(0))}) + " ";
    } else if (signal.effect == Effect::ended) {
      return say(
          Word::stop_obeyed, language,
          {signal.name, trace::duration_text(signal.effect_ns - signal.time_ns), std::to_string(*container.exit_code)});
    }
  }
  const std::string code = std::to_string(*container.exit_code);
  const std::optional<model::Moved>& exit = container.life.exit;
  if (container.signal == 0) {
    const bool own = exit && exit->end.told && exit->cause.asked.empty();
    return own ? say(Word::code_of_its_own, language, {code}) : std::string();
  }
  if (*container.exit_code != signal_base + container.signal) return {};
  words += say(Word::code_of_signal, language,
               {code, std::to_string(container.signal), signal_name(static_cast<int>(container.signal))});
  return exit ? words + " " + sender_words(*exit, language) : words;
}

}  // namespace

std::string life_sentence(const Subject& subject, const trace::Event& event) {
  const trace::Language language = subject.view.language;
  const Container* container = subject.model.container(event.subject);
  if (!container) return {};
  if (event.name == "container.pause") return freezer_words(event, language);
  if (event.name == "container.signal") {
    const auto& signals = container->life.signals;
    const auto found =
        std::find_if(signals.rbegin(), signals.rend(), [&](const Signal& one) { return one.time_ns == event.time_ns; });
    return found == signals.rend() ? std::string() : signal_sentence(*container, *found, language);
  }
  const bool stopped = event.name == "container.stop" && event.kind == trace::Kind::end;
  if (event.name == "container.exit" || stopped) return words_of_end(*container, language);
  if (event.name == "exec.exit") {
    return container->exit_code ? std::string() : std::string(say(Word::exec_left, language));
  }
  return starts_with(event.name, "exec.") ? exec_words(*container, event, language) : std::string();
}

}  // namespace glassdock::scene
