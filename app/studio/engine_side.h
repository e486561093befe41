#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "app/live/command.h"
#include "app/live/engine_link.h"
#include "app/session/session.h"
#include "app/terminal/shell.h"
#include "engine/client/place.h"

namespace glassdock::studio {

// The engine's side of a session: its events, the runs that the terminal's lines are, the process of the line, the run
// that holds other clients. One thread. Functions return at once.
class EngineSide {
 public:
  // `session` must outlive it. Lines begin in `folder`.
  EngineSide(session::Session& session, const client::Place& place, bool evidence, const std::filesystem::path& folder);

  // What has come; true where anything has.
  bool take_news();
  void look(const std::string& container) { link_.look(container); }

  // What lines have set is forgotten, and they begin there again.
  void begin_in(const std::filesystem::path& folder);

  void carry_out(const session::StartCommand& wish);
  void carry_out(const session::Proceed& wish);
  void carry_out(const session::SetHolds& wish);
  void carry_out(const session::HoldOthers& wish);
  void carry_out(const session::GiveUp& wish);
  void carry_out(const session::SendInput& wish);
  void carry_out(const session::ResizeTerminal& wish);

 private:
  void set_connection(live::Connection connection);
  void start(const live::RunOpened& run);
  void hold_others(const live::RunOpened& run);
  void let_others_go();
  // Before its run is open: it is not started.
  void drop_line();
  bool take_from_command();
  void end_run();

  session::Session& session_;
  const std::filesystem::path socket_;
  live::EngineLink link_;
  terminal::Shell shell_;
  terminal::Size size_;
  std::string waiting_line_, waiting_input_, run_;
  std::optional<session::SetHolds> waiting_holds_;
  bool of_play_ = false;             // the line: what comes of it is kept
  int exit_code_ = 0;                // of that line
  std::uint64_t ticket_ = 0;         // of the run that is being opened; 0: none is
  std::string others_;               // the run that holds the commands of other clients; empty: none does
  std::uint64_t others_ticket_ = 0;  // of that, while it is being opened
  // Ends before the link: what is held loses its terminal while it is held, and goes on without it. Once let go it
  // would take the SIGHUP as one for its container (app/headless/run_command.cpp).
  std::optional<live::Command> command_;
};

}  // namespace glassdock::studio
