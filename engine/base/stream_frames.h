#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>

#include "engine/base/stream_head.h"

namespace glassdock {

// Takes apart the framed stream of attach and logs: a head (stream_head.h), then the bytes. Holds no more than a head:
// bytes are passed on as they come, those of system_error as stderr.
class FrameReader {
 public:
  using Sink = std::function<void(Stream stream, std::string_view bytes)>;
  explicit FrameReader(Sink sink) : sink_(std::move(sink)) {}

  // Any cut of the stream. Throws Error(corrupt) on a head that is none.
  void feed(std::string_view bytes);
  // True between frames: where a stream may end.
  bool at_boundary() const { return head_size_ == 0 && left_ == 0; }

 private:
  void begin_frame();

  Sink sink_;
  std::array<unsigned char, stream_head_bytes> head_{};
  std::size_t head_size_ = 0;
  std::uint32_t left_ = 0;  // bytes of the current frame still to come
  Stream stream_ = Stream::stdout_stream;
};

}  // namespace glassdock
