#pragma once

#include <functional>
#include <optional>
#include <string>

#include "app/lessons/changes.h"
#include "app/lessons/document.h"
#include "engine/base/unique_fd.h"
#include "engine/trace/words.h"

namespace glassdock::headless {

// The file of a lesson or a scenario while it is played: its author may save it meanwhile. One thread.
class LiveFile {
 public:
  // Where its folder cannot be watched (inotify(7)) nothing is ever noticed. Throws Error where it cannot be read.
  explicit LiveFile(const std::string& file);

  int news() const { return watch_.get(); }  // readable once something in its folder was saved; -1: never

  // To be called when news() is readable: the file as it is now, where it was saved with another content and
  // `understand` does not throw Error for it. Tells what differs to the version before, or what is wrong with it, in
  // which case the version before stays the one that is played.
  using Understand = std::function<void(const lessons::Source& source)>;
  struct News {
    bool told = false;                        // something was written to the terminal
    std::optional<lessons::Changes> changes;  // to the version that is to be played now; nothing: there is none
  };
  News take(const Understand& understand, trace::Language language);

 private:
  bool was_saved() const;

  std::string file_;  // as it was named
  UniqueFd watch_;
  std::string text_;        // as it was last seen
  lessons::YamlNode tree_;  // of the version that is played
};

}  // namespace glassdock::headless
