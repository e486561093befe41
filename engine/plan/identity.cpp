#include <fmt/format.h>
#include <linux/capability.h>

#include <algorithm>
#include <cctype>
#include <iterator>

#include "engine/base/capabilities.h"
#include "engine/base/text.h"
#include "engine/plan/parts.h"
#include "engine/plan/walls.h"

namespace glassdock::plan {
namespace {

// The first field of a colon-separated file that equals the name, or the third that equals the number, as bash reads it
// into variables without running anything of the file.
std::string lookup(const std::string& variables, const std::string& wanted, const char* file) {
  return fmt::format("IFS=: read -r {} < <(awk -F: -v want={} '$1 == want || $3 == want {{ print; exit }}' {})",
                     variables, shell_quote(wanted), file);
}

std::string default_value(const char* variable, const std::string& wanted, const char* otherwise) {
  return fmt::format("{0}=${{{0}:-{1}}}", variable, parse_number(wanted) ? wanted : std::string(otherwise));
}

// What find_user does, with the container's files read from outside: user, group, groups and home as shell variables.
std::string find_user_command(const ContainerSpec& spec) {
  std::string wanted = spec.user.empty() ? "0" : spec.user;
  std::string own_group;
  if (auto colon = wanted.find(':'); colon != std::string::npos) {
    own_group = wanted.substr(colon + 1);
    wanted = wanted.substr(0, colon);
    if (wanted.empty()) wanted = "0";
  }
  std::vector<std::string> lines;
  lines.push_back(lookup("name _ user group _ home _", wanted, "etc/passwd"));
  lines.push_back(default_value("user", wanted, "") + " group=${group:-0} home=${home:-/}");
  if (!own_group.empty()) {
    lines.push_back("group= name=");
    lines.push_back(lookup("_ _ group _", own_group, "etc/group"));
    lines.push_back(default_value("group", own_group, ""));
  }
  std::string more;
  std::string numbers;
  for (const std::string& group : spec.groups) (parse_number(group) ? numbers : more) += "," + group;
  lines.push_back(
      fmt::format("groups=$group{}$(awk -F: -v own=\"$group\" -v name=\"$name\" -v more={} '{{ n = split($4, member, "
                  "\",\"); found = "
                  "index(more \",\", \",\" $1 \",\"); for (i = 1; i <= n; ++i) found += name != \"\" && member[i] == "
                  "name; if (found && "
                  "$3 != own) printf \",%s\", $3 }}' etc/group)",
                  numbers, shell_quote(more)));
  lines.push_back("export user group groups home");
  return join(lines, "\n");
}

// A name that a shell takes; of any other none is sure where it ends.
bool is_plain_name(const std::string& name) {
  return !name.empty() &&
         std::all_of(name.begin(), name.end(), [](unsigned char c) { return std::isalnum(c) || c == '_'; });
}

// Into a container that runs: nsenter(1) executes what it finds there.
std::string enter_command(const Start& start, const std::string& folder) {
  return fmt::format(
      "exec nsenter --target \"$P\" {}--pid --mount --uts --ipc --net --cgroup --wdns={} --setgid "
      "\"$group\" --setuid \"$user\"",
      start.host.rootless ? "--user --preserve-credentials " : "", shell_quote(folder));
}

// close_range(2), as far as bash has it: ls(1) sees what a command would get, and each of that is closed.
constexpr std::string_view close_others = "for fd in $(ls /proc/self/fd); do [ \"$fd\" -lt 3 ] || exec {fd}>&-; done";

void add_seccomp(Start& start) {
  start.writer.add({.name = start.named("isolate", "seccomp"),
                    .code = Code::set_seccomp,
                    .stage = start.stage(trace::Stage::isolate),
                    .data = (start.leaves_out("namespace.ipc") ? refuse_ipc_objects() : std::string()) +
                            std::string(start.seccomp.bytes()),
                    .remarked = true});
}

}  // namespace

void add_basics(Start& start) {
  start.writer.add({.name = start.named("isolate", "descriptors"),
                    .code = Code::keep_descriptors,
                    .stage = start.stage(trace::Stage::isolate),
                    .plain_command = start.joins ? "" : std::string(close_others) + "\numask 022",
                    .remarked = true});
}

void add_names(Start& start) {
  if (!start.leaves_out("namespace.uts")) {
    start.writer.add({.name = "isolate.hostname",
                      .code = Code::set_hostname,
                      .text = {start.spec.hostname},
                      .plain_command = "hostname " + shell_quote(start.spec.hostname)});
  }
  if (start.leaves_out("namespace.network")) return;
  start.writer.add({.name = "isolate.loopback", .code = Code::raise_loopback, .plain_command = "ip link set lo up"});
  // Docker's two: any user of the container may listen on low ports and, as root's engine, send pings.
  const std::string ports = "/proc/sys/net/ipv4/ip_unprivileged_port_start";
  const std::string pings = "/proc/sys/net/ipv4/ping_group_range";
  std::vector<std::string> files = {ports, "0"};
  std::string command = echo_command("0", ports);
  if (!start.in_user_namespace()) {
    files.insert(files.end(), {pings, "0 2147483647"});
    command += "\n" + echo_command("0 2147483647", pings);
  }
  start.writer.add({.name = "isolate.sysctls",
                    .code = Code::write_files,
                    .text = {make_list(files)},
                    .flags = may_fail,
                    .plain_command = command});
}

void add_identity(Start& start) {
  // nsenter(1), by hand the last step into a container that runs, needs what these take away.
  const auto by_hand = [&](std::string command) { return start.joins ? std::string() : std::move(command); };
  start.writer.add({.name = start.named("isolate", "user"),
                    .code = Code::find_user,
                    .stage = start.stage(trace::Stage::isolate),
                    .text = {start.spec.user, make_list(start.spec.groups)},
                    .plain_command = (start.joins ? "cd /proc/\"$P\"/root\n" : "") + find_user_command(start.spec)});
  std::uint64_t mask = default_capability_mask();
  if (!start.host.guards_devices()) mask &= ~(std::uint64_t{1} << CAP_MKNOD);  // any node would open
  std::string capabilities = "-all";
  for (const std::string& name : capability_names(mask)) capabilities += ",+" + name;
  start.writer.add({.name = start.named("isolate", "bounding"),
                    .code = Code::drop_bounding,
                    .stage = start.stage(trace::Stage::isolate),
                    .number = {mask, 0},
                    .plain_command = by_hand("exec setpriv --bounding-set " + capabilities + " bash"),
                    .remarked = start.joins});
  // Loading a filter wants CAP_SYS_ADMIN, or no_new_privs; with it the filter comes last and sees the least.
  if (!start.no_new_privileges()) add_seccomp(start);
  bool one_id = start.single_id();
  start.writer.add({.name = start.named("isolate", "set-user"),
                    .code = Code::set_user,
                    .stage = start.stage(trace::Stage::isolate),
                    .number = {one_id ? 1U : 0U, 0},
                    .plain_command = by_hand(one_id ? "exec setpriv --regid \"$group\" --keep-groups bash"
                                                    : "exec setpriv --regid \"$group\" --groups \"$groups\" bash"),
                    .remarked = true});
  start.writer.add({.name = start.named("isolate", "capabilities"),
                    .code = Code::set_capabilities,
                    .stage = start.stage(trace::Stage::isolate),
                    .number = {mask, 0},
                    .plain_command = by_hand("exec setpriv --inh-caps=-all --ambient-caps=-all bash"),
                    .remarked = start.joins});
  if (!start.no_new_privileges()) return;
  start.writer.add({.name = start.named("isolate", "no-new-privileges"),
                    .code = Code::set_no_new_privileges,
                    .stage = start.stage(trace::Stage::isolate),
                    .plain_command = by_hand("exec setpriv --no-new-privs bash"),
                    .remarked = start.joins});
  add_seccomp(start);
}

std::vector<std::string> process_arguments(const ContainerSpec& spec) {
  std::vector<std::string> arguments;
  if (!spec.init_file.empty()) arguments = {init_target, "--"};
  arguments.insert(arguments.end(), spec.arguments.begin(), spec.arguments.end());
  return arguments;
}

void add_execution(Start& start) {
  const ContainerSpec& spec = start.spec;
  std::string folder = clean_path(spec.working_folder.empty() ? "/" : spec.working_folder);
  start.writer.add({.name = start.named("run", "folder"),
                    .code = Code::change_folder,
                    .stage = start.stage(trace::Stage::run),
                    .text = {folder},
                    .remarked = true});
  std::string command = start.joins ? enter_command(start, folder) + " env -i" : "exec env -i";
  bool has_home = std::any_of(spec.environment.begin(), spec.environment.end(),
                              [](const std::string& variable) { return starts_with(variable, "HOME="); });
  std::vector<std::string> preset;
  std::copy_if(spec.preset_variables.begin(), spec.preset_variables.end(), std::back_inserter(preset), is_plain_name);
  if (!has_home) {
    command += " HOME=\"$home\"";
    preset.emplace_back("HOME");
  }
  for (const std::string& variable : spec.environment) command += " " + shell_quote(variable);
  if (!start.joins) command += " /usr/bin/unshare --root=. --wd=" + shell_quote(folder) + " --setuid=\"$user\" --";
  const std::vector<std::string> arguments = process_arguments(spec);
  for (const std::string& argument : arguments) command += " " + shell_quote(argument);
  start.writer.add({.name = start.named("run", "exec"),
                    .code = Code::execute,
                    .stage = start.stage(trace::Stage::run),
                    .text = {make_list(arguments), make_list(spec.environment), make_list(preset)},
                    .plain_command = command + (spec.terminal ? "" : " < /dev/null")});
}

}  // namespace glassdock::plan
