#pragma once

#include <stddef.h>

namespace glassdock::vm::guest {

// The conversation with the engine (../guest.h), by the registers of a 16550 serial port (National Semiconductor
// PC16550D). It needs no device node and no driver.
//
// Gets the right to use the port for this process; a child of fork(2) has it too. False without it.
bool open_control();
// Gives it up; execve(2) would keep it.
void close_control();
// Waits for the next byte.
char read_control();
// Fills `buffer`.
void read_control(char* buffer, size_t size);
// "TOKEN WORD NUMBER TEXT\n"; a token or text of null is left out, and so is a number below zero.
void say(const char* token, const char* word, long number = -1, const char* text = nullptr);

}  // namespace glassdock::vm::guest
