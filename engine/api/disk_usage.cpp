// GET /system/df.
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>

#include "engine/api/answers.h"
#include "engine/api/shapes.h"

namespace glassdock::api {

using nlohmann::json;

namespace {

// What is asked for; nothing named means all.
class Wanted {
 public:
  explicit Wanted(const http::Request& request) {
    for (const auto& [name, value] : request.query_pairs()) {
      if (name != "type") continue;
      static constexpr std::string_view known[] = {"container", "image", "volume", "build-cache"};
      if (std::find(std::begin(known), std::end(known), value) == std::end(known)) {
        throw Error(ErrorKind::invalid_argument, fmt::format("unknown object type: {}", value));
      }
      types_.push_back(value);
    }
  }
  bool has(std::string_view type) const {
    return types_.empty() || std::find(types_.begin(), types_.end(), type) != types_.end();
  }

 private:
  std::vector<std::string> types_;
};

}  // namespace

void Api::disk_usage(Call& call) {
  const Wanted wanted(call.request);
  json answer = {
      {"LayersSize", 0}, {"Images", nullptr}, {"Containers", nullptr}, {"Volumes", nullptr}, {"BuildCache", nullptr}};
  if (wanted.has("image")) {
    const std::vector<daemon::NamedImage> images = service_.images().list();
    struct Layer {
      std::uint64_t bytes = 0;
      int images = 0;
    };
    std::map<Digest, Layer> layers;
    for (const daemon::NamedImage& image : images) {
      const std::vector<std::uint64_t> sizes = service_.images().layer_bytes(*image.image);
      for (std::size_t i = 0; i < sizes.size(); ++i) {
        Layer& layer = layers[image.image->config.diff_ids[i]];
        layer.bytes = sizes[i];
        ++layer.images;
      }
    }
    std::uint64_t all = 0;
    for (const auto& [digest, layer] : layers) all += layer.bytes;
    answer["LayersSize"] = all;
    answer["Images"] = json::array();
    for (const daemon::NamedImage& image : images) {
      json summary = image_summary(image, call.version);
      std::uint64_t shared = 0;
      for (const Digest& digest : image.image->config.diff_ids) {
        if (layers[digest].images > 1) shared += layers[digest].bytes;
      }
      summary["SharedSize"] = shared;
      summary["Containers"] = service_.containers().users(image.image->id).size();
      answer["Images"].push_back(std::move(summary));
    }
  }
  if (wanted.has("container")) {
    answer["Containers"] = json::array();
    for (const daemon::ContainerPtr& container : service_.containers().all()) {
      answer["Containers"].push_back(summary_of(*container, true));
    }
  }
  if (wanted.has("volume")) answer["Volumes"] = json::array();
  if (wanted.has("build-cache")) answer["BuildCache"] = json::array();
  send_json(call, 200, answer);
}

}  // namespace glassdock::api
