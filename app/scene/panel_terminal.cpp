#include <algorithm>

#include "app/scene/panels.h"
#include "app/scene/parts.h"
#include "app/scene/strings.h"

namespace glassdock::scene {

void draw_terminal(const Brush& brush, Rect panel, const Subject& subject) {
  trace::Language language = subject.view.language;
  const View& view = subject.view;
  brush.box({.rect = panel,
             .radius = 8,
             .fill = Colour::inset,
             .line = view.terminal.focused ? Colour::ink : Colour::hairline,
             .stroke = view.terminal.focused ? 2.0F : 1.0F});
  draw_icon(brush, Icon::terminal, {panel.x + 12, panel.y + 11}, 15, Colour::ink);
  bool live = view.position.mode == player::Mode::live || view.position.mode == player::Mode::held;
  bool kept = view.position.mode != player::Mode::recorded || !view.terminal.lines.empty();
  std::string_view state = say(!kept ? Word::recorded : live ? Word::live : Word::output_up_to, language);
  float state_width = brush.width(state, small) + 2;
  brush.text({panel.x + 36, panel.y + 9, panel.w - 60 - state_width, 20}, say(Word::terminal, language), strong,
             Colour::ink);
  brush.text({panel.right() - 12 - state_width, panel.y + 10, state_width, 20}, state, small, Colour::ink2,
             Align::right);
  constexpr Font font{Face::mono, 13};
  const float step = brush.line_height(font);
  auto rows = static_cast<std::size_t>(std::max(0.0F, (panel.h - 48) / step));
  std::vector<std::string> lines = view.terminal.lines;
  if (live) lines.push_back("$ " + view.terminal.typed);
  if (lines.empty() && subject.model.run.first != model::no_event) lines.push_back("$ " + subject.model.run.command);
  std::size_t from = lines.size() > rows ? lines.size() - rows : 0;
  float y = panel.y + 40;
  for (std::size_t i = from; i < lines.size(); ++i, y += step) {
    brush.text({panel.x + 14, y, panel.w - 28, step}, lines[i], font, Colour::ink);
  }
  if (!kept)
    brush.text({panel.x + 14, y, panel.w - 28, step}, say(Word::no_output_kept, language), small, Colour::ink3);
  brush.place({panel, Act::focus_terminal, {}, 0, {}});
}

}  // namespace glassdock::scene
