// glassdock-studio: what draws. A program of its own, so that `glassdock` need not load fonts and OpenGL to run a
// container. Alone it opens the window; `glassdock replay FILE --picture OUT.png` calls it for a picture.
#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <cmath>
#include <cstdio>

#include "app/scene/strings.h"
#include "app/studio/film_command.h"
#include "app/studio/picture_command.h"
#include "app/studio/settings_file.h"
#include "app/studio/studio.h"
#include "engine/base/error.h"
#include "engine/os/find_program.h"
#include "engine/trace/words.h"

namespace glassdock::studio {
namespace {

namespace fs = std::filesystem;

constexpr int wrong_use = 2;

// Beside the program: bin/glassdock-studio and share/glassdock/shaders.
fs::path shader_folder() {
  return os::program_folder().parent_path() / "share/glassdock/shaders";
}

scene::Viewport parse_size(const std::string& words) {
  int width = 0, height = 0;
  char end = 0;
  constexpr int least = 64, most = 8192;
  if (std::sscanf(words.c_str(), "%dx%d%c", &width, &height, &end) != 2 || width < least || height < least ||
      width > most || height > most) {
    throw Error(ErrorKind::invalid_argument, "\"" + words + "\" is no size", "write it as 1600x900, 64 to 8192 each")
        .with_exit_code(wrong_use);
  }
  return {static_cast<float>(width), static_cast<float>(height)};
}

trace::Language drawn_language(const std::string& asked) {
  if (asked.empty()) return default_language();
  return asked == "ko" ? trace::Language::korean : trace::Language::english;
}

void say_made(const FilmRequest& request, const FilmMade& made) {
  const auto bytes = static_cast<std::int64_t>(fs::file_size(request.output));
  const std::string words = scene::say(scene::Word::wrote_film, request.language,
                                       {request.output.native(), trace::bytes_text(bytes), std::to_string(made.frames),
                                        fmt::format("{:.1f}", made.seconds)});
  std::fprintf(stderr, "%s\n", words.c_str());
}

int run(int count, char** words) {
  CLI::App app("Draws what Glassdock's engine does");
  app.require_subcommand(0, 1);
  StudioOptions studio;
  std::string window_size, window_theme, window_language;
  app.add_option("RECORDING", studio.recording,
                 "a .gdtrace file; without it an engine, which is started where none runs");
  app.add_option("SECOND", studio.second, "another one, to be compared with the first");
  CLI::Option* lesson = app.add_option("--lesson", studio.played.lesson,
                                       "plays it: its number, name or file; glassdock lesson list has them");
  app.add_option("--scenario", studio.played.scenario,
                 "plays it for a class: its name or file; glassdock scenario list has them")
      ->excludes(lesson);
  app.add_option("--socket", studio.place.socket, "the engine that listens there");
  app.add_option("--data", studio.place.data, "the engine whose data is there");
  app.add_option("--size", window_size, "WIDTHxHEIGHT");
  app.add_option("--theme", window_theme)->check(CLI::IsMember({"dark", "light"}));
  app.add_option("--language", window_language)->check(CLI::IsMember({"en", "ko"}));
  app.add_flag("--reduced-motion", studio.reduced_motion, "nothing moves");
  app.add_flag("--in-words", studio.in_words, "what is on screen also goes to stdout, one line each");
  PictureRequest request;
  std::string size = "1600x900", theme = "dark", language;
  CLI::App* picture = app.add_subcommand("picture", "One moment of a recording as a PNG file");
  picture->add_option("FILE", request.recording)->required();
  picture->add_option("OUT", request.output)->required();
  picture->add_option("--at", request.at, "STAGE, GATE or an event's number");
  picture->add_option("--view", request.view, "what it is of; without it what the recording is about")
      ->check(CLI::IsMember(view_names()));
  picture->add_flag("--class", request.class_mode, "as for the back row of a room");
  picture->add_option("--size", size, "WIDTHxHEIGHT");
  picture->add_option("--theme", theme)->check(CLI::IsMember({"dark", "light"}));
  picture->add_option("--language", language)->check(CLI::IsMember({"en", "ko"}));
  FilmRequest film;
  std::string format;
  CLI::App* films = app.add_subcommand("film", "A recording, played, as an MP4 or GIF file");
  films->add_option("FILE", film.recording)->required();
  films->add_option("OUT", film.output)->required();
  films->add_option("--to", format)->check(CLI::IsMember({"mp4", "gif"}))->required();
  films->add_option("--speed", film.speed, "2: twice as fast")->check(CLI::Range(0.001, 1000.0));
  films->add_option("--fps", film.frames_per_second, "frames a second")->check(CLI::Range(1.0, 60.0));
  films->add_option("--size", size, "WIDTHxHEIGHT");
  films->add_option("--theme", theme)->check(CLI::IsMember({"dark", "light"}));
  films->add_option("--language", language)->check(CLI::IsMember({"en", "ko"}));
  films->add_flag("--reduced-motion", film.reduced_motion, "nothing moves");
  try {
    app.parse(count, words);
  } catch (const CLI::ParseError& fault) {
    return app.exit(fault) == 0 ? 0 : wrong_use;
  }
  if (films->parsed()) {
    // Sides of H.264 are even.
    const scene::Viewport asked = parse_size(size);
    film.size = {2 * std::floor(asked.width / 2), 2 * std::floor(asked.height / 2)};
    film.format = format == "gif" ? FilmRequest::Format::gif : FilmRequest::Format::mp4;
    film.theme = theme == "light" ? render::Theme::light : render::Theme::dark;
    film.language = drawn_language(language);
    say_made(film, make_film(film, shader_folder()));
    return 0;
  }
  if (!picture->parsed()) {
    if (!window_size.empty()) studio.size = parse_size(window_size);
    if (!window_theme.empty()) studio.light = window_theme == "light";
    if (!window_language.empty()) {
      studio.language = window_language == "ko" ? trace::Language::korean : trace::Language::english;
    }
    run_studio(studio, shader_folder());
    return 0;
  }
  request.size = parse_size(size);
  request.theme = theme == "light" ? render::Theme::light : render::Theme::dark;
  request.language = drawn_language(language);
  make_picture(request, shader_folder());
  return 0;
}

}  // namespace
}  // namespace glassdock::studio

#ifdef __SANITIZE_ADDRESS__
// Mesa's driver leaks some hundred bytes for each context and is unloaded before anybody could name it.
extern "C" __attribute__((visibility("default"))) const char* __asan_default_options() {
  return "detect_leaks=0";
}
#endif

int main(int count, char** words) try {
  return glassdock::studio::run(count, words);
} catch (const glassdock::Error& error) {
  std::fprintf(stderr, "glassdock: %s\n", error.what());
  return error.exit_code();
} catch (const std::exception& error) {
  std::fprintf(stderr, "glassdock: %s\n", error.what());
  return 125;
}
