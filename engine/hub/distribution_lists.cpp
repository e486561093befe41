#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

#include "engine/base/text.h"
#include "engine/hub/distribution.h"

namespace glassdock::hub {
namespace {

constexpr std::uint64_t page_limit = 1000;  // a larger n is cut to it, as the spec allows

struct Page {
  std::vector<std::string> names;
  std::string link;  // to the next page, or empty
};

// What follows `last` in the sorted list, `n` entries at most (spec.md, "Listing Tags").
Page cut_page(const http::Request& request, const std::vector<std::string>& all) {
  std::uint64_t count = page_limit;
  if (auto n = request.query("n")) {
    auto number = parse_number(*n);
    bool digits = !n->empty() && n->find_first_not_of("0123456789") == std::string::npos;
    if (!digits)
      throw Refusal(400, "PAGINATION_NUMBER_INVALID", fmt::format("\"{}\" is no page size", n->substr(0, 40)));
    count = std::min(number.value_or(page_limit), page_limit);  // digits beyond 64 bits: huge
  }
  auto begin = std::upper_bound(all.begin(), all.end(), request.query("last").value_or(""));
  auto end = begin +
             static_cast<std::ptrdiff_t>(std::min<std::uint64_t>(count, static_cast<std::uint64_t>(all.end() - begin)));
  Page page{{begin, end}, {}};
  if (end != all.end() && !page.names.empty()) {
    page.link = fmt::format("<{}?{}>; rel=\"next\"", request.path(),
                            http::encode_query({{"n", std::to_string(count)}, {"last", page.names.back()}}));
  }
  return page;
}

http::Headers headers_of(const Page& page) {
  if (page.link.empty()) return {};
  return {{"Link", page.link}};
}

}  // namespace

void Distribution::list_tags(Exchange& exchange, const Route& route) {
  if (!exchange.reads()) refuse_method(exchange);
  if (!store_.has_repository(route.repository) || exchange.fault() == Fault::not_found) {
    throw Refusal(404, "NAME_UNKNOWN", fmt::format("the hub has no repository {}", route.repository));
  }
  Page page = cut_page(exchange.request(), store_.tags(route.repository));
  nlohmann::json body = {{"name", route.repository}, {"tags", page.names}};
  exchange.send_json(200, body.dump(), headers_of(page));
}

void Distribution::list_repositories(Exchange& exchange) {
  if (!exchange.reads()) refuse_method(exchange);
  Page page = cut_page(exchange.request(), store_.repositories());
  nlohmann::json body = {{"repositories", page.names}};
  exchange.send_json(200, body.dump(), headers_of(page));
}

}  // namespace glassdock::hub
