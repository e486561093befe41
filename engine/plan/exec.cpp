// A command in a container that runs: the same walls, joined instead of made.
#include <fmt/format.h>
#include <sched.h>

#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/plan/parts.h"

namespace glassdock::plan {
namespace {

void add_entry(Start& start, const ExecSpec& spec) {
  // The pid namespace is that of children to come (setns(2)); the others are the child's own to join.
  start.writer.add({.name = "exec.pid-namespace",
                    .code = Code::join_namespaces,
                    .phase = Phase::prepare,
                    .stage = trace::Stage::lifecycle,
                    .number = {CLONE_NEWPID, 0},
                    .remarked = true});
  start.writer.add({.name = "exec.clone",
                    .code = Code::clone,
                    .phase = Phase::prepare,
                    .stage = trace::Stage::lifecycle,
                    .text = {spec.unified_cgroup},
                    .plain_command = spec.unified_cgroup.empty()
                                         ? std::string()
                                         : echo_command("0", spec.unified_cgroup + "/cgroup.procs"),
                    .remarked = true});
  if (!spec.v1_cgroups.empty()) {
    std::vector<std::string> commands;
    commands.reserve(spec.v1_cgroups.size());
    for (const std::string& folder : spec.v1_cgroups) commands.push_back(echo_command("0", folder + "/tasks"));
    start.writer.add({.name = "exec.cgroup-join",
                      .code = Code::join_cgroups,
                      .stage = trace::Stage::lifecycle,
                      .text = {make_list(spec.v1_cgroups)},
                      .plain_command = join(commands, "\n")});
  }
  start.writer.add({.name = "exec.namespaces",
                    .code = Code::join_namespaces,
                    .stage = trace::Stage::lifecycle,
                    .number = {CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWCGROUP, 0},
                    .remarked = true});
}

}  // namespace

std::string compile_exec(const ExecSpec& spec, const Host& host, const SeccompProgram& seccomp,
                         const PlanOptions& options) {
  check_command(spec.command, host);
  PlanWriter writer;
  writer.introduce(fmt::format("export ID={} P={}", spec.command.id, spec.process), "");
  writer.abbreviate(spec.command.id, "ID");
  Start start{spec.command, host, seccomp, options, writer, true};
  add_entry(start, spec);
  add_basics(start);
  if (spec.command.terminal) {
    writer.add({.name = "exec.terminal",
                .code = Code::open_terminal,
                .stage = trace::Stage::lifecycle,
                .number = {spec.command.terminal->rows, spec.command.terminal->columns},
                .remarked = true});
  }
  add_identity(start);
  add_execution(start);
  for (const auto& [name, error] : options.injected) writer.inject(name, error);
  return writer.finish(host, spec.command.arguments.size(), spec.command.environment.size());
}

const std::vector<std::string>& exec_operation_names() {
  static const std::vector<std::string> names = {
      "exec.pid-namespace", "exec.clone",    "exec.cgroup-join",  "exec.namespaces",
      "exec.descriptors",   "exec.terminal", "exec.user",         "exec.bounding",
      "exec.seccomp",       "exec.set-user", "exec.capabilities", "exec.no-new-privileges",
      "exec.folder",        "exec.exec",
  };
  return names;
}

}  // namespace glassdock::plan
