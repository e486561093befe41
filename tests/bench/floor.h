// What the floors share: calls that must succeed, and what the engine's plans do for every process of a container.
#pragma once

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { path_bytes = 4096, block_bytes = 256 * 1024 };

struct Block {
  char bytes[block_bytes];
  size_t size;
};

static inline void die(const char* what) {
  fprintf(stderr, "%s: %s: %s\n", program_invocation_short_name, what, strerror(errno));
  _exit(1);
}

static inline void must(int result, const char* what) {
  if (result < 0) die(what);
}

static inline int64_t now_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static inline void write_word(const char* folder, const char* file, const char* word) {
  char path[path_bytes];
  snprintf(path, sizeof path, "%s/%s", folder, file);
  int fd = open(path, O_WRONLY | O_CLOEXEC);
  if (fd < 0 || write(fd, word, strlen(word)) < 0) die(path);
  close(fd);
}

static inline void read_block(struct Block* block, const char* path) {
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  must(fd, path);
  ssize_t got = read(fd, block->bytes, sizeof block->bytes);
  must((int)got, path);
  block->size = (size_t)got;
  close(fd);
}

// What a container's process has no use for: capabilities, system calls, another user's powers.
static inline void drop_power(const struct Block* seccomp) {
  const uint64_t keep = 0xa80425fb;  // CapBnd of a docker container
  for (int capability = 0; capability < 64; ++capability) {
    if ((keep >> capability & 1) == 0 && prctl(PR_CAPBSET_DROP, capability) != 0) break;  // EINVAL: beyond the last
  }
  struct sock_fprog program = {(unsigned short)(seccomp->size / sizeof(struct sock_filter)),
                               (struct sock_filter*)(uintptr_t)seccomp->bytes};
  must((int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program), "seccomp");
  gid_t group = 0;
  must(setgroups(1, &group), "setgroups");
  must(setresgid(0, 0, 0), "setresgid");
  must(setresuid(0, 0, 0), "setresuid");
  struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct data[2] = {{(uint32_t)keep, (uint32_t)keep, 0}, {0, 0, 0}};
  must((int)syscall(SYS_capset, &header, data), "capset");
}
