// A guest is held where the engine says that it is.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <map>

#include "engine/base/text.h"
#include "engine/vm/figures.h"
#include "tests/support/guest_lab.h"

namespace glassdock {
namespace {

using support::GuestLab;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

// Lets a test look while the guest is held.
class Lookout : public trace::GateKeeper {
 public:
  void pass(std::string_view gate, std::string_view, std::uint64_t) override {
    names.emplace_back(gate);
    if (const auto found = looks.find(std::string(gate)); found != looks.end()) found->second();
  }
  std::vector<std::string> names;
  std::map<std::string, std::function<void()>> looks;
};

pid_t child_named_qemu() {
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    const std::string status = os::try_read_file(entry.path() / "status").value_or("");
    if (status.rfind("Name:\tqemu-system-x86", 0) != 0) continue;
    if (vm::proc_field(status, "PPid") == static_cast<std::uint64_t>(::getpid()))
      return std::stoi(entry.path().filename());
  }
  return 0;
}

class VmMachineGates : public ::testing::Test {
 protected:
  void SetUp() override {
    if (const std::string reason = support::no_guest_reason(); !reason.empty()) GTEST_SKIP() << reason;
    lab_ = std::make_unique<GuestLab>();
  }
  // How much processor time QEMU takes within a tenth of a second.
  static double share_of_processor() {
    const pid_t qemu = child_named_qemu();
    const auto before = vm::cpu_time_ns(qemu).value_or(0);
    ::usleep(100'000);
    return static_cast<double>(vm::cpu_time_ns(qemu).value_or(0) - before) / 100e6;
  }

  // What the kernel's own /proc/kallsyms says; empty where it is not there.
  std::string ask_kernel(const std::string& name) {
    const vm::GuestRoot root = vm::make_disk_root({});
    vm::MachineSpec spec = lab_->spec({});
    spec.root_file = root.file.get();
    spec.kernel_words += vm::fixed_addresses_word;
    spec.order = {};
    spec.order.symbol = name;
    const trace::Context context{};
    return vm::Machine(spec, context).ask_symbol();
  }
  vm::MachineSpec spec_with_stop(std::uint64_t address) {
    vm::MachineSpec spec = lab_->spec({"true"});
    spec.kernel_words += vm::fixed_addresses_word;
    spec.stop_symbol = {vm::held_symbol, address};
    return spec;
  }

  std::unique_ptr<GuestLab> lab_;
};

// The last event "vm.stopped" of a machine that is driven to its end.
trace::Event run_and_find_stop(const vm::MachineSpec& spec, Lookout& lookout) {
  trace::Tracer tracer;
  const auto watcher = tracer.subscribe(true);
  const trace::Context context{&tracer, &lookout};
  {
    vm::Machine machine(spec, context);
    EXPECT_EQ(machine.finish().exit_code, 0) << machine.end().fault << machine.console();
    EXPECT_THAT(join(machine.words(), " "), HasSubstr(" -gdb chardev:debugger"));
  }
  trace::Event stopped;
  while (const auto event = watcher->next(std::chrono::milliseconds(0))) {
    if (event->name == "vm.stopped") stopped = *event;
  }
  tracer.unsubscribe(watcher);
  return stopped;
}

TEST_F(VmMachineGates, EachIsPassedOnceAndInOrder) {
  Lookout lookout;
  const trace::Context context{nullptr, &lookout};
  vm::Machine machine(lab_->spec({"true"}), context);
  EXPECT_EQ(machine.finish().exit_code, 0) << machine.console();
  EXPECT_THAT(lookout.names, ElementsAre("vm.processor", "vm.init", "vm.mounted", "vm.command"));
}

TEST_F(VmMachineGates, BeforeTheFirstInstructionAndInTheKernelTheProcessorStandsStill) {
  Lookout lookout;
  double at_start = 1, in_kernel = 1;
  lookout.looks["vm.processor"] = [&] {
    ::usleep(300'000);  // QEMU itself has come up
    at_start = share_of_processor();
  };
  lookout.looks["vm.init"] = [&] { in_kernel = share_of_processor(); };
  const trace::Context context{nullptr, &lookout};
  vm::Machine machine(lab_->spec({"true"}), context);
  EXPECT_EQ(machine.finish().exit_code, 0);
  EXPECT_LT(at_start, 0.2);
  EXPECT_LT(in_kernel, 0.2);
}

TEST_F(VmMachineGates, ItIsHeldExactlyAtAFunctionOfItsKernel) {
  EXPECT_EQ(ask_kernel("no_such_function"), "");
  const std::string digits = ask_kernel(vm::held_symbol);
  const auto address = vm::parse_kernel_address(digits);
  ASSERT_TRUE(address) << digits;
  Lookout lookout;
  double in_kernel = 1;
  lookout.looks["vm.init"] = [&] { in_kernel = share_of_processor(); };
  const trace::Event stopped = run_and_find_stop(spec_with_stop(*address), lookout);
  EXPECT_THAT(lookout.names, ElementsAre("vm.processor", "vm.init", "vm.mounted", "vm.command"));
  EXPECT_LT(in_kernel, 0.2);
  EXPECT_EQ(trace::argument_text(stopped, "symbol"), vm::held_symbol);
  EXPECT_EQ(trace::argument_text(stopped, "address"), digits);
  EXPECT_FALSE(trace::find_argument(stopped, "late_ns"));
  ASSERT_FALSE(stopped.evidence.empty());
  EXPECT_THAT(stopped.evidence[0].content, HasSubstr("RIP=" + digits)) << "the processor's own register";
}

// An address that the kernel never comes to: it is stopped as one without symbols, before init is heard.
TEST_F(VmMachineGates, AFunctionThatIsNeverCalledHoldsNothingUp) {
  constexpr std::uint64_t nowhere = 0xffffffffff000000;
  Lookout lookout;
  const trace::Event stopped = run_and_find_stop(spec_with_stop(nowhere), lookout);
  EXPECT_THAT(lookout.names, ElementsAre("vm.processor", "vm.init", "vm.mounted", "vm.command"));
  EXPECT_FALSE(trace::find_argument(stopped, "symbol"));
  EXPECT_TRUE(trace::find_argument(stopped, "late_ns"));
}

TEST_F(VmMachineGates, WhatIsMeasuredHasNoStubAndIsNotStopped) {
  Lookout lookout;
  vm::MachineSpec spec = lab_->spec({"true"});
  spec.stops_in_kernel = false;
  spec.stop_symbol = {vm::held_symbol, 0xffffffffff000000};
  const trace::Context context{nullptr, &lookout};
  vm::Machine machine(spec, context);
  EXPECT_EQ(machine.finish().exit_code, 0);
  EXPECT_THAT(lookout.names, ElementsAre("vm.processor", "vm.mounted", "vm.command"));
  EXPECT_THAT(join(machine.words(), " "), Not(HasSubstr("gdb")));
}

TEST_F(VmMachineGates, HeldTimeIsNotTheGuests) {
  Lookout lookout;
  lookout.looks["vm.command"] = [] { ::sleep(3); };
  const trace::Context context{nullptr, &lookout};
  vm::MachineLimits limits;
  limits.command = std::chrono::seconds(2);
  vm::Machine machine(lab_->spec({"true"}), context, limits);
  EXPECT_EQ(machine.finish().exit_code, 0) << machine.end().fault;
}

TEST_F(VmMachineGates, WhoeverGivesTheRunUpEndsTheMachine) {
  class GivesUp : public trace::GateKeeper {
    void pass(std::string_view gate, std::string_view, std::uint64_t) override {
      if (gate == "vm.mounted") throw Error(ErrorKind::cancelled, "given up");
    }
  } keeper;
  const trace::Context context{nullptr, &keeper};
  {
    vm::Machine machine(lab_->spec({"true"}), context);
    EXPECT_THROW(machine.finish(), Error);
  }
  EXPECT_EQ(child_named_qemu(), 0);
}

TEST_F(VmMachineGates, EvidenceHasCommandLineRegistersAndLog) {
  trace::Tracer tracer;
  const auto watcher = tracer.subscribe(true);
  const trace::Context context{&tracer};
  vm::Machine machine(lab_->spec({"echo", "x"}), context);
  EXPECT_EQ(machine.finish().exit_code, 0);
  std::map<std::string, trace::Event> told;
  while (const auto event = watcher->next(std::chrono::milliseconds(0))) {
    if (event->kind != trace::Kind::end) told[event->name] = *event;
  }
  ASSERT_FALSE(told["vm.hypervisor"].evidence.empty());
  EXPECT_THAT(told["vm.hypervisor"].evidence[0].content, HasSubstr("qemu-system-x86_64 -M microvm,accel=tcg"));
  ASSERT_FALSE(told["vm.mounted"].evidence.empty());
  EXPECT_THAT(told["vm.mounted"].evidence[0].content, HasSubstr("RIP="));
  ASSERT_EQ(told["vm.gone"].evidence.size(), 2u);
  EXPECT_THAT(told["vm.gone"].evidence[0].content, HasSubstr("Linux version"));
  EXPECT_THAT(told["vm.gone"].evidence[1].content, HasSubstr("RESUME"));
  for (const char* name :
       {"vm.machine", "vm.processor", "vm.kernel", "vm.init", "vm.command", "vm.output", "vm.exit"}) {
    EXPECT_TRUE(told.contains(name)) << name;
  }
  tracer.unsubscribe(watcher);
}

}  // namespace
}  // namespace glassdock
