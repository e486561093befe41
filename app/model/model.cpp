#include "app/model/model.h"

#include <algorithm>
#include <bit>

#include "app/model/reduce.h"
#include "engine/base/saturating.h"
#include "engine/base/text.h"

namespace glassdock::model {

std::string_view to_string(WallKind kind) {
  static constexpr std::array<std::string_view, wall_count> words = {"pid", "mnt", "cgroup", "ipc",
                                                                     "net", "uts", "user"};
  return words[static_cast<std::size_t>(kind)];
}

// From the back: what is spoken of came last.
const Container* Model::container(std::string_view id) const {
  const auto found =
      std::find_if(containers.rbegin(), containers.rend(), [&](const Container& c) { return c.id == id; });
  return found == containers.rend() ? nullptr : &*found;
}

Phase Container::standing() const {
  if (phase != Phase::creating && phase != Phase::starting) return phase;
  return life.policy ? Phase::restarting : life.ended_ns ? Phase::exited : Phase::created;
}

const Container* Model::in_picture() const {
  const Container* focused = focus.empty() ? nullptr : container(focus);
  return focused ? focused : current();
}

const Container* Model::current() const {
  return run.container.empty() ? nullptr : container(run.container);
}

const Layer* Model::layer(std::string_view blob) const {
  const auto found = std::find_if(layers.rbegin(), layers.rend(), [&](const Layer& l) { return l.blob == blob; });
  return found == layers.rend() ? nullptr : &*found;
}

const Image* Model::image(std::string_view reference) const {
  const auto found = std::find_if(images.rbegin(), images.rend(), [&](const Image& i) {
    return i.state != State::leaving && (i.reference == reference || i.id == reference);
  });
  return found == images.rend() ? nullptr : &*found;
}

const Image* Model::image_of(const Container& container) const {
  return image(!container.image_id.empty() ? container.image_id : with_tag(container.image));
}

const Image* Model::image_of_run() const {
  const Image* named = run.image.empty() ? nullptr : image(run.image);
  const Container* container = current();
  return named || !container ? named : image_of(*container);
}

bool Run::is_pull() const {
  return container.empty() && !requests.empty() &&
         std::all_of(requests.begin(), requests.end(), [](const Request& one) { return pulls_image(one.words); });
}

bool Run::is_over() const {
  if (!ended || failed || !is_pull()) return ended;
  constexpr std::array<std::string_view, 4> makers{"docker run ", "docker create ", "docker container run ",
                                                   "docker container create "};
  return std::none_of(makers.begin(), makers.end(),
                      [&](std::string_view maker) { return starts_with(command, maker); });
}

const Held* Model::held_at(std::string_view gate, std::string_view subject) const {
  const auto found =
      std::find_if(held.begin(), held.end(), [&](const Held& h) { return h.gate == gate && h.subject == subject; });
  return found == held.end() ? nullptr : &*found;
}

const Held* Model::held_by(std::uint64_t span) const {
  const auto found = std::find_if(held.begin(), held.end(), [&](const Held& one) { return one.run == span; });
  return span == 0 || found == held.end() ? nullptr : &*found;
}

std::int64_t sum_of(const StageTimes& times) {
  std::int64_t sum = 0;
  for (const std::optional<std::int64_t>& time_ns : times) sum = saturating_add(sum, time_ns.value_or(0));
  return sum;
}

StageTimes Model::stage_times(std::int64_t waited_ns) const {
  const std::int64_t until_ns =
      waited_ns > 0 ? saturating_add(std::max(run.latest_ns, now_ns), waited_ns) : run.latest_ns;
  const trace::StageClock::Times all = run.clock.times(until_ns);
  StageTimes times;
  for (std::size_t i = 0; i < times.size(); ++i) {
    if (run.stages[i].first != no_event) times[i] = all.own_ns[i];
  }
  return times;
}

std::int64_t Model::worked_ns() const {
  const trace::StageClock::Times all = run.clock.times(run.latest_ns);
  std::int64_t sum = 0, longest = 0;
  for (std::size_t i = 0; i < trace::main_stage_count; ++i) {
    sum = saturating_add(sum, all.own_ns[i]);
    longest = std::max(longest, all.own_ns[i]);
  }
  constexpr std::uint32_t of_main = (1U << trace::main_stage_count) - 1;
  for (const trace::SideBySide& one : all.beside) {
    const int more = std::popcount(one.stages & of_main) - 1;
    for (int i = 0; i < more; ++i) sum = saturating_sub(sum, one.length_ns);
  }
  return std::max(sum, longest);  // evidence of moments side by side is taken off each stage's own time alone
}

}  // namespace glassdock::model
