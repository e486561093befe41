#include "app/panels/panels.h"

#include <GLFW/glfw3.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "app/panels/glyph_ranges.h"
#include "app/panels/list.h"
#include "app/render/palette.h"
#include "app/scene/layout.h"
#include "app/scene/strings.h"

namespace glassdock::panels {
namespace {

using scene::Colour;
using session::Action;

ImVec4 value_of(Colour colour, bool light) {
  const std::uint32_t value = render::value_of(colour, light ? render::Theme::light : render::Theme::dark);
  const auto channel = [&](int shift) { return static_cast<float>((value >> shift) & 0xFF) / 255.0F; };
  return {channel(16), channel(8), channel(0), 1};
}

// The look of the visual language.
void set_style(bool light, float pixels) {
  ImGuiStyle& style = ImGui::GetStyle();
  style = ImGuiStyle();
  style.WindowPadding = {16, 14};
  style.FramePadding = {10, 6};
  style.ItemSpacing = {8, 7};
  style.CellPadding = {6, 3};
  style.WindowRounding = 8;
  style.FrameRounding = 6;
  style.ScrollbarRounding = 6;
  style.WindowBorderSize = 1;
  style.FrameBorderSize = 1;
  style.AntiAliasedLinesUseTex = false;
  style.ScaleAllSizes(pixels);
  const std::pair<ImGuiCol, Colour> colours[] = {
      {ImGuiCol_Text, Colour::ink},
      {ImGuiCol_TextDisabled, Colour::ink2},
      {ImGuiCol_WindowBg, Colour::panel},
      {ImGuiCol_PopupBg, Colour::card},
      {ImGuiCol_Border, Colour::edge},
      {ImGuiCol_FrameBg, Colour::inset},
      {ImGuiCol_FrameBgHovered, Colour::card},
      {ImGuiCol_FrameBgActive, Colour::inset},
      {ImGuiCol_Button, Colour::raised},
      {ImGuiCol_ButtonHovered, Colour::card},
      {ImGuiCol_ButtonActive, Colour::inset},
      {ImGuiCol_Header, Colour::raised},
      {ImGuiCol_HeaderHovered, Colour::raised},
      {ImGuiCol_HeaderActive, Colour::card},
      {ImGuiCol_ScrollbarBg, Colour::panel},
      {ImGuiCol_ScrollbarGrab, Colour::edge},
      {ImGuiCol_ScrollbarGrabHovered, Colour::ink3},
      {ImGuiCol_ScrollbarGrabActive, Colour::ink3},
      {ImGuiCol_TableHeaderBg, Colour::card},
      {ImGuiCol_TableBorderLight, Colour::hairline},
      {ImGuiCol_TableBorderStrong, Colour::hairline},
      {ImGuiCol_TextSelectedBg, Colour::action},
      {focus_ring_colour, Colour::ink},
  };
  for (const auto& [what, colour] : colours) style.Colors[what] = value_of(colour, light);
}

// As ImGui has it: one after the other, and a 0 behind. It is read as late as the fonts are baked.
const ImWchar* ranges() {
  static const auto all = [] {
    std::array<ImWchar, 2 * glyph_ranges.size() + 1> flat{};
    for (std::size_t i = 0; i < glyph_ranges.size(); ++i) {
      flat[2 * i] = static_cast<ImWchar>(glyph_ranges[i].first);
      flat[2 * i + 1] = static_cast<ImWchar>(glyph_ranges[i].second);
    }
    return flat;
  }();
  return all.data();
}

ImFont* add_font(const render::Fonts& fonts, scene::Face face, float size) {
  ImFont* font = nullptr;
  for (const render::FontFile& file : fonts.files(face)) {
    ImFontConfig config;
    config.FontNo = file.index;
    config.MergeMode = font != nullptr;
    config.OversampleH = 1;
    if (fonts_need_ranges) config.GlyphRanges = ranges();
    ImFont* added = ImGui::GetIO().Fonts->AddFontFromFileTTF(file.path.c_str(), size, &config);
    if (!font) font = added;
  }
  return font;
}

// The images are looked at beside the picture of one of them and its evidence: their list lies over the timeline, as
// long as that is large enough for a few of them.
std::optional<scene::Rect> strip_below(Action panel, const session::Session& session, scene::Viewport window) {
  if (panel != Action::show_images || session.settings().arrangement.class_mode || session.comparison()) return {};
  constexpr float least_wide = 620, least_high = 200;
  const scene::Layout layout = scene::lay_out(window, session.settings().arrangement);
  const scene::Rect& strip = layout.timeline.w > 0 ? layout.timeline : layout.terminal;
  if (strip.w < least_wide || strip.h < least_high) return {};
  return strip;
}

scene::Word title_of(Action panel) {
  using scene::Word;
  switch (panel) {
    case Action::show_events:
      return Word::events_list;
    case Action::show_images:
      return Word::local_images;
    case Action::show_lessons:
      return Word::lessons;
    case Action::show_scenarios:
      return Word::scenarios;
    case Action::show_recordings:
      return Word::recordings;
    case Action::show_keys:
      return Word::the_keys;
    default:
      return Word::commands;
  }
}

// Frames until ImGui's layout has settled, and until a field that has just come takes what was typed.
constexpr int settling = 2, field_settling = 5;

// The backend takes the window's callbacks, or gives them back. The one for text stays as it is: ImGui would lose what
// is typed before its field is ready, so text comes by type().
template <typename Change>
void keep_text_callback(GLFWwindow* window, Change change) {
  const GLFWcharfun text = ::glfwSetCharCallback(window, nullptr);
  change();
  ::glfwSetCharCallback(window, text);
}

}  // namespace

float class_pixels(float width, float height) {
  constexpr float grid_wide = 1600, grid_high = 900, least = 26;  // app/scene/class_view.h
  return std::min(width / grid_wide, height / grid_high) * least / font_size;
}

struct Panels::State {
  GLFWwindow* window = nullptr;
  std::optional<Action> panel;
  bool appears = false;
  int frames = 0;  // that are due yet
  float pixels = 0;
  ImFont* sans = nullptr;
  ImFont* mono = nullptr;
  EventList events;
  Palette palette;
  PickList picks;
  RecordingList recordings;
  Scroll scroll;
  std::vector<session::Command> commands;
  std::string typed;  // that no field has taken yet

