#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/unique_fd.h"

namespace glassdock::daemon {

struct Container;

// One line of docker's own event stream (Docker Engine API, SystemEvents). It is coarser than the trace and is kept
// whoever watches, since a client may ask for what has happened before it came.
struct EngineEvent {
  std::string type;    // "container", "image", "network", "builder"
  std::string action;  // "start"
  std::string id;      // of what it happened to; empty for a prune
  std::map<std::string, std::string> attributes;
  std::int64_t time_ns = 0;  // CLOCK_REALTIME
};

// The last events, and those who wait for more. Any thread; a lock of its own, behind all others.
class EventLog {
 public:
  using Attributes = std::map<std::string, std::string>;
  static constexpr std::size_t most_events = 256;             // as many as docker keeps (moby daemon/events)
  static constexpr std::size_t most_bytes = 4 * 1024 * 1024;  // of their texts: labels may be long

  // With docker's attributes: image, name and labels of the container, and `more`. The containers' lock is held by the
  // caller.
  void tell_locked(const Container& container, std::string_view action, Attributes more = {});
  void tell(std::string_view type, std::string_view action, std::string_view id, Attributes attributes = {});

  // One who reads on from where it began. A reader that is slower than most_events misses some, as with docker.
  class Reader {
   public:
    // Of the kept events those of `since_ns` and later come first; INT64_MAX: only what is to come.
    Reader(EventLog& log, std::int64_t since_ns);
    ~Reader();
    Reader(const Reader&) = delete;
    Reader& operator=(const Reader&) = delete;
    // What came since the last call.
    std::vector<EngineEvent> take();
    // Readable when there may be more.
    int bell() const noexcept { return bell_.get(); }

   private:
    EventLog& log_;
    UniqueFd bell_;
    std::uint64_t next_ = 0;  // number of the event that it has not had
    friend class EventLog;
  };

  // Nobody waits for more any longer: their bells ring, and over() is true.
  void end();
  bool over() const;

 private:
  mutable std::mutex mutex_;
  std::deque<EngineEvent> events_;
  std::size_t bytes_ = 0;    // of their texts
  std::uint64_t first_ = 0;  // number of the oldest that is kept
  std::vector<const Reader*> readers_;
  bool over_ = false;
};

}  // namespace glassdock::daemon
