#include <errno.h>
#include <linux/bpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "engine/runtime/cgroup_removal.h"
#include "engine/runtime/launcher/kernel.h"
#include "engine/runtime/launcher/operations.h"

namespace glassdock::runtime {
namespace {

bool path_in(const char* folder, const char* file, char (&path)[4096]) {
  int size = ::snprintf(path, sizeof path, "%s/%s", folder, file);
  return size > 0 && static_cast<size_t>(size) < sizeof path;
}

// The bytes read, NUL-terminated, or -1.
ssize_t read_small(const char* path, char* buffer, size_t size) {
  int fd = ::open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return -1;
  ssize_t got = ::read(fd, buffer, size - 1);
  ::close(fd);
  if (got >= 0) buffer[got] = 0;
  return got;
}

int write_file(const char* path, const char* content) {
  int fd = ::open(path, O_WRONLY | O_CLOEXEC);
  if (fd < 0) return errno;
  size_t length = ::strlen(content);
  int error = ::write(fd, content, length) == static_cast<ssize_t>(length) ? 0 : errno;
  ::close(fd);
  return error;
}

int create(const char* folders, trace::Record& record) {
  for (; *folders; folders = plan::next_in_list(folders)) {
    set_text(record, folders);
    if (::mkdir(folders, 0755) != 0) return errno;
    ++record.result;
  }
  return 0;
}

int write_files(const char* list, trace::Record& record) {
  while (*list) {
    const char* content = plan::next_in_list(list);
    set_text(record, list);
    if (int error = write_file(list, content)) return error;
    list = plan::next_in_list(content);
    ++record.result;
  }
  return 0;
}

// By `tasks`, not `cgroup.procs`: for a single thread that moves itself the kernel needs no lock over all thread groups
// then (Linux 6.0, cgroup_procs_write_start), whose first taker in a while waits some milliseconds for RCU.
int join(const char* folders, trace::Record& record) {
  for (; *folders; folders = plan::next_in_list(folders)) {
    char path[4096];
    set_text(record, folders);
    if (!path_in(folders, "tasks", path)) return ENAMETOOLONG;
    if (int error = write_file(path, "0")) return error;
    ++record.result;
  }
  return 0;
}

// Linux cgroup v2 has no devices controller: a BPF program of this type answers each open and mknod instead.
int attach_device_filter(const plan::View& plan, const plan::Operation& operation, trace::Record& record) {
  const char* folder = plan.text(operation.text[0]);
  set_text(record, folder);
  bpf_attr attributes;
  ::memset(&attributes, 0, sizeof attributes);
  static const char license[] = "Dual MIT/GPL";
  attributes.prog_type = BPF_PROG_TYPE_CGROUP_DEVICE;
  attributes.insns = reinterpret_cast<uint64_t>(plan.data(operation));
  attributes.insn_cnt = operation.data_bytes / sizeof(bpf_insn);
  attributes.license = reinterpret_cast<uint64_t>(license);
  int program = static_cast<int>(::syscall(SYS_bpf, BPF_PROG_LOAD, &attributes, sizeof attributes));
  if (program < 0) return errno;
  int cgroup = ::open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  int error = cgroup < 0 ? errno : 0;
  if (error == 0) {
    ::memset(&attributes, 0, sizeof attributes);
    attributes.target_fd = static_cast<uint32_t>(cgroup);
    attributes.attach_bpf_fd = static_cast<uint32_t>(program);
    attributes.attach_type = BPF_CGROUP_DEVICE;
    if (::syscall(SYS_bpf, BPF_PROG_ATTACH, &attributes, sizeof attributes) != 0) error = errno;
    ::close(cgroup);
  }
  ::close(program);
  return error;
}

// memory.max_usage_in_bytes and memory.oom_control (v1), memory.peak and memory.events (v2): number[0] gets the peak,
// number[1] the count of OOM kills.
int report_memory(const char* files, trace::Record& record) {
  for (; *files; files = plan::next_in_list(files)) {
    char content[1024];
    if (read_small(files, content, sizeof content) < 0) continue;
    const char* kills = ::strstr(content, "oom_kill ");
    if (kills) {
      record.number[1] = ::atoll(kills + ::strlen("oom_kill "));
    } else if (content[0] >= '0' && content[0] <= '9') {
      record.number[0] = ::atoll(content);
    }
  }
  return 0;
}

// Folders that are not there are fine: a failed start may not have made them.
int remove_all(const char* folders, trace::Record& record) {
  int first_error = 0;
  for (; *folders; folders = plan::next_in_list(folders)) {
    if (int error = remove_cgroup(folders)) {
      set_text(record, folders);
      first_error = first_error != 0 ? first_error : error;
    }
    ++record.result;
  }
  return first_error;
}

}  // namespace

int cgroup_operation(StartState& state, const plan::Operation& operation, trace::Record& record) {
  using plan::Code;
  const char* list = state.plan->text(operation.text[0]);
  switch (operation.code) {
    case Code::create_cgroups:
      return create(list, record);
    case Code::write_files:
      return write_files(list, record);
    case Code::attach_device_filter:
      return attach_device_filter(*state.plan, operation, record);
    case Code::join_cgroups:
      return join(list, record);
    case Code::report_memory:
      return report_memory(list, record);
    case Code::remove_cgroups:
      return remove_all(list, record);
    default:
      return ENOSYS;
  }
}

}  // namespace glassdock::runtime
