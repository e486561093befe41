#pragma once

#include <functional>
#include <string_view>

#include "app/session/keys.h"

namespace glassdock::window {

// What a key types in the layout of this moment, without modifiers, UTF-8; empty where it types nothing. GLFW's own
// numbers of keys are places on a US keyboard.
using KeyName = std::function<std::string_view(int key)>;

// GLFW's key and modifiers as a chord; Key::none where it is none of ours. A letter is the key that types it; where no
// key does, as in a Cyrillic layout, the one that stands in its place.
session::Chord chord_of(int key, int mods, const KeyName& name);

}  // namespace glassdock::window
