#include "app/headless/stepper.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>

#include "app/headless/terminal.h"
#include "app/headless/usage.h"
#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/trace/columns.h"
#include "engine/trace/gates.h"
#include "engine/trace/words.h"

namespace glassdock::headless {
namespace {

constexpr std::string_view indent = "    ";
constexpr int label_width = 8;  // "look" and blanks

std::string labelled(std::string_view label, std::string_view text, const trace::TextOptions& options) {
  const std::string left = std::string(indent) + trace::padded(label, label_width);
  return left + trace::wrapped(text, options.width, static_cast<int>(indent.size()) + label_width) + "\n";
}

// The command that shows what stands by now.
std::string look(const client::Held& held, const trace::TextOptions& options, std::string_view glassdock) {
  if (held.look.empty()) return {};
  constexpr std::string_view own = "glassdock ";
  const bool is_own = starts_with(held.look, own);
  const std::string command = is_own ? std::string(glassdock) + held.look.substr(own.size()) : held.look;
  const std::string left =
      std::string(indent) + trace::padded(trace::words_of(trace::Phrase::look, options.language), label_width);
  return left + trace::prompted_command(command, options.width, static_cast<int>(indent.size()) + label_width) + "\n";
}

trace::Phrase prompt_of(Ahead ahead) {
  if (ahead == Ahead::end) return trace::Phrase::prompt_to_end;
  return ahead == Ahead::named_place ? trace::Phrase::prompt_to_named : trace::Phrase::prompt;
}

trace::Phrase enter_of(Ahead ahead) {
  if (ahead == Ahead::end) return trace::Phrase::enter_to_end;
  return ahead == Ahead::named_place ? trace::Phrase::enter_to_named : trace::Phrase::enter;
}

}  // namespace

std::string held_text(const trace::Event& event, const client::Held& held, const trace::TextOptions& options,
                      std::string_view glassdock) {
  const trace::Gate* gate = trace::find_gate(held.gate);
  constexpr std::string_view mark = "--- ";
  std::string text = fmt::format("\n{}{}\n", mark,
                                 trace::wrapped(trace::sentence(event, options.language), options.width, mark.size()));
  if (gate) {
    text += labelled(trace::words_of(trace::Phrase::now, options.language),
                     trace::standing_sentence(held.gate, options.language), options);
  }
  if (const auto next = trace::next_sentence(held.gate, held.subject, options.language); !next.empty()) {
    text += labelled(trace::words_of(trace::Phrase::next, options.language), next, options);
  }
  return text + look(held, options, glassdock);
}

Stepper::Stepper(std::filesystem::path socket, UniqueFd input, trace::TextOptions text, const Options& options)
    : glass_(std::move(socket)),
      input_(std::move(input)),
      woken_(::eventfd(0, EFD_CLOEXEC)),
      text_(text),
      options_(options) {
  if (!woken_) throw Error::from_errno(errno, "eventfd", "for the gates");
}

void Stepper::wake() {
  left_alone_ = true;
  if (asking_.exchange(false)) write_out(STDERR_FILENO, "\n");
  ::eventfd_write(woken_.get(), 1);
}

void Stepper::show(const trace::Event& event, const client::Held& held) {
  write_out(STDERR_FILENO, held_text(event, held, text_, glassdock_line(options_, "")));
}

bool Stepper::ask(const std::string& run, const trace::Event& event, const client::Held& held, Ahead ahead) {
  show(event, held);
  while (!left_alone_) {
    write_out(STDERR_FILENO, std::string(indent) + std::string(trace::words_of(prompt_of(ahead), text_.language)));
    asking_ = true;
    TypedLine answer = read_typed_line(input_.get(), woken_.get());
    const bool at_prompt = asking_.exchange(false);
    if (answer.interrupted) {
      if (at_prompt) write_out(STDERR_FILENO, "\n");
      break;
    }
    if (!answer.line) {
      write_out(STDERR_FILENO,
                fmt::format("\n{}{}\n", indent, trace::words_of(trace::Phrase::nobody_answers, text_.language)));
      glass_.set_mode(run, client::RunMode::run);
      return true;
    }
    if (answer.line->empty()) {
      release(run, held);
      return true;
    }
    if (*answer.line == "c") {
      glass_.set_mode(run, client::RunMode::run);
      return true;
    }
    if (*answer.line == "q") {
      glass_.cancel(run);
      return false;
    }
    std::string help = fmt::format("{} {}", trace::words_of(enter_of(ahead), text_.language),
                                   trace::words_of(trace::Phrase::prompt_help, text_.language));
    if (options_.explain) help += fmt::format(" {}", trace::words_of(trace::Phrase::commands_in_order, text_.language));
    write_out(STDERR_FILENO, labelled("?", help, text_));
  }
  return true;
}

void Stepper::release(const std::string& run, const client::Held& held) {
  try {
    glass_.release(run, held.id);
  } catch (const Error& error) {
    // Ctrl-C, or the process died meanwhile: nothing is held any more, and the stream tells what came of it.
    if (error.kind() != ErrorKind::not_found) throw;
  }
}

UniqueFd open_answers(bool stdin_is_taken) {
  if (!stdin_is_taken) return UniqueFd(::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3));
  return UniqueFd(::open("/dev/tty", O_RDONLY | O_CLOEXEC));
}

}  // namespace glassdock::headless
