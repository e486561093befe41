#include <gtest/gtest.h>
#include <poll.h>

#include "engine/daemon/container.h"
#include "engine/daemon/event_log.h"

namespace glassdock::daemon {
namespace {

bool rings(const EventLog::Reader& reader) {
  pollfd bell{reader.bell(), POLLIN, 0};
  return ::poll(&bell, 1, 0) > 0;
}

TEST(EventLog, AReaderGetsWhatComesBehindIt) {
  EventLog log;
  log.tell("image", "pull", "before");
  EventLog::Reader reader(log, INT64_MAX);
  EXPECT_TRUE(reader.take().empty());
  EXPECT_FALSE(rings(reader));
  log.tell("image", "tag", "behind");
  EXPECT_TRUE(rings(reader));
  const auto news = reader.take();
  ASSERT_EQ(news.size(), 1u);
  EXPECT_EQ(news[0].id, "behind");
  EXPECT_TRUE(reader.take().empty());
}

TEST(EventLog, KeepsTheLastOnesForWhoComesLater) {
  EventLog log;
  for (std::size_t i = 0; i < EventLog::most_events + 10; ++i) log.tell("image", "tag", std::to_string(i));
  EventLog::Reader reader(log, 0);
  const auto kept = reader.take();
  ASSERT_EQ(kept.size(), EventLog::most_events);
  EXPECT_EQ(kept.front().id, "10");
  EventLog::Reader from_the_last(log, kept.back().time_ns);
  EXPECT_GE(from_the_last.take().size(), 1u);
}

TEST(EventLog, LongLabelsDoNotFillTheMemory) {
  EventLog log;
  const EventLog::Attributes labels{{"long", std::string(EventLog::most_bytes / 3, 'x')}};
  for (int i = 0; i < 20; ++i) log.tell("container", "rename", "c", labels);
  EventLog::Reader reader(log, 0);
  EXPECT_EQ(reader.take().size(), 2u);
}

TEST(EventLog, ASlowReaderMissesSomeAndGoesOn) {
  EventLog log;
  EventLog::Reader reader(log, 0);
  for (std::size_t i = 0; i < 3 * EventLog::most_events; ++i) log.tell("image", "tag", std::to_string(i));
  EXPECT_EQ(reader.take().size(), EventLog::most_events);
}

TEST(EventLog, AContainersLabelsStandBesideDockersOwnAttributes) {
  EventLog log;
  Container container;
  container.id = "c1";
  container.name = "web";
  container.config.image = "alpine";
  container.config.labels = {{"x", "y"}, {"name", "not this"}};
  EventLog::Reader reader(log, INT64_MAX);
  log.tell_locked(container, "kill", {{"signal", "15"}});
  const EventLog::Attributes wanted{{"image", "alpine"}, {"name", "web"}, {"signal", "15"}, {"x", "y"}};
  EXPECT_EQ(reader.take()[0].attributes, wanted);
}

TEST(EventLog, ItsEndWakesEveryReader) {
  EventLog log;
  EventLog::Reader reader(log, INT64_MAX);
  EXPECT_FALSE(log.over());
  log.end();
  EXPECT_TRUE(rings(reader));
  EXPECT_TRUE(log.over());
}

}  // namespace
}  // namespace glassdock::daemon
