#include "engine/vm/machine.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "engine/base/error.h"
#include "engine/base/random_id.h"
#include "engine/base/signals.h"
#include "engine/base/text.h"
#include "engine/vm/figures.h"
#include "engine/vm/guest.h"

namespace glassdock::vm {
namespace {

constexpr std::size_t token_digits = 32;
constexpr std::size_t piece_bytes = 16 * 1024;  // a connection's thread has a small stack
// A guest whose control line is longer speaks another language.
constexpr std::size_t most_line_bytes = 4096;
constexpr std::size_t most_error_bytes = 4096;
constexpr std::size_t most_monitor_bytes = 64 * 1024;

struct Pair {
  UniqueFd ours, theirs;
};

Pair make_pair() {
  int fds[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) != 0) {
    throw Error::from_errno(errno, "socketpair", "for a guest");
  }
  return {UniqueFd(fds[0]), UniqueFd(fds[1])};
}

// What is there to be read, without waiting; at the end the port is closed.
std::string read_piece(UniqueFd& fd) {
  std::array<char, piece_bytes> piece;
  const ssize_t got = ::recv(fd.get(), piece.data(), piece.size(), MSG_DONTWAIT);
  if (got > 0) return {piece.data(), static_cast<std::size_t>(got)};
  if (got == 0 || (errno != EAGAIN && errno != EINTR)) fd.reset();
  return {};
}

// Whole lines, taken off the front.
std::optional<std::string> take_line(std::string& rest) {
  const std::size_t end = rest.find('\n');
  if (end == std::string::npos) return std::nullopt;
  std::string line = rest.substr(0, end);
  rest.erase(0, end + 1);
  if (!line.empty() && line.back() == '\r') line.pop_back();
  return line;
}

void keep_end(std::string& text, std::size_t most) {
  if (text.size() > most) text.erase(0, text.size() - most / 2);
}

int code_of_failure(int error) {
  return error == ENOENT ? not_found_code : not_executable_code;
}

}  // namespace

Machine::Machine(const MachineSpec& spec, const trace::Context& context, MachineLimits limits)
    : name_(spec.name),
      context_(context),
      limits_(limits),
      token_(random_hex(token_digits)),
      order_(encode_order(spec.order, token_)),
      stops_in_kernel_(context.gates && spec.stops_in_kernel),
      stop_symbol_(stops_in_kernel_ ? spec.stop_symbol : std::nullopt),
      deadline_(Clock::now() + limits.to_init) {
  start(spec);
}

Machine::~Machine() = default;

void Machine::start(const MachineSpec& spec) {
  Pair output = make_pair(), console = make_pair(), control = make_pair(), monitor = make_pair(), errors = make_pair();
  const QemuDescriptors descriptors =
      qemu_descriptors(Process::first_descriptor, spec.disk_file >= 0, stop_symbol_.has_value());
  words_ = qemu_words(spec.qemu, spec.hardware, descriptors, spec.kernel_words);
  span_.emplace(context_, trace::Stage::vm, "vm.machine", name_,
                trace::Arguments{{"accelerator", spec.hardware.accelerator.name()},
                                 {"memory_bytes", spec.hardware.memory_bytes},
                                 {"cpus", spec.hardware.cpus}},
                std::source_location::current());
  send(monitor.ours, qmp_command("qmp_capabilities", "capabilities"));
  Process::Plan plan{words_,
                     spec.who,
                     {spec.kernel_file, spec.root_file, output.theirs.get(), console.theirs.get(), control.theirs.get(),
                      monitor.theirs.get()},
                     errors.theirs.get()};
  if (spec.disk_file >= 0) plan.descriptors.push_back(spec.disk_file);
  Pair debugger;
  if (stop_symbol_) {
    debugger = make_pair();
    plan.descriptors.push_back(debugger.theirs.get());
    breakpoint_.emplace(std::move(debugger.ours), stop_symbol_->address);
  }
  process_ = std::make_unique<Process>(plan);
  output_port_.fd = std::move(output.ours);
  console_port_.fd = std::move(console.ours);
  control_port_.fd = std::move(control.ours);
  monitor_port_.fd = std::move(monitor.ours);
  error_port_.fd = std::move(errors.ours);
  pass(Milestone::hypervisor, process_->executed_ns(), {{"pid", process_->pid()}, {"user", spec.who.user}},
       {{fmt::format("execve of process {}", process_->pid()), "", shell_line(words_),
         fmt::format("tr '\\0' ' ' < /proc/{}/cmdline", process_->pid())}});
  // Registers can be asked for as soon as QEMU stands.
  if (stops_in_kernel_) tell_stopped({});
  hold("vm.processor");
  begin_guest();
}

