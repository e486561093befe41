#include "engine/daemon/race_told.h"

#include <fmt/format.h>

#include <cstdint>
#include <type_traits>

#include "engine/base/text.h"

namespace glassdock::daemon {
namespace {

// A picture has room for the first lines; the rest is in the client's line, and the guest's log in vm.gone's evidence.
constexpr std::size_t most_output = 1024;  // bytes
constexpr std::size_t most_log_lines = 3;

template <typename Number>
void add(trace::Event& event, std::string name, const std::optional<Number>& value) {
  if (value) event.arguments.push_back({std::move(name), static_cast<std::int64_t>(*value)});
}

void add(trace::Event& event, std::string name, const std::string& text) {
  if (!text.empty()) event.arguments.push_back({std::move(name), text});
}

std::int64_t whole(double value) {
  return static_cast<std::int64_t>(value);
}

std::string first_lines(const std::string& text, std::size_t most) {
  std::size_t end = 0;
  for (std::size_t lines = 0; lines < most && end < text.size(); ++lines)
    end = std::min(text.find('\n', end), text.size() - 1) + 1;
  return text.substr(0, end);
}

}  // namespace

std::string_view to_string(Lane lane) {
  return lane == Lane::container ? "container" : "vm";
}

void tell(const trace::Context& context, const RaceReady& ready) {
  context.tell(trace::Stage::vm, "vm.sides", ready.image, {}, [&](trace::Event& event) {
    each_figure(ready, [&](const char* name, const auto& value) {
      if constexpr (std::is_integral_v<std::decay_t<decltype(value)>>) {
        event.arguments.push_back({name, static_cast<std::int64_t>(value)});
      } else {
        event.arguments.push_back({name, value});
      }
    });
    event.arguments.push_back({"container_had", join(ready.container_had, "\n")});
    event.arguments.push_back({"vm_had", join(ready.machine_had, "\n")});
  });
}

void tell(const trace::Context& context, const RaceInside& inside) {
  context.tell(trace::Stage::vm, "vm.inside", std::string(to_string(inside.lane)), {{"output", inside.output}},
               [&](trace::Event& event) { add(event, "error", inside.fault); });
}

void tell(const trace::Context& context, const RaceStanding& standing) {
  context.tell(
      trace::Stage::vm, "vm.standing", std::string(to_string(standing.lane)), {{"command", standing.command}},
      [&](trace::Event& event) {
        add(event, "error", standing.fault);
        if (!standing.fault.empty()) return;
        event.arguments.push_back({"command_is_seen", standing.command_is_seen});
        add(event, "proportional_bytes", std::optional(standing.proportional_bytes));
        add(event, "cgroup_peak_bytes", standing.cgroup_peak_bytes);
        add(event, "read_bytes", standing.read_bytes);
        add(event, "cpu_before_command_ns", standing.cpu_before_command_ns);
        add(event, "host_lines", join(standing.host_lines, "\n"));
        if (!context.wants_evidence()) return;
        std::string parts;
        for (const auto& [line, bytes] : standing.processes) parts += fmt::format("{:>12}  {}\n", bytes, line);
        event.evidence.push_back({"ps -eo pid,ppid,user,rss,stat,args", "", join(standing.host_lines, "\n"), ""});
        event.evidence.push_back({"Pss of /proc/PID/smaps_rollup, in bytes", "", parts, ""});
      });
}

void tell(const trace::Context& context, const DensityPoint& point) {
  context.tell(trace::Stage::vm, "vm.density", std::string(to_string(point.lane)),
               {{"count", point.count},
                {"last_start_ns", point.last_start_ns},
                {"proportional_bytes", point.proportional_bytes}},
               [&](trace::Event& event) { add(event, "error", point.stopped); });
}

void tell(const trace::Context& context, const RaceSummary& summary) {
  context.tell(trace::Stage::vm, "vm.summary", std::string(to_string(summary.lane)), {}, [&](trace::Event& event) {
    for (const auto& [name, spread] : summary.milestones) {
      event.arguments.push_back({name + "_count", static_cast<std::int64_t>(spread.count)});
      event.arguments.push_back({name + "_median_ns", whole(spread.median)});
      event.arguments.push_back({name + "_lower_ns", whole(spread.lower_quartile)});
      event.arguments.push_back({name + "_upper_ns", whole(spread.upper_quartile)});
    }
    if (!summary.fit_on_machine) return;
    event.arguments.push_back({"memory_each_bytes", whole(summary.memory.each)});
    add(event, "extrapolated_fit", summary.fit_on_machine);
  });
}

void add_results(trace::Span& span, const RaceRun& run) {
  if (!span.told()) return;
  for (const auto& [name, at] : run.milestones) span.result(name + "_ns", at);
  std::string left_out;
  for (const auto& [name, why] : run.left_out) left_out += fmt::format("{}: {}\n", name, why);
  if (!left_out.empty()) span.result("left_out", left_out);
  if (!run.fault.empty()) {
    span.result("failed", true);
    span.result("error", run.fault);
  }
  if (run.held_ns > 0) span.result("held_ns", run.held_ns);
  if (run.exit_code) span.result("exit_code", std::int64_t{*run.exit_code});
  span.result("output", run.output.substr(0, most_output));
  span.result("output_bytes", static_cast<std::int64_t>(run.output_bytes));
  if (run.cpu_before_command_ns) span.result("cpu_before_command_ns", *run.cpu_before_command_ns);
  if (run.peak_bytes) span.result("peak_bytes", static_cast<std::int64_t>(*run.peak_bytes));
  if (run.read_bytes) span.result("read_bytes", static_cast<std::int64_t>(*run.read_bytes));
  if (!run.console.empty()) span.result("kernel_log", first_lines(run.console, most_log_lines));
}

}  // namespace glassdock::daemon
