// GET /events: docker's own event stream.
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <poll.h>

#include <algorithm>
#include <chrono>

#include "engine/api/answers.h"
#include "engine/api/filters.h"
#include "engine/base/text.h"
#include "engine/content/reference.h"

namespace glassdock::api {

using nlohmann::json;

namespace {

constexpr std::int64_t second_ns = 1'000'000'000;

std::string without_tag(const std::string& image) {
  try {
    return content::Reference::parse(image).familiar_name();
  } catch (const Error&) {
    return image;
  }
}

// moby daemon/events/filter.go. Filters that nobody knows choose nothing away, as there.
bool meets(const Filters& filters, const daemon::EngineEvent& event) {
  const auto attribute = [&](const char* name) {
    const auto found = event.attributes.find(name);
    return found == event.attributes.end() ? std::string() : found->second;
  };
  const bool of_image = event.type == "image";
  const auto of = [&](const char* type) {
    return any_meets(filters, type, [&](const std::string& wish) {
      return event.type == type && (starts_with(event.id, wish) || attribute("name") == wish);
    });
  };
  return any_meets(
             filters, "event",
             [&](const std::string& wish) { return event.action == wish || starts_with(event.action, wish + ":"); }) &&
         any_meets(filters, "type", [&](const std::string& wish) { return event.type == wish; }) &&
         any_meets(filters, "scope", [&](const std::string& wish) { return wish == "local"; }) &&
         any_meets(filters, "daemon", [](const std::string&) { return false; }) && of("container") && of("network") &&
         of("volume") && labels_match(filters, event.attributes) &&
         any_meets(filters, "image", [&](const std::string& wish) {
           const std::string image = of_image ? attribute("name") : attribute("image");
           return event.id == wish || image == wish || without_tag(event.id) == wish ||
                  (!image.empty() && without_tag(image) == wish);
         });
}

// In docker's order. The older fields status, id and from are of containers and images alone.
std::string line_of(const daemon::EngineEvent& event) {
  nlohmann::ordered_json line;
  if (event.type == "container" || event.type == "image") {
    line["status"] = event.action;
    if (!event.id.empty()) line["id"] = event.id;
    if (const auto from = event.attributes.find("image"); event.type == "container" && from != event.attributes.end()) {
      line["from"] = from->second;
    }
  }
  line["Type"] = event.type;
  line["Action"] = event.action;
  line["Actor"] = {{"ID", event.id}, {"Attributes", event.attributes}};
  line["scope"] = "local";
  line["time"] = event.time_ns / second_ns;
  line["timeNano"] = event.time_ns;
  return line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace

void Api::events(Call& call) {
  const auto since_ns = query_moment(call.request, "since");
  const auto until_ns = query_moment(call.request, "until");
  if (since_ns && until_ns && *since_ns > *until_ns) {
    throw Error(ErrorKind::invalid_argument,
                fmt::format("`since` time ({}) cannot be after `until` time ({})", query_text(call.request, "since"),
                            query_text(call.request, "until")));
  }
  const Filters filters = parse_filters(query_text(call.request, "filters"));
  // As docker: without `since`, an end that lies in the past shows nothing of it.
  daemon::EventLog::Reader reader(service_.events(), since_ns.value_or(INT64_MAX));
  call.answer.start(200, {{"Content-Type", "application/json"}});
  for (;;) {
    for (const daemon::EngineEvent& event : reader.take()) {
      if ((!until_ns || event.time_ns <= *until_ns) && meets(filters, event)) call.answer.write(line_of(event));
    }
    const int left = milliseconds_until(until_ns);
    if (left == 0 || service_.events().over()) break;
    pollfd sources[] = {{reader.bell(), POLLIN, 0}, {call.answer.socket(), POLLRDHUP, 0}};
    ::poll(sources, 2, left);
    if (call.answer.peer_closed()) return;
  }
  call.answer.finish();
}

}  // namespace glassdock::api
