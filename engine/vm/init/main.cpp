// Process 1 of a guest that the engine boots: makes an ordinary root of the image that the kernel has unpacked, runs
// the one command in it, and tells the engine what it does (../guest.h).
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <net/if.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/reboot.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "engine/plan/walls.h"
#include "engine/runtime/launcher/user.h"
#include "engine/vm/guest.h"
#include "engine/vm/init/control.h"

namespace glassdock::vm::guest {
namespace {

struct Order {
  char* token = nullptr;
  char* hostname = nullptr;
  char* user = nullptr;
  char* working_folder = nullptr;
  char* symbol = nullptr;
  char** arguments = nullptr;
  char** environment = nullptr;
};

const char* token = nullptr;  // of this boot, once the order has come

[[noreturn]] void end() {
  read_control();
  ::sync();
  ::reboot(RB_AUTOBOOT);
  for (;;) ::pause();
}

[[noreturn]] void give_up(int error, const char* what) {
  say(token, "fault", error, what);
  end();
}

void must(long result, const char* what) {
  if (result < 0) give_up(errno, what);
}

// The next of the texts that stand one behind the other.
char* take(char*& at, const char* last) {
  if (at >= last) give_up(EPROTO, "order");
  char* text = at;
  at += ::strlen(at) + 1;
  return text;
}

Order read_order() {
  size_t size = 0;
  for (char digit; (digit = read_control()) != '\n';) size = 10 * size + static_cast<size_t>(digit - '0');
  if (size == 0 || size > most_order_bytes) give_up(EPROTO, "order");
  char* at = static_cast<char*>(::malloc(size + 1));
  if (!at) give_up(ENOMEM, "order");
  read_control(at, size);
  at[size] = 0;
  const char* last = at + size;
  Order order;
  order.token = take(at, last);
  token = order.token;
  order.hostname = take(at, last);
  order.user = take(at, last);
  order.working_folder = take(at, last);
  order.symbol = take(at, last);
  const size_t count = ::strtoul(take(at, last), nullptr, 10);
  // A text has its NUL at least: there are not more of them than bytes.
  char** pointers = static_cast<char**>(::calloc(size + 3, sizeof(char*)));
  if (!pointers || count > size) give_up(ENOMEM, "order");
  order.arguments = pointers;
  for (size_t i = 0; i < count; ++i) *pointers++ = take(at, last);
  order.environment = ++pointers;
  while (at < last) *pointers++ = take(at, last);
  return order;
}

void remove_own_files() {
  ::chdir("/");
  ::unlink(init_name);
  ::rmdir(driver_folder);
  ::rmdir(folder);
}

void mount_on(const char* place, const char* type, unsigned long flags, const char* options = nullptr) {
  if (::mkdir(place, 0755) != 0 && errno != EEXIST) give_up(errno, place);
  must(::mount(type, place, type, flags, options), place);
}

void make_device(const char* path, unsigned major_number, unsigned minor_number, mode_t mode) {
  must(::mknod(path, S_IFCHR | mode, makedev(major_number, minor_number)), path);
  ::chmod(path, mode);
}

// Loads one and removes it: its bytes are the guest's memory.
void load_driver(const char* path) {
  const int file = ::open(path, O_RDONLY | O_CLOEXEC);
  must(file, path);
  if (::syscall(SYS_finit_module, file, "", 0) != 0) give_up(errno, path);
  ::close(file);
  ::unlink(path);
}

// In the order of their names, "00" and so on. False where there is none.
bool load_drivers() {
  char path[64];
  int count = 0;
  for (;; ++count) {
    ::snprintf(path, sizeof path, "%s/%02d", driver_folder, count);
    if (::access(path, F_OK) != 0) break;
    load_driver(path);
  }
  return count > 0;
}

// The disk's number, as sysfs has it, once its driver has found it.
dev_t find_disk() {
  constexpr int looks = 200;
  constexpr timespec pause{0, 10'000'000};
  char path[64], text[32] = "";
  ::snprintf(path, sizeof path, "/sys/block/%s/dev", disk_name);
  for (int look = 0; look < looks; ++look) {
    const int file = ::open(path, O_RDONLY | O_CLOEXEC);
    unsigned major_number = 0, minor_number = 0;
    const bool read_it = file >= 0 && ::read(file, text, sizeof text - 1) > 0;
    if (file >= 0) ::close(file);
    if (read_it && ::sscanf(text, "%u:%u", &major_number, &minor_number) == 2)
      return makedev(major_number, minor_number);
    ::nanosleep(&pause, nullptr);
  }
  give_up(ENODEV, disk_name);
}

// The disk can only be read: what the command writes goes to memory that lies over it. Both are one tree, which becomes
// the root as switch_root(8) does it: the kernel's first root cannot be left with pivot_root(2).
void mount_disk() {
  mount_on("/sys", "sysfs", MS_RDONLY);
  const dev_t number = find_disk();
  must(::umount("/sys"), "/sys");
  must(::mknod("/disk", S_IFBLK | 0600, number), "/disk");
  ::mkdir("/lower", 0755);
  must(::mount("/disk", "/lower", disk_type, MS_RDONLY, nullptr), disk_type);
  ::unlink("/disk");
  mount_on("/over", "tmpfs", 0, "mode=755");
  ::mkdir("/over/upper", 0755);
  ::mkdir("/over/work", 0755);
  ::mkdir("/root", 0755);
  must(::mount("overlay", "/root", "overlay", 0, "lowerdir=/lower,upperdir=/over/upper,workdir=/over/work"), "overlay");
  must(::chdir("/root"), "/root");
  must(::mount(".", "/", nullptr, MS_MOVE, nullptr), "/");
  must(::chroot("."), "/");
  must(::chdir("/"), "/");
}

// What a container gets. No devtmpfs: that has the serial ports and the machine's memory.
void make_devices() {
  mount_on("/dev", "tmpfs", MS_NOSUID, "mode=755,size=64k");
  for (const plan::Device& device : plan::devices) make_device(device.path, device.major, device.minor, 0666);
  for (const plan::Link& link : plan::device_links) {
    if (::strncmp(link.target, "pts/", 4) != 0) ::symlink(link.target, link.path);  // there is no devpts
  }
  mount_on("/dev/shm", "tmpfs", MS_NOSUID | MS_NODEV, "mode=1777");
}

// Who could write there would have the kernel run a program with all rights (core(5), core_pattern), and that one could
// speak in init's name.
void close_settings() {
  constexpr char settings[] = "/proc/sys";
  must(::mount(settings, settings, nullptr, MS_BIND, nullptr), settings);
  constexpr unsigned long closed = MS_BIND | MS_REMOUNT | MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC;
  must(::mount(nullptr, settings, nullptr, closed, nullptr), settings);
}

void make_root() {
  mount_on("/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC);
  close_settings();
  mount_on("/sys", "sysfs", MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_RDONLY);
  make_devices();
}

// The address in the line of /proc/kallsyms that has this name: "ffffffff81a07a30 t kernel_init".
void tell_symbol(const char* name) {
  mount_on("/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC);
  constexpr size_t digits = 16, name_at = digits + 3;
  static char line[1024];
  FILE* lines = ::fopen("/proc/kallsyms", "re");
  while (lines && ::fgets(line, sizeof line, lines)) {
    line[::strcspn(line, "\n")] = 0;
    if (::strlen(line) <= name_at || ::strcmp(line + name_at, name) != 0) continue;
    line[digits] = 0;
    return say(token, "symbol", -1, line);
  }
  say(token, "symbol");
}

void raise_loopback() {
  const int fd = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return;  // a kernel without a network
  ifreq request{};
  ::strcpy(request.ifr_name, "lo");
  request.ifr_flags = IFF_UP;
  ::ioctl(fd, SIOCSIFFLAGS, &request);
  ::close(fd);
}

// The serial line that carries the command's output, as it is: no line feed becomes two bytes. Ours alone.
int open_output_line() {
  for (int fd = 0; fd < 3; ++fd) ::close(fd);  // the kernel's console, where it had one for us
  must(::open("/dev/null", O_RDWR), "/dev/null");
  must(::dup2(0, 1), "/dev/null");
  must(::dup2(0, 2), "/dev/null");
  constexpr char node[] = "/dev/output";
  make_device(node, 4, 64, 0600);
  const int line = ::open(node, O_WRONLY | O_NOCTTY | O_CLOEXEC);
  must(line, node);
  ::unlink(node);
  termios mode{};
  must(::tcgetattr(line, &mode), node);
  ::cfmakeraw(&mode);
  must(::tcsetattr(line, TCSANOW, &mode), node);
  return line;
}

// A container's without MKNOD: with it the command could make a node of any device.
constexpr unsigned long kept_capabilities = plan::default_capability_mask() & ~(1UL << CAP_MKNOD);

int drop_rights(const runtime::FoundUser& who) {
  for (int capability = 0; capability < 64; ++capability) {
    if ((kept_capabilities >> capability & 1) != 0) continue;
    if (::prctl(PR_CAPBSET_DROP, capability) != 0) {
      if (errno == EINVAL) break;  // beyond the kernel's last one
      return errno;
    }
  }
  if (::setgroups(who.group_count, who.groups) != 0 || ::setresgid(who.group, who.group, who.group) != 0 ||
      ::setresuid(who.user, who.user, who.user) != 0) {
    return errno;
  }
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct rights[2] = {};
  const unsigned long mask = who.user == 0 ? kept_capabilities : 0;
  for (int half = 0; half < 2; ++half) {
    rights[half].effective = rights[half].permitted = static_cast<unsigned>(mask >> (32 * half));
  }
  return ::syscall(SYS_capset, &header, rights) == 0 ? 0 : errno;
}

// As docker does, each folder that is missing is made.
int enter(char* path) {
  for (char* slash = ::strchr(path + 1, '/'); slash; slash = ::strchr(slash + 1, '/')) {
    *slash = 0;
    ::mkdir(path, 0755);
    *slash = '/';
  }
  ::mkdir(path, 0755);
  return ::chdir(path) == 0 ? 0 : errno;
}

// In the child. Comes back with an errno only. Its output is a pipe, as a container's is without a terminal.
int become_command(const Order& order, const runtime::FoundUser& who, int output) {
  ::setsid();
  if (::dup2(output, 1) < 0 || ::dup2(output, 2) < 0) return errno;
  if (int error = enter(order.working_folder)) return error;
  ::fchown(1, who.user, static_cast<gid_t>(-1));
  say(token, "command");
  close_control();
  if (int error = drop_rights(who)) return error;
  environ = order.environment;
  if (!::getenv("HOME")) ::putenv(const_cast<char*>(who.home));
  ::execvp(order.arguments[0], order.arguments);
  return errno;
}

// What is in the pipe goes to the line. False where there is nothing more now.
bool relay(int from, int line) {
  static char piece[16 * 1024];
  const ssize_t got = ::read(from, piece, sizeof piece);
  if (got <= 0) return false;
  for (ssize_t sent = 0; sent < got;) {
    const ssize_t written = ::write(line, piece + sent, static_cast<size_t>(got - sent));
    if (written < 0 && errno != EINTR) return false;
    if (written > 0) sent += written;
  }
  return true;
}

// Relays the command's output until it has ended; orphans are reaped on the way. Its wait status.
int follow(pid_t command, int output, int line) {
  const int process = static_cast<int>(::syscall(SYS_pidfd_open, command, 0));
  must(process, "pidfd_open");
  pollfd waits[] = {{output, POLLIN, 0}, {process, POLLIN, 0}};
  for (;;) {
    ::poll(waits, 2, -1);
    if (waits[0].revents != 0 && !relay(output, line)) waits[0].fd = -1;  // every end of it is closed
    int status = 0, command_status = -1;
    for (pid_t ended; (ended = ::waitpid(-1, &status, WNOHANG)) > 0;) {
      if (ended == command) command_status = status;
    }
    if (command_status < 0) continue;
    ::kill(-1, SIGKILL);
    ::fcntl(output, F_SETFL, O_NONBLOCK);
    while (relay(output, line)) {
    }
    ::tcdrain(line);
    return command_status;
  }
}

[[noreturn]] void run(const Order& order, int line) {
  static runtime::FoundUser who;
  runtime::UserText text;
  if (int error = runtime::look_up_user(who, order.user, text)) give_up(error, text.about);
  say(token, "mounted");
  read_control();
  int failure[2], output[2];
  must(::pipe2(failure, O_CLOEXEC), "pipe");
  must(::pipe2(output, O_CLOEXEC), "pipe");
  const pid_t command = ::fork();
  must(command, "fork");
  if (command == 0) {
    const int error = become_command(order, who, output[1]);
    if (::write(failure[1], &error, sizeof error) < 0) ::_exit(1);
    ::_exit(0);
  }
  ::close(failure[1]);
  ::close(output[1]);
  int error = 0;
  const bool failed = ::read(failure[0], &error, sizeof error) == sizeof error;
  const int status = follow(command, output[0], line);
  if (failed) {
    say(token, "failed", error);
  } else if (WIFSIGNALED(status)) {
    say(token, "signal", WTERMSIG(status));
  } else {
    say(token, "exit", WEXITSTATUS(status));
  }
  end();
}

}  // namespace
}  // namespace glassdock::vm::guest

int main() {
  using namespace glassdock::vm::guest;
  if (!open_control()) return 1;  // the kernel panics, and says so on its console
  utsname kernel{};
  ::uname(&kernel);
  say(nullptr, "init", -1, kernel.release);
  const Order order = read_order();
  if (*order.symbol) {
    tell_symbol(order.symbol);
    end();
  }
  const bool on_disk = load_drivers();
  remove_own_files();
  if (on_disk) mount_disk();
  make_root();
  ::sethostname(order.hostname, ::strlen(order.hostname));
  raise_loopback();
  run(order, open_output_line());
}
