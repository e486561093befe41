// The program of the image hello-world. It stands alone, without a C library, so that the image is as small as it can
// be: one static file of a few kilobytes.

static const char text[] =
    "\n"
    "Hello from inside a container!\n"
    "\n"
    "These lines were written by a real process, and this is\n"
    "how it came to run:\n"
    "\n"
    "  1. Your command went through a socket to the engine, a\n"
    "     program of its own.\n"
    "  2. The engine looked for the image hello-world in its store.\n"
    "     The first time it was not there, so the engine pulled it\n"
    "     from the hub: a manifest, a configuration and one layer,\n"
    "     each checked by its digest.\n"
    "  3. It laid that layer, read-only, under an empty folder that\n"
    "     can be written, and made of the two the root folder that\n"
    "     this process sees.\n"
    "  4. It put up the walls (namespaces) and the limits (cgroups)\n"
    "     around one new process of the kernel that you run already,\n"
    "     and let it execute /hello: me.\n"
    "  5. I write to my standard output; the engine carries it to\n"
    "     your terminal. Now I end, and with me the container. Its\n"
    "     image stays in the store.\n"
    "\n"
    "What you could try next:\n"
    "\n"
    "  docker run alpine ls /   the same store, another root folder\n"
    "  docker run alpine ps     who is inside of the walls\n"
    "  docker ps -a             containers that have ended, too\n"
    "\n";

#if defined(__x86_64__)

static long system_call(long number, long first, const void* second, long third) {
  long result;
  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "a"(number), "D"(first), "S"(second), "d"(third)
                   : "rcx", "r11", "memory");
  return result;
}
enum { number_of_write = 1, number_of_exit = 60 };

#elif defined(__aarch64__)

static long system_call(long number, long first, const void* second, long third) {
  register long x8 __asm__("x8") = number;
  register long x0 __asm__("x0") = first;
  register const void* x1 __asm__("x1") = second;
  register long x2 __asm__("x2") = third;
  __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2) : "memory");
  return x0;
}
enum { number_of_write = 64, number_of_exit = 93 };

#else
#error "hello-world knows the system calls of x86_64 and aarch64 only"
#endif

// Where the kernel begins (execve(2)); there is nothing to return to.
void _start(void) {
  const char* rest = text;
  long left = (long)sizeof text - 1;
  while (left > 0) {
    long written = system_call(number_of_write, 1, rest, left);
    if (written == -4) continue;  // EINTR
    if (written <= 0) break;
    rest += written;
    left -= written;
  }
  system_call(number_of_exit, left > 0, 0, 0);
  __builtin_unreachable();
}
