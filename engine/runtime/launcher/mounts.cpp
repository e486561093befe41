#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <initializer_list>

#include "engine/runtime/launcher/kernel.h"
#include "engine/runtime/launcher/operations.h"
#include "engine/runtime/launcher/root_paths.h"

namespace glassdock::runtime {
namespace {

// The masks are for the procfs that this start mounted: ESTALE where something else stands at /proc. In a trial that
// may be what the learner wants to see.
int check_proc(const StartState& state) {
  if (state.proc_device == 0 || state.trial) return 0;
  Fd proc(kernel::open_in(state.root, "/proc", O_PATH | O_DIRECTORY, plain));
  if (proc.bad()) return errno;
  struct stat info {};
  if (::fstat(proc.value, &info) != 0) return errno;
  return info.st_dev == state.proc_device ? 0 : ESTALE;
}

bool is_folder(int fd) {
  struct stat info {};
  return ::fstat(fd, &info) == 0 && S_ISDIR(info.st_mode);
}

int mount_overlay(StartState& state, const plan::Operation& operation) {
  const char* target = state.plan->text(operation.text[0]);
  // mount(2), not fsconfig(2), whose strings end at 255 bytes: too short for many layers before Linux 6.7.
  if (kernel::mount("overlay", target, "overlay", operation.number[0], state.plan->text(operation.text[1])) != 0)
    return errno;
  if (state.root >= 0) ::close(state.root);  // a trial's, the folder beneath
  state.root = ::open(target, O_PATH | O_DIRECTORY | O_CLOEXEC);
  return state.root < 0 ? errno : 0;
}

// "k=v,k" one by one; `mode` of the root folder first where it is not below 0, so that an option can say otherwise.
int set_options(int fs, const char* type, const char* options, int mode = -1) {
  char octal[16];
  ::snprintf(octal, sizeof octal, "%o", static_cast<unsigned>(mode));
  if (mode >= 0 && kernel::fsconfig(fs, FSCONFIG_SET_STRING, "mode", octal) != 0) return errno;
  bool has_source = ::strstr(options, "source=") != nullptr;
  if (!has_source && kernel::fsconfig(fs, FSCONFIG_SET_STRING, "source", type) != 0) return errno;
  char copy[1024];
  if (::strlen(options) >= sizeof copy) return ENAMETOOLONG;
  ::strcpy(copy, options);
  char* rest = nullptr;
  for (char* option = ::strtok_r(copy, ",", &rest); option; option = ::strtok_r(nullptr, ",", &rest)) {
    char* value = ::strchr(option, '=');
    if (value) *value++ = 0;
    int done = value ? kernel::fsconfig(fs, FSCONFIG_SET_STRING, option, value)
                     : kernel::fsconfig(fs, FSCONFIG_SET_FLAG, option, nullptr);
    if (done != 0) return errno;
  }
  return kernel::fsconfig(fs, FSCONFIG_CMD_CREATE, nullptr, nullptr) == 0 ? 0 : errno;
}

int mount_filesystem(StartState& state, const plan::Operation& operation) {
  const char* type = state.plan->text(operation.text[0]);
  const char* path = state.plan->text(operation.text[1]);
  Fd fs(kernel::fsopen(type));
  if (fs.bad()) return errno;
  // docker's --tmpfs takes over the mode of the folder that the image has there.
  struct stat beneath {};
  Fd image_folder(operation.number[1] == 1 ? kernel::open_in(state.root, path, O_PATH, resolve_for(path)) : -1);
  bool take_mode = !image_folder.bad() && ::fstat(image_folder.value, &beneath) == 0;
  int mode = take_mode ? static_cast<int>(beneath.st_mode & 07777) : -1;
  if (int error = set_options(fs.value, type, state.plan->text(operation.text[2]), mode)) return error;
  Fd mount(kernel::fsmount(fs.value, static_cast<unsigned>(operation.number[0])));
  if (mount.bad()) return errno;
  struct stat own {};
  if (::strcmp(type, "proc") == 0 && ::fstat(mount.value, &own) == 0) state.proc_device = own.st_dev;
  Fd target(open_target(state.root, path, Want::folder));
  return target.bad() ? errno : put_mount(mount.value, target.value);
}

int set_attributes(int mount, uint64_t attributes, bool recursive) {
  if (attributes == 0) return 0;
  unsigned flags = AT_EMPTY_PATH | (recursive ? AT_RECURSIVE : 0);
  return kernel::set_mount_attributes(mount, "", flags, attributes) == 0 ? 0 : errno;
}

int bind_on(int source, int target, uint64_t attributes, bool recursive) {
  if (int error = set_attributes(source, attributes, recursive)) return error;
  return kernel::move_mount(source, target) == 0 ? 0 : errno;
}

int bind_mount(StartState& state, const plan::Operation& operation) {
  bool recursive = operation.number[1] != 0;
  Fd source(kernel::open_tree(AT_FDCWD, state.plan->text(operation.text[0]),
                              OPEN_TREE_CLONE | (recursive ? AT_RECURSIVE : 0)));
  if (source.bad()) return errno;
  Want want = is_folder(source.value) ? Want::folder : Want::file;
  Fd target(open_target(state.root, state.plan->text(operation.text[1]), want));
  if (target.bad()) return errno;
  if (int error = set_attributes(source.value, operation.number[0], recursive)) return error;
  return put_mount(source.value, target.value);
}

// "path major minor mode", as in "/dev/null 1 3 666".
int make_device(int root, const char* line, bool bind_from_host, trace::Record& record) {
  char path[256];
  unsigned major = 0, minor = 0, mode = 0;
  if (::sscanf(line, "%255s %u %u %o", path, &major, &minor, &mode) != 4) return EINVAL;
  set_text(record, path);
  if (bind_from_host) {
    Fd source(kernel::open_tree(AT_FDCWD, path, OPEN_TREE_CLONE));
    if (source.bad()) return errno;
    Fd target(open_target(root, path, Want::file));
    return target.bad() ? errno : bind_on(source.value, target.value, 0, false);
  }
  const char* name = nullptr;
  Fd parent(open_parent(root, path, name));
  if (parent.bad()) return errno;
  if (::mknodat(parent.value, name, S_IFCHR | mode, makedev(major, minor)) != 0) return errno;
  return ::fchmodat(parent.value, name, mode, 0) == 0 ? 0 : errno;  // the umask took some of it
}

int make_link(int root, const char* path, const char* target) {
  const char* name = nullptr;
  Fd parent(open_parent(root, path, name));
  if (parent.bad()) return errno;
  return ::symlinkat(target, parent.value, name) == 0 || errno == EEXIST ? 0 : errno;
}

// Makes the mount read-only that stands at `path`; an empty one is none.
int seal_mount(int root, const char* path) {
  if (*path == 0) return 0;
  Fd mount(kernel::open_in(root, path, O_PATH, resolve_for(path)));
  if (mount.bad()) return errno;
  return kernel::set_mount_attributes(mount.value, "", AT_EMPTY_PATH, MOUNT_ATTR_RDONLY) == 0 ? 0 : errno;
}

// A copy of the container's /dev/null as a mount: of the one that we made, for a volume over /dev may hide it behind a
// node or link of its own (CVE-2025-31133). Where none was made, the image's, if it is that device.
int clone_null_device(const StartState& state) {
  Fd found(state.null_device < 0 ? kernel::open_in(state.root, "/dev/null", O_PATH, plain) : -1);
  int null_device = state.null_device < 0 ? found.value : state.null_device;
  if (null_device < 0) return -1;
  if (!is_null_device(null_device)) {
    errno = ENODEV;
    return -1;
  }
  return kernel::open_tree(null_device, "", OPEN_TREE_CLONE | AT_EMPTY_PATH);
}

// Over a file /dev/null, over a folder one empty read-only tmpfs that all masked folders share.
int mask_path(const StartState& state, const char* path, Fd& empty, trace::Record& record) {
  Fd target(kernel::open_in(state.root, path, O_PATH, inside));
  if (target.bad()) return errno == ENOENT || errno == ENOTDIR ? 0 : errno;
  set_text(record, path);
  if (!is_folder(target.value)) {
    Fd source(clone_null_device(state));
    return source.bad() ? errno : bind_on(source.value, target.value, 0, false);
  }
  if (!empty.bad()) {
    Fd copy(kernel::open_tree(empty.value, "", OPEN_TREE_CLONE | AT_EMPTY_PATH));
    return copy.bad() ? errno : bind_on(copy.value, target.value, MOUNT_ATTR_RDONLY, false);
  }
  Fd fs(kernel::fsopen("tmpfs"));
  if (fs.bad()) return errno;
  if (int error = set_options(fs.value, "tmpfs", "")) return error;
  empty.value = kernel::fsmount(fs.value, MOUNT_ATTR_RDONLY);
  if (empty.bad()) return errno;
  return kernel::move_mount(empty.value, target.value) == 0 ? 0 : errno;
}

int protect_path(int root, const char* path, trace::Record& record) {
  Fd target(kernel::open_in(root, path, O_PATH, inside));
  if (target.bad()) return errno == ENOENT || errno == ENOTDIR ? 0 : errno;
  set_text(record, path);
  Fd source(kernel::open_tree(target.value, "", OPEN_TREE_CLONE | AT_EMPTY_PATH | AT_RECURSIVE));
  return source.bad() ? errno : bind_on(source.value, target.value, MOUNT_ATTR_RDONLY, true);
}

int pivot(StartState& state) {
  if (::fchdir(state.root) != 0) return errno;
  // The old root lands on top of the new one, where umount2 finds it as "." (pivot_root(2), "pivot_root(".", ".")").
  if (kernel::pivot_root(".", ".") != 0) return errno;
  if (kernel::unmount(".", 2 /* MNT_DETACH */) != 0) return errno;
  if (::chdir("/") != 0) return errno;
  for (int* fd : {&state.root, &state.null_device}) {
    if (*fd >= 0) ::close(*fd);
    *fd = -1;
  }
  if (!state.trial) return 0;
  state.root = ::open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);  // for what the learner puts behind it
  return state.root < 0 ? errno : 0;
}

}  // namespace

