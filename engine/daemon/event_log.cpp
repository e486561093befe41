#include "engine/daemon/event_log.h"

#include <sys/eventfd.h>

#include <algorithm>
#include <cerrno>

#include "engine/base/error.h"
#include "engine/daemon/containers.h"

namespace glassdock::daemon {

namespace {

std::size_t bytes_of(const EngineEvent& event) {
  std::size_t bytes = event.type.size() + event.action.size() + event.id.size();
  for (const auto& [name, value] : event.attributes) bytes += name.size() + value.size();
  return bytes;
}

}  // namespace

void EventLog::tell_locked(const Container& container, std::string_view action, Attributes more) {
  Attributes attributes = container.config.labels;
  attributes.merge(more);
  attributes["image"] = container.config.image;
  attributes["name"] = container.name;
  tell("container", action, container.id, std::move(attributes));
}

void EventLog::tell(std::string_view type, std::string_view action, std::string_view id, Attributes attributes) {
  std::lock_guard lock(mutex_);
  events_.push_back({std::string(type), std::string(action), std::string(id), std::move(attributes), realtime_ns()});
  bytes_ += bytes_of(events_.back());
  while (events_.size() > most_events || (bytes_ > most_bytes && events_.size() > 1)) {
    bytes_ -= bytes_of(events_.front());
    events_.pop_front();
    ++first_;
  }
  for (const Reader* reader : readers_) ::eventfd_write(reader->bell_.get(), 1);
}

void EventLog::end() {
  std::lock_guard lock(mutex_);
  over_ = true;
  for (const Reader* reader : readers_) ::eventfd_write(reader->bell_.get(), 1);
}

bool EventLog::over() const {
  std::lock_guard lock(mutex_);
  return over_;
}

EventLog::Reader::Reader(EventLog& log, std::int64_t since_ns)
    : log_(log), bell_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (!bell_) throw Error::from_errno(errno, "eventfd", "for a reader of events");
  std::lock_guard lock(log_.mutex_);
  const auto& events = log_.events_;
  const auto from =
      std::find_if(events.begin(), events.end(), [&](const EngineEvent& event) { return event.time_ns >= since_ns; });
  next_ = log_.first_ + static_cast<std::uint64_t>(from - events.begin());
  log_.readers_.push_back(this);
}

EventLog::Reader::~Reader() {
  std::lock_guard lock(log_.mutex_);
  std::erase(log_.readers_, this);
}

std::vector<EngineEvent> EventLog::Reader::take() {
  eventfd_t rung = 0;
  ::eventfd_read(bell_.get(), &rung);
  std::lock_guard lock(log_.mutex_);
  next_ = std::max(next_, log_.first_);
  std::vector<EngineEvent> news(log_.events_.begin() + static_cast<std::ptrdiff_t>(next_ - log_.first_),
                                log_.events_.end());
  next_ += news.size();
  return news;
}

}  // namespace glassdock::daemon
