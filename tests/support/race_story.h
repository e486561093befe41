// support: the events of a race, as the engine tells them. What a real one tells is held against them by tests/vm.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "tests/support/run_story.h"

namespace glassdock::support {

class RaceStory : public RunStory {
 public:
  static constexpr std::uint64_t race = 100;
  static constexpr std::int64_t millisecond = 1'000'000;

  void begin() {
    baseline();
    baseline_image();
    at(Kind::begin, "vm.race", "alpine", race, 1,
       {{"command", std::string("ls /")}, {"runs", std::int64_t{2}}, {"cold", true}, {"together", false}});
    at(Kind::instant, "vm.accelerator", "alpine", race, 0,
       {{"accelerator", std::string("TCG")},
        {"reason", std::string("no KVM here: /dev/kvm: open: Permission denied")}});
    at(Kind::instant, "vm.sides", "alpine", race, 0,
       {{"command", std::string("ls /")},
        {"kernel_path", std::string("/boot/vmlinuz-6.1.0-42-cloud-amd64")},
        {"kernel_release", std::string("6.1.0-42-cloud-amd64")},
        {"kernel_entry", std::string("vmlinux (PVH)")},
        {"host_release", std::string("6.18.7")},
        {"qemu", std::string("/usr/bin/qemu-system-x86_64")},
        {"memory_bytes", std::int64_t{134217728}},
        {"cpus", std::int64_t{1}},
        {"layers_bytes", std::int64_t{1983397}},
        {"kernel_bytes", std::int64_t{14200000}},
        {"root_bytes", std::int64_t{2780000}},
        {"qemu_bytes", std::int64_t{18400000}},
        {"kernel_ns", 60 * millisecond},
        {"root_ns", 10 * millisecond},
        {"machine_memory_bytes", std::int64_t{16'000'000'000}},
        {"machine_cpus", std::int64_t{2}},
        {"container_had", std::string("the image's layers, unpacked\nthe running engine and its launcher")},
        {"vm_had", std::string("the guest's kernel, taken out of its file, in memory\n"
                               "the image's files as one archive, in memory")}});
  }

  void begin_run(std::string lane, std::int64_t number, bool cold = false, bool question = false) {
    run_ = ++next_;
    at(Kind::begin, "vm.run", "alpine", run_, race,
       {{"lane", std::move(lane)}, {"number", number}, {"cold", cold}, {"together", false}, {"question", question}});
  }
  void container_run(std::int64_t number, bool cold = false, bool question = false) {
    begin_run("container", number, cold, question);
    const std::string id = std::string(63, 'e') + static_cast<char>('0' + next_ % 10);
    const std::uint64_t start = ++next_;
    tell(Stage::lifecycle, Kind::begin, "container.create", id, ++next_, run_,
         {{"image", std::string("alpine")}, {"command", std::string("ls /")}});
    tell(Stage::isolate, Kind::begin, "container.start", id, start, run_,
         {{"operations", std::string("isolate.clone snapshot.overlay isolate.proc run.exec")}});
    for (const char* name : {"isolate.clone", "snapshot.overlay", "isolate.proc", "run.exec"}) {
      trace::Event& event = tell(Stage::isolate, Kind::instant, name, id, start, 0, {{"pid", std::int64_t{48533}}});
      event.gate = name;
    }
    tell(Stage::run, Kind::instant, "container.exit", id, start, 0, {{"exit_code", std::int64_t{0}}});
    end_run({{"created_ns", millisecond},
             {"command_ns", 2 * millisecond},
             {"output_ns", 3 * millisecond},
             {"exit_ns", 4 * millisecond},
             {"gone_ns", 9 * millisecond},
             {"left_out", std::string("memory: its processes are gone with it\n")},
             {"exit_code", std::int64_t{0}},
             {"output", std::string("bin\ndev\netc\nhome\nlib\n")},
             {"output_bytes", std::int64_t{21}}});
  }
  // A boot as far as `last`; its run goes on where that is not "gone".
  void machine_boot(std::int64_t number, const std::string& last = "gone", bool cold = false) {
    begin_run("vm", number, cold);
    machine_ = ++next_;
    at(Kind::begin, "vm.machine", "machine 0", machine_, run_, {{"accelerator", std::string("TCG")}});
    const std::pair<const char*, std::int64_t> steps[] = {
        {"hypervisor", 4}, {"processor", 56}, {"kernel", 60}, {"stopped", 1}, {"init", 1350},
        {"mounted", 60},   {"command", 10},   {"output", 30}, {"exit", 8},    {"gone", 20}};
    for (const auto& [name, ms] : steps) {
      wait(ms * millisecond);
      trace::Event& event = at(Kind::instant, std::string("vm.") + name, "machine 0", machine_, 0);
      if (event.name == "vm.hypervisor") {
        event.arguments = {{"pid", std::int64_t{48611}}};
        event.evidence = {{"execve of process 48611", "", "/usr/bin/qemu-system-x86_64 -M microvm,accel=tcg -S",
                           "tr '\\0' ' ' < /proc/48611/cmdline"}};
      }
      if (event.name == "vm.stopped") event.arguments = {{"late_ns", std::int64_t{400'000}}};
      if (last == name) break;
    }
  }
  void machine_run(std::int64_t number, bool cold = false) {
    machine_boot(number, "gone", cold);
    at(Kind::end, "vm.machine", "machine 0", machine_, run_);
    end_run({{"hypervisor_ns", 4 * millisecond},
             {"processor_ns", 60 * millisecond},
             {"kernel_ns", 120 * millisecond},
             {"init_ns", 1470 * millisecond},
             {"mounted_ns", 1530 * millisecond},
             {"command_ns", 1540 * millisecond},
             {"output_ns", 1570 * millisecond},
             {"exit_ns", 1578 * millisecond},
             {"gone_ns", 1598 * millisecond},
             {"exit_code", std::int64_t{0}},
             {"output", std::string("bin\ndev\netc\nhome\nlib\n")},
             {"output_bytes", std::int64_t{21}},
             {"peak_bytes", std::int64_t{217'000'000}},
             {"kernel_log", std::string("[    0.000000] Linux version 6.1.0-42-cloud-amd64 (debian-kernel@lists.debian."
                                        "org)\n[    0.000000] Command line: console=ttyS1\n")}});
  }
  void end_run(std::vector<trace::Argument> results) {
    tell(Stage::vm, Kind::end, "vm.run", "alpine", run_, race, std::move(results));
  }
  void summaries() {
    for (const bool vm : {false, true}) {
      std::vector<trace::Argument> arguments;
      for (const char* name : {"command", "output", "exit", "gone"}) {
        const std::int64_t median = (vm ? 1570 : 3) * millisecond;
        arguments.push_back({std::string(name) + "_count", std::int64_t{2}});
        arguments.push_back({std::string(name) + "_median_ns", median});
        arguments.push_back({std::string(name) + "_lower_ns", median - median / 10});
        arguments.push_back({std::string(name) + "_upper_ns", median + median / 10});
      }
      if (fits_) {
        arguments.push_back({"memory_each_bytes", vm ? std::int64_t{160'000'000} : std::int64_t{205'000}});
        arguments.push_back({"extrapolated_fit", vm ? std::int64_t{97} : std::int64_t{76'000}});
      }
      tell(Stage::vm, Kind::instant, "vm.summary", vm ? "vm" : "container", race, 0, std::move(arguments));
    }
  }
  void figures() {
    at(Kind::instant, "vm.inside", "container", race, 0, {{"output", std::string("kernel: 6.18.7\nprocessors: 2\n")}});
    at(Kind::instant, "vm.inside", "vm", race, 0, {{"output", std::string("kernel: 6.1.0-42-cloud-amd64\n")}});
    at(Kind::instant, "vm.standing", "container", race, 0,
       {{"command", std::string("sleep 98765")},
        {"command_is_seen", true},
        {"proportional_bytes", std::int64_t{1'830'000}},
        {"cgroup_peak_bytes", std::int64_t{520'000}},
        {"read_bytes", std::int64_t{0}},
        {"cpu_before_command_ns", 4 * millisecond},
        {"host_lines", std::string("PID  PPID  USER  RSS  STAT  COMMAND\n48590  48500  root  1380  Ss  sleep 98765")}});
    at(Kind::instant, "vm.standing", "vm", race, 0,
       {{"command", std::string("sleep 98765")},
        {"command_is_seen", false},
        {"proportional_bytes", std::int64_t{210'000'000}},
        {"cpu_before_command_ns", 1220 * millisecond},
        {"host_lines", std::string("PID  PPID  USER  RSS  STAT  COMMAND\n48611  48500  nobody  209532  SNsl  "
                                   "/usr/bin/qemu-system-x86_64 -M microvm,accel=tcg,x-option-roms=off -m 131072k")}});
  }
  void density() {
    for (const auto& [count, bytes] : {std::pair{1, 1'830'000}, {50, 11'800'000}, {200, 41'500'000}}) {
      at(Kind::instant, "vm.density", "container", race, 0,
         {{"count", std::int64_t{count}},
          {"last_start_ns", 9 * millisecond},
          {"proportional_bytes", std::int64_t{bytes}}});
    }
    for (const auto& [count, bytes] : {std::pair{1, 213'000'000}, {5, 792'000'000}, {10, 1'510'000'000}}) {
      at(Kind::instant, "vm.density", "vm", race, 0,
         {{"count", std::int64_t{count}},
          {"last_start_ns", 1600 * millisecond},
          {"proportional_bytes", std::int64_t{bytes}}});
    }
    fits_ = true;
  }
  void end(const std::string& error = {}) {
    trace::Event& event = at(Kind::end, "vm.race", "alpine", race, 1);
    if (!error.empty()) event.arguments = {{"failed", true}, {"error", error}};
  }
  // Before anything was known of its sides.
  void refused() {
    baseline();
    at(Kind::begin, "vm.race", "alpine", race, 1, {{"command", std::string("ls /")}, {"runs", std::int64_t{1}}});
    at(Kind::instant, "vm.accelerator", "alpine", race, 0, {{"accelerator", std::string("TCG")}});
    end("there is no kernel for a guest in /boot");
  }
  // All of it.
  void whole() {
    begin();
    container_run(0, true);
    machine_run(0, true);
    machine_run(1);
    container_run(1);
    summaries();
    container_run(0, false, true);
    figures();
    density();
    summaries();
    end();
  }

 private:
  trace::Event& at(Kind kind, std::string name, std::string subject, std::uint64_t span, std::uint64_t parent,
                   std::vector<trace::Argument> arguments = {}) {
    return tell(Stage::vm, kind, std::move(name), std::move(subject), span, parent, std::move(arguments));
  }
  std::uint64_t next_ = race, run_ = 0, machine_ = 0;
  bool fits_ = false;
};

}  // namespace glassdock::support
