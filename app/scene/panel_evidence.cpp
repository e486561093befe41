#include <algorithm>
#include <array>
#include <optional>

#include "app/scene/evidence_column.h"
#include "app/scene/evidence_words.h"
#include "app/scene/gate_words.h"
#include "app/scene/life_words.h"
#include "app/scene/panels.h"
#include "app/scene/parts.h"
#include "app/scene/strings.h"
#include "app/scene/thing.h"
#include "engine/trace/gates.h"

namespace glassdock::scene {
namespace {

using Column = EvidenceColumn;

// As it stands in the kernel's files, fit for one line here: their tabs and line feeds are blanks.
std::string one_line(std::string_view text) {
  std::string line = trace::tabs_as_blanks(text);
  std::replace(line.begin(), line.end(), '\n', ' ');
  return trace::visible(line);
}

constexpr float padding = 14, head = 26;
constexpr std::size_t most_lines = 30;         // of what is said of one file
constexpr std::size_t most_lines_read = 1000;  // of one file: all that trace::evidence_limit lets through

void add_nothing(Column& column, const Subject& subject) {
  const trace::Language language = subject.view.language;
  const bool recorded = subject.view.is_recorded();
  column.paragraph(say(subject.before_run ? Word::before_the_run : Word::nothing_to_show, language), title, Colour::ink,
                   2);
  column.gap(8);
  column.paragraph(say(subject.before_run ? Word::before_the_run_words : Word::nothing_to_show_words, language), body,
                   Colour::ink2, 4);
  if (!subject.view.controls) return;
  column.gap(24);
  column.paragraph(say(recorded ? Word::three_keys_recorded : Word::three_keys, language), strong, Colour::ink, 2);
  column.gap(8);
  struct Row {
    std::string_view key;
    Word words;
  };
  const std::array live{Row{"F10", Word::key_f10}, Row{"←", Word::key_left}, Row{"Ctrl →", Word::key_live}};
  const std::array of_recording{Row{"Space", Word::key_space}, Row{"→", Word::key_right}, Row{"Home", Word::key_home}};
  for (const Row& row : recorded ? of_recording : live) column.key(row.key, say(row.words, language));
}

void add_command(Column& column, Word heading, const std::string& command, trace::Language language) {
  if (!command.empty()) column.command(say(heading, language), say(Word::copy, language), command);
}

// `remark`: why no command does the same, or what it does otherwise; may be empty.
void add_by_hand(Column& column, const std::string& command, const std::string& remark, trace::Language language) {
  add_command(column, Word::by_hand, command, language);
  if (command.empty() && !remark.empty()) column.heading(say(Word::by_hand, language));
  if (!remark.empty()) {
    column.paragraph(remark, small, Colour::ink2, 8);
    column.gap(6);
  }
  if (!trace::needs_earlier_command(command)) return;
  column.paragraph(trace::words_of(trace::Phrase::commands_in_order, language), small, Colour::ink3, 4);
  column.gap(6);
}

// In class mode there is room for little, and what one can do oneself must not be scrolled to.
bool look_comes_first(const Subject& subject) {
  return subject.view.arrangement.class_mode;
}

// What one who waits at a gate wants to know, and the command that shows it.
void add_held(Column& column, const trace::Event& event, const Subject& subject) {
  const trace::Language language = subject.view.language;
  const bool look_first = look_comes_first(subject);
  const std::string look = look_at(subject.model.engine, event);
  if (look_first) add_command(column, Word::see_it_yourself, look, language);
  const std::string name = trace::argument_text(event, "gate");
  const GateWords words = gate_words(subject.model, name, event.subject, language);
  if (!words.now.empty()) {
    column.heading(say(Word::stands_now, language));
    column.paragraph(words.now, body, Colour::ink, 8);
    column.gap(10);
  }
  if (!words.next.empty()) {
    column.heading(say(Word::comes_next, language));
    column.paragraph(words.next, body, Colour::ink, 8);
    column.gap(10);
  }
  if (!look_first) add_command(column, Word::see_it_yourself, look, language);
  add_by_hand(column, trace::argument_text(event, "next_command"), {}, language);
}

// Numbers and tables of the kernel's, in words: in front of them, for they may be long.
void add_meaning(Column& column, const trace::Event& event, const trace::Evidence& evidence, trace::Language language) {
  const std::vector<Said> all = words_of_read(event, evidence, language);
  if (all.empty()) return;
  column.heading(say(Word::what_it_means, language));
  for (const Said& said : all) {
    column.paragraph(said.sentence, body, Colour::ink, 6);
    column.gap(4);
    column.inset(said.lines, most_lines);
  }
  column.gap(6);
}

void add_evidence(Column& column, const trace::Event& event, const trace::Evidence& evidence,
                  trace::Language language) {
  add_meaning(column, event, evidence, language);
  column.heading(say(Word::what_was_read, language));
  column.paragraph(trace::source_words(evidence, language), code, Colour::ink2, 4);
  column.gap(4);
  column.inset(evidence.content, most_lines_read);
  if (evidence.before.empty()) return;
  column.paragraph(say(Word::it_was_before, language, {one_line(evidence.before)}), code, Colour::ink2, 2);
  column.gap(6);
}

// The event's sentence, as large as there is room for it.
void add_sentence(Column& column, std::string_view words) {
  const bool large = column.brush().stands_whole(words, title, column.wide(), 3);
  column.paragraph(words, large ? title : strong, Colour::ink, 12);
  column.gap(4);
}

// The event's own words, and what it means in the life of a container.
void add_told(Column& column, const trace::Event& event, const Subject& subject, bool first) {
  const std::string words = trace::sentence(event, subject.view.language);
  if (first) {
    add_sentence(column, words);
  } else {
    column.paragraph(words, strong, Colour::ink, 12);
    column.gap(4);
  }
  column.paragraph(life_sentence(subject, event), body, Colour::ink, 8);
  column.gap(4);
}

void add_event_name(Column& column, const trace::Event& event) {
  column.paragraph(event.name + "  " + trace::visible(event.subject), code, Colour::ink2, 1);
  column.gap(10);
}

void add_source(Column& column, const trace::Event& event, trace::Language language) {
  if (event.source.file.empty()) return;
  column.heading(say(Word::source, language));
  column.paragraph(event.source.file + ":" + std::to_string(event.source.line), code, Colour::ink2, 1);
}

// The command with which one sees what the event has done; where nothing was read, as long as that can be.
std::string command_of(const Subject& subject, const trace::Event& event) {
  if (!event.evidence.empty()) return event.evidence.front().command;
  const bool of_run = event.name == "run.exec" && event.subject == subject.model.run.container;
  return of_run ? thing_of(subject, "program", model::no_event).command : std::string();
}

void add_event(Column& column, const trace::Event& event, const Subject& subject) {
  const trace::Language language = subject.view.language;
  add_told(column, event, subject, true);
  add_event_name(column, event);
  const bool look_first = look_comes_first(subject);
  if (event.name == "gate.held") return add_held(column, event, subject);
  const std::string look = command_of(subject, event);
  if (look_first) add_command(column, Word::see_it_yourself, look, language);
  for (const trace::Evidence& evidence : event.evidence) add_evidence(column, event, evidence, language);
  if (event.evidence.empty()) {
    const bool ever_evidence = subject.history.has_evidence() || !subject.history.is_recording();
    column.paragraph(say(ever_evidence ? Word::no_evidence : Word::never_evidence, language), small, Colour::ink3, 3);
  }
  column.gap(6);
  if (!look_first) add_command(column, Word::see_it_yourself, look, language);
  add_by_hand(column, event.plain_command, trace::remark(event, language), language);
  add_source(column, event, language);
}

bool is_evidence_of(const Thing& thing, const trace::Evidence& evidence) {
  return std::any_of(thing.files.begin(), thing.files.end(),
                     [&](const std::string& end) { return evidence.source.ends_with(end); });
}

// The thing first: what it is, what is known of it, what was read about it, the command that shows it. Then the event
// that told of it, with all else that it says.
void add_thing(Column& column, const Thing& thing, const std::optional<trace::Event>& event, const Subject& subject) {
  const trace::Language language = subject.view.language;
  const bool look_first = look_comes_first(subject);
  add_sentence(column, thing.words);
  column.gap(6);
  if (look_first) add_command(column, Word::see_it_yourself, thing.command, language);
  for (const Fact& fact : thing.facts) column.fact(fact.name, fact.value);
  if (!thing.note.empty()) {
    column.gap(4);
    column.paragraph(thing.note, small, Colour::ink2, 4);
  }
  for (const Part& part : thing.parts) column.link(part.name, part.beside, part.place);
  column.gap(8);
  if (event) {
    for (const trace::Evidence& evidence : event->evidence) {
      if (is_evidence_of(thing, evidence)) add_evidence(column, *event, evidence, language);
    }
  }
  const bool said = event && event->name == "gate.held";
  if (!look_first) add_command(column, Word::see_it_yourself, thing.command, language);
  if (thing.gone) {
    column.paragraph(say(Word::thing_gone, language), small, Colour::ink3, 2);
    column.gap(8);
  }
  if (!event) return;
  column.gap(4);
  column.heading(say(Word::told_by, language));
  add_told(column, *event, subject, false);
  add_event_name(column, *event);
  if (said) return add_held(column, *event, subject);
  for (const trace::Evidence& evidence : event->evidence) {
    if (!is_evidence_of(thing, evidence)) add_evidence(column, *event, evidence, language);
  }
  add_by_hand(column, event->plain_command, trace::remark(*event, language), language);
  add_source(column, *event, language);
}

std::optional<trace::Event> event_at(const Subject& subject, model::EventIndex index) {
  if (!subject.history.keeps(index) || (subject.history.row(index).marks & model::row_damaged) != 0) return {};
  return told_event(subject.history, index);
}

// What was there before the run has no time in it.
std::string moment_words(const Subject& subject, const trace::Event& event) {
  const model::Run& run = subject.model.run;
  const std::string number = std::to_string(event.sequence);
  const trace::Language language = subject.view.language;
  if (run.first == model::no_event) return say(Word::event_alone, language, {number});
  if (event.time_ns < run.begin_ns || trace::is_baseline(event)) return say(Word::event_before, language, {number});
  return say(Word::event_at, language, {number, trace::duration_text(event.time_ns - run.begin_ns)});
}

}  // namespace

void draw_evidence(const Brush& brush, Rect panel, const Subject& subject) {
  const View& view = subject.view;
  const trace::Language language = view.language;
  draw_panel(brush, panel);
  const Rect room = panel.inset(padding);
  brush.text({room.x, room.y, room.w, 18}, say(Word::evidence, language), caption, Colour::ink2);
  Column column(brush, room.w);
  std::optional<trace::Event> event;
  if (subject.before_run ? view.selected || !subject.model.focus.empty() : view.explains(subject.model)) {
    event = event_at(subject, view.selected.value_or(view.explained(subject.model)));
  }
  if (!view.thing.empty()) {
    const Thing thing = thing_of(subject, view.thing, view.selected.value_or(model::no_event));
    event = event_at(subject, thing.event);
    add_thing(column, thing, event, subject);
  } else if (event) {
    add_event(column, *event, subject);
  } else {
    add_nothing(column, subject);
  }
  if (event) {
    const std::string words = moment_words(subject, *event);
    const float wide = brush.width(words, small) + 2;
    brush.text({room.right() - wide, room.y, wide, 18}, words, small, Colour::ink2, Align::right);
  }
  const Rect rows{room.x, room.y + head, room.w, room.h - head};
  brush.place({.rect = panel.inset(1), .act = Act::scroll_evidence, .pages = column.pages(rows.h)});
  column.draw(rows, view.evidence_row);
}

}  // namespace glassdock::scene
