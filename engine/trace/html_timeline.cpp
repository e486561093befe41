#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <tuple>
#include <vector>

#include "engine/trace/html_parts.h"
#include "engine/trace/lanes.h"

namespace glassdock::trace {
namespace {

constexpr double left = 128;  // the lanes' names
constexpr double right = 1120;
constexpr double lane_height = 26;
constexpr double bar_height = 18;
// What a picture of this width can show; a trace with more says so beneath it.
constexpr std::size_t most_bars = 2000;

struct Held {
  std::size_t event;
  std::int64_t begin_ns;
  std::int64_t end_ns;
};

enum class Widths { readable, true_scale };

// Time to place, in the order of time. True scale: a stretch between two moments at which something happens is as wide
// as it is long. Readable: by the root of its length, so that short ones stay visible beside long ones. Held time is a
// person's, not the engine's: it has no width in the true scale, and a small fixed one in the other.
class Scale {
 public:
  Scale(Widths widths, std::vector<std::int64_t> moments, const std::vector<Held>& held)
      : moments_(std::move(moments)) {
    std::sort(moments_.begin(), moments_.end());
    moments_.erase(std::unique(moments_.begin(), moments_.end()), moments_.end());
    std::vector<double> lengths;
    double whole = 0;
    for (std::size_t i = 1; i < moments_.size(); ++i) {
      const bool waits = std::any_of(held.begin(), held.end(), [&](const Held& wait) {
        return wait.begin_ns <= moments_[i - 1] && moments_[i] <= wait.end_ns;
      });
      const auto length = static_cast<double>(moments_[i] - moments_[i - 1]);
      lengths.push_back(waits ? -1 : widths == Widths::readable ? std::sqrt(length) : length);
      if (!waits) whole += lengths.back();
    }
    const double held_width = widths == Widths::readable ? std::max(whole, 1.0) * 0.05 : 0;
    places_.push_back(0);
    for (const double length : lengths) places_.push_back(places_.back() + (length < 0 ? held_width : length));
  }
  // One of the moments given before.
  double operator()(std::int64_t moment) const {
    const auto found = std::lower_bound(moments_.begin(), moments_.end(), moment);
    const auto index = std::min<std::size_t>(static_cast<std::size_t>(found - moments_.begin()), places_.size() - 1);
    return left + (right - left) * places_[index] / std::max(places_.back(), 1e-9);
  }

 private:
  std::vector<std::int64_t> moments_;
  std::vector<double> places_;
};

class TimelineWriter {
 public:
  TimelineWriter(std::span<const Event> events, Language language)
      : events_(events), language_(language), spans_(find_spans(events)), lanes_(events_, spans_) {
    for (std::size_t i = 0; i < events_.size(); ++i) {
      const Event& event = events_[i];
      if (is_baseline(event)) continue;
      first_ns_ = any_ ? std::min(first_ns_, event.time_ns) : event.time_ns;
      last_ns_ = any_ ? std::max(last_ns_, event.time_ns) : event.time_ns;
      any_ = true;
      const std::int64_t held = argument_length(event, "held_ns");
      if (held > 0) held_.push_back({i, event.time_ns - held, event.time_ns});
      const bool point = event.kind == Kind::instant || event.kind == Kind::sample;
      if (point && held == 0 && argument_number(event, "duration_ns") <= 0) points_.push_back(i);
    }
    for (const SpanTime& span : spans_) first_ns_ = std::min(first_ns_, span.begin_ns);
    for (const Held& held : held_) first_ns_ = std::min(first_ns_, held.begin_ns);
    shown_spans_ = std::min(spans_.size(), most_bars);
    points_.resize(std::min(points_.size(), most_bars));
    held_.resize(std::min(held_.size(), most_bars));
  }

  std::string write() {
    if (!any_) return "";
    choose_rows();
    const Scale scale(Widths::readable, moments(), held_);
    const double bottom = 52 + lane_height * static_cast<double>(rows_);
    out_ = fmt::format(R"(<svg viewBox="0 0 1132 {:.0f}" role="img" aria-label="{}">)", bottom + 34, label());
    out_ += '\n';
    write_true_scale();
    for (std::size_t lane = 0; lane < lanes_.lanes().size(); ++lane) {
      if (row_[lane] != no_row) write_lane_name(lane);
    }
    for (std::size_t i = 0; i < shown_spans_; ++i) write_span(i, scale);
    for (const Held& held : held_) write_held(held, scale);
    for (const std::size_t point : points_) write_point(point, scale);
    write_ruler(scale, bottom);
    out_ += "</svg>\n";
    return std::move(out_);
  }

