// The one header that knows which version of Dear ImGui this is: 1.86 (Debian 12) up to 1.9x.
#pragma once

#include <imgui.h>

#include <string>

namespace glassdock::panels {

// Bordered children are a bool up to 1.90.8, a flag from then on.
inline bool begin_child(const char* name, ImVec2 size) {
#if IMGUI_VERSION_NUM >= 19090
  return ImGui::BeginChild(name, size, ImGuiChildFlags_None);
#else
  return ImGui::BeginChild(name, size, false);
#endif
}

// Fonts of 1.92 are baked when they are asked for; before, with the ranges that are named.
inline constexpr bool fonts_need_ranges = IMGUI_VERSION_NUM < 19200;

// A one-line field over a std::string. imgui_stdlib is not in every package.
inline bool input_line(const char* name, const char* hint, std::string& text) {
  struct Resize {
    static int grow(ImGuiInputTextCallbackData* data) {
      if (data->EventFlag != ImGuiInputTextFlags_CallbackResize) return 0;
      auto* own = static_cast<std::string*>(data->UserData);
      own->resize(static_cast<std::size_t>(data->BufTextLen));
      data->Buf = own->data();
      return 0;
    }
  };
  return ImGui::InputTextWithHint(name, hint, text.data(), text.capacity() + 1, ImGuiInputTextFlags_CallbackResize,
                                  Resize::grow, &text);
}

}  // namespace glassdock::panels
