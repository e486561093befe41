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
  const model::Container* shown = container_.empty() ? now.in_picture() : now.container(container_);
  const bool up = shown && (shown->phase == model::Phase::running || shown->phase == model::Phase::paused);
  return settings_.arrangement.class_mode && up && shown != now.current();
}

void Session::show_containers() {
  containers_.open = !containers_.open;
  containers_.first_row = 0;
  if (!containers_.open) container_.clear();
}

// It is in the picture from now on, and explained.
void Session::choose_container(const std::string& id) {
  const model::Container* container = shown().container(id);
  if (!container) return;
  container_ = id;
  select({.name = "container", .number = static_cast<std::int64_t>(container->created_event)});
}

std::string Session::looked_at() {
  if (!shows_containers() || is_recording() || engine_ != scene::EngineState::there || !at_now()) return {};
  const model::Model& now = history_.now();
  const model::Container* container = container_.empty() ? nullptr : now.container(container_);
  if (!container) container = now.in_picture();
  const bool there =
      container && container->phase != model::Phase::creating && container->phase != model::Phase::removed;
  return there ? container->id : std::string();
}

void Session::take_look(const std::string& container, client::ContainerLook look) {
  const bool same = std::exchange(measured_, container) == container;
  containers_.log = std::move(look.lines);
  if (!look.usage) return containers_.usage.reset();
  const client::UsageSample before = same && containers_.usage ? containers_.usage->now : *look.usage;
  containers_.usage = text::UsageLine{.asked = container, .before = before, .now = *look.usage};
}

}  // namespace glassdock::session
