// docker ps: what a container's line has (docker CLI, formatter/container.go).
#include <fmt/format.h>

#include "app/text/formatter.h"
#include "app/text/tables.h"
#include "app/text/words.h"
#include "engine/base/status_text.h"
#include "engine/base/text.h"

namespace glassdock::text {
namespace {

constexpr std::size_t command_width = 20;
constexpr std::size_t mount_width = 15;

const LineForm& form() {
  static const LineForm form{"*formatter.ContainerContext",
                             {{"ID", "CONTAINER ID"},
                              {"Names", "NAMES"},
                              {"Image", "IMAGE"},
                              {"Command", "COMMAND"},
                              {"CreatedAt", "CREATED AT"},
                              {"RunningFor", "CREATED"},
                              {"Ports", "PORTS"},
                              {"State", "STATE"},
                              {"Status", "STATUS"},
                              {"Size", "SIZE"},
                              {"Labels", "LABELS"},
                              {"Mounts", "MOUNTS"},
                              {"LocalVolumes", "LOCAL VOLUMES"},
                              {"Networks", "NETWORKS"},
                              {"Platform", "PLATFORM"}}};
  return form;
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

std::string size_of(const client::ContainerSummary& container) {
  const std::string written = human_size(static_cast<double>(container.written_bytes));
  if (container.root_bytes == 0) return written;
  return fmt::format("{} (virtual {})", written, human_size(static_cast<double>(container.root_bytes)));
}

std::string labels_of(const client::ContainerSummary& container) {
  std::vector<std::string> labels;
  labels.reserve(container.labels.size());
  for (const auto& [name, value] : container.labels) labels.push_back(name + "=" + value);
  return join(labels, ",");
}

std::string mounts_of(const client::ContainerSummary& container, bool no_trunc) {
  std::vector<std::string> mounts;
  mounts.reserve(container.mounts.size());
  for (const std::string& mount : container.mounts) mounts.push_back(no_trunc ? mount : ellipsis(mount, mount_width));
  return join(mounts, ",");
}

TemplateData line_of(const client::ContainerSummary& container, std::int64_t now_s, bool no_trunc) {
  const std::string command = no_trunc ? container.command : ellipsis(container.command, command_width);
  TemplateData line;
  line.type = form().type;
  line.fields = sorted_members({{"ID", no_trunc ? container.id : short_id(container.id)},
                                {"Names", names_of(container)},
                                {"Image", image_of(container, no_trunc)},
                                {"Command", quote(command)},
                                {"CreatedAt", local_time(container.created_s)},
                                {"RunningFor", human_duration(now_s - container.created_s) + " ago"},
                                {"Ports", ""},
                                {"State", container.state},
                                {"Status", container.status},
                                {"Size", size_of(container)},
                                {"Labels", labels_of(container)},
                                {"Mounts", mounts_of(container, no_trunc)},
                                {"LocalVolumes", std::to_string(container.local_volumes)},
                                {"Networks", join(container.networks, ",")},
                                {"Platform", nullptr}});
  line.method = [labels = container.labels](std::string_view method, std::span<const Value> arguments) {
    if (method != "Label" || arguments.size() != 1 || !arguments[0].is_string()) return std::optional<Value>();
    const auto found = labels.find(arguments[0].get<std::string>());
    return std::optional<Value>(found == labels.end() ? std::string() : found->second);
  };
  return line;
}

// docker's other form, a line for each member.
constexpr std::string_view raw_format =
    "container_id: {{.ID}}\nimage: {{.Image}}\ncommand: {{.Command}}\ncreated_at: {{.CreatedAt}}\nstate: {{- pad "
    ".State "
    "1 0}}\nstatus: {{- pad .Status 1 0}}\nnames: {{.Names}}\nlabels: {{- pad .Labels 1 0}}\nports: {{- pad .Ports 1 "
    "0}}\n";

std::string format_of(const TableOptions& options) {
  if (options.quiet) return options.format == "raw" ? "container_id: {{.ID}}" : "{{.ID}}";
  if (options.format == "raw") {
    return std::string(raw_format) + (options.size ? "size: {{.Size}}\n" : "");
  }
  if (!options.format.empty() && options.format != "table") return options.format;
  return std::string("table {{.ID}}\t{{.Image}}\t{{.Command}}\t{{.RunningFor}}\t{{.Status}}\t{{.Ports}}\t{{.Names}}") +
         (options.size ? "\t{{.Size}}" : "");
}

}  // namespace

bool needs_sizes(const TableOptions& options) {
  return options.size ||
         (!options.quiet && options.format != "json" && template_of(format_of(options)).asks_for("Size"));
}

std::string containers_table(std::span<const client::ContainerSummary> containers, std::int64_t now_s,
                             const TableOptions& options) {
  std::vector<TemplateData> lines;
  lines.reserve(containers.size());
  for (const auto& container : containers) lines.push_back(line_of(container, now_s, options.no_trunc));
  return formatted(format_of(options), form(), lines);
}

}  // namespace glassdock::text
