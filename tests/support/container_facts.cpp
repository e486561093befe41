#include "tests/support/container_facts.h"

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <regex>

#include "engine/base/text.h"

namespace glassdock::support {
namespace {

constexpr char begin_mark[] = "the container's words\n";
constexpr char end_mark[] = "end of the container's words\n";

Facts without_namespaces(const Facts& all) {
  Facts facts;
  for (const std::string& fact : all) {
    if (!starts_with(fact, "namespace ")) facts.push_back(fact);
  }
  return facts;
}

// What differs by nature, made equal; the plan's remarks or plan.h say each.
std::string even_out(std::string fact) {
  // "isolate.seccomp": no command loads a filter.
  if (fact == "status Seccomp:\t2") fact = "status Seccomp:\t0";
  // mount(8) before util-linux 2.39 makes a file system read-only together with its mount; the engine only the mount.
  static const std::regex whole("^(mount .* ro[,a-z]* - (?:sysfs|cgroup2?|tmpfs) \\S+ )ro");
  fact = std::regex_replace(fact, whole, "$1rw");
  // overlay tells of its file system id at the first mount of an upper folder, not at the second.
  static const std::regex overlay_id("^(mount / / .* - overlay .*),uuid=on");
  return std::regex_replace(fact, overlay_id, "$1");
}

Facts evened(Facts facts) {
  for (std::string& fact : facts) fact = even_out(fact);
  std::sort(facts.begin(), facts.end());
  return facts;
}

void add_lacking(std::string& out, const char* sign, const Facts& first, const Facts& second) {
  Facts facts;
  std::set_difference(first.begin(), first.end(), second.begin(), second.end(), std::back_inserter(facts));
  for (const std::string& fact : facts) out += sign + fact + "\n";
}

}  // namespace

const char look_around[] = R"sh(
echo "the container's words"
for one in pid mnt net uts ipc cgroup user; do echo "namespace $one $(readlink /proc/self/ns/$one)"; done
while read line; do echo "mount $line"; done < /proc/self/mountinfo
grep -E '^(Cap|Groups|Uid|Gid|NoNewPrivs|Seccomp:)' /proc/$$/status | while read line; do echo "status $line"; done
echo "hostname $(hostname)"
echo "folder $(pwd)"
echo "umask $(umask)"
printf 'descriptors '; (cd /proc/$$/fd && echo *)  # a substitution would look at a shell that still closes its pipe
echo "process $$"
env | while read line; do echo "environment $line"; done
while read line; do echo "cgroup $line"; done < /proc/self/cgroup
for file in memory/memory.limit_in_bytes cpu/cpu.cfs_quota_us pids/pids.max devices/devices.list \
    blkio/blkio.throttle.read_bps_device blkio/blkio.throttle.write_bps_device \
    blkio/blkio.throttle.read_iops_device blkio/blkio.throttle.write_iops_device memory.max cpu.max pids.max io.max; do
  if [ -e /sys/fs/cgroup/$file ]; then
    while read line; do echo "limit $file $line"; done < /sys/fs/cgroup/$file
  fi
done
for name in eth0 lo; do grep -q $name: /proc/net/dev && echo "interface $name"; done
while read address rest; do echo "address $address"; done < /proc/net/if_inet6
for file in ip_unprivileged_port_start ping_group_range; do echo "sysctl $file $(cat /proc/sys/net/ipv4/$file)"; done
stat -c 'file %n %a %u:%g %t,%T %F' /dev/* /etc/hosts /etc/hostname /etc/resolv.conf /volume/* /run/two\ words 2>&1
for path in /dev/fd /dev/ptmx /dev/stdin; do echo "link $path $(readlink $path)"; done
touch /volume/touched /here 2>&1 | while read line; do echo "write $line"; done
echo "end of the container's words"
)sh";

Facts facts_of(const std::string& output, const std::string& id) {
  auto begin = output.find(begin_mark);
  auto end = output.find(end_mark);
  if (begin == std::string::npos || end == std::string::npos) return {};
  begin += sizeof begin_mark - 1;
  Facts facts;
  for (std::string line : split(output.substr(begin, end - begin), '\n')) {
    for (auto at = line.find(id); at != std::string::npos; at = line.find(id)) line.replace(at, id.size(), "ID");
    // proc_pid_mountinfo(5): the first three fields are numbers of the kernel's own.
    line = std::regex_replace(line, std::regex("^mount \\d+ \\d+ \\d+:\\d+ "), "mount ");
    if (!line.empty()) facts.push_back(line);
  }
  std::sort(facts.begin(), facts.end());
  return facts;
}

std::string difference(const Facts& first, const Facts& second) {
  const Facts one = evened(without_namespaces(first)), other = evened(without_namespaces(second));
  std::string out;
  add_lacking(out, "- ", one, other);
  add_lacking(out, "+ ", other, one);
  return out;
}

Facts shared_namespaces(const Facts& facts) {
  Facts shared;
  for (const char* name : {"pid", "mnt", "net", "uts", "ipc", "cgroup", "user"}) {
    const std::string beginning = std::string("namespace ") + name + " ";
    const std::string own = std::filesystem::read_symlink(std::string("/proc/self/ns/") + name).string();
    const bool told =
        std::any_of(facts.begin(), facts.end(), [&](const std::string& fact) { return starts_with(fact, beginning); });
    const bool same = std::find(facts.begin(), facts.end(), beginning + own) != facts.end();
    if (same || !told) shared.push_back(name);
  }
  return shared;
}

}  // namespace glassdock::support
