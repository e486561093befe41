#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <deque>
#include <thread>
#include <unordered_set>

#include "engine/api/answers.h"
#include "engine/base/text.h"
#include "engine/plan/compile.h"
#include "engine/trace/gates.h"
#include "engine/trace/json.h"

namespace glassdock::api {

using nlohmann::json;

namespace {

constexpr char stream_type[] = "application/x-ndjson";

// Follows which spans belong to a run: those below its own; for one that holds any client also those of requests that
// name no run, whichever run holds them. A span may be told of after its end (a container's exit belongs to its start),
// so the oldest go only when there are many.
class RunFilter {
 public:
  RunFilter(std::uint64_t span, bool any_client) : run_(span), any_client_(any_client) {}
  bool takes(const trace::Event& event) {
    const bool of_nobody = event.parent == 0 && event.name == "request.received";
    bool of_run = has(event.span) || (event.parent != 0 && has(event.parent)) || (any_client_ && of_nobody);
    if (of_run && event.kind == trace::Kind::begin) add(event.span);
    return of_run;
  }

 private:
  static constexpr std::size_t most = 64 * 1024;
  bool has(std::uint64_t span) const { return span == run_ || spans_.contains(span); }
  void add(std::uint64_t span) {
    if (!spans_.insert(span).second) return;
    in_order_.push_back(span);
    if (in_order_.size() <= most) return;
    spans_.erase(in_order_.front());
    in_order_.pop_front();
  }

  const std::uint64_t run_;
  const bool any_client_;
  std::unordered_set<std::uint64_t> spans_;
  std::deque<std::uint64_t> in_order_;
};

// Throws Error where one of the keys has none.
void check_texts(const json& body, std::initializer_list<const char*> keys) {
  constexpr std::size_t longest = 4096;
  for (const char* key : keys) {
    const auto found = body.find(key);
    if (found != body.end() && found->is_string() && found->get_ref<const std::string&>().size() <= longest) continue;
    throw Error(ErrorKind::invalid_argument, fmt::format("\"{}\" is no text of at most {} bytes", key, longest));
  }
}

// The control line that goes with an event, or nothing.
std::optional<json> control_line(const trace::Event& event) {
  bool held = event.name == "gate.held";
  if (!held && event.name != "gate.released") return std::nullopt;
  json about = {{"id", 0}};
  for (const trace::Argument& argument : event.arguments) {
    if (const auto* number = std::get_if<std::int64_t>(&argument.value)) about[argument.name] = *number;
    if (const auto* text = std::get_if<std::string>(&argument.value)) about[argument.name] = *text;
  }
  about["subject"] = event.subject;
  return json{{held ? "held" : "released", about}};
}

// Writes a watcher's events to its client, in a thread of its own: the request's thread looks out for the client's end,
// which a writer that has nothing to say would not see.
class EventStream {
 public:
  using Subscription = std::shared_ptr<trace::Subscription>;
  // `tell_held` adds what is held to the baseline.
  EventStream(daemon::Service& service, http::ResponseWriter& answer, bool evidence,
              std::function<bool(const trace::Event&)> wanted, std::function<void(const Subscription&)> tell_held)
      : service_(service),
        answer_(answer),
        wanted_(std::move(wanted)),
        tell_held_(std::move(tell_held)),
        subscription_(service.subscribe(evidence)) {
    tell_held_(subscription_);
  }
  ~EventStream() { service_.tracer().unsubscribe(subscription_); }

  // Returns when the client has gone, or after `close`.
  void run() {
    UniqueFd ended(::eventfd(0, EFD_CLOEXEC));
    std::thread writer([&] {
      ::pthread_setname_np(::pthread_self(), "events");
      write_all();
      std::uint64_t one = 1;
      while (::write(ended.get(), &one, sizeof(one)) < 0 && errno == EINTR) {
      }
    });
    pollfd sources[2] = {{answer_.socket(), POLLRDHUP, 0}, {ended.get(), POLLIN, 0}};
    while (::poll(sources, 2, -1) < 0 && errno == EINTR) {
    }
    subscription_->close();
    writer.join();
  }
  const Subscription& subscription() const { return subscription_; }

