#include "engine/api/progress_stream.h"

#include <nlohmann/json.hpp>
#include <pthread.h>

#include <algorithm>

#include "engine/api/answers.h"

namespace glassdock::api {

using nlohmann::json;

namespace {

json progress_line(const daemon::PullProgress& progress) {
  json line = {{"status", progress.status}};
  if (!progress.id.empty()) line["id"] = progress.id;
  line["progressDetail"] = json::object();
  if (progress.total > 0) line["progressDetail"] = {{"current", progress.current}, {"total", progress.total}};
  return line;
}

}  // namespace

void ProgressStream::queue(std::deque<daemon::PullProgress>& waiting, const daemon::PullProgress& next) {
  auto same = std::find_if(waiting.rbegin(), waiting.rend(), [&](const auto& older) { return older.id == next.id; });
  if (!next.id.empty() && same != waiting.rend() && same->total > 0 && same->status == next.status) {
    *same = next;
  } else {
    waiting.push_back(next);
  }
}

void ProgressStream::say(const daemon::PullProgress& progress) {
  std::lock_guard lock(mutex_);
  if (fault_) std::rethrow_exception(fault_);
  queue(waiting_, progress);
  if (!sender_.joinable()) sender_ = std::thread([this] { send_all(); });
  begun_ = true;
  changed_.notify_one();
}

bool ProgressStream::finish() noexcept {
  {
    std::lock_guard lock(mutex_);
    finishing_ = true;
    changed_.notify_one();
  }
  if (sender_.joinable()) sender_.join();
  return begun_;
}

void ProgressStream::send_all() noexcept {
  ::pthread_setname_np(::pthread_self(), "progress");
  std::unique_lock lock(mutex_);
  try {
    lock.unlock();
    answer_.start(200, {{"Content-Type", "application/json"}});
    lock.lock();
    for (;;) {
      changed_.wait(lock, [&] { return !waiting_.empty() || finishing_; });
      if (waiting_.empty()) return;
      std::deque<daemon::PullProgress> now = std::move(waiting_);
      waiting_.clear();
      lock.unlock();
      for (const daemon::PullProgress& progress : now) answer_.write(to_text(progress_line(progress)));
      lock.lock();
    }
  } catch (...) {
    if (!lock.owns_lock()) lock.lock();
    fault_ = std::current_exception();
  }
}

}  // namespace glassdock::api
