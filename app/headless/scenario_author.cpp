#include "app/headless/scenario_author.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <optional>
#include <utility>
#include <variant>

#include "app/headless/scenario_play.h"
#include "app/headless/stepper.h"
#include "app/headless/terminal.h"
#include "app/headless/usage.h"
#include "app/headless/watcher.h"
#include "app/live/lab_engine.h"
#include "app/scenarios/from_recording.h"
#include "app/terminal/shell_words.h"
#include "app/text/docker_line.h"
#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/os/files.h"
#include "engine/os/system.h"
#include "engine/trace/gates.h"
#include "engine/trace/recording.h"

namespace glassdock::headless {
namespace {

using lessons::Say;
namespace fs = std::filesystem;
using scenarios::DraftStep;

// A second play is for what differs; a line that waits for somebody never ends.
constexpr std::chrono::seconds confirm_limit{60};

// Words that take a text, and how they are written with it.
constexpr std::pair<std::string_view, std::string_view> words_with_text[] = {{"say", "say TEXT"},
                                                                             {"hold", "hold GATE"},
                                                                             {"hub", "hub KEY: VALUE"},
                                                                             {"inside", "inside LINE"},
                                                                             {"try", "try LINE"}};

// How the author's word `word` is written with its text; empty where it takes none, or is none.
std::string_view form_of(std::string_view word) {
  const auto* const found = std::find_if(std::begin(words_with_text), std::end(words_with_text),
                                         [&](const auto& one) { return one.first == word; });
  return found == std::end(words_with_text) ? std::string_view() : found->second;
}

bool stands_alone(std::string_view word) {
  return word == "?" || word == "undo" || word == "done" || word == "quit";
}

// The line's first word, and what stands behind it.
std::pair<std::string, std::string> word_and_rest(std::string_view line) {
  const std::size_t end = std::min(line.find(' '), line.size());
  return {std::string(line.substr(0, end)), std::string(trim(line.substr(end)))};
}

// A line that did nothing of what it names: no such command, or docker's that is not here.
bool may_be_a_slip(const lessons::Observed& observed) {
  constexpr int no_such_command = 127;  // of the shell
  if (observed.exit_code.value_or(0) == 0) return false;
  const auto says = [&](std::string_view words) { return observed.output.find(words) != std::string::npos; };
  return observed.exit_code == no_such_command || says("is not supported") || says("is not a docker command");
}

// Whether the line is a docker command that reads what is typed: with a terminal, or -i.
bool reads_keyboard(const std::string& line) {
  const terminal::ShellWord last = terminal::word_at(line);
  std::vector<std::string> words = last.before;
  if (!last.text.empty()) words.push_back(last.text);
  if (words.empty() || words.front() != "docker" || !starts_with(line, "docker")) return false;
  const text::Surroundings none{[](const std::string&) { return std::optional<std::string>(); },
                                [](const std::string&) { return std::string(); }, "/"};
  try {
    const text::DockerCommand command = text::parse_docker(std::span(words).subspan(1), none);
    if (const auto* run = std::get_if<text::RunCommand>(&command)) {
      return !run->detach && (run->create.tty || run->create.open_stdin);
    }
    if (const auto* exec = std::get_if<text::ExecCommand>(&command)) {
      return !exec->detach && (exec->create.tty || exec->interactive);
    }
    if (const auto* start = std::get_if<text::StartCommand>(&command)) return start->interactive;
    return std::holds_alternative<text::AttachCommand>(command);
  } catch (const Error&) {
    return false;  // docker says what is wrong with it
  }
}

// What the hub is like while this stands; then all is well with it again, however the line ends.
class HubMeanwhile {
 public:
  HubMeanwhile(Lab& lab, const std::optional<client::HubConditions>& hub) : lab_(lab), is_set_(hub.has_value()) {
    if (hub) lab_.glass().set_hub(*hub);
  }
  ~HubMeanwhile() {
    try {
      if (is_set_) lab_.glass().set_hub({});
    } catch (const Error&) {  // the engine has gone, and its hub with it
    }
  }
  HubMeanwhile(const HubMeanwhile&) = delete;
  HubMeanwhile& operator=(const HubMeanwhile&) = delete;

