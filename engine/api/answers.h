#pragma once

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <exception>
#include <optional>
#include <string>
#include <string_view>

#include "engine/api/api.h"
#include "engine/base/error.h"
#include "engine/http/message.h"

namespace glassdock::api {

// The one table from a fault to an HTTP status.
int status_of(const Error& fault);

// Compact JSON and a line feed, as docker answers. Bytes that are not UTF-8 become U+FFFD.
void send_json(Call& call, int status, const nlohmann::json& body);
// The same of what clients print as it comes, in docker's order.
void send_ordered(Call& call, int status, const nlohmann::ordered_json& body);
std::string to_text(const nlohmann::json& body);
void send_empty(Call& call, int status);
// The head of an answer that is a raw stream from there on, and its status in the call: 101 where the client asks for
// an upgrade. `tty`: the stream is not framed.
http::Headers begin_raw_stream(Call& call, bool tty);
// Docker's name of a stream of output, of which clients know two kinds from API version 1.42 on.
const char* output_type(const Call& call, bool tty);
inline constexpr char raw_stream[] = "application/vnd.docker.raw-stream";
// {"message": …}
std::string error_body(const std::exception& fault);

// The body as JSON. Throws Error(invalid_argument) in docker's words for a wrong Content-Type and for bad JSON.
nlohmann::json read_json(Call& call);
// The same of a body that is read already.
// The same where no body at all means an empty object.
nlohmann::json read_json_or_nothing(Call& call);
nlohmann::json parse_body(const Call& call, const std::string& body);

// Docker's idea of true in a query: anything but "", "0", "no", "false", "none".
bool query_flag(const http::Request& request, std::string_view name);
std::string query_text(const http::Request& request, std::string_view name);
// Nothing where it is not there. Throws Error(internal), as docker has it, for what is no whole number.
std::optional<std::int64_t> query_number(const http::Request& request, std::string_view name);
// A moment in nanoseconds since 1970 (parse_moment); nothing where it is not there.
std::optional<std::int64_t> query_moment(const http::Request& request, std::string_view name);
// From now to a moment, as poll(2) takes it: -1, without end, where there is none, 0 once it is past.
int milliseconds_until(std::optional<std::int64_t> moment_ns);

// RFC 3339 with up to nine digits, as Go writes it; 0 is "0001-01-01T00:00:00Z".
std::string time_text(std::int64_t realtime_ns);

}  // namespace glassdock::api
