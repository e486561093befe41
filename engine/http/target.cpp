#include "engine/http/target.h"

#include <fmt/format.h>

#include "engine/base/error.h"
#include "engine/base/text.h"

namespace glassdock::http {
namespace {

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool unreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
         c == '_' || c == '~';
}

Error malformed(std::string_view text) {
  return Error(ErrorKind::invalid_argument, fmt::format("malformed request target \"{}\"", text.substr(0, 200)));
}

}  // namespace

std::string percent_decode(std::string_view text, bool plus_is_space) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '%') {
      int high = i + 2 < text.size() ? hex_value(text[i + 1]) : -1;
      int low = i + 2 < text.size() ? hex_value(text[i + 2]) : -1;
      if (high < 0 || low < 0) throw malformed(text);
      c = static_cast<char>(high * 16 + low);
      i += 2;
    } else if (c == '+' && plus_is_space) {
      c = ' ';
    }
    if (c == '\0') throw malformed(text);
    decoded.push_back(c);
  }
  return decoded;
}

std::string percent_encode(std::string_view text) {
  std::string encoded;
  for (char c : text) {
    if (unreserved(c)) {
      encoded.push_back(c);
    } else {
      encoded += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return encoded;
}

std::string encode_query(const std::vector<std::pair<std::string, std::string>>& query) {
  std::string encoded;
  for (const auto& [name, value] : query) {
    if (!encoded.empty()) encoded.push_back('&');
    encoded.append(percent_encode(name)).append("=").append(percent_encode(value));
  }
  return encoded;
}

Target parse_target(std::string_view raw) {
  std::string_view rest = raw;
  if (starts_with(rest, "http://") || starts_with(rest, "https://")) {
    rest.remove_prefix(rest.find("//") + 2);
    std::size_t slash = rest.find_first_of("/?");
    rest = slash == std::string_view::npos ? "/" : rest.substr(slash);
  }
  rest = rest.substr(0, rest.find('#'));
  std::size_t mark = rest.find('?');
  Target target;
  target.path = percent_decode(rest.substr(0, mark));
  if (target.path.empty()) target.path = "/";
  if (target.path.front() != '/' && target.path != "*") throw malformed(raw);
  if (mark == std::string_view::npos) return target;
  for (const std::string& pair : split(rest.substr(mark + 1), '&')) {
    if (pair.empty()) continue;
    std::string_view view = pair;
    std::size_t equals = view.find('=');
    target.query.emplace_back(
        percent_decode(view.substr(0, equals), true),
        equals == std::string_view::npos ? std::string() : percent_decode(view.substr(equals + 1), true));
  }
  return target;
}

}  // namespace glassdock::http