 private:
  Lab& lab_;
  const bool is_set_;
};

}  // namespace

ScenarioAuthor::ScenarioAuthor(const Options& options, Lab& lab, fs::path file, std::vector<std::string> images)
    : options_(options), lab_(lab), file_(std::move(file)) {
  draft_.images = std::move(images);
}

bool ScenarioAuthor::make() {
  lab_.reset("the scenario", {});
  standing_ = lab_.standing();
  tell(said(Say::author_begins, file_.native()) + "\n" + said(Say::author_help) + "\n");
  for (;;) {
    tell("$ ");
    const TypedLine typed = read_typed_line(STDIN_FILENO, -1);
    const Way way = typed.line ? take(std::string(trim(*typed.line))) : Way::done;
    if (way == Way::left) return say_what_is_kept(), false;
    if (way == Way::done) break;
  }
  if (draft_.steps.empty()) {
    tell("\n" + said(Say::author_nothing) + "\n");
    return false;
  }
  const bool same = confirm();
  save();
  tell(said(Say::author_wrote, file_.native(), draft_.steps.size(),
            glassdock_line(options_, "scenario check " + file_.native())) +
       "\n");
  return same;
}

ScenarioAuthor::Way ScenarioAuthor::take(const std::string& line) {
  if (line.empty()) return Way::on;
  if (line == "done") return Way::done;
  if (line == "quit") return Way::left;
  const auto [word, rest] = word_and_rest(line);
  try {
    if (!take_word(word, rest)) run(line);
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::unavailable) throw;
    tell(std::string(error.what()) + "\n");
    standing_ = lab_.standing();  // the line may have done a part
  }
  return Way::on;
}

bool ScenarioAuthor::take_word(const std::string& word, const std::string& rest) {
  if (word == "?" && rest.empty()) {
    tell(said(Say::author_help) + "\n");
  } else if (word == "undo" && rest.empty()) {
    undo();
  } else if (rest.empty() && !form_of(word).empty()) {
    tell(said(Say::author_text_missing, form_of(word)) + "\n");
  } else if (word == "hold") {
    hold(rest);
  } else if (word == "hub") {
    set_hub(rest);
  } else if (word == "inside") {
    next_.inside.push_back(rest);
  } else if (word == "say") {
    next_.say.english = rest;
  } else if (word == "try") {
    lab_.look(rest);
    standing_ = lab_.standing();
  } else {
    return false;
  }
  return true;
}

bool ScenarioAuthor::take_word_at_gate(const std::string& gate, const std::string& word, const std::string& rest) {
  if (word == "say" && !rest.empty()) {
    said_at_[gate].english = rest;
  } else if (word == "try" && !rest.empty()) {
    lab_.look(rest);
  } else if (!form_of(word).empty() || (stands_alone(word) && rest.empty())) {
    tell(said(Say::author_held_help) + "\n");
  } else {
    return false;
  }
  return true;
}

void ScenarioAuthor::hold(const std::string& gates) {
  for (const std::string& gate : split_words(gates)) {
    trace::check_hold(gate);
    next_.gates.push_back(gate);
  }
}

void ScenarioAuthor::set_hub(const std::string& keys) {
  next_.hub = scenarios::parse_hub(keys);
}

void ScenarioAuthor::run(const std::string& line) {
  std::vector<std::string> typed;
  typed.reserve(draft_.steps.size() + 1);
  for (const DraftStep& step : draft_.steps) typed.push_back(step.line);
  if (const auto* container = scenarios::names_by_chance(line, standing_, typed)) {
    return tell(said(Say::author_by_chance, container->name) + "\n");
  }
  if (next_.inside.empty() && reads_keyboard(line)) return tell(said(Say::author_reads_keyboard) + "\n");
  DraftStep step = next_;  // where the line throws, what was said of it stays for the next one
  step.id = scenarios::new_id(line, draft_.steps);
  step.line = line;
  typed.push_back(line);
  reached_.clear();
  said_at_.clear();
  lessons::Observed observed;
  const auto at_gate = [&](const trace::Event& event, const client::Held& held) { hold_here(event, held); };
  {
    const HubMeanwhile hub(lab_, step.hub);
    lab_.run(line, step.gates, {.output = true, .at_gate = at_gate, .inside = step.inside, .limit = {}}, observed);
  }
  std::erase_if(step.gates, [&](const std::string& gate) {
    const bool reached = std::any_of(reached_.begin(), reached_.end(),
                                     [&](const std::string& held) { return trace::has_held(gate, held); });
    if (!reached) tell(said(Say::author_not_held, gate) + "\n");
    return !reached;
  });
  for (const std::string& gate : step.gates) {
    for (const auto& [held, words] : said_at_) {
      if (trace::has_held(gate, held)) step.gate_words[gate] = words;
    }
  }
  if (may_be_a_slip(observed)) tell(said(Say::author_slip, *observed.exit_code) + "\n");
  const scenarios::Standing before = std::exchange(standing_, lab_.standing());
  step.expect = scenarios::expectations(before, standing_, observed, typed);
  std::string kept = said(Say::author_kept, step.id);
  for (const lessons::Condition& one : step.expect) kept += "\n  " + scenarios::to_yaml(one);
  draft_.steps.push_back(std::move(step));
  try {
    save();
  } catch (const Error&) {
    draft_.steps.pop_back();
    throw;
  }
  next_ = {};
  tell(kept + "\n");
}

