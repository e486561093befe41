#include "app/scene/layout.h"

#include <algorithm>
#include <utility>

#include "app/scene/panels.h"

namespace glassdock::scene {
namespace {

constexpr float margin = 8, gap = 8;
constexpr float high_strip = 224;  // of a window that has room for all of the timeline

// As high as its lines want, and as in a high window at most; the canvas behind it stays in sight.
float terminal_height(float strip, float room, int lines) {
  constexpr float row = 20, least_canvas = 120;
  const float wanted = terminal_head + row * static_cast<float>(lines) + 8;
  return std::clamp(wanted, strip, std::max(strip, std::min(high_strip, room - least_canvas)));
}

}  // namespace

Layout lay_out(const Viewport& viewport, const Arrangement& arrangement) {
  Layout out;
  const float w = viewport.width, h = viewport.height;
  out.too_small = w < 480 || h < 320;
  if (out.too_small) return out;
  const float bar = h < 700 ? 36 : 44;
  out.top_bar = {0, 0, w, bar};
  const float top = bar + margin;
  // The canvas grows to one and a half times its size; what is left then belongs to the timeline.
  constexpr float largest_body = 36 + 1.5F * 572;
  float strip = h < 640 ? 96 : h < 760 ? 150 : std::max(high_strip, h - 2 * margin - gap - top - largest_body + margin);
  constexpr float large_part = 0.45F;
  if (arrangement.terminal_large) strip = std::max(strip, large_part * (h - top));
  const float bottom = h - margin - strip;
  out.no_process_lanes = h < 640;
  out.one_lane = h < 760;

  out.stages_are_rail = w < 1000;
  // What is read takes more room than a list, and the evidence folds away for that.
  const bool lesson = arrangement.play && !out.stages_are_rail;
  const float stages_width = w < 1000 ? 44 : lesson ? (w < 1440 ? 320 : 400) : w < 1440 ? 208 : 260;
  const float body = bottom - gap - top;
  out.stages = {margin, top, stages_width, body};
  float canvas_right = w - margin;
  if (w >= (lesson ? 1900 : 1200)) {
    const float evidence_width = w > 2000 ? 440 : w < 1440 ? 288 : 352;
    out.evidence = {w - margin - evidence_width, top, evidence_width, body};
    canvas_right = out.evidence.x - gap;
  }
  out.canvas = {out.stages.right() + gap, top, canvas_right - out.stages.right() - gap, body};
  // The lesson stays beside it where there is room for both.
  const bool wide_alone = arrangement.is_wide() && !(lesson && w >= 1200);
  if (wide_alone) {
    out.canvas = {margin, top, canvas_right - margin, body};
    out.stages = {margin, top, 0, body};
    out.stages_are_rail = false;
  }
  if (arrangement.play && !wide_alone) {
    out.play_is_drawer = !lesson;
    const float wide = std::min(352.0F, out.canvas.w - gap);
    out.play = lesson ? out.stages : Rect{out.canvas.x, out.canvas.y, wide, out.canvas.h};
  }

  const float whole = w - 2 * margin;
  // Narrow windows show the timeline; the terminal is its other tab.
  const float terminal_width = w < 1440 || arrangement.terminal_large ? 0 : std::max(544.0F, whole * 0.34F);
  out.timeline = {margin, bottom, whole - (terminal_width > 0 ? terminal_width + gap : 0), strip};
  if (terminal_width > 0) out.terminal = {out.timeline.right() + gap, bottom, terminal_width, strip};
  out.tabs = terminal_width == 0;
  if (arrangement.terminal_large || (out.tabs && arrangement.terminal_tab)) std::swap(out.terminal, out.timeline);
  if (out.evidence.w == 0 && arrangement.evidence_drawer) {
    out.evidence_is_drawer = true;
    const float wide = std::min(352.0F, out.canvas.w - gap);
    out.evidence = {out.canvas.right() - wide, out.canvas.y, wide, out.canvas.h};
  }
  if (out.tabs && out.terminal.w > 0) {
    const float high = terminal_height(strip, h - margin - top, arrangement.terminal_lines);
    out.terminal_is_drawer = high > strip;
    out.terminal.y -= high - strip;
    out.terminal.h = high;
    const float rest = out.terminal.y - gap - top;  // the panels beside the canvas end above it
    out.stages.h = std::min(out.stages.h, rest);
    out.play.h = std::min(out.play.h, rest);
    out.evidence.h = std::min(out.evidence.h, rest);
  }
  return out;
}

bool has_room_for_containers(const Layout& layout) {
  constexpr float least_high = 140, least_life = 420;
  const Rect& strip = layout.timeline.w > 0 ? layout.timeline : layout.terminal;
  return !layout.stages_are_rail && layout.play.w == 0 && strip.h >= least_high && layout.stages.h >= least_life;
}

terminal::Size terminal_size(const Viewport& viewport, const Arrangement& arrangement, const TextMeasure& measure) {
  constexpr Font font = terminal_font;
  constexpr int many = 1000;
  Arrangement all = arrangement;
  all.terminal_tab = true, all.terminal_lines = many;
  const Rect panel = lay_out(viewport, all).terminal;
  const float wide = measure.width("0", font), high = measure.line_height(font);
  terminal::Size size;
  size.columns = std::max(20, static_cast<int>((panel.w - 2 * terminal_padding) / wide));
  size.rows = std::max(2, static_cast<int>((panel.h - terminal_head - 8) / high));
  return size;
}

}  // namespace glassdock::scene
