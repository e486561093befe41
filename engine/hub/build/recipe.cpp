#include "engine/hub/build/recipe.h"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <initializer_list>
#include <string_view>

#include "engine/base/error.h"
#include "engine/hub/names.h"

namespace glassdock::hub::build {
namespace {

constexpr unsigned folder_mode = 0755;
constexpr unsigned file_mode = 0644;

// Reads one recipe; knows its file's name for the errors.
class Reader {
 public:
  explicit Reader(const std::filesystem::path& file) : file_(file.filename().string()) {}

  Recipe read_recipe(const YAML::Node& root) const;

 private:
  Place place(const YAML::Mark& mark) const { return fmt::format("{}:{}:{}", file_, mark.line + 1, mark.column + 1); }
  [[noreturn]] void fail(const YAML::Mark& mark, std::string_view fault) const {
    throw Error(ErrorKind::invalid_argument, fmt::format("{}: {}", place(mark), fault));
  }
  // The map must have no other keys.
  void check_keys(const YAML::Node& map, std::initializer_list<std::string_view> known) const;
  YAML::Node required(const YAML::Node& map, const char* key) const;
  std::string text(const YAML::Node& node) const;
  std::string optional_text(const YAML::Node& map, const char* key) const;
  std::vector<std::string> texts(const YAML::Node& map, const char* key) const;
  std::map<std::string, std::string> text_map(const YAML::Node& map, const char* key) const;
  std::string absolute_path(const YAML::Node& node) const;
  unsigned mode(const YAML::Node& map, unsigned otherwise) const;
  RecipeConfig read_config(const YAML::Node& map) const;
  RecipeLayer read_layer(const YAML::Node& map) const;
  RecipeEntry read_entry(const YAML::Node& map) const;
  void read_file_source(const YAML::Node& map, RecipeEntry& entry) const;

