#include "app/studio/film_command.h"

#include <fmt/format.h>

#include <atomic>
#include <cmath>
#include <csignal>
#include <optional>

#include "app/headless/signals.h"
#include "app/render/offscreen.h"
#include "app/scene/panels.h"
#include "app/scene/timeline.h"
#include "app/studio/encoder.h"
#include "app/studio/picture_command.h"
#include "engine/base/error.h"
#include "engine/base/signals.h"
#include "engine/os/files.h"

namespace glassdock::studio {
namespace {

namespace fs = std::filesystem;

constexpr double longest_seconds = 3600;
constexpr double rest_seconds = 1.5;  // the end stands still before the film is over

// The recording as it is played, frame after frame.
class Film {
 public:
  Film(const FilmRequest& request, const fs::path& shaders)
      : request_(request),
        history_(trace::Recording(request.recording)),
        view_(recorded_view(history_, fonts_, request.language, request.theme)),
        offscreen_(shaders, fonts_) {
    times_.extend(history_);
    rewind();
    view_.progress = [this](model::EventIndex event, player::Motion motion) {
      return static_cast<float>(player::progress_of(player_, track(), event, motion, request_.reduced_motion));
    };
  }

  void rewind() { player_ = player::make_recorded_player(track()); }
  double seconds() const {
    const player::Position at = player::position(player_, track());
    return static_cast<double>(at.end_ns - at.view_ns) / 1e9 / request_.speed + rest_seconds;
  }
  // The frame `number` of so many a second, counted from the last rewind().
  const render::Pixels& frame(std::size_t number, double frames_per_second) {
    player::play(player_, track());
    // Whole nanoseconds from the beginning, so that no error adds up.
    const auto at = static_cast<std::int64_t>(static_cast<double>(number) * 1e9 * request_.speed / frames_per_second);
    player::advance(player_, track(), at - played_ns_);
    played_ns_ = at;
    return picture();
  }
  // `part` of the whole, without playing there.
  const render::Pixels& moment(double part) {
    player::scrub_to_fraction(player_, track(), part);
    return picture();
  }

 private:
  player::Track track() const { return {history_, times_}; }
  const render::Pixels& picture() {
    view_.position = player::position(player_, track());
    const model::Model& model = history_.at(view_.position.count);
    const scene::Scene scene = scene::build({model, history_, times_, view_, &bars_}, request_.size, fonts_);
    const std::uint64_t hash = scene::hash(scene);
    if (drawn_ != hash) pixels_ = offscreen_.paint(scene, request_.theme);
    drawn_ = hash;
    return pixels_;
  }

  const FilmRequest& request_;
  model::History history_;
  player::ViewTimes times_;
  player::Player player_;
  std::int64_t played_ns_ = 0;
  render::Fonts fonts_;
  scene::View view_;
  scene::TimelineBars bars_;
  render::Offscreen offscreen_;
  std::optional<std::uint64_t> drawn_;
  render::Pixels pixels_;
};

int whole(float length) {
  return static_cast<int>(length);
}

// The colours of a GIF file are few: those of moments all over the recording, in a file for ffmpeg.
void write_palette(Film& film, const FilmRequest& request, const fs::path& file) {
  Encoder encoder(whole(request.size.width), whole(request.size.height), 1,
                  {"-vf", "palettegen=reserve_transparent=0", "-frames:v", "1", "-update", "1", file.native()});
  constexpr int moments = 12;
  for (int i = 0; i <= moments; ++i) encoder.add(film.moment(static_cast<double>(i) / moments));
  encoder.finish();
  film.rewind();
}

// What ends a program by a signal ends it between two frames: a film that is given up leaves nothing behind.
class GivenUp {
 public:
  void look() const {
    const int signal = signal_;
    if (signal == 0) return;
    throw Error(ErrorKind::cancelled, "the film was given up").with_exit_code(signal_base + signal);
  }

 private:
  std::atomic<int> signal_ = 0;
  headless::SignalWatch watch_{[this](int signal) {
    if (signal != SIGWINCH) signal_ = signal;
  }};
};

}  // namespace

FilmMade make_film(const FilmRequest& request, const fs::path& shaders) {
  const GivenUp given_up;
  const bool gif = request.format == FilmRequest::Format::gif;
  const double usual = gif ? 12 : 30;
  const double rate = request.frames_per_second > 0 ? request.frames_per_second : usual;
  Film film(request, shaders);
  const double seconds = film.seconds();
  if (seconds > longest_seconds) {
    throw Error(ErrorKind::invalid_argument,
                fmt::format("the film would last {:.0f} minutes; at most 60", seconds / 60),
                fmt::format("--speed {:.0f}", std::ceil(request.speed * seconds / longest_seconds)));
  }
  const auto frames = static_cast<std::size_t>(std::ceil(seconds * rate));

  // Beside the output, so that it can be renamed; a film that failed leaves nothing.
  const fs::path folder = request.output.has_parent_path() ? request.output.parent_path() : fs::path(".");
  const os::TempDir work(folder, ".glassdock-film.");
  const fs::path made = work.path() / "film";
  std::vector<std::string> arguments;
  if (gif) {
    const fs::path palette = work.path() / "palette.png";
    write_palette(film, request, palette);
    arguments = {"-i", palette.native(), "-lavfi", "paletteuse=dither=none:diff_mode=rectangle", "-f", "gif"};
  } else {
    // 4:2:0 and the index in front: what browsers and lecture halls play.
    arguments = {"-c:v", "libx264",  "-preset", "veryfast",  "-tune",      "animation", "-crf",
                 "18",   "-pix_fmt", "yuv420p", "-movflags", "+faststart", "-f",        "mp4"};
  }
  arguments.push_back(made.native());
  Encoder encoder(whole(request.size.width), whole(request.size.height), rate, arguments);
  for (std::size_t i = 0; i < frames; ++i) {
    given_up.look();
    encoder.add(film.frame(i, rate));
  }
  encoder.finish();
  given_up.look();
  fs::rename(made, request.output);
  return {frames, static_cast<double>(frames) / rate};
}

}  // namespace glassdock::studio
