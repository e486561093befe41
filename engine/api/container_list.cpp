// GET /containers/json: which containers, and what is told of each.
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <functional>

#include "engine/api/answers.h"
#include "engine/api/filters.h"
#include "engine/api/shapes.h"
#include "engine/base/text.h"

namespace glassdock::api {

using nlohmann::json;

namespace {

constexpr std::int64_t second_ns = 1'000'000'000;

// What a list asks for, apart from the single container.
struct ListWish {
  Filters filters;
  std::int64_t before_ns = INT64_MAX;
  std::int64_t since_ns = INT64_MIN;
};

// What is known of a container besides what never changes.
struct Listed {
  const daemon::Container& container;
  std::string name;
  daemon::Status status;
  std::string image;  // what its image is called now
};

Error bad_filter(const char* name, const std::string& value, const std::string& why = {}) {
  return Error(ErrorKind::invalid_argument,
               fmt::format("invalid filter '{}={}'{}", name, value, why.empty() ? "" : ": " + why));
}

void check_port(const char* filter, const std::string& value) {
  const std::string number = value.substr(0, value.find('/'));
  if (parse_number(number)) return;
  throw Error(ErrorKind::internal, fmt::format("error while looking up for {} {}: strconv.ParseUint: parsing \"{}\": "
                                               "invalid syntax",
                                               filter, value, number));
}

void check_values(const Filters& filters) {
  auto each = [&](const char* name, const std::function<void(const std::string&)>& check) {
    any_meets(filters, name, [&](const std::string& value) {
      check(value);
      return false;
    });
  };
  each("status", [](const std::string& word) {
    if (!daemon::parse_state(word)) throw bad_filter("status", word);
  });
  each("exited", [](const std::string& code) {
    if (!parse_number(code)) {
      throw bad_filter("exited", code, fmt::format("strconv.Atoi: parsing \"{}\": invalid syntax", code));
    }
  });
  each("health", [](const std::string& word) {
    if (word == "none" || word == "starting" || word == "healthy" || word == "unhealthy") return;
    throw Error(ErrorKind::invalid_argument, "unrecognized filter value for health: " + word);
  });
  each("is-task", [](const std::string& word) {
    if (word != "true" && word != "false" && word != "1" && word != "0") {
      throw Error(ErrorKind::invalid_argument, fmt::format("invalid filter 'is-task=[{}]'", word));
    }
  });
  each("publish", [](const std::string& port) { check_port("publish", port); });
  each("expose", [](const std::string& port) { check_port("expose", port); });
}

bool has_ancestor(const Listed& listed, const std::string& ancestor) {
  const daemon::ContainerConfig& config = listed.container.config;
  return ancestor == listed.image || ancestor == config.image || ancestor + ":latest" == listed.image ||
         ancestor == listed.image + ":latest" || starts_with(config.image_id.text(), ancestor) ||
         starts_with(config.image_id.hex(), ancestor);
}

bool has_mount(const Listed& listed, const std::string& volume) {
  const auto& binds = listed.container.config.binds;
  return std::any_of(binds.begin(), binds.end(),
                     [&](const daemon::Bind& bind) { return bind.source == volume || bind.target == volume; });
}

bool meets(const ListWish& wish, const Listed& listed) {
  const Filters& filters = wish.filters;
  const daemon::Container& container = listed.container;
  const daemon::Status& status = listed.status;
  auto never = [](const std::string&) { return false; };  // of what this engine has none
  return container.created_ns < wish.before_ns && container.created_ns > wish.since_ns &&
         any_meets(filters, "id", [&](const std::string& id) { return starts_with(container.id, id); }) &&
         any_meets(filters, "name", [&](const std::string& name) { return name_fits(name, listed.name); }) &&
         any_meets(filters, "status",
                   [&](const std::string& word) { return word == daemon::to_string(status.state); }) &&
         any_meets(filters, "exited",
                   [&](const std::string& code) {
                     return status.state == daemon::State::exited && code == std::to_string(status.exit_code);
                   }) &&
         any_meets(filters, "ancestor", [&](const std::string& ancestor) { return has_ancestor(listed, ancestor); }) &&
         any_meets(filters, "network",
                   [&](const std::string& network) { return network == container.config.network_mode; }) &&
         any_meets(filters, "volume", [&](const std::string& volume) { return has_mount(listed, volume); }) &&
         any_meets(filters, "health", [](const std::string& word) { return word == "none"; }) &&
         any_meets(filters, "is-task", [](const std::string& word) { return word == "false" || word == "0"; }) &&
         any_meets(filters, "publish", never) && any_meets(filters, "expose", never) &&
         labels_match(filters, container.config.labels);
}

}  // namespace

std::string Api::image_name_now(const daemon::Container& container) {
  const daemon::ContainerConfig& config = container.config;
  return service_.images().find_id(config.image) == config.image_id ? config.image : config.image_id.text();
}

json Api::summary_of(const daemon::Container& container, bool size) {
  json summary =
      container_summary(container, service_.containers().name(container), service_.containers().status(container),
                        image_name_now(container), daemon::realtime_ns() / second_ns);
  if (size) {
    const std::uint64_t written = service_.written_bytes(container);
    if (written > 0) summary["SizeRw"] = written;  // docker leaves 0 out
    summary["SizeRootFs"] = written + service_.images().bytes_of(container.config.image_id);
  }
  return summary;
}

void Api::container_list(Call& call) {
  ListWish wish;
  wish.filters = parse_filters(query_text(call.request, "filters"),
                               {"id", "name", "status", "exited", "ancestor", "label", "before", "since", "network",
                                "volume", "health", "is-task", "publish", "expose"});
  check_values(wish.filters);
  if (wish.filters.contains("before")) wish.before_ns = service_.find(wish.filters["before"].front())->created_ns;
  if (wish.filters.contains("since")) wish.since_ns = service_.find(wish.filters["since"].front())->created_ns;
  std::int64_t limit = query_number(call.request, "limit").value_or(0);
  bool size = query_flag(call.request, "size");
  // As docker: a state names what does not run, too; an exit code does not.
  bool all = query_flag(call.request, "all") || limit > 0 || wish.filters.contains("status");
  json list = json::array();
  for (const daemon::ContainerPtr& container : service_.containers().all()) {
    if (limit > 0 && list.size() >= static_cast<std::size_t>(limit)) break;
    daemon::Status status = service_.containers().status(*container);
    if (!all && !daemon::is_alive(status.state)) continue;
    if (!wish.filters.empty() && !meets(wish, {*container, service_.containers().name(*container), std::move(status),
                                               image_name_now(*container)})) {
      continue;
    }
    list.push_back(summary_of(*container, size));
  }
  send_json(call, 200, list);
}

}  // namespace glassdock::api
