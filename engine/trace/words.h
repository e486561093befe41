#pragma once

#include <cstdlib>
#include <functional>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

#include "engine/trace/event.h"

namespace glassdock::trace {

enum class Language : std::uint8_t { english, korean };

// The language of messages that the environment asks for: LC_ALL, LC_MESSAGES or LANG, the first that is set and not
// empty (locale(7)). English where it is neither.
Language environment_language(const std::function<const char*(const char*)>& variable = ::getenv);

// What an event of this name says, in one plain sentence a language. One row an event in words.cpp; docs/events.md is
// checked against it. Templates:
//   {subject} {NAME}      the subject or the argument NAME; "?" when there is none
//   {NAME:bytes}          1034716 as "1.03 MB"       {NAME:duration}  nanoseconds as "3.100 ms"
//   {NAME:short}          a digest as 12 hex and "…", an id as 12 characters
//   {NAME:brief}          the same for each digest and id within a longer text, such as an address
//   {NAME?yes|no}         `yes` when NAME is there and neither false nor ""; otherwise `no`; both are templates
//   {NAME=text?yes|no}    `yes` when NAME is that text
// Korean rows avoid particles behind a field, for the particle would depend on how the value is read aloud.
struct EventWords {
  std::string_view name;
  Stage stage;
  Actor actor;  // who tells it
  std::string_view english;
  std::string_view korean;
  std::string_view english_end;  // for the end of a span, where it says something else; may be empty
  std::string_view korean_end;
};

std::span<const EventWords> event_words();
// Also for a numbered name ("isolate.volume-2"); nullptr when the table has none.
const EventWords* find_words(std::string_view name);

// The sentence of the event: one line, control characters made visible. An unknown name gives name, subject and
// arguments.
std::string sentence(const Event& event, Language language = Language::english);

// Why no command of a shell does what an event tells, or what its command does otherwise; words_remarks.cpp has the
// rows.
struct RemarkWords {
  // `when_told`: where it depends on the machine, the event says whether it holds by the argument `remark` (the English
  // words).
  enum class When : std::uint8_t { always, when_told };
  std::string_view name;  // of the event
  When when;
  std::string_view english;
  std::string_view korean;
};
std::span<const RemarkWords> remark_words();
// Also for a numbered name; nullptr where there is none.
const RemarkWords* find_remark(std::string_view name);
// What is to be remarked about the event, one line; empty for nothing, and for an end or a sample, since the begin has
// said it.
std::string remark(const Event& event, Language language = Language::english);

// What the screen says besides the events; words_screen.cpp has the rows.
enum class Phrase : std::uint8_t {
  now,
  next,
  look,
  prompt,
  prompt_to_named,
  prompt_to_end,
  nobody_answers,
  enter,  // what it does, before prompt_help
  enter_to_named,
  enter_to_end,
  prompt_help,
  commands_in_order,
  never_held,         // what --hold was given
  never_held_pull,    // the same
  never_held_absent,  // the same
  never_held_needs,   // the same, options
  none,
  all,
  not_needed,
  not_reached,
  held_besides,  // a duration
  side_by_side,  // stages, a duration
  and_also,      // between the stages
  more_bytes,    // a number
  before,
  see_it,
  engine_started,  // the data folder, the socket
  watching,        // the socket
  wrote_html,      // the file, its size
  wrote_perfetto,  // the file, its size
  images,          // how many
  one_image,
  containers,  // how many
  one_container,
  was_here,  // images, containers
};
std::string_view words_of(Phrase phrase, Language language);
// With `values` in the places of its "{}".
std::string words_with(Phrase phrase, Language language, std::initializer_list<std::string_view> values);

// Whether a plain command uses what the first one of its start has set in the shell ("${ID:?}"): alone it fails. What
// is to be said of it is Phrase::commands_in_order.
bool needs_earlier_command(std::string_view plain_command);

// Where something was read, for a line; what the engine says in words is in the language.
std::string source_words(const Evidence& evidence, Language language);

// "request" as it stands in a title: "Request", "요청".
std::string_view stage_title(Stage stage, Language language = Language::english);
// What the stage does, in one sentence.
std::string_view stage_sentence(Stage stage, Language language = Language::english);
std::string_view actor_title(Actor actor, Language language = Language::english);

// 3100000 as "3.100 ms": three decimals always, so that columns of true times line up. From one second on "3.42 s".
std::string duration_text(std::int64_t nanoseconds);
// The same, never in seconds: for columns of moments, which differ by less than that.
std::string milliseconds_text(std::int64_t nanoseconds);
// 1034716 as "1.03 MB", 674 as "674 B" (units of 1000).
std::string bytes_text(std::int64_t bytes);
// What cannot be trusted, for a terminal or a line: control characters as \xNN (line feeds too unless kept), bytes that
// are not UTF-8 as U+FFFD.
enum class LineFeeds : std::uint8_t { escape, keep };
std::string visible(std::string_view text, LineFeeds line_feeds = LineFeeds::escape);
// Of what was read: the tabs with which the kernel's files part words are blanks. Does not make the rest visible.
std::string tabs_as_blanks(std::string_view text);
// Of what was read: HTTP's line ends are line feeds.
std::string with_line_feeds(std::string_view text);

}  // namespace glassdock::trace
