#include "app/headless/race_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "app/headless/usage.h"
#include "app/text/figures.h"
#include "engine/base/text.h"
#include "engine/trace/columns.h"

namespace glassdock::headless {
namespace {

using client::Lane;
using trace::Language;

struct Words {
  std::string_view english, korean;
};

std::string_view in(Language language, Words words) {
  return language == Language::korean ? words.korean : words.english;
}

struct MilestoneWords {
  std::string_view name;
  Words words;
};
constexpr std::array milestones{
    MilestoneWords{"ready", {"kernel and root made ready", "커널과 루트 준비"}},
    MilestoneWords{"created", {"container created", "컨테이너 만듦"}},
    MilestoneWords{"hypervisor", {"hypervisor runs", "하이퍼바이저 실행"}},
    MilestoneWords{"processor", {"first instruction of the guest", "게스트의 첫 명령어"}},
    MilestoneWords{"kernel", {"kernel's first line", "커널의 첫 줄"}},
    MilestoneWords{"init", {"init runs", "init 실행"}},
    MilestoneWords{"mounted", {"root ready", "루트 준비됨"}},
    MilestoneWords{"command", {"command starts", "명령 시작"}},
    MilestoneWords{"output", {"first output", "첫 출력"}},
    MilestoneWords{"exit", {"command has ended", "명령 끝"}},
    MilestoneWords{"gone", {"all of it gone", "모두 사라짐"}},
};

std::string bytes(std::uint64_t count) {
  return trace::bytes_text(static_cast<std::int64_t>(count));
}

std::string spread_words(const client::RaceSpread& spread) {
  return fmt::format("{} ({} - {})", text::brief_time(spread.median), text::brief_time(spread.lower_quartile),
                     text::brief_time(spread.upper_quartile));
}

// Over the runs that count.
std::optional<double> median_of(const client::RaceReport& report,
                                std::optional<std::uint64_t> client::RaceRun::*value) {
  std::vector<double> values;
  for (const client::RaceRun& run : report.runs) {
    if (run.lane == Lane::vm && !run.cold && !run.together && run.held_ns == 0 && run.*value) {
      values.push_back(static_cast<double>(*(run.*value)));
    }
  }
  if (values.empty()) return std::nullopt;
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

class Comparison {
 public:
  Comparison(const client::RaceReport& report, Language language) : report_(report), language_(language) {}

  std::vector<RaceRow> rows() {
    for (const MilestoneWords& milestone : milestones) add_milestone(milestone.name);
    add_cold();
    add_memory();
    add_disk();
    add_processor();
    add_kernels();
    return std::move(rows_);
  }

 private:
  void add(Words name, std::string container, std::string vm, std::string times = {}) {
    if (container.empty() && vm.empty()) return;
    rows_.push_back({std::string(in(language_, name)), std::move(container), std::move(vm), std::move(times)});
  }

  void add_milestone(std::string_view name) {
    const client::RaceSummary* sides[] = {report_.summary(Lane::container), report_.summary(Lane::vm)};
    const client::RaceSpread* spreads[] = {sides[0] ? sides[0]->find(name) : nullptr,
                                           sides[1] ? sides[1]->find(name) : nullptr};
    if (!spreads[0] && !spreads[1]) return;
    rows_.push_back({milestone_words(name, language_), spreads[0] ? spread_words(*spreads[0]) : "",
                     spreads[1] ? spread_words(*spreads[1]) : "",
                     spreads[0] && spreads[1] ? text::times_text(spreads[0]->median, spreads[1]->median) : ""});
  }

  void add_cold() {
    double ends[2] = {0, 0};
    for (const client::RaceRun& run : report_.runs) {
      if (!run.cold || run.held_ns > 0 || !run.fault.empty()) continue;
      for (const auto& [name, at] : run.milestones) {
        if (name == "exit") ends[run.lane == Lane::vm] = static_cast<double>(at);
      }
    }
    add({"command has ended, cold", "명령 끝, 캐시 없이"}, ends[0] > 0 ? text::brief_time(ends[0]) : "",
        ends[1] > 0 ? text::brief_time(ends[1]) : "", text::times_text(ends[0], ends[1]));
  }

  void add_memory() {
    const auto* container = report_.stands(Lane::container);
    const auto* vm = report_.stands(Lane::vm);
    const std::uint64_t of_container = container ? container->proportional_bytes : 0;
    const std::uint64_t of_vm = vm ? vm->proportional_bytes : 0;
    add({"memory while it stands (PSS)", "서 있는 동안의 메모리(PSS)"}, of_container ? bytes(of_container) : "",
        of_vm ? bytes(of_vm) : "", text::times_text(static_cast<double>(of_container), static_cast<double>(of_vm)));
    const auto peak = median_of(report_, &client::RaceRun::peak_bytes);
    add({"most memory ever", "가장 많이 쓴 메모리"},
        container && container->cgroup_peak_bytes ? bytes(*container->cgroup_peak_bytes) + " (cgroup)" : "",
        peak ? bytes(static_cast<std::uint64_t>(*peak)) + " (VmHWM)" : "");
  }

  void add_disk() {
    const client::RaceReady& ready = report_.ready;
    if (ready.layers_bytes == 0) return;
    add({"files that it is made of", "이루고 있는 파일"}, bytes(ready.layers_bytes),
        fmt::format("{} + {} + {}", bytes(ready.root_bytes), bytes(ready.kernel_bytes), bytes(ready.qemu_bytes)),
        text::times_text(static_cast<double>(ready.layers_bytes),
                         static_cast<double>(ready.root_bytes + ready.kernel_bytes + ready.qemu_bytes)));
    const auto read = median_of(report_, &client::RaceRun::read_bytes);
    const auto* container = report_.stands(Lane::container);
    add({"read from the disk, warm", "디스크에서 읽음, 캐시 있을 때"},
        container && container->read_bytes ? bytes(*container->read_bytes) : "",
        read ? bytes(static_cast<std::uint64_t>(*read)) : "");
  }

  void add_processor() {
    const auto* container = report_.stands(Lane::container);
    const auto* vm = report_.stands(Lane::vm);
    const auto time = [](const client::RaceStanding* side) {
      return side && side->cpu_before_command_ns ? static_cast<double>(*side->cpu_before_command_ns) : 0.0;
    };
    add({"processor time before the command", "명령 전까지의 CPU 시간"},
        time(container) > 0 ? text::brief_time(time(container)) : "", time(vm) > 0 ? text::brief_time(time(vm)) : "",
        text::times_text(time(container), time(vm)));
  }

  void add_kernels() {
    const client::RaceReady& ready = report_.ready;
    if (ready.host_release.empty()) return;
    add({"kernel inside", "안의 커널"}, ready.host_release, ready.kernel_release);
    add({"kernels that run on this machine", "이 기계에서 도는 커널"}, "1", "2");
    const auto* container = report_.stands(Lane::container);
    const auto* vm = report_.stands(Lane::vm);
    const auto seen = [&](const client::RaceStanding* side) {
      if (!side || !side->fault.empty()) return std::string();
      return std::string(in(language_, side->command_is_seen ? Words{"yes", "예"} : Words{"no", "아니요"}));
    };
    add({"the host's ps shows the command", "호스트의 ps에 명령이 보임"}, seen(container), seen(vm));
  }

  const client::RaceReport& report_;
  const Language language_;
  std::vector<RaceRow> rows_;
};

class TextWriter {
 public:
  TextWriter(const client::RaceReport& report, Language language) : report_(report), language_(language) {}

  std::string write() {
    write_head();
    write_table();
    write_density();
    write_lines();
    write_remarks();
    return std::move(out_);
  }

 private:
  std::string_view said(Words words) const { return in(language_, words); }
  std::string translated(std::vector<std::string> parts) const {
    for (std::string& part : parts) part = in_language(part, language_);
    return join(parts, "; ");
  }

  void write_head() {
    const client::RaceReady& ready = report_.ready;
    out_ += fmt::format("\n{}: {}   {}: {}\n", said({"image", "이미지"}), ready.image, said({"command", "명령"}),
                        ready.command);
    out_ += fmt::format("{}: *** {} *** ({})\n", said({"accelerator", "가속기"}), ready.accelerator,
                        in_language(ready.accelerator_reason, language_));
    out_ +=
        fmt::format("{}: {}, {}, {}; {} {}, {} CPU\n", said({"guest", "게스트"}), ready.kernel_release,
                    ready.kernel_entry, ready.qemu, said({"memory", "메모리"}), bytes(ready.memory_bytes), ready.cpus);
    write_root(ready);
    if (!ready.kernel_remark.empty()) out_ += fmt::format("  {}\n", in_language(ready.kernel_remark, language_));
    out_ += fmt::format("{}: {}\n", said({"the container had ready", "컨테이너 쪽에 미리 있던 것"}),
                        translated(ready.container_had));
    out_ +=
        fmt::format("{}: {} ({})\n", said({"the machine had ready", "가상 머신 쪽에 미리 있던 것"}),
                    translated(ready.vm_had), text::brief_time(static_cast<double>(ready.kernel_ns + ready.root_ns)));
  }

  void write_root(const client::RaceReady& ready) {
    if (ready.root.empty()) return;  // of an older engine
    const std::string took = text::brief_time(static_cast<double>(ready.root_ns));
    out_ += fmt::format("{}: {}, {}, {}\n", said({"the guest's root", "게스트의 루트"}),
                        ready.root == "disk" ? said({"a read-only disk (squashfs) under an overlay in memory",
                                                     "읽기 전용 디스크(squashfs)와 그 위에 메모리의 overlay"})
                                             : said({"an initramfs", "initramfs"}),
                        bytes(ready.root_bytes),
                        fmt::vformat(said({"made in {}", "만드는 데 {}"}), fmt::make_format_args(took)));
    if (!ready.root_remark.empty()) {
      out_ += fmt::format("  {}: {}\n", said({"no disk could be made", "디스크를 만들 수 없었어요"}),
                          in_language(ready.root_remark, language_));
    }
  }

  void write_table() {
    std::vector<RaceRow> rows = comparison(report_, language_);
    rows.insert(rows.begin(), {"", std::string(lane_words(Lane::container, language_)),
                               std::string(lane_words(Lane::vm, language_)), std::string(said({"ratio", "비율"}))});
    int widths[3] = {0, 0, 0};
    for (const RaceRow& row : rows) {
      widths[0] = std::max(widths[0], trace::columns(row.name));
      widths[1] = std::max(widths[1], trace::columns(row.container));
      widths[2] = std::max(widths[2], trace::columns(row.vm));
    }
    constexpr int gap = 2;
    out_ += '\n';
    for (const RaceRow& row : rows) {
      std::string line = trace::padded(row.name, widths[0] + gap) +
                         trace::padded(row.container.empty() ? "-" : row.container, widths[1] + gap) +
                         trace::padded(row.vm.empty() ? "-" : row.vm, widths[2] + gap) + row.ratio;
      while (!line.empty() && line.back() == ' ') line.pop_back();
      out_ += line + "\n";
    }
    const client::RaceSummary* any = report_.summary(Lane::container);
    const int count = any && !any->milestones.empty() ? any->milestones.front().count : 0;
    if (count == 0) {
      out_ += fmt::format("{}\n", said({"No run is a measurement: each was held at gates, or failed.",
                                        "잰 실행이 없어요. 모두 게이트에서 붙잡았거나 실패했어요."}));
      return;
    }
    out_ += fmt::format("{}\n", fmt::vformat(said({"Times since the request, the median of {} runs by turns, and the "
                                                   "bounds of the middle half.",
                                                   "시간은 요청부터예요. 번갈아 {}번 실행한 중앙값과 가운데 절반의 "
                                                   "범위예요."}),
                                             fmt::make_format_args(count)));
  }

  void write_density() {
    if (report_.density.empty()) return;
    out_ += fmt::format("\n{}\n", said({"How many stand at once", "한꺼번에 서 있는 수"}));
    for (const client::RaceDensity& point : report_.density) {
      out_ += fmt::format("  {:>4} {}  {}  {} {}{}{}\n", point.count, lane_words(point.lane, language_),
                          bytes(point.proportional_bytes), said({"last start", "마지막 시작"}),
                          text::brief_time(static_cast<double>(point.last_start_ns)), point.stopped.empty() ? "" : "  ",
                          in_language(point.stopped, language_));
    }
    for (const client::RaceSummary& summary : report_.summaries) {
      if (!summary.extrapolated_fit) continue;
      out_ += fmt::format("  {}: {} {}, {} {} {} ({})\n", lane_words(summary.lane, language_),
                          bytes(static_cast<std::uint64_t>(summary.memory_each_bytes)), said({"each", "하나마다"}),
                          said({"some", "약"}), *summary.extrapolated_fit,
                          said({"in this machine's memory", "개가 이 기계의 메모리에 들어가요"}),
                          said({"EXTRAPOLATED, not tried", "추정값, 해 보지 않음"}));
    }
  }

  void write_lines() {
    for (const client::RaceStanding& standing : report_.standing) {
      out_ += fmt::format("\n{}: ps ({})\n", lane_words(standing.lane, language_),
                          said({"on the host, while it stands", "호스트에서, 서 있는 동안"}));
      if (!standing.fault.empty()) out_ += "  " + in_language(standing.fault, language_) + "\n";
      for (const std::string& line : standing.host_lines) out_ += "  " + line + "\n";
    }
    for (const client::RaceInside& inside : report_.inside) {
      out_ += fmt::format("\n{}: {}\n", lane_words(inside.lane, language_), said({"seen from inside", "안에서 본 것"}));
      if (!inside.fault.empty()) out_ += "  " + in_language(inside.fault, language_) + "\n";
      for (const std::string& line : split(std::string(trim(inside.output)), '\n')) out_ += "  " + line + "\n";
    }
  }

  void write_remarks() {
    std::vector<std::string> faults;
    for (const client::RaceRun& run : report_.runs) {
      if (!run.fault.empty())
        faults.push_back(
            fmt::format("{} {}: {}", lane_words(run.lane, language_), run.number, in_language(run.fault, language_)));
      for (const auto& [name, why] : run.left_out) {
        faults.push_back(fmt::format("{}: {} {}: {}", lane_words(run.lane, language_), name, said({"left out", "빠짐"}),
                                     in_language(why, language_)));
      }
    }
    std::sort(faults.begin(), faults.end());
    faults.erase(std::unique(faults.begin(), faults.end()), faults.end());
    if (!faults.empty()) out_ += "\n";
    for (const std::string& fault : faults) out_ += fault + "\n";
  }

  const client::RaceReport& report_;
  const Language language_;
  std::string out_;
};

}  // namespace

std::string_view lane_words(Lane lane, Language language) {
  return lane == Lane::container ? in(language, {"container", "컨테이너"})
                                 : in(language, {"virtual machine", "가상 머신"});
}

std::string milestone_words(std::string_view name, Language language) {
  for (const MilestoneWords& milestone : milestones) {
    if (milestone.name == name) return std::string(in(language, milestone.words));
  }
  return std::string(name);
}

std::string run_line(const client::RaceRun& run, Language language) {
  std::string line = fmt::format("{} {}", lane_words(run.lane, language), run.number);
  if (run.cold) line += in(language, {" (cold)", " (캐시 없이)"});
  if (run.stepped) line += in(language, {" (in step with the other)", " (나란히 단계별로)"});
  if (run.together) line += in(language, {" (both at once, for show)", " (동시에, 보여 주기용)"});
  for (const auto& [name, at] : run.milestones) {
    if (name == "output" || name == "exit") {
      line += fmt::format("  {} {}", milestone_words(name, language), text::brief_time(static_cast<double>(at)));
    }
  }
  if (run.held_ns > 0) {
    line += fmt::format("  {} {}", in(language, {"of which held", "그중 붙잡은 시간"}),
                        text::brief_time(static_cast<double>(run.held_ns)));
  }
  if (run.exit_code) line += fmt::format("  {} {}", in(language, {"exit code", "종료 코드"}), *run.exit_code);
  if (!run.fault.empty()) line += "  " + in_language(run.fault, language);
  return line + "\n";
}

std::vector<RaceRow> comparison(const client::RaceReport& report, Language language) {
  return Comparison(report, language).rows();
}

std::string recorded_words(const trace::ShippedRecording& race, Language language) {
  const trace::RecordingHeader& header = race.header;
  const std::string day = trace::day_of(header), host = trace::visible(trace::host_of(header)),
                    accelerator = trace::visible(race.accelerator);
  const std::string_view words = in(language, {"*** Recorded {} on {} with {} ***", "*** {}에 {}에서 기록({}) ***"});
  return fmt::format("{}\n{}; {}; Glassdock {}\n", fmt::vformat(words, fmt::make_format_args(day, host, accelerator)),
                     trace::visible(header.machine), trace::visible(header.kernel), trace::visible(header.glassdock));
}

std::string race_text(const client::RaceReport& report, Language language) {
  return TextWriter(report, language).write();
}

}  // namespace glassdock::headless
