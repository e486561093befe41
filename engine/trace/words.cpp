#include "engine/trace/words.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>

#include "engine/base/error.h"
#include "engine/trace/utf8.h"

namespace glassdock::trace {
namespace {

struct Pair {
  std::string_view english;
  std::string_view korean;
  std::string_view in(Language language) const { return language == Language::korean ? korean : english; }
};

constexpr std::array<Pair, stage_count> stage_titles = {{{"Request", "요청"},
                                                         {"Cache", "캐시"},
                                                         {"Pull", "내려받기"},
                                                         {"Snapshot", "스냅샷"},
                                                         {"Isolate", "격리"},
                                                         {"Run", "실행"},
                                                         {"Build", "빌드"},
                                                         {"Network", "네트워크"},
                                                         {"Volume", "볼륨"},
                                                         {"Lifecycle", "수명 주기"},
                                                         {"VM", "가상 머신"}}};
constexpr std::array<Pair, stage_count> stage_sentences = {
    {{"The client asks the engine.", "클라이언트가 엔진에 요청해요."},
     {"The engine looks into its local cache.", "엔진이 로컬 캐시를 들여다봐요."},
     {"What is missing is fetched.", "없는 것을 레지스트리(registry)에서 받아요."},
     {"Layers become the container's files.", "레이어가 컨테이너의 파일이 돼요."},
     {"Walls and limits go up.", "벽과 제한을 세워요."},
     {"The command runs.", "명령이 실행돼요."},
     {"An image is built.", "이미지를 만들어요."},
     {"Containers are joined by a network.", "컨테이너를 네트워크로 이어요."},
     {"Files outlive their container.", "파일이 컨테이너보다 오래 남아요."},
     {"Containers and images come and go.", "컨테이너와 이미지가 생기고 사라져요."},
     {"A virtual machine boots.", "가상 머신이 부팅돼요."}}};
constexpr std::array<Pair, actor_count> actor_titles = {{{"client", "클라이언트"},
                                                         {"engine", "엔진"},
                                                         {"hub", "허브"},
                                                         {"launcher", "런처"},
                                                         {"monitor", "모니터"},
                                                         {"child", "자식"}}};

// "sha256:1f9c04be7d21…" or a 64-digit id as its first 12 digits; anything shorter as it is.
std::string short_text(std::string_view text) {
  constexpr std::string_view algorithm = "sha256:";
  const bool digest = text.substr(0, algorithm.size()) == algorithm;
  if (digest) text.remove_prefix(algorithm.size());
  const bool hexadecimal =
      std::all_of(text.begin(), text.end(), [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
  if (text.size() <= 12 || !hexadecimal) return std::string(text);
  return std::string(text.substr(0, 12)) + (digest ? "…" : "");
}

// Each run of 64 hexadecimal digits, a digest or an id, as its first 12 and "…".
std::string brief_text(std::string_view text) {
  constexpr std::size_t whole = 64, kept = 12;
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  while (!text.empty()) {
    const std::size_t run = std::min(text.find_first_not_of(digits), text.size());
    out += run == whole ? std::string(text.substr(0, kept)) + "…" : std::string(text.substr(0, run));
    text.remove_prefix(run);
    const std::size_t between = std::min(text.find_first_of(digits), text.size());
    out += text.substr(0, between);
    text.remove_prefix(between);
  }
  return out;
}

// Three decimals, rounded half up in whole numbers: a double would lose digits in a long trace.
std::uint64_t magnitude(std::int64_t number) {
  return number < 0 ? 0 - static_cast<std::uint64_t>(number) : static_cast<std::uint64_t>(number);
}

// In units of `digits` decimals, the last of which is `last` nanoseconds.
std::string decimal_text(std::int64_t nanoseconds, std::uint64_t last, int digits, std::string_view unit) {
  const std::uint64_t length = magnitude(nanoseconds);
  const std::uint64_t count = length / last + (length % last >= last / 2 ? 1 : 0);
  const std::uint64_t whole = digits == 2 ? 100 : 1000;
  return fmt::format("{}{}.{:0{}} {}", nanoseconds < 0 ? "-" : "", count / whole, count % whole, digits, unit);
}

// Fills one template. Templates are ours (the table); the event's texts are not and never parsed as one.
class Filler {
 public:
  explicit Filler(const Event& event) : event_(event) {}

  std::string fill(std::string_view pattern) const {
    std::string out;
    std::size_t at = 0;
    while (at < pattern.size()) {
      if (pattern[at] != '{') {
        out += pattern[at++];
        continue;
      }
      const std::size_t close = end_of_field(pattern, at);
      out += field(pattern.substr(at + 1, close - at - 1));
      at = close + 1;
    }
    return out;
  }

 private:
  // Where the field that opens at `open` closes.
  static std::size_t end_of_field(std::string_view pattern, std::size_t open) {
    int depth = 0;
    for (std::size_t at = open; at < pattern.size(); ++at) {
      if (pattern[at] == '{') ++depth;
      if (pattern[at] == '}' && --depth == 0) return at;
    }
    throw Error(ErrorKind::internal, fmt::format("a field is not closed in the words \"{}\"", pattern));
  }

  // The "|" between yes and no of a condition, outside inner fields.
  static std::size_t find_bar(std::string_view pattern) {
    int depth = 0;
    for (std::size_t at = 0; at < pattern.size(); ++at) {
      if (pattern[at] == '{') ++depth;
      if (pattern[at] == '}') --depth;
      if (pattern[at] == '|' && depth == 0) return at;
    }
    throw Error(ErrorKind::internal, fmt::format("no | in the words \"{}\"", pattern));
  }

  std::string text(std::string_view name) const {
    if (name == "subject") return event_.subject;
    if (name == "gate" && !event_.gate.empty()) return event_.gate;
    if (name == "pid" && !find_argument(event_, name)) return event_.pid > 0 ? fmt::format("{}", event_.pid) : "";
    return argument_text(event_, name);
  }

  bool holds(std::string_view condition) const {
    const std::size_t equals = condition.find('=');
    const std::string_view name = condition.substr(0, equals);
    if (equals != std::string_view::npos) return text(name) == condition.substr(equals + 1);
    const Value* value = find_argument(event_, name);
    if (!value) return !text(name).empty();
    if (const bool* yes = std::get_if<bool>(value)) return *yes;
    if (const auto* words = std::get_if<std::string>(value)) return !words->empty();
    return true;  // a number that is told is something to say, 0 as well
  }

  std::string field(std::string_view inside) const {
    const std::size_t mark = inside.find_first_of("?:");
    const std::string_view name = inside.substr(0, mark);
    if (mark != std::string_view::npos && inside[mark] == '?') {
      const std::string_view choices = inside.substr(mark + 1);
      const std::size_t bar = find_bar(choices);
      return fill(holds(name) ? choices.substr(0, bar) : choices.substr(bar + 1));
    }
    const std::string_view format = mark == std::string_view::npos ? std::string_view() : inside.substr(mark + 1);
    const Value* value = find_argument(event_, name);
    const auto* number = value ? std::get_if<std::int64_t>(value) : nullptr;
    if (format == "bytes" && number) return bytes_text(*number);
    if (format == "duration" && number) return duration_text(*number);
    const std::string words = text(name);
    if (words.empty()) return "?";
    return visible(format == "short" ? short_text(words) : format == "brief" ? brief_text(words) : words);
  }

  const Event& event_;
};

std::string failure(const Event& event, Language language) {
  const std::string error = visible(argument_text(event, "error"));
  if (language == Language::korean) return error.empty() ? "실패했어요." : fmt::format("실패했어요: {}", error);
  return error.empty() ? "It failed." : fmt::format("It failed: {}", error);
}

// Arguments that mean the same in every event and are shown in their own way.
bool is_common(std::string_view name) {
  return name == "failed" || name == "error" || name == "held_ns" || name == "evidence_ns" || name == "duration_ns" ||
         name == "remark" || name == "errno";
}

std::string unknown_sentence(const Event& event) {
  std::string out = visible(event.name);
  if (!event.subject.empty()) out += " " + visible(short_text(event.subject));
  for (const Argument& argument : event.arguments) {
    if (is_common(argument.name)) continue;
    out += fmt::format(" {}={}", visible(argument.name), visible(short_text(argument_text(event, argument.name))));
  }
  return out;
}

}  // namespace

const EventWords* find_words(std::string_view full_name) {
  const std::string_view name = base_name(full_name);
  const auto all = event_words();
  const auto found = std::find_if(all.begin(), all.end(), [&](const EventWords& words) { return words.name == name; });
  return found == all.end() ? nullptr : &*found;
}

std::string sentence(const Event& event, Language language) {
  const EventWords* words = find_words(event.name);
  if (!words) return unknown_sentence(event) + (has_failed(event) ? ". " + failure(event, language) : "");
  const Filler filler(event);
  const bool korean = language == Language::korean;
  const std::string_view what = korean ? words->korean : words->english;
  const std::string_view outcome = korean ? words->korean_end : words->english_end;
  if (has_failed(event)) {
    const std::string failed = failure(event, language);
    return event.kind == Kind::end ? failed : filler.fill(what) + " " + failed;
  }
  const bool goes_on = event.kind == Kind::begin || event.kind == Kind::sample;
  if (goes_on || outcome.empty()) return filler.fill(what);
  if (event.kind == Kind::end) return filler.fill(outcome);
  // A point in time that was told as one event says both.
  const std::string result = filler.fill(outcome);
  return result.empty() ? filler.fill(what) : filler.fill(what) + " " + result;
}

std::string_view stage_title(Stage stage, Language language) {
  return stage_titles[static_cast<std::size_t>(stage)].in(language);
}
std::string_view stage_sentence(Stage stage, Language language) {
  return stage_sentences[static_cast<std::size_t>(stage)].in(language);
}
std::string_view actor_title(Actor actor, Language language) {
  return actor_titles[static_cast<std::size_t>(actor)].in(language);
}

std::string duration_text(std::int64_t nanoseconds) {
  constexpr std::uint64_t second = 1'000'000'000, rounding = 500;  // what milliseconds would round up to one
  if (magnitude(nanoseconds) < second - rounding) return milliseconds_text(nanoseconds);
  return decimal_text(nanoseconds, second / 100, 2, "s");
}

std::string milliseconds_text(std::int64_t nanoseconds) {
  return decimal_text(nanoseconds, 1000, 3, "ms");
}

std::string bytes_text(std::int64_t bytes) {
  if (bytes > -1000 && bytes < 1000) return fmt::format("{} B", bytes);
  constexpr std::array<std::string_view, 6> units = {"kB", "MB", "GB", "TB", "PB", "EB"};
  double size = static_cast<double>(bytes) / 1000;
  std::size_t unit = 0;
  while ((size >= 999.5 || size <= -999.5) && unit + 1 < units.size()) {
    size /= 1000;
    ++unit;
  }
  const double magnitude = size < 0 ? -size : size;
  return fmt::format("{:.{}f} {}", size, magnitude < 9.995 ? 2 : magnitude < 99.95 ? 1 : 0, units[unit]);
}

std::string tabs_as_blanks(std::string_view text) {
  std::string out(text);
  std::replace(out.begin(), out.end(), '\t', ' ');
  return out;
}

std::string with_line_feeds(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    const bool ends_line = text[at] == '\r' && (at + 1 == text.size() || text[at + 1] == '\n');
    if (!ends_line) out += text[at];
  }
  return out;
}

std::string visible(std::string_view text, LineFeeds line_feeds) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = utf8_length(text, at);
    const auto first = static_cast<unsigned char>(text[at]);
    const std::string_view character = text.substr(at, std::max<std::size_t>(length, 1));
    const bool kept_feed = first == '\n' && line_feeds == LineFeeds::keep;
    if (length == 0) {
      out += replacement_character;
    } else if ((first < 0x20 && !kept_feed) || first == 0x7F) {
      fmt::format_to(std::back_inserter(out), "\\x{:02x}", first);
    } else if (length == 2 && first == 0xC2 && static_cast<unsigned char>(character[1]) < 0xA0) {
      // C1 controls: terminals obey them as they obey escape sequences.
      fmt::format_to(std::back_inserter(out), "\\x{:02x}", static_cast<unsigned char>(character[1]));
    } else if ((character >= "\xE2\x80\xAA" && character <= "\xE2\x80\xAE") ||
               (character >= "\xE2\x81\xA6" && character <= "\xE2\x81\xA9")) {
      // Marks that turn the direction of what follows, and so what a reader sees (UAX #9).
      fmt::format_to(std::back_inserter(out), "\\u{:04x}",
                     0x2000u | (static_cast<unsigned char>(character[1]) & 0x3Fu) << 6 |
                         (static_cast<unsigned char>(character[2]) & 0x3Fu));
    } else {
      out += character;
    }
    at += character.size();
  }
  return out;
}

}  // namespace glassdock::trace
