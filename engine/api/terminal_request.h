#pragma once

#include <cstdint>
#include <string_view>
#include <utility>

#include "engine/base/detach_keys.h"
#include "engine/http/message.h"

namespace glassdock::api {

// Of a client at a terminal; docker's own where it names none. Throws Error(invalid_argument) in docker's words.
DetachKeys read_detach_keys(std::string_view text);

// `h` and `w` of a query: rows and columns. Throws Error(invalid_argument) in docker's words.
std::pair<std::uint16_t, std::uint16_t> read_terminal_size(const http::Request& request);

}  // namespace glassdock::api
