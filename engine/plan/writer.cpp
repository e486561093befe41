#include "engine/plan/writer.h"

#include <algorithm>
#include <cctype>
#include <cstring>

#include "engine/base/error.h"
#include "engine/trace/words.h"

namespace glassdock::plan {

std::uint32_t PlanWriter::put_bytes(std::string_view bytes) {
  area_.resize((area_.size() + 7) / 8 * 8, '\0');
  auto offset = static_cast<std::uint32_t>(area_.size());
  area_.append(bytes).append(2, '\0');
  return offset;
}

std::uint32_t PlanWriter::put_text(const std::string& text) {
  if (text.empty()) return 0;
  auto [known, is_new] = offsets_.try_emplace(text, 0);
  if (is_new) known->second = put_bytes(text);
  return known->second;
}

void PlanWriter::abbreviate(std::string text, std::string variable) {
  shorthands_.push_back({std::move(text), std::move(variable)});
}

std::string PlanWriter::shorten(std::string text) const {
  for (const Shorthand& shorthand : shorthands_) {
    for (auto at = text.find(shorthand.text); at != std::string::npos; at = text.find(shorthand.text, at)) {
      // Typed alone, without the variable, it fails rather than changes the machine.
      text.replace(at, shorthand.text.size(), "${" + shorthand.variable + ":?}");
    }
  }
  return text;
}

// Inside single quotes a shell leaves "$" alone: what stands there is left as it is.
std::string PlanWriter::for_people(const std::string& command) const {
  std::string result;
  bool quoted = false;
  for (std::size_t begin = 0; begin < command.size();) {
    auto end = std::min(command.find_first_of(quoted ? "'" : "'\\", begin), command.size());
    std::string piece = command.substr(begin, end - begin);
    result += quoted ? piece : shorten(std::move(piece));
    if (end == command.size()) break;
    bool escape = command[end] == '\\';  // the character behind it is one of the text
    result += command.substr(end, escape ? 2 : 1);
    if (!escape) quoted = !quoted;
    begin = end + (escape ? 2 : 1);
  }
  return result;
}

void PlanWriter::add(const Draft& draft, std::source_location where) {
  if (!operations_.empty() && operations_.back().phase > draft.phase) {
    throw Error(ErrorKind::internal, "the operation " + draft.name + " stands in the wrong phase");
  }
  int number = ++seen_[draft.name];
  std::string name = number == 1 ? draft.name : draft.name + "-" + std::to_string(number);
  known_.insert(name);
  if (left_out_ == name) return;
  Operation operation{};
  operation.code = draft.code;
  operation.phase = draft.phase;
  operation.stage = static_cast<std::uint8_t>(draft.stage);
  operation.flags = draft.flags;
  operation.name = put_text(name);
  std::string command = for_people(draft.plain_command);
  if (operations_.empty() && !introduction_.empty())
    command = introduction_ + (preparation_.empty() ? "" : "\n" + for_people(preparation_)) +
              (command.empty() ? "" : "\n" + command);
  operation.plain_command = put_text(command);
  if (draft.remarked) operation.remark = put_text(std::string(trace::find_remark(draft.name)->english));
  for (int i = 0; i < 3; ++i) operation.text[i] = put_text(draft.text[i]);
  if (!draft.data.empty()) operation.data = put_bytes(draft.data);
  operation.data_bytes = static_cast<std::uint32_t>(draft.data.size());
  for (int i = 0; i < 2; ++i) operation.number[i] = draft.number[i];
  operation.source_line = where.line();
  operation.source_file = put_text(where.file_name());
  operations_.push_back(operation);
  names_.push_back(std::move(name));
}

bool PlanWriter::knows(const std::string& name) const {
  return known_.count(name) != 0;
}

void PlanWriter::reorder(const std::vector<std::string>& names) {
  std::vector<std::size_t> places;
  std::vector<Operation> operations;
  for (const std::string& name : names) {
    places.push_back(static_cast<std::size_t>(std::find(names_.begin(), names_.end(), name) - names_.begin()));
    operations.push_back(operations_.at(places.back()));
  }
  std::sort(places.begin(), places.end());
  for (std::size_t i = 0; i < names.size(); ++i) {
    operations_[places[i]] = operations[i];
    names_[places[i]] = names[i];
  }
}

bool PlanWriter::inject(std::string_view name, int error_number) {
  auto found = std::find(names_.begin(), names_.end(), name);
  if (found == names_.end()) return false;
  operations_[static_cast<std::size_t>(found - names_.begin())].injected_errno = error_number;
  return true;
}

std::string PlanWriter::finish(const Host& host, std::size_t argument_count, std::size_t environment_count) {
  PlanHeader header{};
  header.magic = magic;
  header.version = version;
  header.data_folder = put_text(host.data_folder);
  const bool trial = std::any_of(operations_.begin(), operations_.end(),
                                 [](const Operation& one) { return one.code == Code::enter_trial; });
  header.rootless = host.rootless || trial ? 1 : 0;
  header.operation_count = static_cast<std::uint32_t>(operations_.size());
  header.argument_count = static_cast<std::uint32_t>(argument_count);
  header.environment_count = static_cast<std::uint32_t>(environment_count);
  for (const Operation& operation : operations_) {
    if (operation.phase < Phase::child) ++header.first_child;
    if (operation.phase < Phase::teardown) ++header.first_teardown;
  }
  area_.append(2, '\0');
  header.area_bytes = static_cast<std::uint32_t>(area_.size());
  std::size_t table = operations_.size() * sizeof(Operation);
  if (operations_.size() > most_operations || sizeof header + table + area_.size() > most_bytes) {
    throw Error(ErrorKind::invalid_argument, "the container's start has too many parts",
                "give fewer mounts, arguments or variables");
  }
  std::string plan(sizeof header + table, '\0');
  std::memcpy(plan.data(), &header, sizeof header);
  if (table != 0) std::memcpy(plan.data() + sizeof header, operations_.data(), table);
  plan += area_;
  *this = PlanWriter();
  return plan;
}

}  // namespace glassdock::plan