int mount_operation(StartState& state, const plan::Operation& operation, trace::Record& record) {
  using plan::Code;
  const char* list = state.plan->text(operation.text[0]);
  switch (operation.code) {
    case Code::set_propagation:
      return kernel::mount(nullptr, "/", nullptr, operation.number[0], nullptr) == 0 ? 0 : errno;
    case Code::mount_overlay:
      set_text(record, list);
      return mount_overlay(state, operation);
    case Code::mount_filesystem:
      set_text(record, state.plan->text(operation.text[1]));
      return mount_filesystem(state, operation);
    case Code::bind_mount: {
      set_text(record, state.plan->text(operation.text[1]));
      return bind_mount(state, operation);
    }
    case Code::make_devices:
      for (; *list; list = plan::next_in_list(list)) {
        if (int error = make_device(state.root, list, operation.number[0] != 0, record)) return error;
        ++record.result;
      }
      state.null_device = kernel::open_in(state.root, "/dev/null", O_PATH, plain);
      return take_own_null_input(state.root);
    case Code::make_links:
      while (*list) {
        const char* target = plan::next_in_list(list);
        set_text(record, list);
        if (int error = make_link(state.root, list, target)) return error;
        list = plan::next_in_list(target);
        ++record.result;
      }
      return seal_mount(state.root, state.plan->text(operation.text[1]));
    case Code::mask_paths: {
      Fd empty(-1);
      set_text(record, "/proc");
      if (int error = check_proc(state)) return error;
      for (; *list; list = plan::next_in_list(list)) {
        if (int error = mask_path(state, list, empty, record)) return error;
        ++record.result;
      }
      return 0;
    }
    case Code::protect_paths:
      set_text(record, "/proc");
      if (int error = check_proc(state)) return error;
      for (; *list; list = plan::next_in_list(list)) {
        if (int error = protect_path(state.root, list, record)) return error;
        ++record.result;
      }
      return 0;
    case Code::make_folder: {
      set_text(record, list);
      Fd folder(open_target(state.root, list, Want::folder));
      // A link of /proc, such as /proc/self, is nothing to make: run.folder follows it, and sees whether it leads out.
      if (folder.bad()) return errno == ELOOP && resolve_for(list) == plain ? 0 : errno;
      return is_folder(folder.value) ? 0 : ENOTDIR;
    }
    case Code::pivot_root:
      return pivot(state);
    case Code::protect_machine:
      set_text(record, "/");
      return kernel::set_mount_attributes(AT_FDCWD, "/", AT_RECURSIVE, operation.number[0]) == 0 ? 0 : errno;
    case Code::protect_root:
      return kernel::set_mount_attributes(AT_FDCWD, "/", 0, MOUNT_ATTR_RDONLY) == 0 ? 0 : errno;
    default:
      return ENOSYS;
  }
}

}  // namespace glassdock::runtime
