// headless: the glassdock program without a window.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/text/flags.h"
#include "engine/client/glass.h"
#include "engine/client/place.h"
#include "engine/trace/words.h"

namespace glassdock::headless {

// What stands before the command: `glassdock [OPTIONS] COMMAND …`.
struct Options {
  bool explain = false;
  bool step = false;
  std::vector<std::string> holds;
  std::string trace_file;
  bool evidence = false;
  bool show_environment = false;  // values of -e go into recordings and exports
  trace::Language language = trace::Language::english;
  bool language_given = false;  // by --language; otherwise it is the environment's
  client::PlaceWish place;
  bool help = false;
  bool version = false;
  std::vector<std::string> words;  // the command and what follows it

  // Explanations and questions come meanwhile: what is written over would take them away.
  bool talks() const { return explain || !holds.empty(); }
  bool watches() const { return explain || step || !holds.empty() || !trace_file.empty(); }
};

// Throws Error(invalid_argument); exit_code() is 2, for a wrong use of glassdock itself.
Options parse_options(std::span<const std::string> arguments);

// The language that --language asks for, or else the environment, also where something else in the arguments is wrong.
trace::Language wished_language(std::span<const std::string> arguments);

client::RunOptions run_options(const Options& options);

// What stands before the command.
std::span<const text::Flag> option_flags();
// Whether glassdock itself has an option of that name (without "--").
bool is_option(std::string_view name);

}  // namespace glassdock::headless
