#include <algorithm>

#include "app/scene/gate_words.h"
#include "app/scene/panels.h"
#include "app/scene/parts.h"
#include "app/scene/strings.h"
#include "engine/trace/gates.h"

namespace glassdock::scene {
namespace {

// As it stands in the kernel's files, fit for one line here: their tabs and line feeds are blanks.
std::string one_line(std::string_view text) {
  std::string line = trace::tabs_as_blanks(text);
  std::replace(line.begin(), line.end(), '\n', ' ');
  return trace::visible(line);
}

constexpr float padding = 14;

// Draws downwards and stops at the panel's end.
class Column {
 public:
  Column(const Brush& brush, Rect panel) : brush_(brush), rect_(panel.inset(padding)) {}
  float left() const { return rect_.h; }
  void gap(float high) { take(high); }
  void heading(std::string_view words) {
    if (rect_.h < 60) return;
    brush_.text({rect_.x, rect_.y, rect_.w, 18}, words, caption, Colour::ink2);
    take(20);
  }
  void paragraph(std::string_view words, Font font, Colour colour, int lines) {
    if (rect_.h < brush_.line_height(font)) return;
    take(brush_.paragraph({rect_.x, rect_.y, rect_.w, rect_.h}, words, font, colour, lines));
  }
  // Lines of a file or an answer in an inset, long ones broken; nothing where not one fits.
  void inset(std::string_view words, std::size_t most_lines) {
    std::vector<std::string> lines;
    while (words.ends_with('\n') || words.ends_with('\r')) words.remove_suffix(1);
    bool cut = false;
    for (std::size_t at = 0; at < words.size() && lines.size() < most_lines;) {
      std::size_t end = std::min(words.find('\n', at), words.size());
      std::string_view line = words.substr(at, end - at);
      if (line.ends_with('\r')) line.remove_suffix(1);  // HTTP's line ends
      for (std::string& part : broken(one_line(line), rect_.w - 20, most_lines - lines.size()))
        lines.push_back(std::move(part));
      at = end + 1;
      cut = at < words.size();
    }
    const float step = brush_.line_height(code);
    auto fitting = static_cast<std::size_t>(std::max(0.0F, (rect_.h - 24) / step));
    cut = cut || lines.size() > fitting;
    lines.resize(std::min(lines.size(), fitting));
    if (lines.empty()) return;
    if (cut) lines.back() += " …";
    Rect box{rect_.x, rect_.y, rect_.w, 12 + step * static_cast<float>(lines.size())};
    brush_.box({.rect = box, .radius = 6, .fill = Colour::inset, .line = Colour::hairline, .stroke = 1});
    float y = box.y + 6;
    for (const std::string& line : lines) {
      brush_.text({box.x + 10, y, box.w - 20, step}, line, code, Colour::ink);
      y += step;
    }
    take(box.h + 8);
  }
  const Brush& brush() const { return brush_; }
  Rect rest() const { return rect_; }

