#include "app/text/attach_line.h"

#include <array>

#include "app/text/docker_line.h"
#include "app/text/run_line.h"

namespace glassdock::text {
namespace {

using enum FlagType;

constexpr Flag help{"help", 0, boolean, "", "Print usage"};
constexpr Flag detach_keys{"detach-keys", 0, word, "string", "Override the key sequence for detaching a container"};

constexpr std::array flags_of_attach{
    detach_keys,
    help,
    Flag{"no-stdin", 0, boolean, "", "Do not attach STDIN"},
    Flag{"sig-proxy", 0, boolean, "", "Proxy all received signals to the process (default true)"},
};
constexpr std::array flags_of_start{
    Flag{"attach", 'a', boolean, "", "Attach STDOUT/STDERR and forward signals"},
    Flag{"checkpoint", 0, unsupported},
    Flag{"checkpoint-dir", 0, unsupported},
    detach_keys,
    help,
    Flag{"interactive", 'i', boolean, "", "Attach container's STDIN"},
};
constexpr std::array flags_of_exec{
    Flag{"detach", 'd', boolean, "", "Detached mode: run command in the background"},
    detach_keys,
    Flag{"env", 'e', list, "list", "Set environment variables"},
    Flag{"env-file", 0, list, "list", "Read in a file of environment variables"},
    help,
    Flag{"interactive", 'i', boolean, "", "Keep STDIN open even if not attached"},
    Flag{"privileged", 0, unsupported},
    Flag{"tty", 't', boolean, "", "Allocate a pseudo-TTY"},
    Flag{"user", 'u', word, "string", "Username or UID (format: <name|uid>[:<group|gid>])"},
    Flag{"workdir", 'w', word, "string", "Working directory inside the container"},
};

}  // namespace

std::span<const Flag> attach_flags() {
  return flags_of_attach;
}
std::span<const Flag> start_flags() {
  return flags_of_start;
}
std::span<const Flag> exec_flags() {
  return flags_of_exec;
}

AttachCommand make_attach(const ParsedFlags& flags) {
  return {flags.words()[0], flags.value("detach-keys"), flags.on("no-stdin"),
          !flags.has("sig-proxy") || flags.on("sig-proxy")};
}

StartCommand make_start(const ParsedFlags& flags) {
  return {flags.words(), flags.value("detach-keys"), flags.on("attach"), flags.on("interactive")};
}

ExecCommand make_exec(const ParsedFlags& flags, const Surroundings& surroundings) {
  ExecCommand exec;
  exec.container = flags.words()[0];
  exec.interactive = flags.on("interactive");
  exec.detach = flags.on("detach");
  client::ExecCreate& create = exec.create;
  create.command.assign(flags.words().begin() + 1, flags.words().end());
  create.tty = flags.on("tty");
  create.attach_stdin = exec.interactive && !exec.detach;
  create.attach_output = !exec.detach;
  create.detach_keys = flags.value("detach-keys");
  create.environment = environment_of(flags, surroundings);
  create.user = flags.value("user");
  create.working_folder = flags.value("workdir");
  return exec;
}

}  // namespace glassdock::text
