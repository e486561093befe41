#pragma once

#include <string>
#include <vector>

// What the engine and its init in the guest (init/main.cpp) say to each other, over the guest's third serial port. Init
// drives that port's registers itself, and the command that it starts has neither a device node of it nor the right to
// make one or to touch a port: nothing that the command prints or does is taken for one of these lines.
//
//   init                                        engine
//    | "init 6.1.0-13-cloud-amd64\n"  ---------> |   milestone init
//    |                                           |   gate vm.mounted
//    | <------------------- the order (below) -- |
//    | where it has drivers: loads them, mounts  |
//    |   the disk and an overlay over it as /    |
//    | mounts proc, sys and dev                  |
//    | "TOKEN mounted\n"  ---------------------> |   milestone mounted
//    |                                           |   gate vm.command
//    | <---------------------------------- 'g' --|
//    | forks                                     |
//    | "TOKEN command\n"  ---------------------> |   milestone command; then execve
//    | … output on the first serial port …  ---> |   milestone output
//    | reaps; drains that port                   |
//    | "TOKEN exit 0\n"  ----------------------> |   milestone exit
//    | <---------------------------------- 'q' --|   behind the last figures
//    | reboot(2): QEMU ends (-no-reboot)         |   milestone gone
//
// Where the order names a symbol of the kernel, init answers nothing but "TOKEN symbol ADDRESS\n", as /proc/kallsyms
// has it, or no address where it is not there. In place of "command" or "exit": "TOKEN failed ERRNO\n", the command
// could not be executed; "TOKEN fault ERRNO WHAT\n", init itself could not go on; of a command that a signal ended
// "TOKEN signal NUMBER\n". When the engine dies QEMU is killed by the kernel (PR_SET_PDEATHSIG); when the guest dies
// its ports end with QEMU.
namespace glassdock::vm::guest {

// In the initramfs; gone before the command starts, so that it sees its image and nothing else.
inline constexpr char folder[] = ".glassdock-guest";
inline constexpr char init_name[] = ".glassdock-guest/init";
inline constexpr char init_path[] = "/.glassdock-guest/init";
// Of a guest whose root is on a disk: its drivers, loaded in the order of their names, and what and where the disk is.
inline constexpr char driver_folder[] = ".glassdock-guest/drivers";
inline constexpr char disk_type[] = "squashfs";
inline constexpr char disk_name[] = "vda";

// The first registers of the PC's serial ports (Linux arch/x86/include/asm/serial.h): the command's output, the
// kernel's console, and this conversation.
inline constexpr unsigned short output_port = 0x3f8;   // ttyS0
inline constexpr unsigned short console_port = 0x2f8;  // ttyS1
inline constexpr unsigned short control_port = 0x3e8;

inline constexpr char go = 'g';
inline constexpr char quit = 'q';

// The longest order in bytes: ARG_MAX's lowest value on Linux, twice.
inline constexpr unsigned most_order_bytes = 256 * 1024;

// An order is the number of its bytes in decimal, a line feed, and these texts, each with a NUL behind it:
// token, host name, user, working folder, symbol, number of arguments, the arguments, the variables.

}  // namespace glassdock::vm::guest
