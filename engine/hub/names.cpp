#include "engine/hub/names.h"

#include <fmt/format.h>

#include <vector>

#include "engine/base/text.h"
#include "engine/hub/refusal.h"

namespace glassdock::hub {
namespace {

bool lower_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}
bool word_character(char c) {
  return lower_or_digit(c) || (c >= 'A' && c <= 'Z') || c == '_';
}

// Letters and digits, separated by one '.', one or two '_', or any number of '-'.
bool valid_component(std::string_view text) {
  if (text.empty() || !lower_or_digit(text.front()) || !lower_or_digit(text.back())) return false;
  for (std::size_t i = 0; i < text.size();) {
    if (lower_or_digit(text[i])) {
      ++i;
      continue;
    }
    std::size_t begin = i;
    while (i < text.size() && text[i] == text[begin]) ++i;
    std::size_t length = i - begin;
    bool allowed = text[begin] == '-' || (text[begin] == '.' && length == 1) || (text[begin] == '_' && length <= 2);
    if (!allowed || !lower_or_digit(text[i])) return false;
  }
  return true;
}

}  // namespace

bool valid_repository_name(std::string_view name) {
  if (name.empty() || name.size() > 255) return false;
  for (const std::string& component : split(name, '/')) {
    if (!valid_component(component)) return false;
  }
  return name.back() != '/';
}

bool valid_tag(std::string_view tag) {
  if (tag.empty() || tag.size() > 128 || !word_character(tag.front())) return false;
  for (char c : tag) {
    if (!word_character(c) && c != '.' && c != '-') return false;
  }
  return true;
}

std::optional<Route> parse_route(std::string_view path) {
  if (path == "/token") return Route{Resource::token, {}, {}};
  if (path == "/v2" || path == "/v2/") return Route{Resource::base, {}, {}};
  if (path == "/v2/_catalog") return Route{Resource::catalog, {}, {}};
  if (!starts_with(path, "/v2/")) return std::nullopt;

  std::string_view rest = path.substr(4);
  auto cut_last = [&rest]() -> std::string_view {
    std::size_t slash = rest.rfind('/');
    if (slash == std::string_view::npos) return {};
    std::string_view last = rest.substr(slash + 1);
    rest = rest.substr(0, slash);
    return last;
  };
  Route route;
  std::string_view last = cut_last();
  if (last == "uploads" && ends_with(rest, "/blobs")) {
    route.resource = Resource::uploads;
    cut_last();
  } else if (std::string_view kind = cut_last(); kind == "manifests") {
    route.resource = Resource::manifest;
    route.reference = last;
  } else if (kind == "referrers") {
    route.resource = Resource::referrers;
    route.reference = last;
  } else if (kind == "blobs") {
    route.resource = Resource::blob;
    route.reference = last;
  } else if (kind == "tags" && last == "list") {
    route.resource = Resource::tags;
  } else if (kind == "uploads" && cut_last() == "blobs") {
    route.resource = last.empty() ? Resource::uploads : Resource::upload;
    route.reference = last;
  } else {
    return std::nullopt;
  }
  if (!valid_repository_name(rest)) {
    throw Refusal(400, "NAME_INVALID", fmt::format("\"{}\" is no valid repository name", rest.substr(0, 300)));
  }
  route.repository = rest;
  return route;
}

}  // namespace glassdock::hub
