#include "app/headless/scenario_recording.h"

#include <fmt/format.h>
#include <unistd.h>

#include <variant>

#include "app/headless/play_text.h"
#include "app/headless/terminal.h"
#include "app/headless/trace_commands.h"
#include "app/headless/watcher.h"
#include "app/lessons/say.h"
#include "app/scenarios/player.h"
#include "engine/base/error.h"
#include "engine/os/system.h"
#include "engine/trace/stages.h"
#include "engine/trace/text_view.h"

namespace glassdock::headless {
namespace {

using lessons::said;
using lessons::Say;
constexpr std::string_view narration = "scenario.say";

bool is_part(const trace::Event& event, std::string_view part) {
  return event.name == narration && trace::argument_text(event, "part") == part;
}

// What was said, as the presenter's terminal shows it.
std::string narration_text(const trace::Event& event, trace::Language language) {
  const std::string part = trace::argument_text(event, "part");
  const std::string words = scenarios::spoken(
      {part,
       {trace::visible(trace::argument_text(event, "english")), trace::visible(trace::argument_text(event, "korean"))}},
      language);
  if (part == "command" || part == "choice") return words + "\n";
  const bool begins = part == "title" || part == "say" || part == "end";
  return (begins ? "\n" : "") + paragraph_text({words, words}, language);
}

}  // namespace

ScenarioRecorder::ScenarioRecorder(const std::filesystem::path& socket, const std::filesystem::path& file,
                                   const std::string& command)
    : writer_(os::real_system(), file, trace::make_header(::geteuid() == 0 ? "root" : "rootless", command)),
      stream_(client::Glass(socket).events(true)) {
  thread_ = std::thread([this] { record(); });
}

ScenarioRecorder::~ScenarioRecorder() {
  stream_.shut_down();
  if (thread_.joinable()) thread_.join();
}

void ScenarioRecorder::finish() {
  thread_.join();
  if (failure_) std::rethrow_exception(failure_);
  if (!ended_) throw Error(ErrorKind::unavailable, "the engine ended before the scenario did");
}

void ScenarioRecorder::record() try {
  while (const auto line = stream_.next()) {
    const auto* event = std::get_if<trace::Event>(&*line);
    if (!event || !belongs(*event)) continue;
    writer_.append(*event);
    if (!is_part(*event, "end")) continue;
    ended_ = true;
    return;
  }
} catch (...) {
  failure_ = std::current_exception();
}

bool ScenarioRecorder::belongs(const trace::Event& event) {
  const bool asks = event.name == "request.received" && event.parent == 0;
  const bool of_nobody = asks || of_nobody_.count(event.span) != 0 || of_nobody_.count(event.parent) != 0;
  if (of_nobody && event.kind == trace::Kind::begin) of_nobody_.insert(event.span);
  return !of_nobody;
}

int replay_scenario(const Options& options, const std::string& file) {
  const trace::Recording recording(file);
  // Read whole first: of a damaged recording nothing is shown as if it were all.
  const std::vector<trace::Event> events = recording.events();
  const bool waits = ::isatty(STDIN_FILENO) == 1 && ::isatty(STDOUT_FILENO) == 1;
  write_out(STDOUT_FILENO, header_text(recording.header(), options.language));
  trace::TextView view(text_options(options, STDOUT_FILENO));
  bool spoken = false;
  for (const trace::Event& event : events) {
    if (trace::is_baseline(event)) continue;
    if (event.name != narration) {
      write_out(STDOUT_FILENO, view.add(event));
      continue;
    }
    if (waits && spoken && is_part(event, "say")) {
      write_out(STDOUT_FILENO, "\n" + said(Say::continue_on, options.language));
      if (!read_typed_line(STDIN_FILENO, -1).line) return 0;
    }
    spoken = true;
    write_out(STDOUT_FILENO, narration_text(event, options.language));
  }
  if (!spoken) {
    throw Error(ErrorKind::invalid_argument, file + " is the recording of no scenario",
                "glassdock replay shows any recording");
  }
  write_out(STDOUT_FILENO, "\n" + trace::stage_table(trace::summarize(events), text_options(options, STDOUT_FILENO)));
  say_notice(recording, options.language);
  return 0;
}

}  // namespace glassdock::headless
