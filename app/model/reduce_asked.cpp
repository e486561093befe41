// What clients asked the engine for, as long as it does it, and what that brings about.
#include <algorithm>

#include "app/model/reduce.h"
#include "engine/base/flag.h"
#include "engine/base/text.h"

namespace glassdock::model {
namespace {

bool is_forced(std::string_view target) {
  constexpr std::string_view name = "force=";
  for (const std::string& word : split(target.substr(std::min(target.find('?'), target.size())), '&')) {
    const std::string_view pair = starts_with(word, "?") ? std::string_view(word).substr(1) : std::string_view(word);
    if (starts_with(pair, name)) return is_on(pair.substr(name.size()));
  }
  return false;
}

// "stop" of "POST /containers/tea/stop"; what is deleted has no such word.
std::string word_of_request(const Change& change) {
  const std::string_view request = change.event.subject;
  if (starts_with(request, "DELETE ")) return is_forced(change.words("path")) ? "rm -f" : "rm";
  const std::size_t slash = request.rfind('/');
  return slash == std::string_view::npos ? std::string() : cut(request.substr(slash + 1));
}

std::string word_of(const Change& change) {
  const std::string& name = change.event.name;
  if (name == "request.received") return word_of_request(change);
  if (name == "container.stop") return "stop";
  if (name == "container.restart") return "restart";
  return name == "container.start" ? "start" : "";
}

}  // namespace

std::uint64_t work_of(const trace::Event& event) {
  return event.kind == trace::Kind::begin || event.kind == trace::Kind::end ? event.parent : event.span;
}

void begin_work(const Change& change) {
  if (!change.begins()) return;
  std::string word = word_of(change);
  if (word.empty()) return;
  std::vector<Asked>& asked = change.model.asked;
  asked.push_back({change.event.span, change.event.parent, std::move(word), change.index});
  keep_newest(asked, most_asked);
}

void end_work(const Change& change) {
  if (!change.ends()) return;
  std::erase_if(change.model.asked, [&](const Asked& one) { return one.span == change.event.span; });
}

bool is_asked(const Model& model, std::uint64_t span) {
  return std::any_of(model.asked.begin(), model.asked.end(), [&](const Asked& one) { return one.span == span; });
}

// The outermost work that is known: what a client asked for.
Cause cause_of(const Change& change) {
  Cause cause;
  std::uint64_t span = work_of(change.event);
  for (std::size_t i = 0; i < most_asked && span != 0; ++i) {
    const auto& asked = change.model.asked;
    const auto found = std::find_if(asked.begin(), asked.end(), [&](const Asked& one) { return one.span == span; });
    if (found == asked.end()) break;
    cause = {found->asked, found->event};
    span = found->parent;
  }
  return cause;
}

void forget_work(Model& model) {
  model.asked.clear();
  for (Container& container : model.containers) {
    if (container.life.stop == 0 && !container.life.policy) continue;
    container.life.stop = 0;
    forget_policy(container.life);  // the next engine tells of it anew
    container.changed = model.last;
  }
}

}  // namespace glassdock::model
