#include "app/terminal/output.h"

#include <algorithm>

namespace glassdock::terminal {
namespace {

constexpr char escape = '\x1b';
constexpr std::size_t most_settings = 4096;  // bytes kept of skipped text
constexpr std::size_t longest_sequence = 64;
constexpr std::size_t fewest_frames = 4;
constexpr std::string_view give_up_sequence = "\x18";  // CAN: what was begun is no sequence (ECMA-48, 8.3.6)

// The sequences in `text` that set colours and modes (CSI … m, h, l, r and ESC c): what counts of text that is not
// shown. Of very many the last ones.
std::string settings_in(std::string_view text) {
  std::string settings;
  for (std::size_t at = text.find(escape); at != std::string_view::npos; at = text.find(escape, at + 1)) {
    const std::string_view rest = text.substr(at, longest_sequence);
    if (rest.size() > 1 && rest[1] == 'c') settings.assign(rest.substr(0, 2));
    if (rest.size() < 3 || rest[1] != '[') continue;
    const auto last = std::find_if(rest.begin() + 2, rest.end(), [](char byte) { return byte < ' ' || byte > '?'; });
    if (last == rest.end() || std::string_view("mhlr").find(*last) == std::string_view::npos) continue;
    settings += rest.substr(0, static_cast<std::size_t>(last - rest.begin()) + 1);
    if (settings.size() > 2 * most_settings) {
      settings.erase(0, settings.find(escape, settings.size() - most_settings));
    }
  }
  return settings;
}

// What `frame` takes besides the lines that it shares with the frame before, which may have moved up since.
std::size_t bytes_beside(const Frame& before, const Frame& frame) {
  const std::uint64_t moved = frame.first_row - before.first_row;
  std::size_t bytes = 2 * sizeof(Frame) + frame.rows.size() * sizeof(SharedLine);
  for (std::size_t row = 0; row < frame.rows.size(); ++row) {
    const std::uint64_t old_row = row + moved;
    const bool shared = old_row < before.rows.size() && before.rows[old_row] == frame.rows[row];
    if (!shared) bytes += memory_of(*frame.rows[row]);
  }
  return bytes;
}

}  // namespace

Output::Output(Size size) : Output(size, Limits{}) {}

Output::Output(Size size, Limits limits) : limits_(limits), screen_(size, limits.scrolled) {
  frames_.push_back({INT64_MIN, {}, 0});
}

void Output::receive(std::string_view bytes, std::int64_t moment) {
  if (bytes.empty()) return;
  waiting_ += bytes;
  if (!arrivals_.empty() && arrivals_.back().moment >= moment) {
    arrivals_.back().bytes += bytes.size();
  } else {
    arrivals_.push_back({moment, bytes.size()});
  }
  if (waiting_.size() > limits_.waiting_bytes) skip_oldest();
}

void Output::skip_oldest() {
  // To the beginning of a line, where there is one: half a line would look like a whole one.
  std::size_t from = waiting_.size() - limits_.waiting_bytes / 2;
  const std::size_t line_end = waiting_.find('\n', from);
  if (line_end != std::string::npos) from = line_end + 1;
  const std::string kept = std::string(give_up_sequence) + settings_in(std::string_view(waiting_).substr(0, from));
  skipped_bytes_ += from;
  waiting_.replace(0, from, kept);
  const std::int64_t moment = take_arrivals(arrivals_.size(), from).moment;
  arrivals_.push_front({moment, kept.size()});
}

Output::Arrival Output::take_arrivals(std::size_t most, std::size_t most_bytes) {
  Arrival taken;
  for (; most > 0 && taken.bytes < most_bytes && !arrivals_.empty(); --most) {
    Arrival& oldest = arrivals_.front();
    const std::size_t part = std::min(most_bytes - taken.bytes, oldest.bytes);
    taken = {oldest.moment, taken.bytes + part};
    if ((oldest.bytes -= part) == 0) arrivals_.pop_front();
  }
  return taken;
}

Output::Budget Output::advance(Budget budget) {
  if (budget.frames == 0) return budget;
  const std::size_t of_a_frame = (arrivals_.size() + budget.frames - 1) / budget.frames;
  std::size_t shown = 0;
  for (; budget.bytes > 0 && !arrivals_.empty(); --budget.frames) {
    const Arrival taken = take_arrivals(of_a_frame, budget.bytes);
    screen_.feed(std::string_view(waiting_).substr(shown, taken.bytes));
    keep_frame(taken.moment);
    shown += taken.bytes;
    budget.bytes -= taken.bytes;
  }
  waiting_.erase(0, shown);
  return budget;
}

void Output::finish() {
  while (waiting()) advance({});
}

void Output::resize(Size size) {
  screen_.resize(size);
  if (frames_.size() > 1) keep_frame(frames_.back().moment);
}

void Output::keep_frame(std::int64_t moment) {
  Kept kept{moment, {screen_.rows(), screen_.cursor(), screen_.first_row(), screen_.alternate(), screen_.cleared()}, 0};
  if (frames_.size() > 1 && frames_.back().moment >= moment) {
    kept.moment = frames_.back().moment;
    frame_bytes_ -= frames_.back().bytes;
    frames_.pop_back();
  }
  kept.bytes = bytes_beside(frames_.back().frame, kept.frame);
  frame_bytes_ += kept.bytes;
  frames_.push_back(std::move(kept));
  while (frame_bytes_ > limits_.frame_bytes && frames_.size() > fewest_frames) thin_frames();
}

void Output::thin_frames() {
  // The first one is the blank one.
  const auto newer_half = static_cast<std::ptrdiff_t>(std::max(frames_.size() / 2, fewest_frames - 1));
  auto left = frames_.begin() + 1;
  for (auto older = left; older < frames_.begin() + newer_half; older += 2) *left++ = std::move(*older);
  frames_.erase(left, frames_.begin() + newer_half);
  frame_bytes_ = 0;
  for (std::size_t i = 1; i < frames_.size(); ++i) {
    frames_[i].bytes = bytes_beside(frames_[i - 1].frame, frames_[i].frame);
    frame_bytes_ += frames_[i].bytes;
  }
}

const Frame& Output::at(std::int64_t moment) const {
  auto behind = std::upper_bound(frames_.begin(), frames_.end(), moment,
                                 [](std::int64_t wanted, const Kept& kept) { return wanted < kept.moment; });
  return std::prev(behind)->frame;
}

SharedLine Output::line(const Frame& frame, std::uint64_t number) const {
  if (number >= frame.first_row) {
    const std::uint64_t row = number - frame.first_row;
    return row < frame.rows.size() ? frame.rows[row] : nullptr;
  }
  return number < screen_.first_line() ? nullptr : screen_.scrolled(number);
}

}  // namespace glassdock::terminal
