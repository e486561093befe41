#include "engine/daemon/race_course.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <thread>

#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/daemon/container_lane.h"
#include "engine/daemon/race_told.h"
#include "engine/plan/compile.h"
#include "engine/snapshot/merged_tree.h"
#include "engine/vm/figures.h"

namespace glassdock::daemon {
namespace {

CreateRequest request_of(const RaceRequest& race) {
  CreateRequest request;
  request.config.image = race.image;
  request.config.command = race.command;
  return request;
}

// The clients' view of a path in the page cache: nothing of it is there afterwards, as far as nobody has it mapped.
void drop_file(const std::filesystem::path& path) {
  const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (file) ::posix_fadvise(file.get(), 0, 0, POSIX_FADV_DONTNEED);
}

std::uint64_t file_bytes(const std::filesystem::path& path) {
  std::error_code none;
  const auto size = std::filesystem::file_size(path, none);
  return none ? 0 : size;
}

std::string release_of_host() {
  utsname host{};
  ::uname(&host);
  return host.release;
}

}  // namespace

RaceCourse::RaceCourse(Parts parts, const vm::Accelerator& accelerator)
    : parts_(parts),
      image_(parts.service.images(), parts.request.image, parts.caller.context),
      config_(merge_config(request_of(parts.request), image_.image()->config)),
      accelerator_(accelerator),
      qemu_(vm::find_qemu()),
      who_(vm::unprivileged_user()),
      kernel_words_(vm::kernel_words(vm::measure_tsc_khz())) {
  config_.image_id = image_.image()->id;
  if (config_.arguments().empty()) throw Error(ErrorKind::invalid_argument, "No command specified");
}

GuestParts RaceCourse::prepare() const {
  trace::Span span(parts_.caller.context, trace::Stage::vm, "vm.ready", parts_.request.image);
  GuestParts ready =
      make_guest_parts(parts_.request, parts_.layers, *image_.image(), who_, [this] { throw_if_gone(); });
  span.result("kernel", ready.kernel.release);
  span.result("root", ready.on_disk() ? "disk" : "initramfs");
  span.result("bytes", static_cast<std::int64_t>(ready.kernel.bytes + ready.root.bytes + ready.root.disk_bytes));
  return ready;
}

void RaceCourse::make_ready() {
  prepared_ = prepare();
  const Image& image = *image_.image();
  RaceReady ready;
  ready.image = parts_.request.image;
  ready.image_id = image.id.text();
  ready.command = config_.command_line();
  ready.accelerator = accelerator_;
  ready.kernel_path = prepared_.kernel.path;
  ready.kernel_release = prepared_.kernel.release;
  ready.kernel_entry = prepared_.kernel.pvh ? "vmlinux (PVH)" : "bzImage";
  ready.kernel_remark = prepared_.kernel.remark;
  ready.host_release = release_of_host();
  ready.qemu = qemu_;
  ready.user = who_.words();
  ready.memory_bytes = prepared_.memory_bytes;
  ready.cpus = parts_.request.cpus;
  ready.layers_bytes = image.bytes;
  ready.kernel_bytes = prepared_.kernel.disk_bytes;
  ready.vmlinux_bytes = prepared_.kernel.bytes;
  ready.root = prepared_.on_disk() ? "disk" : "initramfs";
  ready.root_remark = prepared_.root_remark;
  ready.root_bytes = prepared_.root.bytes + prepared_.root.disk_bytes;
  ready.qemu_bytes = file_bytes(qemu_);
  ready.kernel_ns = prepared_.kernel_ns;
  ready.root_ns = prepared_.root_ns;
  ready.machine_memory_bytes = vm::machine_memory("MemTotal");
  ready.machine_cpus = static_cast<int>(std::thread::hardware_concurrency());
  ready.container_had = {"the image's layers, unpacked", "the running engine and its launcher"};
  ready.machine_had = {"the guest's kernel, taken out of its file, in memory",
                       prepared_.on_disk() ? "the image's files as a read-only disk (squashfs)"
                                           : "the image's files as one archive, in memory"};
  report(ready);
}

void RaceCourse::report(const RaceReady& ready) {
  daemon::tell(parts_.caller.context, ready);
  parts_.watcher.ready(ready);
}

void RaceCourse::report(const RaceInside& inside) {
  daemon::tell(parts_.caller.context, inside);
  parts_.watcher.inside(inside);
}

void RaceCourse::report(const RaceStanding& standing) {
  daemon::tell(parts_.caller.context, standing);
  parts_.watcher.standing(standing);
}

void RaceCourse::report(const DensityPoint& point) {
  daemon::tell(parts_.caller.context, point);
  points_.push_back(point);
  parts_.watcher.density(point);
}

vm::MachineSpec RaceCourse::machine_spec(const std::vector<std::string>& command, const std::string& name) const {
  vm::MachineSpec spec;
  spec.name = name;
  spec.qemu = qemu_;
  spec.kernel_file = prepared_.kernel.file.get();
  spec.root_file = prepared_.root.file.get();
  spec.disk_file = prepared_.root.disk.get();
  spec.hardware = {accelerator_, prepared_.memory_bytes, parts_.request.cpus};
  spec.kernel_words = kernel_words_;
  spec.who = who_;
  spec.stops_in_kernel = may_hold_in_kernel();
  if (spec.stops_in_kernel && symbol_) {
    spec.stop_symbol = symbol_;
    spec.kernel_words = words_of_held_kernel();
  }
  vm::GuestOrder& order = spec.order;
  order.arguments = config_.entrypoint;
  order.arguments.insert(order.arguments.end(), command.begin(), command.end());
  order.environment = {default_path, "HOSTNAME=" + order.hostname};
  for (const std::string& variable : config_.environment) {
    const std::string name_of = variable.substr(0, variable.find('=') + 1);
    std::erase_if(order.environment, [&](const std::string& known) { return starts_with(known, name_of); });
    order.environment.push_back(variable);
  }
  if (!config_.working_folder.empty()) order.working_folder = config_.working_folder;
  order.user = config_.user;
  return spec;
}

vm::MachineLimits RaceCourse::machine_limits() const {
  vm::MachineLimits limits;
  limits.command = parts_.request.patience;
  return limits;
}

void RaceCourse::drop_from_cache() const {
  snapshot::walk_merged(parts_.layers, image_.image()->layers, [](const snapshot::MergedEntry& entry) {
    if (S_ISREG(entry.status.st_mode)) drop_file(entry.path);
  });
  drop_file(prepared_.kernel.path);
  drop_file(qemu_);
}

void RaceCourse::throw_if_gone() const {
  parts_.caller.context.throw_if_cancelled();
  pollfd gone{parts_.client, POLLRDHUP, 0};
  if (parts_.client >= 0 && ::poll(&gone, 1, 0) > 0) {
    throw Error(ErrorKind::cancelled, "whoever asked for the race has gone");
  }
}

RaceRun RaceCourse::run_container(const trace::Context& context, RaceRun run) {
  Caller caller = parts_.caller;
  caller.context = context;
  run.begin_ns = trace::monotonic_ns();
  auto pass = [&](const char* name, std::int64_t at) {
    if (at != 0) run.milestones.emplace_back(name, at - run.begin_ns);
  };
  try {
    LaneContainer container(parts_.service, caller, parts_.request.image, config_.command);
    pass("created", trace::monotonic_ns());
    container.start(parts_.client);
    const bool ended = container.wait_for_end(parts_.request.patience, parts_.client);
    pass("command", container.executed_ns());
    pass("output", container.first_output_ns());
    if (ended) {
      run.exit_code = container.exit_code();
      pass("exit", container.ended_ns());
    } else {
      run.fault = fmt::format("the command did not end within {} s", parts_.request.patience.count());
    }
    container.remove();
    pass("gone", trace::monotonic_ns());
    run.output = container.output();
    run.output_bytes = container.output_bytes();
    if (container.first_output_ns() == 0) run.left_out.emplace_back("output", "the command printed nothing");
  } catch (const Error& fault) {
    if (fault.kind() == ErrorKind::cancelled) throw;
    run.fault = fault.message();
    if (fault.kind() == ErrorKind::start_failed) run.exit_code = fault.exit_code();
  }
  run.left_out.emplace_back("memory, processor time, bytes read",
                            "its processes and cgroup are gone with it; they are read while it stands");
  return run;
}

RaceRun RaceCourse::run_machine(const trace::Context& context, RaceRun run) {
  run.begin_ns = trace::monotonic_ns();
  auto pass = [&](std::string_view name, std::int64_t at) { run.milestones.emplace_back(name, at - run.begin_ns); };
  if (run.cold) {
    prepared_ = prepare();
    pass("ready", trace::monotonic_ns());
  }
  vm::Machine machine(machine_spec(config_.command, fmt::format("machine {}", run.number)), context, machine_limits());
  const vm::MachineEnd& end = machine.finish(parts_.client);
  for (std::size_t i = 0; i < vm::milestone_count; ++i) {
    const auto milestone = static_cast<vm::Milestone>(i);
    const std::string name(vm::to_string(milestone));
    if (const auto at = machine.milestones()[milestone]) {
      pass(name, *at);
    } else {
      run.left_out.emplace_back(name, milestone == vm::Milestone::output && end.exit_code
                                          ? "the command printed nothing"
                                          : "the machine did not get there");
    }
  }
  run.exit_code = end.exit_code;
  run.fault = end.fault;
  run.output = machine.output();
  run.output_bytes = machine.output_bytes();
  run.cpu_before_command_ns = machine.before_command().cpu_ns;
  run.peak_bytes = machine.at_exit().peak_bytes;
  run.read_bytes = machine.at_exit().read_bytes;
  run.release = machine.release();
  run.words = machine.words();
  run.console = machine.console();
  return run;
}

void RaceCourse::take(RaceRun run) {
  parts_.watcher.run(run);
  run.console.clear();
  run.output.clear();
  runs_.push_back(std::move(run));
  throw_if_gone();
}

RaceRun RaceCourse::run(Lane lane, int number, Way way) {
  RaceRun run;
  run.lane = lane;
  run.number = number;
  run.cold = way == Way::cold;
  run.together = way == Way::together;
  run.stepped = way == Way::stepped;
  const std::int64_t held_ns = parts_.caller.run ? parts_.caller.run->held_ns() : 0;
  trace::Span span(parts_.caller.context, trace::Stage::vm, "vm.run", parts_.request.image,
                   {{"lane", to_string(lane)},
                    {"number", number},
                    {"cold", run.cold},
                    {"together", run.together},
                    {"stepped", run.stepped},
                    {"question", way == Way::question}});
  run = lane == Lane::container ? run_container(span.context(), std::move(run))
                                : run_machine(span.context(), std::move(run));
  if (parts_.caller.run) run.held_ns = parts_.caller.run->held_ns() - held_ns;
  if (run.held_ns > 0) run.left_out.emplace_back("medians", "it was held at gates, and what is held is no measurement");
  add_results(span, run);
  return run;
}

void RaceCourse::run_one(Lane lane, int number, Way way) {
  if (way == Way::cold) drop_from_cache();
  take(run(lane, number, way));
}

void RaceCourse::run_rounds() {
  const int cold = parts_.request.cold ? 1 : 0;
  for (int number = 0; number < parts_.request.runs + cold; ++number) {
    const bool container_first = number % 2 == 0;
    for (const Lane lane :
         {container_first ? Lane::container : Lane::machine, container_first ? Lane::machine : Lane::container}) {
      run_one(lane, number, number < cold ? Way::cold : Way::warm);
    }
    // Those who watch see the figures grow.
    for (const Lane lane : {Lane::container, Lane::machine}) daemon::tell(parts_.caller.context, summary(lane));
  }
}

void RaceCourse::run_both(Way way) {
  Run* const held_by = parts_.caller.run.get();
  RaceRun beside;
  std::exception_ptr fault;
  std::thread container([&] {
    try {
      beside = run(Lane::container, 0, way);
    } catch (...) {
      fault = std::current_exception();
    }
    if (held_by) held_by->leave_pairs(Lane::container);
  });
  RaceRun machine;
  std::exception_ptr own_fault;
  try {
    machine = run(Lane::machine, 0, way);
  } catch (...) {
    own_fault = std::current_exception();
  }
  if (held_by) held_by->leave_pairs(Lane::machine);
  container.join();
  if (own_fault) std::rethrow_exception(own_fault);
  if (fault) std::rethrow_exception(fault);
  take(std::move(beside));
  take(std::move(machine));
}

void RaceCourse::run_together() {
  run_both(Way::together);
}

void RaceCourse::walk_in_step() {
  run_both(Way::stepped);
  parts_.caller.run->begin_pairs({});
}

RaceSummary RaceCourse::summary(Lane lane) const {
  const auto total = static_cast<double>(vm::machine_memory("MemTotal"));
  RaceSummary summary;
  summary.lane = lane;
  std::vector<std::string> names;
  for (const RaceRun& run : runs_) {
    for (const auto& [name, at] : run.milestones) {
      if (run.lane == lane && run.counts() && std::find(names.begin(), names.end(), name) == names.end()) {
        names.push_back(name);
      }
    }
  }
  for (const std::string& name : names) {
    std::vector<double> values;
    for (const RaceRun& run : runs_) {
      if (run.lane != lane || !run.counts()) continue;
      if (const auto at = run.milestone(name)) values.push_back(static_cast<double>(*at));
    }
    if (!values.empty()) summary.milestones.emplace_back(name, vm::spread_of(std::move(values)));
  }
  std::vector<double> counts, bytes;
  for (const DensityPoint& point : points_) {
    if (point.lane != lane || point.count == 0) continue;
    counts.push_back(point.count);
    bytes.push_back(static_cast<double>(point.proportional_bytes));
  }
  summary.memory = vm::fit_line(counts, bytes);
  if (summary.memory.each > 0) {
    summary.fit_on_machine =
        static_cast<std::uint64_t>(std::max(0.0, (total - summary.memory.base) / summary.memory.each));
  }
  return summary;
}

void RaceCourse::summarize() {
  for (const Lane lane : {Lane::container, Lane::machine}) {
    const RaceSummary told = summary(lane);
    daemon::tell(parts_.caller.context, told);
    parts_.watcher.summary(told);
  }
}

}  // namespace glassdock::daemon
