#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>

namespace glassdock {

enum class Stream { stdin_echo = 0, stdout_stream = 1, stderr_stream = 2 };

// Takes apart the framed stream of attach and logs: 8 bytes of head (stream, 0, 0, 0, length in big-endian), then the
// bytes (Docker Engine API, ContainerAttach, "Stream format"). Holds no more than a head: bytes are passed on as they
// come.
class FrameReader {
 public:
  using Sink = std::function<void(Stream stream, std::string_view bytes)>;
  explicit FrameReader(Sink sink) : sink_(std::move(sink)) {}

  // Any cut of the stream. Throws Error(corrupt) on a head that is none.
  void feed(std::string_view bytes);
  // True between frames: where a stream may end.
  bool at_boundary() const { return head_size_ == 0 && left_ == 0; }

 private:
  static constexpr std::size_t head_bytes = 8;
  void begin_frame();

  Sink sink_;
  std::array<unsigned char, head_bytes> head_{};
  std::size_t head_size_ = 0;
  std::uint32_t left_ = 0;  // bytes of the current frame still to come
  Stream stream_ = Stream::stdout_stream;
};

}  // namespace glassdock
