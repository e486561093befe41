#include "engine/content/image_config.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "engine/base/error.h"
#include "engine/content/json_reader.h"

namespace glassdock::content {
namespace {

constexpr const char* document_name = "image configuration";

void read_run_part(const JsonReader& reader, ImageConfig& config) {
  config.user = reader.text("User");
  config.environment = reader.texts("Env");
  config.entrypoint = reader.texts("Entrypoint");
  config.command = reader.texts("Cmd");
  config.working_dir = reader.text("WorkingDir");
  config.stop_signal = reader.text("StopSignal");
  config.exposed_ports = reader.keys("ExposedPorts");
  config.volumes = reader.keys("Volumes");
  config.labels = reader.text_map("Labels");
}

void read_root_filesystem(const JsonReader& reader, ImageConfig& config) {
  if (reader.required_text("type") != "layers") {
    throw Error(ErrorKind::not_supported, fmt::format("invalid {}: rootfs type is not \"layers\"", document_name));
  }
  for (const std::string& text : reader.texts("diff_ids")) {
    try {
      config.diff_ids.push_back(Digest::parse(text));
    } catch (const Error& error) {
      reader.fail("diff_ids", error.message());
    }
  }
}

}  // namespace

ImageConfig parse_image_config(std::string_view text) {
  if (text.size() > config_limit) {
    throw Error(ErrorKind::corrupt, fmt::format("{} is larger than {} bytes", document_name, config_limit));
  }
  nlohmann::json document = parse_json_object(text, document_name);
  JsonReader reader(document, document_name);
  ImageConfig config;
  config.created = reader.text("created");
  config.author = reader.text("author");
  config.platform = {reader.required_text("os"), reader.required_text("architecture"), reader.text("variant")};
  normalize(config.platform);
  if (reader.has("config")) read_run_part(reader.object("config"), config);
  read_root_filesystem(reader.object("rootfs"), config);
  if (reader.has("history")) {
    for (const auto& entry : reader.array("history")) {
      JsonReader step(entry, document_name);
      config.history.push_back(
          {step.text("created"), step.text("created_by"), step.text("comment"), step.flag("empty_layer")});
    }
  }
  return config;
}

std::vector<Digest> chain_ids(const std::vector<Digest>& diff_ids) {
  std::vector<Digest> chain;
  chain.reserve(diff_ids.size());
  for (const Digest& diff_id : diff_ids) {
    chain.push_back(chain.empty() ? diff_id : Digest::of(chain.back().text() + " " + diff_id.text()));
  }
  return chain;
}

}  // namespace glassdock::content
