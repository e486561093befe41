// The floor of a container start: the same kernel does the same work as for one start of the engine (engine/plan/ has
// its operations in this order), called as directly as C can, and nothing else: no plan, no monitor, no log, no
// events, no look at /etc/passwd. Root only.
// usage: floor_start KEY=VALUE…   (start_bench knows them; see take_word)
// Each byte on stdin is one start of `true`; each answer on stdout is a line "EXIT_NS REMOVED_NS": from the request to
// process 1 reaped, and to its cgroups removed.
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <grp.h>
#include <linux/bpf.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tests/bench/floor.h"

enum { most_hierarchies = 16 };

struct Hierarchy {          // of cgroup v1
  const char* options;      // as mount(2) wants them, and its name below /sys/fs/cgroup: "cpu,cpuacct"
  char folder[path_bytes];  // the container's own
};

struct Start {
  const char* work;   // folder for the overlay's own, one start after the other
  const char* lower;  // overlay's lowerdir
  const char* hosts;  // files to bind
  const char* hostname;
  const char* resolv;
  struct Block seccomp;        // struct sock_filter
  struct Block device_filter;  // struct bpf_insn; empty on v1
  char unified[path_bytes];    // the container's own folder in the cgroup2 tree; empty for none
  int is_v2;
  struct Hierarchy hierarchies[most_hierarchies];
  int hierarchy_count;
  int null_file;
};

static const unsigned long quiet = MS_NOSUID | MS_NODEV | MS_NOEXEC;

// ---- what a start needs, read once -------------------------------------------------------------------------------

static void take_word(struct Start* start, char* word) {
  char* value = strchr(word, '=');
  if (!value) exit(2);
  *value++ = 0;
  if (!strcmp(word, "work")) start->work = value;
  if (!strcmp(word, "lower")) start->lower = value;
  if (!strcmp(word, "hosts")) start->hosts = value;
  if (!strcmp(word, "hostname")) start->hostname = value;
  if (!strcmp(word, "resolv")) start->resolv = value;
  if (!strcmp(word, "seccomp")) read_block(&start->seccomp, value);
  if (!strcmp(word, "device-filter")) read_block(&start->device_filter, value);
  if (!strcmp(word, "v2")) start->is_v2 = atoi(value);
  if (!strcmp(word, "unified")) snprintf(start->unified, path_bytes, "%s/floor", value);
  if (!strcmp(word, "v1") && start->hierarchy_count < most_hierarchies) {  // OPTIONS:FOLDER
    struct Hierarchy* hierarchy = &start->hierarchies[start->hierarchy_count++];
    hierarchy->options = strsep(&value, ":");
    snprintf(hierarchy->folder, path_bytes, "%s/floor", value);
  }
}

// ---- before the clone --------------------------------------------------------------------------------------------

static const char* const device_rules[] = {"c *:* m",   "b *:* m",   "c 1:3 rwm",    "c 1:5 rwm",
                                           "c 1:7 rwm", "c 1:8 rwm", "c 1:9 rwm",    "c 5:0 rwm",
                                           "c 5:1 rwm", "c 5:2 rwm", "c 10:200 rwm", "c 136:* rwm"};

static void allow_devices_v1(const char* folder) {
  write_word(folder, "devices.deny", "a");
  char path[path_bytes];
  snprintf(path, sizeof path, "%s/devices.allow", folder);
  int fd = open(path, O_WRONLY | O_CLOEXEC);
  must(fd, path);
  for (size_t i = 0; i < sizeof device_rules / sizeof *device_rules; ++i) {
    must((int)write(fd, device_rules[i], strlen(device_rules[i])), device_rules[i]);
  }
  close(fd);
}