 private:
  static constexpr std::size_t no_row = static_cast<std::size_t>(-1);

  template <typename... Parts>
  void line(fmt::format_string<Parts...> pattern, Parts&&... parts) {
    fmt::format_to(std::back_inserter(out_), pattern, std::forward<Parts>(parts)...);
    out_ += '\n';
  }

  std::string_view label() const {
    return language_ == Language::korean ? "시간표: 프로세스마다 한 줄" : "Timeline: a lane for each process";
  }

  // A row for each lane that has something to show, in the order of the actors.
  void choose_rows() {
    std::vector<bool> used(lanes_.lanes().size(), false);
    for (std::size_t i = 0; i < shown_spans_; ++i) used[lanes_.lane_of_span(i)] = true;
    for (const std::size_t point : points_) used[lanes_.lane_of_point(events_[point])] = true;
    for (const Held& held : held_) used[lanes_.lane_of_point(events_[held.event])] = true;
    std::vector<std::size_t> order;
    for (std::size_t lane = 0; lane < used.size(); ++lane) {
      if (used[lane]) order.push_back(lane);
    }
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      const Lane& one = lanes_.lanes()[a];
      const Lane& other = lanes_.lanes()[b];
      return std::tie(one.actor, one.pid, one.number) < std::tie(other.actor, other.pid, other.number);
    });
    row_.assign(used.size(), no_row);
    for (const std::size_t lane : order) row_[lane] = rows_++;
  }

  std::vector<std::int64_t> moments() const {
    std::vector<std::int64_t> moments = {first_ns_, last_ns_};
    for (std::size_t i = 0; i < shown_spans_; ++i) {
      moments.push_back(spans_[i].begin_ns);
      moments.push_back(spans_[i].end_ns);
    }
    for (const Held& held : held_) {
      moments.push_back(held.begin_ns);
      moments.push_back(held.end_ns);
    }
    for (const std::size_t point : points_) moments.push_back(events_[point].time_ns);
    return moments;
  }

  double row_top(std::size_t lane) const { return 46 + lane_height * static_cast<double>(row_[lane]); }

  // What a pointer that rests on a bar is told: the sentence and the true length.
  std::string title(std::size_t event, std::int64_t length) const {
    std::string text = escaped(sentence(events_[event], language_));
    if (length > 0) text += fmt::format(" ({})", duration_text(length));
    return text;
  }

  void write_true_scale() {
    const bool korean = language_ == Language::korean;
    line(R"(<text x="8" y="24">{}</text>)", held_.empty() ? (korean ? "실제 비율" : "true scale")
                                                          : (korean ? "실제 비율, 멈춤 제외" : "true, without held"));
    const Scale place(Widths::true_scale, moments(), held_);
    for (std::size_t i = 0; i < shown_spans_; ++i) {
      const double from = place(spans_[i].begin_ns);
      const double width = std::max(place(spans_[i].end_ns) - from, 0.5);
      const int inset = 3 * std::min(lanes_.depth_of_span(i), 3);  // what is within another leaves its upper edge free
      line(R"svg(<rect class="c-{}" fill="var(--f)" x="{:.2f}" y="{}" width="{:.2f}" height="{}"/>)svg",
           to_string(events_[spans_[i].begin].stage), from, 14 + inset, width, 12 - inset);
    }
  }

  void write_lane_name(std::size_t index) {
    const Lane& lane = lanes_.lanes()[index];
    const double top = row_top(index);
    const std::string pid = lane.pid > 0 && lane.number == 1 ? fmt::format(" {}", lane.pid) : "";
    line(R"(<path class="rule" d="M8 {0:.0f}H{1:.0f}"/><text x="8" y="{2:.0f}">{3}{4}</text>)", top + lane_height - 2,
         right, top + 16, lane.number == 1 ? actor_title(lane.actor, language_) : "", pid);
  }

