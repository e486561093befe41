#include "engine/registry/refusal.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

#include "engine/base/text.h"

namespace glassdock::registry {
namespace {

constexpr std::size_t words_limit = 300;  // bytes of a registry's own words that are shown

std::string printable(std::string_view text) {
  std::string shown;
  for (char c : text.substr(0, words_limit)) {
    if (static_cast<unsigned char>(c) >= ' ' && c != 0x7f) shown += c;
  }
  return shown;
}

std::string login_hint(const Endpoint& endpoint) {
  return fmt::format("check the name, or log in to {} first", endpoint.host);
}

Error access_denied(const content::Reference& reference, const Endpoint& endpoint, const std::string& words) {
  return Error(ErrorKind::not_found,
               fmt::format("pull access denied for {}, repository does not exist or may require 'docker login': {}",
                           reference.familiar_name(), words),
               login_hint(endpoint));
}

Error refused(const HttpOutcome& outcome, const std::string& url, const content::Reference& reference,
              const Endpoint& endpoint, const RefusalWords& words) {
  if (!outcome.fault.empty()) return unreachable(outcome.fault, url);
  if (outcome.status == 401 || outcome.status == 403 || words.code == "DENIED") {
    auto challenge = outcome.headers.find("www-authenticate");
    bool basic = challenge != outcome.headers.end() && challenge->second.find("asic ") != std::string::npos;
    if (basic && !endpoint.credentials) {
      return Error(ErrorKind::unauthorized, fmt::format("Get \"{}\": no basic auth credentials", url),
                   login_hint(endpoint));
    }
    if (endpoint.credentials && outcome.status == 401 && words.code != "DENIED") {
      return Error(ErrorKind::unauthorized,
                   fmt::format("Get \"{}\": {}", url,
                               words.text.empty() ? std::string("unauthorized: authentication required") : words.text),
                   "user name or password is not right for this registry");
    }
    return access_denied(reference, endpoint, "denied: requested access to the resource is denied");
  }
  if (outcome.status == 429) {
    return Error(ErrorKind::unavailable,
                 words.text.empty() ? std::string("toomanyrequests: the registry's rate limit is reached") : words.text,
                 "wait a while, or log in for a higher limit");
  }
  return Error(ErrorKind::unavailable,
               fmt::format("Get \"{}\": received unexpected HTTP status: {}{}{}", url, outcome.status,
                           words.text.empty() ? "" : ": ", words.text),
               "the registry is at fault: try again later");
}

std::string some_of(std::vector<std::string> names) {
  constexpr std::size_t most = 20;
  if (names.size() > most) {
    const std::string rest = fmt::format("{} more", names.size() - most);
    names.resize(most);
    names.push_back(rest);
  }
  return printable(listed(names));
}

}  // namespace

RefusalWords refusal_words(const std::string& body) {
  auto document = nlohmann::json::parse(body, nullptr, /*allow_exceptions=*/false);
  if (!document.is_object() || !document.contains("errors") || !document["errors"].is_array() ||
      document["errors"].empty() || !document["errors"][0].is_object()) {
    return {};
  }
  const auto& first = document["errors"][0];
  auto text_of = [&](const char* field) {
    return first.contains(field) && first[field].is_string() ? printable(first[field].get<std::string>()) : "";
  };
  RefusalWords words{text_of("code"), {}};
  for (char c : words.code) words.text += c == '_' ? ' ' : static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  std::string message = text_of("message");
  if (!message.empty()) words.text += ": " + message;
  return words;
}

Error refused_manifest(const HttpOutcome& outcome, const std::string& url, const content::Reference& reference,
                       const Endpoint& endpoint) {
  RefusalWords words = refusal_words(outcome.error_body);
  if (outcome.fault.empty() && outcome.status == 404) {
    std::string cause = words.text.empty() ? std::string("manifest unknown") : words.text;
    if (words.code == "NAME_UNKNOWN") return access_denied(reference, endpoint, cause);
    return Error(ErrorKind::not_found, fmt::format("manifest for {} not found: {}", reference.familiar(), cause),
                 fmt::format("check name and tag: {} has no such image", endpoint.host));
  }
  return refused(outcome, url, reference, endpoint, words);
}

Error refused_blob(const HttpOutcome& outcome, const std::string& url, const content::Reference& reference,
                   const Endpoint& endpoint) {
  RefusalWords words = refusal_words(outcome.error_body);
  if (outcome.fault.empty() && outcome.status == 404) {
    return Error(
        ErrorKind::not_found, words.text.empty() ? std::string("unknown blob") : words.text,
        fmt::format("{} has the manifest of {} but not all of its layers", endpoint.host, reference.familiar()));
  }
  return refused(outcome, url, reference, endpoint, words);
}

Error unreachable(const std::string& fault, const std::string& url) {
  std::string hint = "is there a network, and does the registry answer?";
  if (fault.find("x509") != std::string::npos || fault.find("certificate") != std::string::npos) {
    hint = "a registry with its own CA needs that CA's file given to the engine";
  } else if (fault.find("HTTP response to HTTPS") != std::string::npos) {
    hint = "the registry speaks plain HTTP: tell the engine so, as an insecure registry";
  } else if (fault.find("EOF") != std::string::npos || fault.find("no data") != std::string::npos) {
    hint = "the connection broke off: try again";
  }
  return Error(ErrorKind::unavailable, fmt::format("Get \"{}\": {}", url, fault), hint);
}

std::string MirrorStock::proposal(const content::Reference& reference) const {
  const std::string typed = reference.familiar_name();
  const auto nearest = std::min_element(images.begin(), images.end(), [&](const auto& one, const auto& other) {
    return edit_distance(typed, one) < edit_distance(typed, other);
  });
  return nearest != images.end() && *nearest != typed && resembles(typed, *nearest) ? printable(*nearest)
                                                                                    : std::string();
}

std::string mirror_words(const HttpOutcome& outcome, const content::Reference& reference, const Endpoint& mirror,
                         const MirrorStock& stock) {
  if (!outcome.fault.empty()) {
    return fmt::format("the built-in hub at {} does not answer ({})", mirror.host, outcome.fault);
  }
  if (outcome.status != 404) return fmt::format("the built-in hub answered with HTTP status {}", outcome.status);
  const auto has = [](const auto& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  if (!stock.images.empty() && !has(stock.images, reference.familiar_name())) {
    return fmt::format("the built-in hub has no image {}, only {}", reference.familiar_name(), some_of(stock.images));
  }
  if (!stock.tags.empty() && !has(stock.tags, reference.tag)) {
    return fmt::format("the built-in hub has no {}, only the tag{} {}", reference.familiar(),
                       stock.tags.size() == 1 ? "" : "s", some_of(stock.tags));
  }
  return fmt::format("the built-in hub has no {}", reference.familiar());
}

Error refused_everywhere(const Error& error, const HttpOutcome& outcome, const Endpoint& last,
                         const std::string& mirror_said, const std::string& proposal) {
  const std::string meant = proposal.empty() ? std::string() : fmt::format("did you mean {}?", proposal);
  if (error.kind() != ErrorKind::unavailable) {
    // The registry's own answer comes first, in docker's words.
    const std::vector<std::string> hints{error.hint(), mirror_said, meant};
    return Error(error.kind(), error.message(), join({hints.begin(), hints.end() - (meant.empty() ? 1 : 0)}, "; "));
  }
  std::string why = fmt::format("{} cannot help: {}", last.host, error.message());
  if (!outcome.fault.empty()) {
    why = fmt::format("{} {}: {}", last.host, outcome.unreachable ? "cannot be reached" : "does not answer",
                      outcome.fault);
  }
  return Error(error.kind(), fmt::format("{}; {}", mirror_said, why), meant.empty() ? error.hint() : meant);
}

}  // namespace glassdock::registry
