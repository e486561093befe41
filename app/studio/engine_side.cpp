#include "app/studio/engine_side.h"

#include <algorithm>
#include <filesystem>
#include <utility>
#include <vector>

#include "app/window/window.h"
#include "engine/base/error.h"
#include "engine/client/vm_race.h"
#include "engine/os/find_program.h"
#include "engine/trace/tracer.h"

namespace glassdock::studio {
namespace {

namespace fs = std::filesystem;

constexpr char interrupt_byte = '\x03';  // VINTR (termios(3))
constexpr int exit_not_started = 127;    // as of a command that a shell does not find

}  // namespace

EngineSide::EngineSide(session::Session& session, const client::Place& place, bool evidence, const fs::path& folder)
    : session_(session),
      socket_(place.socket),
      link_(place, evidence, window::Window::wake),
      shell_(terminal::Programs::beside(os::program_folder()), folder) {
  begin_in(folder);
}

void EngineSide::begin_in(const fs::path& folder) {
  shell_ = terminal::Shell(terminal::Programs::beside(os::program_folder()), folder);
  shell_.set_variable("GLASSDOCK_SOCKET", socket_.native());  // for `docker` and `glassdock` alike
  session_.set_folder(shell_.folder());
  session_.set_can_race(client::has_qemu() && client::has_guest_kernel());
}

bool EngineSide::take_news() {
  live::News news = link_.take();
  bool any = !news.events.empty() || news.connection || !news.runs.empty() || !news.told.empty() || !news.fault.empty();
  // What held others went with the engine, or with the stream: another engine may be there by now.
  const bool ended = std::any_of(news.events.begin(), news.events.end(),
                                 [](const trace::Event& event) { return event.name == "trace.ended"; });
  if (ended) let_others_go();
  session_.take(std::move(news.events));
  if (news.connection) set_connection(*news.connection);
  for (const live::RunOpened& run : news.runs) start(run);
  for (live::RunTold& run : news.told) session_.play_told(exit_code_, std::move(run.events));
  if (news.looked) {
    session_.take_look(news.looked->container, std::move(news.looked->look));
    any = true;
  }
  if (!news.fault.empty()) session_.set_notice(news.fault);
  if (news.more) window::Window::wake();
  return take_from_command() || any;
}

void EngineSide::carry_out(const session::StartCommand& wish) {
  if (const auto words = terminal::Shell::explanation(wish.line, session_.settings().language)) {
    session_.take_output(*words + "\r\n", trace::monotonic_ns());
    session_.play_line_dropped();
    session_.command_ended();
    return;
  }
  of_play_ = wish.of_play;
  waiting_line_ = wish.line;
  waiting_input_.clear();
  waiting_holds_.reset();
  ticket_ = link_.open_run(wish.mode, wish.holds, false, wish.of_play);
}

void EngineSide::carry_out(const session::Proceed& wish) {
  const std::string& run = wish.of_others ? others_ : run_;
  if (!run.empty()) link_.proceed(run, wish.mode, wish.holds, wish.held);
}

void EngineSide::carry_out(const session::SetHolds& wish) {
  if (!run_.empty()) return link_.proceed(run_, wish.mode, wish.holds, 0);
  if (ticket_ != 0) waiting_holds_ = wish;  // changed before the run is open
}

void EngineSide::carry_out(const session::HoldOthers& wish) {
  if (!wish.on) {
    let_others_go();
  } else if (!others_.empty()) {
    link_.proceed(others_, client::RunMode::hold, wish.holds, 0);
  } else if (others_ticket_ == 0) {
    others_ticket_ = link_.open_run(client::RunMode::hold, wish.holds, true);
  }
}

void EngineSide::carry_out(const session::GiveUp&) {
  if (!run_.empty()) link_.cancel(run_);
}

void EngineSide::carry_out(const session::SendInput& wish) {
  if (command_) return wish.answers ? command_->answer(wish.bytes) : command_->send(wish.bytes);
  if (ticket_ == 0) return;
  // The run is not open yet; while an engine starts that takes seconds. What a terminal does meanwhile is done here.
  if (wish.bytes.find(interrupt_byte) == std::string::npos) {
    waiting_input_ += wish.bytes;
    return;
  }
  session_.take_output("^C\r\n", trace::monotonic_ns());
  drop_line();
}

void EngineSide::carry_out(const session::ResizeTerminal& wish) {
  size_ = wish.size;
  if (command_) command_->resize(size_);
}

void EngineSide::set_connection(live::Connection connection) {
  using scene::EngineState;
  session_.set_engine(connection == live::Connection::there      ? EngineState::there
                      : connection == live::Connection::starting ? EngineState::starting
                                                                 : EngineState::gone);
}

// The session wishes again for the gates that it has by now: they may have changed meanwhile.
void EngineSide::hold_others(const live::RunOpened& run) {
  others_ticket_ = 0;
  others_ = run.id;
  session_.set_others(run.span);
  if (run.id.empty()) session_.set_notice(run.fault);
}

void EngineSide::let_others_go() {
  others_ticket_ = 0;
  if (!others_.empty()) link_.finish(std::exchange(others_, {}));
}

void EngineSide::start(const live::RunOpened& run) {
  if (run.ticket == others_ticket_) return hold_others(run);
  if (run.ticket != ticket_) {
    if (!run.id.empty()) link_.finish(run.id);  // of a line that was dropped meanwhile
    return;
  }
  if (run.id.empty()) {
    session_.take_output(run.fault + "\r\n", trace::monotonic_ns());
    return drop_line();
  }
  ticket_ = 0;
  run_ = run.id;
  if (const auto holds = std::exchange(waiting_holds_, std::nullopt)) carry_out(*holds);
  session_.set_run(run.span);
  session_.name_run(run.span, waiting_line_);
  shell_.set_variable("GLASSDOCK_RUN", run_);
  try {
    command_.emplace(shell_.launch(waiting_line_, size_), window::Window::wake);
  } catch (const Error& error) {
    session_.take_output(std::string(error.what()) + "\r\n", trace::monotonic_ns());
    exit_code_ = exit_not_started;
    return end_run();
  }
  if (!waiting_input_.empty()) command_->send(std::exchange(waiting_input_, {}));
}

void EngineSide::drop_line() {
  ticket_ = 0;
  if (of_play_) session_.play_line_dropped();
  session_.command_ended();
}

bool EngineSide::take_from_command() {
  if (!command_) return false;
  const std::vector<live::Printed> printed = command_->take_output();
  for (const live::Printed& one : printed) session_.take_output(one.bytes, one.time_ns);
  const bool asks = command_->asks_for_input();
  if (asks) session_.command_asks();
  const std::optional<terminal::Exit> exit = command_->ended();
  if (!exit) return asks || !printed.empty();
  exit_code_ = exit->code;
  command_.reset();
  shell_.finished();
  session_.set_folder(shell_.folder());
  end_run();
  return true;
}

void EngineSide::end_run() {
  link_.finish(std::exchange(run_, {}));
  session_.set_run(0);
  session_.command_ended(exit_code_);
}

}  // namespace glassdock::studio