  void open(Action action) {
    panel = action;
    appears = true;
    typed.clear();
    scroll = {};
    double x = 0, y = 0;
    ::glfwGetCursorPos(window, &x, &y);
    take_input(true, {static_cast<float>(x), static_cast<float>(y)});
  }
  void close() {
    panel.reset();
    leave_field();
    take_input(false, {});
  }
};

Panels::Panels(GLFWwindow* window) : state_(std::make_unique<State>()) {
  ImGui::CreateContext();
  ImGui::GetIO().IniFilename = nullptr;
  ImGui::GetIO().ConfigFlags |= ImGuiConfigFlags_NoMouseCursorChange;
  state_->window = window;
  keep_text_callback(window, [&] { ::ImGui_ImplGlfw_InitForOpenGL(window, true); });
  ::ImGui_ImplOpenGL3_Init("#version 330 core");
}

Panels::~Panels() {
  ::ImGui_ImplOpenGL3_Shutdown();
  keep_text_callback(state_->window, [] { ::ImGui_ImplGlfw_Shutdown(); });
  ImGui::DestroyContext();
}

void Panels::show(Action panel) {
  if (panel == Action::close || state_->panel == panel) {
    state_->close();
  } else {
    state_->open(panel);
  }
  state_->frames = field_settling;
}

bool Panels::open() const {
  return state_->panel.has_value();
}

void Panels::type(std::string_view text) {
  const bool has_field = state_->panel == Action::show_events || state_->panel == Action::show_palette;
  if (!has_field) return;
  state_->typed += text;
  state_->frames = field_settling;
}

bool Panels::under_pointer() const {
  return open() && ImGui::GetIO().WantCaptureMouse;
}

bool Panels::press(session::Chord chord) {
  if (!open()) return false;
  state_->frames = state_->typed.empty() ? settling : field_settling;
  if (chord.key == session::Key::escape) {
    state_->close();
    return true;
  }
  // What is selected is copied; anything else that this chord stops is the command that runs.
  if (chord == session::interrupt) return text_is_selected();
  const session::CommandRow* row = session::find_command(chord);
  if (row && row->action == *state_->panel) {
    state_->close();
    return true;
  }
  if (state_->panel == Action::show_events && state_->events.press(chord)) return true;
  if (state_->panel == Action::show_palette && state_->palette.press(chord)) return true;
  const bool picks = state_->panel == Action::show_lessons || state_->panel == Action::show_scenarios;
  if (picks && state_->picks.press(chord)) return true;
  if (state_->panel == Action::show_recordings && state_->recordings.press(chord)) return true;
  const bool list = state_->panel == Action::show_keys || state_->panel == Action::show_images;
  if (list && state_->scroll.press(chord)) return true;
  return !row || !row->in_terminal;
}

std::vector<session::Command> Panels::take_commands() {
  return std::exchange(state_->commands, {});
}

bool Panels::draw(session::Session& session, const render::Fonts& fonts, float pixels) {
  if (!open()) return false;
  State& state = *state_;
  if (session.settings().arrangement.class_mode) {
    int width = 0, height = 0;
    ::glfwGetFramebufferSize(state.window, &width, &height);
    pixels = std::max(pixels, class_pixels(static_cast<float>(width), static_cast<float>(height)));
  }
  if (state.pixels != pixels) {
    state.pixels = pixels;
    ImGui::GetIO().Fonts->Clear();
    state.sans = add_font(fonts, scene::Face::sans, font_size * pixels);
    state.mono = add_font(fonts, scene::Face::mono, font_size * pixels);
    bake_fonts();
  }
  set_style(session.settings().light, pixels);
  if (ImGui::GetIO().WantTextInput) ImGui::GetIO().AddInputCharactersUTF8(std::exchange(state.typed, {}).c_str());
  ::ImGui_ImplOpenGL3_NewFrame();
  ::ImGui_ImplGlfw_NewFrame();
  ImGui::NewFrame();
  const ImVec2 screen = ImGui::GetIO().DisplaySize;
  const bool large = *state.panel == Action::show_events || *state.panel == Action::show_images;
  const ImVec2 size{std::min(screen.x - 16 * pixels, (large ? 1100 : 720) * pixels),
                    std::min(screen.y - 16 * pixels, (large ? 620 : 560) * pixels)};
  const std::optional<scene::Rect> below = strip_below(*state.panel, session, {screen.x / pixels, screen.y / pixels});
  if (below) {
    ImGui::SetNextWindowPos({below->x * pixels, below->y * pixels});
    ImGui::SetNextWindowSize({below->w * pixels, below->h * pixels});
  } else {
    ImGui::SetNextWindowPos({(screen.x - size.x) / 2, std::min(96 * pixels, (screen.y - size.y) / 2)});
    ImGui::SetNextWindowSize(size);
  }
  // Where no field ever takes it, because another thing was clicked, nobody waits for it for long.
  const bool text_waits = state.frames > 1 && (!state.typed.empty() || input_waits());
  Frame frame{session, pixels, state.mono, state.commands, text_waits};
  const bool appears = std::exchange(state.appears, false);
  bool goes_on = false;
  constexpr ImGuiWindowFlags flags = ImGuiWindowFlags_NoTitleBar | ImGuiWindowFlags_NoResize | ImGuiWindowFlags_NoMove |
                                     ImGuiWindowFlags_NoCollapse | ImGuiWindowFlags_NoSavedSettings;
  const trace::Language language = session.settings().language;
  using scene::Word;
  const Word title = title_of(*state.panel);
  if (appears) ImGui::SetNextWindowFocus();
  if (ImGui::Begin("panel", nullptr, flags)) {
    ImGui::TextUnformatted(scene::say(title, language).data());
    const std::string_view hint = scene::say(Word::closes, language);
    ImGui::SameLine(ImGui::GetWindowWidth() - ImGui::CalcTextSize(hint.data()).x - 20 * pixels);
    ImGui::TextDisabled("%s", hint.data());
    switch (*state.panel) {
      case Action::show_events:
        goes_on = state.events.draw(frame, appears);
        break;
      case Action::show_images:
        draw_images(frame, state.scroll);
        break;
      case Action::show_lessons:
      case Action::show_scenarios:
        if (state.picks.draw(frame, appears)) state.close();
        break;
      case Action::show_recordings:
        if (state.recordings.draw(frame, appears)) state.close();
        break;
      case Action::show_keys:
        draw_keys(frame, state.scroll);
        break;
      default:
        if (state.palette.draw(frame, appears)) state.close();
    }
  }
  ImGui::End();
  ImGui::Render();
  ::ImGui_ImplOpenGL3_RenderDrawData(ImGui::GetDrawData());
  if (state.frames > 0) --state.frames;
  return goes_on || state.frames > 0 || (open() && input_waits());
}

}  // namespace glassdock::panels
