#include "tests/golden/expectation.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <sstream>

#include "engine/base/digest.h"
#include "engine/base/text.h"
#include "engine/base/unique_fd.h"
#include "engine/os/files.h"
#include "engine/os/id_map.h"

namespace fs = std::filesystem;

namespace glassdock::golden {
namespace {

std::string read(const std::string& path) {
  return std::string(trim(os::try_read_file(path).value_or("")));
}

std::string read_link(const std::string& path) {
  char target[4096];
  ssize_t length = ::readlink(path.c_str(), target, sizeof target);
  return length < 0 ? std::string() : std::string(target, static_cast<std::size_t>(length));
}

std::set<std::string> names_in(const fs::path& folder) {
  std::set<std::string> names;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder, ignored)) names.insert(entry.path().filename());
  return names;
}

std::vector<std::string> words_of(const std::string& line) {
  std::istringstream in(line);
  std::vector<std::string> words;
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

// "176 80 0:54 / /place rw,relatime shared:1 - overlay overlay rw,…" (proc(5)).
MountLine parse_mount(const std::string& line) {
  std::vector<std::string> words = words_of(line);
  auto dash = std::find(words.begin(), words.end(), "-");
  if (words.size() < 7 || words.end() - dash < 2) return {};
  return {std::stoi(words[0]), words[3], words[4], dash[1], words[5]};
}

// The place below `root`, "/" for the root itself; nothing for what is elsewhere.
std::optional<std::string> place_below(const std::string& place, const std::string& root) {
  if (place == root) return "/";
  if (starts_with(place, root + "/")) return place.substr(root.size());
  return std::nullopt;
}

std::map<std::string, std::string> status_of(const std::string& text) {
  std::map<std::string, std::string> fields;
  for (const std::string& line : split(text, '\n')) {
    auto colon = line.find(':');
    if (colon != std::string::npos) fields[line.substr(0, colon)] = join(words_of(line.substr(colon + 1)), " ");
  }
  return fields;
}

// A number of an id map's inside as the outside has it (user_namespaces(7)).
std::string outside_id(const std::string& number, const std::string& map) {
  const std::uint64_t inside = std::stoul(number);
  return std::to_string(os::outside_id(map, inside).value_or(inside));
}

// What `file` holds for whoever is in the namespace, read by a child of our own.
std::string read_inside(const std::string& space, const std::string& file) {
  int said[2];
  if (::pipe2(said, O_CLOEXEC) != 0) return "pipe failed";
  const pid_t child = ::fork();
  if (child == 0) {
    char text[256] = {};
    const int entered = ::open(space.c_str(), O_RDONLY | O_CLOEXEC);
    const bool inside = entered >= 0 && ::setns(entered, 0) == 0;
    const int from = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
    const ssize_t length = inside && from >= 0 ? ::read(from, text, sizeof text) : -1;
    ::_exit(length >= 0 && ::write(said[1], text, static_cast<std::size_t>(length)) == length ? 0 : 1);
  }
  ::close(said[1]);
  char text[256] = {};
  const ssize_t length = ::read(said[0], text, sizeof text - 1);
  ::close(said[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  return status == 0 && length >= 0 ? std::string(trim(text)) : "cannot be read";
}

// "dev:ino", which two names of one file share; nothing where there is none.
std::string identity(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 ? fmt::format("{}:{}", status.st_dev, status.st_ino) : std::string();
}

// The lists of /proc end each item by a NUL.
std::vector<std::string> items_of(const std::string& path) {
  std::vector<std::string> items = split(os::try_read_file(path).value_or(""), '\0');
  if (!items.empty() && items.back().empty()) items.pop_back();
  return items;
}

// Highest use of memory so far, of a cgroup of either version; 0 where it tells none.
std::int64_t highest_use(const std::string& cgroup) {
  for (const char* file : {"/memory.peak", "/memory.max_usage_in_bytes"}) {
    if (std::string text = read(cgroup + file); !text.empty()) return std::stoll(text);
  }
  return 0;
}

std::set<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines = split(text, '\n');
  return {lines.begin(), lines.end()};
}

void compare(std::vector<std::string>& wrong, const std::string& what, const std::string& told, const std::string& is) {
  if (told != is) wrong.push_back(fmt::format("{}: told \"{}\", is \"{}\"", what, told, is));
}

}  // namespace

Expectation::Expectation(fs::path data, pid_t engine_pid)
    : data_(std::move(data)), engine_pid_(engine_pid), own_mounts_(os::read_file("/proc/self/mountinfo")) {
  char name[256] = {};
  ::gethostname(name, sizeof name - 1);
  host_name_ = name;
  stored_ = names_in(data_ / "content/blobs/sha256");
  for (const std::string& layer : names_in(data_ / "layers")) layers_.insert((data_ / "layers" / layer).string());
}

std::string Expectation::proc(const std::string& file) const {
  return fmt::format("/proc/{}/{}", pid_, file);
}

std::string Expectation::root_on_host() const {
  return (data_ / "containers" / container_ / "rootfs").string();
}

void Expectation::take(const trace::Event& event) {
  const bool failed = trace::find_argument(event, "errno") || trace::argument_text(event, "failed") == "true";
  const auto hex = [](const std::string& digest) { return digest.substr(digest.find(':') + 1); };
  const bool end = event.kind == trace::Kind::end;
  if (event.name == "pull.blob" || event.name == "pull.config") {
    if (event.kind == trace::Kind::begin) arriving_.insert(hex(event.subject));
    if (end && !failed) pulled_.insert(hex(event.subject));
  }
  if (event.name == "pull.manifest" && end && !failed) manifest_ = hex(trace::argument_text(event, "digest"));
  if (event.name == "pull.done" && !failed) {
    stored_.merge(pulled_);
    stored_.insert(manifest_);  // last, when all that it names is here
    whole_ = true;
  }
  if (event.name == "request.received" && event.subject == "POST /images/create" && end) {
    // What came for an image that did not become whole goes again.
    for (const auto& [digest, layer] : unpacked_) {
      if (!whole_) layers_.erase(layer.path);
    }
    if (!whole_) unpacked_.clear();
    pulled_.clear();
    arriving_.clear();
    manifest_.clear();
  }
  if (event.name == "snapshot.commit" && !failed) {
    layers_.insert(trace::argument_text(event, "path"));
    unpacked_[event.subject].path = trace::argument_text(event, "path");
  }
  if (event.name == "snapshot.unpack" && end && !failed) {
    unpacked_[event.subject].entries = trace::argument_number(event, "entries");
    unpacked_[event.subject].bytes = trace::argument_number(event, "bytes");
  }
  if (event.name == "lifecycle.memory-report") peak_bytes_ = trace::argument_number(event, "peak_bytes");
  if (event.name == "snapshot.prepare" && end && !failed) upper_ = trace::argument_text(event, "upper");
  if (event.name == "container.create" && event.kind == trace::Kind::begin) container_ = event.subject;
  if (event.name == "container.exit") exit_code_ = static_cast<int>(trace::argument_number(event, "exit_code", -1));
  if (event.name == "run.exec" && !failed) {
    executed_ = true;
    command_ = executed_by(event.plain_command);
    // execve takes all capabilities from whoever is not root (capabilities(7), "Transformation of capabilities").
    if (!starts_with(status_["Uid"], "0 ")) status_["CapPrm"] = status_["CapEff"] = "0000000000000000";
  }
  if (failed) return;
  if (event.name == "isolate.clone") pid_ = static_cast<pid_t>(trace::argument_number(event, "pid"));
  if (event.name == "isolate.hostname") as_told_["hostname"] = trace::argument_text(event, "object");
  if (event.name == "isolate.sysctls") sysctls_ = written_by(event.plain_command);
  if (event.name == "isolate.working-folder") made_folder_ = trace::argument_text(event, "object");
  if (auto bound = bound_by(event.plain_command, data_, container_)) bound_.push_back(*bound);
  if (event.name == "isolate.pivot") {
    pivoted_ = true;
    // What was reached by a path of the host is reached no more.
    std::erase_if(as_told_, [](const auto& one) { return one.first.find("/root/") != std::string::npos; });
  }
  for (const trace::Evidence& evidence : event.evidence) take_evidence(event, evidence);
}

void Expectation::take_evidence(const trace::Event& event, const trace::Evidence& evidence) {
  const std::string& source = evidence.source;
  const std::string own = fmt::format("/proc/{}/", pid_);
  if (event.name == "isolate.cgroups") cgroups_.insert(source);
  if (event.name == "isolate.limits" || event.name == "isolate.device-rules") cgroup_files_[source] = evidence.content;
  if (pid_ == 0 || !starts_with(source, own)) return;
  const std::string file = source.substr(own.size());
  if (starts_with(file, "ns/")) {
    namespaces_[file.substr(3)] = evidence.content;
  } else if (file == "status") {
    for (auto& [key, value] : status_of(evidence.content)) status_[key] = value;
  } else if (file == "mountinfo") {
    if (event.name == "isolate.propagation" || event.name == "isolate.pivot") return;
    for (const std::string& line : split(evidence.content, '\n')) {
      MountLine mount = parse_mount(line);
      auto place = pivoted_ ? std::optional(mount.place) : place_below(mount.place, root_on_host());
      mount.place = place.value_or("told outside of the container: " + mount.place);
      mounts_[mount.id] = mount;
    }
  } else {
    as_told_[source] = evidence.content;
    const bool binds = namespaces_["user"] != read_link("/proc/self/ns/user");
    if (event.name == "isolate.devices" && binds) bound_devices_ = lines_of(evidence.content);
  }
}

std::vector<std::string> Expectation::check(const client::Held& held) {
  Lines wrong = check_store(true);
  if (os::read_file("/proc/self/mountinfo") != own_mounts_) wrong.push_back("the host's own mounts have changed");
  check_cgroups(wrong);
  for (const std::string& folder : cgroups_) used_bytes_ = std::max(used_bytes_, highest_use(folder));
  if (pid_ > 0) {
    if (held.pid != pid_) wrong.push_back(fmt::format("process {} was cloned, {} is held", pid_, held.pid));
    check_namespaces(wrong);
    check_mounts(wrong);
    check_status(wrong);
    check_process(wrong, held.gate);
    check_files(wrong);
  }
  for (std::string& line : wrong) line = fmt::format("at {}: {}", held.gate, line);
  return wrong;
}

std::vector<std::string> Expectation::check_running() const {
  Lines wrong;
  check_cgroups(wrong);
  check_namespaces(wrong);
  check_mounts(wrong);
  check_status(wrong);
  check_files(wrong);
  compare(wrong, "cmdline", join(command_.arguments, "|"), join(items_of(proc("cmdline")), "|"));
  compare(wrong, "cwd", command_.folder, read_link(proc("cwd")));
  // What only the container's files tell, such as the user's home, is no word of the event.
  std::set<std::string> told, is;
  const auto shown = [](const std::string& one) { return one == "HOME=$home" ? "HOME" : one; };
  for (const std::string& one : command_.environment) told.insert(shown(one));
  for (const std::string& one : items_of(proc("environ"))) {
    is.insert(told.count("HOME") != 0 && starts_with(one, "HOME=/") ? "HOME" : one);
  }
  compare(wrong, "environ", join({told.begin(), told.end()}, "|"), join({is.begin(), is.end()}, "|"));
  const std::string program = read_link(proc("exe"));
  if (identity(seen_in_container(program)) != identity(proc("exe")) || program.empty()) {
    wrong.push_back("the program " + program + " is none of the container's files");
  }
  return wrong;
}

std::vector<std::string> Expectation::check_ended() const {
  Lines wrong = check_store(false);
  check_layers(wrong);
  // Read before the command ran: the peak can only be higher.
  if (executed_ && !cgroups_.empty() && peak_bytes_ < used_bytes_) {
    wrong.push_back(fmt::format("peak of memory: told {}, but {} was read at a gate", peak_bytes_, used_bytes_));
  }
  for (const std::string& folder : cgroups_) {
    if (fs::exists(folder)) wrong.push_back("cgroup " + folder + " is still there");
  }
  return wrong;
}

// A layer's folder holds what its tar had: as many names, and as many bytes in its files.
void Expectation::check_layers(Lines& wrong) const {
  for (const auto& [digest, told] : unpacked_) {
    std::int64_t entries = 0, bytes = 0;
    std::set<std::string> known;
    std::error_code ignored;  // a missing layer is told by check_store()
    for (const auto& entry : fs::recursive_directory_iterator(told.path, ignored)) {
      ++entries;
      if (!entry.is_symlink() && entry.is_regular_file() && known.insert(identity(entry.path())).second) {
        bytes += static_cast<std::int64_t>(entry.file_size());
      }
    }
    compare(wrong, "layer " + digest, fmt::format("{} entries, {} bytes", told.entries, told.bytes),
            fmt::format("{} entries, {} bytes", entries, bytes));
  }
}

std::vector<std::string> Expectation::check_store(bool in_flight) const {
  Lines wrong;
  const fs::path blobs = data_ / "content/blobs/sha256";
  std::set<std::string> there = names_in(blobs);
  std::set<std::string> told = stored_;
  // Afterwards only whole images have blobs: the run may be over before the end of a request that failed is told.
  if (in_flight) told.insert(pulled_.begin(), pulled_.end());
  for (const std::string& blob : told) {
    if (there.count(blob) == 0) wrong.push_back("blob " + blob + " was told and is not in the store");
  }
  for (const std::string& blob : there) {
    const bool known = told.count(blob) != 0;
    const bool arrives = in_flight && (arriving_.count(blob) != 0 || blob == manifest_);
    if (!known && !arrives) wrong.push_back("blob " + blob + " was never told");
    if (known && Digest::of(os::read_file(blobs / blob)).hex() != blob) wrong.push_back("blob " + blob + " is damaged");
  }
  for (const std::string& layer : layers_) {
    if (!fs::is_directory(layer)) wrong.push_back("layer " + layer + " was told and is not there");
  }
  for (const std::string& name : names_in(data_ / "layers")) {
    const bool half = starts_with(name, "unpack.");
    const bool known = layers_.count((data_ / "layers" / name).string()) != 0;
    if (!known && !in_flight) wrong.push_back("layer " + name + " was never told");
    if (!known && in_flight && !half && arriving_.empty()) wrong.push_back("layer " + name + " was never told");
  }
  if (!upper_.empty() && in_flight && !fs::is_directory(upper_)) wrong.push_back("no writable layer in " + upper_);
  return wrong;
}

void Expectation::check_cgroups(Lines& wrong) const {
  for (const std::string& folder : cgroups_) {
    if (!fs::is_directory(folder)) wrong.push_back("cgroup " + folder + " was told and is not there");
    if (pid_ == 0)
      compare(wrong, folder + "/cgroup.procs before there is a process", "", read(folder + "/cgroup.procs"));
  }
  for (const auto& [path, content] : cgroup_files_) compare(wrong, path, content, read(path));
}

void Expectation::check_namespaces(Lines& wrong) const {
  for (const auto& [name, told] : namespaces_) compare(wrong, "namespace " + name, told, read_link(proc("ns/" + name)));
  for (const char* name : {"pid", "mnt", "net", "uts", "ipc", "user", "cgroup"}) {
    const std::string engines = read_link(fmt::format("/proc/{}/ns/{}", engine_pid_, name));
    const bool shared = engines == read_link(proc(std::string("ns/") + name));
    // The user namespace is the engine's own; the cgroup namespace comes after the cgroups.
    const bool expected = std::string(name) == "user" || namespaces_.count(name) == 0;
    if (shared != expected) {
      wrong.push_back(fmt::format("namespace {} is {} the engine's", name, shared ? "still" : "no more"));
    }
  }
  auto name = as_told_.find("hostname");
  compare(wrong, "host name", name == as_told_.end() ? host_name_ : name->second,
          read_inside(proc("ns/uts"), "/proc/sys/kernel/hostname"));
  for (const auto& [path, told] : sysctls_) {
    std::string is = read_inside(proc("ns/net"), path);
    std::replace(is.begin(), is.end(), '\t', ' ');
    compare(wrong, path, told, is);
  }
}

// Through the process's own root, so that its mounts count.
std::string Expectation::seen_in_container(const std::string& path) const {
  return proc("root") + (pivoted_ ? "" : root_on_host()) + path;
}

void Expectation::check_files(Lines& wrong) const {
  for (const BoundFile& bound : bound_) {
    compare(wrong, bound.source.string() + " as " + bound.target, identity(bound.source),
            identity(seen_in_container(bound.target)));
    const std::string text = read(seen_in_container(bound.target));
    const std::string name = as_told_.at("hostname");
    if (bound.target == "/etc/hostname") compare(wrong, bound.target, name, text);
    if (bound.target == "/etc/hosts" && text.find(name) == std::string::npos) {
      wrong.push_back("/etc/hosts does not know " + name + ": " + text);
    }
    if (bound.target == "/etc/resolv.conf" && text.find("nameserver ") == std::string::npos) {
      wrong.push_back("/etc/resolv.conf names no server: " + text);
    }
  }
  if (!made_folder_.empty() && !fs::is_directory(seen_in_container(made_folder_))) {
    wrong.push_back("the working folder " + made_folder_ + " was told and is not there");
  }
}

void Expectation::check_mounts(Lines& wrong) const {
  std::map<int, MountLine> there;
  std::string root_type;
  for (const std::string& line : split(read(proc("mountinfo")), '\n')) {
    MountLine mount = parse_mount(line);
    if (mount.place == "/") root_type = mount.type;
    auto place = pivoted_ ? std::optional(mount.place) : place_below(mount.place, root_on_host());
    if (!place) continue;
    mount.place = *place;
    there[mount.id] = mount;
  }
  const bool own_root = root_type == "overlay" && read(proc("mountinfo")).find(container_) != std::string::npos;
  if (pivoted_ && !own_root) wrong.push_back("the root is told to be the container's, and is of type " + root_type);
  if (!pivoted_ && there.count(0) != 0) wrong.push_back("a line of mountinfo that cannot be read");
  std::set<std::string> devices;
  for (const auto& [id, mount] : there) {
    auto told = mounts_.find(id);
    const std::string device = starts_with(mount.place, "/dev/") ? mount.place.substr(5) : std::string();
    if (told == mounts_.end()) {
      if (bound_devices_.count(device) != 0 && devices.insert(device).second) continue;
      wrong.push_back(fmt::format("mount {} on {} ({}) was never told", id, mount.place, mount.type));
    } else if (!(told->second == mount)) {
      wrong.push_back(fmt::format("mount {}: told {} on {} {} {}, is {} on {} {} {}", id, told->second.source,
                                  told->second.place, told->second.type, told->second.options, mount.source,
                                  mount.place, mount.type, mount.options));
    }
  }
  for (const auto& [id, mount] : mounts_) {
    if (there.count(id) == 0) wrong.push_back(fmt::format("mount {} on {} was told and is not there", id, mount.place));
  }
  if (devices != bound_devices_) wrong.push_back("not every device that was told is there");
}

void Expectation::check_status(Lines& wrong) const {
  std::map<std::string, std::string> is;
  // It says that it stands at the gate, and a moment later it sleeps there.
  for (int tries = 0; tries < 1000 && is["State"] != "S (sleeping)"; ++tries) {
    is = status_of(os::try_read_file(proc("status")).value_or(""));
    ::usleep(1000);
  }
  const std::string users = read(proc("uid_map")), groups = read(proc("gid_map"));
  for (const auto& [key, told] : status_) {
    // Ids are told as the engine sees them, from inside its user namespace.
    std::vector<std::string> values = words_of(told);
    const bool ids = key == "Uid" || key == "Gid" || key == "Groups";
    for (std::string& value : values) value = ids ? outside_id(value, key == "Uid" ? users : groups) : value;
    compare(wrong, key, join(values, " "), is[key]);
  }
  if (status_.count("Seccomp") == 0) compare(wrong, "Seccomp before it was told", "0", is["Seccomp"]);
  compare(wrong, "the held process's state", "S (sleeping)", is["State"]);
}

void Expectation::check_process(Lines& wrong, const std::string& gate) const {
  for (const auto& [source, told] : as_told_) {
    if (source == "hostname") continue;
    std::error_code ignored;
    std::string is;
    if (source == proc("cwd") || source == proc("exe")) {
      is = read_link(source);
    } else if (fs::is_directory(source, ignored)) {
      const std::set<std::string> names = names_in(source);
      is = join({names.begin(), names.end()}, "\n");
    } else {
      is = read(source);
    }
    // Descriptors are told as they are between two operations; the mounts' own is opened for some of them only.
    if (source == proc("fd") && gate != "isolate.cgroup-join" && gate != "isolate.cgroup-namespace") continue;
    if (starts_with(source, proc("root/")) && (gate == "isolate.pivot" || pivoted_)) continue;
    // Folders of /dev get mount points as they are mounted.
    if (starts_with(source, proc("root/"))) {
      for (const std::string& name : lines_of(told)) {
        if (lines_of(is).count(name) == 0) wrong.push_back(source + "/" + name + " was told and is not there");
      }
      continue;
    }
    compare(wrong, source, told, is);
  }
}

}  // namespace glassdock::golden