  void write_span(std::size_t index, const Scale& scale) {
    const SpanTime& span = spans_[index];
    const Event& begin = events_[span.begin];
    const bool failed = span.end < events_.size() && has_failed(events_[span.end]);
    const double inset = 3.0 * std::min(lanes_.depth_of_span(index), 2);
    const double from = scale(span.begin_ns);
    const double width = std::max(scale(span.end_ns) - from, 2.0);
    const double top = row_top(lanes_.lane_of_span(index)) + 3 + inset;
    line(
        R"(<a class="mark c-{}" href="#e{}"><rect class="bar{}{}" x="{:.2f}" y="{:.1f}" width="{:.2f}" height="{:.1f}" rx="{}"><title>{}</title></rect></a>)",
        to_string(begin.stage), span.begin, inset > 0 || !has_children(index) ? " full" : "", failed ? " failed" : "",
        from, top, width, bar_height - 2 * inset, width > 8 ? 4 : 1, title(span.begin, span.end_ns - span.begin_ns));
  }

  bool has_children(std::size_t index) const {
    const std::size_t next = index + 1;
    return next < spans_.size() && lanes_.lane_of_span(next) == lanes_.lane_of_span(index) &&
           lanes_.depth_of_span(next) > lanes_.depth_of_span(index);
  }

  void write_held(const Held& held, const Scale& scale) {
    const double from = scale(held.begin_ns);
    const double top = row_top(lanes_.lane_of_point(events_[held.event])) + 3;
    line(
        R"(<a class="mark" href="#e{}"><rect class="held" x="{:.2f}" y="{:.1f}" width="{:.2f}" height="{:.0f}" rx="2"><title>{}</title></rect></a>)",
        held.event, from, top, std::max(scale(held.end_ns) - from, 3.0), bar_height,
        title(held.event, held.end_ns - held.begin_ns));
  }

  void write_point(std::size_t index, const Scale& scale) {
    const Event& event = events_[index];
    const double x = scale(event.time_ns);
    const double middle = row_top(lanes_.lane_of_point(event)) + 3 + bar_height / 2;
    line(
        R"(<a class="mark c-{}" href="#e{}"><path class="point" d="M{:.2f} {:.1f}l4 4-4 4-4-4z"><title>{}</title></path></a>)",
        to_string(event.stage), index, x, middle - 4, title(index, 0));
  }

  // True times where a bar of a stage begins, as far as there is room to read them.
  void write_ruler(const Scale& scale, double bottom) {
    line(R"(<path class="tick" d="M{} {:.0f}H{}"/>)", left, bottom, right);
    std::vector<std::int64_t> times = {first_ns_};
    for (std::size_t i = 0; i < shown_spans_; ++i) times.push_back(spans_[i].begin_ns);
    for (const std::size_t point : points_) times.push_back(events_[point].time_ns);
    std::sort(times.begin(), times.end());
    double free = 0;
    const double end = scale(last_ns_);
    std::string before;
    for (const std::int64_t time : times) {
      const double x = scale(time);
      const std::string words = duration_text(time - first_ns_);
      if (x < free || x > end - 190 || words == before) continue;
      write_tick(x, bottom, words);
      free = x + 84;
      before = words;
    }
    if (last_ns_ != first_ns_) write_tick(end, bottom, duration_text(last_ns_ - first_ns_));
  }

  void write_tick(double x, double bottom, std::string_view words) {
    const bool at_end = x > right - 60;
    line(
        R"(<path class="tick" d="M{0:.2f} {1:.0f}v5"/><text class="mono" x="{0:.2f}" y="{2:.0f}" text-anchor="{3}">{4}</text>)",
        x, bottom, bottom + 18, at_end ? "end" : "start", words);
  }

  std::span<const Event> events_;
  Language language_;
  std::vector<SpanTime> spans_;
  Lanes lanes_;
  std::vector<Held> held_;
  std::vector<std::size_t> points_;
  std::size_t shown_spans_ = 0;
  std::vector<std::size_t> row_;
  std::size_t rows_ = 0;
  std::int64_t first_ns_ = 0;
  std::int64_t last_ns_ = 0;
  bool any_ = false;
  std::string out_;
};

}  // namespace

std::string timeline(std::span<const Event> events, Language language) {
  return TimelineWriter(events, language).write();
}

}  // namespace glassdock::trace