 private:
  void write_all() {
    try {
      write_events();
    } catch (const std::exception&) {
      // The client has gone, or there is no memory for what it asked: its stream ends, and nobody is left to be told.
    }
  }

  void write_events() {
    constexpr std::chrono::milliseconds for_ever = std::chrono::hours(24 * 365);
    bool in_baseline = true;
    std::string out;
    for (;;) {
      auto event = subscription_->next(in_baseline ? std::chrono::milliseconds(0) : for_ever);
      if (in_baseline && (!event || !starts_with(event->name, "baseline."))) {
        answer_.write(out + "{\"baseline_end\":true}\n");
        out.clear();
        in_baseline = false;
      }
      if (!event) {
        if (subscription_->closed()) break;
        continue;
      }
      if (event->name == "trace.lost") {
        service_.send_baseline(subscription_);
        tell_held_(subscription_);
      }
      if (starts_with(event->name, "baseline.") || event->name == "trace.lost" || wanted_(*event)) {
        trace::append_json_line(out, *event);
        out += '\n';
        if (auto control = control_line(*event)) out += to_text(*control);
      }
      if (!in_baseline && !out.empty()) {
        answer_.write(out);
        out.clear();
      }
    }
    answer_.finish();
  }

  daemon::Service& service_;
  http::ResponseWriter& answer_;
  std::function<bool(const trace::Event&)> wanted_;
  std::function<void(const Subscription&)> tell_held_;
  Subscription subscription_;
};

std::vector<daemon::Wish> read_wishes(const json& body) {
  std::vector<daemon::Wish> wishes;
  auto gates = body.find("gates");
  if (gates == body.end() || gates->is_null()) return wishes;
  if (!gates->is_array()) throw Error(ErrorKind::invalid_argument, "\"gates\" is no list");
  for (const json& gate : *gates) {
    if (!gate.is_string()) throw Error(ErrorKind::invalid_argument, "\"gates\" has something that is no name");
    wishes.push_back(daemon::parse_wish(gate.get<std::string>()));
  }
  return wishes;
}

bool flag(const json& body, const char* key) {
  auto found = body.find(key);
  return found != body.end() && found->is_boolean() && found->get<bool>();
}

std::string word(const json& body, const char* key, const char* otherwise = "") {
  auto found = body.find(key);
  return found != body.end() && found->is_string() ? found->get<std::string>() : otherwise;
}

}  // namespace

void Api::glass_events(Call& call) {
  EventStream stream(
      service_, call.answer, query_flag(call.request, "evidence"), [](const trace::Event&) { return true; },
      [&](const EventStream::Subscription& to) { runs_.tell_held(to); });
  call.answer.start(200, {{"Content-Type", stream_type}});
  stream.run();
}

void Api::glass_run(Call& call) {
  json body = read_json(call);
  auto run = runs_.begin(daemon::parse_run_mode(word(body, "mode", "run")), read_wishes(body), flag(body, "any"));
  // The connection owns the run, however it ends.
  std::shared_ptr<void> owner(nullptr, [&](void*) {
    run->on_finish({});
    runs_.end(run);
  });
  RunFilter filter(run->span(), run->any());
  EventStream stream(
      service_, call.answer, flag(body, "evidence"), [&](const trace::Event& event) { return filter.takes(event); },
      [&](const EventStream::Subscription& to) { run->tell_held(to); });  // what others hold is not this run's
  call.answer.start(200, {{"Content-Type", stream_type}});
  call.answer.write(to_text({{"run", run->id()}, {"span", run->span()}}));
  run->on_finish([subscription = stream.subscription()] { subscription->close(); });
  stream.run();
}

void Api::glass_run_release(Call& call) {
  json body = read_json(call);
  auto held = body.find("held");
  if (held == body.end() || !held->is_number_unsigned()) {
    throw Error(ErrorKind::invalid_argument, "\"held\" is missing: the number of what is held");
  }
  runs_.find(call.name)->release(held->get<std::uint64_t>());
  send_empty(call, 204);
}

void Api::glass_run_mode(Call& call) {
  json body = read_json(call);
  runs_.find(call.name)->set_mode(daemon::parse_run_mode(word(body, "mode")), read_wishes(body));
  send_empty(call, 204);
}

void Api::glass_run_cancel(Call& call) {
  runs_.find(call.name)->cancel();
  send_empty(call, 204);
}

void Api::glass_run_finish(Call& call) {
  runs_.find(call.name)->finish();
  send_empty(call, 204);
}

void Api::glass_gates(Call& call) {
  json list = json::array();
  for (const trace::Gate& gate : trace::gates()) {
    list.push_back({{"gate", gate.name},
                    {"stage", trace::to_string(gate.stage)},
                    {"waits", trace::to_string(gate.waits)},
                    {"standing", gate.standing},
                    {"standing_korean", gate.standing_korean}});
  }
  send_json(call, 200, list);
}

void Api::glass_info(Call& call) {
  const plan::Host& host = service_.host();
  send_json(call, 200,
            {{"version", GLASSDOCK_VERSION},
             {"pid", ::getpid()},
             {"data", info_.data_folder},
             {"socket", info_.socket},
             {"hub", info_.hub},
             {"rootless", info_.rootless},
             {"single_id", host.single_id},
             {"cgroups", plan::to_string(host.cgroups)},
             {"cpus", host.cpus},
             {"started_unix", info_.started_unix},
             {"remarks", host.remarks}});
}

// What somebody says about what comes: it stands in the stream and in recordings where it was said.
void Api::glass_narration(Call& call) {
  const json body = read_json(call);
  check_texts(body, {"scenario", "step", "part", "english", "korean"});
  const trace::Context context{.tracer = &service_.tracer(), .actor = trace::Actor::client};
  context.tell(trace::Stage::lifecycle, "scenario.say", word(body, "step"),
               {{"scenario", word(body, "scenario")},
                {"part", word(body, "part")},
                {"english", word(body, "english")},
                {"korean", word(body, "korean")}});
  send_empty(call, 204);
}

// What a command of a scenario printed, as its player saw it: a figure of the pictures.
void Api::glass_sights(Call& call) {
  const json body = read_json(call);
  check_texts(body, {"scenario", "step", "sight", "command", "output"});
  const auto code = body.find("exit_code");
  if (code == body.end() || !code->is_number_integer()) {
    throw Error(ErrorKind::invalid_argument, "\"exit_code\" is no whole number");
  }
  const std::string command = word(body, "command"), output = word(body, "output");
  const trace::Context context{.tracer = &service_.tracer(), .actor = trace::Actor::client};
  context.tell(trace::Stage::lifecycle, "scenario.saw", word(body, "step"),
               {{"scenario", word(body, "scenario")},
                {"sight", word(body, "sight")},
                {"command", command},
                {"output", output},
                {"exit_code", code->get<std::int64_t>()}},
               [&](trace::Event& event) {
                 event.plain_command = command;
                 if (context.wants_evidence()) event.evidence.push_back({"what it printed", "", output, ""});
               });
  send_empty(call, 204);
}

void Api::glass_faults_set(Call& call) {
  json body = read_json(call);
  int times = 1;
  if (auto found = body.find("times"); found != body.end() && found->is_number_integer()) times = found->get<int>();
  service_.faults().set(word(body, "operation"), word(body, "errno"), times);
  send_empty(call, 204);
}

void Api::glass_faults_clear(Call& call) {
  service_.faults().clear();
  send_empty(call, 204);
}

}  // namespace glassdock::api
