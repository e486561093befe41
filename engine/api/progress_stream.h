#pragma once

#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <thread>

#include "engine/daemon/image_service.h"
#include "engine/http/message.h"

namespace glassdock::api {

// A pull's progress to its client, in a thread of its own: a client that does not read, a stopped one for instance,
// keeps no download from going on, for which others may wait. What it has not taken is kept short: of a layer's bar
// only the last state.
class ProgressStream {
 public:
  explicit ProgressStream(http::ResponseWriter& answer) : answer_(answer) {}
  ~ProgressStream() { finish(); }
  ProgressStream(const ProgressStream&) = delete;
  ProgressStream& operator=(const ProgressStream&) = delete;

  // Any thread; does not wait. Throws what the sending threw: the client has gone.
  void say(const daemon::PullProgress& progress);
  // Sends what is left, and waits for it. The answer has begun where anything was said: true.
  bool finish() noexcept;

  // `next` behind those that wait, or in the place of one that it makes out of date.
  static void queue(std::deque<daemon::PullProgress>& waiting, const daemon::PullProgress& next);

 private:
  void send_all() noexcept;

  http::ResponseWriter& answer_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<daemon::PullProgress> waiting_;
  bool finishing_ = false;
  std::exception_ptr fault_;
  bool begun_ = false;
  std::thread sender_;
};

}  // namespace glassdock::api
