#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "engine/base/unique_fd.h"
#include "engine/daemon/containers.h"
#include "engine/daemon/lifecycle.h"
#include "engine/daemon/monitor_watch.h"
#include "engine/daemon/orphan.h"
#include "engine/runtime/protocol.h"
#include "engine/trace/tracer.h"

namespace glassdock::daemon {

// The monitors that a daemon before this one left, on their way to this one. All are asked at once, by a thread that
// lives until the last has answered or their time has passed; nobody waits for it but those who want something of a
// container in question. Until its monitor has introduced itself, a container is an orphan (orphan.h).
class Adoption {
 public:
  struct Parts {
    trace::Tracer& tracer;
    Containers& containers;
    Lifecycle& lifecycle;
    MonitorWatch& watch;
  };
  // `ended` is called, on the adoption's thread, for a container whose monitor is gone; it does not block.
  Adoption(Parts parts, std::function<void(const ContainerPtr&)> ended);
  ~Adoption();  // finish()
  Adoption(const Adoption&) = delete;
  Adoption& operator=(const Adoption&) = delete;

  // To be asked. False where no monitor of it lives. Throws Error. Before begin().
  bool add(const ContainerPtr& container);
  // Asks, and does not wait. Whoever does not answer is told to `complain`, a line each, on the adoption's thread.
  using Complain = std::function<void(const std::string&)>;
  void begin(Complain complain);
  // Asks no more: who has not answered stays an orphan.
  void finish();

 private:
  struct Candidate;
  void loop();
  bool is_decided(Candidate& candidate);
  bool introduces_itself(Candidate& candidate);
  void adopt(Candidate& candidate, const runtime::ReportMessage& hello, std::vector<UniqueFd>& descriptors);
  bool keep_orphan(const ContainerPtr& container, const std::shared_ptr<Orphan>& before,
                   const std::shared_ptr<Orphan>& orphan);
  void give_up(Candidate& candidate);

  Parts parts_;
  std::function<void(const ContainerPtr&)> ended_;
  Complain complain_;
  std::vector<std::unique_ptr<Candidate>> candidates_;
  UniqueFd stop_;
  std::thread thread_;
};

// The line for `complain`.
std::string complaint(const std::string& container, std::string_view fault);

}  // namespace glassdock::daemon