static void allow_devices_v2(const struct Start* start, int cgroup) {
  union bpf_attr attributes;
  memset(&attributes, 0, sizeof attributes);
  attributes.prog_type = BPF_PROG_TYPE_CGROUP_DEVICE;
  attributes.insns = (uint64_t)(uintptr_t)start->device_filter.bytes;
  attributes.insn_cnt = (uint32_t)(start->device_filter.size / sizeof(struct bpf_insn));
  attributes.license = (uint64_t)(uintptr_t) "Dual MIT/GPL";
  int program = (int)syscall(SYS_bpf, BPF_PROG_LOAD, &attributes, sizeof attributes);
  must(program, "bpf");
  memset(&attributes, 0, sizeof attributes);
  attributes.target_fd = (uint32_t)cgroup;
  attributes.attach_bpf_fd = (uint32_t)program;
  attributes.attach_type = BPF_CGROUP_DEVICE;
  must((int)syscall(SYS_bpf, BPF_PROG_ATTACH, &attributes, sizeof attributes), "attach the device filter");
  close(program);
}

// The cgroup2 folder's descriptor, or -1.
static int make_cgroups(const struct Start* start) {
  int unified = -1;
  for (int i = 0; i < start->hierarchy_count; ++i)
    must(mkdir(start->hierarchies[i].folder, 0755), start->hierarchies[i].folder);
  if (*start->unified) {
    must(mkdir(start->unified, 0755), start->unified);
    unified = open(start->unified, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    must(unified, start->unified);
  }
  for (int i = 0; i < start->hierarchy_count; ++i) {
    if (!strcmp(start->hierarchies[i].options, "devices")) allow_devices_v1(start->hierarchies[i].folder);
  }
  if (start->is_v2 && start->device_filter.size > 0) allow_devices_v2(start, unified);
  return unified;
}

static void remove_cgroup(const char* folder) {
  while (rmdir(folder) != 0) {
    if (errno != EBUSY) die(folder);
    struct timespec pause = {0, 100000};  // a dying process leaves its cgroup a little after it is reaped
    nanosleep(&pause, NULL);
  }
}

static void remove_cgroups(const struct Start* start) {
  for (int i = 0; i < start->hierarchy_count; ++i) remove_cgroup(start->hierarchies[i].folder);
  if (*start->unified) remove_cgroup(start->unified);
}

// ---- the container's first process -------------------------------------------------------------------------------

// A missing target is made, as the engine does.
static void mount_at(const char* type, const char* target, unsigned long flags, const char* options) {
  int done = mount(type, target, type, flags, options);
  if (done != 0 && errno == ENOENT && mkdir(target, 0755) == 0) done = mount(type, target, type, flags, options);
  must(done, target);
}

static void bind_file(const char* source, const char* target) {
  int done = mount(source, target, NULL, MS_BIND, NULL);
  if (done != 0 && errno == ENOENT && mknod(target, S_IFREG | 0644, 0) == 0)
    done = mount(source, target, NULL, MS_BIND, NULL);
  must(done, target);
}

static void set_names(void) {
  must(sethostname("floor", 5), "sethostname");
  int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  struct ifreq request;
  memset(&request, 0, sizeof request);
  strcpy(request.ifr_name, "lo");
  request.ifr_flags = IFF_UP | IFF_RUNNING;
  must(ioctl(fd, SIOCSIFFLAGS, &request), "lo");
  close(fd);
  write_word("/proc/sys/net/ipv4", "ip_unprivileged_port_start", "0");
  write_word("/proc/sys/net/ipv4", "ping_group_range", "0 2147483647");
}

static void mount_root(const struct Start* start) {
  char options[path_bytes];
  snprintf(options, sizeof options, "lowerdir=%s,upperdir=%s/upper,workdir=%s/work", start->lower, start->work,
           start->work);
  must(mount(NULL, "/", NULL, MS_PRIVATE | MS_REC, NULL), "propagation");
  char root[path_bytes];
  snprintf(root, sizeof root, "%s/root", start->work);
  must(mount("overlay", root, "overlay", 0, options), "overlay");
  must(chdir(root), root);
}

static void make_dev(void) {
  static const struct {
    const char* path;
    unsigned major, minor;
  } devices[] = {{"dev/null", 1, 3},   {"dev/zero", 1, 5},    {"dev/full", 1, 7},
                 {"dev/random", 1, 8}, {"dev/urandom", 1, 9}, {"dev/tty", 5, 0}};
  static const char* const links[][2] = {{"/proc/self/fd", "dev/fd"},
                                         {"/proc/self/fd/0", "dev/stdin"},
                                         {"/proc/self/fd/1", "dev/stdout"},
                                         {"/proc/self/fd/2", "dev/stderr"},
                                         {"pts/ptmx", "dev/ptmx"}};
  mount_at("tmpfs", "dev", MS_NOSUID | MS_STRICTATIME, "mode=755,size=65536k");
  for (size_t i = 0; i < sizeof devices / sizeof *devices; ++i) {
    must(mknod(devices[i].path, S_IFCHR | 0666, makedev(devices[i].major, devices[i].minor)), devices[i].path);
    must(chmod(devices[i].path, 0666), devices[i].path);
  }
  for (size_t i = 0; i < sizeof links / sizeof *links; ++i) must(symlink(links[i][0], links[i][1]), links[i][1]);
  mount_at("devpts", "dev/pts", MS_NOSUID | MS_NOEXEC, "newinstance,ptmxmode=0666,mode=0620,gid=5");
  mount_at("tmpfs", "dev/shm", quiet, "mode=1777,size=67108864");
  mount_at("mqueue", "dev/mqueue", quiet, NULL);
}

static void mount_sys(const struct Start* start) {
  mount_at("sysfs", "sys", quiet | MS_RDONLY, NULL);
  if (start->is_v2) {
    mount_at("cgroup2", "sys/fs/cgroup", quiet | MS_RDONLY, NULL);
    return;
  }
  if (start->hierarchy_count == 0) return;
  mount_at("tmpfs", "sys/fs/cgroup", quiet, "mode=755");
  for (int i = 0; i < start->hierarchy_count; ++i) {
    char target[path_bytes];
    snprintf(target, sizeof target, "sys/fs/cgroup/%s", start->hierarchies[i].options);
    mount_at("cgroup", target, quiet | MS_RDONLY, start->hierarchies[i].options);
    // Controllers that share a hierarchy get a link each.
    char names[path_bytes], link[path_bytes];
    snprintf(names, sizeof names, "%s", start->hierarchies[i].options);
    if (!strchr(names, ',')) continue;
    for (char* name = strtok(names, ","); name; name = strtok(NULL, ",")) {
      snprintf(link, sizeof link, "sys/fs/cgroup/%s", name);
      must(symlink(start->hierarchies[i].options, link), link);
    }
  }
}

static void mask(void) {
  static const char* const masked[] = {"proc/asound",
                                       "proc/acpi",
                                       "proc/kcore",
                                       "proc/keys",
                                       "proc/latency_stats",
                                       "proc/timer_list",
                                       "proc/timer_stats",
                                       "proc/sched_debug",
                                       "proc/scsi",
                                       "sys/firmware",
                                       "sys/devices/virtual/powercap"};
  static const char* const read_only[] = {"proc/bus", "proc/fs", "proc/irq", "proc/sys", "proc/sysrq-trigger"};
  const char* empty = NULL;
  for (size_t i = 0; i < sizeof masked / sizeof *masked; ++i) {
    struct stat found;
    if (stat(masked[i], &found) != 0) continue;
    if (!S_ISDIR(found.st_mode)) {
      must(mount("dev/null", masked[i], NULL, MS_BIND, NULL), masked[i]);
    } else if (empty) {
      must(mount(empty, masked[i], NULL, MS_BIND, NULL), masked[i]);
    } else {
      must(mount("tmpfs", masked[i], "tmpfs", MS_RDONLY, NULL), masked[i]);
      empty = masked[i];
    }
  }
  for (size_t i = 0; i < sizeof read_only / sizeof *read_only; ++i) {
    if (mount(read_only[i], read_only[i], NULL, MS_BIND | MS_REC, NULL) != 0) continue;
    must(mount(NULL, read_only[i], NULL, MS_BIND | MS_REMOUNT | MS_RDONLY | quiet, NULL), read_only[i]);
  }
}

static void pivot(void) {
  must((int)syscall(SYS_pivot_root, ".", "."), "pivot_root");
  must(umount2(".", MNT_DETACH), "umount2");
  must(chdir("/"), "chdir");
}

static void run_child(const struct Start* start) {
  for (int i = 0; i < 2; ++i) dup2(start->null_file, i);  // errors stay to be seen
  syscall(SYS_close_range, 3, ~0U, 0);
  umask(022);
  setsid();
  for (int i = 0; i < start->hierarchy_count; ++i) write_word(start->hierarchies[i].folder, "tasks", "0");
  must(unshare(CLONE_NEWCGROUP), "unshare");
  set_names();
  mount_root(start);
  mount_at("proc", "proc", quiet, NULL);
  make_dev();
  mount_sys(start);
  bind_file(start->hosts, "etc/hosts");
  bind_file(start->hostname, "etc/hostname");
  bind_file(start->resolv, "etc/resolv.conf");
  mask();
  pivot();
  drop_power(&start->seccomp);
  must(chdir("/"), "chdir");
  char* arguments[] = {"true", NULL};
  char* environment[] = {"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOSTNAME=floor",
                         "HOME=/root", NULL};
  execve("/bin/true", arguments, environment);
  die("/bin/true");
}

// ---- one start ---------------------------------------------------------------------------------------------------

static int remove_entry(const char* path, const struct stat* found, int kind, struct FTW* place) {
  (void)found, (void)kind, (void)place;
  return remove(path);
}

// What the engine makes at `create`: folders of its own for each container.
static void make_folders(const struct Start* start) {
  static const char* const names[] = {"upper", "work", "root"};
  for (size_t i = 0; i < sizeof names / sizeof *names; ++i) {
    char path[path_bytes];
    snprintf(path, sizeof path, "%s/%s", start->work, names[i]);
    nftw(path, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
    must(mkdir(path, 0755), path);
  }
}

static void run_once(const struct Start* start) {
  int64_t begin = now_ns();
  int unified = make_cgroups(start);
  int pidfd = -1;
  struct clone_args arguments;
  memset(&arguments, 0, sizeof arguments);
  arguments.flags = CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_PIDFD;
  arguments.pidfd = (uint64_t)(uintptr_t)&pidfd;
  arguments.exit_signal = SIGCHLD;
  if (unified >= 0) {
    arguments.flags |= CLONE_INTO_CGROUP;
    arguments.cgroup = (uint64_t)unified;
  }
  long pid = syscall(SYS_clone3, &arguments, sizeof arguments);
  must((int)pid, "clone3");
  if (pid == 0) run_child(start);
  close(unified);
  int status = 0;
  must(waitpid((pid_t)pid, &status, 0), "waitpid");
  int64_t exited = now_ns();
  remove_cgroups(start);
  int64_t removed = now_ns();
  close(pidfd);
  if (status != 0) exit(1);
  printf("%lld %lld\n", (long long)(exited - begin), (long long)(removed - begin));
  fflush(stdout);
}

int main(int count, char** words) {
  static struct Start start;
  for (int i = 1; i < count; ++i) take_word(&start, words[i]);
  if (!start.work || !start.lower || !start.hosts || !start.hostname || !start.resolv) return 2;
  start.null_file = open("/dev/null", O_RDWR | O_CLOEXEC);
  for (;;) {
    make_folders(&start);
    char request;
    if (read(0, &request, 1) != 1) break;
    run_once(&start);
  }
  return 0;
}
