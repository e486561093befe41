#include "tests/bench/peers.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <sched.h>
#include <sys/mount.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "engine/base/capabilities.h"
#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/os/files.h"
#include "engine/plan/seccomp_table.h"
#include "engine/plan/walls.h"
#include "tests/bench/racers.h"

namespace glassdock::bench {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

std::vector<std::string> capabilities(std::string_view prefix) {
  std::vector<std::string> names;
  for (const std::string& known : capability_names(plan::default_capability_mask())) {
    std::string name = std::string(prefix) + known;
    std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::toupper(c); });
    names.push_back(name);
  }
  return names;
}

// The table as the OCI runtime specification has it (config-linux.md, seccomp): the same calls allowed, on the same
// architectures.
json seccomp() {
  json calls = json::array();
  std::vector<std::string> names;
  for (std::string_view table : {std::string_view(plan::allowed_calls), std::string_view(plan::allowed_on_x86)}) {
    for (const std::string& name : split(trim(table), ' ')) {
      if (!name.empty()) names.push_back(name);
    }
  }
  calls.push_back({{"names", names}, {"action", "SCMP_ACT_ALLOW"}});
  calls.push_back(
      {{"names", {"clone"}},
       {"action", "SCMP_ACT_ALLOW"},
       {"args", {{{"index", 0}, {"value", plan::namespace_flags}, {"valueTwo", 0}, {"op", "SCMP_CMP_MASKED_EQ"}}}}});
  calls.push_back({{"names", {"clone3"}}, {"action", "SCMP_ACT_ERRNO"}, {"errnoRet", ENOSYS}});
  utsname machine{};
  ::uname(&machine);
  json architectures = std::string_view(machine.machine) == "aarch64"
                           ? json{"SCMP_ARCH_AARCH64", "SCMP_ARCH_ARM"}
                           : json{"SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32"};
  return {{"defaultAction", "SCMP_ACT_ERRNO"}, {"architectures", architectures}, {"syscalls", calls}};
}

void write_bundle(const fs::path& bundle, const fs::path& root) {
  run_shell("cd " + shell_quote(bundle.string()) + " && rm -f config.json && crun spec");
  json config = json::parse(os::read_file(bundle / "config.json"));
  json& process = config["process"];
  process["terminal"] = false;
  process["args"] = {"true"};
  process["noNewPrivileges"] = false;
  process.erase("rlimits");
  for (const char* set : {"bounding", "effective", "permitted"}) process["capabilities"][set] = capabilities("CAP_");
  process["capabilities"].erase("ambient");
  process["capabilities"].erase("inheritable");
  config["root"] = {{"path", root.string()}, {"readonly", false}};
  config["linux"].erase("resources");
  config["linux"]["cgroupsPath"] = fmt::format("/glassdock-bench-{}", ::getpid());
  config["linux"]["seccomp"] = seccomp();
  os::write_file_atomically(os::real_system(), bundle / "config.json", config.dump());
}

void add_oci_runtime(std::vector<Peer>& peers, const std::string& name, const fs::path& bundle, const fs::path& state) {
  if (!has_program(name)) return note(name + " is not installed: left out");
  peers.push_back(
      {name,
       {name, "--root", state.string(), "run", "--bundle", bundle.string(), fmt::format("bench-{}", ::getpid())}});
}

}  // namespace

std::vector<Peer> make_peers(const fs::path& work, const std::string& layers, const fs::path& filter) {
  std::vector<Peer> peers;
  fs::path root = work / "root", bundle = work / "bundle";
  os::make_folders(root, 0755);
  os::make_folders(bundle);
  std::vector<std::string> folders = split(layers, ':');
  for (auto folder = folders.rbegin(); folder != folders.rend(); ++folder) {
    run_shell(fmt::format("cp -a {}/. {}", shell_quote(*folder), shell_quote(root.string())));
  }
  if (has_program("crun")) {
    write_bundle(bundle, root);
    add_oci_runtime(peers, "crun", bundle, work / "crun");
    add_oci_runtime(peers, "runc", bundle, work / "runc");
  } else {
    note("crun, which also writes runc's configuration, is not installed: both are left out");
  }
  if (has_program("bwrap")) {
    std::vector<std::string> words = {"bwrap",
                                      "--unshare-ipc",
                                      "--unshare-pid",
                                      "--unshare-net",
                                      "--unshare-uts",
                                      "--unshare-cgroup-try",
                                      "--hostname",
                                      "bench",
                                      "--bind",
                                      root.string(),
                                      "/",
                                      "--proc",
                                      "/proc",
                                      "--dev",
                                      "/dev",
                                      "--mqueue",
                                      "/dev/mqueue",
                                      "--ro-bind",
                                      "/sys",
                                      "/sys",
                                      "--seccomp",
                                      "9",
                                      "--cap-drop",
                                      "ALL"};
    for (const std::string& capability : capabilities("CAP_")) words.insert(words.end(), {"--cap-add", capability});
    words.insert(words.end(), {"--die-with-parent", "true"});
    peers.push_back({"bubblewrap", words});
  } else {
    note("bwrap is not installed: left out");
  }
  for (Peer& peer : peers) peer.words.insert(peer.words.begin(), {"/proc/self/exe", "--peer", filter.string()});
  return peers;
}

void enter_private_mounts() {
  const char unified[] = "/sys/fs/cgroup/unified";
  if (::unshare(CLONE_NEWNS) != 0 || ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) {
    throw Error::from_errno(errno, "unshare", "the mounts");
  }
  if (::access(unified, F_OK) == 0 && ::mount(unified, "/sys/fs/cgroup", nullptr, MS_BIND, nullptr) != 0) {
    throw Error::from_errno(errno, "mount", unified);
  }
}

int serve_peer(const std::vector<std::string>& words, const fs::path& seccomp) {
  enter_private_mounts();
  char request = 0;
  while (::read(0, &request, 1) == 1) {
    fmt::print("{}\n", time_program(words, seccomp));
    std::fflush(stdout);
  }
  return 0;
}

}  // namespace glassdock::bench
