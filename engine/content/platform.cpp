#include "engine/content/platform.h"

#include <fmt/format.h>
#include <sys/utsname.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "engine/base/error.h"
#include "engine/base/text.h"

namespace glassdock::content {
namespace {

std::string lower(std::string_view text) {
  std::string copy(text);
  for (char& c : copy) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  return copy;
}

// Other names of Go's architectures, those of uname(2) among them, with the variant that they imply.
struct Alias {
  std::string_view name, architecture, variant;
};
constexpr std::array<Alias, 12> aliases = {{{"x86_64", "amd64", ""},
                                            {"x86-64", "amd64", ""},
                                            {"i386", "386", ""},
                                            {"i686", "386", ""},
                                            {"aarch64", "arm64", ""},
                                            {"armhf", "arm", "v7"},
                                            {"armel", "arm", "v6"},
                                            {"armv7l", "arm", "v7"},
                                            {"armv6l", "arm", "v6"},
                                            {"armv8l", "arm", "v8"},
                                            {"ppc64el", "ppc64le", ""},
                                            {"loongarch64", "loong64", ""}}};

// The number in "v7"; the architecture's own default where there is none.
int variant_level(const Platform& platform) {
  if (platform.variant.size() == 2 && platform.variant[0] == 'v' && platform.variant[1] >= '0' &&
      platform.variant[1] <= '9') {
    return platform.variant[1] - '0';
  }
  if (platform.architecture == "arm") return 7;
  if (platform.architecture == "arm64") return 8;
  return 1;
}

bool is_word(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
  });
}

}  // namespace

void normalize(Platform& platform) {
  platform.os = lower(platform.os);
  platform.architecture = lower(platform.architecture);
  platform.variant = lower(platform.variant);
  for (const Alias& alias : aliases) {
    if (platform.architecture != alias.name) continue;
    platform.architecture = alias.architecture;
    if (platform.variant.empty()) platform.variant = alias.variant;
  }
  if (platform.variant.size() == 1 && platform.variant[0] >= '0' && platform.variant[0] <= '9') {
    platform.variant = "v" + platform.variant;
  }
  if (platform.architecture == "arm64" && platform.variant == "v8") platform.variant.clear();
  if (platform.architecture == "amd64" && platform.variant == "v1") platform.variant.clear();
  if (platform.architecture == "arm" && platform.variant.empty()) platform.variant = "v7";
}

Platform Platform::of_this_machine() {
  utsname name{};
  ::uname(&name);
  Platform platform{"linux", name.machine, ""};
  normalize(platform);
  return platform;
}

Platform Platform::parse(std::string_view text) {
  auto parts = split(lower(text), '/');
  if (parts.empty() || parts.size() > 3 || !std::all_of(parts.begin(), parts.end(), is_word)) {
    throw Error(ErrorKind::invalid_argument, fmt::format("\"{}\" is an invalid OS/architecture", text.substr(0, 64)),
                "write OS/ARCHITECTURE[/VARIANT], as in linux/amd64");
  }
  Platform platform = of_this_machine();
  if (parts.size() == 1 && parts[0] == "linux") return platform;
  if (parts.size() == 1) {
    platform.architecture = parts[0];
    platform.variant.clear();
  } else {
    platform.os = parts[0];
    platform.architecture = parts[1];
    platform.variant = parts.size() == 3 ? parts[2] : std::string();
  }
  normalize(platform);
  return platform;
}

std::string Platform::text() const {
  return variant.empty() ? os + "/" + architecture : os + "/" + architecture + "/" + variant;
}

int match_quality(const Platform& wanted, const Platform& offered) {
  if (wanted.os != offered.os) return 0;
  if (wanted.architecture == offered.architecture) {
    int level = variant_level(offered);
    return level > variant_level(wanted) ? 0 : 100 + level;
  }
  if (wanted.architecture == "amd64" && offered.architecture == "386") return 1;
  if (wanted.architecture == "arm64" && offered.architecture == "arm") return variant_level(offered);
  return 0;
}

}  // namespace glassdock::content
