// The container's terminal: a pty whose one end is the command's, the other the monitor's.
#include <errno.h>
#include <linux/magic.h>
#include <sys/ioctl.h>
#include <sys/vfs.h>
#include <termios.h>

#include "engine/runtime/launcher/operations.h"
#include "engine/runtime/launcher/root_paths.h"
#include "engine/runtime/messages.h"
#include "engine/runtime/protocol.h"

namespace glassdock::runtime {
namespace {

// By descriptors alone: a name in /dev/pts may mean another terminal by the time it is opened (CVE-2025-52565).
int open_slave(int master) {
  struct statfs info {};
  if (::fstatfs(master, &info) != 0) return -1;
  if (info.f_type != DEVPTS_SUPER_MAGIC) {  // a volume over /dev/pts has something else there
    errno = ENOTTY;
    return -1;
  }
  int locked = 0;
  if (::ioctl(master, TIOCSPTLCK, &locked) != 0) return -1;
  return ::ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
}

// Programs that look for a console find the terminal, as in docker.
int bind_console(int root, const char* path, int slave) {
  Fd target(open_target(root, path, Want::file));
  if (target.bad()) return errno;
  Fd mount(kernel::open_tree(slave, "", OPEN_TREE_CLONE | AT_EMPTY_PATH));
  return mount.bad() ? errno : put_mount(mount.value, target.value);
}

// The gate's socket carries it: the monitor is on its other end.
int give_master(const StartState& state, int master, const trace::Record& record) {
  ChildMessage message{};
  message.word = ChildWord::terminal;
  message.operation = static_cast<int32_t>(record.operation);
  return send_message(state.gate, message, &master, 1) ? 0 : errno;
}

int become_standard(int slave) {
  if (::ioctl(slave, TIOCSCTTY, 0) != 0) return errno;  // keep_descriptors has made the session
  for (int fd = 0; fd < 3; ++fd) {
    if (::dup2(slave, fd) < 0) return errno;
  }
  return 0;
}

}  // namespace

int open_terminal(StartState& state, const plan::Operation& operation, trace::Record& record) {
  set_text(record, "/dev/pts/ptmx");
  // Behind joined walls the root is the process's own, where it is.
  const int root = state.root >= 0 ? state.root : AT_FDCWD;
  Fd master(kernel::open_in(root, "/dev/pts/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC, plain));
  if (master.bad()) return errno;
  Fd slave(open_slave(master.value));
  if (slave.bad()) return errno;
  winsize size{};
  size.ws_row = static_cast<unsigned short>(operation.number[0]);
  size.ws_col = static_cast<unsigned short>(operation.number[1]);
  if (::ioctl(master.value, TIOCSWINSZ, &size) != 0) return errno;
  const char* console = state.plan->text(operation.text[0]);
  set_text(record, console);
  if (int error = *console ? bind_console(root, console, slave.value) : 0) return error;
  if (int error = become_standard(slave.value)) return error;
  return give_master(state, master.value, record);
}

}  // namespace glassdock::runtime
