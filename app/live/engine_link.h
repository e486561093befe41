// live: the engine's events and gates, from threads of their own: whoever draws never waits for the engine.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "app/live/call.h"
#include "app/live/queue.h"
#include "engine/client/glass.h"
#include "engine/client/place.h"

namespace glassdock::live {

struct RunOpened {
  std::uint64_t ticket = 0;  // of open_run
  std::string id;            // empty: it could not be opened, `fault` says why
  std::string fault;
  std::uint64_t span = 0;  // under which its events stand
};
// A run that kept what it was told is finished: all of that.
struct RunTold {
  std::string id;
  std::vector<trace::Event> events;
};
// A container as the engine has it just now.
struct Looked {
  std::string container;
  client::ContainerLook look;
};
enum class Connection : std::uint8_t { starting, there, gone };

// What has come since it was last taken.
struct News {
  std::vector<trace::Event> events;
  std::optional<Connection> connection;  // as it is now, where it changed
  std::vector<RunOpened> runs;
  std::vector<RunTold> told;
  std::optional<Looked> looked;  // the last
  std::string fault;             // the last that an order met; empty: none
  bool more = false;             // more events wait
};

// The connection to one engine, which is started where none runs. Events wait in a bounded queue; while it is full
// nothing is read, and the engine tells how many it had to leave out. When the engine goes away it is looked for each
// half second. All functions are called by one thread and return at once; the destructor breaks off what is asked of
// the engine just then, which may be stopped or stuck. It waits only for an engine that is being started (spawn.h).
class EngineLink {
 public:
  // `wake` is called from other threads whenever there is news.
  EngineLink(client::Place place, bool evidence, std::function<void()> wake);
  ~EngineLink();
  EngineLink(const EngineLink&) = delete;
  EngineLink& operator=(const EngineLink&) = delete;

  News take();

  // Opens a run that stops where `holds` say; News tells its id and span. Its gates open when it ends or the link does.
  // Starts an engine where none runs.
  // `any_client`: it has no command of its own, it holds those of clients that open none. `keeps`: News has all that
  // was told of it once it is finished.
  std::uint64_t open_run(client::RunMode mode, std::vector<std::string> holds, bool any_client = false,
                         bool keeps = false);
  // What the run does from now on; `held`, if not 0, goes on.
  void proceed(std::string run, client::RunMode mode, std::vector<std::string> holds, std::uint64_t held);
  void cancel(std::string run);
  // What it takes and prints: News has it. Asked again before that it is done once.
  void look(std::string container);
  // Nothing more will be asked of it.
  void finish(std::string run);

 private:
  // The stream of a run, which owns its gates, and the thread that empties it.
  class Owner;
  using Order = std::function<void()>;

  void read_events();
  bool read_stream();
  void carry_out();
  void order(Order order);
  void tell(Connection connection);
  // As client::ensure_engine, but not for longer than the link.
  bool ensure_engine();
  // False when the link ends meanwhile.
  bool wait_a_moment();
  // Until the stream of a running engine is read: what a run does must not be missed. Not for ever.
  void wait_for_stream(bool engine_is_new, std::uint64_t streams_before);

  const client::Place place_;
  const bool evidence_;
  const std::function<void()> wake_;
  EventQueue events_;

  std::mutex mutex_;
  std::condition_variable changed_;
  bool ends_ = false;
  std::optional<Connection> connection_;
  std::vector<RunOpened> runs_;
  std::vector<RunTold> told_;
  std::optional<Looked> looked_;
  bool looks_ = false;
  std::string fault_;
  std::deque<Order> orders_;
  Owner* finishing_ = nullptr;  // whose stream is read to its end
  bool reads_ = false;          // the stream of everything
  std::uint64_t streams_ = 0;   // so many were opened
  bool hurry_ = false;          // somebody waits for the next one
  std::uint64_t tickets_ = 0;
  std::uint64_t last_sequence_ = 0;  // of the thread that reads

  std::vector<std::unique_ptr<Owner>> owners_;  // of the thread that carries out
  Call reading_, ordering_;
  std::thread reader_, worker_;
};

}  // namespace glassdock::live
