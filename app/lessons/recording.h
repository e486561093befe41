#pragma once

#include <string>

#include "app/lessons/condition.h"
#include "app/lessons/world.h"

namespace glassdock::lessons {

// A step as it went: what its commands brought about, and what its conditions saw of the world then. Enough to judge
// them once more, without an engine.
struct StepRecording {
  Observed observed;
  Looks looks;
};

// As JSON. In the events values of -e and credentials are hidden (engine/trace/redact.h). What the commands printed,
// the containers' commands and the files that conditions looked at are as they were, for they are judged once more; no
// condition looks at a process's environ.
std::string to_json(const StepRecording& recording);
// Throws Error(corrupt) for a text that is none.
StepRecording recording_from_json(const std::string& text);

// By what was recorded alone. Throws Error(not_found) where the conditions ask for what nobody looked at then.
Judgement judge(const Conditions& conditions, const StepRecording& recording);

}  // namespace glassdock::lessons
