// The lessons' lines in the studio's command line, on a real engine.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>

#include "app/terminal/process.h"
#include "app/terminal/shell.h"
#include "engine/base/text.h"
#include "tests/support/comes_true.h"
#include "tests/support/places.h"
#include "tests/support/program.h"

namespace glassdock::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;

class LessonShell : public ::testing::Test {
 protected:
  LessonShell() : shell_({program_path("glassdock"), source_path("app/terminal")}, home_.path()) {
    EXPECT_EQ(home_.docker({"pull", "-q", "alpine"}).code, 0);
    shell_.set_variable("GLASSDOCK_SOCKET", (home_.data() / "engine.sock").string());
  }
  ~LessonShell() override { run("docker rm -f $(docker ps -aq)"); }

  // What the line prints, its terminal's carriage returns left out.
  std::string run(std::string_view line) {
    terminal::Process process(shell_.launch(line, {24, 200}));
    std::string text;
    pollfd output{process.output_fd(), POLLIN, 0};
    while (::poll(&output, 1, patience_ms) > 0 && process.read(text, 1 << 16)) {
    }
    pollfd end{process.end_fd(), POLLIN, 0};
    ::poll(&end, 1, patience_ms);
    shell_.finished();
    std::erase(text, '\r');
    return text;
  }

  static constexpr int patience_ms = 30'000;
  EngineHome home_;
  terminal::Shell shell_;
};

TEST_F(LessonShell, AllContainersAreRemovedByWhatPsSays) {
  run("for n in 1 2 3; do docker create --name tea$n alpine; done");
  EXPECT_EQ(run("docker ps -aq | wc -l"), "3\n");
  EXPECT_THAT(run("docker rm $(docker ps -aq)"), MatchesRegex("([0-9a-f]{12}\n){3}"));
  EXPECT_EQ(run("docker ps -aq"), "");
}

TEST_F(LessonShell, TheFolderIsPwd) {
  run("mkdir cup && cd cup && echo green > tea");
  EXPECT_EQ(run("docker run --rm -v $(pwd):/x alpine cat /x/tea"), "green\n");
  EXPECT_EQ(run("docker run --rm -v \"$PWD\":/x:ro alpine ls /x"), "tea\n");
}

TEST_F(LessonShell, QuotesVariablesPipesAndLists) {
  run("NAME=tea");
  EXPECT_THAT(run("docker run -d --name $NAME alpine sh -c 'echo \"$0 in the container\"; sleep 1000'"),
              MatchesRegex("[0-9a-f]{64}\n"));
  EXPECT_TRUE(comes_true([&] { return !run("docker logs $NAME").empty(); }));  // it was only started
  EXPECT_EQ(run("docker logs $NAME | tr a-z A-Z && docker inspect -f '{{.State.Status}}' \"$NAME\""),
            "SH IN THE CONTAINER\nrunning\n");
  EXPECT_THAT(run("docker rm $NAME && echo removed || echo 'still there'"),
              AllOf(HasSubstr("cannot remove"), HasSubstr("still there\n")));
  EXPECT_EQ(run("docker ps -q | xargs docker inspect --format '{{.Name}}'"), "/tea\n");
}

}  // namespace
}  // namespace glassdock::testing
