#pragma once

#include "app/session/keys.h"

namespace glassdock::window {

// GLFW's key and modifiers as a chord; Key::none where it is none of ours.
session::Chord chord_of(int key, int mods);

}  // namespace glassdock::window
