#include "app/text/usage_lines.h"

#include <fmt/format.h>

#include <algorithm>
#include <ctime>

#include "app/text/formatter.h"
#include "app/text/tables.h"
#include "app/text/words.h"
#include "engine/base/error.h"
#include "engine/base/text.h"

namespace glassdock::text {
namespace {

const LineForm& usage_form() {
  static const LineForm form{"*formatter.diskUsageContext",
                             {{"Type", "TYPE"},
                              {"TotalCount", "TOTAL"},
                              {"Active", "ACTIVE"},
                              {"Size", "SIZE"},
                              {"Reclaimable", "RECLAIMABLE"}}};
  return form;
}

// One kind of things on the disk.
struct Usage {
  std::string type;
  std::size_t count = 0, active = 0;
  std::int64_t bytes = 0, reclaimable = 0;
};

TemplateData line_of(const Usage& usage) {
  std::string reclaimable = progress_size(static_cast<double>(usage.reclaimable));
  if (usage.bytes > 0) reclaimable += fmt::format(" ({}%)", usage.reclaimable * 100 / usage.bytes);
  TemplateData line;
  line.type = usage_form().type;
  line.fields = sorted_members({{"Type", usage.type},
                                {"TotalCount", std::to_string(usage.count)},
                                {"Active", std::to_string(usage.active)},
                                {"Size", progress_size(static_cast<double>(usage.bytes))},
                                {"Reclaimable", reclaimable}});
  return line;
}

Usage usage_of_images(const client::DiskUsage& all) {
  Usage usage{"Images", all.images.size(), 0, all.layer_bytes, all.layer_bytes};
  for (const auto& image : all.images) {
    if (image.containers <= 0) continue;
    ++usage.active;
    if (image.shared_bytes >= 0) usage.reclaimable -= image.size_bytes - image.shared_bytes;
  }
  return usage;
}

Usage usage_of_containers(const client::DiskUsage& all) {
  Usage usage{"Containers", all.containers.size()};
  for (const auto& container : all.containers) {
    const bool active = container.state == "running" || container.state == "paused" || container.state == "restarting";
    usage.active += active ? 1 : 0;
    usage.bytes += container.written_bytes;
    usage.reclaimable += active ? 0 : container.written_bytes;
  }
  return usage;
}

std::string every_thing(client::DiskUsage usage, std::int64_t now_s) {
  TableOptions images;
  images.format =
      "table {{.Repository}}\t{{.Tag}}\t{{.ID}}\t{{.CreatedSince}}\t{{.Size}}\t{{.SharedSize}}\t{{.UniqueSize}}\t"
      "{{.Containers}}";
  TableOptions containers;
  containers.format =
      "table {{.ID}}\t{{.Image}}\t{{.Command}}\t{{.LocalVolumes}}\t{{.Size}}\t{{.RunningFor}}\t{{.Status}}\t{{.Names}}";
  for (auto& container : usage.containers) container.root_bytes = 0;  // what it wrote is meant
  return "Images space usage:\n\n" + images_table(usage.images, now_s, images) + "\nContainers space usage:\n\n" +
         containers_table(usage.containers, now_s, containers) + "\nLocal Volumes space usage:\n\n" +
         table({{"VOLUME NAME", "LINKS", "SIZE"}}) + "\nBuild cache usage: 0B\n\n" +
         table({{"CACHE ID", "CACHE TYPE", "SIZE", "CREATED", "LAST USED", "USAGE", "SHARED"}});
}

std::string event_time(std::int64_t time_ns) {
  constexpr std::int64_t second_ns = 1'000'000'000;
  const std::string whole = local_rfc3339(time_ns / second_ns);
  constexpr std::size_t digits_to_zone = 19;  // "2026-11-26T19:30:39"
  return whole.substr(0, digits_to_zone) + fmt::format(".{:09}", time_ns % second_ns) + whole.substr(digits_to_zone);
}

}  // namespace

double cpu_share(const client::UsageSample& before, const client::UsageSample& now) {
  if (now.cpu_ns <= before.cpu_ns || now.machine_cpu_ns <= before.machine_cpu_ns) return 0;
  return static_cast<double>(now.cpu_ns - before.cpu_ns) /
         static_cast<double>(now.machine_cpu_ns - before.machine_cpu_ns) * static_cast<double>(now.cpus) * 100;
}

std::string disk_usage_table(const client::DiskUsage& usage, std::int64_t now_s, const DiskUsageCommand& command) {
  if (command.verbose) {
    if (!command.format.empty()) {
      throw FormatError("the verbose and the format options conflict");
    }
    return every_thing(usage, now_s);
  }
  const std::vector<TemplateData> lines{line_of(usage_of_images(usage)), line_of(usage_of_containers(usage)),
                                        line_of(Usage{"Local Volumes"}), line_of(Usage{"Build Cache"})};
  const bool plain = command.format.empty() || command.format == "table";
  return formatted(
      plain ? "table {{.Type}}\t{{.TotalCount}}\t{{.Active}}\t{{.Size}}\t{{.Reclaimable}}" : command.format,
      usage_form(), lines);
}

std::string stats_table(std::span<const UsageLine> usages, const StatsCommand& command) {
  static const LineForm form{"*container.statsContext",
                             {{"Container", "CONTAINER"},
                              {"Name", "NAME"},
                              {"ID", "CONTAINER ID"},
                              {"CPUPerc", "CPU %"},
                              {"MemUsage", "MEM USAGE / LIMIT"},
                              {"MemPerc", "MEM %"},
                              {"NetIO", "NET I/O"},
                              {"BlockIO", "BLOCK I/O"},
                              {"PIDs", "PIDS"}}};
  std::vector<TemplateData> lines;
  for (const UsageLine& usage : usages) {
    const client::UsageSample& now = usage.now;
    std::string name = now.name;
    if (starts_with(name, "/")) name.erase(0, 1);
    const double memory_share = now.memory_limit_bytes == 0 ? 0
                                                            : static_cast<double>(now.memory_bytes) /
                                                                  static_cast<double>(now.memory_limit_bytes) * 100;
    TemplateData line;
    line.type = form.type;
    line.fields = sorted_members({{"Container", usage.asked},
                                  {"Name", name},
                                  {"ID", command.no_trunc ? now.id : short_id(now.id)},
                                  {"CPUPerc", fmt::format("{:.2f}%", cpu_share(usage.before, now))},
                                  {"MemUsage", binary_size(static_cast<double>(now.memory_bytes)) + " / " +
                                                   binary_size(static_cast<double>(now.memory_limit_bytes))},
                                  {"MemPerc", fmt::format("{:.2f}%", memory_share)},
                                  {"NetIO", "0B / 0B"},
                                  {"BlockIO", human_size(static_cast<double>(now.read_bytes)) + " / " +
                                                  human_size(static_cast<double>(now.written_bytes))},
                                  {"PIDs", std::to_string(now.processes)}});
    lines.push_back(std::move(line));
  }
  const bool plain = command.format.empty() || command.format == "table";
  return formatted(plain
                       ? "table {{.ID}}\t{{.Name}}\t{{.CPUPerc}}\t{{.MemUsage}}\t{{.MemPerc}}\t{{.NetIO}}\t{{.BlockIO}}"
                         "\t{{.PIDs}}"
                       : command.format,
                   form, lines);
}

std::string event_line(const client::EngineEvent& event, const std::string& format) {
  if (format == "json" || format == "{{json .}}") return event.line + "\n";
  if (format.empty()) {
    std::vector<std::string> attributes;
    attributes.reserve(event.attributes.size());
    for (const auto& [name, value] : event.attributes) attributes.push_back(fmt::format("{}={}", name, value));
    return fmt::format("{} {} {} {} ({})\n", event_time(event.time_ns), event.type, event.action, event.id,
                       join(attributes, ", "));
  }
  constexpr std::int64_t second_ns = 1'000'000'000;
  const bool older = event.type == "container" || event.type == "image";
  TemplateData line;
  line.type = "*events.Message";
  line.fields = {{"Status", older ? event.action : ""},
                 {"ID", older ? event.id : ""},
                 {"From", event.from},
                 {"Type", event.type},
                 {"Action", event.action},
                 {"Actor", {{"ID", event.id}, {"Attributes", event.attributes}}},
                 {"Scope", "local"},
                 {"Time", event.time_ns / second_ns},
                 {"TimeNano", event.time_ns}};
  return formatted(format, {line.type, Value::object()}, std::span(&line, 1));
}

std::string processes_table(const client::ProcessTable& processes) {
  constexpr std::size_t least_width = 20;
  std::vector<std::vector<std::string>> rows{processes.titles};
  rows.insert(rows.end(), processes.rows.begin(), processes.rows.end());
  return table(rows, least_width);
}

std::string prune_warning(const PruneCommand& command) {
  constexpr char question[] = "Are you sure you want to continue? [y/N] ";
  switch (command.kind) {
    case PruneCommand::Kind::containers:
      return std::string("WARNING! This will remove all stopped containers.\n") + question;
    case PruneCommand::Kind::images:
      return std::string(
                 command.all
                     ? "WARNING! This will remove all images without at least one container associated to them.\n"
                     : "WARNING! This will remove all dangling images.\n") +
             question;
    case PruneCommand::Kind::system:
      break;
  }
  std::string warning =
      "WARNING! This will remove:\n  - all stopped containers\n  - all networks not used by at least one container\n";
  warning += command.all ? "  - all images without at least one container associated to them\n  - all build cache\n"
                         : "  - all dangling images\n  - unused build cache\n";
  if (!command.filters.empty()) {
    warning += "\n  Items to be pruned will be filtered with:\n";
    for (const auto& [name, values] : command.filters) {
      for (const std::string& value : values) warning += fmt::format("  - {}={}\n", name, value);
    }
  }
  return warning + "\n" + question;
}

std::string prune_lines(const client::PruneReport& report, std::string_view title) {
  if (report.removed.empty() && report.images.empty()) return {};
  std::string text = fmt::format("Deleted {}:\n", title);
  for (const std::string& name : report.removed) text += name + "\n";
  for (const auto& image : report.images) {
    text += image.untagged.empty() ? "deleted: " + image.deleted + "\n" : "untagged: " + image.untagged + "\n";
  }
  return text + "\n";
}

std::string reclaimed_line(std::int64_t bytes) {
  return fmt::format("Total reclaimed space: {}\n", progress_size(static_cast<double>(bytes)));
}

}  // namespace glassdock::text
