#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace glassdock::hub::build {

// Where in a recipe something stands, for errors: "alpine.yaml:12:7".
using Place = std::string;

// One line of a layer, as the recipe has it.
struct RecipeEntry {
  enum class Kind { folder, file, link, applets };
  enum class Source { text, package, built };
  Kind kind = Kind::file;
  Place place;
  std::string path;  // absolute, in the image
  unsigned mode = 0;
  Source source = Source::text;
  std::string text;          // of a file; a link's target
  std::string package;       // the Debian package that brings `origin`
  std::string origin;        // path on this machine, or the name of a built target
  std::string applets_into;  // "paths": where `busybox --list-full` says; or one folder for all
  std::vector<std::string> applets_except;
};

struct RecipeLayer {
  std::string comment;  // the history's created_by
  std::vector<RecipeEntry> entries;
};

// The fields of OCI image-spec config.md that a recipe may set.
struct RecipeConfig {
  std::string user;
  std::string working_folder;
  std::string stop_signal;
  std::vector<std::string> environment;
  std::vector<std::string> entrypoint;
  std::vector<std::string> command;
  std::vector<std::string> exposed_ports;
  std::vector<std::string> volumes;
  std::map<std::string, std::string> labels;
};

struct Recipe {
  std::string name;  // "library/alpine"
  std::vector<std::string> tags;
  std::map<std::string, std::string> annotations;
  RecipeConfig config;
  std::vector<RecipeLayer> layers;
};

// Throws Error(invalid_argument) "FILE:LINE:COLUMN: …" for what is no recipe: unknown keys, missing ones, wrong kinds.
Recipe read_recipe(const std::filesystem::path& file);

}  // namespace glassdock::hub::build
