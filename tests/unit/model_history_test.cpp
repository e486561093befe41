#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <random>

#include "app/model/history.h"
#include "app/model/reducer.h"
#include "engine/base/error.h"
#include "engine/os/files.h"
#include "engine/os/system.h"
#include "engine/trace/json.h"
#include "tests/support/run_story.h"

namespace glassdock::model {
namespace {

using support::RunStory;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// Twenty runs one after the other, with containers that stay.
std::vector<trace::Event> long_story(int runs = 20) {
  RunStory story;
  story.baseline();
  story.baseline_image();
  for (int i = 0; i < runs; ++i) {
    story.container = std::to_string(i) + std::string(60, 'f');
    const auto root = static_cast<std::uint64_t>(1000 + i);
    story.create(root);
    story.begin_start(root);
    story.walls();
    if (i % 5 == 0) story.held("isolate.proc", 1, 48121, root);
    story.files();
    story.powers();
    if (i % 7 == 3) {
      story.fail_to_execute(root);
    } else {
      story.execute(root);
    }
    if (i % 3 == 0) story.exit(i);
    if (i % 6 == 0) story.remove();
  }
  return story.events;
}

class HistoryTest : public testing::Test {
 protected:
  trace::Recording record(const std::vector<trace::Event>& events, std::string_view more = {}) const {
    trace::RecordingHeader header;
    header.command = "docker run alpine ls";
    const auto path = folder_.path() / "run.gdtrace";
    trace::RecordingWriter(os::real_system(), path, header).append(events);
    std::ofstream(path, std::ios::binary | std::ios::app) << more;
    return trace::Recording(path);
  }
  os::TempDir folder_{std::filesystem::temp_directory_path(), "history."};
};

std::vector<std::uint64_t> hashes(const std::vector<trace::Event>& events) {
  Model model;
  std::vector<std::uint64_t> all = {hash(model)};
  for (std::size_t i = 0; i < events.size(); ++i) {
    apply(model, events[i], i);
    all.push_back(hash(model));
  }
  return all;
}

TEST_F(HistoryTest, LiveAndReplayedAreTheSameAtEachEvent) {
  const std::vector<trace::Event> events = long_story();
  History live;
  History replayed(record(events));
  ASSERT_EQ(replayed.size(), events.size());
  for (std::size_t count = 1; count <= events.size(); ++count) {
    live.add(events[count - 1]);
    ASSERT_EQ(hash(live.now()), hash(replayed.at(count))) << "after event " << count;
  }
}

TEST_F(HistoryTest, AnyPlaceInAnyOrderIsTheSame) {
  const std::vector<trace::Event> events = long_story(60);
  const std::vector<std::uint64_t> wanted = hashes(events);
  History history(record(events));
  for (std::size_t count = events.size() + 1; count-- > 0;) ASSERT_EQ(hash(history.at(count)), wanted[count]) << count;
  std::mt19937_64 random(3);
  for (int i = 0; i < 2000; ++i) {
    const std::size_t count = random() % (events.size() + 1);
    ASSERT_EQ(hash(history.at(count)), wanted[count]) << count;
    const std::size_t before = count > 0 ? count - 1 : 0;
    ASSERT_EQ(hash(history.at(before)), wanted[before]);
    ASSERT_EQ(hash(history.at(count)), wanted[count]);
  }
}

TEST_F(HistoryTest, AnEmptyHistoryHasAnEmptyModel) {
  History history;
  EXPECT_EQ(history.size(), 0u);
  EXPECT_EQ(hash(history.at(0)), hash(Model{}));
  EXPECT_EQ(hash(history.at(9)), hash(Model{}));
}

TEST_F(HistoryTest, ADamagedLineIsLeftOutAndNamed) {
  std::vector<trace::Event> events = long_story(2);
  const trace::Event last = events.back();
  events.pop_back();
  History history(record(events, "{broken}\n" + trace::to_json_line(last) + "\n"));
  ASSERT_EQ(history.size(), events.size() + 2);
  ASSERT_THAT(history.notices(), SizeIs(1));
  EXPECT_THAT(history.notices()[0], HasSubstr("run.gdtrace:" + std::to_string(events.size() + 2)));
  EXPECT_EQ(history.row(events.size()).marks, row_damaged);
  EXPECT_THROW(history.event(events.size()), Error);
  EXPECT_EQ(history.at(history.size()).events, history.size());
  EXPECT_EQ(history.at(events.size() + 1).last, events.size() - 1);
}

TEST_F(HistoryTest, ARecordingNamesItsRun) {
  History history(record(long_story(1)));
  EXPECT_EQ(history.now().run.command, "docker run alpine ls");
  EXPECT_EQ(history.at(2).run.command, "") << "nothing runs yet";
  EXPECT_EQ(history.at(5).run.command, "docker run alpine ls");
}

TEST_F(HistoryTest, TheStudiosLineNamesTheRunThatFollows) {
  const std::vector<trace::Event> events = long_story(1);
  History history;
  history.add(events[0]);
  history.name_next_run(1000, "docker run one");
  for (std::size_t i = 1; i < events.size(); ++i) history.add(events[i]);
  history.name_next_run(1001, "docker run two");
  EXPECT_EQ(history.now().run.command, "docker run one");
  RunStory other;
  other.container.assign(64, 'f');
  other.cold(0);
  for (const trace::Event& event : other.events) history.add(event);
  EXPECT_EQ(history.now().run.command, "") << "another client's";
  EXPECT_EQ(history.at(events.size()).run.command, "docker run one");
  // The next engine's first run has the same span, and may be somebody else's.
  trace::Event end;
  end.name = "trace.ended";
  history.add(end);
  for (trace::Event event : events) history.add(std::move(event));
  EXPECT_EQ(history.now().run.command, "");
}

TEST_F(HistoryTest, RowsSayWhatClocksNeed) {
  RunStory story;
  story.baseline();
  story.create();
  story.begin_start();
  story.walls();
  story.held("isolate.proc", 1);
  story.files();
  story.powers();
  story.execute();
  History history;
  for (const trace::Event& event : story.events) history.add(event);
  EXPECT_EQ(history.row(0).marks & row_baseline, row_baseline);
  EXPECT_EQ(history.row(1).marks & row_begins_run, row_begins_run);
  EXPECT_EQ(history.name(history.row(1)), "request.received");
  std::size_t held = 0, starts = 0, begins = 0;
  for (std::size_t i = 0; i < history.size(); ++i) {
    held += (history.row(i).marks & row_held) != 0;
    starts += (history.row(i).marks & row_ends_start) != 0;
    begins += (history.row(i).marks & row_begins_run) != 0;
  }
  // The overlay is done while the gate of /proc is thought to hold; then /proc itself is done.
  EXPECT_EQ(held, 2u);
  EXPECT_EQ(starts, 1u);
  EXPECT_EQ(begins, 1u);
}

TEST_F(HistoryTest, ALiveStreamForgetsItsOldestEventsAndKeepsTheModel) {
  RunStory story;
  story.baseline();
  History history;
  history.add(story.events[0]);
  trace::Event big = story.tell(trace::Stage::snapshot, trace::Kind::instant, "snapshot.whiteout", "/x");
  big.evidence = {{"/x", "", std::string(trace::evidence_limit, 'x'), ""}};
  Model model;
  apply(model, story.events[0], 0);
  const std::size_t events = 2 * History::usual_live_limit / trace::footprint(big);
  for (std::size_t i = 1; i < events; ++i) {
    history.add(big);
    apply(model, big, i);
  }
  EXPECT_EQ(history.size(), events);
  EXPECT_GT(history.first(), events / 4);
  EXPECT_LE(history.memory(), History::usual_live_limit + (64u << 20));
  EXPECT_EQ(hash(history.now()), hash(model));
  EXPECT_EQ(history.at(0).events, history.first()) << "as far back as it goes";
  EXPECT_EQ(history.event(history.first()).name, "snapshot.whiteout");
  EXPECT_FALSE(history.keeps(history.first() - 1));
  EXPECT_THROW(history.event(history.first() - 1), Error);
  EXPECT_THROW(history.event(events), Error);
}

}  // namespace
}  // namespace glassdock::model
