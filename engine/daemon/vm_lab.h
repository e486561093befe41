#pragma once

#include <atomic>
#include <mutex>
#include <optional>
#include <string>

#include "engine/daemon/service.h"
#include "engine/daemon/vm_race.h"
#include "engine/snapshot/layer_store.h"
#include "engine/vm/symbols.h"

namespace glassdock::daemon {

// What this machine has for virtual machines.
struct VmStatus {
  std::string qemu, qemu_fault;      // the program, or why there is none and what to type
  std::string kernel, kernel_fault;  // its path
  std::string kernel_release;
  vm::Accelerator accelerator;
  std::string user;
};

// Runs races between containers and virtual machines, one at a time. Any thread may call.
class VmLab {
 public:
  // `symbols`: where the engine keeps what guests' kernels have told.
  VmLab(Service& service, const snapshot::LayerStore& layers, vm::SymbolStore symbols)
      : service_(service), layers_(layers), symbols_(std::move(symbols)) {}

  // Before any client is served: removes the containers of a race during which a daemon before this one was killed.
  void clear_leftovers();

  // Probes KVM, which takes up to two seconds once.
  VmStatus status();
  // Error(conflict) while another one runs; Error(cancelled) when the peer of `client` closes. Nothing of it is left
  // then: no process, no container, no file.
  void race(const RaceRequest& request, const Caller& caller, int client, RaceWatcher& watcher);

 private:
  vm::Accelerator accelerator();

  Service& service_;
  const snapshot::LayerStore& layers_;
  const vm::SymbolStore symbols_;
  std::mutex probe_;
  std::optional<vm::Accelerator> accelerator_;
  std::atomic<bool> racing_{false};
};

}  // namespace glassdock::daemon
