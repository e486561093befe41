#include "engine/vm/control_line.h"

#include <algorithm>
#include <array>

#include "engine/base/text.h"
#include "engine/vm/milestones.h"

namespace glassdock::vm {
namespace {

// The first word, which is cut off.
std::string_view cut_word(std::string_view& line) {
  const std::size_t end = std::min(line.find(' '), line.size());
  const std::string_view word = line.substr(0, end);
  line.remove_prefix(std::min(end + 1, line.size()));
  return word;
}

}  // namespace

std::string_view to_string(Milestone milestone) {
  constexpr std::array<std::string_view, milestone_count> words{"hypervisor", "processor", "kernel", "init", "mounted",
                                                                "command",    "output",    "exit",   "gone"};
  return words[static_cast<std::size_t>(milestone)];
}

std::optional<ControlLine> parse_control(std::string_view line, std::string_view token) {
  using Word = ControlLine::Word;
  struct Row {
    std::string_view name;
    Word word;
    bool number;
  };
  constexpr std::array rows{Row{"mounted", Word::mounted, false}, Row{"symbol", Word::symbol, false},
                            Row{"command", Word::command, false}, Row{"exit", Word::exit, true},
                            Row{"signal", Word::signal, true},    Row{"failed", Word::failed, true},
                            Row{"fault", Word::fault, true}};
  std::string_view first = cut_word(line);
  if (first == "init") return ControlLine{Word::init, 0, std::string(line)};
  // Init that fails before it has read its token.
  if (first == "fault") {
    return ControlLine{Word::fault, 0, "order"};
  }
  if (token.empty() || first != token) return std::nullopt;
  first = cut_word(line);
  for (const Row& row : rows) {
    if (row.name != first) continue;
    if (!row.number) return ControlLine{row.word, 0, std::string(line)};
    const auto number = parse_number(cut_word(line));
    if (!number || *number > 4096) return std::nullopt;
    return ControlLine{row.word, static_cast<int>(*number), std::string(line)};
  }
  return std::nullopt;
}

}  // namespace glassdock::vm
