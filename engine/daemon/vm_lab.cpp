#include "engine/daemon/vm_lab.h"

#include <memory>

#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/daemon/container_lane.h"
#include "engine/daemon/race_course.h"
#include "engine/vm/kernel.h"
#include "engine/vm/process.h"
#include "engine/vm/qemu.h"

namespace glassdock::daemon {
namespace {

constexpr char kvm_device[] = "/dev/kvm";

// The race of a run that steps is walked in pairs of gates; behind it that run holds as it did before.
class InStep {
 public:
  explicit InStep(Run* run) : run_(run && run->steps() ? run : nullptr) {
    if (run_) run_->begin_pairs({race_pairs.begin(), race_pairs.end()});
  }
  ~InStep() {
    if (run_) run_->end_pairs();
  }
  InStep(const InStep&) = delete;
  InStep& operator=(const InStep&) = delete;

  explicit operator bool() const noexcept { return run_ != nullptr; }

 private:
  Run* run_;
};

}  // namespace

vm::Accelerator VmLab::accelerator() {
  const std::lock_guard lock(probe_);
  if (!accelerator_) accelerator_ = vm::probe_accelerator(kvm_device, vm::unprivileged_user());
  return *accelerator_;
}

void VmLab::clear_leftovers() {
  for (const ContainerPtr& container : service_.containers().all()) {
    if (!container->config.labels.contains(race_label)) continue;
    try {
      service_.remove(container->id, true, {});
    } catch (const Error&) {
      // Its state says why; whoever lists the containers sees it.
    }
  }
}

VmStatus VmLab::status() {
  VmStatus status;
  try {
    status.qemu = vm::find_qemu();
  } catch (const Error& fault) {
    status.qemu_fault = fault.what();
  }
  try {
    const vm::GuestKernel kernel = vm::load_kernel({});
    status.kernel = kernel.path;
    status.kernel_release = kernel.release;
    status.kernel_fault = kernel.remark;
  } catch (const Error& fault) {
    status.kernel_fault = fault.what();
  }
  status.accelerator = accelerator();
  status.user = vm::unprivileged_user().words();
  return status;
}

void VmLab::race(const RaceRequest& request, const Caller& asked, int client, RaceWatcher& watcher) {
  if (racing_.exchange(true)) {
    throw Error(ErrorKind::conflict, "another race is under way", "wait for its end: two at once would disturb both");
  }
  const std::shared_ptr<void> over(nullptr, [&](void*) { racing_ = false; });
  trace::Span span(asked.context, trace::Stage::vm, "vm.race", request.image,
                   {{"command", join(request.command, " ")},
                    {"runs", request.runs},
                    {"cold", request.cold},
                    {"together", request.together}});
  Caller caller = asked;
  caller.context = span.context();
  try {
    const vm::Accelerator found = accelerator();
    caller.context.tell(trace::Stage::vm, "vm.accelerator", request.image,
                        {{"accelerator", found.name()}, {"reason", found.reason}});
    const InStep in_step(caller.run.get());
    RaceCourse course({service_, layers_, symbols_, request, caller, client, watcher}, found);
    course.make_ready();
    course.find_symbol();
    if (in_step) course.walk_in_step();
    course.run_rounds();
    if (request.together) course.run_together();
    if (request.figures) {
      course.ask_inside();
      course.look_at_standing();
    }
    course.measure_density();
    course.summarize();
  } catch (const Error& fault) {
    span.result("error", fault.message());
    throw;
  }
}

}  // namespace glassdock::daemon
