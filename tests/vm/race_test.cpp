// Races over the API and by glassdock vm-race, on a real engine.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/base/text.h"
#include "engine/client/vm_race.h"
#include "engine/os/files.h"
#include "engine/trace/recording.h"
#include "engine/vm/figures.h"
#include "tests/support/api_call.h"
#include "tests/support/comes_true.h"
#include "tests/support/places.h"
#include "tests/support/reachable_programs.h"
#include "tests/support/sanitizers.h"
#include "tests/vm/race_home.h"

namespace glassdock::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

TEST_F(VmRaces, MeasureBothSidesAndWriteReports) {
  const auto json_file = home_->path() / "race.json", html_file = home_->path() / "race.html";
  const Outcome ran =
      home_->glassdock(race({"--command", "ls /", "--runs", "1", "--report", json_file, "--report", html_file}));
  ASSERT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("accelerator: *** "));
  EXPECT_THAT(ran.out, HasSubstr("first output"));
  const auto report = nlohmann::json::parse(os::read_file(json_file));
  ASSERT_EQ(report["run"].size(), 4u) << "a cold and a warm one of each";
  for (const auto& run : report["run"]) {
    EXPECT_EQ(run.value("exit_code", -1), 0) << run;
    EXPECT_EQ(run["output"], report["run"][0]["output"]) << "the same image, the same command";
  }
  EXPECT_EQ(report["run"][1]["lane"], "vm");
  EXPECT_EQ(report["run"][2]["lane"], "vm") << "by turns the other one is first";
  ASSERT_EQ(report["standing"].size(), 2u);
  EXPECT_EQ(report["standing"][0]["command_is_seen"], true) << "the host sees the container's command";
  EXPECT_EQ(report["standing"][1]["command_is_seen"], false) << "and not the guest's";
  EXPECT_GT(report["standing"][1]["proportional_bytes"], report["standing"][0]["proportional_bytes"]);
  EXPECT_THAT(report["inside"][1].value("output", ""), HasSubstr(report["ready"].value("kernel_release", "?")));
  EXPECT_THAT(report["inside"][0].value("output", ""), HasSubstr(report["ready"].value("host_release", "?")));
  EXPECT_THAT(os::read_file(html_file), HasSubstr("qemu-system-x86_64 -M microvm"));
  EXPECT_THAT(hypervisors(home_->engine()), IsEmpty());
  EXPECT_EQ(containers(), "");
}

// What a picture needs of a race is in its trace, too, with the same figures.
TEST_F(VmRaces, TheTraceTellsAllThatTheClientIsTold) {
  const auto json_file = home_->path() / "race.json", trace_file = home_->path() / "race.gdtrace";
  std::vector<std::string> words = race({"--command", "ls /", "--runs", "1", "--report", json_file});
  words.insert(words.begin(), {"--evidence", "--trace", trace_file});
  const Outcome ran = home_->glassdock(words);
  ASSERT_EQ(ran.code, 0) << ran.err;
  const auto report = nlohmann::json::parse(os::read_file(json_file));
  const trace::Recording recording(trace_file);
  const std::vector<trace::Event> events = recording.events();
  std::vector<trace::Event> runs, standing;
  std::string summary;
  for (const trace::Event& event : events) {
    const bool end = event.kind == trace::Kind::end;
    if (event.name == "vm.run" && end && !trace::argument_text(event, "output_ns").empty()) runs.push_back(event);
    if (event.name == "vm.standing") standing.push_back(event);
    if (event.name == "vm.summary" && event.subject == "vm") summary = trace::argument_text(event, "output_median_ns");
    if (event.name == "vm.sides") {
      EXPECT_EQ(trace::argument_text(event, "kernel_release"), report["ready"]["kernel_release"]);
      EXPECT_EQ(trace::argument_number(event, "layers_bytes"), report["ready"]["layers_bytes"]);
    }
  }
  ASSERT_EQ(runs.size(), 6u) << "a cold, a warm and an asked one of each";
  for (std::size_t i = 0; i < report["run"].size(); ++i) {
    EXPECT_EQ(trace::argument_text(runs[i], "output"), report["run"][i]["output"]);
    for (const auto& milestone : report["run"][i]["milestones"]) {
      EXPECT_EQ(trace::argument_number(runs[i], milestone.value("name", "") + "_ns"), milestone["ns"]);
    }
  }
  EXPECT_THAT(trace::argument_text(runs[1], "kernel_log"), HasSubstr("Linux version"));
  ASSERT_EQ(standing.size(), 2u);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(trace::argument_number(standing[i], "proportional_bytes"), report["standing"][i]["proportional_bytes"]);
    EXPECT_EQ(trace::argument_flag(standing[i], "command_is_seen"), report["standing"][i]["command_is_seen"]);
  }
  EXPECT_NE(summary, "");
}

