#include "app/headless/look_command.h"

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <string>
#include <vector>

#include "app/headless/stdio_relay.h"
#include "app/headless/terminal.h"
#include "app/headless/usage.h"
#include "app/text/formatter.h"
#include "app/text/go_types.h"
#include "app/text/look_lines.h"
#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/base/time_text.h"
#include "engine/client/calls.h"

namespace glassdock::headless {
namespace {

using Kind = text::InspectCommand::Kind;

constexpr int failed = 1;  // docker's exit code when the engine refuses

bool is_missing(const client::EngineError& error) {
  return error.kind() == ErrorKind::not_found;
}

struct Found {
  std::string document;
  const text::GoType& type;
};

Found image_of(client::Engine& engine, const std::string& name, bool size) {
  std::string document = client::image_document(engine, name);
  if (size) write_out(STDERR_FILENO, "WARNING: --size ignored for image\n");
  return {std::move(document), text::image_document};
}

// Of a container or an image, whichever has the name: docker looks for containers first.
Found find(client::Engine& engine, const std::string& name, const text::InspectCommand& command) {
  if (command.kind == Kind::image) return image_of(engine, name, command.size);
  try {
    return {client::container_document(engine, name, command.size), text::container_document};
  } catch (const client::EngineError& error) {
    if (command.kind == Kind::container || !is_missing(error)) throw;
  }
  return image_of(engine, name, command.size);
}

// A bound as the engine takes it from any client: seconds since 1970. Throws Error in docker's words.
std::string moment_of(const std::string& typed, const char* flag) {
  if (typed.empty()) return {};
  constexpr std::int64_t second_ns = 1'000'000'000;
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  try {
    const std::int64_t time_ns = parse_moment(typed, std::chrono::duration_cast<std::chrono::nanoseconds>(now).count());
    return fmt::format("{}.{:09}", time_ns / second_ns, time_ns % second_ns);
  } catch (const Error& error) {
    throw text::FormatError(fmt::format("invalid value for \"{}\": {}", flag, error.message()));
  }
}

}  // namespace

int inspect(Session& session, const text::InspectCommand& command, trace::Language language) {
  text::Inspector inspector(command.format);
  std::vector<std::string> faults;
  for (const std::string& name : command.names) {
    try {
      const Found found = find(session.engine(), name, command);
      inspector.take(found.document, found.type);
    } catch (const client::EngineError& error) {
      const bool nowhere = command.kind == Kind::any && is_missing(error);
      faults.push_back(nowhere ? "Error: No such object: " + name : daemon_words(error.what(), language));
    } catch (const text::FormatError& error) {
      faults.push_back(error.message());
    }
  }
  write_out(STDOUT_FILENO, inspector.text());
  if (faults.empty()) return 0;
  write_out(STDERR_FILENO, join(faults, "\n") + "\n");
  return failed;
}

int show_logs(Session& session, const text::LogsCommand& command) {
  const client::LogWish wish{.since = moment_of(command.since, "since"),
                             .until = moment_of(command.until, "until"),
                             .tail = command.tail,
                             .follow = command.follow,
                             .timestamps = command.timestamps,
                             .details = command.details};
  const client::ContainerDetails container = session.engine().container(command.container);
  client::read_logs(session.engine(), container.id, wish, container.tty, write_stream);
  return 0;
}

int show_info(Session& session, const text::InfoCommand& command) {
  write_out(STDOUT_FILENO, text::info_text(client::info_document(session.engine()), GLASSDOCK_VERSION, command.format));
  return 0;
}

int show_version(Session& session, const text::VersionCommand& command) {
  write_out(STDOUT_FILENO,
            text::version_text(client::version_document(session.engine()), GLASSDOCK_VERSION, command.format));
  return 0;
}

}  // namespace glassdock::headless
