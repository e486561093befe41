// Both lanes of a race are held: by turns at what was named, or walked in step.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <map>
#include <optional>
#include <thread>

#include "engine/base/text.h"
#include "engine/client/glass.h"
#include "engine/client/vm_race.h"
#include "tests/vm/race_home.h"

namespace glassdock::testing {
namespace {

using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::Not;

// One warm run of each, and no figures besides.
client::RaceWish times_alone() {
  client::RaceWish wish;
  wish.image = "alpine";
  wish.command = {"ls", "/"};
  wish.runs = 1;
  wish.cold = wish.figures = false;
  wish.kernel = support::guest_kernel();
  return wish;
}

TEST_F(VmRaces, BothSidesAreHeldAtTheGatesOfARun) {
  client::Glass glass(home_->data() / "engine.sock");
  client::RunOptions options;
  options.mode = client::RunMode::hold;
  options.holds = {"run.exec", "vm.mounted"};
  client::GlassStream stream = glass.open_run(options);
  client::Engine engine(home_->data() / "engine.sock");
  engine.set_run(stream.run());
  std::vector<std::string> lines;
  std::thread racing([&] {
    client::VmRace race(engine, times_alone());
    while (auto line = race.next()) lines.push_back(*line);
    client::Glass(home_->data() / "engine.sock").finish(stream.run());
  });
  std::vector<std::string> held;
  while (auto line = stream.next()) {
    const auto* event = std::get_if<trace::Event>(&*line);
    if (!event) continue;
    const auto at = client::held_by(*event);
    if (!at || event->name != "gate.held") continue;
    held.push_back(at->gate);
    if (at->gate == "vm.mounted") {
      EXPECT_EQ(hypervisors(home_->engine()).size(), 1u);
    }
    glass.release(stream.run(), at->id);
  }
  racing.join();
  EXPECT_THAT(held, ::testing::ElementsAre("run.exec", "vm.mounted"));
  ASSERT_FALSE(lines.empty());
  EXPECT_THAT(lines.back(), HasSubstr("summary"));
}

// Of a second's tenth.
double share_of_processor(pid_t process) {
  const auto before = vm::cpu_time_ns(process).value_or(0);
  ::usleep(100'000);
  return static_cast<double>(vm::cpu_time_ns(process).value_or(0) - before) / 100e6;
}

// Where the guest's processor stands, as QEMU's monitor shows it: "RIP=ffffffff816ca1b8", in its first mode
// "EIP=0000fff0". 0: the event does not tell.
std::uint64_t instruction_of(const trace::Event& event) {
  for (const trace::Evidence& evidence : event.evidence) {
    for (const char* name : {"RIP=", "EIP="}) {
      const std::size_t at = evidence.content.find(name);
      if (at != std::string::npos) return std::stoull(evidence.content.substr(at + 4, 16), nullptr, 16);
    }
  }
  return 0;
}

// Both lanes in step: at each pair of gates both stand still, with QEMU's registers and the container's /proc as proof,
// and one release lets both go. What is measured behind that is held nowhere.
TEST_F(VmRaces, BothLanesAreWalkedInStep) {
  client::Glass glass(home_->data() / "engine.sock");
  client::RunOptions options;
  options.mode = client::RunMode::step;
  options.evidence = true;
  client::GlassStream stream = glass.open_run(options);
  client::Engine engine(home_->data() / "engine.sock");
  engine.set_run(stream.run());
  client::RaceReport report;
  std::thread racing([&] {
    client::VmRace race(engine, times_alone());
    while (auto line = race.next()) take_race_line(report, *line);
    client::Glass(home_->data() / "engine.sock").finish(stream.run());
  });
  std::vector<std::string> pairs;
  std::map<std::string, std::uint64_t> instruction;  // where the guest stands, by the machine's gate
  std::uint64_t rip = 0;
  trace::Event symbol, stopped;            // as the kernel told where it is, and as QEMU stopped there
  std::vector<std::string> command_lines;  // of QEMU
  std::optional<client::Held> first;
  while (auto line = stream.next()) {
    const auto* event = std::get_if<trace::Event>(&*line);
    if (!event) continue;
    if (const std::uint64_t here = instruction_of(*event); here != 0) rip = here;
    if (event->name == "vm.symbol" && event->kind == trace::Kind::end) symbol = *event;
    if (event->name == "vm.stopped") stopped = *event;
    if (event->name == "vm.hypervisor" && !event->evidence.empty()) {
      command_lines.push_back(event->evidence[0].content);
    }
    auto held = client::held_by(*event);
    if (!held || event->name != "gate.held") continue;
    if (!first) {
      first = held;
      continue;
    }
    EXPECT_EQ(first->with, held->gate);
    EXPECT_EQ(held->with, first->gate);
    const bool machine_first = starts_with(first->gate, "vm.");
    const client::Held &container = machine_first ? *held : *first, &machine = machine_first ? *first : *held;
    pairs.push_back(container.gate + " " + machine.gate);
    instruction[machine.gate] = rip;
    ASSERT_EQ(hypervisors(home_->engine()).size(), 1u);
    if (machine.gate == "vm.processor" || machine.gate == "vm.init") {
      EXPECT_LT(share_of_processor(hypervisors(home_->engine())[0]), 0.5) << machine.gate;
    }
    const std::string status = os::try_read_file("/proc/" + std::to_string(container.pid) + "/status").value_or("");
    if (container.gate == "isolate.descriptors" || container.gate == "run.exec") {
      EXPECT_THAT(status, HasSubstr("State:\tS")) << "process 1 of the container waits";
      EXPECT_THAT(status, ::testing::ContainsRegex("NSpid:\t[0-9]+\t1\n"));
    }
    glass.release(stream.run(), held->id);
    first.reset();
  }
  racing.join();
  EXPECT_THAT(pairs, ::testing::ElementsAre("isolate.cgroups vm.processor", "isolate.clone vm.init",
                                            "isolate.descriptors vm.mounted", "run.exec vm.command"));
  // The reset vector of an x86 processor, then the kernel's half of the addresses.
  EXPECT_EQ(instruction["vm.processor"], 0xfff0u);
  EXPECT_EQ(trace::argument_text(symbol, "error"), "");
  const std::string address = trace::argument_text(symbol, "address");
  EXPECT_EQ(trace::argument_text(stopped, "symbol"), "kernel_init");
  EXPECT_EQ(trace::argument_text(stopped, "address"), address) << "of the run in step: the measured one is not stopped";
  EXPECT_EQ(fmt::format("{:x}", instruction["vm.init"]), address);
  ASSERT_EQ(command_lines.size(), 2u) << "in step, and measured";
  EXPECT_THAT(command_lines[0], HasSubstr(" -gdb chardev:debugger"));
  EXPECT_THAT(command_lines[1], Not(AnyOf(HasSubstr("gdb"), HasSubstr("nokaslr"))));
  EXPECT_THAT(os::read_file(home_->data() / "guest-symbols"), HasSubstr(" kernel_init " + address + "\n"));
  EXPECT_NE(instruction["vm.command"], instruction["vm.init"]);
  ASSERT_EQ(report.runs.size(), 4u) << "one of each in step, one of each that is measured";
  for (const client::RaceRun& run : report.runs) {
    EXPECT_EQ(run.exit_code, 0) << run.fault;
    EXPECT_EQ(run.stepped, run.held_ns > 0);
  }
  for (const client::Lane lane : {client::Lane::container, client::Lane::vm}) {
    ASSERT_TRUE(report.summary(lane) && report.summary(lane)->find("output"));
    EXPECT_EQ(report.summary(lane)->find("output")->count, 1) << "the held run is in no median";
  }
  EXPECT_EQ(containers(), "");
}

TEST_F(VmRaces, TheTerminalAsksOnceForBothLanes) {
  std::vector<std::string> words = race({"--command", "ls /", "--runs", "1", "--no-cold", "--times-only"});
  words.insert(words.begin(), "--step");
  const Outcome ran = home_->glassdock(words, "\n\n\n\n");
  EXPECT_EQ(ran.code, 0) << ran.err;
  std::size_t questions = 0;
  for (std::size_t at = 0; (at = ran.err.find("Enter", at)) != std::string::npos; ++at) ++questions;
  EXPECT_EQ(questions, 4u) << ran.err;
  EXPECT_THAT(ran.err, HasSubstr("container 0 (in step with the other)"));
  EXPECT_THAT(ran.out, HasSubstr("the median of 1 runs by turns"));
}

// Held by turns, as a wish asks: such a run is in no median, and the report says why.
TEST_F(VmRaces, WhatWasHeldIsInNoMedian) {
  std::vector<std::string> words = race({"--command", "ls /", "--runs", "1", "--no-cold", "--times-only"});
  words.insert(words.begin(), {"--hold", "vm.mounted"});
  const Outcome ran = home_->glassdock(words, "\n");
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.err, HasSubstr("of which held "));
  EXPECT_THAT(ran.out, HasSubstr("virtual machine: medians left out: it was held at gates"));
  EXPECT_THAT(ran.out, Not(HasSubstr("kernel's first line")));
}

}  // namespace
}  // namespace glassdock::testing
