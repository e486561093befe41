// session: what the studio shows and what its user does, without a window, a thread or an engine: events and commands
// go in, a view to build the scene from and wishes to carry out come out.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "app/player/player.h"
#include "app/scene/strings.h"
#include "app/scene/timeline.h"
#include "app/scene/view.h"
#include "app/session/commands.h"
#include "app/session/comparison.h"
#include "app/session/lesson_play.h"
#include "app/session/scenario_play.h"
#include "app/session/settings.h"
#include "app/session/typed_lines.h"
#include "app/session/wishes.h"
#include "app/terminal/command_line.h"
#include "app/terminal/output.h"
#include "engine/client/glass.h"

namespace glassdock::session {

// A line of the list of lessons, or of scenarios.
struct PickRow {
  Command chosen;
  lessons::Words title, goal;
  lessons::Words standing;  // how far one is with it, or what it is about
  int number = 0;           // of a lesson
  int minutes = 0;
};

// A line of the list of recordings that came with the program.
struct RecordingRow {
  std::string file, name;
  std::string day, host, accelerator;  // when, where, and with what for a processor; as they were recorded
};

// What stands typed at the very first start.
inline constexpr std::string_view first_command = "docker run hello-world";

// One thread.
class Session : private terminal::CompletionSource {
 public:
  // Of an engine: begins empty and grows by take(). `lines` must outlive it.
  Session(const Settings& settings, terminal::LineHistory& lines);
  // Of a recording.
  Session(model::History recording, const Settings& settings, terminal::LineHistory& lines);

  // Of two recordings, side by side; `titles`: what they are called on screen.
  Session(model::History first, model::History second, std::array<std::string, 2> titles, const Settings& settings,
          terminal::LineHistory& lines);

  // What the engine told.
  void take(std::vector<trace::Event> events);
  void set_engine(scene::EngineState state);
  // QEMU and a kernel for a guest are here.
  void set_can_race(bool can) { can_race_ = can; }
  // The recording was opened in a studio with an engine: to go back to now is to go back there.
  void set_leads_back(bool leads) { leads_back_ = leads; }
  // What the command printed, and when (CLOCK_MONOTONIC, as events have it); and its end.
  void take_output(std::string_view bytes, std::int64_t time_ns);
  // `exit_code`: of its shell; nothing where it could not be started.
  void command_ended(std::optional<int> exit_code = std::nullopt);
  // The command that runs waits for what is typed: the keys go back to the terminal, unless the picture was used since.
  void command_asks();
  // Where the command line stands, for file names.
  void set_folder(std::filesystem::path folder) { folder_ = std::move(folder); }
  // A line that stands in the band until the next command.
  void set_notice(std::string notice);
  // What stands there: what was typed last and went nowhere is answered first.
  std::string notice() const;
  void set_machine(std::string machine, std::string kernel);

  // A lesson or a scenario is played from now on, on an engine that is for it alone.
  void begin_lesson(lessons::Lesson lesson, lessons::Progress progress, const std::string& from);
  void begin_scenario(scenarios::Scenario scenario);
  // What its wishes came to.
  void lab_is_ready();                                   // of a lesson
  void lab_is_ready(std::vector<std::string> left_out);  // of a scenario (scenarios::left_out_here)
  void lab_failed(std::string fault);
  void play_told(int exit_code, std::vector<trace::Event> events);
  void play_line_dropped();  // the command could not be started
  void take_verdict(lessons::Verdict verdict);
  void take_verdict(scenarios::Verdict verdict);
  void take_gate_judgement(std::vector<lessons::Fault> faults);
  const LessonPlay* lesson() const { return lesson_; }
  const ScenarioPlay* scenario() const { return scenario_; }
  // What a presenter sees in a window of their own.
  scene::Scene build_notes(const scene::Viewport& viewport, const scene::TextMeasure& measure, int first_row) const;
  // Lessons or scenarios that one can choose from.
  void set_choices(std::vector<PickRow> rows) { choices_ = std::move(rows); }
  const std::vector<PickRow>& choices() const { return choices_; }
  void set_recordings(std::vector<RecordingRow> rows) { recordings_ = std::move(rows); }
  const std::vector<RecordingRow>& recordings() const { return recordings_; }

  void execute(const Command& command);
  // False where the chord means nothing here. Keys of letters that are text come by type() as well. `repeats`: the key
  // is still held down, and begins nothing new: no command, no step of what is played.
  bool press(Chord chord, bool repeats = false);
  void type(std::string_view text);
  // The container whose gauges and log are to be asked for once a second; empty: none is looked at.
  std::string looked_at() const;
  void take_look(const std::string& container, client::ContainerLook look);
  // What was copied elsewhere: for the terminal alone.
  void paste(std::string_view text);
  // `fraction`: how far along the place's width.
  void click(const scene::Place& place, double fraction);
  void hover(const scene::Place* place);
  void show_tip(bool shown);
  // The wheel over a place: `notches` up are positive.
  void scroll(const scene::Place& place, double notches);

