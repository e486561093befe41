#include "tests/golden/delegated_cgroup.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>

#include "engine/base/error.h"
#include "engine/base/random_id.h"
#include "engine/base/text.h"
#include "engine/os/files.h"
#include "engine/plan/host.h"

namespace fs = std::filesystem;

namespace glassdock::golden {
namespace {

constexpr const char* controllers[] = {"memory", "cpu", "pids", "io"};

fs::path top() {
  return plan::probe_host("/").unified_top;
}

void make_for(unsigned user, const fs::path& cgroup) {
  if (::mkdir(cgroup.c_str(), 0755) != 0) throw Error::from_errno(errno, "make", cgroup.string());
  for (const char* file : {"", "cgroup.procs", "cgroup.subtree_control", "cgroup.threads"}) {
    const fs::path path = cgroup / file;
    if (::chown(path.c_str(), user, user) != 0) throw Error::from_errno(errno, "give away", path.string());
  }
}

}  // namespace

std::string DelegatedCgroup::missing() {
  if (::geteuid() != 0) return "needs root to give a cgroup away";
  const plan::Host host = plan::probe_host("/");
  if (host.cgroups != plan::CgroupLayout::v2) return "no cgroup v2 here: scripts/test-in-guest has it";
  const std::string offered = os::try_read_file(host.unified_top + "/cgroup.controllers").value_or("");
  for (const char* name : controllers) {
    if (offered.find(name) == std::string::npos) return fmt::format("no {} controller here", name);
  }
  return {};
}

DelegatedCgroup::DelegatedCgroup(unsigned user, Delegation delegation)
    : folder_(top() / ("glassdock-delegated." + random_hex(8))), session_(folder_) {
  for (const char* name : controllers) std::ofstream(top() / "cgroup.subtree_control") << "+" << name;
  make_for(user, folder_);
  if (delegation == Delegation::alone) return;
  session_ = folder_ / "session";
  make_for(user, session_);
  other_ = std::make_unique<testing::Program>(command({"/bin/sh", "-c", "echo there; exec sleep 100000"}));
  if (!other_->wait_for_out("there")) throw Error(ErrorKind::internal, "nobody lives in " + session_.string());
}

DelegatedCgroup::~DelegatedCgroup() {
  other_.reset();
  // A keeper ends a moment after its daemon.
  constexpr int most_tries = 200;
  for (const fs::path& folder : {session_, folder_}) {
    for (int i = 0; i < most_tries && ::rmdir(folder.c_str()) != 0 && errno == EBUSY; ++i) ::usleep(10'000);
  }
}

std::vector<std::string> DelegatedCgroup::command(std::vector<std::string> words) const {
  words.insert(words.begin(), {"/bin/sh", "-c", "echo $$ > \"$0/cgroup.procs\" && exec \"$@\"", session_.string()});
  return words;
}

std::vector<std::string> DelegatedCgroup::below() const {
  std::vector<std::string> found;
  std::error_code ignored;
  for (fs::recursive_directory_iterator i(folder_, ignored), end; i != end; i.increment(ignored)) {
    if (i->is_directory(ignored) && i->path() != session_) found.push_back(i->path());
  }
  return found;
}

std::string DelegatedCgroup::handed_down() const {
  return std::string(trim(os::read_file(folder_ / "cgroup.subtree_control")));
}

}  // namespace glassdock::golden
