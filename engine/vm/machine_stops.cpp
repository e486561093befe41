// Where a machine is held, and how its guest is stopped for that.
#include "engine/base/text.h"
#include "engine/vm/machine.h"

namespace glassdock::vm {

// What the stub answers to its last word is the stop itself: that the guest runs QEMU's protocol tells.
void Machine::begin_guest() {
  if (breakpoint_ && breakpoint_->run_guest() && converse({}, "RESUME")) return;
  breakpoint_.reset();
  send(monitor_port_.fd, qmp_command("cont", "cont"));
}

// The guest waits meanwhile, stopped by QEMU or for a byte, and its time does not run.
void Machine::hold(std::string_view gate) {
  const auto begin = Clock::now();
  span_->context().gate(gate, name_);
  deadline_ += Clock::now() - begin;
}

// Nothing in the guest waits here: QEMU stops it as soon as it is told so, and says how much later that was.
void Machine::stop_in_kernel() {
  if (!stops_in_kernel_ || !milestones_[Milestone::kernel] || !converse(qmp_command("stop", "stop"), "STOP")) return;
  hold_in_kernel({{"late_ns", trace::monotonic_ns() - *milestones_[Milestone::kernel]}});
}

// The guest is stopped, and goes on behind this.
void Machine::hold_in_kernel(trace::Arguments where) {
  tell_stopped(where);
  hold("vm.init");
  if (!breakpoint_ || !breakpoint_->let_go()) converse(qmp_command("cont", "cont"), "RESUME");
  breakpoint_.reset();
}

void Machine::take_breakpoint() {
  switch (breakpoint_->look()) {
    case Breakpoint::Sight::nothing:
      return;
    case Breakpoint::Sight::hit:
      return hold_in_kernel({{"symbol", stop_symbol_->name}, {"address", kernel_address_text(stop_symbol_->address)}});
    case Breakpoint::Sight::lost:
      breakpoint_.reset();
      stop_in_kernel();
  }
}

void Machine::tell_stopped(trace::Arguments where) {
  std::vector<trace::Evidence> evidence = registers();
  span_->context().tell(trace::Stage::vm, "vm.stopped", name_, where,
                        [&](trace::Event& event) { event.evidence = std::move(evidence); });
}

bool Machine::converse(const std::string& command, const std::string& awaited) {
  constexpr std::chrono::seconds patience(2);
  const auto end = Clock::now() + patience;
  awaited_ = awaited;
  answer_.clear();
  if (!send(monitor_port_.fd, command)) return false;
  while (!awaited_.empty() && monitor_port_.fd && Clock::now() < end) step(-1);
  return awaited_.empty();
}

std::vector<trace::Evidence> Machine::registers() {
  constexpr char question[] = "info registers";
  if (!context_.wants_evidence() || !converse(qmp_monitor_command(question, question), question)) return {};
  std::string text;
  for (const std::string& line : split(std::string(trim(answer_)), '\n')) text += std::string(trim(line)) + "\n";
  return {{"QEMU's monitor: info registers", "", text, ""}};
}

}  // namespace glassdock::vm
