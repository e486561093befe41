#include <algorithm>
#include <utility>

#include "app/model/reduce.h"
#include "engine/base/text.h"

namespace glassdock::model {
namespace {

bool creates_container(std::string_view words) {
  return words == "POST /containers/create";
}
// Which container the words ask that of, as the client named it; or nothing.
std::string_view asked_of_container(std::string_view words, std::string_view what) {
  constexpr std::string_view head = "POST /containers/";
  if (!starts_with(words, head) || !ends_with(words, what) || words.size() <= head.size() + what.size()) return {};
  return words.substr(head.size(), words.size() - head.size() - what.size());
}
std::string_view restarted_container(std::string_view words) {
  return asked_of_container(words, "/restart");
}
// The container that is to be started, for the first time or again.
std::string_view started_container(std::string_view words) {
  const std::string_view started = asked_of_container(words, "/start");
  return started.empty() ? restarted_container(words) : started;
}

// Clients may ask by name; what is not known stays as it was asked for.
std::string id_of(const Model& model, std::string_view asked) {
  const auto found = std::find_if(model.containers.rbegin(), model.containers.rend(), [&](const Container& one) {
    return one.id == asked || (one.name == asked && one.phase != Phase::removed);
  });
  return found == model.containers.rend() ? cut(asked) : found->id;
}

// The run's own container, which has started in it, is to start once more.
bool starts_again(const Model& model, std::string_view words) {
  const std::string_view asked = started_container(words);
  const Container* container = model.current();
  return !asked.empty() && container && id_of(model, asked) == container->id && container->start_event != no_event &&
         container->start_event >= model.run.first;
}

// A client that opened no run (the real docker) goes on with the one that it began: it creates, pulls, creates again,
// starts.
bool goes_on(const Run& run, std::string_view words) {
  if (run.first == no_event || run.root != 0) return false;
  if (creates_container(words) || pulls_image(words)) return run.container.empty() && !run.failed;
  return !run.container.empty() && words.find(run.container) != std::string_view::npos;
}

bool begins_run(const Model& model, const Change& change) {
  const std::string_view words = change.event.subject;
  if (!restarted_container(words).empty() && starts_again(model, words)) return true;
  if (!creates_container(words) && !pulls_image(words) && started_container(words).empty()) return false;
  return may_take_over(model.run);
}

void begin_run(const Change& change, std::uint64_t root) {
  Run& run = change.model.run;
  run = Run{};
  run.root = root;
  run.engine = change.model.engine.pid;
  run.first = change.index;
  run.begin_ns = run.latest_ns = change.event.time_ns;
  change.model.transfers.clear();
  change.model.hub.requests = 0;  // of this run
  change.model.hub.upstream.clear();
  change.model.hub.upstream_status = 0;
  change.model.lookup = Lookup{};
  change.model.focus.clear();
  std::erase_if(change.model.images,
                [](const Image& image) { return image.state == State::leaving || image.state == State::failed; });
  slim_containers(change.model);
}

// The client is told "no such image" and pulls it: no failure of the run.
bool leads_to_pull(const Request& request) {
  return creates_container(request.words) && request.status == 404;
}

void end_request(const Change& change, Request& request) {
  request.end = change.index;
  request.status = change.number("status");
  request.failed = change.failed();
  request.error = change.text("error");
}

}  // namespace

bool may_take_over(const Run& run) {
  if (run.first == no_event || run.ended || run.executing) return true;
  return std::all_of(run.requests.begin(), run.requests.end(), [](const Request& r) { return r.end != no_event; });
}

bool pulls_image(std::string_view words) {
  return words == "POST /images/create";
}

bool goes_on_to_restart(const Run& run) {
  return std::any_of(run.requests.begin(), run.requests.end(), [](const Request& request) {
    return request.end == no_event && !restarted_container(request.words).empty();
  });
}

void begin_run_again(const Change& change) {
  Run before = change.model.run;
  begin_run(change, before.root);
  Run& run = change.model.run;
  run.container = std::move(before.container);
  run.image = std::move(before.image);
  run.requests = std::move(before.requests);
}

void request_received(const Change& change) {
  Model& model = change.model;
  Run& run = model.run;
  if (change.begins()) {
    if (change.flag("aside")) return;  // nobody typed it
    const std::string_view words = change.event.subject;
    const bool same =
        run.first != no_event && !run.gone && !starts_again(model, words) &&
        (run.root != 0 ? change.event.parent == run.root : change.event.parent == 0 && goes_on(run, words));
    Request request{.words = change.subject(), .span = change.event.span, .parent = change.event.parent};
    request.begin = change.index;
    if (!same && !begins_run(model, change)) {
      model.other = std::move(request);
      return;
    }
    if (!same) begin_run(change, change.event.parent);
    // The run goes on, and has the picture.
    if (!std::exchange(model.focus, {}).empty()) slim_containers(model);
    if (run.container.empty()) run.container = id_of(model, started_container(words));
    run.ended = false;
    run.requests.push_back(std::move(request));
    keep_newest(run.requests, most_requests);
    return;
  }
  if (!change.ends()) return;
  if (model.other.span == change.event.span && model.other.end == no_event && model.other.begin != no_event) {
    return end_request(change, model.other);
  }
  const auto found = std::find_if(run.requests.rbegin(), run.requests.rend(),
                                  [&](const Request& r) { return r.span == change.event.span && r.end == no_event; });
  if (found == run.requests.rend()) return;
  end_request(change, *found);
  if (found->failed) give_up_pull(model, found->span);
  if (found->failed && !leads_to_pull(*found)) {
    run.ended = true;
    run.failed = run.failed || !run.given_up;
  }
  // Whoever asked for a container before goes on with that.
  const bool goes_on = std::any_of(run.requests.begin(), run.requests.end(), leads_to_pull);
  if (pulls_image(found->words) && run.container.empty() && !goes_on) run.ended = true;
}

}  // namespace glassdock::model
