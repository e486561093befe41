#pragma once

#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

namespace glassdock::snapshot {

// A ring of buffers between one thread that fills them and one that empties them. Nothing is copied: the filler writes
// into the ring's own memory, the reader looks at it there. Bounded: the filler waits when all buffers are full.
class ChunkQueue {
 public:
  ChunkQueue(std::size_t chunks, std::size_t chunk_bytes);

  // For the filler. The next buffer to fill; empty after abort().
  std::span<std::byte> acquire();
  // The first `bytes` of the acquired buffer are for the reader now.
  void publish(std::size_t bytes);
  // Nothing more comes.
  void close();

  // For the reader. The oldest filled buffer; empty at the end or after abort().
  std::span<const std::byte> front();
  // The buffer that front() gave may be filled again.
  void pop();

  // Any thread: both sides wake up and get nothing any more.
  void abort();
  bool aborted() const;

 private:
  struct Chunk {
    std::unique_ptr<std::byte[]> memory;
    std::size_t used = 0;
  };
  const std::size_t chunk_bytes_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Chunk> ring_;
  std::size_t first_ = 0;   // the oldest filled
  std::size_t filled_ = 0;  // how many are
  bool closed_ = false;
  bool aborted_ = false;
};

}  // namespace glassdock::snapshot
