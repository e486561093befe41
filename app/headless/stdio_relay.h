#pragma once

#include <cstddef>
#include <string>

#include "engine/client/frames.h"
#include "engine/http/message.h"

namespace glassdock::headless {

// Relays between an attached container and this program's stdin, stdout and stderr until the container's output ends.
// Neither direction waits for the other. Throws Error(corrupt) when the stream is cut inside a frame, Error::from_errno
// when it breaks.
class StdioRelay {
 public:
  StdioRelay(http::Hijacked attached, bool stdin_too);
  void run();

 private:
  bool take_output();
  void take_input();
  void send_pending();

  http::Hijacked attached_;
  client::FrameReader frames_;
  bool reads_stdin_;
  std::string pending_;  // typed, not yet sent
};

}  // namespace glassdock::headless
