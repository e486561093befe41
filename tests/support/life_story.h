// support: what clients do to containers that run, as the engine tells it; one story after the other of RunStory.
#pragma once

#include "tests/support/run_story.h"

namespace glassdock::support {

class LifeStory : public RunStory {
 public:
  // Of the process that is stopped.
  struct Stop {
    bool handles = true;        // SIGTERM: it ends with code 0; otherwise it is killed
    bool until_signal = false;  // no more than the first signal is told
  };

  // As the real docker does it: without a run of its own.
  void runs(const std::string& id) {
    container = id;
    create(0);
    for (trace::Event& event : events) {
      if (event.name != "container.create" || event.kind != Kind::end || event.subject != id) continue;
      event.arguments = {{"name", id}};
    }
    begin_start(0);
    prepared();
    execute(0);
  }
  void pause(const std::string& id) { move(id, "pause"); }
  void unpause(const std::string& id) { move(id, "unpause"); }
  void kill(const std::string& id, std::int64_t number, const std::string& name, bool ends) {
    const std::string words = "POST /containers/" + id + "/kill";
    const std::uint64_t asked = request(words, 0);
    signal(id, number, name, asked);
    if (ends) exits(id, 128 + number, number);
    answer(asked, words, 204, 0);
  }
  void stop(const std::string& id, Stop how, std::uint64_t parent = 0) {
    const std::string words = "POST /containers/" + id + "/stop";
    stop_request_ = parent != 0 ? parent : request(words, 0), stop_ = ++span_;
    tell(Stage::lifecycle, Kind::begin, "container.stop", id, stop_, stop_request_,
         {{"signal", std::int64_t{15}}, {"signal_name", std::string("SIGTERM")}, {"grace_s", std::int64_t{10}}});
    signal(id, 15, "SIGTERM", stop_);
    if (how.until_signal) return;
    how.handles ? exits(id, 0, 0) : grace_is_over(id);
    tell(Stage::lifecycle, Kind::end, "container.stop", id, stop_, stop_request_);
    if (parent == 0) answer(stop_request_, words, 204, 0);
  }
  // The stop before this one went until its signal.
  void grace_is_over(const std::string& id) {
    wait(10'000'000'000);
    signal(id, 9, "SIGKILL", stop_);
    exits(id, 137, 9);
  }
  void restart(const std::string& id) {
    const std::string words = "POST /containers/" + id + "/restart";
    const std::uint64_t asked = request(words, 0), restart = ++span_;
    tell(Stage::lifecycle, Kind::begin, "container.restart", id, restart, asked);
    stop(id, {}, restart);
    container = id;
    begin_start_of(restart);
    prepared();
    end_start_of(restart);
    tell(Stage::lifecycle, Kind::end, "container.restart", id, restart, asked);
    answer(asked, words, 204, 0);
  }
  // Its command fails, and the policy wants it to run again.
  void waits_for_restart(const std::string& id, const std::string& policy) {
    exits(id, 3, 0);
    tell(Stage::lifecycle, Kind::instant, "container.restart-policy", id, 0, 0,
         {{"policy", policy}, {"attempt", std::int64_t{1}}, {"delay_ms", std::int64_t{100}}});
  }
  void restarts_by_policy(const std::string& id, const std::string& policy) {
    waits_for_restart(id, policy);
    wait(100'000'000);
    container = id;
    begin_start_of(0);
    prepared();
    end_start_of(0);
  }
  void restart_is_cancelled(const std::string& id, const std::string& policy) {
    tell(Stage::lifecycle, Kind::instant, "container.restart-cancel", id, 0, 0, {{"policy", policy}});
  }
  void starts_again(const std::string& id) {
    container = id;
    begin_start(0);
    prepared();
    execute(0);
  }
  enum class Removal { asked, forced, pruned, by_option };  // docker rm, rm -f, container prune, run --rm
  void remove(const std::string& id, Removal how = Removal::asked) {
    const bool by_option = how == Removal::by_option;
    const std::string words = how == Removal::pruned ? "POST /containers/prune" : "DELETE /containers/" + id;
    const std::uint64_t asked = by_option ? 0 : request(words, 0), span = ++span_;
    if (how == Removal::forced) {
      events.back().arguments.push_back({"path", "/v1.45/containers/" + id + "?force=1&v=0"});
      signal(id, 9, "SIGKILL", asked);
      exits(id, 137, 9);
    }
    tell(Stage::lifecycle, Kind::begin, "container.remove", id, span, asked, {{"auto_remove", by_option}});
    tell(Stage::lifecycle, Kind::end, "container.remove", id, span, asked);
    if (!by_option) answer(asked, words, how == Removal::pruned ? 200 : 204, 0);
  }
  // By itself, or by a signal that nobody is told to have sent.
  void exits(const std::string& id, std::int64_t code, std::int64_t signal = 0) {
    trace::Event& event = tell(Stage::run, Kind::instant, "container.exit", id, 0, 0, {{"exit_code", code}});
    if (signal != 0) event.arguments.push_back({"signal", signal});
  }

  // As far as its command runs. `inside`: 0: not read.
  void exec(const std::string& id, const std::string& command, std::int64_t pid, std::int64_t inside) {
    begin_exec(id, command);
    exec_operation("exec.pid-namespace").actor = trace::Actor::monitor;
    exec_clone(pid, inside);
    exec_operation("exec.namespaces");
    exec_operation("exec.exec");
    tell(Stage::lifecycle, Kind::end, "exec.start", id, exec_, exec_request_, {{"pid", pid}});
    answer(exec_request_, "POST /exec/" + exec_id_ + "/start", 200, 0);
  }
  void begin_exec(const std::string& id, const std::string& command) {
    exec_of_ = id;
    exec_id_ = "e" + std::to_string(++span_);
    exec_request_ = request("POST /exec/" + exec_id_ + "/start", 0);
    exec_ = ++span_;
    tell(Stage::lifecycle, Kind::begin, "exec.start", id, exec_, exec_request_,
         {{"exec", exec_id_}, {"command", command}});
  }
  void exec_clone(std::int64_t pid, std::int64_t inside) {
    trace::Event& clone = exec_operation("exec.clone", {{"pid", pid}});
    clone.actor = trace::Actor::monitor;
    clone.pid = 48755;
    if (inside != 0) clone.arguments.push_back({"pid_inside", inside});
  }
  trace::Event& exec_operation(const std::string& name, std::vector<trace::Argument> arguments = {}) {
    trace::Event& event = tell(Stage::lifecycle, Kind::instant, name, exec_of_, exec_, 0, std::move(arguments));
    event.gate = name;
    event.actor = trace::Actor::child;
    return event;
  }
  void exec_ends(std::int64_t code) {
    tell(Stage::lifecycle, Kind::instant, "exec.exit", exec_of_, 0, 0, {{"exec", exec_id_}, {"exit_code", code}});
  }
  void exec_fails(const std::string& id, const std::string& command, const std::string& why) {
    begin_exec(id, command);
    tell(Stage::lifecycle, Kind::end, "exec.start", id, exec_, exec_request_, {{"error", why}});
    answer(exec_request_, "POST /exec/" + exec_id_ + "/start", 400, 0);
  }

  void was_here(const std::string& id, const std::string& state, std::int64_t created_ago, std::int64_t started_ago,
                std::int64_t ended_ago) {
    baseline_container(id, state);
    events.back().arguments.push_back({"created_ago_ns", created_ago});
    events.back().arguments.push_back({"started_ago_ns", started_ago});
    if (ended_ago != 0) events.back().arguments.push_back({"ended_ago_ns", ended_ago});
  }
  void engine_ends() { tell(Stage::lifecycle, Kind::instant, "trace.ended", ""); }

 private:
  void move(const std::string& id, const std::string& word) {
    const std::string words = "POST /containers/" + id + "/" + word;
    const std::uint64_t asked = request(words, 0);
    tell(Stage::lifecycle, Kind::instant, "container." + word, id, asked);
    answer(asked, words, 204, 0);
  }
  void signal(const std::string& id, std::int64_t number, const std::string& name, std::uint64_t work) {
    tell(Stage::lifecycle, Kind::instant, "container.signal", id, work, 0,
         {{"signal", number}, {"signal_name", name}, {"pid", std::int64_t{48121}}});
  }

  std::string exec_of_, exec_id_;
  std::uint64_t exec_ = 0, exec_request_ = 0, stop_ = 0, stop_request_ = 0;
};

}  // namespace glassdock::support
