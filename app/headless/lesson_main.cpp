#include <string>
#include <vector>

#include "app/headless/caretaker.h"
#include "app/headless/lesson_commands.h"
#include "app/headless/program.h"
#include "app/headless/scenario_commands.h"

namespace {

using glassdock::headless::Options;

int run(const Options& options) {
  if (options.words.size() == 2 && options.words[0] == "caretaker")
    return glassdock::headless::take_care(options.words[1]);
  const bool scenario = !options.words.empty() && options.words[0] == "scenario";
  return scenario ? run_scenario_command(options) : run_lesson_command(options);
}

}  // namespace

int main(int count, char** values) {
  const std::vector<std::string> arguments(values + (count > 0 ? 1 : 0), values + count);
  return glassdock::headless::run_as_program(arguments, run);
}
