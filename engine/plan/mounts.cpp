#include <fmt/format.h>
#include <linux/mount.h>

#include <algorithm>

#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/plan/parts.h"
#include "engine/plan/walls.h"

namespace glassdock::plan {
namespace {

// mount(2)'s own flags; <sys/mount.h> clashes with <linux/mount.h> in glibc 2.36.
constexpr std::uint64_t recursively_private = (1U << 18) | (1U << 14);  // MS_PRIVATE | MS_REC
// mount(2) takes one page of options, its NUL included; a page is 4096 bytes at least.
constexpr std::size_t most_overlay_options = 4095;
constexpr std::uint64_t quiet = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC;

struct FilesystemMount {
  const char* name;
  const char* type;
  std::string target;
  std::string options;
  std::uint64_t attributes;
  const char* source = nullptr;  // what mountinfo shows as the source, where it is not the type
  bool make_target = false;      // by hand the folder has to be made first
  bool keep_mode = false;        // of the folder beneath
};

void add_filesystem(Start& start, const FilesystemMount& mount,
                    std::source_location where = std::source_location::current()) {
  std::string words = mount_words(mount.attributes);
  if (!mount.options.empty()) words += (words.empty() ? "" : ",") + mount.options;
  if (mount.keep_mode && words.empty()) words = "rw";  // by hand ",mode=…" follows
  std::string path = host_path(start, mount.target);
  std::string command = mount.make_target ? "mkdir -p " + path + "\n" : "";
  if (mount.keep_mode) command = fmt::format("mode=$(stat -c ,mode=%a {0} 2> /dev/null)\n", path) + command;
  command += fmt::format("mount -t {}{}{} {} {}", mount.type, words.empty() ? "" : " -o " + shell_quote(words),
                         mount.keep_mode ? "$mode" : "", mount.source ? mount.source : mount.type, path);
  std::string options = mount.options;
  if (mount.source) options += std::string(options.empty() ? "" : ",") + "source=" + mount.source;
  start.writer.add({.name = mount.name,
                    .code = Code::mount_filesystem,
                    .text = {mount.type, mount.target, options},
                    .number = {mount.attributes, mount.keep_mode ? 1U : 0U},
                    .plain_command = command},
                   where);
}

void require_plain(const std::string& path) {
  bool plain = !path.empty() && std::all_of(path.begin(), path.end(), [](unsigned char c) {
    return std::isalnum(c) || c == '.' || c == '_' || c == '-' || c == '/';
  });
  if (!plain) throw Error(ErrorKind::internal, "the overlay's folder \"" + path + "\" would need escaping");
}

void add_devices(Start& start) {
  const bool binds = start.in_user_namespace();  // mknod(2) is denied in a user namespace
  std::vector<std::string> lines;
  std::vector<std::string> commands;
  for (const Device& device : devices) {
    lines.push_back(fmt::format("{} {} {} 666", device.path, device.major, device.minor));
    std::string path = host_path(start, device.path);
    commands.push_back(binds ? fmt::format("touch {1} && mount --bind {0} {1}", device.path, path)
                             : fmt::format("mknod -m 666 {} c {} {}", path, device.major, device.minor));
  }
  start.writer.add({.name = "isolate.devices",
                    .code = Code::make_devices,
                    .text = {make_list(lines)},
                    .number = {binds ? 1U : 0U, 0},
                    .plain_command = join(commands, "\n")});
  std::vector<std::string> links;
  commands.clear();
  for (const Link& link : device_links) {
    links.push_back(link.path);
    links.push_back(link.target);
    commands.push_back(fmt::format("ln -s {} {}", link.target, host_path(start, link.path)));
  }
  start.writer.add({.name = "isolate.device-links",
                    .code = Code::make_links,
                    .text = {make_list(links)},
                    .plain_command = join(commands, "\n")});
}

// A mount that stands below the container's root by the user's or docker's wish.
struct UserMount {
  const char* name;
  std::string target;
  std::string source;  // of a bind
  bool read_only = false;
  bool recursive = false;
  bool is_file = false;  // a file that the engine wrote: its target is made as one
  const Tmpfs* tmpfs = nullptr;
};

void add_bind(Start& start, const UserMount& mount) {
  std::string source = shell_quote(mount.source);
  std::string target = host_path(start, mount.target);
  std::string command = mount.is_file ? fmt::format("[ -e {0} ] || touch {0}", target)
                                      : fmt::format("[ -d {0} ] && mkdir -p {1} || {{ mkdir -p {2}; touch {1}; }}",
                                                    source, target, "\"$(dirname " + target + ")\"");
  command += fmt::format("\nmount --{} {} {}", mount.recursive ? "rbind" : "bind", source, target);
  if (mount.read_only) command += "\nmount -o remount,bind,ro " + target;
  start.writer.add({.name = mount.name,
                    .code = Code::bind_mount,
                    .text = {mount.source, mount.target},
                    .number = {mount.read_only ? MOUNT_ATTR_RDONLY : 0U, mount.recursive ? 1U : 0U},
                    // The image's folders are not a trial's to make a file in.
                    .flags = static_cast<std::uint16_t>(start.spec.trial && mount.is_file ? may_fail : 0),
                    .plain_command = command});
}

std::vector<UserMount> user_mounts(const ContainerSpec& spec) {
  std::vector<UserMount> mounts;
  auto is_bound = [&](const std::string& target) {
    return std::any_of(spec.binds.begin(), spec.binds.end(),
                       [&](const Bind& bind) { return clean_path(bind.target) == target; });
  };
  auto add_file = [&](const char* name, const char* target, const std::string& source) {
    if (source.empty() || is_bound(target)) return;
    mounts.push_back({name, target, source, spec.read_only, false, true});
  };
  add_file("isolate.hosts", "/etc/hosts", spec.hosts_file);
  add_file("isolate.hostname-file", "/etc/hostname", spec.hostname_file);
  add_file("isolate.resolv", "/etc/resolv.conf", spec.resolv_file);
  if (!spec.init_file.empty()) mounts.push_back({"isolate.init", init_target, spec.init_file, true, false, true});
  for (const Bind& bind : spec.binds) {
    mounts.push_back({"isolate.volume", clean_path(bind.target), bind.source, bind.read_only, true});
  }
  for (const Tmpfs& tmpfs : spec.tmpfs) {
    UserMount mount{"isolate.tmpfs", clean_path(tmpfs.target), ""};
    mount.tmpfs = &tmpfs;
    mounts.push_back(mount);
  }
  // As docker does: a folder before what stands below it, whatever the order on the command line.
  std::stable_sort(mounts.begin(), mounts.end(), [](const UserMount& a, const UserMount& b) {
    return std::count(a.target.begin(), a.target.end(), '/') < std::count(b.target.begin(), b.target.end(), '/');
  });
  return mounts;
}

}  // namespace

std::string mount_words(std::uint64_t attributes) {
  std::vector<std::string> words;
  if (attributes & MOUNT_ATTR_RDONLY) words.push_back("ro");
  if (attributes & MOUNT_ATTR_NOSUID) words.push_back("nosuid");
  if (attributes & MOUNT_ATTR_NODEV) words.push_back("nodev");
  if (attributes & MOUNT_ATTR_NOEXEC) words.push_back("noexec");
  if ((attributes & MOUNT_ATTR__ATIME) == MOUNT_ATTR_STRICTATIME) words.push_back("strictatime");
  if ((attributes & MOUNT_ATTR__ATIME) == MOUNT_ATTR_NOATIME) words.push_back("noatime");
  if (attributes & MOUNT_ATTR_NODIRATIME) words.push_back("nodiratime");
  return join(words, ",");
}

std::string host_path(const Start& start, const std::string& target) {
  return shell_quote(start.spec.rootfs + target);
}

void add_root(Start& start) {
  const ContainerSpec& spec = start.spec;
  start.writer.add({.name = "isolate.propagation",
                    .code = Code::set_propagation,
                    .number = {recursively_private, 0},
                    .plain_command = "mount --make-rprivate /"});
  std::string lower;
  for (const std::string& folder : spec.lower) {
    require_plain(folder);
    lower += (lower.empty() ? "" : ":") + folder;
  }
  for (const std::string& folder : {spec.upper, spec.work, spec.rootfs}) require_plain(folder);
  std::string options = fmt::format("lowerdir={},upperdir={},workdir={}", lower, spec.upper, spec.work);
  if (start.in_user_namespace()) options += ",userxattr";
  if (spec.volatile_overlay) options += ",volatile";
  if (options.size() > most_overlay_options) {
    throw Error(ErrorKind::not_supported,
                fmt::format("the image has too many layers ({}): their names do not fit into one overlay mount",
                            spec.lower.size()),
                "build it with fewer layers");
  }
  const bool nodev = !start.host.guards_devices();
  start.writer.add({.name = "snapshot.overlay",
                    .code = Code::mount_overlay,
                    .stage = trace::Stage::snapshot,
                    .text = {spec.rootfs, options},
                    .number = {nodev ? MS_NODEV : 0U, 0},
                    .plain_command = fmt::format("mount -t overlay -o {}{} overlay {}", nodev ? "nodev," : "", options,
                                                 spec.rootfs)});
}

void add_kernel_mounts(Start& start) {
  if (start.leaves_out("namespace.pid")) {
    // A trial's user namespace has no right to a new view of the machine's processes: it gets the machine's own.
    start.writer.add({.name = "isolate.proc",
                      .code = Code::bind_mount,
                      .text = {"/proc", "/proc"},
                      .number = {0, 1},
                      .plain_command = "mount --rbind /proc " + host_path(start, "/proc")});
  } else {
    add_filesystem(start, {"isolate.proc", "proc", "/proc", "", quiet, nullptr, true});
  }
  add_filesystem(start, {"isolate.dev", "tmpfs", "/dev", "mode=755,size=65536k",
                         MOUNT_ATTR_NOSUID | MOUNT_ATTR_STRICTATIME, nullptr, true});
  add_devices(start);
  // gid 5 is "tty" in every image; where one id alone is mapped there is no such group.
  add_filesystem(start, {"isolate.devpts", "devpts", "/dev/pts",
                         std::string("newinstance,ptmxmode=0666,mode=0620") + (start.single_id() ? "" : ",gid=5"),
                         MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC, nullptr, true});
  add_filesystem(start, {"isolate.shm", "tmpfs", "/dev/shm", "mode=1777,size=" + std::to_string(start.spec.shm_bytes),
                         quiet, "shm", true});
  // In a user namespace the kernel mounts these two only with a network or IPC namespace of one's own.
  bool own_ipc = !start.leaves_out("namespace.ipc");
  bool own_network = !start.leaves_out("namespace.network");
  if (own_ipc) add_filesystem(start, {"isolate.mqueue", "mqueue", "/dev/mqueue", "", quiet, nullptr, true});
  if (!own_network) return;
  add_filesystem(start, {"isolate.sysfs", "sysfs", "/sys", "", quiet | MOUNT_ATTR_RDONLY, nullptr, true});
  add_cgroup_mounts(start);
}

void add_user_mounts(Start& start) {
  for (const UserMount& mount : user_mounts(start.spec)) {
    if (!mount.tmpfs) {
      add_bind(start, mount);
      continue;
    }
    MountOptions options = parse_tmpfs_options(mount.tmpfs->options);
    bool own_mode = options.options.find("mode=") != std::string::npos;
    add_filesystem(start,
                   {mount.name, "tmpfs", mount.target, options.options, options.attributes, nullptr, true, !own_mode});
  }
  std::string folder = clean_path(start.spec.working_folder.empty() ? "/" : start.spec.working_folder);
  if (folder == "/") return;
  start.writer.add({.name = "isolate.working-folder",
                    .code = Code::make_folder,
                    .text = {folder},
                    .plain_command = "mkdir -p " + host_path(start, folder)});
}

void add_masks(Start& start) {
  std::string root = shell_quote(start.spec.rootfs);
  std::vector<std::string> masked(std::begin(masked_paths), std::end(masked_paths));
  start.writer.add(
      {.name = "isolate.mask",
       .code = Code::mask_paths,
       .text = {make_list(masked)},
       .plain_command = fmt::format("for path in {0}; do if [ -d {1}$path ]; then mount -t tmpfs -o ro tmpfs {1}$path; "
                                    "elif [ -e {1}$path ]; then mount --bind {1}/dev/null {1}$path; fi; done",
                                    join(masked, " "), root)});
  std::vector<std::string> fixed(std::begin(read_only_paths), std::end(read_only_paths));
  start.writer.add({.name = "isolate.readonly-paths",
                    .code = Code::protect_paths,
                    .text = {make_list(fixed)},
                    .plain_command = fmt::format(
                        "for path in {0}; do if [ -e {1}$path ]; then mount --bind {1}$path {1}$path && mount "
                        "-o remount,bind,ro,nosuid,nodev,noexec {1}$path; fi; done",
                        join(fixed, " "), root)});
}

void add_terminal(Start& start) {
  if (!start.spec.terminal) return;
  const std::string console = host_path(start, "/dev/console");
  const std::string sized =
      start.spec.terminal->rows == 0
          ? ""
          : fmt::format("\nstty rows {} cols {}", start.spec.terminal->rows, start.spec.terminal->columns);
  // script(1) opens a terminal of the devpts at /dev/pts, and the shell in it types on.
  start.writer.add({.name = "isolate.terminal",
                    .code = Code::open_terminal,
                    .text = {"/dev/console"},
                    .number = {start.spec.terminal->rows, start.spec.terminal->columns},
                    .plain_command = fmt::format("mount --bind {0} /dev/pts && exec script --quiet --command bash "
                                                 "/dev/null\ntouch {1} && mount --bind \"$(tty)\" {1}{2}",
                                                 host_path(start, "/dev/pts"), console, sized),
                    .remarked = true});
}

void add_pivot(Start& start) {
  start.writer.add({.name = "isolate.pivot",
                    .code = Code::pivot_root,
                    .plain_command = "cd " + shell_quote(start.spec.rootfs) + " && mount -n --move . /",
                    .remarked = true});
  if (start.leaves_out("isolate.pivot")) add_trial_root(start);
  if (!start.spec.read_only) return;
  start.writer.add({.name = "isolate.readonly-root",
                    .code = Code::protect_root,
                    .number = {MOUNT_ATTR_RDONLY, 0},
                    .plain_command = "mount --no-canonicalize -o remount,bind,ro overlay ."});
}

}  // namespace glassdock::plan
