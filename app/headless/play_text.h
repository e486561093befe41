#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "app/lessons/question.h"
#include "app/lessons/words.h"
#include "engine/trace/words.h"

namespace glassdock::headless {

// How the players of lessons and of scenarios lay their texts out.

// Wrapped to the terminal of stdout, and an empty line behind it.
std::string paragraph_text(const lessons::Words& words, trace::Language language);
// What is for the presenter alone, set in.
std::string notes_text(const lessons::Words& notes, trace::Language language);
// Two answers beside each other, a heading over each; below each other where the terminal is narrow.
std::string side_by_side(const std::string& left_head, const std::string& left, const std::string& right_head,
                         const std::string& right);
// "Step 2 of 5 ─────", an empty line before it.
std::string step_head(std::size_t number, std::size_t count, trace::Language language);
// A line each, numbered from 1.
std::string answers_text(const std::vector<lessons::Answer>& answers, trace::Language language);

}  // namespace glassdock::headless
