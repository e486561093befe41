#include <gtest/gtest.h>

#include <atomic>
#include <cstring>
#include <memory>
#include <thread>

#include "engine/trace/ring.h"

namespace glassdock::trace {
namespace {

constexpr std::uint32_t operations = 128;

Record record_of(std::uint32_t operation, std::int64_t number = 0) {
  Record record{};
  record.operation = operation;
  record.begin_ns = 10;
  record.end_ns = 20;
  record.number[0] = number;
  return record;
}

class RingTest : public testing::Test {
 protected:
  bool taken(Record& record) { return take(*ring_, record, operations); }
  std::size_t take_all() {
    Record record;
    std::size_t count = 0;
    while (taken(record)) ++count;
    return count;
  }
  // As a shared mapping begins: zeros.
  std::unique_ptr<Ring> ring_ = std::make_unique<Ring>();
};

TEST_F(RingTest, GivesRecordsInTheirOrderAndThenNothing) {
  Record record;
  EXPECT_FALSE(taken(record));
  for (std::uint32_t i = 0; i < 5; ++i) publish(*ring_, record_of(i));
  for (std::uint32_t i = 0; i < 5; ++i) {
    ASSERT_TRUE(taken(record));
    EXPECT_EQ(record.operation, i);
  }
  EXPECT_FALSE(taken(record));
  EXPECT_EQ(ring_->lost, 0u);
}

TEST_F(RingTest, AFullRingCountsWhatItLosesAndKeepsTheOldest) {
  for (std::uint32_t i = 0; i < ring_records + 7; ++i) publish(*ring_, record_of(1, i));
  EXPECT_EQ(ring_->lost, 7u);
  Record record;
  for (std::uint32_t i = 0; i < ring_records; ++i) {
    ASSERT_TRUE(taken(record));
    EXPECT_EQ(record.number[0], i);
  }
  EXPECT_FALSE(taken(record));
  publish(*ring_, record_of(2));  // there is room again
  ASSERT_TRUE(taken(record));
  EXPECT_EQ(record.operation, 2u);
  EXPECT_EQ(ring_->lost, 7u);
}

TEST_F(RingTest, AHeadOutOfRangeGivesNothing) {
  for (std::uint32_t head : {ring_records + 1, 0x80000000u, 0xffffffffu}) {
    ring_->head = head;
    EXPECT_EQ(take_all(), 0u) << head;
    EXPECT_EQ(ring_->tail, 0u) << head;
  }
}

TEST_F(RingTest, RecordsThatMakeNoSenseAreLeftOut) {
  publish(*ring_, record_of(operations));
  publish(*ring_, record_of(0xffffffff));
  Record backwards = record_of(4);
  backwards.end_ns = backwards.begin_ns - 1;
  publish(*ring_, backwards);
  publish(*ring_, record_of(operations - 1));
  Record record;
  ASSERT_TRUE(taken(record));
  EXPECT_EQ(record.operation, operations - 1);
  EXPECT_FALSE(taken(record));
}

TEST_F(RingTest, ATextAlwaysEnds) {
  Record endless = record_of(5);
  std::memset(endless.text, 'x', sizeof endless.text);
  publish(*ring_, endless);
  Record record;
  ASSERT_TRUE(taken(record));
  EXPECT_EQ(std::strlen(record.text), sizeof record.text - 1);
}

// The writer's side turns on the reader: whatever stands in the ring, a call returns, and what it gives is in range.
TEST_F(RingTest, AHostileWriterHarmsNobody) {
#ifdef __SANITIZE_THREAD__
  GTEST_SKIP() << "it is a data race, on purpose";
#endif
  std::atomic<bool> over{false};
  std::thread writer([&] {
    std::uint32_t noise = 12345;
    while (!over) {
      noise = noise * 1664525 + 1013904223;
      Record& record = ring_->records[noise % ring_records];
      std::memset(&record, static_cast<int>(noise >> 24), sizeof record);
      ring_->head.store(noise % 3 == 0 ? noise : ring_->tail.load() + noise % (2 * ring_records));
      ring_->lost.store(noise);
    }
  });
  Record record;
  for (int i = 0; i < 200'000; ++i) {
    std::memset(&record, 0, sizeof record);
    if (!taken(record)) continue;
    ASSERT_LT(record.operation, operations);
    ASSERT_GE(record.end_ns, record.begin_ns);
    ASSERT_LT(::strnlen(record.text, sizeof record.text), sizeof record.text);
  }
  over = true;
  writer.join();
}

TEST(Masks, HaveNoBitBeyondTheirEnd) {
  std::atomic<std::uint64_t> mask[2] = {1, std::uint64_t{1} << 63};
  EXPECT_TRUE(bit_is_set(mask, 0));
  EXPECT_TRUE(bit_is_set(mask, 127));
  EXPECT_FALSE(bit_is_set(mask, 1));
  EXPECT_FALSE(bit_is_set(mask, 64));
  EXPECT_FALSE(bit_is_set(mask, 128));
  EXPECT_FALSE(bit_is_set(mask, 0xffffffff));
}

}  // namespace
}  // namespace glassdock::trace