 private:
  // In at most `most` pieces, of which all but the last fit: broken after a blank where one stands in the second half,
  // else anywhere.
  std::vector<std::string> broken(std::string line, float wide, std::size_t most) const {
    std::vector<std::string> parts;
    while (parts.size() + 1 < most && brush_.width(line, code) > wide) {
      std::size_t fits = brush_.fitting(line, code, wide);
      std::size_t blank = line.rfind(' ', fits);
      if (blank != std::string::npos && blank >= fits / 2 && blank > 0) fits = std::min(fits, blank + 1);
      parts.push_back(line.substr(0, fits));
      line.erase(0, fits);
    }
    parts.push_back(std::move(line));
    return parts;
  }
  void take(float high) {
    rect_.y += high;
    rect_.h -= high;
  }
  const Brush& brush_;
  Rect rect_;
};

void draw_nothing(Column& column, trace::Language language, bool controls) {
  column.paragraph(say(Word::nothing_to_show, language), title, Colour::ink, 2);
  column.gap(8);
  column.paragraph(say(Word::nothing_to_show_words, language), body, Colour::ink2, 4);
  if (!controls) return;
  column.gap(24);
  column.paragraph(say(Word::three_keys, language), strong, Colour::ink, 2);
  column.gap(8);
  struct Row {
    std::string_view key;
    Word words;
  };
  for (const Row& row : {Row{"F10", Word::key_f10}, Row{"←", Word::key_left}, Row{"Ctrl →", Word::key_live}}) {
    if (column.left() < 40) return;
    const Rect rest = column.rest();
    const float key = column.brush().width(row.key, code) + 12;
    constexpr float words = 72;
    column.brush().box({.rect = {rest.x, rest.y, key, 22}, .radius = 4, .line = Colour::edge, .stroke = 1});
    column.brush().text({rest.x + 6, rest.y, key - 11, 22}, row.key, code, Colour::ink);
    column.brush().paragraph({rest.x + words, rest.y, rest.w - words, 44}, say(row.words, language), body, Colour::ink2,
                             2);
    column.gap(46);
  }
}

void draw_command(Column& column, std::string_view heading, const std::string& command, trace::Language language) {
  if (command.empty() || column.left() < 80) return;
  Rect row = column.rest();
  std::string_view copy = say(Word::copy, language);
  float wide = column.brush().width(copy, strong) + 20;
  draw_button(column.brush(), {row.right() - wide, row.y - 4, wide, 24}, copy, "", {.act = Act::copy, .name = command});
  column.heading(heading);
  column.gap(4);
  column.inset("$ " + command, 6);
}

void draw_by_hand(Column& column, const std::string& command, trace::Language language) {
  draw_command(column, say(Word::by_hand, language), command, language);
  if (!trace::needs_earlier_command(command) || column.left() < 40) return;
  column.paragraph(trace::words_of(trace::Phrase::commands_in_order, language), small, Colour::ink3, 3);
}

// What one who waits at a gate wants to know, and the command that shows it.
void draw_held(Column& column, const trace::Event& event, trace::Language language) {
  const std::string name = trace::argument_text(event, "gate");
  const GateWords words = gate_words(name, event.subject, language);
  if (!words.now.empty()) {
    column.heading(say(Word::stands_now, language));
    column.paragraph(words.now, body, Colour::ink, 4);
    column.gap(10);
  }
  if (!words.next.empty()) {
    column.heading(say(Word::comes_next, language));
    column.paragraph(words.next, body, Colour::ink, 4);
    column.gap(10);
  }
  draw_command(column, say(Word::see_it_yourself, language), trace::look_of_held(event), language);
  draw_by_hand(column, trace::argument_text(event, "next_command"), language);
}

void draw_event(Column& column, const trace::Event& event, bool ever_evidence, trace::Language language) {
  const std::string words = trace::sentence(event, language);
  const bool large = column.brush().stands_whole(words, title, column.rest().w, 3);
  column.paragraph(words, large ? title : strong, Colour::ink, large ? 3 : 6);
  column.gap(4);
  column.paragraph(event.name + "  " + trace::visible(event.subject), code, Colour::ink2, 1);
  column.gap(10);
  if (event.name == "gate.held") return draw_held(column, event, language);
  constexpr std::size_t most_evidence = 3;
  for (std::size_t i = 0; i < std::min(event.evidence.size(), most_evidence); ++i) {
    const trace::Evidence& evidence = event.evidence[i];
    column.heading(say(Word::what_was_read, language));
    column.paragraph(trace::source_words(evidence, language), code, Colour::ink2, 2);
    column.gap(4);
    column.inset(evidence.content, 9);
    if (!evidence.before.empty()) {
      column.paragraph(say(Word::it_was_before, language, {one_line(evidence.before)}), code, Colour::ink2, 1);
      column.gap(6);
    }
  }
  if (event.evidence.empty()) {
    column.paragraph(say(ever_evidence ? Word::no_evidence : Word::never_evidence, language), small, Colour::ink3, 2);
  }
  column.gap(6);
  if (!event.evidence.empty()) {
    draw_command(column, say(Word::see_it_yourself, language), event.evidence.front().command, language);
  }
  draw_by_hand(column, event.plain_command, language);
  if (!event.source.file.empty() && column.left() > 40) {
    column.heading(say(Word::source, language));
    column.paragraph(event.source.file + ":" + std::to_string(event.source.line), code, Colour::ink2, 1);
  }
}

bool still_held(const Subject& subject, model::EventIndex gate) {
  const bool now = subject.view.position.mode == player::Mode::held || subject.view.position.mode == player::Mode::live;
  return now && std::any_of(subject.model.held.begin(), subject.model.held.end(),
                            [&](const model::Held& held) { return held.event == gate; });
}

}  // namespace

void draw_evidence(const Brush& brush, Rect panel, const Subject& subject) {
  trace::Language language = subject.view.language;
  draw_panel(brush, panel);
  Column column(brush, panel);
  model::EventIndex shown = subject.view.selected.value_or(subject.model.last);
  bool any = subject.model.run.first != model::no_event || subject.view.selected;
  if (any && subject.history.keeps(shown)) {
    trace::Event event = subject.history.event(shown);
    if (event.name == "gate.held" && !still_held(subject, shown)) event.arguments.push_back({"over", true});
    std::string words =
        say(Word::event_at, language,
            {std::to_string(event.sequence), trace::milliseconds_text(event.time_ns - subject.model.run.begin_ns)});
    float wide = brush.width(words, small) + 2;
    brush.text({panel.right() - padding - wide, panel.y + padding, wide, 18}, words, small, Colour::ink2, Align::right);
    column.heading(say(Word::evidence, language));
    column.gap(6);
    draw_event(column, event, subject.history.has_evidence() || !subject.history.is_recording(), language);
    return;
  }
  column.heading(say(Word::evidence, language));
  column.gap(6);
  draw_nothing(column, language, subject.view.controls);
}

}  // namespace glassdock::scene
