#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "engine/api/api.h"
#include "engine/content/blob_store.h"
#include "engine/content/metadata.h"
#include "engine/daemon/service.h"
#include "engine/daemon/vm_lab.h"
#include "engine/glassdockd/options.h"
#include "engine/http/server.h"
#include "engine/hub/hub.h"
#include "engine/plan/host.h"
#include "engine/plan/seccomp.h"
#include "engine/registry/client.h"
#include "engine/runtime/keeper.h"
#include "engine/runtime/launcher_link.h"
#include "engine/snapshot/container_layers.h"
#include "engine/snapshot/layer_store.h"

namespace glassdock {

// All rooms put together, in the order in which they need each other. Made once; its threads begin in the constructor,
// and clients are served from serve() on.
class Engine {
 public:
  // `launcher` was started before any thread. Throws Error.
  Engine(const DaemonOptions& options, const runtime::Privileges& privileges, plan::Host host,
         std::unique_ptr<runtime::LauncherLink> launcher, UniqueFd listening_socket);
  ~Engine();  // clients are cut, running containers go on

  void serve();
  // "glassdockd 0.1.0 ready on PATH (root, data DIR, hub 127.0.0.1:41234)".
  std::string ready_line() const;
  // True when neither a client nor a running container needs the engine.
  bool idle() const;
  // Readable once a request has come since the last let_rest(), or since the beginning.
  int stirred() const { return stirred_.get(); }
  void let_rest();
  // When the last request ended, or the engine began: CLOCK_MONOTONIC, nanoseconds.
  std::int64_t last_activity_ns() const { return last_activity_ns_.load(); }
  // For those who ask without a socket.
  daemon::Service& service() { return service_; }

 private:
  static std::unique_ptr<hub::Hub> make_hub(const DaemonOptions& options, trace::Tracer& tracer);
  std::string hub_address() const;
  api::EngineInfo info() const;

  const DaemonOptions options_;
  const bool rootless_;
  const plan::Host host_;
  std::unique_ptr<runtime::LauncherLink> launcher_;
  UniqueFd listening_socket_;
  std::atomic<std::int64_t> last_activity_ns_;
  UniqueFd stirred_;  // eventfd(2)
  std::atomic<bool> resting_{true};

  os::System& system_;
  trace::Tracer tracer_;
  const plan::SeccompProgram seccomp_;
  content::Metadata metadata_;
  content::BlobStore blobs_;
  snapshot::LayerStore layer_store_;
  snapshot::ContainerLayers container_layers_;
  std::unique_ptr<hub::Hub> hub_;
  registry::Client registry_;
  daemon::EventLog events_;
  daemon::Containers containers_;
  daemon::ImageService images_;
  daemon::StartKitMaker kits_;
  daemon::Faults faults_;
  daemon::Runs runs_;
  daemon::Service service_;
  daemon::VmLab lab_;
  api::Api api_;
  std::unique_ptr<http::Server> server_;
};

}  // namespace glassdock