TEST_F(VmRaces, ThePictureIsTheStudiosOfItsEvents) {
  const auto picture = home_->path() / "race.png", replayed = home_->path() / "replayed.png",
             trace_file = home_->path() / "race.gdtrace";
  std::vector<std::string> words = race({"--command", "ls /", "--runs", "1", "--no-cold", "--report", picture});
  words.insert(words.begin(), {"--trace", trace_file});
  const Outcome ran = home_->glassdock(words);
  ASSERT_EQ(ran.code, 0) << ran.err;
  EXPECT_EQ(os::read_file(picture).substr(1, 3), "PNG");
  ASSERT_EQ(home_->glassdock({"replay", trace_file, "--picture", replayed}).code, 0);
  EXPECT_EQ(os::read_file(picture), os::read_file(replayed)) << "it is what replay draws of the same events";
}

TEST_F(VmRaces, AWishThatCannotBeIsRefusedBeforeAnythingRuns) {
  const auto refusal = [&](std::vector<std::string> words) {
    const Outcome ran = home_->glassdock(race(std::move(words)));
    EXPECT_NE(ran.code, 0);
    EXPECT_EQ(ran.out, "");
    return ran.err;
  };
  EXPECT_THAT(refusal({"--report", "race.txt"}), HasSubstr("--report writes .json, .html or .png"));
  EXPECT_THAT(refusal({"--kernel", "/nowhere"}), HasSubstr("/nowhere: No such file or directory"));
  EXPECT_THAT(refusal({"--kernel", "/bin/busybox"}), HasSubstr("without an entry for hypervisors"));
  EXPECT_THAT(refusal({"--command", "ls", "--memory", "64m"}),
              HasSubstr("67.1MB of memory are too little for this guest (it needs more than"));
  EXPECT_THAT(refusal({"--runs", "0"}), HasSubstr("\"runs\" is 1 to 100"));
  EXPECT_THAT(refusal({"--image", "nosuch"}), HasSubstr("nosuch"));
}

TEST_F(VmRaces, TheEngineSaysWhatThisMachineHas) {
  const ApiAnswer answer = ApiCaller(home_->data() / "engine.sock")("GET", "/glass/vm");
  ASSERT_EQ(answer.status, 200);
  EXPECT_THAT(answer.json().value("qemu", ""), HasSubstr("qemu-system-x86_64"));
  EXPECT_NE(answer.json()["accelerator"].value("reason", ""), "");
  EXPECT_THAT(
      ApiCaller(home_->data() / "engine.sock")("POST", "/glass/vm/races", R"({"image":"alpine","rnus":3})").refusal(),
      HasSubstr("a race knows no \"rnus\""));
}

TEST_F(VmRaces, ACommandThatFailsIsShownAsItIs) {
  const Outcome ran = home_->glassdock(race({"--command", "nosuch", "--runs", "1", "--no-cold", "--times-only"}));
  ASSERT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.err, HasSubstr("virtual machine 0  command has ended"));
  EXPECT_THAT(ran.err, HasSubstr("exit code 127"));
}

TEST_F(VmRaces, OneThatRunsForEverIsEndedOnBothSides) {
  const Outcome ran =
      home_->glassdock(race({"--command", "sleep 99", "--runs", "1", "--no-cold", "--times-only", "--timeout", "1"}));
  ASSERT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("container 0: the command did not end within 1 s"));
  EXPECT_THAT(ran.out, HasSubstr("virtual machine 0: the command did not end within 1 s"));
  EXPECT_THAT(hypervisors(home_->engine()), IsEmpty());
  EXPECT_EQ(containers(), "");
}

TEST_F(VmRaces, OneAtATimeAndNothingIsLeftOfOneThatIsGivenUp) {
  const pid_t engine = home_->engine();
  Program first(home_->command(race({"--command", "sleep 30", "--runs", "1", "--no-cold", "--times-only"})));
  ASSERT_TRUE(comes_true([] { return !containers().empty(); }));
  EXPECT_THAT(home_->glassdock(race({"--command", "ls"})).err, HasSubstr("another race is under way"));
  first.send_signal(SIGKILL);
  EXPECT_TRUE(comes_true([] { return containers().empty(); })) << "a container is left";
  ASSERT_TRUE(comes_true([] {  // until its thread has let go of the rest
    const std::string refusal = home_->glassdock({"vm-race", "--command", "ls", "--kernel", "/nowhere"}).err;
    return refusal.find("another race is under way") == std::string::npos;
  }));
  Program second(
      home_->command(race({"--command", "sleep 30", "--runs", "1", "--no-cold", "--times-only", "--timeout", "1"})));
  ASSERT_TRUE(comes_true([&] { return !hypervisors(engine).empty(); }));
  second.send_signal(SIGKILL);
  EXPECT_TRUE(comes_true([&] { return hypervisors(engine).empty(); })) << "QEMU is left";
  EXPECT_EQ(containers(), "");
}

TEST_F(VmRaces, AKilledEngineLeavesNoHypervisorAndNoContainer) {
  const pid_t engine = home_->engine();
  Program race_program(
      home_->command(race({"--command", "sleep 30", "--runs", "1", "--no-cold", "--times-only", "--timeout", "1"})));
  ASSERT_TRUE(comes_true([&] { return !hypervisors(engine).empty(); }));
  const std::vector<pid_t> before = hypervisors(engine);
  ::kill(engine, SIGKILL);
  EXPECT_TRUE(comes_true([&] { return ::kill(before[0], 0) != 0; })) << "QEMU outlived its engine";
  EXPECT_NE(race_program.finish().code, 0);
  EXPECT_EQ(containers(), "") << "the next engine clears what the race had made";
}

