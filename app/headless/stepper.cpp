#include "app/headless/stepper.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>

#include "app/headless/terminal.h"
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

// The command that shows what has just changed, on the process that stands at the gate.
std::string look(const trace::Gate* gate, std::int32_t pid, const trace::TextOptions& options) {
  const std::string command = gate ? trace::look_command(*gate, pid) : std::string();
  if (command.empty()) return {};
  const std::string left =
      std::string(indent) + trace::padded(trace::words_of(trace::Phrase::look, options.language), label_width);
  return left + trace::prompted_command(command, options.width, static_cast<int>(indent.size()) + label_width) + "\n";
}

}  // namespace

std::string held_text(const trace::Event& event, const client::Held& held, const trace::TextOptions& options) {
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
  return text + look(gate, held.pid, options);
}

Stepper::Stepper(std::filesystem::path socket, UniqueFd input, trace::TextOptions text)
    : glass_(std::move(socket)), input_(std::move(input)), woken_(::eventfd(0, EFD_CLOEXEC)), text_(text) {
  if (!woken_) throw Error::from_errno(errno, "eventfd", "for the gates");
}

void Stepper::wake() {
  ::eventfd_write(woken_.get(), 1);
}

bool Stepper::ask(const std::string& run, const trace::Event& event, const client::Held& held) {
  write_out(STDERR_FILENO, held_text(event, held, text_));
  for (;;) {
    write_out(STDERR_FILENO, std::string(indent) + std::string(trace::words_of(trace::Phrase::prompt, text_.language)));
    TypedLine answer = read_typed_line(input_.get(), woken_.get());
    if (answer.interrupted) {
      write_out(STDERR_FILENO, "\n");
      return true;
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
    const trace::Phrase help = trace::Phrase::prompt_help;
    write_out(STDERR_FILENO, labelled("?", trace::words_of(help, text_.language), text_));
  }
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
