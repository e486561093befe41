#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "engine/base/detach_keys.h"
#include "engine/base/stream_frames.h"
#include "engine/http/message.h"

namespace glassdock::headless {

// What a container wrote, to the same stream of this program.
void write_stream(Stream stream, std::string_view bytes);

// Relays between an attached container and this program's stdin, stdout and stderr until the container's output ends.
// Neither direction waits for the other. Throws Error(corrupt) when the stream is cut inside a frame, Error::from_errno
// when it breaks.
class StdioRelay {
 public:
  enum class End { of_output, detached };

  StdioRelay(http::Hijacked attached, bool stdin_too);
  // Of a terminal: what comes is plain, and `keys` typed end it.
  StdioRelay(http::Hijacked attached, bool stdin_too, const DetachKeys& keys);
  End run();

 private:
  bool take_output();
  void show(std::string_view bytes);
  void take_input();
  void send_pending();

  http::Hijacked attached_;
  FrameReader frames_;
  bool framed_ = true;
  DetachKeys keys_;
  bool detached_ = false;
  bool reads_stdin_;
  std::string pending_;  // typed, not yet sent
};

}  // namespace glassdock::headless
