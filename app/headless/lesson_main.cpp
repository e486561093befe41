#include <string>
#include <vector>

#include "app/headless/lesson_commands.h"
#include "app/headless/program.h"

int main(int count, char** values) {
  const std::vector<std::string> arguments(values + (count > 0 ? 1 : 0), values + count);
  return glassdock::headless::run_as_program(arguments, glassdock::headless::run_lesson_command);
}
