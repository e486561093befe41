#pragma once

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/daemon/container.h"
#include "engine/daemon/image_service.h"
#include "engine/daemon/service.h"

namespace glassdock::api {

// The only one, as docker names what starts containers ("runc").
inline constexpr char runtime_name[] = "glassdock";

// Docker's shapes of what the service has (Docker Engine API 1.45: ContainerInspectResponse, ContainerSummary,
// ImageInspect, ImageSummary). `image` is what the container's image is called now.
// What is told in docker's order is what its client prints as it comes.
struct ContainerSizes {
  std::uint64_t written_bytes = 0, root_bytes = 0;
};
struct ContainerExtras {
  std::vector<std::string> execs;       // ids
  std::optional<ContainerSizes> sizes;  // where they were asked for
};
nlohmann::ordered_json container_details(const daemon::Container& container, const std::string& name,
                                         const daemon::Status& status, const ContainerExtras& extras);
nlohmann::json container_summary(const daemon::Container& container, const std::string& name,
                                 const daemon::Status& status, const std::string& image, std::int64_t now_unix);
nlohmann::ordered_json image_details(const daemon::NamedImage& image, const std::string& config_json);
nlohmann::json image_summary(const daemon::NamedImage& image, int minor_version);

nlohmann::json removed_item(const daemon::RemovedItem& item);

// "Up 3 minutes", "Exited (0) 2 hours ago", "Created".
std::string status_words(const daemon::Status& status, std::int64_t now_unix);
// Seconds since 1970 of an RFC 3339 time; 0 for what is none.
std::int64_t unix_of(const std::string& rfc3339);

}  // namespace glassdock::api
