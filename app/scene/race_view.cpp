#include "app/scene/race_view.h"

#include <array>

#include "app/scene/class_view.h"
#include "app/scene/picture.h"
#include "engine/trace/shipped.h"

namespace glassdock::scene {
namespace {

using model::Lane;

constexpr char suggested_line[] = "glassdock vm-race --image alpine --command \"ls /\"";

// The accelerator in large letters, and why it is this one.
float draw_accelerator(const Brush& brush, Rect room, const Subject& subject) {
  const model::Race& race = subject.model.race;
  if (race.accelerator.empty()) return 0;
  const trace::Language language = subject.view.language;
  const Font letters{Face::sans_bold, room.h >= 40 ? 24.0F : 18.0F};
  const float name = brush.width(race.accelerator, letters) + 28;
  const std::string_view words =
      say(race.accelerator == "KVM" ? Word::race_real_processor : Word::race_made_by_software, language);
  const std::string reason = in_language(race.reason, language);
  const float sentence = std::max(brush.width(words, strong), std::min(brush.width(reason, small), room.w * 0.4F)) + 20;
  const bool says = room.h >= 40 && name + sentence <= room.w * 0.6F;
  const float wide = name + (says ? sentence : 0);
  const Rect rect{room.right() - wide, room.y, wide, room.h};
  brush.box({.rect = rect, .radius = 6, .fill = Colour::card, .line = Colour::ink, .stroke = 2});
  brush.text({rect.x, rect.y, name, rect.h}, race.accelerator, letters, Colour::ink, Align::centre);
  brush.place({.rect = rect,
               .act = Act::select_event,
               .name = "race:accelerator",
               .number = static_cast<std::int64_t>(race.accelerator_event)});
  if (!says) return wide;
  brush.line({{rect.x + name, rect.y + 6}, {rect.x + name, rect.bottom() - 6}, 1, Colour::edge});
  const Rect beside{rect.x + name + 10, rect.y, sentence - 14, rect.h};
  brush.text({beside.x, beside.y + 3, beside.w, rect.h / 2 - 2}, words, strong, Colour::ink);
  // What an engine found is named by others; as long as it likes.
  if (brush.width(reason, small) + 1 <= beside.w) {
    brush.text({beside.x, beside.y + rect.h / 2, beside.w, rect.h / 2 - 3}, reason, small, Colour::ink2);
  } else {
    brush.text({beside.x, beside.y + rect.h / 2, beside.w, rect.h / 2 - 3}, reason, {Face::mono, 11}, Colour::ink2);
  }
  return wide;
}

// Of a recording of a race: when it was made, where, and with what for a processor. Empty: of any other.
std::string recorded_words(const Subject& subject) {
  const trace::RecordingHeader* header = subject.history.header();
  if (!subject.view.is_recorded() || !header || subject.history.now().race.accelerator.empty()) return {};
  return say(Word::recorded_with, subject.view.language,
             {trace::visible(trace::day_of(*header)), trace::visible(trace::host_of(*header)),
              trace::visible(subject.history.now().race.accelerator)});
}

// The question; of a recording where it comes from.
void draw_first_line(const Brush& brush, Rect room, const Subject& subject, Font font) {
  const trace::Language language = subject.view.language;
  const std::string recorded = recorded_words(subject);
  if (!recorded.empty()) {
    draw_whole(brush, room, {recorded}, font, Colour::ink);
  } else {
    draw_whole(brush, room, {say(Word::race_question, language), say(Word::race_question_brief, language)}, font,
               Colour::ink);
  }
}

// And why, as the engine said it. The fonts of both.
void draw_given_up(const Brush& brush, Rect room, const model::Race& race, std::array<Font, 2> fonts,
                   trace::Language language) {
  const float taken = draw_whole(brush, room, {say(Word::race_given_up, language)}, fonts[0], Colour::failed_line) + 12;
  brush.text({room.x + taken, room.y, room.w - taken, room.h}, trace::visible(in_language(race.error, language)),
             fonts[1], Colour::ink2);
}

// Of a recording one comes.
bool has_race(const Subject& subject) {
  return subject.model.race.told() || (subject.view.is_recorded() && subject.history.now().race.told());
}

void draw_none(const Brush& brush, Rect room, const View& view) {
  const trace::Language language = view.language;
  constexpr float widest = 620;
  const float wide = std::min(room.w - 32, widest), x = room.x + (room.w - wide) / 2;
  float y = room.y + std::max(room.h * 0.3F - 20, 8.0F);
  y += brush.paragraph({x, y, wide, 52}, say(Word::race_none, language), title, Colour::ink, 2) + 8;
  y += brush.paragraph({x, y, wide, 100}, say(Word::race_none_words, language), body, Colour::ink2, 5) + 10;
  const Rect line{x, y, wide, 34};
  brush.box({.rect = line, .radius = 4, .fill = Colour::card, .line = Colour::edge, .stroke = 1.2F});
  brush.text({line.x + 12, line.y, line.w - 24, line.h}, std::string("$ ") + suggested_line, code, Colour::ink);
  brush.place({.rect = line, .act = Act::copy, .name = suggested_line, .tip = std::string(say(Word::copy, language))});
  // What one sees where there is no QEMU.
  const Rect button{x, line.bottom() + 12, wide, 30};
  if (!view.controls || button.bottom() > room.bottom()) return;
  draw_button(brush, button, say(Word::open_recorded, language), {}, {.act = Act::show_recordings});
}

}  // namespace

void draw_race_head(const Brush& brush, Rect room, const Subject& subject) {
  const trace::Language language = subject.view.language;
  const model::Race& race = subject.model.race;
  const float plate = draw_accelerator(brush, room, subject);
  const float wide = room.w - plate - (plate > 0 ? 16 : 0);
  const bool two = room.h >= 40;
  const Rect first{room.x, room.y, wide, two ? room.h / 2 : room.h};
  draw_first_line(brush, first, subject, title);
  if (!two) return;
  const Rect second{room.x, room.y + room.h / 2, wide, room.h / 2};
  if (race.state == model::State::failed) return draw_given_up(brush, second, race, {strong, code}, language);
  if (!race.told()) return;
  float taken = draw_whole(brush, second, {say(Word::race_same, language), say(Word::race_same_brief, language)}, small,
                           Colour::ink2) +
                8;
  const std::string line = trace::visible(race.image + "  " + race.command);
  taken += brush.text({second.x + taken, second.y, second.w - taken, second.h}, line, code_strong, Colour::ink) + 14;
  const model::RaceRun& run = race.lane(Lane::vm).run;
  const std::string runs = say(Word::race_runs, language, {std::to_string(race.runs)});
  draw_whole(brush, {second.x + taken, second.y, second.w - taken, second.h},
             {run.stepped    ? say(Word::race_stepped, language)
              : run.together ? say(Word::race_together, language)
                             : std::string_view(runs)},
             small, Colour::ink2);
}

void draw_race_head_for_class(const Brush& brush, const Subject& subject) {
  const trace::Language language = subject.view.language;
  const model::Race& race = subject.model.race;
  constexpr Rect row{32, 108, 1536, 84};
  float right = row.right();
  if (!race.accelerator.empty()) {
    const float wide = brush.width(race.accelerator, class_grid::large) + 48;
    const Rect plate{right - wide, row.y, wide, row.h};
    brush.box({.rect = plate, .radius = 10, .fill = Colour::card, .line = Colour::ink, .stroke = 4});
    brush.text(plate, race.accelerator, class_grid::large, Colour::ink, Align::centre);
    brush.place({.rect = plate,
                 .act = Act::select_event,
                 .name = "race:accelerator",
                 .number = static_cast<std::int64_t>(race.accelerator_event)});
    right = plate.x - 24;
  }
  draw_first_line(brush, {row.x, row.y, right - row.x, 44}, subject, class_grid::words_font);
  const Rect second{row.x, row.y + 44, right - row.x, 40};
  if (race.state == model::State::failed) {
    draw_given_up(brush, second, race, {class_grid::least, class_grid::numbers}, language);
    return;
  }
  if (race.accelerator.empty()) return;
  draw_whole(brush, second,
             {say(race.accelerator == "KVM" ? Word::race_real_processor : Word::race_made_by_software, language)},
             class_grid::least, Colour::ink2);
}

void draw_race_for_class(const Brush& brush, Rect room, const Subject& subject) {
  if (!has_race(subject)) {
    draw_panel(brush, room);
    return draw_none(brush, room, subject.view);
  }
  constexpr float gap = 8, stacks = 0.54F;
  const Rect left{room.x, room.y, room.w * stacks, room.h};
  const Rect right{left.right() + gap, room.y, room.w - left.w - gap, room.h};
  for (const Rect& panel : {left, right}) draw_panel(brush, panel);
  draw_race_stacks(brush, left.inset(10), subject);
  draw_race_table(brush, right.inset(12), subject);
}

void draw_race(const Brush& brush, Rect canvas, const Subject& subject, bool tells_gate) {
  const Rect room = draw_canvas_frame(brush, canvas, subject, tells_gate).inset(8);
  if (!has_race(subject)) return draw_none(brush, room, subject.view);
  constexpr float gap = 8, consoles_high = 140, roomy = 520, high_head = 44, low_head = 28;
  const float head = room.h >= 420 ? high_head : low_head;
  draw_race_head(brush, {room.x + 6, room.y, room.w - 6, head}, subject);
  const bool consoles = room.h >= roomy;
  const float top = room.y + head + gap, bottom = room.bottom() - (consoles ? consoles_high + gap : 0);
  const float half = (room.w - gap) * 0.5F;
  const Rect left{room.x, top, half, bottom - top}, right{room.x + half + gap, top, half, bottom - top};
  for (const Rect& panel : {left, right}) draw_panel(brush, panel);
  draw_race_stacks(brush, left.inset(10), subject);
  draw_race_table(brush, right.inset(12), subject);
  if (!consoles) return;
  const float third = (room.w - 2 * gap) / 3;
  const auto place = [&](int number) {
    return Rect{room.x + static_cast<float>(number) * (third + gap), bottom + gap, third, consoles_high};
  };
  draw_race_console(brush, place(0), subject, Lane::container);
  draw_race_console(brush, place(1), subject, Lane::vm);
  draw_race_density(brush, place(2), subject);
}

}  // namespace glassdock::scene
