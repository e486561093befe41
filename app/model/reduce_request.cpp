#include <algorithm>

#include "app/model/reduce.h"
#include "engine/base/text.h"

namespace glassdock::model {
namespace {

bool creates_container(std::string_view words) {
  return words == "POST /containers/create";
}
// The container that is to be started, or nothing.
std::string_view started_container(std::string_view words) {
  constexpr std::string_view head = "POST /containers/", tail = "/start";
  if (!starts_with(words, head) || !ends_with(words, tail) || words.size() <= head.size() + tail.size()) return {};
  return words.substr(head.size(), words.size() - head.size() - tail.size());
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
  if (!creates_container(words) && !pulls_image(words) && started_container(words).empty()) return false;
  return may_take_over(model.run);
}

void begin_run(const Change& change) {
  Run& run = change.model.run;
  run = Run{};
  run.root = change.event.parent;
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

void request_received(const Change& change) {
  Model& model = change.model;
  Run& run = model.run;
  if (change.begins()) {
    const std::string_view words = change.event.subject;
    const bool same =
        run.first != no_event && !run.gone &&
        (run.root != 0 ? change.event.parent == run.root : change.event.parent == 0 && goes_on(run, words));
    Request request{change.subject(), change.event.span, 0, false, {}, change.index, no_event};
    if (!same && !begins_run(model, change)) {
      model.other = std::move(request);
      return;
    }
    if (!same) begin_run(change);
    if (run.container.empty()) run.container = cut(started_container(words));
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
