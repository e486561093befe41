#include "engine/runtime/start_teller.h"

#include <fmt/format.h>
#include <sched.h>

#include <cstdlib>
#include <cstring>
#include <optional>
#include <utility>

#include "engine/os/files.h"
#include "engine/os/id_map.h"
#include "engine/plan/seccomp_answers.h"

namespace glassdock::runtime {
namespace {

// The namespaces that clone3 was asked for (namespaces(7)), as they are called.
std::string walls_of(std::uint64_t flags) {
  constexpr std::pair<std::uint64_t, const char*> walls[] = {{CLONE_NEWPID, "pid"},     {CLONE_NEWNS, "mount"},
                                                             {CLONE_NEWNET, "network"}, {CLONE_NEWUTS, "UTS"},
                                                             {CLONE_NEWIPC, "IPC"},     {CLONE_NEWUSER, "user"}};
  std::string names;
  for (const auto& [flag, name] : walls) {
    if ((flags & flag) != 0) names += (names.empty() ? "" : ", ") + std::string(name);
  }
  return names;
}

// The names that execute's third list has, joined by blanks.
std::string preset_of(const plan::View& plan, const plan::Operation& operation) {
  std::string names;
  for (const char* name = plan.text(operation.text[2]); *name; name = plan::next_in_list(name)) {
    names += (names.empty() ? "" : " ") + std::string(name);
  }
  return names;
}

// What write_files' list has, a FILE=VALUE a line, without the files' folders.
std::string written_of(const plan::View& plan, const plan::Operation& operation) {
  std::string lines;
  for (const char* path = plan.text(operation.text[0]); *path;) {
    const char* content = plan::next_in_list(path);
    const std::string_view file = std::string_view(path).substr(std::string_view(path).rfind('/') + 1);
    lines += fmt::format("{}{}={}", lines.empty() ? "" : "\n", file, content);
    path = plan::next_in_list(content);
  }
  return lines;
}

// Who the user `inside` of the engine's own user namespace is on the machine.
std::uint64_t outside_user(std::uint64_t inside) {
  return os::outside_id(os::try_read_file("/proc/self/uid_map").value_or(""), inside).value_or(inside);
}

// As its own pid namespace numbers it, the last in the line (proc_pid_status(5)); nothing for one that has gone.
std::optional<std::int64_t> pid_inside(std::int64_t pid) {
  const std::string status = os::try_read_file(fmt::format("/proc/{}/status", pid)).value_or("");
  const std::size_t line = status.find("\nNSpid:");
  if (line == std::string::npos) return std::nullopt;
  const std::size_t end = status.find('\n', line + 1), last = status.rfind('\t', end);
  const std::int64_t number = std::atoll(status.c_str() + last + 1);
  return number > 0 ? std::optional(number) : std::nullopt;
}

// What the filter that the plan carries answers, so that nobody need take its size for its meaning.
void add_answers(trace::Event& event, const plan::View& plan, const plan::Operation& operation) {
  const auto* program = static_cast<const char*>(plan.data(operation));
  if (!program) return;
  const plan::SeccompAnswers answers = plan::seccomp_answers({program, operation.data_bytes});
  if (answers.allowed + answers.by_arguments + answers.refused == 0) return;
  event.arguments.push_back({"calls_allowed", std::int64_t{answers.allowed}});
  event.arguments.push_back({"calls_by_arguments", std::int64_t{answers.by_arguments}});
  event.arguments.push_back({"calls_refused", std::int64_t{answers.refused}});
  if (!answers.examples.empty()) event.arguments.push_back({"refused_examples", answers.examples});
}

// What the record's numbers are called in the event; nothing for operations that have none.
void add_numbers(trace::Event& event, plan::Code code, const trace::Record& record) {
  using plan::Code;
  switch (code) {
    case Code::clone:
      event.arguments.push_back({"pid", record.result});
      break;
    case Code::enter_trial:
      // The engine may stand in a user namespace itself.
      event.arguments.push_back(
          {"outside_user", static_cast<std::int64_t>(outside_user(static_cast<std::uint64_t>(record.number[0])))});
      break;
    case Code::keep_descriptors:
      if (record.number[0] != 0) event.arguments.push_back({"keyring_errno", record.number[0]});
      break;
    case Code::find_user:
      event.arguments.push_back({"user", record.number[0]});
      event.arguments.push_back({"group", record.number[1]});
      break;
    case Code::report_memory:
      event.arguments.push_back({"peak_bytes", record.number[0]});
      event.arguments.push_back({"oom_kills", record.number[1]});
      break;
    case Code::create_cgroups:
    case Code::write_files:
    case Code::join_cgroups:
    case Code::make_devices:
    case Code::make_links:
    case Code::mask_paths:
    case Code::protect_paths:
    case Code::drop_bounding:
    case Code::remove_cgroups:
      event.arguments.push_back({"count", record.result});
      break;
    default:
      break;
  }
}

}  // namespace

StartTeller::StartTeller(const trace::Context& context, std::string container, std::string_view plan,
                         trace::SharedState& shared)
    : context_(context), container_(std::move(container)), plan_(plan.data(), plan.size()), shared_(shared) {}

std::uint64_t StartTeller::lost() const {
  return shared_.monitor.lost.load() + shared_.child.lost.load();
}

void StartTeller::drain() {
  // The monitor tears down behind the child's end: whoever sees that in its ring finds the child's complete.
  std::vector<trace::Record> teardown;
  trace::Record record;
  while (trace::take(shared_.monitor, record, plan_.count())) {
    if (plan_.operation(record.operation).phase == plan::Phase::teardown) {
      teardown.push_back(record);
    } else {
      take(record, trace::Actor::monitor);
    }
  }
  while (trace::take(shared_.child, record, plan_.count())) take(record, trace::Actor::child);
  for (const trace::Record& last : teardown) take(last, trace::Actor::monitor);
}

void StartTeller::take(const trace::Record& record, trace::Actor actor) {
  if (std::optional<Waiting> before = std::exchange(waiting_, std::nullopt)) {
    // execve's record goes ahead of its attempt; a second one of the same operation says how it failed.
    if (before->record.operation != record.operation) tell(before->record, before->actor, {}, 0);
  }
  bool ahead = plan_.operation(record.operation).code == plan::Code::execute && record.error == 0;
  if (ahead) {
    waiting_ = Waiting{record, actor};
  } else {
    tell(record, actor, {}, 0);
  }
}

void StartTeller::read_evidence(int operation, pid_t pid) {
  trace::Record record;
  for (auto [ring, actor] :
       {std::pair{&shared_.monitor, trace::Actor::monitor}, {&shared_.child, trace::Actor::child}}) {
    while (trace::take(*ring, record, plan_.count())) {
      if (static_cast<int>(record.operation) != operation || !context_.wants_evidence()) {
        take(record, actor);  // the child may be at its execve by now
        continue;
      }
      std::int64_t begin = trace::monotonic_ns();
      std::vector<trace::Evidence> evidence = evidence_for(record, pid);
      read_before(record.operation + 1, pid);
      tell(record, actor, std::move(evidence), trace::monotonic_ns() - begin);
    }
  }
}

void StartTeller::executed(std::int64_t time_ns) {
  drain();
  std::optional<Waiting> execution = std::exchange(waiting_, std::nullopt);
  if (!execution) return;
  execution->record.end_ns = time_ns;
  // The command runs meanwhile: reading takes no time of its.
  tell(execution->record, execution->actor,
       context_.wants_evidence() ? evidence_of_command(execution->record) : std::vector<trace::Evidence>(), 0);
}

void StartTeller::tell(const trace::Record& record, trace::Actor actor, std::vector<trace::Evidence> evidence,
                       std::int64_t evidence_ns) {
  if (!context_.watched()) return;
  trace::Event event = make_event(record, actor);
  event.evidence = std::move(evidence);
  if (evidence_ns > 0) event.arguments.push_back({"evidence_ns", evidence_ns});
  context_.tracer->emit(std::move(event));
}

trace::Event StartTeller::make_event(const trace::Record& record, trace::Actor actor) const {
  const plan::Operation& operation = plan_.operation(record.operation);
  trace::Event event;
  event.time_ns = record.end_ns;
  event.span = context_.span;
  event.stage = static_cast<trace::Stage>(operation.stage);
  event.actor = actor;
  event.pid = actor == trace::Actor::child ? child_ : monitor_;
  event.name = event.gate = plan_.text(operation.name);
  event.subject = container_;
  event.plain_command = plan_.text(operation.plain_command);
  event.source = {plan_.text(operation.source_file), operation.source_line};
  event.arguments.push_back({"duration_ns", record.end_ns - record.begin_ns});
  if (record.text[0] != 0) event.arguments.push_back({"object", std::string(record.text)});
  add_numbers(event, operation.code, record);
  if (operation.code == plan::Code::clone) {
    event.arguments.push_back({"walls", walls_of(operation.number[0])});
    // Of a first process it is 1.
    if (event.name == "exec.clone" && record.error == 0) {
      if (const auto inside = pid_inside(record.result)) event.arguments.push_back({"pid_inside", *inside});
    }
    // A trial's is somebody else: its own operation tells.
    if (const auto user = outside_user(0); user != 0 && (operation.number[0] & CLONE_NEWUSER) == 0) {
      event.arguments.push_back({"outside_user", static_cast<std::int64_t>(user)});
    }
  }
  if (operation.code == plan::Code::set_seccomp) add_answers(event, plan_, operation);
  const bool limits = event.name == "isolate.limits" || event.name == "isolate.trial-limits";
  if (limits) event.arguments.push_back({"limits", written_of(plan_, operation)});
  if (operation.code == plan::Code::execute) event.arguments.push_back({"preset", preset_of(plan_, operation)});
  if (const char* remark = plan_.text(operation.remark); *remark) {
    event.arguments.push_back({"remark", std::string(remark)});
  }
  if (record.error != 0) {
    event.arguments.push_back({"errno", static_cast<std::int64_t>(record.error)});
    event.arguments.push_back({"error", std::string(std::strerror(record.error))});
  }
  return event;
}

}  // namespace glassdock::runtime
