#include "app/headless/live_file.h"

#include <fmt/format.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <filesystem>

#include "app/headless/terminal.h"
#include "app/lessons/say.h"
#include "engine/base/error.h"
#include "engine/base/text.h"

namespace glassdock::headless {
namespace {

using lessons::said;
using lessons::Say;

std::string changes_text(const lessons::Changes& changes, trace::Language language) {
  std::vector<std::string> parts;
  const auto add = [&](Say line, const std::vector<std::string>& steps) {
    if (!steps.empty()) parts.push_back(said(line, language, join(steps, ", ")));
  };
  add(Say::steps_changed, changes.changed);
  add(Say::steps_added, changes.added);
  add(Say::steps_removed, changes.removed);
  if (changes.around) parts.push_back(said(Say::around_changed, language));
  if (parts.empty()) parts.push_back(said(Say::nothing_changed, language));
  return join(parts, "; ");
}

}  // namespace

LiveFile::LiveFile(const std::string& file) : file_(file), watch_(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC)) {
  // Of the folder: editors put a new file in the place of the old one.
  const std::string folder = std::filesystem::absolute(file).parent_path();
  if (watch_ && ::inotify_add_watch(watch_.get(), folder.c_str(), IN_CLOSE_WRITE | IN_MOVED_TO) < 0) watch_.reset();
  const lessons::Source source = lessons::read_source(file);
  text_ = source.text;
  tree_ = lessons::parse_yaml(source);
}

bool LiveFile::was_saved() const {
  bool saved = false;
  alignas(inotify_event) std::array<char, 4096> bytes;
  for (ssize_t got = ::read(watch_.get(), bytes.data(), bytes.size()); got > 0;
       got = ::read(watch_.get(), bytes.data(), bytes.size())) {
    for (std::size_t at = 0; at < static_cast<std::size_t>(got);) {
      const auto* event = reinterpret_cast<const inotify_event*>(bytes.data() + at);
      saved = saved || (event->len != 0 && std::filesystem::path(file_).filename() == event->name);
      at += sizeof(inotify_event) + event->len;
    }
  }
  return saved;
}

LiveFile::News LiveFile::take(const Understand& understand, trace::Language language) {
  if (!was_saved()) return {};
  try {
    const lessons::Source source = lessons::read_source(file_);
    if (source.text == text_) return {};
    text_ = source.text;
    lessons::YamlNode tree = lessons::parse_yaml(source);
    understand(source);
    lessons::Changes changes = lessons::changes_between(tree_, tree);
    tree_ = std::move(tree);
    write_out(STDOUT_FILENO, "\n" + said(Say::loaded_again, language, changes_text(changes, language)) + "\n");
    return {true, std::move(changes)};
  } catch (const Error& error) {
    const std::string hint = error.hint().empty() ? std::string() : fmt::format(" ({})", error.hint());
    write_out(STDOUT_FILENO, "\n" + error.message() + hint + "\n" + said(Say::old_goes_on, language) + "\n");
    return {true, std::nullopt};
  }
}

}  // namespace glassdock::headless