void Machine::pass(Milestone milestone, std::int64_t at_ns, trace::Arguments arguments,
                   std::vector<trace::Evidence> evidence) {
  if (milestones_[milestone]) return;
  milestones_[milestone] = at_ns;
  const trace::Context& context = span_->context();
  context.tell(trace::Stage::vm, fmt::format("vm.{}", to_string(milestone)), name_, arguments,
               [&](trace::Event& event) {
                 event.time_ns = at_ns;
                 if (context.wants_evidence()) event.evidence = std::move(evidence);
               });
}

std::string Machine::ask_symbol(int client) {
  while (!symbol_ && !milestones_[Milestone::gone]) step(client);
  if (!symbol_) throw Error(ErrorKind::internal, end_.fault);
  return *symbol_;
}

bool Machine::reach(Milestone milestone, int client) {
  while (!milestones_[milestone] && !milestones_[Milestone::gone]) {
    if (milestone == Milestone::output && milestones_[Milestone::exit]) return false;
    step(client);
  }
  return milestones_[milestone].has_value();
}

const MachineEnd& Machine::finish(int client) {
  reach(Milestone::gone, client);
  return end_;
}

bool Machine::step(int client) {
  enum {
    from_output,
    from_console,
    from_control,
    from_monitor,
    from_errors,
    from_breakpoint,
    from_process,
    from_client,
    count
  };
  std::array<pollfd, count> waits{};
  waits[from_output] = {output_port_.fd.get(), POLLIN, 0};
  waits[from_console] = {console_port_.fd.get(), POLLIN, 0};
  waits[from_control] = {control_port_.fd.get(), POLLIN, 0};
  waits[from_monitor] = {monitor_port_.fd.get(), POLLIN, 0};
  waits[from_errors] = {error_port_.fd.get(), POLLIN, 0};
  waits[from_breakpoint] = {breakpoint_ ? breakpoint_->fd() : -1, POLLIN, 0};
  waits[from_process] = {process_->pidfd(), POLLIN, 0};
  waits[from_client] = {client, POLLRDHUP, 0};
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline_ - Clock::now()).count();
  constexpr std::int64_t longest_wait_ms = 200;  // a run that was given up is noticed as fast
  const int ready =
      ::poll(waits.data(), waits.size(), static_cast<int>(std::clamp<std::int64_t>(left, 0, longest_wait_ms)));
  if (ready < 0 && errno != EINTR) throw Error::from_errno(errno, "poll", name_);
  if (waits[from_client].revents != 0) throw Error(ErrorKind::cancelled, "whoever asked for the machine has gone");
  context_.throw_if_cancelled();
  if (waits[from_output].revents != 0) take_output();
  if (waits[from_console].revents != 0) take_console();
  if (waits[from_control].revents != 0) take_control();
  if (waits[from_monitor].revents != 0) take_monitor();
  if (waits[from_errors].revents != 0) take_errors();
  if (waits[from_breakpoint].revents != 0 && breakpoint_) take_breakpoint();
  if (waits[from_process].revents != 0 && !output_port_.fd && !console_port_.fd && !control_port_.fd) note_gone();
  if (ready == 0 && left <= 0) {
    const bool booted = milestones_[Milestone::init].has_value();
    give_up(booted ? fmt::format("the command did not end within {} s", limits_.command.count() / 1000)
                   : fmt::format("the guest's kernel did not get to init within {} s; its last line: {}",
                                 limits_.to_init.count() / 1000, last_console_line()));
  }
  return ready > 0;
}

void Machine::take_output() {
  const std::string piece = read_piece(output_port_.fd);
  if (piece.empty()) return;
  pass(Milestone::output, trace::monotonic_ns());
  output_bytes_ += piece.size();
  output_ += piece.substr(0, limits_.output_bytes - std::min(limits_.output_bytes, output_.size()));
}

void Machine::take_console() {
  const std::string piece = read_piece(console_port_.fd);
  if (piece.empty()) return;
  const std::int64_t now = trace::monotonic_ns();
  console_ += piece;
  keep_end(console_, limits_.console_bytes);
  if (milestones_[Milestone::kernel]) return;
  pass(Milestone::kernel, now);
  if (!breakpoint_) stop_in_kernel();
}

void Machine::take_control() {
  control_port_.rest += read_piece(control_port_.fd);
  while (auto line = take_line(control_port_.rest)) {
    if (const auto said = parse_control(*line, milestones_[Milestone::init] ? token_ : "")) take_control_line(*said);
  }
  if (control_port_.rest.size() > most_line_bytes) control_port_.rest.clear();
}

