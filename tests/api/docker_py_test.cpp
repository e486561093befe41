// The Python client of docker against a real engine, one's own and an ordinary user's; docker_py.py has its calls.
#include <gtest/gtest.h>

#include <filesystem>
#include <tuple>

#include "tests/golden/real_engine.h"
#include "tests/support/places.h"

namespace glassdock::testing {
namespace {

using golden::Owner;
using golden::RealEngine;

// Debian's: another Python that stands first in PATH has other modules.
constexpr char python[] = "/usr/bin/python3";

class DockerPy : public ::testing::TestWithParam<std::tuple<const char*, Owner>> {};

TEST_P(DockerPy, MakesItsCalls) {
  const auto& [calls, owner] = GetParam();
  if (const std::string why = RealEngine::missing(owner); !why.empty()) GTEST_SKIP() << why;
  ASSERT_EQ(run({python, "-c", "import docker"}).code, 0) << "the package python3-docker is missing";
  const RealEngine engine(owner);
  const std::filesystem::path calls_file = engine.folder() / "docker_py.py";  // its user may not read the sources
  std::filesystem::copy_file(source_path("tests/api/docker_py.py"), calls_file);
  std::filesystem::permissions(calls_file, std::filesystem::perms::others_read, std::filesystem::perm_options::add);
  const Outcome outcome = run(engine.as_owner(
      {"/usr/bin/env", "DOCKER_HOST=unix://" + engine.socket().string(), python, calls_file.string(), calls}));
  EXPECT_EQ(outcome.code, 0) << outcome.err;
}

INSTANTIATE_TEST_SUITE_P(Of, DockerPy,
                         ::testing::Combine(::testing::Values("Containers", "Execs", "Images", "Engine"),
                                            ::testing::Values(Owner::self, Owner::ordinary_user)),
                         [](const auto& one) {
                           return std::string(std::get<0>(one.param)) + golden::to_string(std::get<1>(one.param));
                         });

}  // namespace
}  // namespace glassdock::testing
