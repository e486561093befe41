// What the kernel's own files say while the process that did an operation waits.
#include <dirent.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "engine/base/text.h"
#include "engine/os/files.h"
#include "engine/plan/evidence.h"
#include "engine/runtime/start_teller.h"

namespace glassdock::runtime {
namespace {

std::string read_link(const std::string& path) {
  char target[4096];
  ssize_t length = ::readlink(path.c_str(), target, sizeof target);
  return length < 0 ? std::string() : std::string(target, static_cast<std::size_t>(length));
}

std::string read_names(const std::string& path) {
  DIR* folder = ::opendir(path.c_str());
  if (!folder) return {};
  std::vector<std::string> names;
  while (dirent* entry = ::readdir(folder)) {
    if (entry->d_name[0] != '.') names.emplace_back(entry->d_name);
  }
  ::closedir(folder);
  std::sort(names.begin(), names.end());
  return join(names, "\n");
}

// Only the lines that hold one of `wanted`, where any is wanted.
std::string pick_lines(const std::string& text, const std::vector<std::string>& wanted) {
  if (wanted.empty()) return std::string(trim(text));
  std::vector<std::string> picked;
  for (auto& line : split(text, '\n')) {
    auto holds = [&](const std::string& word) { return line.find(word) != std::string::npos; };
    if (std::any_of(wanted.begin(), wanted.end(), holds)) picked.push_back(std::move(line));
  }
  return join(picked, "\n");
}

// 0: there is no such process.
pid_t parent_of(pid_t pid) {
  constexpr std::string_view name = "PPid:";
  const std::string status = os::try_read_file(fmt::format("/proc/{}/status", pid)).value_or("");
  const std::size_t at = status.find(name);
  return at == std::string::npos ? 0 : std::atoi(status.c_str() + at + name.size());
}

std::string read_now(const plan::EvidencePath& place) {
  switch (place.kind) {
    case plan::EvidencePath::Kind::link:
      return read_link(place.path);
    case plan::EvidencePath::Kind::folder:
      return read_names(place.path);
    case plan::EvidencePath::Kind::file:
      return pick_lines(os::try_read_file(place.path).value_or(""), place.lines);
  }
  return {};
}

}  // namespace

std::vector<trace::Evidence> StartTeller::evidence_for(const trace::Record& record, pid_t pid) const {
  std::vector<trace::Evidence> all;
  std::string command = plan::shows(plan_, record.operation, pid);
  for (const auto& place : plan::evidence_of(plan_, record.operation, pid)) {
    trace::Evidence evidence;
    evidence.source = place.path;
    if (auto before = before_.find(place.path); before != before_.end()) evidence.before = before->second;
    evidence.content = read_now(place);
    evidence.command = place.command.empty() ? command : place.command;
    all.push_back(std::move(evidence));
  }
  return all;
}

std::vector<trace::Evidence> StartTeller::evidence_of_command(const trace::Record& record) const {
  if (child_ <= 0) return {};
  std::vector<trace::Evidence> all = evidence_for(record, child_);
  std::erase_if(all, [](const trace::Evidence& one) { return one.content.empty(); });
  // Its number may have been given to another process, which is no child of the monitor.
  if (parent_of(child_) != monitor_) all.clear();
  return all;
}

void StartTeller::read_before(std::uint32_t next, pid_t pid) {
  before_.clear();
  if (next >= plan_.count()) return;
  for (const auto& place : plan::evidence_of(plan_, next, pid)) before_[place.path] = read_now(place);
}

}  // namespace glassdock::runtime
