#include "app/headless/create_container.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "app/headless/session.h"
#include "app/headless/terminal.h"
#include "app/headless/usage.h"
#include "app/text/hints.h"
#include "app/text/korean.h"
#include "app/text/pull_lines.h"
#include "engine/base/unique_fd.h"

namespace glassdock::headless {
namespace {

constexpr int failed = 1;  // docker's exit code when the engine refuses

// Of what is on its way. A run does not end because nobody can read that: a terminal may be closed while it is written
// to, before the SIGHUP that says what becomes of the run (Interruption) is handled.
void tell(const std::string& words) try { write_out(STDERR_FILENO, words); } catch (const Error&) {
  // A full disk, or a terminal that is gone.
}

void pull(client::Engine& engine, const text::RunCommand& command, bool plain_lines) {
  text::PullLines lines(plain_lines ? 0 : terminal_columns(STDERR_FILENO));
  engine.pull(command.create.image, [&](const client::PullProgress& progress) {
    if (!command.quiet_pull) tell(lines.line(progress));
  });
}

bool image_is_missing(const client::EngineError& error) {
  return error.kind() == ErrorKind::not_found && error.message().find("No such image") != std::string::npos;
}

client::CreatedContainer create(client::Engine& engine, const text::RunCommand& command, bool plain_lines) {
  if (command.pull == text::PullPolicy::always) pull(engine, command, plain_lines);
  try {
    return engine.create(command.create);
  } catch (const client::EngineError& error) {
    if (command.pull != text::PullPolicy::missing || !image_is_missing(error)) throw;
  }
  client::PullTarget target = client::pull_target(command.create.image);
  bool by_digest = command.create.image.find('@') != std::string::npos;
  tell(fmt::format("Unable to find image '{}{}{}' locally\n", target.name, by_digest ? '@' : ':', target.tag));
  pull(engine, command, plain_lines);
  return engine.create(command.create);
}

// With the label that the environment asks for: a lesson on the user's own engine knows its containers by it.
text::RunCommand labelled(text::RunCommand command) {
  const char* label = std::getenv("GLASSDOCK_LABEL");
  const std::string_view words = label ? label : "";
  const std::size_t equals = words.find('=');
  if (equals != std::string_view::npos && equals > 0) {
    command.create.labels.emplace(words.substr(0, equals), words.substr(equals + 1));
  }
  return command;
}

// The file of --cidfile: made before the container, so that two cannot have the same; gone again where there is none.
class IdFile {
 public:
  explicit IdFile(const std::string& path) : path_(path) {
    if (path.empty()) return;
    constexpr mode_t mode = 0644;
    file_.reset(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode));
    if (file_) return;
    if (errno == EEXIST) {
      throw IdFileError("container ID file found, make sure the other container isn't running or delete " + path);
    }
    throw IdFileError(fmt::format("failed to create the container ID file: open {}: {}", path, std::strerror(errno)));
  }
  ~IdFile() {
    if (file_ && !written_) ::unlink(path_.c_str());
  }
  IdFile(const IdFile&) = delete;
  IdFile& operator=(const IdFile&) = delete;

  void write(const std::string& id) {
    if (!file_) return;
    write_out(file_.get(), id);
    written_ = true;
  }

 private:
  const std::string path_;
  UniqueFd file_;
  bool written_ = false;
};

}  // namespace

client::CreatedContainer create_container(client::Engine& engine, const text::RunCommand& command,
                                          const Options& options) {
  IdFile id_file(command.id_file);
  client::CreatedContainer created = create(engine, labelled(command), options.talks());
  const bool korean = options.language == trace::Language::korean;
  for (const std::string& warning : created.warnings) {
    tell("WARNING: " + (korean ? text::korean_refusal(warning) : warning) + "\n");
  }
  id_file.write(created.id);
  return created;
}

int create_alone(const Options& options, const std::string& line, const text::CreateCommand& command) {
  Session session(options, line, false);
  int code = failed;
  try {
    write_out(STDOUT_FILENO, create_container(session.engine(), command.run, options).id + "\n");
    code = 0;
  } catch (const client::EngineError& error) {
    write_out(STDERR_FILENO, daemon_words(error.what(), options.language) + "\n");
    say_beside(text::hint_for_refusal(command.run, error.message()), options.language);
  } catch (const IdFileError& error) {
    write_out(STDERR_FILENO, error.message() + "\n");
  }
  session.finish();
  return code;
}

}  // namespace glassdock::headless
