// docker images and docker history: what a line has (docker CLI, formatter/image.go and image/formatter_history.go).
#include <fmt/format.h>

#include "app/text/formatter.h"
#include "app/text/tables.h"
#include "app/text/words.h"
#include "engine/base/status_text.h"
#include "engine/base/text.h"

namespace glassdock::text {
namespace {

constexpr std::size_t created_by_width = 45;

const LineForm& image_form() {
  static const LineForm form{"*formatter.imageContext",
                             {{"ID", "IMAGE ID"},
                              {"Repository", "REPOSITORY"},
                              {"Tag", "TAG"},
                              {"Digest", "DIGEST"},
                              {"CreatedSince", "CREATED"},
                              {"CreatedAt", "CREATED AT"},
                              {"Size", "SIZE"},
                              {"Containers", "CONTAINERS"},
                              {"VirtualSize", "SIZE"},
                              {"SharedSize", "SHARED SIZE"},
                              {"UniqueSize", "UNIQUE SIZE"}}};
  return form;
}

const LineForm& history_form() {
  static const LineForm form{"*image.historyContext",
                             {{"ID", "IMAGE"},
                              {"CreatedSince", "CREATED"},
                              {"CreatedAt", "CREATED AT"},
                              {"CreatedBy", "CREATED BY"},
                              {"Size", "SIZE"},
                              {"Comment", "COMMENT"}}};
  return form;
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

TemplateData line_of(const client::ImageSummary& image, const ImageName& name, std::int64_t now_s, bool no_trunc) {
  const std::int64_t unique = image.shared_bytes < 0 ? -1 : image.size_bytes - image.shared_bytes;
  TemplateData line;
  line.type = image_form().type;
  line.fields = sorted_members(
      {{"ID", no_trunc ? image.id : short_id(image.id)},
       {"Repository", name.repository},
       {"Tag", name.tag},
       {"Digest", name.digest},
       {"CreatedSince", human_duration(now_s - image.created_s) + " ago"},
       {"CreatedAt", local_time(image.created_s)},
       {"Size", human_size(static_cast<double>(image.size_bytes))},
       {"Containers", image.containers < 0 ? std::string("N/A") : std::to_string(image.containers)},
       {"VirtualSize", progress_size(static_cast<double>(image.size_bytes))},
       {"SharedSize", image.shared_bytes < 0 ? "N/A" : progress_size(static_cast<double>(image.shared_bytes))},
       {"UniqueSize", unique < 0 ? "N/A" : progress_size(static_cast<double>(unique))}});
  return line;
}

std::string image_format(const TableOptions& options) {
  if (options.quiet) return "{{.ID}}";
  if (!options.format.empty() && options.format != "table") return options.format;
  return std::string("table {{.Repository}}\t{{.Tag}}\t") + (options.digests ? "{{.Digest}}\t" : "") +
         "{{.ID}}\t{{.CreatedSince}}\t{{.Size}}";
}

TemplateData line_of(const client::HistoryStep& step, std::int64_t now_s, const TableOptions& options, bool human) {
  std::string created_by = step.created_by;
  replace_all(created_by, "\t", " ");
  TemplateData line;
  line.type = history_form().type;
  line.fields = sorted_members(
      {{"ID", options.no_trunc ? step.id : short_id(step.id)},
       {"CreatedSince", human_duration(now_s - step.created_s) + " ago"},
       {"CreatedAt", local_rfc3339(step.created_s)},
       {"CreatedBy", options.no_trunc ? created_by : ellipsis(created_by, created_by_width)},
       {"Size", human ? human_size(static_cast<double>(step.size_bytes)) : std::to_string(step.size_bytes)},
       {"Comment", step.comment}});
  return line;
}

}  // namespace

std::string images_table(std::span<const client::ImageSummary> images, std::int64_t now_s,
                         const TableOptions& options) {
  // As docker: a digest is shown where it was asked for by name.
  const bool digests = options.digests || options.format.find("{{.Digest}}") != std::string::npos;
  std::vector<TemplateData> lines;
  for (const auto& image : images) {
    for (ImageName& name : names_of(image)) {
      if (!digests) name.digest = "<none>";
      lines.push_back(line_of(image, name, now_s, options.no_trunc));
    }
  }
  return formatted(image_format(options), image_form(), lines);
}

std::string history_table(std::span<const client::HistoryStep> steps, std::int64_t now_s, bool human,
                          const TableOptions& options) {
  std::vector<TemplateData> lines;
  lines.reserve(steps.size());
  for (const auto& step : steps) lines.push_back(line_of(step, now_s, options, human));
  std::string format = options.quiet ? "{{.ID}}" : options.format;
  if (format.empty() || format == "table") {
    format = std::string("table {{.ID}}\t") + (human ? "{{.CreatedSince}}" : "{{.CreatedAt}}") +
             "\t{{.CreatedBy}}\t{{.Size}}\t{{.Comment}}";
  }
  return formatted(format, history_form(), lines);
}

}  // namespace glassdock::text
