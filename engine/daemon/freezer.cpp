#include "engine/daemon/freezer.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>
#include <string_view>

#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/daemon/undo_cgroups.h"

namespace glassdock::daemon {
namespace {

constexpr char v2_file[] = "cgroup.freeze";
constexpr char v1_file[] = "freezer.state";

UniqueFd open_below(int cgroup, const char* file, int flags) {
  return UniqueFd(::openat(cgroup, file, flags | O_CLOEXEC));
}

// ENODEV: the cgroup is gone, or being removed.
int error_of_cgroup() {
  return errno == ENODEV ? ENOENT : errno;
}

bool says_frozen(const UniqueFd& file, bool unified) {
  std::array<char, 256> bytes;
  const ssize_t got = ::pread(file.get(), bytes.data(), bytes.size(), 0);
  if (got < 0) throw Error::from_errno(error_of_cgroup(), "read", "the freezer's state");
  const std::string_view text(bytes.data(), static_cast<std::size_t>(got));
  // cgroup.events has "populated 1\nfrozen 1\n"; freezer.state "FREEZING" until the last one is held.
  return unified ? text.find("frozen 1") != std::string_view::npos : trim(text) == "FROZEN";
}

}  // namespace

std::optional<Freezer> Freezer::open(const std::filesystem::path& folder) {
  for (const std::string& path : recorded_cgroups(folder)) {
    UniqueFd cgroup(::open(path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (!cgroup) continue;
    for (const char* file : {v2_file, v1_file}) {
      if (::faccessat(cgroup.get(), file, W_OK, 0) == 0) return Freezer(path, std::move(cgroup), file == v2_file);
    }
  }
  return std::nullopt;
}

void Freezer::write(const char* word) const {
  const char* file = unified_ ? v2_file : v1_file;
  const UniqueFd state = open_below(cgroup_.get(), file, O_WRONLY);
  const std::string_view bytes(word);
  if (!state || ::write(state.get(), bytes.data(), bytes.size()) < 0) {
    throw Error::from_errno(error_of_cgroup(), "write", (path_ / file).native());
  }
}

void Freezer::write_state(bool frozen) const {
  if (unified_) {
    write(frozen ? "1" : "0");
  } else {
    write(frozen ? "FROZEN" : "THAWED");
  }
}

// On v2 the kernel rings at each change of cgroup.events; v1 must be asked again and again, and written anew, since a
// process that was forked meanwhile may have slipped through.
bool Freezer::wait_until_frozen(std::chrono::steady_clock::time_point end) const {
  using std::chrono::steady_clock;
  constexpr int tick_ms = 2;
  const UniqueFd state = open_below(cgroup_.get(), unified_ ? "cgroup.events" : v1_file, O_RDONLY);
  if (!state) throw Error::from_errno(errno, "open", path_.native());
  for (;;) {
    if (says_frozen(state, unified_)) return true;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - steady_clock::now()).count();
    if (left <= 0) return false;
    pollfd bell{state.get(), POLLPRI, 0};
    ::poll(&bell, unified_ ? 1 : 0, unified_ ? static_cast<int>(left) : tick_ms);
    if (!unified_) write_state(true);
  }
}

void Freezer::freeze(std::chrono::milliseconds patience) const {
  write_state(true);
  try {
    if (wait_until_frozen(std::chrono::steady_clock::now() + patience)) return;
  } catch (...) {
    let_go();
    throw;
  }
  write_state(false);
  throw Error(ErrorKind::internal, "some of its processes are in a system call that cannot be held");
}

void Freezer::thaw() const {
  write_state(false);
}

void Freezer::let_go() const noexcept {
  try {
    write_state(false);
  } catch (const std::exception&) {  // the cgroup is gone, and nobody is in it
  }
}

bool Freezer::is_frozen() const {
  const UniqueFd state = open_below(cgroup_.get(), unified_ ? "cgroup.events" : v1_file, O_RDONLY);
  try {
    return state && says_frozen(state, unified_);
  } catch (const Error&) {
    return false;
  }
}

std::string Freezer::command(bool freezes) const {
  const char* word = unified_ ? (freezes ? "1" : "0") : (freezes ? "FROZEN" : "THAWED");
  return std::string("echo ") + word + " > " + shell_quote((path_ / (unified_ ? v2_file : v1_file)).native());
}

}  // namespace glassdock::daemon
