#include "app/headless/watcher.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "app/headless/terminal.h"
#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/os/system.h"
#include "engine/trace/columns.h"
#include "engine/trace/gates.h"
#include "engine/trace/stages.h"
#include "engine/trace/words.h"

namespace glassdock::headless {
namespace {

std::optional<trace::RecordingWriter> open_recording(const Options& options, const std::string& command) {
  if (options.trace_file.empty()) return std::nullopt;
  trace::ExportOptions exported{.show_environment = options.show_environment};
  auto header = trace::make_header(::geteuid() == 0 ? "root" : "rootless", trace::redact_command(command, exported));
  return std::make_optional<trace::RecordingWriter>(os::real_system(), options.trace_file, header, exported);
}

std::string indented(std::string_view text, std::string_view indent, trace::Language language) {
  constexpr std::size_t most_lines = 12;
  std::string out;
  std::size_t lines = 0;
  while (!text.empty()) {
    if (lines++ == most_lines) {
      const std::string rest = fmt::format("{}", text.size());
      return out + fmt::format("{}{}\n", indent, trace::words_with(trace::Phrase::more_bytes, language, {rest}));
    }
    auto end = text.find('\n');
    std::string_view line = text.substr(0, end);
    if (ends_with(line, "\r")) line.remove_suffix(1);  // HTTP's line ends
    out += fmt::format("{}{}\n", indent, trace::visible(trace::tabs_as_blanks(line)));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return out;
}

}  // namespace

trace::TextOptions text_options(const Options& options, int fd) {
  trace::TextOptions text;
  text.width = terminal_columns(fd);
  text.colour = wants_colour(fd);
  text.language = options.language;
  return text;
}

std::string evidence_text(const trace::Event& event, const trace::TextOptions& options) {
  const trace::Language language = options.language;
  constexpr std::string_view indent = "                            ";  // under the sentence of trace::describe
  std::string text;
  for (std::size_t i = 0; i < event.evidence.size(); ++i) {
    const trace::Evidence& evidence = event.evidence[i];
    text += fmt::format("{}| {}\n", indent, trace::source_words(evidence, language));
    if (!evidence.before.empty()) {
      const std::string_view before = trace::words_of(trace::Phrase::before, language);
      text += indented(evidence.before, fmt::format("{}|   {}: ", indent, before), language);
    }
    text += indented(evidence.content, fmt::format("{}|   ", indent), language);
    // One command may show several places: it stands below the last of them.
    const bool again = i + 1 < event.evidence.size() && event.evidence[i + 1].command == evidence.command;
    if (!evidence.command.empty() && !again) {
      const std::string label = fmt::format("{}| {}: ", indent, trace::words_of(trace::Phrase::see_it, language));
      text +=
          label + trace::wrapped_command(trace::visible(evidence.command), options.width, trace::columns(label)) + "\n";
    }
  }
  return text;
}

EventSink::EventSink(const Options& options, const std::string& command)
    : options_(options),
      text_options_(text_options(options, STDERR_FILENO)),
      view_(text_options_),
      recording_(open_recording(options, command)) {}

void EventSink::take(const trace::Event& event, bool shown) {
  if (recording_) recording_->append(event);
  if (!live_ || !options_.explain) return;
  std::string text = view_.add(event);
  if (options_.evidence) text += evidence_text(event, text_options_);
  if (shown) write_out(STDERR_FILENO, text);
  events_.push_back(event);
  events_.back().evidence.clear();  // not needed for the times
}

void EventSink::print_stages() const {
  if (!options_.explain || events_.empty()) return;
  write_out(STDERR_FILENO, "\n" + trace::stage_table(trace::summarize(events_), text_options_));
}

Watcher::Watcher(const std::filesystem::path& socket, const Options& options, const client::RunOptions& run,
                 const std::string& command, bool stdin_is_taken)
    : socket_(socket),
      sink_(options, command),
      stepper_(socket, open_answers(stdin_is_taken), text_options(options, STDERR_FILENO), options),
      wished_(run),
      never_held_(run.holds),
      stream_(client::Glass(socket).open_run(run)),
      thread_([this] { watch(); }) {}

Watcher::~Watcher() {
  stop();
  join();
}

void Watcher::watch() {
  try {
    while (auto line = stream_.next()) {
      if (std::holds_alternative<client::BaselineEnd>(*line)) sink_.end_baseline();
      auto* event = std::get_if<trace::Event>(&*line);
      if (!event) continue;
      auto held = client::held_by(*event);
      if (held && !asked_.insert(held->id).second) held.reset();  // told again
      if (held) std::erase_if(never_held_, [&](const auto& wish) { return trace::has_held(wish, held->gate); });
      if (event->name == "container.start" && event->kind == trace::Kind::begin) {
        operations_ = trace::argument_text(*event, "operations");
      }
      sink_.take(*event, !held);  // the stepper says more about a gate
      if (held && is_first_of_two(*held)) {
        stepper_.show(*event, *held);
        continue;
      }
      if (held && !stepper_.ask(stream_.run(), *event, *held, ahead_of(*held))) cancelled_ = true;
    }
  } catch (...) {
    // The run must not stay held for ever because nobody can ask any more; the end of the stream opens its gates.
    if (!stopped_) failure_ = std::current_exception();
    stream_.shut_down();
  }
}

bool Watcher::is_first_of_two(const client::Held& held) {
  const bool first = !held.with.empty() && held.with != first_of_two_;
  first_of_two_ = first ? held.gate : "";
  return first;
}

Ahead Watcher::ahead_of(const client::Held& held) const {
  if (wished_.mode == client::RunMode::step) return Ahead::next_gate;
  const auto may_hold = [&](const std::string& wish) {
    const bool is_stage = wish.find('.') == std::string::npos && wish != trace::each_request;  // which holds once
    const bool is_used = std::find(never_held_.begin(), never_held_.end(), wish) == never_held_.end();
    return !(is_stage && is_used) && trace::is_ahead(wish, held.gate, operations_);
  };
  // The next command of any client comes to all of them again.
  const bool again = wished_.any_client || std::any_of(wished_.holds.begin(), wished_.holds.end(), may_hold);
  return again ? Ahead::named_place : Ahead::end;
}

void Watcher::join() {
  if (thread_.joinable()) thread_.join();
}

void Watcher::cancel() {
  cancelled_ = true;
  stepper_.wake();
  client::Glass(socket_).cancel(stream_.run());
}

void Watcher::stop() {
  stopped_ = true;
  stepper_.wake();
  stream_.shut_down();
}

void Watcher::finish() {
  stop_asking();
  client::Glass(socket_).finish(stream_.run());
  follow();
  if (!cancelled_) say_what_never_held();
}

void Watcher::say_what_never_held() const {
  for (const std::string& wish : never_held_) {
    const trace::TextOptions& text = sink_.text();
    const std::string line = trace::never_held_sentence(wish, operations_, text.language);
    write_out(STDERR_FILENO, trace::wrapped("glassdock: " + line, text.width, 0) + "\n");
  }
}

void Watcher::follow() {
  join();
  if (failure_) std::rethrow_exception(failure_);
  sink_.print_stages();
}

}  // namespace glassdock::headless
