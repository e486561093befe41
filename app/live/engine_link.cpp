#include "app/live/engine_link.h"

#include <pthread.h>

#include <algorithm>
#include <chrono>
#include <utility>
#include <variant>

#include "engine/base/error.h"
#include "engine/client/spawn.h"
#include "engine/trace/tracer.h"

namespace glassdock::live {

class EngineLink::Owner {
 public:
  Owner(client::GlassStream stream, bool keeps)
      : stream_(std::move(stream)), keeps_(keeps), thread_([this] { empty(); }) {}
  ~Owner() {
    break_off();
    if (thread_.joinable()) thread_.join();
  }
  Owner(const Owner&) = delete;
  Owner& operator=(const Owner&) = delete;
  const client::GlassStream& stream() const { return stream_; }
  const std::string& run() const { return stream_.run(); }
  bool keeps() const { return keeps_; }
  // Its gates open. Any thread.
  void break_off() { stream_.shut_down(); }
  // The run is finished or broken off, so its stream ends: all that was told of it.
  std::vector<trace::Event> take_told() {
    thread_.join();
    return std::move(events_);
  }

 private:
  // What it tells comes by the stream of everything; left unread it would stand in the engine's way.
  void empty() {
    ::pthread_setname_np(::pthread_self(), "run");
    try {
      bool live = false;
      while (auto line = stream_.next()) {
        if (std::holds_alternative<client::BaselineEnd>(*line)) live = true;
        auto* event = std::get_if<trace::Event>(&*line);
        if (keeps_ && live && event) events_.push_back(std::move(*event));
      }
    } catch (const Error&) {
      // The engine died; the stream of everything tells so.
    }
  }

  client::GlassStream stream_;
  const bool keeps_;
  std::vector<trace::Event> events_;  // of the thread, until that has ended
  std::thread thread_;
};

EngineLink::EngineLink(client::Place place, bool evidence, std::function<void()> wake)
    : place_(std::move(place)), evidence_(evidence), wake_(std::move(wake)) {
  reader_ = std::thread([this] { read_events(); });
  worker_ = std::thread([this] { carry_out(); });
}

EngineLink::~EngineLink() {
  events_.close();
  {
    std::lock_guard lock(mutex_);
    ends_ = true;
    if (finishing_) finishing_->break_off();
  }
  reading_.break_off();
  ordering_.break_off();
  changed_.notify_all();
  reader_.join();
  worker_.join();
}

News EngineLink::take() {
  // In the time that a frame can spare.
  constexpr std::size_t most = 4000;
  News news;
  news.events = events_.take(most, news.more);
  std::lock_guard lock(mutex_);
  news.connection = std::exchange(connection_, std::nullopt);
  news.runs = std::exchange(runs_, {});
  news.told = std::exchange(told_, {});
  news.looked = std::exchange(looked_, std::nullopt);
  news.fault = std::exchange(fault_, {});
  return news;
}

void EngineLink::tell(Connection connection) {
  {
    std::lock_guard lock(mutex_);
    connection_ = connection;
  }
  wake_();
}

bool EngineLink::ensure_engine() {
  return client::ensure_engine(place_, client::find_engine_program(), [this] {
    std::lock_guard lock(mutex_);
    return ends_;
  });
}

bool EngineLink::wait_a_moment() {
  constexpr std::chrono::milliseconds moment(500);
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, moment, [&] { return ends_ || hurry_; });
  hurry_ = false;
  return !ends_;
}

void EngineLink::wait_for_stream(bool engine_is_new, std::uint64_t streams_before) {
  constexpr std::chrono::seconds patience(5);
  std::unique_lock lock(mutex_);
  hurry_ = true;
  changed_.notify_all();
  changed_.wait_for(lock, patience, [&] { return ends_ || (reads_ && (!engine_is_new || streams_ > streams_before)); });
  hurry_ = false;
}

void EngineLink::read_events() {
  ::pthread_setname_np(::pthread_self(), "events");
  tell(Connection::starting);
  try {
    ensure_engine();
  } catch (const Error& error) {
    std::lock_guard lock(mutex_);
    fault_ = error.what();
  }
  for (bool told_gone = false;;) {
    try {
      if (client::engine_answers(place_.socket)) {
        told_gone = false;
        if (!read_stream()) return;
        trace::Event end;
        end.stage = trace::Stage::lifecycle;
        end.actor = trace::Actor::client;
        end.name = "trace.ended";
        end.sequence = last_sequence_ + 1;
        end.time_ns = trace::monotonic_ns();
        events_.put(std::move(end));
      }
    } catch (const Error&) {
      // It is gone, or is somebody else's: told below.
    }
    if (!std::exchange(told_gone, true)) tell(Connection::gone);
    if (!wait_a_moment()) return;
  }
}

