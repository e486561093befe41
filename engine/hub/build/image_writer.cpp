#include "engine/hub/build/image_writer.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

#include "engine/base/error.h"
#include "engine/content/manifest.h"
#include "engine/content/platform.h"
#include "engine/hub/build/elf_file.h"
#include "engine/hub/build/layer.h"
#include "engine/os/files.h"

namespace fs = std::filesystem;
namespace media_type = glassdock::content::media_type;
using nlohmann::json;

namespace glassdock::hub::build {
namespace {

constexpr std::string_view ref_name = "org.opencontainers.image.ref.name";
constexpr std::string_view created = "org.opencontainers.image.created";

// An object used as a set, as ExposedPorts and Volumes are.
json as_set(const std::vector<std::string>& names) {
  json set = json::object();
  for (const std::string& name : names) set[name] = json::object();
  return set;
}

json to_json(const RecipeConfig& config) {
  json object = json::object();
  if (!config.user.empty()) object["User"] = config.user;
  if (!config.working_folder.empty()) object["WorkingDir"] = config.working_folder;
  if (!config.stop_signal.empty()) object["StopSignal"] = config.stop_signal;
  if (!config.environment.empty()) object["Env"] = config.environment;
  if (!config.entrypoint.empty()) object["Entrypoint"] = config.entrypoint;
  if (!config.command.empty()) object["Cmd"] = config.command;
  if (!config.exposed_ports.empty()) object["ExposedPorts"] = as_set(config.exposed_ports);
  if (!config.volumes.empty()) object["Volumes"] = as_set(config.volumes);
  if (!config.labels.empty()) object["Labels"] = config.labels;
  return object;
}

json to_json(const content::Platform& platform) {
  json object = {{"os", platform.os}, {"architecture", platform.architecture}};
  if (!platform.variant.empty()) object["variant"] = platform.variant;
  return object;
}

json descriptor(std::string_view type, const Digest& digest, std::size_t size) {
  return {{"mediaType", type}, {"digest", digest.text()}, {"size", size}};
}

json with_created(const std::map<std::string, std::string>& annotations) {
  json object = annotations;
  object[std::string(created)] = created_text;
  return object;
}

// A program whose dynamic linker is in no layer could not start in the container.
void check_interpreters(const Recipe& recipe, const std::vector<LayerFiles>& layers) {
  for (const LayerFiles& layer : layers) {
    for (const auto& [path, file] : layer) {
      if (file.kind != RecipeEntry::Kind::file) continue;
      auto interpreter = interpreter_of(file.content);
      if (!interpreter) continue;
      bool there = std::any_of(layers.begin(), layers.end(),
                               [&](const LayerFiles& other) { return other.count(interpreter->substr(1)) != 0; });
      if (there) continue;
      throw Error(ErrorKind::invalid_argument,
                  fmt::format("{}: /{} needs {}, which is in no layer", recipe.name, path, *interpreter),
                  "is the package's static build installed (busybox-static, not busybox)?");
    }
  }
}

}  // namespace

ImageWriter::ImageWriter(fs::path folder) : folder_(std::move(folder)), temporary_(folder_) {
  temporary_ += ".new";
  os::remove_tree(temporary_);
  os::make_folders(temporary_ / "blobs" / "sha256", 0755);
}

ImageWriter::~ImageWriter() {
  std::error_code none;
  fs::remove_all(temporary_, none);
}

Digest ImageWriter::put_blob(std::string_view bytes) {
  Digest digest = Digest::of(bytes);
  os::write_file_atomically(os::real_system(), temporary_ / "blobs" / "sha256" / digest.hex(), bytes, 0644);
  return digest;
}

void ImageWriter::add(const Recipe& recipe, const std::map<std::string, fs::path>& built) {
  content::Platform platform = content::Platform::of_this_machine();
  json layers = json::array();
  json diff_ids = json::array();
  json history = json::array();
  std::vector<LayerFiles> collected;
  for (const RecipeLayer& layer : recipe.layers) {
    collected.push_back(collect(layer, built, collected));
    std::string tar = to_tar(collected.back());
    std::string packed = to_gzip(tar);
    diff_ids.push_back(Digest::of(tar).text());
    layers.push_back(descriptor(std::string(media_type::oci_layer) + "+gzip", put_blob(packed), packed.size()));
    history.push_back({{"created", created_text}, {"created_by", layer.comment}});
  }
  check_interpreters(recipe, collected);

  json config = to_json(platform);
  config["created"] = created_text;
  config["config"] = to_json(recipe.config);
  config["rootfs"] = {{"type", "layers"}, {"diff_ids", std::move(diff_ids)}};
  config["history"] = std::move(history);
  std::string config_text = config.dump();

  json manifest = {{"schemaVersion", 2}, {"mediaType", media_type::oci_manifest}};
  manifest["config"] = descriptor(media_type::oci_config, put_blob(config_text), config_text.size());
  manifest["layers"] = std::move(layers);
  manifest["annotations"] = with_created(recipe.annotations);
  std::string manifest_text = manifest.dump();

  json entry = descriptor(media_type::oci_manifest, put_blob(manifest_text), manifest_text.size());
  entry["platform"] = to_json(platform);
  json index = {{"schemaVersion", 2}, {"mediaType", media_type::oci_index}};
  index["manifests"] = json::array({std::move(entry)});
  index["annotations"] = with_created(recipe.annotations);
  std::string index_text = index.dump();
  Digest digest = put_blob(index_text);
  for (const std::string& tag : recipe.tags) named_.push_back({recipe.name + ":" + tag, digest, index_text.size()});
}

void ImageWriter::finish() {
  json entries = json::array();
  for (const Named& named : named_) {
    json entry = descriptor(media_type::oci_index, named.digest, named.size);
    entry["annotations"] = {{std::string(ref_name), named.name}};
    entries.push_back(std::move(entry));
  }
  json index = {{"schemaVersion", 2}, {"mediaType", media_type::oci_index}, {"manifests", std::move(entries)}};
  os::System& system = os::real_system();
  os::write_file_atomically(system, temporary_ / "oci-layout", R"({"imageLayoutVersion":"1.0.0"})", 0644);
  os::write_file_atomically(system, temporary_ / "index.json", index.dump(2) + "\n", 0644);
  os::remove_tree(folder_);
  fs::rename(temporary_, folder_);
}

}  // namespace glassdock::hub::build
