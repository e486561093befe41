// api: the HTTP routes over the daemon's service: the Docker Engine API and, under /glass, what Glassdock has besides.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "engine/daemon/run.h"
#include "engine/daemon/service.h"
#include "engine/daemon/vm_lab.h"
#include "engine/http/message.h"
#include "engine/hub/hub.h"
#include "engine/registry/endpoint.h"

namespace glassdock::api {

inline constexpr char api_version[] = "1.45";
inline constexpr char least_api_version[] = "1.24";

// What /info, /version and /glass/info say about this engine besides its containers.
struct EngineInfo {
  std::string id;  // of the data folder, random
  std::string data_folder;
  std::string socket;
  std::string hub;  // "127.0.0.1:41234", or empty
  bool rootless = false;
  std::int64_t started_unix = 0;
};

// One request as its route sees it.
struct Call {
  http::Request& request;
  http::ResponseWriter& answer;
  daemon::Caller caller;
  std::string path;  // without the version prefix
  int version = 45;  // minor number of the API version that the client asked for
  std::string name;  // what stands for {name} in the route
  int status = 200;  // of the answer, for the event
};

// Answers requests. Any thread may call, several at once.
class Api {
 public:
  // `hub`: the embedded registry, or null.
  Api(daemon::Service& service, daemon::Runs& runs, daemon::VmLab& lab, hub::Hub* hub, EngineInfo info);
  void answer(http::Request& request, http::ResponseWriter& writer);
  // For http::Server: faults before a handler.
  static void answer_fault(const std::exception& fault, int status, http::Request* request,
                           http::ResponseWriter& writer);

 private:
  using Route = void (Api::*)(Call&);
  struct RouteRow;
  static const RouteRow routes[];
  Route find_route(Call& call) const;
  void follow(Call& call, Route route);
  daemon::Caller caller_of(const http::Request& request) const;

  void ping(Call& call);
  void version(Call& call);
  void system_info(Call& call);

  void container_create(Call& call);
  void container_list(Call& call);
  void container_inspect(Call& call);
  void container_start(Call& call);
  void container_attach(Call& call);
  void attach(Call& call);
  void container_wait(Call& call);
  void container_resize(Call& call);
  void container_kill(Call& call);
  void container_stop(Call& call);
  void container_restart(Call& call);
  void container_update(Call& call);
  void container_pause(Call& call);
  void container_unpause(Call& call);
  void container_rename(Call& call);
  void container_top(Call& call);
  void container_stats(Call& call);
  void container_prune(Call& call);
  void container_remove(Call& call);
  void container_logs(Call& call);

  void exec_create(Call& call);
  void exec_start(Call& call);
  void exec_inspect(Call& call);
  void exec_resize(Call& call);

  void image_create(Call& call);
  void image_list(Call& call);
  void image_inspect(Call& call);
  void image_remove(Call& call);
  void image_tag(Call& call);
  void image_history(Call& call);
  void image_prune(Call& call);

  void events(Call& call);
  void disk_usage(Call& call);
  void network_prune(Call& call);
  void build_prune(Call& call);

  // As a list shows it; `size`: with what it wrote.
  nlohmann::json summary_of(const daemon::Container& container, bool size);
  // What its image is called now: its id where the name has come to mean another one.
  std::string image_name_now(const daemon::Container& container);

  void not_yet(Call& call);

  void glass_events(Call& call);
  void glass_run(Call& call);
  void glass_run_release(Call& call);
  void glass_run_mode(Call& call);
  void glass_run_cancel(Call& call);
  void glass_run_finish(Call& call);
  void glass_gates(Call& call);
  void glass_info(Call& call);
  void glass_faults_set(Call& call);
  void glass_faults_clear(Call& call);
  void glass_hub_set(Call& call);
  void glass_narration(Call& call);
  void glass_sights(Call& call);
  void glass_vm(Call& call);
  void glass_vm_race(Call& call);

  daemon::Service& service_;
  daemon::Runs& runs_;
  daemon::VmLab& lab_;
  hub::Hub* const hub_;
  const EngineInfo info_;
};

}  // namespace glassdock::api
