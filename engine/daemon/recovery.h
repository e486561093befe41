#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "engine/daemon/adoption.h"
#include "engine/daemon/containers.h"
#include "engine/daemon/janitor.h"
#include "engine/daemon/lifecycle.h"
#include "engine/daemon/monitor_watch.h"
#include "engine/os/system.h"
#include "engine/plan/host.h"
#include "engine/snapshot/container_layers.h"
#include "engine/trace/tracer.h"

namespace glassdock::daemon {

// What a daemon before this one left, and what a monitor leaves that is lost: the living are adopted, of the dead the
// status file says what became of them, and what was half done is undone. It may wait for processes and cgroups, for a
// monitor that lives only in a thread of its own.
class Recovery {
 public:
  struct Parts {
    os::System& system;
    trace::Tracer& tracer;
    Containers& containers;
    Lifecycle& lifecycle;
    const snapshot::ContainerLayers& layers;
    MonitorWatch& watch;
    const plan::Host& host;
  };
  explicit Recovery(Parts parts);

  // Before any client is served. Monitors that live are asked, and not waited for (Adoption). Failures are told to
  // `complain`, a line each, from any thread and until finish().
  using Complain = Adoption::Complain;
  void recover(const Complain& complain);

  // The monitor of a start fell silent, or must not go on. Only behind its end is the container's told: as its status
  // file has it, or as lost. Blocks.
  void take_loss(const ContainerPtr& container, const std::shared_ptr<ContainerStart>& start);
  // The same of one that never spoke to this daemon, once its container has ended. The first call counts; later().
  void take_orphan_end(const ContainerPtr& container);
  // In the thread that may wait, one after the other. What a job throws is told on stderr.
  void later(const ContainerPtr& container, std::function<void()> job);
  // Asks no monitor any more, and does what is left, as Janitor::finish.
  void finish() {
    adoption_.finish();
    worker_.finish();
  }

 private:
  void settle(const ContainerPtr& container, const trace::Context& context);
  bool is_dead(const Container& container) const;
  void take_status_file(const ContainerPtr& container, const trace::Context& context);
  void record_end(const Container& container, const Ending& ending) noexcept;
  void append_status(const std::filesystem::path& folder, const std::string& lines);
  void forget_processes_of_other_boots(const Complain& complain);
  void take_strays(const Complain& complain);

  Parts parts_;
  Janitor worker_{1};
  Adoption adoption_;
};

}  // namespace glassdock::daemon
