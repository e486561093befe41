// plan: a container start as data: a flat list of operations that monitor and child carry out one after the other.
#pragma once

#include <cerrno>
#include <cstddef>
#include <cstdint>

namespace glassdock::plan {

// A plan is one block of memory, written by the daemon into a sealed memfd and mapped read-only by the monitor:
//
//   PlanHeader | Operation × operation_count | area (strings and raw data, each NUL-terminated and 8-aligned)
//
// Everything refers to the area by its offset; offset 0 is the empty string. A List is strings one after the other,
// each ended by NUL, the whole ended by an empty string; no string in it is empty, execute's argv and environment
// excepted (`echo ''`), which are walked by the header's counts instead. Only plain data: this header is used by the
// launcher, which has neither the C++ library's containers nor exceptions between clone and exec.

inline constexpr std::uint32_t magic = 0x4e504447;  // "GDPN"
inline constexpr std::uint32_t version = 2;
inline constexpr std::size_t most_operations = 128;  // the hold and evidence masks have a bit for each
inline constexpr std::size_t most_bytes = 8 * 1024 * 1024;

// Who carries an operation out, and when. The operations stand in the plan in this order of phases.
enum class Phase : std::uint8_t {
  prepare,   // the monitor, before the container's first process exists; ends with clone
  child,     // the container's first process, between clone3 and exec
  teardown,  // the monitor, after the last process is gone, or after a failure: each is tried, none stops the next
};

// What an operation does with its strings, data and numbers. In brackets: which. Paths are the host's until pivot_root,
// relative ones to the engine's data folder; "in root" means below the container's root, resolved by openat2 with
// RESOLVE_IN_ROOT or RESOLVE_NO_SYMLINKS. A mount's missing target in root is made: a file under a file or device, else
// a folder (mode 0755); where the path leads over a link to nothing, what that link names in root.
enum class Code : std::uint16_t {
  none = 0,
  // prepare
  create_cgroups,  // mkdir(2) of each [text[0]: List of folders]; what exists already is an error
  write_files,     // [text[0]: List of path, content, path, content …]: cgroup limits; in the child: sysctls. One
                   // write(2) for each pair, also where the path is the same as before (devices.allow)
  attach_device_filter,  // bpf(2) BPF_PROG_TYPE_CGROUP_DEVICE [text[0] cgroup folder, data: struct bpf_insn array]
  join_namespaces,  // setns(2) to those of the container's process 1 [number[0]: CLONE_NEW… flags], and hidden from
                    // its processes until execve (PR_SET_DUMPABLE). In the child too
  clone,            // clone3(2) [number[0]: flags; text[0]: v2 cgroup folder for CLONE_INTO_CGROUP, or empty]
  // child
  keep_descriptors,  // dup2 stdio, a session and a session keyring of its own, umask 022, close_range of all that is
                     // not needed; every CPU, priority 0 and oom_score_adj 0 instead of the engine's, where permitted
  join_cgroups,      // writes 0 into tasks of each [text[0]: List of v1 folders]
  unshare,           // unshare(2) [number[0]: flags]
  set_hostname,      // sethostname(2) [text[0]]
  set_propagation,   // mount(2) on / [number[0]: MS_PRIVATE | MS_REC]
  raise_loopback,    // SIOCSIFFLAGS: lo up
  mount_overlay,     // mount(2) "overlay" [text[0] target folder, text[1] options, number[0] flags]; then the root's
                     // descriptor is opened
  mount_filesystem,  // fsopen(2) … move_mount(2) in root [text[0] type, text[1] target, text[2] options "k=v,k",
                     // number[0]: MOUNT_ATTR_*, number[1]: 1 = with the mode of the folder beneath, where it exists and
                     // no option says otherwise]
  make_devices,      // mknod(2) in root [text[0]: List of "path major minor mode"], or binds of the host's own nodes
                     // (number[0] = 1)
  make_links,     // symlink(2) in root [text[0]: List of path, target …; text[1]: a mount that is read-only from then
                  // on, or empty]
  bind_mount,     // open_tree(2), move_mount(2) in root [text[0] source, text[1] target, number[0]: MOUNT_ATTR_*,
                  // number[1]: 1 = recursive]
  mask_paths,     // /dev/null over files, an empty read-only tmpfs over folders, in root [text[0]: List]
  protect_paths,  // read-only bind mount of itself, in root [text[0]: List]
  make_folder,    // mkdir -p in root [text[0]]
  open_terminal,  // a pty of the container's own devpts in root, the monitor gets its master: standard input, output
                  // and error, and the controlling terminal [text[0]: the file in root that it stands for too, or
                  // empty; number[0]: rows, number[1]: columns; 0: unknown]
  pivot_root,     // pivot_root(2) into the root, the old root detached
  protect_root,   // mount_setattr(2) read-only on /
  find_user,  // /etc/passwd and /etc/group of the container [text[0]: "name|uid[:group|gid]", text[1]: List of groups]
  set_seccomp,       // seccomp(2) SECCOMP_SET_MODE_FILTER [data: struct sock_filter array]
  drop_bounding,     // PR_CAPBSET_DROP of all that is not in [number[0]: mask]
  set_user,          // fchown of the standard pipes, setgroups (docker: the primary group is among them), setresgid,
                     // setresuid to what find_user found; PR_SET_PDEATHSIG again [number[0]: 1 = no setgroups, which is
                     // denied where one id alone is mapped]
  set_capabilities,  // capset(2) [number[0]: mask of a root user; any other user gets none]
  set_no_new_privileges,
  change_folder,  // chdir(2) [text[0]]; refused where it is not below the container's root
  execute,  // execve(2) [text[0]: List argv, text[1]: List environment; text[2]: List of the names in it, and HOME,
            // whose values are not the user's]; looked up in the environment's PATH as execvp(3) does. Where the
            // environment has no HOME, the one that find_user found (or "/") is added
  // teardown
  report_memory,   // reads [text[0]: List of files that tell the peak and the OOM kills]
  remove_cgroups,  // kills what is left, rmdir(2) of each [text[0]: List of folders]
  // child, of a trial
  enter_trial,      // root of the user namespace of its own that clone has made [data: TrialIds, of which the monitor
                    // takes one trial's; number[0]: how many of them are mapped]; of the data folder only the parts in
                    // text[0] stay in sight [List], of which the monitor gives it those of text[1] [List], below the
                    // folder text[2]
  protect_machine,  // mount_setattr(2) on / and all below [number[0]: MOUNT_ATTR_*]
};

// User and group ids of the engine's user namespace that nobody on the machine has, a range for each trial that lives.
struct TrialIds {
  std::uint32_t first = 0;   // root of the trial that has the first range
  std::uint32_t count = 0;   // in each range; 0: there are none
  std::uint32_t trials = 0;  // ranges, one behind the other
};

// The errno of mount_filesystem and bind_mount where the target lies in procfs, whatever its path looked like.
inline constexpr int inside_proc = EXDEV;

enum OperationFlag : std::uint16_t {
  may_fail = 1,  // a failure is recorded, and the start goes on (a mask whose path does not exist)
};

struct Operation {
  Code code;
  Phase phase;
  std::uint8_t stage;  // trace::Stage
  std::uint16_t flags;
  std::uint16_t reserved;
  std::int32_t injected_errno;  // not 0: the operation is not done and fails with this, for the fault tests
  std::uint32_t name;           // of its event and of the gate in front of it: "isolate.clone"
  std::uint32_t plain_command;  // the same by hand; empty where no command does it
  std::uint32_t remark;         // why there is none, or what differs; may be empty
  std::uint32_t text[3];
  std::uint32_t data;  // raw bytes, 8-aligned
  std::uint32_t data_bytes;
  std::uint64_t number[2];
  std::uint32_t source_line;  // of the line in plan/ that put it here: the event's source location
  std::uint32_t source_file;
};
static_assert(sizeof(Operation) == 72);

struct PlanHeader {
  std::uint32_t magic;
  std::uint32_t version;
  std::uint32_t operation_count;
  std::uint32_t area_bytes;
  std::uint32_t argument_count;  // of execute, so that the monitor can make room for the pointers before the clone
  std::uint32_t environment_count;
  std::uint32_t data_folder;  // absolute; relative paths start here
  std::uint32_t first_child;  // index of the first operation of each phase; prepare begins at 0
  std::uint32_t first_teardown;
  std::uint32_t rootless;  // 1: the namespaces belong to a user namespace, which leads to them
};
static_assert(sizeof(PlanHeader) == 40);

// A validated plan in memory that somebody else owns.
class View {
 public:
  // False in `valid()` where sizes, offsets, counts or terminators do not fit, or the prepare phase does not end with
  // clone: nothing is read beyond the block then.
  View(const void* block, std::size_t bytes) noexcept;
  bool valid() const noexcept { return header_ != nullptr; }
  const PlanHeader& header() const noexcept { return *header_; }
  std::uint32_t count() const noexcept { return header_->operation_count; }
  const Operation& operation(std::uint32_t index) const noexcept { return operations_[index]; }
  // A string of the area; "" for offset 0 or one outside.
  const char* text(std::uint32_t offset) const noexcept;
  const void* data(const Operation& operation) const noexcept;

 private:
  const PlanHeader* header_ = nullptr;
  const Operation* operations_ = nullptr;
  const char* area_ = nullptr;
};

// Walks a List: `for (const char* s = list; *s; s = next_in_list(s))`.
const char* next_in_list(const char* text) noexcept;

}  // namespace glassdock::plan
