#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <sys/socket.h>

#include "engine/api/answers.h"
#include "engine/api/request_fields.h"
#include "engine/api/terminal_request.h"
#include "engine/base/stream_head.h"
#include "engine/daemon/container_start.h"

namespace glassdock::api {

using nlohmann::json;

namespace {

daemon::ExecConfig read_config(const json& body) {
  daemon::ExecConfig config;
  config.arguments = read<std::vector<std::string>>(body, "Cmd");
  if (config.arguments.empty()) throw Error(ErrorKind::invalid_argument, "No exec command specified");
  if (read<bool>(body, "Privileged")) {
    throw Error(
        ErrorKind::not_supported,
        fmt::format("a privileged command (Privileged) is not supported yet by Glassdock {}", GLASSDOCK_VERSION));
  }
  config.environment = read<std::vector<std::string>>(body, "Env");
  config.user = read<std::string>(body, "User");
  config.working_folder = read<std::string>(body, "WorkingDir");
  config.attach_stdin = read<bool>(body, "AttachStdin");
  config.attach_stdout = read<bool>(body, "AttachStdout");
  config.attach_stderr = read<bool>(body, "AttachStderr");
  config.tty = read<bool>(body, "Tty");
  config.console_size = read<std::array<std::uint32_t, 2>>(body, "ConsoleSize");
  config.detach_keys = read<std::string>(body, "DetachKeys");
  try {
    config.keys = read_detach_keys(config.detach_keys);
  } catch (const Error&) {
    // Of this one docker answers 500.
    throw Error(ErrorKind::internal, fmt::format("Invalid escape keys ({}) provided", config.detach_keys));
  }
  return config;
}

}  // namespace

void Api::exec_create(Call& call) {
  const json body = read_json_or_nothing(call);
  send_json(call, 201, {{"Id", service_.execs().create(call.name, read_config(body))}});
}

void Api::exec_start(Call& call) {
  const json body = read_json_or_nothing(call);
  const auto size = read<std::array<std::uint32_t, 2>>(body, "ConsoleSize");
  daemon::Execs& execs = service_.execs();
  execs.check_startable(call.name);
  const std::shared_ptr<const daemon::Exec> exec = execs.inspect(call.name).exec;  // it may be forgotten meanwhile
  const daemon::ExecConfig& config = exec->config;
  if (read<bool>(body, "Detach")) {
    execs.start(call.name, call.caller, {}, size);
    send_empty(call, 200);
    return;
  }
  int flags = 0;
  if (config.attach_stdin) flags |= runtime::attach_stdin;
  if (config.attach_stdout) flags |= runtime::attach_stdout;
  if (config.attach_stderr) flags |= config.tty ? +runtime::attach_stdout : +runtime::attach_stderr;
  const http::Headers headers = begin_raw_stream(call, config.tty);
  http::Hijacked stream = call.answer.hijack(call.status, headers);
  const daemon::Attachment client{std::move(stream.socket), flags, std::move(stream.already_read), config.keys};
  try {
    execs.start(call.name, call.caller, client, size);
  } catch (const Error& fault) {
    daemon::tell_client(client.socket, Stream::stdout_stream, fault.message() + "\r\n", !config.tty);
    ::shutdown(client.socket.get(), SHUT_WR);  // a monitor that hangs has it open too
    throw;
  }
}

void Api::exec_inspect(Call& call) {
  const daemon::ExecView view = service_.execs().inspect(call.name);
  const daemon::ExecConfig& config = view.exec->config;
  json process{{"tty", config.tty},
               {"entrypoint", config.arguments.front()},
               {"arguments", std::vector<std::string>(config.arguments.begin() + 1, config.arguments.end())},
               {"privileged", false}};
  if (!config.user.empty()) process["user"] = config.user;
  send_json(call, 200,
            {{"ID", view.exec->id},
             {"Running", view.running},
             {"ExitCode", view.exit_code ? json(*view.exit_code) : json(nullptr)},
             {"ProcessConfig", process},
             {"OpenStdin", config.attach_stdin},
             {"OpenStderr", config.attach_stderr},
             {"OpenStdout", config.attach_stdout},
             {"CanRemove", false},
             {"ContainerID", view.exec->container->id},
             {"DetachKeys", config.detach_keys},
             {"Pid", view.pid}});
}

void Api::exec_resize(Call& call) {
  const auto [rows, columns] = read_terminal_size(call.request);
  service_.execs().resize(call.name, rows, columns);
  send_empty(call, 200);
}

}  // namespace glassdock::api
