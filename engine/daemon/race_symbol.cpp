// Where a race's guests are held in their kernel.
#include <fmt/format.h>

#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/daemon/race_course.h"

namespace glassdock::daemon {
namespace {

// Of a machine that is not held anywhere: its run can still be given up.
class NeverHeld : public trace::GateKeeper {
 public:
  explicit NeverHeld(const trace::GateKeeper* outer) : outer_(outer) {}
  void pass(std::string_view, std::string_view, std::uint64_t) override {}
  bool cancelled() const noexcept override { return outer_ && outer_->cancelled(); }

 private:
  const trace::GateKeeper* outer_;
};

}  // namespace

bool RaceCourse::may_hold_in_kernel() const {
  return parts_.caller.run && parts_.caller.run->may_hold("vm.init");
}

std::string RaceCourse::words_of_held_kernel() const {
  return prepared_.kernel.pvh ? kernel_words_ : kernel_words_ + vm::fixed_addresses_word;
}

void RaceCourse::find_symbol() {
  if (!may_hold_in_kernel()) return;
  trace::Span span(parts_.caller.context, trace::Stage::vm, "vm.symbol", vm::held_symbol,
                   {{"kernel", prepared_.kernel.release}});
  try {
    const Digest kernel = vm::digest_of(prepared_.kernel);
    symbol_ = parts_.symbols.find(kernel, vm::held_symbol);
    span.result("kept", symbol_.has_value());
    if (!symbol_) {
      symbol_ = ask_kernel(span);
      parts_.symbols.keep(kernel, *symbol_);
    }
  } catch (const Error& fault) {
    if (fault.kind() == ErrorKind::cancelled) throw;
    span.result("error", fault.message());
  }
  if (symbol_) span.result("address", vm::kernel_address_text(symbol_->address));
}

// This machine is none of the race's, and tells nothing itself: what it did is the evidence of `span`.
vm::Symbol RaceCourse::ask_kernel(trace::Span& span) const {
  NeverHeld gates(span.context().gates);
  const trace::Context silent{nullptr, &gates};
  const vm::GuestRoot root = vm::make_disk_root({});  // init alone
  vm::MachineSpec spec = machine_spec({}, "machine that is asked");
  spec.root_file = root.file.get();
  spec.disk_file = -1;
  spec.order = {};
  spec.order.symbol = vm::held_symbol;
  spec.kernel_words = words_of_held_kernel();
  spec.stops_in_kernel = false;
  vm::Machine machine(spec, silent, machine_limits());
  const std::string digits = machine.ask_symbol(parts_.client);
  if (digits.empty()) {
    throw Error(ErrorKind::not_found,
                "the kernel's /proc/kallsyms does not have it, or is not there (CONFIG_KALLSYMS)");
  }
  if (span.context().wants_evidence()) {
    span.evidence({fmt::format("execve of process {}", machine.pid()), "", shell_line(machine.words()), ""});
    span.evidence({"the guest's /proc/kallsyms", "", fmt::format("{} {}\n", digits, vm::held_symbol), ""});
  }
  const auto address = vm::parse_kernel_address(digits);
  if (!address) {
    throw Error(ErrorKind::permission,
                fmt::format("the kernel's /proc/kallsyms hides its addresses (kptr_restrict): {}", digits));
  }
  return {vm::held_symbol, *address};
}

}  // namespace glassdock::daemon
