#pragma once

#include <string>
#include <string_view>

namespace glassdock::content {

// What an image runs on, in Go's words (OCI image-spec image-index.md, "platform").
struct Platform {
  std::string os;            // "linux"
  std::string architecture;  // "amd64", "arm64", "arm"
  std::string variant;       // "v7"; empty where the architecture has one kind only, as for arm64's v8

  // "linux/arm64/v8", "arm64", "linux"; the missing part is this machine's. Other names of the same thing ("x86_64",
  // "aarch64") become Go's. Throws Error(invalid_argument).
  static Platform parse(std::string_view text);
  // Of the running kernel (uname(2)).
  static Platform of_this_machine();

  std::string text() const;  // "linux/amd64", "linux/arm/v7"
  bool operator==(const Platform&) const = default;
};

// Go's names for architecture and variant, in place.
void normalize(Platform& platform);

// How well `offered` runs where `wanted` is asked for: 0 for not at all, more for better: the same variant before older
// ones, amd64 runs 386 as a last choice and arm64 runs arm, as containerd has it (platforms/compare.go).
int match_quality(const Platform& wanted, const Platform& offered);

}  // namespace glassdock::content
