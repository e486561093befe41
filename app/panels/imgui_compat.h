// The one header that knows which version of Dear ImGui this is. What differs between them stands here, under one name.
// Tried are 1.86 (Debian 12) and 1.90 (Debian 13); what later ones renamed is named as they have it.
#pragma once

#include <imgui.h>
#include <imgui_impl_glfw.h>
#include <imgui_impl_opengl3.h>
#include <imgui_internal.h>

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

// The ring round what the keys are at. Its old name is gone where the obsolete ones are left out.
#if IMGUI_VERSION_NUM >= 19140
inline constexpr ImGuiCol focus_ring_colour = ImGuiCol_NavCursor;
#else
inline constexpr ImGuiCol focus_ring_colour = ImGuiCol_NavHighlight;
#endif

// A row as wide as its table that leaves clicks to the buttons on it.
#if IMGUI_VERSION_NUM >= 18970
inline constexpr ImGuiSelectableFlags whole_row =
    ImGuiSelectableFlags_SpanAllColumns | ImGuiSelectableFlags_AllowOverlap;
#else
inline constexpr ImGuiSelectableFlags whole_row =
    ImGuiSelectableFlags_SpanAllColumns | ImGuiSelectableFlags_AllowItemOverlap;
#endif

// Fonts of 1.92 have no size of their own.
inline void push_font(ImFont* font) {
#if IMGUI_VERSION_NUM >= 19200
  ImGui::PushFont(font, 0);
#else
  ImGui::PushFont(font);
#endif
}

// Glyphs of 1.92 are baked when they are asked for; before, those of the ranges that are named, all at once.
inline constexpr bool fonts_need_ranges = IMGUI_VERSION_NUM < 19200;
inline void bake_fonts() {
#if IMGUI_VERSION_NUM < 19200
  ::ImGui_ImplOpenGL3_DestroyFontsTexture();
  ::ImGui_ImplOpenGL3_CreateFontsTexture();
#endif
}

// Whether what happens from now on is input of the panels. While none is open nothing is: an ImGui from 1.87 on queues
// all of it until the next frame takes one change of a key after the other, so that a panel that opens would be busy
// with what was typed into the terminal, and with clicks on the picture. 1.87 itself cannot be told not to queue.
// `pointer`: in the window's own units.
inline void take_input(bool takes, [[maybe_unused]] ImVec2 pointer) {
#if IMGUI_VERSION_NUM < 18700
  // The backend keeps a click until its next frame: one on the picture would take the keys from the panel's field. This
  // frame is none of ImGui's, and takes it away.
  if (takes) ::ImGui_ImplGlfw_NewFrame();
#endif
#if IMGUI_VERSION_NUM >= 18700
  ImGuiIO& io = ImGui::GetIO();
#if IMGUI_VERSION_NUM >= 18800
  io.SetAppAcceptingEvents(takes);
#endif
  if (!takes) return;
#if IMGUI_VERSION_NUM >= 18972
  io.ClearEventsQueue();
#else
  ImGui::GetCurrentContext()->InputEventsQueue.resize(0);
  io.ClearInputCharacters();
#endif
  // Of a key or button that was let go meanwhile nothing was heard.
  io.ClearInputKeys();
  for (bool& down : io.MouseDown) down = false;
  io.AddMousePosEvent(pointer.x, pointer.y);
#endif
}

// Whether there is input that no frame has taken yet: a frame takes no more than one change of a key.
inline bool input_waits() {
#if IMGUI_VERSION_NUM >= 18700
  return ImGui::GetCurrentContext()->InputEventsQueue.Size > 0;
#else
  return false;
#endif
}

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

// The field that has the keys would keep its text for the next time: it is told of its end in no frame. Only ImGui's
// insides can.
inline void leave_field() {
  ImGui::ClearActiveID();
}

// Whether text of the field that has the keys is selected. Only ImGui's insides tell.
inline bool text_is_selected() {
  const ImGuiInputTextState* field = ImGui::GetInputTextState(ImGui::GetActiveID());
  return field && field->HasSelection();
}

}  // namespace glassdock::panels
