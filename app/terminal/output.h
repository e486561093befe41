#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "app/terminal/screen.h"

namespace glassdock::terminal {

// What a screen showed at one moment.
struct Frame {
  std::vector<SharedLine> rows;
  Cursor cursor;
  std::uint64_t first_row = 0;  // the number of its uppermost row: how many lines had scrolled away
  bool alternate = false;
  std::uint64_t cleared = 0;  // the number of the first line behind the last time that all of it was erased
};

// A terminal's output over time. Takes in what comes at any speed, shows it as fast as a screen can, and keeps how the
// screen looked, so that one can look back. Memory is bounded whatever a program prints. One thread.
//
// Where more comes than a screen can take, the oldest of what waits is skipped, whole lines of it; colours and modes
// that were set in it still count. Frames share their lines. They are kept for each moment at which output came; for
// some of them where it comes in more pieces than can be shown one by one. When they grow beyond their limit, every
// other one of the older half goes.
class Output {
 public:
  struct Limits {
    std::size_t waiting_bytes = 256 * 1024;      // received, not yet on the screen
    std::size_t frame_bytes = 16 * 1024 * 1024;  // of all frames
    Screen::Limits scrolled;
  };
  // What is put on the screen. It fits into the time of one picture of a busy window.
  struct Budget {
    std::size_t bytes = 16 * 1024;
    std::size_t frames = 64;
  };

  explicit Output(Size size);
  Output(Size size, Limits limits);

  // Cheap: only queues. `moment` says when it came: a number that never falls, for example the count of events so far.
  void receive(std::string_view bytes, std::int64_t moment);
  // Puts what waits on the screen, as far as `budget` goes; what is left of that.
  Budget advance(Budget budget);
  // All that waits, however long that takes.
  void finish();
  void resize(Size size);

  Screen& screen() noexcept { return screen_; }
  const Screen& screen() const noexcept { return screen_; }
  // Empty before any output.
  const Frame& now() const noexcept { return frames_.back().frame; }
  // The last frame that is kept of that moment or an earlier one; an empty one where nothing had come yet.
  const Frame& at(std::int64_t moment) const;
  // A line as `frame` has it, by its number: on its screen from frame.first_row on, above that scrolled away. nullptr
  // where it is no longer kept or not yet there.
  SharedLine line(const Frame& frame, std::uint64_t number) const;

  std::uint64_t skipped_bytes() const noexcept { return skipped_bytes_; }
  std::uint64_t dropped_lines() const { return screen_.first_line(); }
  bool waiting() const noexcept { return !waiting_.empty(); }
  std::size_t frames() const noexcept { return frames_.size(); }

 private:
  struct Kept {
    std::int64_t moment = 0;
    Frame frame;
    std::size_t bytes = 0;  // that it does not share with the frame before
  };
  struct Arrival {
    std::int64_t moment = 0;
    std::size_t bytes = 0;
  };
  // The oldest of what waits: of so many pieces at most, and so many bytes. When the last of it came.
  Arrival take_arrivals(std::size_t most, std::size_t most_bytes);
  void skip_oldest();
  void keep_frame(std::int64_t moment);
  void thin_frames();

  Limits limits_;
  Screen screen_;
  std::string waiting_;
  std::deque<Arrival> arrivals_;  // of what waits
  std::uint64_t skipped_bytes_ = 0;
  std::vector<Kept> frames_;  // never empty; the first one is blank
  std::size_t frame_bytes_ = 0;
};

}  // namespace glassdock::terminal
