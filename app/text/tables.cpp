#include "app/text/tables.h"

#include <algorithm>

#include "app/text/words.h"
#include "engine/base/text.h"

namespace glassdock::text {
namespace {

constexpr std::size_t least_width = 10;
constexpr std::size_t gap = 3;
constexpr std::size_t command_width = 20;

std::string id_of(const std::string& id, bool no_trunc) {
  return no_trunc ? id : short_id(id);
}

// Without the leading '/'; names with another '/' are links to other containers and are not shown.
std::string names_of(const client::ContainerSummary& container) {
  std::vector<std::string> names;
  for (std::string name : container.names) {
    if (starts_with(name, "/")) name.erase(0, 1);
    if (name.find('/') == std::string::npos) names.push_back(name);
  }
  return join(names, ",");
}

std::string image_of(const client::ContainerSummary& container, bool no_trunc) {
  if (container.image.empty()) return "<no image>";
  bool is_id = !container.image_id.empty() && short_id(container.image) == short_id(container.image_id);
  return is_id && !no_trunc ? short_id(container.image) : container.image;
}

std::string ago(std::int64_t then_s, std::int64_t now_s) {
  return human_duration(now_s - then_s) + " ago";
}

struct ImageName {
  std::string repository = "<none>";
  std::string tag = "<none>";
  std::string digest = "<none>";
};

std::string repository_of(const std::string& name_and_digest) {
  return name_and_digest.substr(0, name_and_digest.find('@'));
}

std::string digest_for(const client::ImageSummary& image, const std::string& repository) {
  for (const std::string& one : image.digests) {
    if (repository_of(one) == repository) return one.substr(one.find('@') + 1);
  }
  return "<none>";
}

std::vector<ImageName> names_of(const client::ImageSummary& image) {
  std::vector<ImageName> names;
  for (const std::string& tagged : image.tags) {
    auto colon = tagged.rfind(':');
    std::string repository = tagged.substr(0, colon);
    std::string tag = colon == std::string::npos ? "<none>" : tagged.substr(colon + 1);
    names.push_back({repository, tag, digest_for(image, repository)});
  }
  if (!names.empty()) return names;
  for (const std::string& one : image.digests)
    names.push_back({repository_of(one), "<none>", one.substr(one.find('@') + 1)});
  if (names.empty()) names.emplace_back();
  return names;
}

}  // namespace

std::string table(const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()), least_width);
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width_of(row[i]) + gap);
  }
  std::string text;
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      text += row[i];
      if (i + 1 < row.size()) text.append(widths[i] - width_of(row[i]), ' ');
    }
    text += '\n';
  }
  return text;
}

std::string containers_table(std::span<const client::ContainerSummary> containers, std::int64_t now_s,
                             TableOptions options) {
  if (options.quiet) {
    std::string ids;
    for (const auto& container : containers) ids += id_of(container.id, options.no_trunc) + "\n";
    return ids;
  }
  std::vector<std::vector<std::string>> rows{
      {"CONTAINER ID", "IMAGE", "COMMAND", "CREATED", "STATUS", "PORTS", "NAMES"}};
  for (const auto& container : containers) {
    std::string command = options.no_trunc ? container.command : ellipsis(container.command, command_width);
    rows.push_back({id_of(container.id, options.no_trunc), image_of(container, options.no_trunc), quote(command),
                    ago(container.created_s, now_s), container.status, "", names_of(container)});
  }
  return table(rows);
}

std::string images_table(std::span<const client::ImageSummary> images, std::int64_t now_s, TableOptions options) {
  std::vector<std::vector<std::string>> rows;
  if (options.digests) {
    rows.push_back({"REPOSITORY", "TAG", "DIGEST", "IMAGE ID", "CREATED", "SIZE"});
  } else {
    rows.push_back({"REPOSITORY", "TAG", "IMAGE ID", "CREATED", "SIZE"});
  }
  std::string ids;
  for (const auto& image : images) {
    std::string id = id_of(image.id, options.no_trunc);
    for (const ImageName& name : names_of(image)) {
      std::vector<std::string> row{name.repository, name.tag};
      if (options.digests) row.push_back(name.digest);
      row.insert(row.end(), {id, ago(image.created_s, now_s), human_size(static_cast<double>(image.size_bytes))});
      rows.push_back(std::move(row));
      ids += id + "\n";
    }
  }
  return options.quiet ? ids : table(rows);
}

}  // namespace glassdock::text
