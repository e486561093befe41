#include <algorithm>
#include <bit>
#include <charconv>

#include "app/model/reduce.h"
#include "engine/base/text.h"

namespace glassdock::model {
namespace {

constexpr std::int64_t cpu_period_us = 100'000;  // the kernel's default, which the engine writes too

State done(const Change& change) {
  return change.error_number() != 0 ? State::failed : State::there;
}

std::optional<std::uint64_t> whole(std::string_view text) {
  return parse_number(trim(text.substr(0, text.find('\n'))));
}

// v1 writes a number near 2^63 or -1 for "none", v2 "max".
std::int64_t limit_of(std::string_view text) {
  const std::optional<std::uint64_t> number = whole(text);
  return number && *number < (std::uint64_t{1} << 62) ? static_cast<std::int64_t>(*number) : 0;
}

// "50000 100000" or "max 100000", for a period of 100 ms.
std::int64_t cpu_max(std::string_view text) {
  const std::vector<std::string> words = split(trim(text.substr(0, text.find('\n'))), ' ');
  if (words.empty()) return 0;
  const std::int64_t quota = limit_of(words[0]);
  const std::int64_t period = words.size() > 1 ? limit_of(words[1]) : cpu_period_us;
  return period > 0 && quota < (std::int64_t{1} << 40) ? quota * cpu_period_us / period : 0;
}

std::int64_t cpu_used_us(std::string_view text) {
  constexpr std::string_view head = "usage_usec ";
  const std::size_t at = text.find(head);
  return at == std::string_view::npos ? 0 : limit_of(text.substr(at + head.size()));
}

// Files of both versions of cgroups, by their names.
void read_gauge(Container& container, std::string_view file, std::string_view content, EventIndex index) {
  const auto limit = [&](Gauge& gauge, std::int64_t value) {
    gauge.limit = value;
    gauge.event = index;
  };
  const auto used = [&](Gauge& gauge, std::int64_t value) {
    gauge.used = value;
    gauge.measured = true;
    gauge.event = index;
  };
  if (file == "memory.limit_in_bytes" || file == "memory.max") limit(container.memory, limit_of(content));
  if (file == "cpu.cfs_quota_us") limit(container.cpu, limit_of(content));
  if (file == "cpu.max") limit(container.cpu, cpu_max(content));
  if (file == "pids.max") limit(container.pids, limit_of(content));
  if (file == "memory.usage_in_bytes" || file == "memory.current") used(container.memory, limit_of(content));
  if (file == "cpuacct.usage") used(container.cpu, limit_of(content) / 1000);
  if (file == "cpu.stat" && content.find("usage_usec ") != std::string_view::npos) {
    used(container.cpu, cpu_used_us(content));
  }
  if (file == "pids.current") used(container.pids, limit_of(content));
}

constexpr Gauge Container::*all_gauges[] = {&Container::memory, &Container::cpu, &Container::pids};

// "8:0 1048576" of v1's four files, "8:0 rbps=1048576 wiops=5" of v2's one.
void read_throttles(Throttles& throttles, std::string_view file, std::string_view content) {
  constexpr std::string_view v1_file = "blkio.throttle.";
  const auto add = [&](std::string_view kind, std::string_view rate) {
    const std::int64_t limit = limit_of(rate);
    if (limit <= 0 || throttles.set.size() >= most_throttles) return;
    throttles.set.push_back({starts_with(kind, "w"), kind.find("iops") != std::string_view::npos, limit});
  };
  const std::vector<std::string> words = split(trim(content), ' ');
  if (starts_with(file, v1_file) && words.size() == 2) add(file.substr(v1_file.size()), words[1]);
  if (file != "io.max") return;
  for (const std::string& word : words) {
    const std::size_t equals = word.find('=');
    if (equals != std::string::npos) add(word.substr(0, equals), std::string_view(word).substr(equals + 1));
  }
}

// "memory.max=67108864", a line each.
Container limits_in(std::string_view lines, EventIndex index) {
  Container written;
  for (const std::string& line : split(lines, '\n')) {
    const std::size_t equals = std::min(line.find('='), line.size());
    const std::string_view file = std::string_view(line).substr(0, equals);
    const std::string_view content = std::string_view(line).substr(std::min(equals + 1, line.size()));
    read_gauge(written, file, content, index);
    read_throttles(written.io, file, content);
  }
  return written;
}

// "CapEff:\t00000000a80425fb": how many bits are set; -1 where the line is not there.
std::int64_t count_capabilities(std::string_view text, std::string_view head) {
  const std::size_t at = text.find(head);
  if (at == std::string_view::npos) return -1;
  const std::string_view digits = trim(text.substr(at + head.size(), text.find('\n', at) - at - head.size()));
  std::uint64_t mask = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), mask, 16);
  return error == std::errc() && end == digits.data() + digits.size() ? std::popcount(mask) : -1;
}

