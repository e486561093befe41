// A static program for a container: tries to make one object of each kind of IPC, and prints what the kernel answers.
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace {

void tell(const char* call, long result) {
  ::printf("%s %s\n", call, result < 0 ? ::strerrorname_np(errno) : "made");
}

}  // namespace

int main() {
  constexpr key_t key = 0x676c6173;
  tell("shmget", ::shmget(key, 4096, IPC_CREAT | 0600));
  tell("shmget-private", ::shmget(IPC_PRIVATE, 4096, 0600));
  tell("semget", ::semget(key, 1, IPC_CREAT | 0600));
  tell("semget-private", ::semget(IPC_PRIVATE, 1, 0600));
  tell("msgget", ::msgget(key, IPC_CREAT | 0600));
  tell("msgget-private", ::msgget(IPC_PRIVATE, 0600));
  tell("mq_open", ::syscall(SYS_mq_open, "glassdock", O_RDWR | O_CREAT, 0600, nullptr));
  return 0;
}
