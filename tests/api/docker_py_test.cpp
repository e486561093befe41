// The Python client of docker against a real engine; docker_py.py has its calls.
#include <gtest/gtest.h>

#include "tests/support/program.h"

namespace glassdock::testing {
namespace {

// Debian's: another Python that stands first in PATH has other modules.
constexpr char python[] = "/usr/bin/python3";

class DockerPy : public ::testing::TestWithParam<const char*> {};

TEST_P(DockerPy, MakesItsCalls) {
  ASSERT_EQ(run({python, "-c", "import docker"}).code, 0) << "the package python3-docker is missing";
  EngineHome home;
  ASSERT_EQ(home.glassdock({"engine", "start"}).code, 0);
  const Outcome outcome = run({"/usr/bin/env", "DOCKER_HOST=unix://" + (home.data() / "engine.sock").string(), python,
                               GLASSDOCK_SOURCE_DIR "/tests/api/docker_py.py", GetParam()});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
}

INSTANTIATE_TEST_SUITE_P(Of, DockerPy, ::testing::Values("Containers", "Execs", "Images", "Engine"),
                         [](const auto& one) { return std::string(one.param); });

}  // namespace
}  // namespace glassdock::testing
