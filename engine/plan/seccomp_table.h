#pragma once

#include <cstdint>

namespace glassdock::plan {

// What a container with docker's default capabilities may call. Names that a machine does not have are passed over, so
// that one table serves all architectures. What is missing here is refused with EPERM: mount, unshare, bpf, reboot, …

// Allowed with any arguments, as one text of names.
inline constexpr char allowed_calls[] =
    // files and folders
    "access chdir chmod chown chown32 close close_range copy_file_range creat dup dup2 dup3 faccessat faccessat2 "
    "fadvise64 fadvise64_64 fallocate fanotify_mark fchdir fchmod fchmodat fchmodat2 fchown fchown32 fchownat fcntl "
    "fcntl64 fdatasync flock fstat fstat64 fstatat64 fstatfs fstatfs64 fsync ftruncate ftruncate64 futimesat getcwd "
    "getdents getdents64 inotify_add_watch inotify_init inotify_init1 inotify_rm_watch ioctl lchown lchown32 link "
    "linkat "
    "_llseek lseek lstat lstat64 mkdir mkdirat mknod mknodat name_to_handle_at newfstatat open openat openat2 pipe "
    "pipe2 "
    "pread64 preadv preadv2 pwrite64 pwritev pwritev2 read readahead readlink readlinkat readv rename renameat "
    "renameat2 "
    "rmdir sendfile sendfile64 splice stat stat64 statfs statfs64 statx symlink symlinkat sync sync_file_range syncfs "
    "tee "
    "truncate truncate64 umask unlink unlinkat utime utimensat utimensat_time64 utimes vmsplice write writev "
    "fgetxattr flistxattr fremovexattr fsetxattr getxattr lgetxattr listxattr llistxattr lremovexattr lsetxattr "
    "removexattr setxattr "
    // waiting for many
    "epoll_create epoll_create1 epoll_ctl epoll_ctl_old epoll_pwait epoll_pwait2 epoll_wait epoll_wait_old eventfd "
    "eventfd2 io_cancel io_destroy io_getevents io_pgetevents io_pgetevents_time64 io_setup io_submit _newselect poll "
    "ppoll ppoll_time64 pselect6 pselect6_time64 select signalfd signalfd4 "
    // memory
    "brk cachestat madvise map_shadow_stack membarrier memfd_create memfd_secret mincore mlock mlock2 mlockall mmap "
    "mmap2 "
    "mprotect mremap msync munlock munlockall munmap pkey_alloc pkey_free pkey_mprotect process_mrelease "
    "remap_file_pages "
    // network
    "accept accept4 bind connect getpeername getsockname getsockopt listen recv recvfrom recvmmsg recvmmsg_time64 "
    "recvmsg "
    "send sendmmsg sendmsg sendto setsockopt shutdown socketpair "
    // processes and their identities
    "capget capset chroot execve execveat exit exit_group fork get_robust_list get_thread_area getegid getegid32 "
    "geteuid "
    "geteuid32 getgid getgid32 getgroups getgroups32 getpgid getpgrp getpid getppid getresgid getresgid32 getresuid "
    "getresuid32 getsid gettid getuid getuid32 kill landlock_add_rule landlock_create_ruleset landlock_restrict_self "
    "pause pidfd_open pidfd_send_signal prctl process_vm_readv process_vm_writev ptrace restart_syscall rseq "
    "rt_sigaction rt_sigpending rt_sigprocmask rt_sigqueueinfo rt_sigreturn rt_sigsuspend rt_sigtimedwait "
    "rt_sigtimedwait_time64 rt_tgsigqueueinfo seccomp set_robust_list set_thread_area set_tid_address setfsgid "
    "setfsgid32 "
    "setfsuid setfsuid32 setgid setgid32 setgroups setgroups32 setpgid setregid setregid32 setresgid setresgid32 "
    "setresuid setresuid32 setreuid setreuid32 setsid setuid setuid32 sigaltstack sigprocmask sigreturn tgkill tkill "
    "vfork wait4 waitid waitpid "
    // scheduling, limits, time
    "adjtimex alarm clock_adjtime clock_adjtime64 clock_getres clock_getres_time64 clock_gettime clock_gettime64 "
    "clock_nanosleep clock_nanosleep_time64 getcpu getitimer getpriority getrlimit getrusage gettimeofday ioprio_get "
    "ioprio_set nanosleep prlimit64 sched_get_priority_max sched_get_priority_min sched_getaffinity sched_getattr "
    "sched_getparam sched_getscheduler sched_rr_get_interval sched_rr_get_interval_time64 sched_setaffinity "
    "sched_setattr sched_setparam sched_setscheduler sched_yield setitimer setpriority setrlimit time timer_create "
    "timer_delete timer_getoverrun timer_gettime timer_gettime64 timer_settime timer_settime64 timerfd_create "
    "timerfd_gettime timerfd_gettime64 timerfd_settime timerfd_settime64 times ugetrlimit "
    // talking among each other
    "futex futex_requeue futex_time64 futex_wait futex_waitv futex_wake ipc mq_getsetattr mq_notify mq_open "
    "mq_timedreceive mq_timedreceive_time64 mq_timedsend mq_timedsend_time64 mq_unlink msgctl msgget msgrcv msgsnd "
    "semctl "
    "semget semop semtimedop semtimedop_time64 shmat shmctl shmdt shmget "
    // the rest
    "getrandom sysinfo uname";

// Besides, on x86 machines and on Arm machines.
inline constexpr char allowed_on_x86[] = "arch_prctl modify_ldt";
inline constexpr char allowed_on_arm[] =
    "arm_fadvise64_64 arm_sync_file_range breakpoint cacheflush set_tls sync_file_range2";

// personality(2): Linux, Linux with 32-bit addresses' layout bits that emulators use, and "tell me".
inline constexpr std::uint32_t allowed_personalities[] = {0x0, 0x0008, 0x20000, 0x20008, 0xffffffff};

// clone(2) without any of the flags that make namespaces: CLONE_NEWNS 0x20000, NEWCGROUP 0x2000000, NEWUTS 0x4000000,
// NEWIPC 0x8000000, NEWUSER 0x10000000, NEWPID 0x20000000, NEWNET 0x40000000.
inline constexpr std::uint64_t namespace_flags = 0x7e020000;

// socket(2): all families but those that reach the machine's own crypto interface and the virtual machine's host.
inline constexpr std::uint32_t refused_families[] = {38 /* AF_ALG */, 40 /* AF_VSOCK */};
inline constexpr std::uint32_t families_end =
    64;  // a power of two above AF_MAX; what is beyond is unknown to the kernel

}  // namespace glassdock::plan