void ScenarioAuthor::hold_here(const trace::Event& event, const client::Held& held) {
  reached_.push_back(held.gate);
  tell(held_text(event, held, text_options(options_, STDOUT_FILENO), ""));
  for (;;) {
    tell(said(Say::held_prompt));
    const TypedLine typed = read_typed_line(STDIN_FILENO, -1);
    if (!typed.line || trim(*typed.line).empty()) return;
    const auto [word, rest] = word_and_rest(trim(*typed.line));
    if (!take_word_at_gate(held.gate, word, rest)) lab_.look(*typed.line);
  }
}

// What the line did cannot be undone: what was kept before it is done once more, from the start.
void ScenarioAuthor::undo() {
  next_ = {};
  if (draft_.steps.empty()) return tell(said(Say::author_nothing_to_undo) + "\n");
  const std::string line = draft_.steps.back().line;
  draft_.steps.pop_back();
  save();
  lab_.reset("the scenario", {});
  for (const DraftStep& step : draft_.steps) {
    lessons::Observed observed;
    const HubMeanwhile hub(lab_, step.hub);
    lab_.run(step.line, {}, {.output = false, .at_gate = {}, .inside = step.inside, .limit = confirm_limit}, observed);
  }
  standing_ = lab_.standing();
  tell(said(Say::author_undone, line) + "\n");
}

// What cannot be read again is not written: the file stays as it is.
void ScenarioAuthor::save() const {
  constexpr mode_t mode = 0666;  // less the umask, as an editor writes it
  const std::string text = scenarios::to_yaml(draft_);
  if (!draft_.steps.empty()) scenarios::parse_scenario({file_.native(), text});
  os::write_file_atomically(os::real_system(), file_, text, mode);
}

bool ScenarioAuthor::confirm() {
  tell("\n" + said(Say::author_confirms) + "\n");
  const scenarios::Scenario scenario = scenarios::parse_scenario({file_.native(), scenarios::to_yaml(draft_)});
  NoAudience nobody;
  ScenarioPlay play(scenario, lab_, confirm_limit, nobody);
  play.set_up();
  const std::vector<StepOutcome> outcomes = play.play();
  bool same = true;
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    std::vector<lessons::Mark> unmet;
    for (const scenarios::Fault& fault : outcomes[i].faults) {
      unmet.push_back(fault.mark);
      // Not a condition that can be left out: a gate that was not reached, a line that did not end.
      const lessons::Conditions& expect = scenario.steps[i].expect;
      if (std::any_of(expect.begin(), expect.end(), [&](const auto& one) { return one.mark == fault.mark; })) continue;
      same = false;
      tell(fmt::format("{}: {}\n", scenario.steps[i].id, fault.what.english));
    }
    drop_unmet(scenario, i, std::move(unmet));
  }
  return same;
}

void ScenarioAuthor::drop_unmet(const scenarios::Scenario& played, std::size_t step, std::vector<lessons::Mark> unmet) {
  lessons::Conditions kept;
  for (std::size_t i = 0; i < draft_.steps[step].expect.size(); ++i) {
    const lessons::Mark mark = played.steps[step].expect[i].mark;
    const bool failed = std::find(unmet.begin(), unmet.end(), mark) != unmet.end();
    const lessons::Condition& condition = draft_.steps[step].expect[i];
    if (failed) {
      tell(said(Say::author_dropped, draft_.steps[step].id, scenarios::to_yaml(condition)) + "\n");
    } else {
      kept.push_back(condition);
    }
  }
  draft_.steps[step].expect = std::move(kept);
}

void ScenarioAuthor::tell(const std::string& text) const {
  write_out(STDOUT_FILENO, text);
}

void ScenarioAuthor::say_what_is_kept() const {
  if (draft_.steps.empty()) return tell(said(Say::author_nothing) + "\n");
  tell(said(Say::author_left, file_.native(), draft_.steps.size()) + "\n");
}

template <typename... Values>
std::string ScenarioAuthor::said(Say line, const Values&... values) const {
  return lessons::said(line, options_.language, values...);
}

int author_scenario(const Options& options, const std::string& file, std::vector<std::string> images) {
  if (!ends_with(file, ".yaml"))
    throw usage_error(fmt::format("a scenario's file ends with .yaml, not {}", file), "scenario");
  if (fs::exists(file)) {
    throw Error(ErrorKind::conflict, file + " is there already", "name a new file; this one is edited by hand");
  }
  const live::LabEngine engine;
  Lab lab(engine.place(), LabKind::own, {fs::path(file).stem(), images}, engine.work_folder());
  return ScenarioAuthor(options, lab, file, std::move(images)).make() ? 0 : 1;
}

int draft_from_recording(const std::string& recording) {
  const trace::Recording opened(recording);
  // Read whole first: of a damaged recording no part passes for all of it.
  const std::string text = scenarios::draft_file(opened.events(), opened.header().command);
  write_out(STDOUT_FILENO, text);
  return 0;
}

}  // namespace glassdock::headless
