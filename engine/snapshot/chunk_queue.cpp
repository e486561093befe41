#include "engine/snapshot/chunk_queue.h"

namespace glassdock::snapshot {

ChunkQueue::ChunkQueue(std::size_t chunks, std::size_t chunk_bytes) : chunk_bytes_(chunk_bytes), ring_(chunks) {}

std::span<std::byte> ChunkQueue::acquire() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return aborted_ || filled_ < ring_.size(); });
  if (aborted_) return {};
  Chunk& chunk = ring_[(first_ + filled_) % ring_.size()];
  // Memory comes when it is first needed: a small layer touches one buffer.
  if (!chunk.memory) chunk.memory = std::make_unique_for_overwrite<std::byte[]>(chunk_bytes_);
  return {chunk.memory.get(), chunk_bytes_};
}

void ChunkQueue::publish(std::size_t bytes) {
  {
    std::lock_guard lock(mutex_);
    ring_[(first_ + filled_) % ring_.size()].used = bytes;
    ++filled_;
  }
  changed_.notify_one();
}

void ChunkQueue::close() {
  {
    std::lock_guard lock(mutex_);
    closed_ = true;
  }
  changed_.notify_all();
}

std::span<const std::byte> ChunkQueue::front() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return aborted_ || closed_ || filled_ > 0; });
  if (aborted_ || filled_ == 0) return {};
  return {ring_[first_].memory.get(), ring_[first_].used};
}

void ChunkQueue::pop() {
  {
    std::lock_guard lock(mutex_);
    first_ = (first_ + 1) % ring_.size();
    --filled_;
  }
  changed_.notify_one();
}

void ChunkQueue::abort() {
  {
    std::lock_guard lock(mutex_);
    aborted_ = true;
  }
  changed_.notify_all();
}

bool ChunkQueue::aborted() const {
  std::lock_guard lock(mutex_);
  return aborted_;
}

}  // namespace glassdock::snapshot
