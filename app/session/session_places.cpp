// The places of the picture: what the pointer, the wheel and Tab do with them.
#include <algorithm>
#include <array>
#include <cmath>
#include <tuple>
#include <utility>

#include "app/scene/layout.h"
#include "app/session/session.h"

namespace glassdock::session {
namespace {

// The order of Tab: one region after the other, in each from top to bottom and from left to right.
class TabOrder {
 public:
  explicit TabOrder(const scene::Layout& layout)
      : regions_{layout.top_bar, layout.stages, layout.canvas, layout.evidence, layout.timeline, layout.terminal} {
    if (layout.evidence_is_drawer) std::swap(regions_[2], regions_[3]);  // it lies over the canvas
    // So does the terminal, which yet comes last: only what is beside it is the canvas's.
    if (layout.terminal_is_drawer) regions_[layout.evidence_is_drawer ? 3 : 2].h = layout.terminal.y - layout.canvas.y;
  }
  bool operator()(const scene::Place& a, const scene::Place& b) const { return key_of(a) < key_of(b); }

 private:
  std::tuple<std::ptrdiff_t, float, float> key_of(const scene::Place& place) const {
    constexpr float row = 16;  // what stands so near is one row
    const auto region = std::find_if(regions_.begin(), regions_.end(),
                                     [&](const scene::Rect& one) { return one.contains(place.rect.centre()); });
    return {region - regions_.begin(), std::floor(place.rect.y / row), place.rect.x};
  }
  std::array<scene::Rect, 6> regions_;
};

bool is_of_play(Action action) {
  return action == Action::play_on || action == Action::play_answer || action == Action::play_hint ||
         action == Action::play_restart || action == Action::play_skip;
}

bool is_of_containers(scene::Act act) {
  return act == scene::Act::scroll_containers || act == scene::Act::show_containers ||
         act == scene::Act::show_all_containers || act == scene::Act::show_signals;
}

}  // namespace

// Of the scene that is shown now.
void Session::keep_places(const scene::Scene& scene, const scene::Viewport& viewport) {
  places_.clear();
  evidence_.reset();
  table_.reset();
  play_text_.reset();
  const bool whole = comparison_ || settings_.arrangement.class_mode;  // one region
  const scene::Layout layout = whole ? scene::Layout() : scene::lay_out(viewport, arrangement());
  tabs_ = layout.tabs;
  evidence_folds_ = !whole && (layout.evidence_is_drawer || layout.evidence.w == 0);
  containers_fold_ = !whole && !scene::has_room_for_containers(layout);
  for (const scene::Place& place : scene.places) {
    if (place.act == scene::Act::scroll_evidence) {
      evidence_ = place;
      continue;
    }
    if (place.act == scene::Act::scroll_play) {
      play_text_ = place;
      continue;
    }
    if (place.act == scene::Act::scroll_containers) table_ = place;
    // The table is one stop, within which the arrows choose.
    if (place.act == scene::Act::choose_container) continue;
    const bool known = std::any_of(places_.begin(), places_.end(),
                                   [&](const scene::Place& one) { return scene::key_of(one) == scene::key_of(place); });
    if (place.act != scene::Act::none && !known) places_.push_back(place);
  }
  std::stable_sort(places_.begin(), places_.end(), TabOrder(layout));
  // Keys for what went with the containers' panel would do nothing: Enter is the terminal's again.
  const bool there = std::any_of(places_.begin(), places_.end(),
                                 [&](const scene::Place& one) { return scene::key_of(one) == focused_; });
  if (is_of_containers(focused_.act) && !there) focused_ = {};
}

void Session::click(const scene::Place& place, double fraction) {
  close_tip();
  const Command command = command_of(place, fraction);
  // What is asked of what is played leaves the line where it is: the next thing is to type.
  const bool of_terminal = command.action == Action::focus_terminal || command.action == Action::start_typed ||
                           command.action == Action::switch_tab || is_of_play(command.action);
  // A gate is set for the line that stands typed: it stays in sight, and Enter is still its own.
  const bool for_typed_line =
      command.action == Action::toggle_gate && terminal_focused_ && !command_runs_ && !line_.text().empty();
  if (!of_terminal && !for_typed_line) terminal_focused_ = false, used_picture_ = true;
  focused_ = {};
  execute(command);
}

void Session::scroll(const scene::Place& place, double notches) {
  constexpr double lines_of_a_notch = 3;
  if (place.act == scene::Act::focus_terminal) scroll_terminal(notches * lines_of_a_notch);
  if (place.act == scene::Act::scroll_evidence || place.act == scene::Act::scroll_play) {
    scroll_rows(place, -static_cast<int>(std::lround(notches * lines_of_a_notch)));
  }
  if (place.act == scene::Act::scroll_containers) {
    const int row = std::min(containers_.first_row, static_cast<int>(place.length));
    containers_.first_row = std::clamp(row - static_cast<int>(std::lround(notches)), 0, static_cast<int>(place.length));
  }
  if (place.act == scene::Act::seek_time && notches != 0) {
    execute({.action = notches > 0 ? Action::timeline_closer : Action::timeline_wider});
  }
}

int& Session::first_row_of(const scene::Place& place) {
  if (place.act != scene::Act::scroll_play) return evidence_row_;
  return play_ ? play_->first_row : narration_row_;
}

void Session::scroll_rows(const scene::Place& place, int rows) {
  const int farthest = static_cast<int>(place.pages.size()) - 1;
  int& first = first_row_of(place);
  first = std::clamp(std::min(first, farthest) + rows, 0, farthest);
}

// What lies over the picture goes before: the text of what is played moves where no evidence does.
void Session::page_evidence(bool up) {
  const std::optional<scene::Place>& place = evidence_ ? evidence_ : play_text_;
  if (!place) return;
  scroll_rows(*place, 0);  // from where it ends, not from beyond that
  const std::vector<int>& pages = place->pages;
  int& first = first_row_of(*place);
  const auto now = static_cast<std::size_t>(first);
  if (!up) {
    first = pages[now];
  } else if (now > 0) {
    // The first row whose page behind shows this one.
    first = static_cast<int>(std::lower_bound(pages.begin(), pages.begin() + first, first) - pages.begin());
  }
}

void Session::hover(const scene::Place* place) {
  const scene::PlaceKey now = place ? scene::key_of(*place) : scene::PlaceKey{};
  if (now == hovered_) return;
  hovered_ = now;
  tip_ = tip_closed_ = false;
}

void Session::show_tip(bool shown) {
  tip_ = shown && static_cast<bool>(hovered_) && !tip_closed_;
}

// One has seen what it is: until the pointer is at something else it lies over nothing that comes.
void Session::close_tip() {
  tip_ = false;
  tip_closed_ = true;
}

// Tab goes from left to right and from top to bottom; up and down to the nearest thing there.
void Session::move_focus(Action action) {
  if (places_.empty()) return;
  const auto found = std::find_if(places_.begin(), places_.end(),
                                  [&](const scene::Place& place) { return scene::key_of(place) == focused_; });
  const bool on = action == Action::focus_next || action == Action::focus_down;
  if (found == places_.end()) {
    focused_ = scene::key_of(on ? places_.front() : places_.back());
    return;
  }
  if (action == Action::focus_next || action == Action::focus_before) {
    const auto size = static_cast<std::ptrdiff_t>(places_.size());
    const std::ptrdiff_t at = found - places_.begin();
    focused_ = scene::key_of(places_[static_cast<std::size_t>((at + (on ? 1 : size - 1)) % size)]);
    return;
  }
  const scene::Point from = found->rect.centre();
  const scene::Place* best = nullptr;
  float best_way = 0;
  for (const scene::Place& place : places_) {
    const scene::Point to = place.rect.centre();
    const float down = on ? to.y - from.y : from.y - to.y;
    if (down <= 1) continue;
    constexpr float sideways = 2;  // what stands beneath comes before what stands aside
    const float way = down + sideways * std::abs(to.x - from.x);
    if (!best || way < best_way) best = &place, best_way = way;
  }
  if (best) focused_ = scene::key_of(*best);
}

void Session::activate() {
  const auto found = std::find_if(places_.begin(), places_.end(),
                                  [&](const scene::Place& place) { return scene::key_of(place) == focused_; });
  if (found == places_.end()) return;
  const scene::PlaceKey kept = focused_;
  click(*found, 0.5);
  focused_ = kept;
}

}  // namespace glassdock::session
