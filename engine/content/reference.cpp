#include "engine/content/reference.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/base/error.h"
#include "engine/base/text.h"

namespace glassdock::content {
namespace {

constexpr std::string_view default_domain = "docker.io";
constexpr std::string_view old_default_domain = "index.docker.io";
constexpr std::string_view official_prefix = "library/";
constexpr std::size_t name_limit = 255;       // reference.go, RepositoryNameTotalLengthMax
constexpr std::size_t tag_limit = 128;        // reference.go, TagRegexp
constexpr std::size_t least_digest_hex = 32;  // reference.go, DigestRegexp

bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}
bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}
bool is_number(char c) {
  return c >= '0' && c <= '9';
}
bool is_letter_or_number(char c) {
  return is_lower(c) || is_upper(c) || is_number(c);
}
bool is_hex(char c) {
  return is_number(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
bool has_upper(std::string_view text) {
  return std::any_of(text.begin(), text.end(), is_upper);
}

Error invalid(std::string_view why = {}) {
  return Error(ErrorKind::invalid_argument,
               why.empty() ? std::string("invalid reference format") : fmt::format("invalid reference format: {}", why),
               "an image is called [REGISTRY/]NAME[:TAG][@DIGEST], in lower case, as in alpine:latest");
}

// domain-component ("." domain-component)* [":" port], or an IPv6 address in brackets.
bool is_domain(std::string_view text) {
  auto port = text.rfind(':');
  bool bracketed = starts_with(text, "[");
  if (port != std::string_view::npos && (!bracketed || text.find(']') < port)) {
    std::string_view digits = text.substr(port + 1);
    if (digits.empty() || !std::all_of(digits.begin(), digits.end(), is_number)) return false;
    text = text.substr(0, port);
  }
  if (bracketed) {
    if (text.size() < 3 || text.back() != ']') return false;
    std::string_view inside = text.substr(1, text.size() - 2);
    return std::all_of(inside.begin(), inside.end(), [](char c) { return is_hex(c) || c == ':'; });
  }
  auto is_component = [](const std::string& part) {
    return !part.empty() && part.front() != '-' && part.back() != '-' &&
           std::all_of(part.begin(), part.end(), [](char c) { return is_letter_or_number(c) || c == '-'; });
  };
  auto parts = split(text, '.');
  return !parts.empty() && std::all_of(parts.begin(), parts.end(), is_component);
}

// Lower-case letters and digits, in between one '.', one or two '_', or any number of '-'.
bool is_path_component(std::string_view text) {
  auto plain = [](char c) { return is_lower(c) || is_number(c); };
  if (text.empty() || !plain(text.front()) || !plain(text.back())) return false;
  for (std::size_t at = 0; at < text.size();) {
    if (plain(text[at])) {
      ++at;
      continue;
    }
    auto end = at;
    while (end < text.size() && !plain(text[end])) ++end;
    std::string_view separator = text.substr(at, end - at);
    bool dashes = separator.find_first_not_of('-') == std::string_view::npos;
    if (!dashes && separator != "." && separator != "_" && separator != "__") return false;
    at = end;
  }
  return true;
}

bool is_path(std::string_view text) {
  auto parts = split(text, '/');
  return !parts.empty() && std::all_of(parts.begin(), parts.end(), is_path_component);
}

bool is_tag(std::string_view text) {
  auto word = [](char c) { return is_letter_or_number(c) || c == '_'; };
  return !text.empty() && text.size() <= tag_limit && word(text.front()) &&
         std::all_of(text.begin(), text.end(), [&](char c) { return word(c) || c == '.' || c == '-'; });
}

Digest parse_digest(std::string_view text) {
  auto colon = text.find(':');
  if (colon == std::string_view::npos || colon == 0) throw invalid();
  std::string_view algorithm = text.substr(0, colon);
  std::string_view hex = text.substr(colon + 1);
  if (hex.size() < least_digest_hex || !std::all_of(hex.begin(), hex.end(), is_hex)) throw invalid();
  if (algorithm != "sha256") throw Error(ErrorKind::invalid_argument, "unsupported digest algorithm", "use sha256");
  if (hex.size() != 64) throw Error(ErrorKind::invalid_argument, "invalid checksum digest length");
  if (has_upper(hex)) throw Error(ErrorKind::invalid_argument, "invalid checksum digest format");
  return Digest::parse(text);
}

// Takes the registry's name off the front of `rest` where it has one.
std::string take_domain(std::string_view& rest) {
  auto slash = rest.find('/');
  std::string_view first = rest.substr(0, slash);
  bool named = slash != std::string_view::npos &&
               (first.find_first_of(".:") != std::string_view::npos || first == "localhost" || has_upper(first));
  if (!named) return std::string(default_domain);
  rest.remove_prefix(slash + 1);
  return std::string(first == old_default_domain ? default_domain : first);
}

// A reference as it is written: what is not there is nothing.
struct Parts {
  std::string domain;
  std::string_view path;
  std::optional<std::string_view> tag, digest;
};

Parts take_apart(std::string_view text) {
  Parts parts;
  parts.domain = take_domain(text);
  if (auto at = text.find('@'); at != std::string_view::npos) {
    parts.digest = text.substr(at + 1);
    text = text.substr(0, at);
  }
  if (auto colon = text.find(':'); colon != std::string_view::npos) {
    parts.tag = text.substr(colon + 1);
    text = text.substr(0, colon);
  }
  parts.path = text;
  return parts;
}

}  // namespace

Reference Reference::parse(std::string_view text) {
  if (text.size() == 64 && std::all_of(text.begin(), text.end(), is_hex) && !has_upper(text)) {
    throw Error(ErrorKind::invalid_argument,
                fmt::format("invalid repository name ({}), cannot specify 64-byte hexadecimal strings", text));
  }
  const auto [domain, path, tag, digest] = take_apart(text);
  Reference reference;
  reference.domain = domain;
  bool official = domain == default_domain && !path.empty() && path.find('/') == std::string_view::npos;
  reference.path = (official ? std::string(official_prefix) : std::string()) + std::string(path);

  if (has_upper(reference.path)) {
    throw invalid(fmt::format("repository name ({}) must be lowercase", reference.path));
  }
  if (!is_domain(reference.domain) || !is_path(reference.path) || (tag && !is_tag(*tag))) throw invalid();
  if (reference.name().size() > name_limit) {
    throw invalid(fmt::format("repository name must not be more than {} characters", name_limit));
  }
  if (digest) reference.digest = parse_digest(*digest);
  reference.tag = tag ? std::string(*tag) : digest ? std::string() : std::string("latest");
  return reference;
}

bool Reference::is_name_only(std::string_view text) {
  const Parts parts = take_apart(text);
  return !parts.tag && !parts.digest;
}

std::string Reference::name() const {
  return domain + "/" + path;
}

std::string Reference::familiar_name() const {
  if (domain != default_domain) return name();
  bool official = starts_with(path, official_prefix) && path.find('/', official_prefix.size()) == std::string::npos;
  return official ? path.substr(official_prefix.size()) : path;
}

std::string Reference::familiar() const {
  std::string text = familiar_name();
  if (!tag.empty()) text += ":" + tag;
  if (digest) text += "@" + digest->text();
  return text;
}

std::string Reference::canonical() const {
  return digest ? name() + "@" + digest->text() : name() + ":" + tag;
}

}  // namespace glassdock::content
