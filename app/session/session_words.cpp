// What is on screen, in words.
#include "app/lessons/say.h"
#include "app/scene/gate_words.h"
#include "app/scene/panels.h"
#include "app/scene/strings.h"
#include "app/scene/ways_view.h"
#include "app/session/session.h"
#include "engine/trace/words.h"

namespace glassdock::session {
namespace {

using lessons::plain;
using player::Mode;
using scene::Word;

}  // namespace

std::string Session::notice() const {
  const bool over = typed_in_vain_ == scene::Word::waits_at_gate && !waits_at_gate();
  if (typed_in_vain_ && !over) return std::string(scene::say(*typed_in_vain_, settings_.language));
  const bool unseen = command_runs_ && command_reads_ && !terminal_in_sight();
  return notice_.empty() && unseen ? std::string(scene::say(scene::Word::reads_unseen, settings_.language)) : notice_;
}

std::string Session::words_at(const model::History& history, const player::Position& at) const {
  if (!history.keeps(at.event)) return {};
  if ((history.row(at.event).marks & model::row_damaged) != 0) return {};
  const trace::Event event = scene::told_event(history, at.event);
  return ": " + std::to_string(event.sequence) + " " + event.name + ": " + trace::sentence(event, settings_.language);
}

std::string Session::in_words() {
  const player::Position at = position();
  const trace::Language language = settings_.language;
  if (comparison_) {
    const player::Position other = player::position(comparison_->player(), comparison_->track());
    return std::string(say(Word::compared, language)) + words_at(history_, at) + " |" +
           words_at(comparison_->history(), other);
  }
  const model::Model& model = history_.at(at.count);
  const Word modes[] = {Word::live, Word::held, Word::past, Word::recorded};
  std::string words(say(modes[static_cast<std::size_t>(at.mode)], language));
  if (const std::string told = notice(); !told.empty()) words += ": " + told;
  if (engine_ == scene::EngineState::gone) words += ": " + std::string(say(Word::engine_gone, language));
  if (engine_ == scene::EngineState::starting) return words + ": " + std::string(say(Word::engine_starts, language));
  if (at.mode == Mode::live && others_ != 0) words += ": " + std::string(say(Word::others_are_held, language));
  if (at.mode == Mode::held) {
    words += ": " + say(Word::before, language, {scene::gate_names(*scene::shown_hold(model, own_runs()))});
  }
  if (const scene::Way way = settings_.arrangement.way; way != scene::Way::none) {
    return words + ": " + scene::way_in_words(model, way, language);
  }
  if (!history_.keeps(at.event)) return words;
  const unsigned marks = history_.row(at.event).marks;
  if ((marks & model::row_baseline) != 0 && at.mode == Mode::live && engine_ == scene::EngineState::there) {
    return words + ": " + std::string(say(Word::ready_nothing_run, language));
  }
  words += words_at(history_, at);
  const model::Container* container = model.current();
  if (shows_containers()) {
    const model::Container* shown = container_of_life(model);
    const std::int64_t now_ns = model.now_ns + (at.behind == 0 ? waited_ns() : 0);
    if (shown) words += " " + shown->name + ": " + scene::container_status(*shown, now_ns);
    return words;
  }
  if (container && container->exit_code) {
    words += " " + container->name + ": " + say(Word::ended_with, language, {std::to_string(*container->exit_code)});
  }
  return words;
}

std::string Session::play_in_words() {
  const trace::Language language = settings_.language;
  if (play_) return play_->words(language, held_by(run_));
  if (!tells_narration()) return {};
  const std::vector<model::Said>& said = shown().narration.said;
  if (said.empty()) return {};
  return scenarios::spoken({said.back().part, {said.back().english, said.back().korean}}, language);
}

}  // namespace glassdock::session
