#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/unique_fd.h"
#include "engine/trace/tracer.h"
#include "engine/vm/control_line.h"
#include "engine/vm/gdb_remote.h"
#include "engine/vm/kernel.h"
#include "engine/vm/milestones.h"
#include "engine/vm/order.h"
#include "engine/vm/process.h"
#include "engine/vm/qemu.h"
#include "engine/vm/qmp.h"
#include "engine/vm/root.h"
#include "engine/vm/symbols.h"

namespace glassdock::vm {

// What a machine is made of, and what it is to run.
struct MachineSpec {
  std::string name;  // the subject of its events
  std::filesystem::path qemu;
  // Borrowed, until the machine is made; no disk: -1.
  int kernel_file = -1, root_file = -1, disk_file = -1;
  Hardware hardware;
  std::string kernel_words;
  GuestOrder order;
  RunAs who;
  // Whether it is stopped in its kernel where its context has gates, for the gate vm.init. Nobody measures it then.
  bool stops_in_kernel = true;
  // Exactly there, by QEMU's gdb stub; none: as soon as the kernel's first line is heard of, by QEMU's protocol.
  std::optional<Symbol> stop_symbol;
};

struct MachineLimits {
  std::chrono::milliseconds to_init{30'000};  // a kernel that never gets there is given up
  std::chrono::milliseconds command{60'000};  // from init to the command's end
  std::size_t output_bytes = 64 * 1024;       // of the command, kept from its beginning; the rest is counted
  std::size_t console_bytes = 64 * 1024;      // of the kernel's log, kept from its end
};

// How it ended: with one of these three, or `fault`.
struct MachineEnd {
  std::optional<int> exit_code;  // the command's; 126 and 127 where it could not be executed, 128 and the signal that
                                 // ended it
  std::string fault;             // one line: what went wrong with the machine; empty where nothing did
};

// What the kernel of the host counted of QEMU at some moment.
struct MachineFigures {
  std::optional<std::int64_t> cpu_ns;
  std::optional<std::uint64_t> peak_bytes, proportional_bytes, read_bytes;
};

// One virtual machine, from QEMU's start to its end. It does nothing by itself: whoever owns it drives it by reach().
// One thread, which must live as long as the machine. QEMU is killed and reaped by the destructor, and by the kernel
// when that thread dies.
class Machine {
 public:
  // Starts QEMU, stopped before the first instruction. `context` outlives it; its gates are vm.processor, vm.init,
  // vm.mounted and vm.command. Throws Error.
  Machine(const MachineSpec& spec, const trace::Context& context, MachineLimits limits = {});
  ~Machine();
  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;

  // Drives it until the milestone is passed. False where it has ended, or been ended, before. A milestone that is
  // passed only by some (output) is not waited for beyond `exit`. `client`: its hangup gives the machine up with
  // Error(cancelled); -1 for none.
  bool reach(Milestone milestone, int client = -1);
  // Drives it to its end.
  const MachineEnd& finish(int client = -1);

  // Drives it until init has told where the symbol of its order stands: the digits; empty where the kernel does not
  // tell that name. Throws Error where the machine ends before.
  std::string ask_symbol(int client = -1);

  pid_t pid() const noexcept { return process_->pid(); }
  const Milestones& milestones() const noexcept { return milestones_; }
  const MachineEnd& end() const noexcept { return end_; }
  const MachineFigures& before_command() const noexcept { return before_command_; }
  const MachineFigures& at_exit() const noexcept { return at_exit_; }
  const std::string& output() const noexcept { return output_; }
  std::uint64_t output_bytes() const noexcept { return output_bytes_; }
  const std::string& console() const noexcept { return console_; }
  const std::string& release() const noexcept { return release_; }
  const std::string& qemu_version() const noexcept { return version_; }
  const std::vector<std::string>& words() const noexcept { return words_; }
  MachineFigures figures(bool proportional) const;

 private:
  using Clock = std::chrono::steady_clock;
  struct Port {
    UniqueFd fd;
    std::string rest;  // of a line that has begun
  };

  void start(const MachineSpec& spec);
  void pass(Milestone milestone, std::int64_t at_ns, trace::Arguments arguments = {},
            std::vector<trace::Evidence> evidence = {});
  void begin_guest();
  void hold(std::string_view gate);
  void stop_in_kernel();
  void hold_in_kernel(trace::Arguments where);
  void tell_stopped(trace::Arguments where);
  bool step(int client);
  void take_output();
  void take_console();
  void take_control();
  void take_monitor();
  void take_errors();
  void take_breakpoint();
  void take_control_line(const ControlLine& line);
  void take_monitor_line(const QmpLine& line);
  void note_exit(int code, trace::Arguments arguments);
  void note_gone();
  void give_up(std::string fault);
  std::string why_gone(int wait_status) const;
  std::string last_console_line() const;
  bool send(const UniqueFd& fd, std::string_view bytes);
  // QEMU's registers as its monitor for people shows them; none where nobody wants evidence.
  std::vector<trace::Evidence> registers();
  // Drives it until QEMU has answered the command of this id, or told the event of this name; false where it does not.
  bool converse(const std::string& command, const std::string& awaited);

  const std::string name_;
  const trace::Context& context_;
  const MachineLimits limits_;
  const std::string token_;
  std::string order_;
  std::vector<std::string> words_;
  const bool stops_in_kernel_;
  const std::optional<Symbol> stop_symbol_;
  std::optional<trace::Span> span_;
  std::unique_ptr<Process> process_;
  Port output_port_, console_port_, control_port_, monitor_port_, error_port_;
  std::optional<Breakpoint> breakpoint_;  // until the guest has come there
  Milestones milestones_;
  MachineEnd end_;
  MachineFigures before_command_, at_exit_;
  std::string output_, console_, errors_, release_, version_;
  std::optional<std::string> symbol_;  // as init told it
  std::string awaited_, answer_;       // of QEMU's protocol
  std::string monitor_log_;
  std::uint64_t output_bytes_ = 0;
  Clock::time_point deadline_;
};

}  // namespace glassdock::vm
