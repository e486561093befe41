// The studio beside a terminal in which the real docker works: each of its requests is drawn as it happens.
#include "tests/gui/studio_window.h"
#include "tests/support/docker_client.h"

namespace glassdock::testing {
namespace {

class StudioBesideDocker : public StudioWindow {
 protected:
  std::vector<std::string> real_docker(std::vector<std::string> words) const {
    return docker_words(docker_clients().back(), home_.data() / "engine.sock", home_.path(), std::move(words));
  }
};

TEST_F(StudioBesideDocker, WhatTheRealDockerDoesElsewhereIsDrawnAsItHappens) {
  ASSERT_NE(docker_clients().back(), "") << no_docker_client;
  const auto docker = [&](std::vector<std::string> words) { return run(real_docker(std::move(words))); };
  open_with_engine();
  picture("0-before");
  ASSERT_TRUE(screen_->key("F2"));
  settle(scene::lay_out(size).timeline);
  picture("1-empty");
  const Outcome first = docker({"run", "-d", "--name", "tea", "alpine", "sh", "-c", "echo hello; exec sleep 1000"});
  ASSERT_EQ(first.code, 0) << first.err;
  ASSERT_TRUE(studio_->wait_for_out(" tea: Up "));
  settle(scene::lay_out(size).canvas);
  picture("2-runs");
  ASSERT_EQ(docker({"exec", "-d", "tea", "sleep", "500"}).code, 0);
  ASSERT_TRUE(studio_->wait_for_out("exec.start"));
  settle(scene::lay_out(size).canvas);
  picture("3-exec");
  if (docker({"pause", "tea"}).code == 0) {
    ASSERT_TRUE(studio_->wait_for_out("(Paused)"));
    settle(scene::lay_out(size).canvas);
    picture("4-paused");
    ASSERT_EQ(docker({"unpause", "tea"}).code, 0);
    ASSERT_TRUE(studio_->wait_for_out("/unpause: 204"));
  }
  std::thread stop([&] { docker({"stop", "-t", "4", "tea"}); });
  const bool sent = studio_->wait_for_out("SIGTERM");
  settle(scene::lay_out(size).stages);
  picture("5-stops");
  stop.join();
  EXPECT_TRUE(sent);
  ASSERT_TRUE(studio_->wait_for_out(" tea: Exited (137) "));
  settle(scene::lay_out(size).canvas);
  picture("6-ended");
  ASSERT_EQ(docker({"rm", "tea"}).code, 0);
  ASSERT_TRUE(studio_->wait_for_out("/containers/tea: 204"));
  settle(scene::lay_out(size).canvas);
  picture("7-removed");
  ASSERT_TRUE(screen_->key("F2"));
  settle(scene::lay_out(size).timeline);
}

TEST_F(StudioBesideDocker, WhatTheRealDockerDoesElsewhereIsSteppedLikeAnyOther) {
  ASSERT_NE(docker_clients().back(), "") << no_docker_client;
  open_with_engine();
  ASSERT_EQ(run(real_docker({"pull", "-q", "alpine"})).code, 0);
  key("F8", "LIVE: other clients stop at gates");
  picture("0-on");
  Program docker(real_docker({"run", "--rm", "alpine", "echo", "hello"}));
  ASSERT_TRUE(studio_->wait_for_out("HELD: before: cache.lookup"));
  settle(scene::lay_out(size).stages);  // the band counts the seconds
  EXPECT_TRUE(band_is_plate());
  picture("1-create");
  key("F10", "HELD: before: snapshot.prepare");
  // The next request stops at its own first gate.
  key("F5", "HELD: before: isolate.");
  step_to("isolate.proc");
  picture("2-start");
  key("F8", ended);
  EXPECT_EQ(docker.finish().out, "hello\n");
  settle(scene::lay_out(size).canvas);
  picture("3-off");
}

}  // namespace
}  // namespace glassdock::testing
