#include <gtest/gtest.h>

#include "app/text/pull_lines.h"
#include "app/text/tables.h"
#include "app/text/words.h"

namespace glassdock::text {
namespace {

constexpr std::int64_t now = 1'700'000'000;

client::ContainerSummary container() {
  client::ContainerSummary one;
  one.id = "38b25acd663c0a827e25705fdd4324b69b454d7baee677f9c2973cf88239e7a8";
  one.names = {"/foo"};
  one.image = "alpine";
  one.image_id = "sha256:153b586d26c011360357a1d10ca78abcab7297898ab1920605fddfcdbcc8bc83";
  one.command = "sh -c 'exit 3'";
  one.created_s = now - 3;
  one.state = "exited";
  one.status = "Exited (3) 2 seconds ago";
  return one;
}

TEST(ContainersTable, IsDockersSevenColumns) {
  std::vector<client::ContainerSummary> all{container()};
  EXPECT_EQ(containers_table(all, now),
            "CONTAINER ID   IMAGE     COMMAND            CREATED         STATUS                     PORTS     NAMES\n"
            "38b25acd663c   alpine    \"sh -c 'exit 3'\"   3 seconds ago   Exited (3) 2 seconds ago             foo\n");
  EXPECT_EQ(containers_table({}, now), "CONTAINER ID   IMAGE     COMMAND   CREATED   STATUS    PORTS     NAMES\n");
}

TEST(ContainersTable, ShortensWhatIsLong) {
  auto one = container();
  one.command = "/bin/sh -c 'echo \"a long one\"'";
  one.image = one.image_id;
  one.names = {"/web/link", "/web"};
  std::vector<client::ContainerSummary> all{one};
  std::string text = containers_table(all, now);
  EXPECT_NE(text.find("\"/bin/sh -c 'echo \\\"a…\""), std::string::npos) << text;
  EXPECT_NE(text.find("153b586d26c0 "), std::string::npos) << text;
  EXPECT_NE(text.find("   web\n"), std::string::npos) << text;
  std::string whole = containers_table(all, now, {.no_trunc = true});
  EXPECT_NE(whole.find("a long one"), std::string::npos) << whole;
  EXPECT_NE(whole.find(one.id), std::string::npos) << whole;
}

TEST(ContainersTable, QuietIsIdsAlone) {
  std::vector<client::ContainerSummary> all{container(), container()};
  EXPECT_EQ(containers_table(all, now, {.quiet = true}), "38b25acd663c\n38b25acd663c\n");
  EXPECT_EQ(containers_table({}, now, {.quiet = true}), "");
}

client::ImageSummary image() {
  client::ImageSummary one;
  one.id = "sha256:153b586d26c011360357a1d10ca78abcab7297898ab1920605fddfcdbcc8bc83";
  one.tags = {"alpine:latest"};
  one.digests = {"alpine@sha256:1111"};
  one.created_s = now - 27;
  one.size_bytes = 2'034'567;
  return one;
}

TEST(ImagesTable, IsDockers) {
  std::vector<client::ImageSummary> all{image()};
  EXPECT_EQ(images_table(all, now),
            "REPOSITORY   TAG       IMAGE ID       CREATED          SIZE\n"
            "alpine       latest    153b586d26c0   27 seconds ago   2.03MB\n");
  EXPECT_EQ(images_table({}, now), "REPOSITORY   TAG       IMAGE ID   CREATED   SIZE\n");
}

TEST(ImagesTable, HasALineForEachName) {
  auto one = image();
  one.tags = {"localhost:5000/a:1", "a:2"};
  auto untagged = image();
  untagged.tags.clear();
  auto nameless = untagged;
  nameless.digests.clear();
  std::vector<client::ImageSummary> all{one, untagged, nameless};
  EXPECT_EQ(images_table(all, now),
            "REPOSITORY         TAG       IMAGE ID       CREATED          SIZE\n"
            "localhost:5000/a   1         153b586d26c0   27 seconds ago   2.03MB\n"
            "a                  2         153b586d26c0   27 seconds ago   2.03MB\n"
            "alpine             <none>    153b586d26c0   27 seconds ago   2.03MB\n"
            "<none>             <none>    153b586d26c0   27 seconds ago   2.03MB\n");
  EXPECT_EQ(images_table(all, now, {.quiet = true}), "153b586d26c0\n153b586d26c0\n153b586d26c0\n153b586d26c0\n");
}

TEST(ImagesTable, CanShowDigests) {
  std::vector<client::ImageSummary> all{image()};
  EXPECT_EQ(images_table(all, now, {.digests = true}),
            "REPOSITORY   TAG       DIGEST        IMAGE ID       CREATED          SIZE\n"
            "alpine       latest    sha256:1111   153b586d26c0   27 seconds ago   2.03MB\n");
}

TEST(Words, CutAtCharactersNotBytes) {
  EXPECT_EQ(ellipsis("가나다라", 4), "가나다라");
  EXPECT_EQ(ellipsis("가나다라마", 4), "가나다…");
  EXPECT_EQ(ellipsis("abcdef", 3), "ab…");
  EXPECT_EQ(width_of("가a"), 2u);
  EXPECT_EQ(quote("a\"b\\c\n\x01"), "\"a\\\"b\\\\c\\n\\x01\"");
}

TEST(Words, NameImagesInFull) {
  EXPECT_EQ(full_name("alpine"), "docker.io/library/alpine");
  EXPECT_EQ(full_name("me/app"), "docker.io/me/app");
  EXPECT_EQ(full_name("localhost/app"), "localhost/app");
  EXPECT_EQ(full_name("127.0.0.1:5000/a/b"), "127.0.0.1:5000/a/b");
  EXPECT_EQ(full_name("ghcr.io/a"), "ghcr.io/a");
}

TEST(PullLines, WithoutATerminalOnlyChangesOfState) {
  PullLines lines(0);
  EXPECT_EQ(lines.line({.id = "latest", .status = "Pulling from library/alpine"}),
            "latest: Pulling from library/alpine\n");
  EXPECT_EQ(lines.line({.id = "abc", .status = "Pulling fs layer"}), "abc: Pulling fs layer\n");
  EXPECT_EQ(lines.line({.id = "abc", .status = "Downloading", .current = 5, .total = 10}), "");
  EXPECT_EQ(lines.line({.id = "abc", .status = "Pull complete"}), "abc: Pull complete\n");
  EXPECT_EQ(lines.line({.status = "Status: Downloaded newer image for alpine:latest"}),
            "Status: Downloaded newer image for alpine:latest\n");
}

TEST(PullLines, OnATerminalEachLayerHasOneLine) {
  PullLines lines(80);
  EXPECT_EQ(lines.line({.id = "a", .status = "Waiting"}), "a: Waiting\n");
  EXPECT_EQ(lines.line({.id = "b", .status = "Waiting"}), "b: Waiting\n");
  EXPECT_EQ(lines.line({.id = "a", .status = "Downloading", .current = 1'234'567, .total = 2'000'000}),
            "\x1b[2A\x1b[2K\ra: Downloading  1.235MB/2MB\r\x1b[2B");
}

TEST(PullLines, DrawABarWhereThereIsRoom) {
  EXPECT_EQ(progress_bar(5, 10, 200), "[=========================>                         ]       5B/10B");
  EXPECT_EQ(progress_bar(5, 10, 110), "      5B/10B");
  EXPECT_EQ(progress_bar(2000, 0, 200), "     2kB");
  EXPECT_EQ(progress_bar(0, 0, 200), "");
}

}  // namespace
}  // namespace glassdock::text
