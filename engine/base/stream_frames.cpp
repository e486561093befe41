#include "engine/base/stream_frames.h"

#include <algorithm>

#include "engine/base/error.h"

namespace glassdock {

void FrameReader::begin_frame() {
  bool valid = head_[0] <= static_cast<int>(Stream::system_error) && head_[1] == 0 && head_[2] == 0 && head_[3] == 0;
  if (!valid) throw Error(ErrorKind::corrupt, "the engine's stream of the container's output is damaged");
  stream_ = static_cast<Stream>(head_[0]);
  if (stream_ == Stream::system_error) stream_ = Stream::stderr_stream;
  left_ = static_cast<std::uint32_t>(head_[4]) << 24 | static_cast<std::uint32_t>(head_[5]) << 16 |
          static_cast<std::uint32_t>(head_[6]) << 8 | static_cast<std::uint32_t>(head_[7]);
  head_size_ = 0;
}

void FrameReader::feed(std::string_view bytes) {
  while (!bytes.empty()) {
    if (left_ == 0) {
      head_[head_size_++] = static_cast<unsigned char>(bytes[0]);
      bytes.remove_prefix(1);
      if (head_size_ == stream_head_bytes) begin_frame();
      continue;
    }
    std::string_view part = bytes.substr(0, left_);
    sink_(stream_, part);
    left_ -= static_cast<std::uint32_t>(part.size());
    bytes.remove_prefix(part.size());
  }
}

}  // namespace glassdock
