// evidence_words: what the kernel's numbers and tables mean, said of the very ones that were read.
#pragma once

#include <string>
#include <vector>

#include "engine/trace/event.h"
#include "engine/trace/words.h"

namespace glassdock::scene {

// A sentence, and the names or lines that it speaks of; those may be empty.
struct Said {
  std::string sentence, lines;
};

// Of capability masks and the seccomp mode in /proc/PID/status, and of a whole /proc/PID/mountinfo; with what the event
// itself tells about them. Nothing for what needs no words.
std::vector<Said> words_of_read(const trace::Event& event, const trace::Evidence& read, trace::Language language);

}  // namespace glassdock::scene
