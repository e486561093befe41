// The hub with real clients: skopeo and podman.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "engine/base/text.h"
#include "engine/hub/hub.h"
#include "engine/os/files.h"
#include "tests/support/places.h"

using namespace glassdock;
namespace fs = std::filesystem;

namespace {

struct HubClients : testing::Test {
  os::TempDir folder{fs::temp_directory_path(), "hub-clients."};
  hub::Hub hub{os::real_system(), build_path("share/glassdock/hub"), folder.path() / "hub", "secret", {}};
  std::string registry = "127.0.0.1:" + std::to_string(hub.port());
  std::string output;

  // Exit code of a shell's command; `output` has what it printed.
  int run(const std::string& command) {
    fs::path log = folder.path() / "log";
    int status = std::system(("cd " + shell_quote(folder.path().string()) + " && (" + command + ") >" +
                              shell_quote(log.string()) + " 2>&1 </dev/null")
                                 .c_str());
    output = os::read_file(log);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
  }
  bool has(const std::string& program) { return run("command -v " + program) == 0; }
};

#define NEEDS(program) \
  if (!has(program)) GTEST_SKIP() << program << " is not installed"

TEST_F(HubClients, skopeo_pulls_and_pushes) {
  NEEDS("skopeo");
  for (const char* image : {"alpine", "busybox", "hello-world"}) {
    std::string from = "docker://" + registry + "/library/" + image;
    ASSERT_EQ(run("skopeo copy --src-tls-verify=false " + from + " oci:" + image + ":latest"), 0) << output;
    EXPECT_EQ(run("skopeo inspect --tls-verify=false " + from), 0) << output;
    EXPECT_NE(output.find("org.glassdock.stand-in"), std::string::npos) << output;
  }
  std::string to = "docker://" + registry + "/class/app:1";
  ASSERT_EQ(run("skopeo copy --dest-tls-verify=false --dest-creds glassdock:secret oci:alpine:latest " + to), 0)
      << output;
  ASSERT_EQ(run("skopeo copy --src-tls-verify=false " + to + " oci:again:latest"), 0) << output;
  EXPECT_EQ(run("diff -r alpine/blobs again/blobs"), 0) << output;
  EXPECT_EQ(run("skopeo list-tags --tls-verify=false docker://" + registry + "/class/app"), 0) << output;
  EXPECT_NE(output.find("\"1\""), std::string::npos) << output;
  EXPECT_EQ(run("skopeo delete --tls-verify=false --creds glassdock:secret " + to), 0) << output;
  EXPECT_NE(run("skopeo inspect --tls-verify=false " + to), 0) << output;
}

TEST_F(HubClients, skopeo_pushes_all_platforms_and_docker_manifests) {
  NEEDS("skopeo");
  std::string from = "docker://" + registry + "/library/alpine";
  ASSERT_EQ(run("skopeo copy --all --src-tls-verify=false --dest-tls-verify=false --dest-creds glassdock:secret " +
                from + " docker://" + registry + "/class/whole"),
            0)
      << output;
  ASSERT_EQ(
      run("skopeo copy --format v2s2 --src-tls-verify=false --dest-tls-verify=false --dest-creds glassdock:secret " +
          from + " docker://" + registry + "/class/docker"),
      0)
      << output;
  EXPECT_EQ(run("skopeo inspect --raw --tls-verify=false docker://" + registry + "/class/docker"), 0) << output;
  EXPECT_NE(output.find("application/vnd.docker.distribution.manifest.v2+json"), std::string::npos) << output;
}

TEST_F(HubClients, skopeo_is_refused_with_a_wrong_token_or_none) {
  NEEDS("skopeo");
  ASSERT_EQ(run("skopeo copy --src-tls-verify=false docker://" + registry + "/library/hello-world oci:hello:latest"),
            0);
  std::string copy = "skopeo copy --dest-tls-verify=false ";
  std::string to = " oci:hello:latest docker://" + registry + "/class/app:1";
  EXPECT_NE(run(copy + "--dest-creds glassdock:wrong" + to), 0);
  EXPECT_NE(output.find("unauthorized"), std::string::npos) << output;
  EXPECT_NE(run(copy + "--dest-no-creds" + to), 0);
  EXPECT_NE(output.find("unauthorized"), std::string::npos) << output;
  EXPECT_NE(run("skopeo inspect --tls-verify=false docker://" + registry + "/class/app:1"), 0);
}

TEST_F(HubClients, a_log_in_is_checked) {
  NEEDS("skopeo");
  std::string login = "skopeo login --authfile auth.json --tls-verify=false -u glassdock ";
  EXPECT_NE(run(login + "-p wrong " + registry), 0) << output;
  EXPECT_EQ(run(login + "-p secret " + registry), 0) << output;
  ASSERT_EQ(run("skopeo copy --src-tls-verify=false docker://" + registry + "/library/hello-world oci:hello:latest"),
            0);
  EXPECT_EQ(run("skopeo copy --authfile auth.json --dest-tls-verify=false oci:hello:latest docker://" + registry +
                "/class/app:1"),
            0)
      << output;
}

TEST_F(HubClients, skopeo_sees_a_wrong_digest) {
  NEEDS("skopeo");
  hub::HubConditions conditions;
  conditions.fault = hub::Fault::wrong_digest;
  hub.set_conditions(conditions);
  EXPECT_NE(run("skopeo copy --src-tls-verify=false docker://" + registry + "/library/alpine oci:alpine:latest"), 0);
}

TEST_F(HubClients, podman_pulls_and_pushes) {
  NEEDS("podman");
  // A store of its own, away from the user's; vfs needs no mounts.
  std::string podman =
      "podman --root $PWD/store --runroot $PWD/run --tmpdir $PWD/tmp --storage-driver vfs --cgroup-manager cgroupfs "
      "--events-backend file ";
  if (run("mkdir -p store run tmp && " + podman + "images") != 0)
    GTEST_SKIP() << "podman does not run here: " << output;
  ASSERT_EQ(run(podman + "pull --tls-verify=false " + registry + "/library/alpine"), 0) << output;
  EXPECT_EQ(run(podman + "push --tls-verify=false --creds glassdock:secret " + registry + "/library/alpine " +
                registry + "/class/app:1"),
            0)
      << output;
  EXPECT_NE(run(podman + "push --tls-verify=false --creds glassdock:wrong " + registry + "/library/alpine " + registry +
                "/class/app:2"),
            0);
  EXPECT_EQ(run(podman + "pull --tls-verify=false " + registry + "/class/app:1"), 0) << output;
  EXPECT_NE(run(podman + "pull --tls-verify=false " + registry + "/class/app:2"), 0);
  run(podman + "rmi --all --force");
}

}  // namespace