void Machine::take_control_line(const ControlLine& line) {
  const std::int64_t now = trace::monotonic_ns();
  using Word = ControlLine::Word;
  switch (line.word) {
    case Word::init:
      if (milestones_[Milestone::init]) return;
      if (breakpoint_) {  // it never came there
        stop_in_kernel();
        breakpoint_.reset();
      }
      release_ = line.text;
      pass(Milestone::init, now, {{"release", release_}}, registers());
      deadline_ = Clock::now() + limits_.command;
      hold("vm.mounted");
      send(control_port_.fd, order_);
      break;
    case Word::symbol:
      symbol_ = line.text;
      break;
    case Word::mounted:
      pass(Milestone::mounted, now, {}, registers());
      before_command_ = figures(false);
      hold("vm.command");
      send(control_port_.fd, std::string(1, guest::go));
      break;
    case Word::command:
      pass(Milestone::command, now);
      break;
    case Word::exit:
      note_exit(line.number, {{"exit_code", line.number}});
      break;
    case Word::signal:
      note_exit(signal_base + line.number, {{"exit_code", signal_base + line.number}, {"signal", line.number}});
      break;
    case Word::failed:
      note_exit(code_of_failure(line.number),
                {{"exit_code", code_of_failure(line.number)}, {"error", std::strerror(line.number)}});
      break;
    case Word::fault:
      give_up(fmt::format("init in the guest could not go on: {}: {}", line.text, std::strerror(line.number)));
      break;
  }
}

// All output that came before the line is read first: it is on another port.
void Machine::note_exit(int code, trace::Arguments arguments) {
  const std::int64_t now = trace::monotonic_ns();
  pollfd more{output_port_.fd.get(), POLLIN, 0};
  while (output_port_.fd && ::poll(&more, 1, 0) > 0) {
    take_output();
    more.fd = output_port_.fd.get();
  }
  at_exit_ = figures(false);
  end_.exit_code = code;
  pass(Milestone::exit, now, arguments);
  send(control_port_.fd, std::string(1, guest::quit));
}

void Machine::take_monitor() {
  monitor_port_.rest += read_piece(monitor_port_.fd);
  while (auto line = take_line(monitor_port_.rest)) {
    monitor_log_ += *line + "\n";
    keep_end(monitor_log_, most_monitor_bytes);
    take_monitor_line(parse_qmp(*line));
  }
}

void Machine::take_monitor_line(const QmpLine& line) {
  if (line.kind == QmpLine::Kind::greeting) version_ = line.name;
  if (line.kind == QmpLine::Kind::event && line.name == "RESUME") pass(Milestone::processor, trace::monotonic_ns());
  if ((line.kind == QmpLine::Kind::answer || line.kind == QmpLine::Kind::event) && line.name == awaited_) {
    answer_ = line.text;
    awaited_.clear();
  }
}

void Machine::take_errors() {
  errors_ += read_piece(error_port_.fd);
  if (errors_.size() > most_error_bytes) errors_.resize(most_error_bytes);
}

void Machine::note_gone() {
  const std::int64_t now = trace::monotonic_ns();
  while (error_port_.fd && !read_piece(error_port_.fd).empty()) {
  }
  const int status = process_->reap();
  if (!end_.exit_code && end_.fault.empty()) end_.fault = why_gone(status);
  pass(Milestone::gone, now, {{"failed", !end_.fault.empty()}, {"error", end_.fault}},
       {{"the guest kernel's console (ttyS1)", "", console_, ""}, {"QEMU's machine protocol", "", monitor_log_, ""}});
  if (!end_.fault.empty()) {
    span_->result("failed", true);
    span_->result("error", end_.fault);
  }
  span_.reset();
}

void Machine::give_up(std::string fault) {
  if (end_.fault.empty()) end_.fault = std::move(fault);
  process_->kill();
}

std::string Machine::last_console_line() const {
  const std::vector<std::string> lines = split(std::string(trim(console_)), '\n');
  return lines.empty() ? "(none)" : std::string(trim(lines.back()));
}

std::string Machine::why_gone(int wait_status) const {
  constexpr std::string_view panic = "Kernel panic";
  if (const std::size_t at = console_.find(panic); at != std::string::npos) {
    return "the guest's kernel gave up: " + std::string(trim(console_.substr(at, console_.find('\n', at) - at)));
  }
  if (WIFSIGNALED(wait_status)) return fmt::format("QEMU was killed by signal {}", WTERMSIG(wait_status));
  if (WEXITSTATUS(wait_status) != 0) {
    const std::string words(trim(errors_));
    return fmt::format("QEMU ended with code {}{}{}", WEXITSTATUS(wait_status), words.empty() ? "" : ": ",
                       words.substr(0, words.find('\n')));
  }
  return fmt::format("the guest went off before its command had ended; its last line: {}", last_console_line());
}

MachineFigures Machine::figures(bool proportional) const {
  MachineFigures figures;
  figures.cpu_ns = cpu_time_ns(pid());
  figures.peak_bytes = peak_memory(pid());
  figures.read_bytes = disk_read_bytes(pid());
  if (proportional) figures.proportional_bytes = proportional_memory(pid());
  return figures;
}

// What a guest does not take is lost: it is stopped or dying.
bool Machine::send(const UniqueFd& fd, std::string_view bytes) {
  return ::send(fd.get(), bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL) ==
         static_cast<ssize_t>(bytes.size());
}

}  // namespace glassdock::vm
