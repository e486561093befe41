#include "app/headless/race_recorded.h"

#include <array>
#include <map>
#include <string_view>

#include "engine/base/text.h"
#include "engine/trace/event.h"

namespace glassdock::headless {
namespace {

using client::Lane;
using trace::argument_flag;
using trace::argument_number;
using trace::argument_text;
using trace::Event;

constexpr auto milestones = std::to_array<const char*>(
    {"ready", "created", "hypervisor", "processor", "kernel", "init", "mounted", "command", "output", "exit", "gone"});

std::optional<std::int64_t> figure(const Event& event, const std::string& name) {
  return trace::find_argument(event, name) ? std::optional(argument_number(event, name)) : std::nullopt;
}

std::optional<std::uint64_t> size(const Event& event, const std::string& name) {
  const auto found = figure(event, name);
  return found ? std::optional(static_cast<std::uint64_t>(*found)) : std::nullopt;
}

std::vector<std::string> lines_of(const Event& event, std::string_view name) {
  std::vector<std::string> lines = split(argument_text(event, name), '\n');
  std::erase_if(lines, [](const std::string& line) { return line.empty(); });
  return lines;
}

Lane lane_named(std::string_view name) {
  return name == "vm" ? Lane::vm : Lane::container;
}

// Reads one event after the other; a new race begins a new report.
class Reader {
 public:
  void take(const Event& event) {
    client::RaceReady& ready = report_.ready;
    if (event.name == "vm.race" && event.kind == trace::Kind::begin) report_ = {}, ready.image = event.subject;
    if (event.name == "vm.accelerator") {
      ready.accelerator = argument_text(event, "accelerator");
      ready.accelerator_reason = argument_text(event, "reason");
    }
    if (event.name == "vm.sides") take_sides(event);
    if (event.name == "vm.run") take_run(event);
    const Lane lane = lane_named(event.subject);
    if (event.name == "vm.inside") {
      report_.inside.push_back({lane, argument_text(event, "output"), argument_text(event, "error")});
    }
    if (event.name == "vm.standing") take_standing(event, lane);
    if (event.name == "vm.density") {
      report_.density.push_back({lane, static_cast<int>(argument_number(event, "count")),
                                 argument_number(event, "last_start_ns"), size(event, "proportional_bytes").value_or(0),
                                 argument_text(event, "error")});
    }
    if (event.name == "vm.summary") take_summary(event, lane);
  }
  client::RaceReport report() && { return std::move(report_); }

 private:
  void take_sides(const Event& event) {
    client::RaceReady& ready = report_.ready;
    ready.command = argument_text(event, "command");
    ready.kernel_path = argument_text(event, "kernel_path");
    ready.kernel_release = argument_text(event, "kernel_release");
    ready.kernel_entry = argument_text(event, "kernel_entry");
    ready.kernel_remark = argument_text(event, "kernel_remark");
    ready.host_release = argument_text(event, "host_release");
    ready.qemu = argument_text(event, "qemu");
    ready.memory_bytes = size(event, "memory_bytes").value_or(0);
    ready.layers_bytes = size(event, "layers_bytes").value_or(0);
    ready.kernel_bytes = size(event, "kernel_bytes").value_or(0);
    ready.root_bytes = size(event, "root_bytes").value_or(0);
    ready.qemu_bytes = size(event, "qemu_bytes").value_or(0);
    ready.kernel_ns = argument_number(event, "kernel_ns");
    ready.root_ns = argument_number(event, "root_ns");
    ready.machine_memory_bytes = size(event, "machine_memory_bytes").value_or(0);
    ready.cpus = static_cast<int>(argument_number(event, "cpus"));
    ready.container_had = lines_of(event, "container_had");
    ready.vm_had = lines_of(event, "vm_had");
  }

  // Its begin says which it is, its end how it went.
  void take_run(const Event& event) {
    if (event.kind == trace::Kind::begin) {
      if (argument_flag(event, "question")) return;
      client::RaceRun& run = open_[event.span];
      run.lane = lane_named(argument_text(event, "lane"));
      run.number = static_cast<int>(argument_number(event, "number"));
      run.cold = argument_flag(event, "cold");
      run.together = argument_flag(event, "together");
      return;
    }
    const auto found = open_.find(event.span);
    if (found == open_.end() || event.kind != trace::Kind::end) return;
    client::RaceRun run = std::move(found->second);
    open_.erase(found);
    for (const char* name : milestones) {
      if (const auto ns = figure(event, std::string(name) + "_ns")) run.milestones.emplace_back(name, *ns);
    }
    for (const std::string& line : lines_of(event, "left_out")) {
      const std::size_t colon = std::min(line.find(": "), line.size());
      run.left_out.emplace_back(line.substr(0, colon), line.substr(std::min(colon + 2, line.size())));
    }
    if (const auto code = figure(event, "exit_code")) run.exit_code = static_cast<int>(*code);
    run.fault = argument_text(event, "error");
    run.cpu_before_command_ns = figure(event, "cpu_before_command_ns");
    run.peak_bytes = size(event, "peak_bytes");
    run.read_bytes = size(event, "read_bytes");
    report_.runs.push_back(std::move(run));
  }

  void take_standing(const Event& event, Lane lane) {
    client::RaceStanding standing;
    standing.lane = lane;
    standing.command = argument_text(event, "command");
    standing.fault = argument_text(event, "error");
    standing.proportional_bytes = size(event, "proportional_bytes").value_or(0);
    standing.cgroup_peak_bytes = size(event, "cgroup_peak_bytes");
    standing.read_bytes = size(event, "read_bytes");
    standing.cpu_before_command_ns = figure(event, "cpu_before_command_ns");
    standing.host_lines = lines_of(event, "host_lines");
    standing.command_is_seen = argument_flag(event, "command_is_seen");
    report_.standing.push_back(std::move(standing));
  }

  // The newest of a lane counts: each is over all warm runs so far.
  void take_summary(const Event& event, Lane lane) {
    std::erase_if(report_.summaries, [&](const client::RaceSummary& one) { return one.lane == lane; });
    client::RaceSummary summary;
    summary.lane = lane;
    for (const std::string name : milestones) {
      const auto count = figure(event, name + "_count");
      if (!count) continue;
      client::RaceSpread spread;
      spread.name = name;
      spread.count = static_cast<int>(*count);
      spread.median = static_cast<double>(argument_number(event, name + "_median_ns"));
      spread.lower_quartile = static_cast<double>(argument_number(event, name + "_lower_ns"));
      spread.upper_quartile = static_cast<double>(argument_number(event, name + "_upper_ns"));
      summary.milestones.push_back(std::move(spread));
    }
    summary.memory_each_bytes = static_cast<double>(argument_number(event, "memory_each_bytes"));
    summary.extrapolated_fit = size(event, "extrapolated_fit");
    report_.summaries.push_back(std::move(summary));
  }

  client::RaceReport report_;
  std::map<std::uint64_t, client::RaceRun> open_;  // by their spans
};

}  // namespace

client::RaceReport recorded_report(const trace::Recording& recording) {
  Reader reader;
  for (const trace::Event& event : recording.events()) reader.take(event);
  client::RaceReport report = std::move(reader).report();
  report.made = recording.header().started + ", " + recording.header().machine + ", " + recording.header().kernel;
  return report;
}

}  // namespace glassdock::headless