  // `elapsed_ns` of the wall clock went by; it is `now_ns` (CLOCK_MONOTONIC).
  void advance(std::int64_t elapsed_ns, std::int64_t now_ns);
  // Whether time alone changes what is shown.
  bool animates() const { return animates_; }

  // Live: a command runs or a gate holds, and the timeline tells for how many seconds nothing else has happened.
  bool counts_seconds() const;
  bool shows_containers() const;
  // The run of the command that was started last: the span of its events; 0: none that can be held.
  void set_run(std::uint64_t span) { run_ = span; }
  // Its line, under which the picture and a scenario have it.
  void name_run(std::uint64_t span, const std::string& line);
  // The run that holds the commands of other clients, as HoldOthers wished, has been opened; 0: it could not be.
  void set_others(std::uint64_t span);

  // The scene of this moment.
  scene::Scene build(const scene::Viewport& viewport, const scene::TextMeasure& measure);
  std::vector<Wish> take_wishes();

  const model::History& history() const { return history_; }
  model::History& history() { return history_; }
  const player::ViewTimes& times() const { return times_; }
  const Settings& settings() const { return settings_; }
  Settings& settings() { return settings_; }
  player::Position position() const { return player::position(player_, track()); }
  // The model of the moment that is shown.
  const model::Model& shown() { return history_.at(position().count); }
  const std::vector<std::string>& breakpoints() const { return breakpoints_; }
  // The gate that holds a next run where this event was: in front of its own operation, or else of the last one before
  // it. Empty where none is. The history keeps() the event.
  std::string gate_at(model::EventIndex event) const;
  const terminal::CommandLine& line() const { return line_; }
  bool command_runs() const { return command_runs_; }
  bool terminal_focused() const { return terminal_focused_; }
  bool is_recording() const { return history_.is_recording(); }
  // nullptr: there is one recording, or an engine.
  const Comparison* comparison() const { return comparison_ ? &*comparison_ : nullptr; }
  std::optional<model::EventIndex> selected() const { return selected_; }
  // What is on screen in one line, for those who cannot see it.
  std::string in_words();
  // The same of the lesson or scenario; empty: none is played.
  std::string play_in_words();

 private:
  std::int64_t waited_ns() const;
  player::Track track() const { return {history_, times_}; }
  // With the terminal in sight while it has the keys.
  scene::Arrangement arrangement() const;
  scene::View view(const player::Position& position, const model::Model& model);
  void keep_places(const scene::Scene& scene, const scene::Viewport& viewport);
  scene::Scene build_comparison(const scene::Viewport& viewport, const scene::TextMeasure& measure);
  bool compare(const Command& command);
  std::string words_at(const model::History& history, const player::Position& at) const;
  std::vector<std::string> images() const override;
  std::vector<std::string> containers() const override;
  void move(Action action);
  void layout_terminal(const scene::Viewport& viewport, const scene::TextMeasure& measure);
  scene::TerminalText terminal_text(const player::Position& position) const;
  bool edit_line(Chord chord);
  bool edits_line(Chord chord);
  void engine_step();
  void run_on();
  static bool can_be_held(std::string_view line);
  void show_last_line();
  bool has_line_to_run();
  void insert(std::string_view text);
  void start_typed(client::RunMode mode);
  void proceed(client::RunMode mode);
  // What is held here goes on, and the view stays where it is.
  void let_go(const model::Held& held, client::RunMode mode);
  void run_to(const Command& command);
  void run_to_one_of(const std::vector<std::string>& gates);
  void view_next_stage(std::size_t least);
  void next_stage();
  void toggle_gate(const std::string& name);
  void tell_gates();
  // The first one that a run comes to behind the event; empty where none is near.
  std::string gate_behind(model::EventIndex event) const;
  void toggle_event_gate(std::int64_t number);
  // `lines` towards the older ones. A program that fills the screen gets arrow keys.
  void scroll_terminal(double lines);
  // What can be scrolled in the terminal: numbers of its lines, the end not included.
  struct Lines {
    std::uint64_t first = 0, end = 0;
    std::uint64_t cleared = 0;  // what is older is seen only when one scrolls there
  };
  Lines terminal_lines(const terminal::Frame& frame, bool shows_cursor) const;
  const terminal::Frame& terminal_frame(const player::Position& position) const;
  client::RunMode mode_with_gates() const;
  // Those that are set, and those of the lesson's step while its command runs.
  std::vector<std::string> gates_of_run() const;
  void begin(std::unique_ptr<Play> play);
  void judge_gate();
  void reveal();
  bool play_begins(const std::string& line);
  bool play_goes_on();
  bool play_answers(std::size_t answer);
  bool play_takes_text(std::string_view text);
  void change_play(const Command& command);
  void toggle_play_panel();
  bool tells_narration() const;
  void view_play(scene::View& view, const model::Model& model);
  std::vector<std::string> gates_of_others() const;
  void toggle_others();
  void close_tip();
  void move_focus(Action action);
  void activate();
  void select(const Command& command);
  void deselect();
  // `rows` towards the end, as far as `place` says.
  void scroll_rows(const scene::Place& place, int rows);
  int& first_row_of(const scene::Place& place);
  void page_evidence(bool up);
  void set_slowness(std::int64_t slowness);
  bool take_chord(Chord chord);
  bool press_in_terminal(Chord chord);
  bool send_chord(Chord chord);
  bool tells_of_life() const;
  void show_containers();
  bool begins_race(const trace::Event& event) const;
  void make_scenario();
  void send_input(std::string bytes);
  void show_race();
  void show_way(std::int64_t number);
  void choose_container(const std::string& id);
  const model::Container* container_of_life(const model::Model& model) const;
  void forget_look();
  // A key while the table of containers has the focus: chooses another row. False: it means nothing there.
  bool move_in_table(Key key);
  bool closes_class_panel() const;
  bool turn_to_terminal();
  void show_output();
  void clear_terminal();
  bool shows_output() const;
  void focus_terminal();
  void leave_terminal();
  bool terminal_in_sight() const;
  bool goes_nowhere();
  bool letters_are_typed() const;
  void close();
  // What that run holds; nullptr: nothing.
  const model::Held* held_by(std::uint64_t run) const;
  // What is held here: the command of the terminal, or one of another client that waits for this studio. What others
  // hold is theirs. nullptr: nothing.
  const model::Held* own_held() const;
  std::array<std::uint64_t, 2> own_runs() const { return {run_, others_}; }
  // Its command is there, and reads nothing: what is typed would only come back as an echo.
  bool waits_at_gate() const;
  // The engine is what a step moves; looking back, and in a recording, it is the view alone.
  bool at_now() const;
  bool executes() const { return history_.now().run.executing; }

