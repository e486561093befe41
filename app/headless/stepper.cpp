#include "app/headless/stepper.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>

#include "app/headless/terminal.h"
#include "engine/base/error.h"
#include "engine/trace/gates.h"
#include "engine/trace/words.h"

namespace glassdock::headless {
namespace {

constexpr std::string_view prompt = "    Enter: next gate   c: run on   q: give up > ";

// Commands that show the state of the process that stands at the gate.
std::string looks(const trace::Gate* gate, std::int32_t pid) {
  if (!gate || gate->waits != trace::Actor::child || pid <= 0) return {};
  return fmt::format(
      "    look    readlink /proc/{0}/ns/*\n"
      "            cat /proc/{0}/mountinfo\n"
      "            cat /proc/{0}/cgroup\n",
      pid);
}

}  // namespace

std::string held_text(const trace::Event& event, const client::Held& held, const trace::TextOptions& options) {
  bool korean = options.language == trace::Language::korean;
  const trace::Gate* gate = trace::find_gate(held.gate);
  std::string text = fmt::format("\n--- held at {} (process {})\n", held.gate, held.pid);
  if (gate) text += fmt::format("    now     {}\n", korean ? gate->standing_korean : gate->standing);
  if (trace::find_words(held.gate)) {
    trace::Event next;
    next.name = held.gate;
    next.kind = trace::Kind::begin;
    next.subject = held.subject;
    text += fmt::format("    next    {}\n", trace::sentence(next, options.language));
  }
  if (!event.plain_command.empty()) {
    text += fmt::format("            $ {}\n", trace::visible(event.plain_command));
  }
  return text + looks(gate, held.pid);
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
    write_out(STDERR_FILENO, prompt);
    TypedLine answer = read_typed_line(input_.get(), woken_.get());
    if (answer.interrupted) {
      write_out(STDERR_FILENO, "\n");
      return true;
    }
    if (!answer.line) {
      write_out(STDERR_FILENO, "\n    (nobody answers: going on without holding)\n");
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