// False when the link ends.
bool EngineLink::read_stream() {
  client::GlassStream stream = reading_.glass(place_.socket).events(evidence_);
  {
    std::lock_guard lock(mutex_);
    reads_ = true;
    ++streams_;
  }
  changed_.notify_all();
  tell(Connection::there);
  try {
    while (auto line = stream.next()) {
      if (auto* event = std::get_if<trace::Event>(&*line)) {
        last_sequence_ = event->sequence;
        if (!events_.put(std::move(*event))) break;
        wake_();
      }
    }
  } catch (const Error&) {
    // The engine died.
  }
  reading_.done();
  std::lock_guard lock(mutex_);
  reads_ = false;
  return !ends_;
}

void EngineLink::order(Order order) {
  {
    std::lock_guard lock(mutex_);
    orders_.push_back(std::move(order));
  }
  changed_.notify_all();
}

void EngineLink::carry_out() {
  ::pthread_setname_np(::pthread_self(), "orders");
  for (;;) {
    Order next;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [&] { return ends_ || !orders_.empty(); });
      if (ends_) break;
      next = std::move(orders_.front());
      orders_.pop_front();
    }
    try {
      next();
    } catch (const Error& error) {
      // What was held may have gone on by itself: the events tell what came of it.
      std::lock_guard lock(mutex_);
      if (error.kind() != ErrorKind::not_found) fault_ = error.what();
    }
    ordering_.done();
    wake_();
  }
  owners_.clear();  // all gates open
}

std::uint64_t EngineLink::open_run(client::RunMode mode, std::vector<std::string> holds, bool any_client, bool keeps) {
  const std::uint64_t ticket = ++tickets_;
  order([this, ticket, mode, holds = std::move(holds), any_client, keeps] {
    RunOpened opened{.ticket = ticket, .id = {}, .fault = {}};
    try {
      std::uint64_t streams_before = 0;
      {
        std::lock_guard lock(mutex_);
        streams_before = streams_;
      }
      const bool engine_is_new = ensure_engine();
      wait_for_stream(engine_is_new, streams_before);
      client::RunOptions options;
      options.mode = mode;
      options.holds = holds;
      options.any_client = any_client;
      owners_.push_back(std::make_unique<Owner>(ordering_.glass(place_.socket).open_run(options), keeps));
      opened.span = owners_.back()->stream().span();
      if (opened.span == 0) {
        owners_.pop_back();
        throw Error(ErrorKind::not_supported, "the engine that runs is older than this studio",
                    "glassdock engine stop ends it, and the next command starts another");
      }
      opened.id = owners_.back()->run();
    } catch (const Error& error) {
      opened.fault = error.what();
    }
    std::lock_guard lock(mutex_);
    runs_.push_back(std::move(opened));
  });
  return ticket;
}

void EngineLink::proceed(std::string run, client::RunMode mode, std::vector<std::string> holds, std::uint64_t held) {
  order([this, run = std::move(run), mode, holds = std::move(holds), held] {
    client::Glass glass = ordering_.glass(place_.socket);
    glass.set_mode(run, mode, holds);
    if (held != 0) glass.release(run, held);
  });
}

void EngineLink::cancel(std::string run) {
  order([this, run = std::move(run)] { ordering_.glass(place_.socket).cancel(run); });
}

void EngineLink::look(std::string container) {
  {
    std::lock_guard lock(mutex_);
    if (std::exchange(looks_, true)) return;
  }
  order([this, container = std::move(container)] {
    constexpr int lines = 20;
    std::optional<Looked> looked;
    try {
      looked = Looked{container, ordering_.glass(place_.socket).look(container, lines)};
    } catch (const Error&) {
      // It has been removed, or the engine is gone: the events tell so.
    }
    {
      std::lock_guard lock(mutex_);
      looks_ = false;
      if (looked) looked_ = std::move(looked);
    }
    wake_();
  });
}

void EngineLink::finish(std::string run) {
  order([this, run = std::move(run)] {
    const auto is_its = [&](const std::unique_ptr<Owner>& owner) { return owner->run() == run; };
    const auto found = std::find_if(owners_.begin(), owners_.end(), is_its);
    Owner* const owner = found == owners_.end() ? nullptr : found->get();
    bool finished = true;
    try {
      ordering_.glass(place_.socket).finish(run);
    } catch (const Error&) {
      finished = false;  // the engine is gone, and the run with it; or it did not answer before the link's end
    }
    if (owner && owner->keeps()) {
      {
        std::lock_guard lock(mutex_);
        if (!finished || ends_) owner->break_off();
        finishing_ = owner;
      }
      RunTold told{run, owner->take_told()};
      std::lock_guard lock(mutex_);
      finishing_ = nullptr;
      told_.push_back(std::move(told));
    }
    std::erase_if(owners_, is_its);
  });
}

}  // namespace glassdock::live
