#include "engine/runtime/launcher/child.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>

#include "engine/runtime/launcher/kernel.h"
#include "engine/runtime/launcher/trial.h"
#include "engine/runtime/protocol.h"

namespace glassdock::runtime {
namespace {

constexpr int undone = 125;  // nobody reads it: the monitor reports the failed operation

// An end of file or ECONNRESET is the monitor's death: then nothing may run on.
void wait_for_word(const StartState& state) {
  for (;;) {
    ChildMessage message;
    ssize_t got = ::recv(state.gate, &message, sizeof message, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got != sizeof message || message.word != ChildWord::go) ::_exit(undone);
    return;
  }
}

// Tells the monitor and waits for its word.
void wait_for_go(const StartState& state, ChildWord word, uint32_t operation) {
  ChildMessage message{};
  message.word = word;
  message.operation = static_cast<int32_t>(operation);
  if (::send(state.gate, &message, sizeof message, MSG_NOSIGNAL) < 0) ::_exit(undone);
  wait_for_word(state);
}

[[noreturn]] void report_failure(const StartState& state, const trace::Record& record) {
  ChildMessage message{};
  message.word = ChildWord::failed;
  message.operation = static_cast<int32_t>(record.operation);
  message.error = record.error;
  ::strncpy(message.text, record.text, sizeof message.text - 1);
  ::send(state.gate, &message, sizeof message, MSG_NOSIGNAL);
  ::_exit(undone);
}

}  // namespace

[[noreturn]] void run_child(StartState& state) {
  const plan::View& plan = *state.plan;
  // Before any gate: our copy of the monitor's end would hide its death for ever.
  ::close(state.monitor_gate);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (find_trial(plan)) wait_for_word(state);  // that its ids are mapped
  // The clone itself is looked at from here, where its result waits to be seen.
  uint32_t first = plan.header().first_child;
  if (trace::bit_is_set(state.shared->evidence, first - 1)) {
    wait_for_go(state, ChildWord::at_evidence, first - 1);
  }
  for (uint32_t i = first; i < plan.header().first_teardown; ++i) {
    const plan::Operation& operation = plan.operation(i);
    if (trace::bit_is_set(state.shared->hold, i)) wait_for_go(state, ChildWord::at_gate, i);
    trace::Record record{};
    record.operation = i;
    record.begin_ns = kernel::monotonic_ns();
    // execve does not come back when it succeeds, and takes the ring's mapping with it: its record goes ahead.
    bool last = operation.code == plan::Code::execute;
    if (last && operation.injected_errno == 0) {
      record.end_ns = record.begin_ns;
      trace::publish(state.shared->child, record);
    }
    record.error = operation.injected_errno != 0 ? operation.injected_errno : carry_out(state, operation, record);
    record.end_ns = kernel::monotonic_ns();
    trace::publish(state.shared->child, record);
    if (record.error != 0 && (operation.flags & plan::may_fail) == 0) report_failure(state, record);
    if (trace::bit_is_set(state.shared->evidence, i)) wait_for_go(state, ChildWord::at_evidence, i);
  }
  ::_exit(undone);  // a plan without execute
}

}  // namespace glassdock::runtime
