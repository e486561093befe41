#include "app/headless/docker_command.h"

#include <fmt/format.h>
#include <unistd.h>

#include <ctime>
#include <filesystem>
#include <functional>
#include <type_traits>
#include <variant>

#include "app/headless/attach_command.h"
#include "app/headless/create_container.h"
#include "app/headless/exec_command.h"
#include "app/headless/look_command.h"
#include "app/headless/manage_command.h"
#include "app/headless/run_command.h"
#include "app/headless/session.h"
#include "app/headless/terminal.h"
#include "app/headless/usage.h"
#include "app/text/docker_line.h"
#include "app/text/formatter.h"
#include "app/text/hints.h"
#include "app/text/korean.h"
#include "app/text/pull_lines.h"
#include "app/text/tables.h"
#include "app/text/words.h"
#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/os/files.h"

namespace glassdock::headless {
namespace {

constexpr int failed = 1;  // docker's exit code when the engine refuses

text::Surroundings surroundings_here() {
  text::Surroundings here;
  here.environment = [](const std::string& name) -> std::optional<std::string> {
    const char* value = std::getenv(name.c_str());
    return value ? std::optional<std::string>(value) : std::nullopt;
  };
  here.read_file = [](const std::string& path) { return os::read_file(path); };
  std::error_code error;
  here.current_folder = std::filesystem::current_path(error).string();
  return here;
}

std::string line_typed(std::span<const std::string> words) {
  std::string line = "docker";
  for (const std::string& word : words) line += " " + shell_quote(word);
  return line;
}

// "unknown flag: --explain": docker has none of that name, glassdock has.
std::string hint_for_misplaced(std::string_view message) {
  constexpr std::string_view refused = "unknown flag: --";
  const auto at = message.find(refused);
  if (at == std::string_view::npos) return {};
  std::string_view name = message.substr(at + refused.size());
  name = name.substr(0, name.find_first_of("\n ="));
  if (!is_option(name)) return {};
  return fmt::format("--{} is glassdock's own and stands before the word docker: glassdock --{} docker …", name, name);
}

void say_error(const client::EngineError& error, trace::Language language) {
  write_out(STDERR_FILENO, daemon_words(error.what(), language) + "\n");
}

int pull(Session& session, const text::PullCommand& command, bool plain_lines) {
  client::PullTarget target = client::pull_target(command.image);
  bool default_tag = command.image == target.name;
  if (default_tag && !command.quiet) write_out(STDOUT_FILENO, "Using default tag: latest\n");
  text::PullLines lines(plain_lines ? 0 : terminal_columns(STDOUT_FILENO));
  session.engine().pull(command.image, [&](const client::PullProgress& progress) {
    if (!command.quiet) write_out(STDOUT_FILENO, lines.line(progress));
  });
  bool by_digest = command.image.find('@') != std::string::npos;
  write_out(STDOUT_FILENO, fmt::format("{}{}{}\n", text::full_name(target.name), by_digest ? '@' : ':', target.tag));
  return 0;
}

int list_images(Session& session, const text::ImagesCommand& command) {
  auto images = session.engine().images(command.reference, command.filters);
  text::TableOptions options;
  options.quiet = command.quiet;
  options.no_trunc = command.no_trunc;
  options.digests = command.digests;
  options.format = command.format;
  write_out(STDOUT_FILENO, text::images_table(images, std::time(nullptr), options));
  return 0;
}

int list_containers(Session& session, const text::PsCommand& command) {
  text::TableOptions options;
  options.quiet = command.quiet;
  options.no_trunc = command.no_trunc;
  options.size = command.size;
  options.format = command.format;
  if (command.quiet && !command.format.empty()) {
    write_out(STDERR_FILENO, "WARNING: Ignoring custom format, because both --format and --quiet are set.\n");
    options.format.clear();
  }
  const bool sizes = text::needs_sizes(options);
  auto containers = session.engine().containers(command.all, command.last, command.filters, sizes);
  write_out(STDOUT_FILENO, text::containers_table(containers, std::time(nullptr), options));
  return 0;
}

// What is not there docker's rm -f and rmi -f tell, and count as removed.
void remove_if_there(bool force, trace::Language language, const std::function<void()>& remove) {
  try {
    remove();
  } catch (const client::EngineError& error) {
    if (!force || error.kind() != ErrorKind::not_found) throw;
    say_error(error, language);
  }
}

int remove_containers(Session& session, const text::RmCommand& command, trace::Language language) {
  return for_each_name(command.containers, language, [&](const std::string& name) {
    remove_if_there(command.force, language, [&] {
      session.engine().remove(name, command.force, command.volumes);
      write_out(STDOUT_FILENO, name + "\n");
    });
  });
}

int remove_images(Session& session, const text::RmiCommand& command, trace::Language language) {
  return for_each_name(command.images, language, [&](const std::string& name) {
    remove_if_there(command.force, language, [&] {
      for (const auto& removal : session.engine().remove_image(name, command.force, command.no_prune)) {
        if (!removal.untagged.empty()) write_out(STDOUT_FILENO, "Untagged: " + removal.untagged + "\n");
        if (!removal.deleted.empty()) write_out(STDOUT_FILENO, "Deleted: " + removal.deleted + "\n");
      }
    });
  });
}

// Everything but run: one session, the command, the end of what is watched.
int run_plain(const Options& options, const std::string& line, const std::function<int(Session&)>& command) {
  Session session(options, line, false);
  int exit_code = failed;
  try {
    exit_code = command(session);
  } catch (const client::EngineError& error) {
    say_error(error, options.language);
  } catch (const text::FormatError& error) {
    write_out(STDERR_FILENO, error.message() + "\n");
    exit_code = error.docker_exit_code();
  }
  session.finish();
  return exit_code;
}

template <typename... Cases>
struct Overloaded : Cases... {
  using Cases::operator()...;
};
template <typename... Cases>
Overloaded(Cases...) -> Overloaded<Cases...>;

int execute(const Options& options, const std::string& line, const text::DockerCommand& command) {
  auto plain = [&](auto act) { return run_plain(options, line, act); };
  return std::visit(
      Overloaded{
          [&](const text::RunCommand& run) { return run_container(options, line, run); },
          [&](const text::StartCommand& start) { return start_containers(options, line, start); },
          [&](const text::AttachCommand& attach) { return attach_container(options, line, attach); },
          [&](const text::ExecCommand& exec) { return execute_in_container(options, line, exec); },
          [&](const text::PullCommand& one) {
            return plain([&](Session& session) { return pull(session, one, options.talks()); });
          },
          [&](const text::ImagesCommand& one) {
            return plain([&](Session& session) { return list_images(session, one); });
          },
          [&](const text::PsCommand& one) {
            return plain([&](Session& session) { return list_containers(session, one); });
          },
          [&](const text::RmCommand& one) {
            return plain([&](Session& session) { return remove_containers(session, one, options.language); });
          },
          [&](const text::RmiCommand& one) {
            return plain([&](Session& session) { return remove_images(session, one, options.language); });
          },
          [&](const text::ManageCommand& one) {
            return plain([&](Session& session) { return manage(session, options, one); });
          },
          [&](const text::CreateCommand& create) { return create_alone(options, line, create); },
          [&](const text::InspectCommand& one) {
            return plain([&](Session& session) { return inspect(session, one, options.language); });
          },
          [&](const text::LogsCommand& one) {
            return plain([&](Session& session) { return show_logs(session, one); });
          },
          [&](const text::InfoCommand& one) {
            return plain([&](Session& session) { return show_info(session, one); });
          },
          [&](const text::VersionCommand& one) {
            return plain([&](Session& session) { return show_version(session, one); });
          },
          [&](const text::HelpCommand& help) {
            write_out(STDOUT_FILENO, help.text);
            return 0;
          },
      },
      command);
}

}  // namespace

int run_docker(const Options& options, std::span<const std::string> words) {
  text::DockerCommand command;
  try {
    command = text::parse_docker(words, surroundings_here());
  } catch (const Error& error) {
    const bool korean = options.language == trace::Language::korean;
    write_out(STDERR_FILENO, (korean ? text::korean_refusal(error.message()) : error.message()) + "\n");
    const std::string misplaced = hint_for_misplaced(error.message());
    say_beside(misplaced.empty() ? error.hint() : misplaced, options.language);
    return error.exit_code();
  }
  return execute(options, line_typed(words), command);
}

}  // namespace glassdock::headless
