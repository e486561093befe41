// What the things of the picture are, each in one sentence: what one reads who rests the pointer on them.
#pragma once

#include <string_view>

#include "engine/trace/words.h"

namespace glassdock::scene {

// Of a place's name: "wall:pid", "layer:sha256:…", "engine". Empty for a thing that needs no words.
std::string_view term_of(std::string_view place, trace::Language language);

}  // namespace glassdock::scene
