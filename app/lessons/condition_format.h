#pragma once

#include "app/lessons/condition.h"
#include "app/lessons/format.h"

namespace glassdock::lessons {

// How conditions are written: a map with one key, which says what is looked at.
Kind<Condition> condition_kind();
// One, or a list of which all are to hold.
Kind<Conditions> conditions_kind();
// {en: …, ko: …}: both are needed. `most_characters` of each.
Kind<Words> words_kind(std::size_t most_characters);
// The name of a container, as docker allows it.
Kind<std::string> container_name();

}  // namespace glassdock::lessons
