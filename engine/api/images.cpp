#include <fmt/format.h>
#include <malloc.h>
#include <nlohmann/json.hpp>

#include <algorithm>

#include "engine/api/answers.h"
#include "engine/api/filters.h"
#include "engine/api/progress_stream.h"
#include "engine/api/shapes.h"
#include "engine/base/text.h"
#include "engine/content/json_reader.h"
#include "engine/content/platform.h"
#include "engine/content/reference.h"

namespace glassdock::api {

using nlohmann::json;

namespace {

// Base64 with the URL alphabet or the common one, with or without its padding (RFC 4648); nothing on anything else.
std::optional<std::string> decode_base64(std::string_view text) {
  std::string bytes;
  std::uint32_t bits = 0;
  int count = 0;
  for (char c : text) {
    int value = c >= 'A' && c <= 'Z'   ? c - 'A'
                : c >= 'a' && c <= 'z' ? c - 'a' + 26
                : c >= '0' && c <= '9' ? c - '0' + 52
                : c == '+' || c == '-' ? 62
                : c == '/' || c == '_' ? 63
                                       : -1;
    if (c == '=') break;
    if (value < 0) return std::nullopt;
    bits = bits << 6 | static_cast<std::uint32_t>(value);
    count += 6;
    if (count >= 8) {
      count -= 8;
      bytes += static_cast<char>(bits >> count & 0xff);
    }
  }
  return bytes;
}

// X-Registry-Auth (Docker Engine API, "Authentication"). {} means none.
std::optional<registry::Credentials> credentials_of(const http::Request& request) {
  std::string_view header = request.headers().get("X-Registry-Auth");
  if (header.empty()) return std::nullopt;
  auto text = decode_base64(header);
  json auth = content::parse_json(text.value_or(std::string()));
  if (!auth.is_object()) throw Error(ErrorKind::invalid_argument, "the X-Registry-Auth header cannot be read");
  auto member = [&](const char* name) {
    const json value = auth.value(name, json(""));
    if (!value.is_string()) throw Error(ErrorKind::invalid_argument, "the X-Registry-Auth header cannot be read");
    return value.get<std::string>();
  };
  for (const char* token : {"identitytoken", "registrytoken"}) {
    if (member(token).empty()) continue;
    throw Error(ErrorKind::not_supported,
                fmt::format("a login by {} is not supported yet by Glassdock {}", token, GLASSDOCK_VERSION),
                "log in to the registry with a user name and a password");
  }
  registry::Credentials credentials{member("username"), member("password")};
  if (credentials.username.empty()) return std::nullopt;
  return credentials;
}

// The run's own gates; given up, too, when nobody is there any more to whom progress could be told.
class UntilHungUp : public trace::GateKeeper {
 public:
  UntilHungUp(trace::GateKeeper* outer, int client) : outer_(outer), client_(client) {}
  void pass(std::string_view gate, std::string_view subject, std::uint64_t request) override {
    if (outer_) outer_->pass(gate, subject, request);
  }
  bool cancelled() const noexcept override { return (outer_ && outer_->cancelled()) || daemon::is_hung_up(client_); }

 private:
  trace::GateKeeper* outer_;
  int client_;
};

std::string image_reference(const http::Request& request) {
  std::string from = query_text(request, "fromImage");
  std::string tag = query_text(request, "tag");
  if (from.empty()) {
    throw Error(ErrorKind::not_supported, "importing an image (fromSrc) is not supported yet");
  }
  if (tag.empty()) {
    content::Reference::parse(from);  // in docker's words where it is none
    if (!content::Reference::is_name_only(from)) return from;
    throw Error(ErrorKind::not_supported,
                fmt::format("pulling all tags of a name, -a, is not supported yet by Glassdock {}", GLASSDOCK_VERSION),
                "name a tag");
  }
  return from + (tag.find(':') != std::string::npos ? "@" : ":") + tag;
}

// The names that the filter "reference" asks for: "NAME:TAG" or "NAME@DIGEST", the whole or the name alone.
std::vector<std::string> asked_for(const Filters& filters, std::vector<std::string> references, char before_last_part) {
  std::erase_if(references, [&](const std::string& reference) {
    const std::string name = reference.substr(0, reference.rfind(before_last_part));
    return !any_meets(filters, "reference", [&](const std::string& pattern) {
      return pattern_matches(pattern, reference) || pattern_matches(pattern, name);
    });
  });
  return references;
}

}  // namespace

void Api::image_create(Call& call) {
  std::string text = image_reference(call.request);
  content::Reference reference = content::Reference::parse(text);
  std::optional<content::Platform> platform;
  if (std::string wanted = query_text(call.request, "platform"); !wanted.empty()) {
    platform = content::Platform::parse(wanted);
  }
  UntilHungUp gates(call.caller.context.gates, call.answer.socket());
  call.caller.context.gates = &gates;
  ProgressStream progress(call.answer);
  try {
    service_.images().pull(
        reference, platform, call.caller.context, [&](const daemon::PullProgress& next) { progress.say(next); },
        credentials_of(call.request));
  } catch (const Error& fault) {
    if (!progress.finish()) throw;
    // Too late for a status: the stream's last line says it, as docker does.
    call.answer.write(to_text({{"errorDetail", {{"message", fault.what()}}}, {"error", fault.what()}}));
    call.status = status_of(fault);
  }
  // Unpacking needs some megabytes that a daemon at rest does not.
  ::malloc_trim(0);
  if (!progress.finish()) call.answer.start(200, {{"Content-Type", "application/json"}});
  call.answer.finish();
}

void Api::image_list(Call& call) {
  Filters filters =
      parse_filters(query_text(call.request, "filters"), {"reference", "dangling", "label", "before", "since"});
  auto time_of = [&](const char* name) -> std::optional<std::int64_t> {
    if (!filters.contains(name)) return std::nullopt;
    return unix_of(service_.images().get(filters[name].front(), {})->config.created);
  };
  auto before = time_of("before"), since = time_of("since");
  json list = json::array();
  for (daemon::NamedImage& image : service_.images().list()) {
    std::int64_t created = unix_of(image.image->config.created);
    bool dangling = image.tags.empty();
    bool fits = labels_match(filters, image.image->config.labels) && (!before || created < *before) &&
                (!since || created > *since);
    fits = fits && flag_of(filters, "dangling", dangling) == dangling;
    if (filters.contains("reference")) {
      image.tags = asked_for(filters, std::move(image.tags), ':');
      image.digests = asked_for(filters, std::move(image.digests), '@');
      fits = fits && !(image.tags.empty() && image.digests.empty());
    }
    if (fits) list.push_back(image_summary(image, call.version));
  }
  send_json(call, 200, list);
}

void Api::image_inspect(Call& call) {
  auto image = service_.images().get(call.name, {});
  send_ordered(call, 200, image_details(service_.images().named(image), service_.images().config_json(image->id)));
}

void Api::image_remove(Call& call) {
  json removed = json::array();
  for (const daemon::RemovedItem& item :
       service_.images().remove(call.name, query_flag(call.request, "force"), call.caller.context)) {
    removed.push_back(removed_item(item));
  }
  send_json(call, 200, removed);
}

}  // namespace glassdock::api
