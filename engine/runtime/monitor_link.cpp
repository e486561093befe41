#include "engine/runtime/monitor_link.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>

#include "engine/base/error.h"
#include "engine/os/files.h"
#include "engine/os/record_lock.h"
#include "engine/runtime/messages.h"

namespace glassdock::runtime {
namespace {

// The process that holds the lock, or 0.
pid_t holder_of(const std::filesystem::path& path) {
  UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd && (errno == ENOENT || errno == ENOTDIR)) return 0;
  const pid_t holder = fd ? os::record_lock_holder(fd.get()) : -1;
  if (holder < 0) throw Error::from_errno(errno, "look for the holder of", path.string());
  return holder;
}

// Does not wait where the queue of a monitor that hangs is full; waits again once it is connected.
UniqueFd connect_in(int folder) {
  UniqueFd fd(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  // Through the descriptor: sun_path is short (unix(7)).
  *fmt::format_to_n(address.sun_path, sizeof address.sun_path - 1, "/proc/self/fd/{}/{}", folder, socket_file).out = 0;
  if (::connect(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) return {};
  ::fcntl(fd.get(), F_SETFL, 0);
  return fd;
}

// To be read from its beginning.
UniqueFd make_memory(std::string_view bytes) {
  UniqueFd fd(::memfd_create("glassdock-input", MFD_CLOEXEC));
  if (!fd) throw Error::from_errno(errno, "memfd_create", "for a client's input");
  os::write_all(os::real_system(), fd.get(), bytes, "a client's input");
  ::lseek(fd.get(), 0, SEEK_SET);
  return fd;
}

}  // namespace

bool has_monitor(const std::filesystem::path& folder) {
  return holder_of(folder / lock_file) > 0;
}

UniqueFd open_monitor(const std::filesystem::path& folder) {
  pid_t holder = holder_of(folder / lock_file);
  if (holder <= 0) return {};
  UniqueFd pidfd(static_cast<int>(::syscall(SYS_pidfd_open, holder, 0)));
  const int error = pidfd ? 0 : errno;
  // Looked at again behind the open: whoever holds the lock now is no other process of the same number.
  if (holder_of(folder / lock_file) != holder) return {};
  if (!pidfd) throw Error::from_errno(error, "open", fmt::format("process {}, a monitor", holder));
  return pidfd;
}

std::pair<MonitorLink, UniqueFd> MonitorLink::pair() {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) {
    throw Error::from_errno(errno, "socketpair", "for a monitor");
  }
  return {MonitorLink(UniqueFd(ends[0])), UniqueFd(ends[1])};
}

std::optional<MonitorLink> MonitorLink::connect(const std::filesystem::path& folder) {
  UniqueFd folder_fd = os::open_folder(folder);
  UniqueFd socket = connect_in(folder_fd.get());
  if (!socket) return std::nullopt;
  return MonitorLink(std::move(socket));
}

std::optional<ReportMessage> MonitorLink::receive(std::vector<UniqueFd>& descriptors,
                                                  std::chrono::milliseconds timeout) {
  descriptors.clear();
  pollfd wait{socket_.get(), POLLIN, 0};
  int ready = ::poll(&wait, 1, timeout.count() < 0 ? -1 : static_cast<int>(timeout.count()));
  if (ready == 0 || (ready < 0 && errno == EINTR)) return std::nullopt;
  ReportMessage message;
  int places[most_descriptors];
  int count = most_descriptors;
  ssize_t got = receive_message(socket_.get(), message, places, count);
  for (int i = 0; i < count; ++i) descriptors.emplace_back(places[i]);
  if (got != sizeof message) throw Error(ErrorKind::unavailable, "monitor lost");
  if (message.version != protocol_version) {
    throw Error(ErrorKind::not_supported, fmt::format("the container's monitor speaks version {}", message.version),
                "it was started by another version of glassdockd");
  }
  message.text[sizeof message.text - 1] = 0;
  return message;
}

void MonitorLink::send(Command command, int number, Report held) {
  CommandMessage message{};
  message.command = command;
  message.number = number;
  message.held = held;
  send_message(socket_.get(), message);
}

void MonitorLink::release(int operation, Report held) {
  send(Command::release, operation, held);
}
void MonitorLink::cancel() {
  send(Command::cancel, 0);
}
void MonitorLink::signal(int number) {
  send(Command::signal, number);
}

void MonitorLink::resize(unsigned short rows, unsigned short columns) {
  send(Command::resize, rows << 16 | columns);
}

void MonitorLink::attach(int client, int flags, std::string_view early, const DetachKeys& keys) {
  CommandMessage message{};
  message.keys = keys;
  message.command = Command::attach;
  message.number = flags;
  UniqueFd memory = early.empty() ? UniqueFd() : make_memory(early);
  const int descriptors[2] = {client, memory.get()};
  if (send_message(socket_.get(), message, descriptors, memory ? 2 : 1)) return;
  if (errno == EPIPE || errno == ECONNRESET) {
    throw Error(ErrorKind::unavailable, "the container's monitor is gone: nobody can attach to it");
  }
  throw Error::from_errno(errno, "hand over", "a client's stream to the container's monitor");
}

}  // namespace glassdock::runtime
