#include "app/headless/help.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <stdexcept>

#include "app/headless/options.h"
#include "app/headless/usage.h"
#include "engine/trace/columns.h"

namespace glassdock::headless {
namespace {

using text::Flag;
using text::FlagType;

constexpr Flag size_flag{"size", 0, FlagType::word, "WIDTHxHEIGHT", "How large: 64 to 8192 each; 1600x900"};
constexpr Flag theme_flag{"theme", 0, FlagType::word, "dark|light", "The colours: dark"};

constexpr std::array replay_flags{
    Flag{"evidence", 0, FlagType::boolean, "", "Print what was read to prove each step, too"},
    Flag{"picture", 0, FlagType::word, "OUT.png", "Draw a picture instead of printing text"},
    Flag{"at", 0, FlagType::word, "STAGE|GATE|EVENT",
         "The end of the stage, at the gate (also after:GATE), or the event of that number"},
    Flag{"view", 0, FlagType::word, "VIEW",
         "What it is of: run, race, alone, together, machines, containers or sizes; what the recording is about"},
    Flag{"class", 0, FlagType::boolean, "", "Draw it for the back row of a room"},
    size_flag,
    theme_flag,
};
constexpr std::array export_flags{
    Flag{"to", 0, FlagType::word, "FORMAT", "perfetto, html, mp4 or gif"},
    Flag{"output", 'o', FlagType::word, "OUT", "Write into this file; - is stdout"},
    Flag{"show-env", 0, FlagType::boolean, "", "Do not hide the values of -e"},
    Flag{"speed", 0, FlagType::word, "2", "Film: twice as fast as the studio plays"},
    Flag{"fps", 0, FlagType::word, "30", "Film: frames a second; a GIF has 12"},
    size_flag,
    theme_flag,
};

constexpr std::array lesson_flags{
    Flag{"from", 0, FlagType::word, "STEP", "Begin at the step of that name"},
    Flag{"my-engine", 0, FlagType::boolean, "", "Use your own engine; only containers of the lesson are reset"},
    Flag{"report", 0, FlagType::word, "OUT.xml",
         "Write what check found, or how run went, as .xml (JUnit), .json or .html, too"},
    Flag{"limit", 0, FlagType::word, "SECONDS", "How long check lets a line run: 120"},
    Flag{"name", 0, FlagType::word, "NAME", "Whose the exported answers are; the user's name"},
    Flag{"csv", 0, FlagType::boolean, "", "Print the grades as CSV"},
};
constexpr std::array scenario_flags{
    Flag{"report", 0, FlagType::word, "OUT.xml",
         "Write what check found, or how run went, as .xml (JUnit), .json or .html, too"},
    Flag{"limit", 0, FlagType::word, "SECONDS", "How long check and record let a line run: 120"},
    Flag{"trace", 0, FlagType::word, "OUT.gdtrace", "Where record keeps its recording"},
    Flag{"image", 0, FlagType::list, "IMAGE", "Of author: in the local cache at the start; may be repeated"},
};
constexpr std::array race_flags{
    Flag{"image", 0, FlagType::word, "IMAGE", "The image of both; alpine"},
    Flag{"command", 0, FlagType::word, "\"ls /\"", "What both run; the image's own"},
    Flag{"runs", 0, FlagType::word, "5", "So many measured runs of each, by turns"},
    Flag{"kernel", 0, FlagType::word, "PATH", "The guest's kernel; the newest of /boot"},
    Flag{"memory", 0, FlagType::bytes, "128m", "The guest's memory; what it needs"},
    Flag{"root", 0, FlagType::word, "disk", "Where the guest has its root: initramfs, disk; what fits its memory"},
    Flag{"cpus", 0, FlagType::word, "1", "The guest's processors"},
    Flag{"timeout", 0, FlagType::word, "60", "Seconds that the command may take"},
    Flag{"density", 0, FlagType::boolean, "", "Also start many of both, and see what they cost"},
    Flag{"together", 0, FlagType::boolean, "", "Also run both at once, for show"},
    Flag{"no-cold", 0, FlagType::boolean, "", "Leave out the first run of each without a cache"},
    Flag{"times-only", 0, FlagType::boolean, "", "Leave out memory, processes and what is seen inside"},
    Flag{"recorded", 0, FlagType::boolean, "", "Run nothing: show races that were recorded elsewhere"},
    Flag{"report", 0, FlagType::list, "FILE", "Also write it as .json, .html or .png; may be repeated"},
};

constexpr Form docker_forms[] = {
    {"docker …", "docker's own command line, e.g. glassdock --explain docker run alpine ls"}};
constexpr Form watch_forms[] = {
    {"watch", "Explain live what any client of the engine does (docker, docker-compose, …)"}};
constexpr Form gates_forms[] = {{"gates", "List the places where the engine can be held"}};
constexpr Form events_forms[] = {{"events", "List what the engine tells, by the names that conditions take"}};
constexpr Form replay_forms[] = {{"replay FILE", "Print a recording as text"},
                                 {"replay FILE --picture OUT.png [--at STAGE|GATE|EVENT] [--view VIEW] [--class] "
                                  "[--size 1600x900] [--theme dark|light] "
                                  "[--language en|ko]",
                                  "Draw one moment of it: the end, or where --at says"}};
constexpr Form export_forms[] = {
    {"export FILE --to perfetto|html [-o OUT]", "Turn a recording into a file for ui.perfetto.dev or a browser"},
    {"export FILE --to mp4|gif -o OUT [--speed 2] [--fps 30] [--size 1600x900] [--theme dark|light] [--language en|ko]",
     "Turn it into a film"}};
constexpr Form lesson_forms[] = {
    {"lesson list", "The lessons, and how far you are"},
    {"lesson run NUMBER|FILE [--from STEP] [--my-engine] [--report OUT.xml|.json|.html]",
     "Play a lesson in this terminal; it goes on where you left"},
    {"lesson check [FILE…] [--report OUT.xml|.json|.html] [--limit SECONDS]",
     "Play lessons by their own answers, and say what does not hold"},
    {"lesson export FILE [--name NAME]", "Write what you answered and how it went into one file to hand in"},
    {"lesson grade FOLDER [--csv]", "Grade the files of a class once more, by their recordings"},
    {"lesson misconceptions", "List what a wrong answer may name, with the sentence that is shown in both languages"},
    {"lesson schema", "Print the JSON Schema of lesson files"}};
constexpr Form scenario_forms[] = {
    {"scenario list", "The scenarios for a class, and how long they take"},
    {"scenario run NAME|FILE [--report OUT.xml|.json|.html]", "Show a scenario from this terminal: Enter goes on"},
    {"scenario check [FILE…] [--report OUT.xml|.json|.html] [--limit SECONDS]",
     "Play scenarios without waiting for anybody, and say what is not as they expect"},
    {"scenario record NAME|FILE --trace OUT.gdtrace [--limit SECONDS]", "Play one, and keep its recording to hand out"},
    {"scenario replay FILE.gdtrace", "The recording of a scenario in words, with what was said in its place"},
    {"scenario author NEW.yaml [--image IMAGE]",
     "Make a scenario of what you do: each line that you type becomes a step with what came of it. Words of its own: "
     "say TEXT, hold GATE, hub KEY: VALUE, inside LINE, try LINE, undo, done, quit, ?"},
    {"scenario from FILE.gdtrace", "Print a scenario made of a recording"},
    {"scenario schema", "Print the JSON Schema of scenario files"}};
constexpr Form doctor_forms[] = {{"doctor", "Say what this machine can do, and how to get the rest"}};
constexpr Form engine_forms[] = {
    {"engine start|stop|status", "The engine itself; commands that need one start it by themselves"}};
constexpr Form race_forms[] = {{"vm-race --image IMAGE --command COMMAND [--runs N] [--report FILE]",
                                "Measure a container against a virtual machine: the same image, command and machine"}};
constexpr Form help_forms[] = {{"help [COMMAND]", "Print this help, or that of a command"}};

const std::array own_commands{
    OwnCommand{"docker", docker_forms, {}, "--explain docker run alpine ls"},
    OwnCommand{"watch", watch_forms, {}, "--hold isolate watch"},
    OwnCommand{"gates", gates_forms, {}, "gates"},
    OwnCommand{"events", events_forms, {}, "events"},
    OwnCommand{"replay", replay_forms, replay_flags, "replay run.gdtrace --picture run.png --at isolate"},
    OwnCommand{"export", export_forms, export_flags, "export run.gdtrace --to html -o run.html"},
    OwnCommand{"lesson", lesson_forms, lesson_flags, "lesson run 1"},
    OwnCommand{"scenario", scenario_forms, scenario_flags, "scenario run slow-network"},
    OwnCommand{"doctor", doctor_forms, {}, "doctor"},
    OwnCommand{"engine", engine_forms, {}, "engine status"},
    OwnCommand{"vm-race", race_forms, race_flags,
               "vm-race --image alpine --command 'ls /' --runs 5 --report race.html"},
    OwnCommand{"help", help_forms, {}, "help replay"},
};

constexpr int option_column = 29;
constexpr std::string_view program = "glassdock ";

// `help` stands at `column`: behind `name`, or in a line of its own where the name is too long.
std::string help_line(std::string_view name, const std::string& help, int column, int width) {
  constexpr int left = 2, deeper = 4;
  std::string line(left, ' ');
  if (left + trace::columns(name) < column) {
    line += trace::padded(name, column - left);
  } else {
    line += trace::wrapped(name, width, deeper) + "\n" + std::string(static_cast<std::size_t>(column), ' ');
  }
  return line + trace::wrapped(help, width, column) + "\n";
}

std::string option_lines(std::span<const Flag> flags, trace::Language language, int width) {
  std::string text = "\n" + in_language("Options:", language) + "\n";
  for (const Flag& flag : flags) {
    const std::string letter = flag.letter != 0 ? fmt::format("-{}, ", flag.letter) : std::string(4, ' ');
    text += help_line(fmt::format("{}--{} {}", letter, flag.name, flag.value_name), in_language(flag.help, language),
                      option_column, width);
  }
  return text;
}

}  // namespace

const OwnCommand& own_command(std::string_view name) {
  for (const OwnCommand& command : own_commands) {
    if (command.name == name) return command;
  }
  throw std::out_of_range(std::string(name));
}

std::string usage_of(const OwnCommand& command) {
  std::string usage;
  for (const Form& form : command.forms) {
    usage += fmt::format("{}{}{}", usage.empty() ? "" : " | ", program, form.line);
  }
  return usage;
}

std::string help_text(trace::Language language, int width) {
  constexpr int usage_column = 38, command_column = 24;
  auto said = [&](std::string_view english) { return in_language(english, language); };
  std::string text = trace::padded(said("Usage:"), 8) + "glassdock [OPTIONS] COMMAND\n";
  text += help_line("      glassdock [FIRST.gdtrace [SECOND.gdtrace]]",
                    said("The studio: a window on the engine, or on a recording"), usage_column, width);
  const std::string about = said(
      "A container engine with glass walls: it runs containers, tells what it does, and can be held at every step.");
  text += "\n" + trace::wrapped(about, width, 0) + "\n\n" + said("Commands:") + "\n";
  for (const OwnCommand& command : own_commands) {
    for (const Form& form : command.forms) text += help_line(form.line, said(form.does), command_column, width);
  }
  return text + option_lines(option_flags(), language, width);
}

std::string help_text(const OwnCommand& command, trace::Language language, int width) {
  constexpr int left = 8;
  auto said = [&](std::string_view english) { return in_language(english, language); };
  std::string text;
  for (const Form& form : command.forms) {
    text += trace::padded(text.empty() ? said("Usage:") : "", left) +
            trace::wrapped(std::string(program) + std::string(form.line), width, left) + "\n" +
            std::string(left + 2, ' ') + trace::wrapped(said(form.does), width, left + 2) + "\n";
  }
  if (!command.flags.empty()) text += option_lines(command.flags, language, width);
  return text + fmt::format("\n{}\n  {}{}\n", said("Example:"), program, command.example);
}

}  // namespace glassdock::headless
