// hub_image_builder --output FOLDER [--built NAME=PATH]... RECIPE...: puts the hub's images together, at build time.
#include <fmt/format.h>

#include <cstdio>
#include <exception>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "engine/base/error.h"
#include "engine/hub/build/image_writer.h"
#include "engine/hub/build/recipe.h"

namespace {

using namespace glassdock;

struct Arguments {
  std::filesystem::path output;
  std::map<std::string, std::filesystem::path> built;
  std::vector<std::filesystem::path> recipes;
};

Arguments parse(int count, char** words) {
  Arguments arguments;
  for (int i = 1; i < count; ++i) {
    std::string word = words[i];
    bool has_value = i + 1 < count;
    if (word == "--output" && has_value) {
      arguments.output = words[++i];
    } else if (word == "--built" && has_value) {
      std::string pair = words[++i];
      std::size_t equals = pair.find('=');
      if (equals == std::string::npos) throw Error(ErrorKind::invalid_argument, "--built takes NAME=PATH");
      arguments.built[pair.substr(0, equals)] = pair.substr(equals + 1);
    } else if (word.rfind("--", 0) == 0) {
      throw Error(ErrorKind::invalid_argument, fmt::format("unknown option {}", word));
    } else {
      arguments.recipes.emplace_back(word);
    }
  }
  if (arguments.output.empty() || arguments.recipes.empty()) {
    throw Error(ErrorKind::invalid_argument,
                "usage: hub_image_builder --output FOLDER [--built NAME=PATH]... RECIPE...");
  }
  return arguments;
}

}  // namespace

int main(int count, char** words) {
  try {
    Arguments arguments = parse(count, words);
    hub::build::ImageWriter writer(arguments.output);
    for (const auto& recipe : arguments.recipes) writer.add(hub::build::read_recipe(recipe), arguments.built);
    writer.finish();
    return 0;
  } catch (const std::exception& fault) {
    fmt::print(stderr, "hub_image_builder: {}\n", fault.what());
    return 1;
  }
}
