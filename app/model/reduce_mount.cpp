#include <algorithm>
#include <array>

#include "app/model/reduce.h"
#include "engine/base/text.h"

namespace glassdock::model {
namespace {

// What each operation mounts; an empty target is told by the event alone.
struct MountRow {
  std::string_view operation, target, type;
  bool read_only;
};
constexpr auto table = std::to_array<MountRow>({
    {"snapshot.overlay", "/", "overlay", false},
    {"isolate.proc", "/proc", "proc", false},
    {"isolate.dev", "/dev", "tmpfs", false},
    {"isolate.devpts", "/dev/pts", "devpts", false},
    {"isolate.shm", "/dev/shm", "tmpfs", false},
    {"isolate.mqueue", "/dev/mqueue", "mqueue", false},
    {"isolate.sysfs", "/sys", "sysfs", true},
    {"isolate.cgroup-mount", "/sys/fs/cgroup", "cgroup", true},
    {"isolate.hosts", "/etc/hosts", "bind", false},
    {"isolate.hostname-file", "/etc/hostname", "bind", false},
    {"isolate.resolv", "/etc/resolv.conf", "bind", false},
    {"isolate.init", "/sbin/docker-init", "bind", true},
    {"isolate.volume", "", "bind", false},
    {"isolate.tmpfs", "", "tmpfs", false},
    {"isolate.terminal", "/dev/console", "bind", false},
});

const MountRow* find_row(std::string_view operation) {
  const std::string_view base = trace::base_name(operation);
  const auto found =
      std::find_if(table.begin(), table.end(), [&](const MountRow& row) { return row.operation == base; });
  return found == table.end() ? nullptr : &*found;
}

// "96 95 0:52 / /rootfs/proc rw,nosuid - proc proc rw": what the kernel says of the mount (proc_pid_mountinfo(5)).
void read_mountinfo(std::string_view line, Mount& mount) {
  line = line.substr(0, line.find('\n'));
  const std::vector<std::string> fields = split(line, ' ');
  if (fields.size() < 8) return;
  mount.read_only = fields[5] == "ro" || starts_with(fields[5], "ro,");
  const auto dash = std::find(fields.begin(), fields.end(), "-");
  // A bind shows the file system that lies behind it, which says less than "bind".
  if (mount.type != "bind" && fields.end() - dash > 1) mount.type = cut(dash[1]);
}

}  // namespace

void plan_mount(Container& container, std::string_view operation) {
  const MountRow* row = find_row(operation);
  if (!row || container.mounts.size() >= most_mounts) return;
  const bool first = row->operation == operation;  // further ones of a kind go to other places
  container.mounts.push_back({.target = first ? std::string(row->target) : std::string(),
                              .type = std::string(row->type),
                              .name = cut(operation),
                              .read_only = row->read_only,
                              .state = State::planned});
}

void mount_done(const Change& change) {
  const MountRow* row = find_row(change.event.name);
  Container& container = touch_container(change);
  std::vector<Mount>& mounts = container.mounts;
  auto found = std::find_if(mounts.begin(), mounts.end(), [&](const Mount& m) { return m.name == change.event.name; });
  if (found == mounts.end()) {
    if (mounts.size() >= most_mounts) return;
    plan_mount(container, change.event.name);
    found = mounts.end() - 1;
  }
  Mount& mount = *found;
  mount.event = change.index;
  mount.state = change.error_number() != 0 ? State::failed : State::there;
  // The overlay's own object is the folder on the host.
  if (std::string object = change.text("object"); starts_with(object, "/") && row->target != "/") mount.target = object;
  for (const trace::Evidence& evidence : change.event.evidence) {
    if (ends_with(evidence.source, "/mountinfo")) read_mountinfo(evidence.content, mount);
  }
}

void root_read_only(const Change& change) {
  if (change.error_number() != 0) return;
  for (Mount& mount : touch_container(change).mounts) {
    if (mount.target != "/") continue;
    mount.read_only = true;
    mount.event = change.index;
  }
}

}  // namespace glassdock::model
