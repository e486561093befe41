// hub: the embedded registry: a real OCI distribution server on loopback, and the recipes of its images.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "engine/hub/conditions.h"
#include "engine/os/system.h"
#include "engine/trace/tracer.h"

namespace glassdock::hub {

// Serves from its making until it is destroyed, on 127.0.0.1 and a free port that is never 5000 (the lessons publish
// that one). Tells each request as event "hub.request". Any thread may call.
class Hub {
 public:
  struct Options {
    // An upload without a request for so long is removed.
    std::chrono::milliseconds upload_idle = std::chrono::minutes(10);
  };
  // `built_in_layout`: an OCI image layout, or empty for none. `writable_folder` takes what is pushed; one hub at a
  // time. `token`: what pushes must show; an empty one forbids pushing. `system` and what `context` points to outlive
  // the hub. Throws Error: no layout there, the folder not writable, no free port.
  Hub(os::System& system, const std::filesystem::path& built_in_layout, const std::filesystem::path& writable_folder,
      std::string token, const trace::Context& context);
  Hub(os::System& system, const std::filesystem::path& built_in_layout, const std::filesystem::path& writable_folder,
      std::string token, const trace::Context& context, const Options& options);
  ~Hub();
  Hub(const Hub&) = delete;
  Hub& operator=(const Hub&) = delete;

  std::uint16_t port() const;
  // Counts at once, for transfers under way too.
  void set_conditions(const HubConditions& conditions);
  HubConditions conditions() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace glassdock::hub