  model::History history_;
  player::ViewTimes times_;
  player::Player player_;
  std::optional<Comparison> comparison_;
  std::unique_ptr<Play> play_;                           // nullptr: none
  LessonPlay* lesson_ = nullptr;                         // the same, where it is one
  ScenarioPlay* scenario_ = nullptr;                     // likewise
  std::int64_t scenario_begun_ns_ = 0;                   // CLOCK_MONOTONIC
  int narration_row_ = 0;                                // of a recording: the first that is seen of what was said
  model::EventIndex narration_event_ = model::no_event;  // the last of it
  bool offers_end_ = false;                              // the last scene's button leads to the picture's end
  std::vector<PickRow> choices_;
  std::vector<RecordingRow> recordings_;
  Settings settings_;
  terminal::CommandLine line_;
  terminal::Output output_;
  terminal::Output::Budget output_budget_;  // until the next advance()
  std::filesystem::path folder_;
  std::optional<std::uint64_t> scrolled_to_;  // the line behind the last one shown; nothing: the newest
  std::string last_line_;                     // that was started
  TypedLines typed_;
  bool gives_way_ = false;                          // it stands typed by no hand, and nothing has edited it
  bool command_runs_ = false;                       // in the terminal
  bool command_reads_ = false;                      // or has, since it started
  model::EventIndex run_before_ = model::no_event;  // that was in the picture when it started
  std::vector<std::string> breakpoints_;
  std::vector<Wish> wishes_;
  std::optional<model::EventIndex> selected_;
  std::string thing_;      // of the picture, that is explained
  std::string container_;  // that was chosen for the picture; empty: none was
  scene::ContainersView containers_;
  std::string measured_;  // the container that the gauges are of
  int evidence_row_ = 0;  // the first that is seen, of what explains this event:
  model::EventIndex evidence_event_ = model::no_event;
  scene::EngineState engine_ = scene::EngineState::none;
  std::string notice_, machine_, kernel_;
  scene::PlaceKey focused_, hovered_;
  bool tip_ = false;
  bool tip_closed_ = false;  // by a key or a click
  int timeline_zoom_ = 1;
  std::uint64_t run_ = 0;
  bool can_race_ = false, leads_back_ = false;
  bool holds_others_ = false;  // that is wished
  std::uint64_t others_ = 0;   // and done, by the run of this span
  bool steps_ = false;         // the run is to stop at each gate
  bool terminal_focused_ = false;
  bool left_terminal_ = false;                // by a key that says so: letters are keys of the picture from then on
  bool used_picture_ = false;                 // since the command started: its reading takes no keys away
  std::optional<scene::Word> typed_in_vain_;  // why the last key has done nothing
  bool chord_taken_ = false;                  // by a command: the same key's text is none
  bool key_repeats_ = false;                  // the one that is just being pressed
  bool animates_ = false;
  std::int64_t now_ns_ = 0;
  bool printed_ = false;         // something, since the command started
  bool tabs_ = false;            // terminal and timeline shared one place in the last scene
  bool evidence_folds_ = true;   // likewise: it is a drawer, where it is open
  bool containers_fold_ = true;  // they lie over the picture
  bool explains_ = true;         // there was something to explain
  std::int64_t printed_ns_ = 0;  // of the last output; never falls
  scene::TimelineBars bars_;
  std::vector<scene::Place> places_;      // of the last scene, in the order of Tab
  std::optional<scene::Place> evidence_;  // of the last scene: what scrolls it
  std::optional<scene::Place> table_;     // likewise of the containers
  std::optional<scene::Place> play_text_;
};

}  // namespace glassdock::session
