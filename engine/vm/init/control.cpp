#include "engine/vm/init/control.h"

#include <stdio.h>
#include <sys/io.h>
#include <time.h>

#include "engine/vm/guest.h"

namespace glassdock::vm::guest {
namespace {

constexpr unsigned short data = control_port, fifo = control_port + 2, line_status = control_port + 5;
constexpr unsigned long registers = 8;
constexpr unsigned char received = 0x01, may_send = 0x20;
// Fourteen bytes may lie there at once: QEMU fills it up to the level at which it would ring.
constexpr unsigned char enable_fifo = 0xc1;

void send(const char* text) {
  for (; *text; ++text) {
    while ((::inb(line_status) & may_send) == 0) {
    }
    ::outb(static_cast<unsigned char>(*text), data);
  }
}

}  // namespace

bool open_control() {
  if (::ioperm(control_port, registers, 1) != 0) return false;
  ::outb(enable_fifo, fifo);
  return true;
}

void close_control() {
  ::ioperm(control_port, registers, 0);
}

char read_control() {
  // Each look leaves the guest, and holds up the very thread of QEMU that would bring the byte: few at once, then rest.
  constexpr int eager_looks = 32;
  constexpr long first_pause_ns = 20'000, longest_pause_ns = 1'000'000;
  long pause_ns = first_pause_ns;
  for (int looks = 1; (::inb(line_status) & received) == 0; ++looks) {
    if (looks % eager_looks != 0) continue;
    const timespec pause{0, pause_ns};
    ::nanosleep(&pause, nullptr);
    if (pause_ns < longest_pause_ns) pause_ns *= 2;
  }
  return static_cast<char>(::inb(data));
}

void read_control(char* buffer, size_t size) {
  for (size_t i = 0; i < size; ++i) buffer[i] = read_control();
}

void say(const char* token, const char* word, long number, const char* text) {
  char line[512];
  char digits[24] = "";
  if (number >= 0) ::snprintf(digits, sizeof digits, " %ld", number);
  ::snprintf(line, sizeof line - 1, "%s%s%s%s%s%s", token ? token : "", token ? " " : "", word, digits, text ? " " : "",
             text ? text : "");
  send(line);
  send("\n");
}

}  // namespace glassdock::vm::guest
