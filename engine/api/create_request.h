#pragma once

#include <nlohmann/json_fwd.hpp>

#include "engine/daemon/container_config.h"

namespace glassdock::api {

// The body of POST /containers/create (Docker Engine API 1.45, ContainerCreate). What this engine does not know yet is
// refused in one clear line; fields with their default values are no request. Throws Error(invalid_argument), and
// Error(not_supported).
daemon::CreateRequest parse_create_request(const nlohmann::json& body);
// RestartPolicy of a HostConfig, or of an update. Throws as the other.
daemon::RestartPolicy read_restart_policy(const nlohmann::json& host);

}  // namespace glassdock::api
