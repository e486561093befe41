// What the model says of real runs: live and replayed the same at each event, and at each gate what /proc says.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <ostream>
#include <string>
#include <vector>

#include "app/model/history.h"
#include "app/player/player.h"
#include "engine/base/text.h"
#include "engine/os/files.h"
#include "engine/os/system.h"
#include "engine/trace/stages.h"
#include "tests/golden/real_engine.h"

namespace glassdock::golden {
namespace {

using model::Container;
using model::Model;
using model::State;

std::string link_of(std::int32_t pid, std::string_view kind) {
  std::error_code gone;
  return std::filesystem::read_symlink(fmt::format("/proc/{}/ns/{}", pid, kind), gone).string();
}

// Walls that stand have another inode than the engine, and the kernel's; those that are planned are still the engine's.
void check_walls(const Container& container, const client::Held& held, std::int32_t engine) {
  for (std::size_t i = 0; i < model::wall_count; ++i) {
    const model::Wall& wall = container.walls[i];
    const std::string_view kind = model::to_string(static_cast<model::WallKind>(i));
    const std::string now = link_of(container.process, kind);
    if (wall.state == State::there) {
      EXPECT_EQ(now, fmt::format("{}:[{}]", kind, wall.inode)) << "at " << held.gate;
    } else {
      EXPECT_EQ(now, link_of(engine, kind)) << "at " << held.gate;
    }
    if (!wall.host_inode.empty()) {
      EXPECT_EQ(link_of(engine, kind), fmt::format("{}:[{}]", kind, wall.host_inode));
    }
  }
}

// What is mounted is in the kernel's table; what is to come is not.
void check_mounts(const Container& container, const client::Held& held) {
  const std::string table = os::read_file(fmt::format("/proc/{}/mountinfo", container.process));
  const bool pivoted = std::any_of(container.operations.begin(), container.operations.end(),
                                   [](const auto& o) { return o.name == "isolate.pivot" && o.state == State::there; });
  for (const model::Mount& mount : container.mounts) {
    if (mount.target.empty()) continue;
    std::string target = fmt::format("/containers/{}/rootfs{}", container.id, mount.target == "/" ? "" : mount.target);
    if (pivoted) target = mount.target;
    const bool there = table.find(target + " ") != std::string::npos;
    if (mount.state == State::there) {
      EXPECT_TRUE(there) << mount.target << " at " << held.gate;
    }
    if (mount.state == State::planned && !pivoted) {
      EXPECT_FALSE(there) << mount.target << " at " << held.gate;
    }
  }
}

struct Case {
  const char* name;
  std::vector<std::string> words;
};
void PrintTo(const Case& run, std::ostream* out) {
  *out << run.name;
}

class ModelOfRuns : public ::testing::TestWithParam<Case> {};

TEST_P(ModelOfRuns, IsWhatTheKernelSaysAndTheSameWhenReplayed) {
  if (const std::string why = RealEngine::missing(Owner::self); !why.empty()) GTEST_SKIP() << why;
  const RealEngine engine;
  if (std::string_view(GetParam().name) != "cold") {
    ASSERT_EQ(engine.docker({"pull", "-q", "alpine"}).code, 0);
  }
  const auto path = engine.folder() / "run.gdtrace";
  trace::RecordingWriter writer(os::real_system(), path, trace::make_header("root", "docker run"));
  model::History live;
  std::vector<std::uint64_t> hashes;
  std::vector<trace::Event> events;
  std::size_t gates = 0, checked = 0;
  step(engine, GetParam().words,
       {[&](const trace::Event& event) {
          writer.append(event);
          live.add(event);
          events.push_back(event);
          hashes.push_back(model::hash(live.now()));
        },
        [&](const client::Held& held) {
          ++gates;
          const Model& model = live.now();
          EXPECT_NE(model.held_at(held.gate, held.subject), nullptr) << held.gate;
          const Container* container = model.current();
          if (!container || container->process_state != State::held) return true;
          ++checked;
          EXPECT_EQ(container->process, held.pid);
          check_walls(*container, held, model.engine.pid);
          check_mounts(*container, held);
          const auto planned = std::find_if(container->operations.begin(), container->operations.end(),
                                            [&](const auto& operation) { return operation.name == held.gate; });
          EXPECT_NE(planned, container->operations.end()) << held.gate << " was not announced";
          return true;
        }});
  EXPECT_GT(gates, 0u);
  EXPECT_EQ(checked > 20, std::string_view(GetParam().name) != "no_such_image") << checked;
  EXPECT_THAT(live.now().held, ::testing::IsEmpty());
  EXPECT_TRUE(live.now().run.ended);
  const Container* ended = live.now().current();
  EXPECT_EQ(ended && ended->failed_code == 127, std::string_view(GetParam().name) == "no_such_command");
  EXPECT_FALSE(hashes.empty());

  model::History replayed{trace::Recording(path)};
  ASSERT_EQ(replayed.size(), hashes.size());
  for (std::size_t count = hashes.size(); count > 0; --count) {
    ASSERT_EQ(model::hash(replayed.at(count)), hashes[count - 1]) << "after event " << count;
  }
  EXPECT_THAT(replayed.notices(), ::testing::IsEmpty());

  const trace::StageSummary summary = trace::summarize(events);
  for (std::size_t i = 0; i < trace::main_stage_count; ++i) {
    EXPECT_EQ(live.now().stage_times()[i].value_or(0), summary.stages[i].own_ns)
        << trace::to_string(static_cast<trace::Stage>(i));
  }
}

INSTANTIATE_TEST_SUITE_P(
    Runs, ModelOfRuns,
    ::testing::Values(Case{"cold", {"run", "--rm", "alpine", "ls"}}, Case{"warm", {"run", "alpine", "true"}},
                      Case{"volumes",
                           {"run", "--rm", "--read-only", "--tmpfs", "/t", "-v", "/tmp:/x:ro", "alpine", "true"}},
                      Case{"no_such_command", {"run", "--rm", "alpine", "nosuch"}},
                      Case{"by_signal", {"run", "--rm", "alpine", "sh", "-c", "kill -9 0"}},
                      Case{"no_such_image", {"run", "--rm", "127.0.0.1:1/nosuch", "ls"}}),
    [](const auto& one) { return std::string(one.param.name); });

}  // namespace
}  // namespace glassdock::golden