TEST_F(VmRaces, DensityGrowsAndIsExtrapolated) {
  client::Engine engine(home_->data() / "engine.sock");
  client::RaceWish wish;
  wish.image = "alpine";
  wish.command = {"true"};
  wish.runs = 1;
  wish.cold = wish.figures = false;
  wish.kernel = support::guest_kernel();
  wish.containers = {1, 5};
  wish.vms = {1, 2};
  client::RaceReport report;
  client::VmRace race(engine, wish);
  while (auto line = race.next()) take_race_line(report, *line);
  ASSERT_EQ(report.density.size(), 4u);
  for (const client::RaceDensity& point : report.density) EXPECT_EQ(point.stopped, "");
  EXPECT_GT(report.density[1].proportional_bytes, report.density[0].proportional_bytes);
  EXPECT_GT(report.density[3].proportional_bytes, report.density[2].proportional_bytes);
  ASSERT_TRUE(report.summary(client::Lane::vm) && report.summary(client::Lane::vm)->extrapolated_fit);
  EXPECT_LT(*report.summary(client::Lane::vm)->extrapolated_fit,
            report.summary(client::Lane::container)->extrapolated_fit.value_or(0));
  EXPECT_EQ(containers(), "");
}

TEST(VmRaceOfAnOrdinaryUser, RunsAsThatUser) {
  if (const std::string reason = support::no_guest_reason(); !reason.empty()) GTEST_SKIP() << reason;
  if (const char* why = glassdock::tests::no_user_namespace()) GTEST_SKIP() << why;
  if (::geteuid() != 0) GTEST_SKIP() << "needs root to become another user";
  constexpr uid_t user = 54321;
  const os::TempDir folder("/tmp", "glassdock-vm-user.");
  ASSERT_EQ(::chown(folder.path().c_str(), user, user), 0);
  // With its modules beside it, where this machine has them.
  os::make_folders(folder.path() / "boot", 0755);
  const std::string kernel = folder.path() / "boot/vmlinuz";
  std::filesystem::copy_file(support::guest_kernel(), kernel);
  const auto modules = support::guest_kernel().parent_path().parent_path() / "lib";
  if (std::filesystem::exists(modules)) std::filesystem::create_symlink(modules, folder.path() / "lib");
  ::chmod(kernel.c_str(), 0644);
  const auto as_user = [&](std::vector<std::string> words, std::string_view input = {}) {
    const std::string program = programs_for_others(program_path("")) / "glassdock";
    words.insert(words.begin(), {"/usr/bin/setpriv", "--reuid", std::to_string(user), "--regid", std::to_string(user),
                                 "--clear-groups", program, "--data", folder.path() / "data"});
    return run(words, input);
  };
  const Outcome ran =
      as_user({"vm-race", "--command", "id -u", "--runs", "1", "--no-cold", "--times-only", "--kernel", kernel});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.err, HasSubstr("virtual machine 0  first output"));
  EXPECT_THAT(ran.err, Not(HasSubstr("exit code 1")));
  const std::vector<std::string> line{"vm-race",   "--command",    "ls /",     "--runs", "1",
                                      "--no-cold", "--times-only", "--kernel", kernel};
  std::vector<std::string> stepped = line, disk = line;
  stepped.insert(stepped.begin(), "--step");
  const Outcome walked = as_user(stepped, "\n\n\n\n");
  EXPECT_EQ(walked.code, 0) << walked.err;
  for (const char* gate : {"vm.processor", "isolate.clone", "vm.init", "vm.mounted", "run.exec", "vm.command"}) {
    EXPECT_THAT(walked.err, HasSubstr("Held before " + std::string(gate)));
  }
  EXPECT_THAT(walked.err, HasSubstr("virtual machine 0 (in step with the other)"));
  if (support::no_guest_disk_reason().empty()) {
    disk.insert(disk.end(), {"--root", "disk"});
    EXPECT_THAT(as_user(disk).out, HasSubstr("the guest's root: a read-only disk (squashfs)"));
  }
  as_user({"engine", "stop"});
}

// An engine of its own, which finds no QEMU.
TEST(VmRaceWithout, QemuIsSaidWithWhatToInstall) {
  const std::string path = std::getenv("PATH");
  ::setenv("PATH", "/nowhere", 1);
  {
    EngineHome home;
    ASSERT_EQ(home.docker({"pull", "-q", "alpine"}).code, 0);
    const Outcome ran = home.glassdock({"vm-race", "--command", "ls /"});
    EXPECT_NE(ran.code, 0);
    EXPECT_EQ(ran.out, "");
    EXPECT_THAT(ran.err, HasSubstr("there is no qemu-system-x86_64"));
    EXPECT_THAT(ran.err, HasSubstr("sudo apt install qemu-system-x86"));
  }
  ::setenv("PATH", path.c_str(), 1);
}

}  // namespace
}  // namespace glassdock::testing