  std::string file_;
};

void Reader::check_keys(const YAML::Node& map, std::initializer_list<std::string_view> known) const {
  if (!map.IsMap()) fail(map.Mark(), "a map of keys and values is needed here");
  for (const auto& pair : map) {
    std::string key = text(pair.first);
    if (std::find(known.begin(), known.end(), key) == known.end()) {
      fail(pair.first.Mark(), fmt::format("unknown key \"{}\"; known here: {}", key, fmt::join(known, ", ")));
    }
  }
}

YAML::Node Reader::required(const YAML::Node& map, const char* key) const {
  YAML::Node node = map[key];
  if (!node) fail(map.Mark(), fmt::format("the key \"{}\" is missing", key));
  return node;
}

std::string Reader::text(const YAML::Node& node) const {
  if (!node.IsScalar()) fail(node.Mark(), "a text is needed here");
  return node.Scalar();
}

std::string Reader::optional_text(const YAML::Node& map, const char* key) const {
  YAML::Node node = map[key];
  return node ? text(node) : std::string();
}

std::vector<std::string> Reader::texts(const YAML::Node& map, const char* key) const {
  std::vector<std::string> all;
  YAML::Node node = map[key];
  if (!node) return all;
  if (!node.IsSequence()) fail(node.Mark(), "a list is needed here");
  for (const YAML::Node& item : node) all.push_back(text(item));
  return all;
}

std::map<std::string, std::string> Reader::text_map(const YAML::Node& map, const char* key) const {
  std::map<std::string, std::string> all;
  YAML::Node node = map[key];
  if (!node) return all;
  if (!node.IsMap()) fail(node.Mark(), "a map of keys and values is needed here");
  for (const auto& pair : node) all[text(pair.first)] = text(pair.second);
  return all;
}

std::string Reader::absolute_path(const YAML::Node& node) const {
  std::string path = text(node);
  bool plain = std::filesystem::path(path).lexically_normal().native() == path;
  if (path.size() < 2 || path.front() != '/' || path.back() == '/' || !plain) {
    fail(node.Mark(), fmt::format("\"{}\" is no plain absolute path", path));
  }
  return path;
}

unsigned Reader::mode(const YAML::Node& map, unsigned otherwise) const {
  YAML::Node node = map["mode"];
  if (!node) return otherwise;
  std::string digits = text(node);
  if (digits.size() != 4 || digits.find_first_not_of("01234567") != std::string::npos) {
    fail(node.Mark(), "a mode is four octal digits in quotes, \"0755\"");
  }
  return static_cast<unsigned>(std::stoul(digits, nullptr, 8));
}

RecipeConfig Reader::read_config(const YAML::Node& map) const {
  check_keys(map,
             {"User", "ExposedPorts", "Env", "Entrypoint", "Cmd", "Volumes", "WorkingDir", "Labels", "StopSignal"});
  RecipeConfig config;
  config.user = optional_text(map, "User");
  config.working_folder = optional_text(map, "WorkingDir");
  config.stop_signal = optional_text(map, "StopSignal");
  config.environment = texts(map, "Env");
  config.entrypoint = texts(map, "Entrypoint");
  config.command = texts(map, "Cmd");
  config.exposed_ports = texts(map, "ExposedPorts");
  config.volumes = texts(map, "Volumes");
  config.labels = text_map(map, "Labels");
  return config;
}

void Reader::read_file_source(const YAML::Node& map, RecipeEntry& entry) const {
  int sources = (map["text"] ? 1 : 0) + (map["package"] ? 1 : 0) + (map["built"] ? 1 : 0);
  if (sources != 1) fail(map.Mark(), "a file has one of: text, package (with path), built");
  if (map["text"]) {
    entry.text = text(map["text"]);
  } else if (map["package"]) {
    entry.source = RecipeEntry::Source::package;
    entry.package = text(map["package"]);
    entry.origin = absolute_path(required(map, "path"));
  } else {
    entry.source = RecipeEntry::Source::built;
    entry.origin = text(map["built"]);
  }
  if (map["path"] && !map["package"]) fail(map["path"].Mark(), "path goes with package");
}

RecipeEntry Reader::read_entry(const YAML::Node& map) const {
  if (!map.IsMap()) fail(map.Mark(), "a folder, file, link or applets is needed here");
  RecipeEntry entry;
  entry.place = place(map.Mark());
  if (map["folder"]) {
    check_keys(map, {"folder", "mode"});
    entry.kind = RecipeEntry::Kind::folder;
    entry.path = absolute_path(map["folder"]);
    entry.mode = mode(map, folder_mode);
  } else if (map["file"]) {
    check_keys(map, {"file", "mode", "text", "package", "path", "built"});
    entry.path = absolute_path(map["file"]);
    entry.mode = mode(map, file_mode);
    read_file_source(map, entry);
  } else if (map["link"]) {
    check_keys(map, {"link", "to"});
    entry.kind = RecipeEntry::Kind::link;
    entry.path = absolute_path(map["link"]);
    entry.text = text(required(map, "to"));
  } else if (map["applets"]) {
    check_keys(map, {"applets", "into", "except"});
    entry.kind = RecipeEntry::Kind::applets;
    entry.path = absolute_path(map["applets"]);
    YAML::Node into = required(map, "into");
    entry.applets_into = text(into) == "paths" ? "paths" : absolute_path(into);
    entry.applets_except = texts(map, "except");
  } else {
    fail(map.Mark(), "an entry begins with folder, file, link or applets");
  }
  return entry;
}

RecipeLayer Reader::read_layer(const YAML::Node& map) const {
  check_keys(map, {"comment", "entries"});
  RecipeLayer layer;
  layer.comment = text(required(map, "comment"));
  YAML::Node entries = required(map, "entries");
  if (!entries.IsSequence()) fail(entries.Mark(), "a list is needed here");
  for (const YAML::Node& entry : entries) layer.entries.push_back(read_entry(entry));
  return layer;
}

Recipe Reader::read_recipe(const YAML::Node& root) const {
  check_keys(root, {"name", "tags", "annotations", "config", "layers"});
  Recipe recipe;
  YAML::Node name = required(root, "name");
  recipe.name = text(name);
  if (!valid_repository_name(recipe.name)) fail(name.Mark(), "no valid repository name");
  YAML::Node tags = required(root, "tags");
  recipe.tags = texts(root, "tags");
  for (const std::string& tag : recipe.tags) {
    if (!valid_tag(tag)) fail(tags.Mark(), fmt::format("\"{}\" is no valid tag", tag));
  }
  recipe.annotations = text_map(root, "annotations");
  recipe.config = read_config(required(root, "config"));
  YAML::Node layers = required(root, "layers");
  if (!layers.IsSequence() || layers.size() == 0) fail(layers.Mark(), "a list of layers is needed here");
  for (const YAML::Node& layer : layers) recipe.layers.push_back(read_layer(layer));
  return recipe;
}

}  // namespace

Recipe read_recipe(const std::filesystem::path& file) {
  try {
    return Reader(file).read_recipe(YAML::LoadFile(file.string()));
  } catch (const YAML::Exception& fault) {
    throw Error(ErrorKind::invalid_argument, fmt::format("{}:{}:{}: {}", file.filename().string(), fault.mark.line + 1,
                                                         fault.mark.column + 1, fault.msg));
  }
}

}  // namespace glassdock::hub::build
