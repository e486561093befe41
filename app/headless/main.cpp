#include <string>
#include <vector>

#include "app/headless/program.h"

int main(int count, char** values) {
  std::vector<std::string> arguments(values + (count > 0 ? 1 : 0), values + count);
  return glassdock::headless::run_program(arguments);
}
