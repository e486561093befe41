#include "engine/daemon/faults.h"

#include <fmt/format.h>
#include <string.h>

#include <algorithm>
#include <cctype>

#include "engine/base/error.h"
#include "engine/base/text.h"

namespace glassdock::daemon {

namespace {
constexpr int last_errno = 133;  // EHWPOISON, the highest of errno(3) on Linux
}

int parse_errno(std::string_view word) {
  if (auto number = parse_number(word); number && *number >= 1 && *number <= last_errno)
    return static_cast<int>(*number);
  std::string name(word);
  std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::toupper(c); });
  for (int error = 1; error <= last_errno; ++error) {
    const char* known = ::strerrorname_np(error);
    if (known && name == known) return error;
  }
  throw Error(ErrorKind::invalid_argument, fmt::format("unknown errno \"{}\"", word.substr(0, 32)), "for instance EIO");
}

void Faults::set(std::string_view operation, std::string_view error, int times) {
  if (operation.empty() || operation.find('.') == std::string_view::npos) {
    throw Error(ErrorKind::invalid_argument, fmt::format("\"{}\" is no operation", operation.substr(0, 64)),
                "for instance isolate.pivot; `glassdock gates` lists them");
  }
  if (times < 1) throw Error(ErrorKind::invalid_argument, "a failure must happen at least once");
  int number = parse_errno(error);
  std::lock_guard lock(mutex_);
  faults_.insert_or_assign(std::string(operation), Fault{number, times});
}

void Faults::clear() {
  std::lock_guard lock(mutex_);
  faults_.clear();
}

std::map<std::string, int> Faults::take() {
  std::lock_guard lock(mutex_);
  std::map<std::string, int> taken;
  for (auto it = faults_.begin(); it != faults_.end();) {
    taken.emplace(it->first, it->second.error);
    it = --it->second.times == 0 ? faults_.erase(it) : std::next(it);
  }
  return taken;
}

bool Faults::empty() const {
  std::lock_guard lock(mutex_);
  return faults_.empty();
}

}  // namespace glassdock::daemon
