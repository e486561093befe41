// The containers: their panel, the one that was chosen, and what the engine measures of it meanwhile.
#include <algorithm>
#include <utility>

#include "app/scene/panels.h"
#include "app/session/session.h"

namespace glassdock::session {

bool Session::shows_containers() const {
  const scene::Arrangement& arrangement = settings_.arrangement;
  if (arrangement.class_mode) return arrangement.class_panel == scene::Arrangement::ClassPanel::containers;
  return containers_.open && !comparison_;
}

// Class mode says how long a container that is no part of the run has been as it is.
bool Session::tells_of_life() const {
  const model::Model& now = history_.now();
  const model::Container* shown = scene::shown_container(now, container_);
  return settings_.arrangement.class_mode && shown && shown->phase != model::Phase::removed && shown != now.current();
}

void Session::show_containers() {
  // Both lie over the picture: what was asked for last does so above the other.
  const bool beneath = containers_fold_ && evidence_folds_ && arrangement().evidence_drawer;
  if (beneath) {
    deselect();
    settings_.arrangement.evidence_drawer = false;
  }
  containers_.open = !containers_.open || beneath;
  if (containers_.open) settings_.arrangement.race = false, settings_.arrangement.way = scene::Way::none;
  containers_.first_row = 0;
  if (!containers_.open) {
    container_.clear();
    if (focused_.act == scene::Act::scroll_containers) focused_ = {};
  } else if (!terminal_focused_ || !command_runs_) {
    terminal_focused_ = false;                          // what is typed leads back there
    focused_ = {.act = scene::Act::scroll_containers};  // the arrows choose at once
  }
}

// It is in the picture from now on, and explained.
void Session::choose_container(const std::string& id) {
  const model::Container* container = shown().container(id);
  if (!container) return;
  container_ = id;
  // Where the evidence would lie over the table, it is opened by its own key.
  const bool drawer = settings_.arrangement.evidence_drawer;
  select({.name = "container", .number = static_cast<std::int64_t>(container->created_event)});
  settings_.arrangement.evidence_drawer = drawer;
}

const model::Container* Session::container_of_life(const model::Model& model) const {
  return scene::container_of_life(model, container_, containers_.all || containers_.signals);
}

std::string Session::looked_at() const {
  if (!shows_containers() || is_recording() || engine_ != scene::EngineState::there || !at_now()) return {};
  const model::Container* container = container_of_life(history_.now());
  const bool there =
      container && container->phase != model::Phase::creating && container->phase != model::Phase::removed;
  return there ? container->id : std::string();
}

void Session::take_look(const std::string& container, client::ContainerLook look) {
  const bool same = std::exchange(measured_, container) == container;
  containers_.log = std::move(look.lines);
  if (!look.usage) return containers_.usage.reset();
  // Another process 1 counts from the beginning.
  const bool goes_on = same && containers_.usage && containers_.usage->now.cpu_ns <= look.usage->cpu_ns;
  const client::UsageSample before = goes_on ? containers_.usage->now : *look.usage;
  containers_.usage = text::UsageLine{.asked = container, .before = before, .now = *look.usage};
}

// What was measured of another one, or of another moment, is none of what is shown; looked at again it is old.
void Session::forget_look() {
  if (looked_at() == measured_) return;
  measured_.clear();
  containers_.usage.reset();
  containers_.log.reset();
}

bool Session::move_in_table(Key key) {
  // In class mode the life stands alone, and the arrows lead from one to the next.
  const bool alone = settings_.arrangement.class_mode && shows_containers();
  if (!alone && (focused_.act != scene::Act::scroll_containers || !table_)) return false;
  const std::vector<const model::Container*> rows = scene::listed_containers(shown(), containers_.all);
  const auto size = static_cast<std::ptrdiff_t>(rows.size());
  if (size == 0) return false;
  const std::ptrdiff_t page = alone ? 1 : std::max<std::ptrdiff_t>(size - table_->length, 1);
  const model::Container* chosen = container_of_life(shown());
  const auto found = std::find(rows.begin(), rows.end(), chosen);
  const std::ptrdiff_t at = found == rows.end() ? -1 : found - rows.begin();
  std::ptrdiff_t to = 0;
  switch (key) {
    case Key::up:
      to = at - 1;
      break;
    case Key::down:
      to = at + 1;
      break;
    case Key::page_up:
      to = at - page;
      break;
    case Key::page_down:
      to = at + page;
      break;
    case Key::home:
      break;
    case Key::end:
      to = size - 1;
      break;
    default:
      return false;
  }
  to = std::clamp<std::ptrdiff_t>(to, 0, size - 1);
  choose_container(rows[static_cast<std::size_t>(to)]->id);
  // It stays in sight.
  const std::ptrdiff_t first = std::min<std::ptrdiff_t>(containers_.first_row, table_->length);
  containers_.first_row = static_cast<int>(std::clamp(first, std::max<std::ptrdiff_t>(to - page + 1, 0), to));
  return true;
}

}  // namespace glassdock::session