void read_capabilities(const Change& change, Container& container, std::string_view head) {
  for (const trace::Evidence& evidence : change.event.evidence) {
    const std::int64_t now = count_capabilities(evidence.content, head);
    const std::int64_t before = count_capabilities(evidence.before, head);
    if (now >= 0) container.capability_count = now;
    if (before >= 0 && container.capability_count_before < 0) container.capability_count_before = before;
  }
}

}  // namespace

void read_gauges(Container& container, const Change& change) {
  for (const trace::Evidence& evidence : change.event.evidence) {
    const std::string_view source = evidence.source;
    if (!starts_with(source, "/sys/fs/cgroup")) continue;
    read_gauge(container, source.substr(source.rfind('/') + 1), evidence.content, change.index);
  }
}

void isolate_cgroups(const Change& change) {
  Container& container = touch_container(change);
  container.cgroup = done(change);
  container.cgroup_event = change.index;
}

void drop_limits(const Change& change, Container& container) {
  const Container asked = limits_in(change.words("dropped_limits"), change.index);
  for (Gauge Container::*gauge : all_gauges) (container.*gauge).dropped = (asked.*gauge).limit.value_or(0);
  container.io.dropped = asked.io.set;
}

void plan_limits(Container& container) {
  const bool some = std::any_of(container.operations.begin(), container.operations.end(),
                                [](const Operation& operation) { return operation.name == "isolate.limits"; });
  if (some || container.operations.empty()) return;
  for (Gauge* gauge : {&container.memory, &container.cpu, &container.pids}) gauge->limit = 0;
}

// Of a trial: what nothing else limits.
void isolate_trial_limits(const Change& change) {
  Container& container = touch_container(change);
  const Container written = limits_in(change.words("limits"), change.index);
  for (Gauge Container::*gauge : all_gauges) {
    if (!(written.*gauge).limit) continue;
    (container.*gauge).limit = (written.*gauge).limit;
    (container.*gauge).event = change.index;
  }
}

void isolate_limits(const Change& change) {
  Container& container = touch_container(change);
  if (change.error_number() != 0) {
    container.cgroup = State::failed;
    return;
  }
  const std::string_view lines = change.words("limits");
  if (lines.empty()) return;  // of an engine that did not tell them
  // What the kernel says goes before what was written: it keeps whole pages.
  const Container written = limits_in(lines, change.index);
  for (Gauge Container::*gauge : all_gauges) {
    if ((container.*gauge).limit) continue;
    (container.*gauge).limit = (written.*gauge).limit.value_or(0);
    (container.*gauge).event = change.index;
  }
  container.io.set = written.io.set;
  if (!container.io.set.empty()) container.io.event = change.index;
}

void isolate_seccomp(const Change& change) {
  Container& container = touch_container(change);
  container.seccomp = done(change);
  container.seccomp_event = change.index;
}

void isolate_bounding(const Change& change) {
  Container& container = touch_container(change);
  container.capabilities = change.error_number() != 0 ? State::failed : State::appearing;
  container.capabilities_event = change.index;
  read_capabilities(change, container, "CapBnd:");
}

void isolate_capabilities(const Change& change) {
  Container& container = touch_container(change);
  container.capabilities = done(change);
  container.capabilities_event = change.index;
  read_capabilities(change, container, "CapEff:");
}

void memory_report(const Change& change) {
  Gauge& memory = touch_container(change).memory;
  if (change.error_number() != 0) return;
  memory.used = change.number("peak_bytes");
  memory.measured = memory.used > 0;  // no process has lived on nothing
  memory.event = change.index;
}

void cgroups_remove(const Change& change) {
  Container& container = touch_container(change);
  if (change.error_number() != 0) return;
  container.cgroup = State::leaving;
  container.cgroup_event = change.index;
}

}  // namespace glassdock::model
