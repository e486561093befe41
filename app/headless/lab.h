#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "app/lessons/condition.h"
#include "app/lessons/player.h"
#include "app/scenarios/draft.h"
#include "app/terminal/shell.h"
#include "engine/client/engine.h"
#include "engine/client/glass.h"
#include "engine/client/place.h"

namespace glassdock::headless {

// Whose containers are worked with.
enum class LabKind {
  own,     // an engine for this alone: all of its containers are the lab's
  shared,  // the user's own: only those with the label of what is played
};

// What is played in a lab.
struct Played {
  std::string id;
  std::vector<std::string> images;  // that are in the local cache at its start
  std::string images_at = {};       // where its file names them, for errors: "FILE:LINE:COLUMN"; empty: nowhere
};

// Where a lesson or a scenario is played: an engine, a shell whose `docker` speaks to it, and what must be there at a
// step's start.
// One thread.
class Lab {
 public:
  // Starts the engine at `place` where none runs. `folder` is where lines begin: the lab's alone, and emptied by each
  // reset. Throws Error.
  Lab(client::Place place, LabKind kind, Played played, std::filesystem::path folder);

  // A gate of the run is held, until it returns.
  using AtGate = std::function<void(const trace::Event& event, const client::Held& held)>;
  struct Showing {
    bool output = true;  // print what the command prints, and let the keyboard reach it
    AtGate at_gate = {};
    std::vector<std::string> inside = {};  // typed into the line's command, each once it is quiet; Ctrl-D behind them
    std::chrono::seconds limit{0};         // the line is killed when it runs longer; 0: never
  };
  // Runs the line as a run of its own, held at `gates`, and adds what it printed and the engine told to `observed`.
  // Returns once all of that is known. Throws Error(cancelled) at the limit.
  void run(const std::string& line, const std::vector<std::string>& gates, const Showing& showing,
           lessons::Observed& observed);
  // A line that belongs to no run: a look around while a run is held.
  void look(const std::string& line);

  // The lab as it is at the start of `what`: without containers but for what `lines` make. Throws Error where one of
  // them fails.
  void reset(std::string_view what, const std::vector<std::string>& lines, std::chrono::seconds limit = {});
  // The lines of that alone.
  void make(std::string_view what, const std::vector<std::string>& lines, std::chrono::seconds limit);
  void remove_containers();
  // The engine's glass API, for this call.
  client::Glass glass();
  // What the engine has now.
  scenarios::Standing standing();
  // The engine's answer to GET /info.
  std::string info();

  // As it is from now on, for this call.
  lessons::LiveWorld world();
  // With `looks`: by what is kept there, and what is not is looked at and kept.
  lessons::Judgement judge(const lessons::Conditions& conditions, const lessons::Observed& observed,
                           lessons::Looks* looks = nullptr);
  lessons::Verdict judge_step(const lessons::Step& step, const lessons::Observed& observed);

 private:
  class Watched;
  int carry_out(terminal::Shell& shell, const std::string& line, bool show, Watched* watched, const Showing& showing,
                std::string& output);
  void make_shells();
  // An engine that nobody asks for a while ends, and learners think longer.
  void reach();

  client::Place place_;
  LabKind kind_;
  Played played_;
  lessons::Scope scope_;
  client::Engine engine_;
  std::filesystem::path folder_;
  terminal::Shell shell_, looks_;
};

}  // namespace glassdock::headless
