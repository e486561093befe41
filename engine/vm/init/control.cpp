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
  // A held guest may wait for hours: it looks often at first, then a thousand times a second.
  constexpr int eager_looks = 20'000;
  constexpr timespec pause{0, 1'000'000};
  for (int looks = 0; (::inb(line_status) & received) == 0; ++looks) {
    if (looks > eager_looks) ::nanosleep(&pause, nullptr);
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
