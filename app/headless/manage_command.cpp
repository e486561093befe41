#include "app/headless/manage_command.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <thread>

#include "app/headless/terminal.h"
#include "app/headless/usage.h"
#include "app/text/hints.h"
#include "app/text/tables.h"
#include "app/text/usage_lines.h"
#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/client/calls.h"

namespace glassdock::headless {
namespace {

constexpr int failed = 1;  // docker's exit code when the engine refuses

int fail(const std::string& message) {
  write_out(STDERR_FILENO, message + "\n");
  return failed;
}

// One command's work; each overload returns docker's exit code.
class Manager {
 public:
  Manager(client::Engine& engine, trace::Language language) : engine_(engine), language_(language) {}

  int operator()(const text::MoveCommand& command) {
    return for_each_name(command.containers, language_, [&](const std::string& name) {
      client::move_container(engine_, name, command.move, command.signal, command.seconds);
      write_out(STDOUT_FILENO, name + "\n");
    });
  }

  int operator()(const text::RenameCommand& command) {
    if (trim(command.from).empty() || trim(command.to).empty()) {
      return fail("Error: Neither old nor new names may be empty");
    }
    try {
      client::rename_container(engine_, command.from, command.to);
    } catch (const client::EngineError& error) {
      return fail(daemon_words(error.what(), language_) + "\nError: failed to rename container named " + command.from);
    }
    return 0;
  }

  int operator()(const text::TopCommand& command) {
    write_out(STDOUT_FILENO, text::processes_table(client::top(engine_, command.container, command.ps_arguments)));
    return 0;
  }

  int operator()(const text::WaitCommand& command) {
    return for_each_name(command.containers, language_, [&](const std::string& name) {
      write_out(STDOUT_FILENO, std::to_string(client::wait_for_exit(engine_, name)) + "\n");
    });
  }

  int operator()(const text::UpdateCommand& command) {
    return for_each_name(command.containers, language_, [&](const std::string& name) {
      client::update_container(engine_, name, command.policy, command.most_restarts);
      write_out(STDOUT_FILENO, name + "\n");
    });
  }

  int operator()(const text::TagCommand& command) {
    const auto [name, tag] = client::pull_target(command.target);
    try {
      client::tag_image(engine_, command.source, name, tag);
    } catch (const client::EngineError& error) {
      if (error.kind() != ErrorKind::invalid_argument) throw;
      // docker's client looks at the name itself.
      return fail(fmt::format("Error parsing reference: \"{}\" is not a valid repository/tag: {}", command.target,
                              error.what()));
    }
    return 0;
  }

  int operator()(const text::HistoryCommand& command) {
    text::TableOptions options;
    options.quiet = command.quiet;
    options.no_trunc = command.no_trunc;
    options.format = command.format;
    const auto steps = client::image_history(engine_, command.image);
    write_out(STDOUT_FILENO, text::history_table(steps, std::time(nullptr), command.human, options));
    return 0;
  }

  int operator()(const text::PruneCommand& command) {
    using Kind = text::PruneCommand::Kind;
    if (!command.force && !is_confirmed(text::prune_warning(command))) return 0;
    client::FilterWords of_images = command.filters;
    if (command.kind != Kind::containers) of_images["dangling"] = {command.all ? "false" : "true"};
    std::int64_t bytes = 0;
    auto prune = [&](std::string_view kind, const client::FilterWords& filters, std::string_view title) {
      const client::PruneReport report = client::prune(engine_, kind, filters);
      write_out(STDOUT_FILENO, text::prune_lines(report, title));
      bytes += report.bytes;
    };
    // In docker's order.
    if (command.kind != Kind::images) prune("containers", command.filters, "Containers");
    if (command.kind == Kind::system) prune("networks", command.filters, "Networks");
    if (command.kind != Kind::containers) prune("images", of_images, "Images");
    if (command.kind == Kind::system) prune("build", {}, "build cache objects");
    write_out(STDOUT_FILENO, text::reclaimed_line(bytes));
    return 0;
  }

  int operator()(const text::DiskUsageCommand& command) {
    write_out(STDOUT_FILENO, text::disk_usage_table(client::disk_usage(engine_), std::time(nullptr), command));
    return 0;
  }

  int operator()(const text::StatsCommand& command) {
    constexpr char clear_screen[] = "\033[2J\033[H";
    std::vector<text::UsageLine> lines;
    look_at(names_for(command), lines, command);
    for (;;) {
      std::this_thread::sleep_for(std::chrono::seconds(1));
      look_at(names_for(command), lines, command);
      const std::string shown = text::stats_table(lines, command);
      write_out(STDOUT_FILENO, command.once ? shown : clear_screen + shown);
      if (command.once) return 0;
    }
  }

  int operator()(const text::EventsCommand& command) {
    client::follow_events(
        engine_, command.since, command.until, command.filters,
        [&](const client::EngineEvent& event) { write_out(STDOUT_FILENO, text::event_line(event, command.format)); });
    return 0;
  }

 private:
  std::vector<std::string> names_for(const text::StatsCommand& command) {
    if (!command.containers.empty()) return command.containers;
    std::vector<std::string> ids;
    for (const auto& container : engine_.containers(command.all, 0, {})) ids.push_back(container.id);
    return ids;
  }

  // A new sample of each beside its last one.
  void look_at(const std::vector<std::string>& names, std::vector<text::UsageLine>& lines,
               const text::StatsCommand& command) {
    std::vector<text::UsageLine> next;
    for (const std::string& name : names) {
      const auto known =
          std::find_if(lines.begin(), lines.end(), [&](const text::UsageLine& line) { return line.asked == name; });
      try {
        next.push_back({name, known == lines.end() ? client::UsageSample{} : known->now, client::usage(engine_, name)});
      } catch (const client::EngineError& error) {
        // One of the list has gone since; one that was named is missed.
        if (!command.containers.empty() || error.kind() != ErrorKind::not_found) throw;
      }
    }
    lines = std::move(next);
  }

  static bool is_confirmed(const std::string& question) {
    write_out(STDOUT_FILENO, question);
    const TypedLine answer = read_typed_line(STDIN_FILENO, -1);
    const std::string_view word = trim(answer.line ? *answer.line : std::string_view());
    return word == "y" || word == "Y";
  }

  client::Engine& engine_;
  const trace::Language language_;
};

}  // namespace

int for_each_name(const std::vector<std::string>& names, trace::Language language,
                  const std::function<void(const std::string&)>& act) {
  int exit_code = 0;
  for (const std::string& name : names) {
    try {
      act(name);
    } catch (const client::EngineError& error) {
      write_out(STDERR_FILENO, daemon_words(error.what(), language) + "\n");
      say_beside(text::hint_for_removal(name, error.message()), language);
      exit_code = failed;
    }
  }
  return exit_code;
}

int manage(Session& session, const Options& options, const text::ManageCommand& command) {
  return std::visit(Manager(session.engine(), options.language), command);
}

}  // namespace glassdock::headless
