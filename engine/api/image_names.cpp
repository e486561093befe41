// Names of images, their history, and the removal of those that nobody needs.
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

#include "engine/api/answers.h"
#include "engine/api/filters.h"
#include "engine/api/shapes.h"
#include "engine/content/reference.h"

namespace glassdock::api {

using nlohmann::json;

namespace {

constexpr std::int64_t second_ns = 1'000'000'000;

content::Reference wanted_name(const std::string& repository, const std::string& tag) {
  content::Reference reference = content::Reference::parse(repository);
  if (reference.digest) throw Error(ErrorKind::invalid_argument, "cannot import digest reference");
  if (tag.empty()) return reference;
  try {
    return content::Reference::parse(reference.name() + ":" + tag);
  } catch (const Error&) {
    throw Error(ErrorKind::invalid_argument, "invalid tag format");
  }
}

}  // namespace

void Api::image_tag(Call& call) {
  const std::string repository = query_text(call.request, "repo");
  if (!repository.empty()) {
    const content::Reference name = wanted_name(repository, query_text(call.request, "tag"));
    service_.images().tag(service_.images().get(call.name, {})->id, name, call.caller.context);
  }
  send_empty(call, repository.empty() ? 200 : 201);
}

void Api::image_history(Call& call) {
  const auto image = service_.images().get(call.name, {});
  const std::vector<std::uint64_t> sizes = service_.images().layer_bytes(*image);
  std::size_t layer = 0;
  json steps = json::array();
  for (const content::HistoryEntry& step : image->config.history) {
    const bool has_layer = !step.empty_layer && layer < sizes.size();
    steps.push_back({{"Id", "<missing>"},
                     {"Created", unix_of(step.created)},
                     {"CreatedBy", step.created_by},
                     {"Tags", nullptr},
                     {"Size", has_layer ? sizes[layer++] : 0},
                     {"Comment", step.comment}});
  }
  std::reverse(steps.begin(), steps.end());
  if (!steps.empty()) {
    const std::vector<std::string> tags = service_.images().named(image).tags;
    steps.front()["Id"] = image->id.text();
    if (!tags.empty()) steps.front()["Tags"] = tags;
  }
  send_json(call, 200, steps);
}

void Api::image_prune(Call& call) {
  const Filters filters = parse_filters(query_text(call.request, "filters"), {"dangling", "label", "label!", "until"});
  const bool dangling_only = flag_of(filters, "dangling", true);
  const std::int64_t until_ns = until_of(filters);
  const daemon::PrunedImages pruned = service_.images().prune(
      [&](const daemon::NamedImage& image) {
        return (!dangling_only || image.tags.empty()) &&
               (until_ns == INT64_MAX || unix_of(image.image->config.created) <= until_ns / second_ns) &&
               labels_match(filters, image.image->config.labels);
      },
      call.caller.context);
  json deleted = nullptr;
  for (const daemon::RemovedItem& item : pruned.items) deleted.push_back(removed_item(item));
  send_json(call, 200, {{"ImagesDeleted", deleted}, {"SpaceReclaimed", pruned.bytes}});
}

}  // namespace glassdock::api
