#include "tests/golden/look.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <sstream>

#include "engine/base/text.h"
#include "engine/os/files.h"
#include "engine/os/id_map.h"
#include "engine/trace/event.h"

namespace fs = std::filesystem;

namespace glassdock::golden {
namespace {

using Lines = std::vector<std::string>;

// What the words at a gate claim, as it stands in the answer to its look, which is taken to begin with a line feed.
struct Claim {
  std::string_view gate;
  std::vector<std::string_view> shows;
  std::vector<std::string_view> shows_not = {};
};
// The folders are those of tests/golden/runs.cpp.
const Claim claims[] = {
    {"cache.lookup", {"\nREPOSITORY "}},
    {"pull.manifest", {"\nREPOSITORY "}},
    {"pull.config", {"/content/blobs/sha256:\n", "/content/ingest:\n"}},
    {"pull.blob", {"/content/blobs/sha256:\n", "/content/ingest:\n"}},
    {"snapshot.unpack", {}},
    {"snapshot.prepare", {"/layers:\n", "/containers:\n"}},
    {"isolate.cgroups", {" COMMAND\n", "launcher"}},
    {"isolate.limits", {}},
    {"isolate.device-rules", {}},
    {"isolate.clone", {" COMMAND\n", "launcher", " mnt ", " pid "}},
    {"isolate.descriptors", {}},
    {"isolate.cgroup-join", {" 0 -> ", " 3 -> socket:", "\n0::"}, {" 4 -> "}},
    {"isolate.cgroup-namespace", {"\ncgroup:["}},
    {"isolate.hostname", {}},
    {"isolate.loopback", {" lo:"}, {"127.0.0.1"}},
    {"isolate.sysctls", {"127.0.0.1\n", "\n1024\n"}},
    {"isolate.propagation", {"\n/ "}},
    {"snapshot.overlay", {"\n/ ", "private"}, {"shared", "/rootfs"}},
    {"isolate.proc", {"\n/rootfs rw", " - overlay ", "/fd/4 -> ", "/rootfs\n", "/fd/4/:\n"}, {"\n/rootfs/"}},
    {"isolate.dev", {"\n/rootfs/proc rw"}, {"\n/rootfs/dev"}},
    {"isolate.devices", {"\n/rootfs/dev rw", " - tmpfs ", "\ntotal ", " .\n"}, {" null\n"}},
    {"isolate.device-links", {" null\n", " zero\n", " full\n", " random\n", " urandom\n", " tty\n"}, {" -> "}},
    {"isolate.devpts", {" null\n", " fd -> /proc/self/fd\n", " stdout -> ", " ptmx -> pts/ptmx\n"}, {" pts\n"}},
    {"isolate.shm", {"\n/rootfs/dev/pts rw"}, {"\n/rootfs/dev/shm"}},
    {"isolate.mqueue", {"\n/rootfs/dev/shm rw"}, {"\n/rootfs/dev/mqueue"}},
    {"isolate.sysfs", {"\n/rootfs/dev rw", "\n/rootfs/dev/mqueue rw"}, {"\n/rootfs/sys"}},
    {"isolate.cgroup-mount", {"\n/rootfs/sys ro"}, {"\n/rootfs/sys/fs/cgroup"}},
    {"isolate.cgroup-mount-2", {"\n/rootfs/sys/fs/cgroup rw"}, {"\n/rootfs/sys/fs/cgroup/"}},
    {"isolate.cgroup-mount-N", {"\n/rootfs/sys/fs/cgroup rw", "\n/rootfs/sys/fs/cgroup/"}},
    {"isolate.cgroup-links", {"\n/rootfs/sys/fs/cgroup rw", "\n/rootfs/sys/fs/cgroup/"}},
    {"isolate.hosts", {"\n/rootfs/proc rw"}, {"/rootfs/etc/hosts "}},
    {"isolate.hostname-file", {"\n/rootfs/proc rw"}, {"/rootfs/etc/hostname "}},
    {"isolate.resolv", {"\n/rootfs/proc rw"}, {"/rootfs/etc/resolv.conf "}},
    {"isolate.init", {"\n/rootfs/proc rw"}, {"/rootfs/sbin/docker-init "}},
    {"isolate.volume", {"\n/rootfs/proc rw"}, {"/rootfs/shared "}},
    {"isolate.tmpfs", {"\n/rootfs/proc rw"}, {"/rootfs/scratch "}},
    {"isolate.working-folder", {"\n/rootfs/proc rw", "/rootfs/etc/resolv.conf "}},
    {"isolate.mask", {"\n/rootfs/proc rw"}, {"\n/rootfs/proc/"}},
    {"isolate.readonly-paths", {"\n/rootfs/proc/"}, {"\n/rootfs/proc/sys "}},
    {"isolate.terminal", {" 1 -> /dev/null\n", " 2 -> /dev/null\n"}},
    {"isolate.pivot", {"/fd/4/:\n", "/root/:\n"}},
    {"isolate.readonly-root", {" / / rw", " - overlay "}},
    {"isolate.user", {"\nUid:"}},
    {"isolate.bounding", {"\nUid:"}},
    {"isolate.seccomp", {"\nSeccomp:\t0\n"}},
    {"isolate.set-user", {"\nUid:"}},
    {"isolate.capabilities", {"\nUid:"}},
    {"isolate.no-new-privileges", {"\nNoNewPrivs:\t0\n"}},
    {"run.folder", {"\n/\n", "\nSeccomp:\t2\n"}},
    {"run.exec", {"glassdock-launcher"}},
};

const Claim* claim_of(const std::string& gate) {
  const auto find = [](std::string_view name) {
    return std::find_if(std::begin(claims), std::end(claims), [&](const Claim& claim) { return claim.gate == name; });
  };
  const std::string base(trace::base_name(gate));
  for (const std::string& name : {gate, gate == base ? gate : base + "-N", base}) {
    if (const auto* found = find(name); found != std::end(claims)) return found;
  }
  return nullptr;
}

bool holds(const std::string& text, std::string_view words) {
  return text.find(words) != std::string::npos;
}

std::size_t count(const std::string& text, std::string_view words) {
  std::size_t found = 0;
  for (auto at = text.find(words); at != std::string::npos; at = text.find(words, at + 1)) ++found;
  return found;
}

std::string file_of(pid_t pid, std::string_view file) {
  return os::try_read_file(fmt::format("/proc/{}/{}", pid, file)).value_or("");
}

// The first word behind "NAME:" in the lines of a status file.
std::string status(const std::string& text, const std::string& name) {
  for (const std::string& line : split(text, '\n')) {
    if (!starts_with(line, name + ":")) continue;
    std::istringstream words(line.substr(name.size() + 1));
    std::string word;
    words >> word;
    return word;
  }
  return {};
}

Lines names_in(const std::string& folder) {
  Lines names;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (std::string name = entry.path().filename(); name[0] != '.') names.push_back(std::move(name));
  }
  std::sort(names.begin(), names.end());
  return names;
}

// The answer lists what stands in `folder`.
void check_listing(Lines& wrong, const std::string& seen, const std::string& folder) {
  for (const std::string& name : names_in(folder)) {
    if (!holds(seen, "\n" + name + "\n")) wrong.push_back(folder + " has " + name);
  }
}

void check_namespaces(Lines& wrong, const std::string& seen, const client::Held& held, pid_t engine) {
  for (const char* name : {"pid", "mnt", "net", "uts", "ipc"}) {
    const auto number = [&](pid_t pid) {
      const std::string link = fs::read_symlink(fmt::format("/proc/{}/ns/{}", pid, name)).string();
      return link.substr(link.find('[') + 1, link.find(']') - link.find('[') - 1);
    };
    if (number(held.pid) == number(engine)) wrong.push_back(std::string(name) + " is no wall");
    if (!holds(seen, number(held.pid))) wrong.push_back(std::string(name) + " is not shown");
  }
}

// The answer is two lines, one and the same.
void check_pair(Lines& wrong, const std::string& seen) {
  const Lines lines = split(trim(seen), '\n');
  if (lines.size() != 2 || lines[0] != lines[1]) wrong.push_back("two equal lines");
}

// Who is user 0 of the process's user namespace, from outside.
std::string outside_root(pid_t pid) {
  const auto outside = os::outside_id(file_of(pid, "uid_map"), 0);
  return outside ? std::to_string(*outside) : "nobody";
}

void check_capabilities(Lines& wrong, const std::string& seen, const client::Held& held, pid_t engine) {
  const bool root = status(seen, "Uid") == outside_root(held.pid);
  const bool lost = trace::base_name(held.gate) == "isolate.capabilities" && !root;
  const std::string expected = lost ? "0000000000000000" : status(file_of(engine, "status"), "CapEff");
  if (status(seen, "CapEff") != expected) wrong.push_back("CapEff " + expected);
}

void check_images(Lines& wrong, const std::string& seen, const client::Held& held) {
  const std::string repository = held.subject.substr(0, held.subject.find_last_of(":@"));
  if (holds(seen, "\n" + repository + " ")) wrong.push_back(repository + " is not here");
}

// Below the headings stands the monitor, and no process that it has made.
void check_monitor_is_alone(Lines& wrong, const std::string& seen, const client::Held& held) {
  int processes = 0;
  for (const std::string& line : split(seen, '\n')) {
    std::istringstream words(line);
    pid_t pid = 0, parent = 0;
    if (words >> pid >> parent && (pid == held.pid || parent == held.pid)) ++processes;
  }
  if (processes != 1) wrong.push_back("the monitor alone");
}

// Nothing is limited yet. The period of the CPU's quota is the kernel's.
void check_unlimited(Lines& wrong, const std::string& seen) {
  for (const std::string& line : split(trim(seen), '\n')) {
    const std::string value = line.substr(line.rfind(':') + 1);
    const bool unlimited = value == "max" || value == "-1" || value == "max 100000" || value == "100000" ||
                           starts_with(value, "92233720368547");
    if (!unlimited) wrong.push_back("no limit in " + line);
  }
}

// At the gates of the daemon and the monitor, where no process of the container stands.
void check_engine(Lines& wrong, const std::string& seen, const client::Held& held, const fs::path& data) {
  const std::string gate(trace::base_name(held.gate));
  if (gate == "pull.manifest") check_images(wrong, seen, held);
  if (gate == "pull.config" || gate == "pull.blob") {
    constexpr std::size_t digits = 12;
    const std::string digest = held.subject.substr(held.subject.find(':') + 1, digits);
    if (holds(seen, digest)) wrong.push_back(digest + " has not come");
  }
  if (gate == "snapshot.prepare") check_listing(wrong, seen, data / "layers");
  if (gate == "snapshot.prepare" || gate == "isolate.cgroups") {
    if (holds(seen, "\n" + held.subject + "\n")) wrong.push_back("no folder of the container");
  }
  if (gate == "isolate.cgroups" || gate == "isolate.clone") check_monitor_is_alone(wrong, seen, held);
  if (gate == "isolate.limits") check_unlimited(wrong, seen);
  if (gate == "isolate.device-rules" && !holds(seen, "a *:* rwm") && !holds(seen, "\ncgroup.procs\n")) {
    wrong.push_back("the cgroup's devices");
  }
}

// What stands at the gate by more than words.
void check_state(Lines& wrong, const std::string& seen, const client::Held& held, pid_t engine) {
  const std::string gate(trace::base_name(held.gate));
  if (gate == "isolate.descriptors") check_namespaces(wrong, seen, held, engine);
  if (gate == "isolate.descriptors" || gate == "isolate.pivot") check_listing(wrong, seen, "/");
  if (gate == "isolate.cgroup-join") {
    for (const std::string& line : split(seen, '\n')) {
      if (holds(line, held.subject) && !starts_with(line, "0::")) wrong.push_back("no such " + line);
    }
  }
  if (gate == "isolate.cgroup-namespace" || gate == "isolate.hostname") check_pair(wrong, seen);
  if (gate == "isolate.propagation") {
    const std::size_t shared = count(file_of(held.pid, "mountinfo"), " shared:");
    if (count(seen, "shared") != shared) wrong.push_back(fmt::format("{} shared mounts", shared));
  }
  // "." and "..", and nothing else.
  if (gate == "isolate.devices" && count(seen.substr(seen.find("\ntotal ") + 1), "\n") != 3) {
    wrong.push_back("an empty folder");
  }
  if (gate == "isolate.cgroup-mount" && held.gate != gate) {
    const std::string number = held.gate.substr(gate.size() + 1);
    if (std::to_string(count(seen, "\n/rootfs/sys/fs/cgroup/") + 2) != number) wrong.push_back("those mounted before");
  }
  if (gate == "isolate.user") {
    const std::string root = fmt::format("/proc/{}/root/", held.pid);
    check_listing(wrong, seen, root);
    if (names_in("/") == names_in(root)) wrong.push_back("other files");
  }
  if (gate == "isolate.user" || gate == "isolate.set-user") {
    if (!holds(seen, file_of(held.pid, "uid_map"))) wrong.push_back("the map " + file_of(held.pid, "uid_map"));
    if (status(seen, "Uid") != outside_root(held.pid)) wrong.push_back("the number of user 0");
  }
  if (gate == "isolate.bounding" || gate == "isolate.capabilities") check_capabilities(wrong, seen, held, engine);
}

}  // namespace

std::vector<std::string> wrong_look(const client::Held& held, const std::string& answer, pid_t engine,
                                    const fs::path& data) {
  const Claim* claim = claim_of(held.gate);
  if (!claim) return {held.gate + ": nothing is known of what its look must show: tests/golden/look.cpp"};
  const std::string seen = "\n" + answer;
  Lines wrong;
  for (const std::string_view words : claim->shows) {
    if (!holds(seen, words)) wrong.emplace_back(trim(words));
  }
  for (const std::string_view words : claim->shows_not) {
    if (holds(seen, words)) wrong.push_back("no " + std::string(trim(words)));
  }
  check_engine(wrong, seen, held, data);
  check_state(wrong, seen, held, engine);
  for (std::string& one : wrong) one = fmt::format("at {} the look does not show: {}", held.gate, one);
  return wrong;
}

}  // namespace glassdock::golden
