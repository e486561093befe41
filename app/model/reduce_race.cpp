// A race: the spans of its runs, what happens in them, and its figures.
#include <algorithm>
#include <array>

#include "app/model/reduce.h"
#include "engine/base/saturating.h"
#include "engine/base/text.h"

namespace glassdock::model {
namespace {

std::optional<std::int64_t> figure(const Change& change, std::string_view name) {
  return trace::find_argument(change.event, name) ? std::optional(change.number(name)) : std::nullopt;
}

Lane lane_named(std::string_view name) {
  return name == "vm" ? Lane::vm : Lane::container;
}

RaceLane& lane_of_subject(const Change& change) {
  return change.model.race.lane(lane_named(change.event.subject));
}

// Those that the run's end tells, beside what its own events have told already.
constexpr auto milestones_at_end = std::to_array<std::string_view>(
    {"ready", "created", "hypervisor", "processor", "kernel", "init", "mounted", "command", "output", "exit", "gone"});

bool is_work_of(const Race& race, std::uint64_t span) {
  if (span == 0) return false;
  return span == race.span || span == race.question || span == race.lane(Lane::container).run.span ||
         span == race.lane(Lane::vm).run.span;
}

void pass(RaceRun& run, std::string_view name, std::int64_t ns, EventIndex event) {
  const auto known = std::find_if(run.milestones.begin(), run.milestones.end(),
                                  [&](const Milestone& one) { return one.name == name; });
  if (known != run.milestones.end()) {
    known->ns = ns;
  } else if (run.milestones.size() < most_milestones) {
    run.milestones.push_back({std::string(name), ns, event});
  }
}

void begin_run(const Change& change) {
  Race& race = change.model.race;
  if (change.flag("question")) {
    race.question = change.event.span;
    return;
  }
  RaceRun& run = race.lane(lane_named(change.words("lane"))).run;
  run = RaceRun{};
  run.state = State::appearing;
  run.number = change.number("number");
  run.cold = change.flag("cold");
  run.together = change.flag("together");
  run.stepped = change.flag("stepped");
  run.span = change.event.span;
  run.begin_ns = change.event.time_ns;
  run.begin = change.index;
}

void end_run(const Change& change, RaceLane& lane) {
  RaceRun& run = lane.run;
  for (const std::string_view name : milestones_at_end) {
    if (const auto ns = figure(change, std::string(name) + "_ns")) pass(run, name, *ns, change.index);
  }
  std::stable_sort(run.milestones.begin(), run.milestones.end(),
                   [](const Milestone& a, const Milestone& b) { return a.ns < b.ns; });
  run.left_out = first_lines(change.words("left_out"));
  run.exit_code = figure(change, "exit_code");
  run.error = change.text("error");
  run.output = first_lines(change.words("output"));
  run.kernel_log = first_lines(change.words("kernel_log"));
  run.cpu_before_command_ns = figure(change, "cpu_before_command_ns");
  run.peak_bytes = figure(change, "peak_bytes");
  run.read_bytes = figure(change, "read_bytes");
  run.state = change.failed() ? State::failed : State::there;
  run.end = change.index;
  if (figure(change, "held_ns")) return;  // it counts in nothing
  ++lane.runs;
  if (const Milestone* exit = run.milestone("exit"); exit && run.cold) lane.cold_exit_ns = exit->ns;
}

}  // namespace

std::vector<std::string> first_lines(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty() && lines.size() < most_race_lines) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.push_back(cut(text.substr(0, end)));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

const Milestone* RaceRun::milestone(std::string_view name) const {
  const auto found =
      std::find_if(milestones.begin(), milestones.end(), [&](const Milestone& one) { return one.name == name; });
  return found == milestones.end() ? nullptr : &*found;
}

const RaceSpread* RaceLane::spread(std::string_view name) const {
  const auto found =
      std::find_if(spreads.begin(), spreads.end(), [&](const RaceSpread& one) { return one.name == name; });
  return found == spreads.end() ? nullptr : &*found;
}

void vm_race(const Change& change) {
  Race& race = change.model.race;
  if (change.begins()) {
    race = Race{};
    race.state = State::appearing;
    race.span = change.event.span;
    race.image = change.subject();
    race.command = change.text("command");
    race.runs = change.number("runs");
    race.cold = change.flag("cold");
    race.together = change.flag("together");
    race.event = change.index;
  } else if (change.ends() && race.span == change.event.span) {
    race.state = change.failed() ? State::failed : State::there;
    race.error = change.text("error");
    for (RaceLane& lane : race.lanes) {
      if (lane.run.state == State::appearing) lane.run.state = State::failed;
    }
  }
}

void vm_accelerator(const Change& change) {
  Race& race = change.model.race;
  race.accelerator = change.text("accelerator");
  race.reason = change.text("reason");
  race.accelerator_event = change.index;
}

void vm_sides(const Change& change) {
  Race& race = change.model.race;
  race.command = change.text("command");
  race.kernel_path = change.text("kernel_path");
  race.kernel_release = change.text("kernel_release");
  race.kernel_entry = change.text("kernel_entry");
  race.host_release = change.text("host_release");
  race.qemu = change.text("qemu");
  race.root = change.text("root");
  race.memory_bytes = change.number("memory_bytes");
  race.cpus = change.number("cpus");
  race.layers_bytes = change.number("layers_bytes");
  race.kernel_bytes = change.number("kernel_bytes");
  race.root_bytes = change.number("root_bytes");
  race.qemu_bytes = change.number("qemu_bytes");
  race.ready_ns = saturating_add(change.number("kernel_ns"), change.number("root_ns"));
  race.machine_memory_bytes = change.number("machine_memory_bytes");
  race.machine_cpus = change.number("machine_cpus");
  race.had = {first_lines(change.words("container_had")), first_lines(change.words("vm_had"))};
  race.sides_event = change.index;
}

void vm_run(const Change& change) {
  if (change.begins()) return begin_run(change);
  for (RaceLane& lane : change.model.race.lanes) {
    if (change.ends() && lane.run.state == State::appearing && lane.run.span == change.event.span)
      end_run(change, lane);
  }
}

void vm_machine(const Change& change) {
  RaceRun& run = change.model.race.lane(Lane::vm).run;
  if (change.begins() && run.state == State::appearing && run.span == change.event.parent) {
    run.machine = change.event.span;
  }
}

void vm_milestone(const Change& change) {
  RaceRun& run = change.model.race.lane(Lane::vm).run;
  if (run.state != State::appearing || run.machine == 0 || run.machine != change.event.span) return;
  const std::string_view name = std::string_view(change.event.name).substr(std::string_view("vm.").size());
  if (name == "stopped") {
    run.late_ns = figure(change, "late_ns");
    run.stop_symbol = change.text("symbol");
    run.stop_address = change.text("address");
    if (run.late_ns || !run.stop_symbol.empty()) run.stop = change.index;
    return;
  }
  if (name == "hypervisor") run.pid = change.number("pid");
  pass(run, name, saturating_sub(change.event.time_ns, run.begin_ns), change.index);
}

void vm_inside(const Change& change) {
  RaceLane& lane = lane_of_subject(change);
  lane.inside = first_lines(change.words("output"));
  lane.inside_error = change.text("error");
  lane.inside_event = change.index;
  if (&lane == &change.model.race.lane(Lane::vm)) keep_machine(change);
}

void vm_standing(const Change& change) {
  RaceStanding& standing = lane_of_subject(change).standing;
  standing = RaceStanding{};
  standing.command = change.text("command");
  standing.error = change.text("error");
  standing.proportional_bytes = figure(change, "proportional_bytes");
  standing.cgroup_peak_bytes = figure(change, "cgroup_peak_bytes");
  standing.read_bytes = figure(change, "read_bytes");
  standing.cpu_before_command_ns = figure(change, "cpu_before_command_ns");
  standing.host_lines = first_lines(change.words("host_lines"));
  if (trace::find_argument(change.event, "command_is_seen")) standing.command_is_seen = change.flag("command_is_seen");
  standing.event = change.index;
}

void vm_density(const Change& change) {
  std::vector<DensityPoint>& points = lane_of_subject(change).density;
  points.push_back({change.number("count"), change.number("last_start_ns"), change.number("proportional_bytes"),
                    change.text("error"), change.index});
  keep_newest(points, most_density_points);
}

void vm_summary(const Change& change) {
  RaceLane& lane = lane_of_subject(change);
  lane.spreads.clear();
  for (const std::string_view milestone : milestones_at_end) {
    const std::string name(milestone);
    const auto count = figure(change, name + "_count");
    if (!count) continue;
    lane.spreads.push_back({name, *count, change.number(name + "_median_ns"), change.number(name + "_lower_ns"),
                            change.number(name + "_upper_ns")});
  }
  lane.memory_each_bytes = figure(change, "memory_each_bytes");
  lane.extrapolated_fit = figure(change, "extrapolated_fit");
  lane.summary_event = change.index;
}

void follow_race(const Change& change) {
  Race& race = change.model.race;
  if (race.state != State::appearing) return;
  RaceRun& run = race.lane(Lane::container).run;
  const trace::Event& event = change.event;
  if (event.name == "container.create" && change.begins()) {
    if (!is_work_of(race, event.parent)) return;
    if (Container* container = find_container(change.model, event.subject)) container->of_race = true;
    if (run.state == State::appearing && event.parent == run.span) run.container = change.subject();
    return;
  }
  if (run.state != State::appearing || run.container.empty() || event.subject != run.container) return;
  const auto passed = [&](std::string_view name) {
    pass(run, name, saturating_sub(event.time_ns, run.begin_ns), change.index);
  };
  if (event.name == "snapshot.overlay") passed("files");
  if (event.name == "isolate.clone") {
    run.pid = change.number("pid");
    passed("walls");
  }
  if (event.name == "run.exec") passed("command");
  if (event.name == "container.exit") passed("exit");
}

bool is_beside_race(const Model& model, const trace::Event& event, EventIndex index) {
  const Race& race = model.race;
  if (race.state != State::appearing || event.stage == trace::Stage::vm || starts_with(event.name, "gate."))
    return false;
  const std::vector<Milestone>& passed = race.lane(Lane::container).run.milestones;
  const auto of_index = [&](const Milestone& one) { return one.event == index; };
  if (std::any_of(passed.begin(), passed.end(), of_index)) return false;
  if (is_work_of(race, work_of(event))) return true;
  const Container* container = model.container(event.subject);
  return container && container->of_race;
}

void release_race(const Change& change) {
  Race& race = change.model.race;
  if (race.state != State::appearing) return;
  const Container* container = change.model.container(change.event.subject);
  if (!starts_with(change.words("gate"), "vm.") && !(container && container->of_race)) return;
  // Both lanes are held at the same time: once is enough.
  if (container && race.lane(Lane::container).run.stepped) return;
  race.held_ns = saturating_add(race.held_ns, trace::argument_length(change.event, "held_ns"));
}

void break_off_race(const Change& change) {
  Race& race = change.model.race;
  if (race.state != State::appearing) return;
  race.state = State::failed;
  for (RaceLane& lane : race.lanes) {
    if (lane.run.state == State::appearing) lane.run.state = State::failed;
  }
}

}  // namespace glassdock::model
