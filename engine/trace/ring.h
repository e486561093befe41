#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace glassdock::trace {

// The memory that daemon, monitor and child share while a container starts: which operations to hold at, and a ring a
// writer for what each operation did. One memfd, mapped before clone3; the monitor keeps it, so that a new daemon
// inherits it. The child's mapping vanishes with exec. Plain data only: the launcher uses this header.

// What one operation of the start plan did. Fixed size; a longer text is cut.
struct Record {
  std::uint32_t operation;  // index in the plan
  std::int32_t error;       // errno, or 0
  std::int64_t begin_ns;    // CLOCK_MONOTONIC
  std::int64_t end_ns;
  std::int64_t result;  // of the system call that matters: a pid, a descriptor's inode, a count
  std::int64_t number[2];
  char text[80];  // NUL-terminated: the path or word that the error or result is about
};
static_assert(sizeof(Record) == 128);

inline constexpr std::uint32_t ring_records = 160;  // a plan has at most 128 operations

// One writer, one reader. A full ring counts `lost` and never waits.
struct Ring {
  std::atomic<std::uint32_t> head;  // records ever written; stored with release after the record
  std::atomic<std::uint32_t> tail;  // records ever read; written by the reader
  std::atomic<std::uint32_t> lost;
  std::uint32_t reserved;
  Record records[ring_records];
};

inline constexpr std::uint32_t shared_magic = 0x48534447;  // "GDSH"

struct SharedState {
  std::uint32_t magic;
  std::uint32_t version;
  // Bit i: hold in front of operation i; wait after operation i until its evidence is read. Written by the daemon at
  // any time, read by monitor and child with one load an operation.
  std::atomic<std::uint64_t> hold[2];
  std::atomic<std::uint64_t> evidence[2];
  Ring monitor;
  Ring child;
};
inline constexpr std::uint32_t shared_version = 1;

inline bool bit_is_set(const std::atomic<std::uint64_t> (&mask)[2], std::uint32_t index) noexcept {
  return index < 128 && (mask[index / 64].load(std::memory_order_relaxed) >> (index % 64) & 1) != 0;
}

// Writer's side.
inline void publish(Ring& ring, const Record& record) noexcept {
  std::uint32_t head = ring.head.load(std::memory_order_relaxed);
  if (head - ring.tail.load(std::memory_order_acquire) >= ring_records) {
    ring.lost.fetch_add(1, std::memory_order_relaxed);
    return;
  }
  ring.records[head % ring_records] = record;
  ring.head.store(head + 1, std::memory_order_release);
}

// Reader's side: copies first and validates the copy, since the writer's memory is not to be trusted. False when there
// is nothing more.
inline bool take(Ring& ring, Record& record, std::uint32_t operations) noexcept {
  for (;;) {
    std::uint32_t tail = ring.tail.load(std::memory_order_relaxed);
    std::uint32_t waiting = ring.head.load(std::memory_order_acquire) - tail;
    if (waiting == 0 || waiting > ring_records) return false;
    record = ring.records[tail % ring_records];
    record.text[sizeof(record.text) - 1] = 0;
    ring.tail.store(tail + 1, std::memory_order_release);
    if (record.operation < operations && record.end_ns >= record.begin_ns) return true;
  }
}

}  // namespace glassdock::trace
