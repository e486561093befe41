// What a block or a figure of a race is, why the other side lacks it, and which event read the evidence of it.
#include <fmt/format.h>

#include "app/scene/race_view.h"
#include "app/text/figures.h"
#include "engine/base/text.h"

namespace glassdock::scene {
namespace {

using model::Lane;
using model::RaceRun;

class RaceExplainer {
 public:
  RaceExplainer(const Subject& subject, Thing& thing)
      : subject_(subject), race_(subject.model.race), language_(subject.view.language), thing_(thing) {
    thing_.files = {""};  // what its event read is about it alone
  }

  void explain(std::string_view name) {
    if (starts_with(name, "vm:")) return block(Lane::vm, name.substr(3));
    if (starts_with(name, "container:")) return block(Lane::container, name.substr(10));
    if (name == "accelerator") return accelerator();
    if (name == "host") return fact(Word::race_uname, race_.host_release), by_hand("uname -r");
    if (name == "hardware") return by_hand("nproc; grep MemTotal /proc/meminfo");
    if (name == "density") return density();
    figure(name);
  }

 private:
  void fact(Word name, std::string_view value) {
    if (!value.empty()) thing_.facts.push_back({std::string(say(name, language_)), std::string(value)});
  }
  void by_hand(std::string command) { thing_.command = std::move(command); }
  void tells(model::EventIndex event) {
    if (event != model::no_event) thing_.event = event;
  }
  // A command that asks about a process, as long as that is there.
  void while_it_runs(const RaceRun& run, std::string command) {
    if (run.pid <= 0) return;
    if (is_over(run)) {
      thing_.gone = true;
    } else {
      by_hand(std::move(command));
    }
  }
  // The whole measurement once more.
  std::string again() const {
    return fmt::format("glassdock vm-race --image {} --command {}", shell_quote(race_.image),
                       shell_quote(race_.command));
  }

  void milestone(const RaceRun& run, std::string_view name) {
    const model::Milestone* passed = run.milestone(name);
    if (!passed) return fact(Word::fact_state, say(Word::to_come, language_));
    tells(passed->event);
    fact(Word::fact_time, text::brief_time(static_cast<double>(passed->ns)));
  }

  void block(Lane lane, std::string_view which) {
    const RaceRun& run = race_.lane(lane).run;
    const model::Milestone* gone = run.milestone("gone");
    if (lane == Lane::container) {
      milestone(run, which);
      if (which == "walls") thing_.note = say(Word::race_lacks_walls, language_);
      if (which == "files") thing_.note = say(Word::race_lacks_copy, language_);
      if (which == "command") {
        fact(Word::fact_command, race_.command);
        thing_.note = say(Word::race_lacks_host_process, language_);
      }
      fact(Word::fact_pid, run.pid > 0 ? std::to_string(run.pid) : std::string());
      return while_it_runs(run, which == "walls"   ? fmt::format("lsns -p {}", run.pid)
                                : which == "files" ? fmt::format("findmnt -N {}", run.pid)
                                                   : fmt::format("ps -o pid,ppid,args -p {}", run.pid));
    }
    if (which == "hardware") {
      milestone(run, "hypervisor");
      fact(Word::fact_pid, run.pid > 0 ? std::to_string(run.pid) : std::string());
      thing_.note = say(Word::race_lacks_hardware, language_);
      return while_it_runs(run, fmt::format("tr '\\0' ' ' < /proc/{}/cmdline", run.pid));
    }
    if (which == "kernel") {
      milestone(run, "kernel");
      tells(gone ? gone->event : run.stop);  // has all of its log; before, the registers
      std::string stop = race_stop_words(run, language_);
      if (!run.stop_address.empty()) stop += ", 0x" + run.stop_address;
      fact(Word::race_stop, stop);
      fact(Word::race_uname, race_.kernel_release);
      fact(Word::fact_place, race_.kernel_path);
      thing_.note = say(Word::race_lacks_kernel, language_);
      if (!race_.kernel_path.empty()) by_hand("file " + shell_quote(race_.kernel_path));
    } else if (which == "init") {
      milestone(run, "init");
      thing_.note = say(Word::race_lacks_init, language_);
    } else if (which == "files") {
      milestone(run, "mounted");
      thing_.note = say(Word::race_lacks_copy, language_);
    } else {
      milestone(run, "command");
      fact(Word::fact_command, race_.command);
      thing_.note = say(Word::race_lacks_host_process, language_);
      by_hand("ps -eo pid,ppid,args");
    }
  }

  void accelerator() {
    fact(Word::fact_type, race_.accelerator);
    fact(Word::fact_reason, in_language(race_.reason, language_));
    by_hand("ls -l /dev/kvm");
  }

  void density() {
    for (const Lane lane : {Lane::container, Lane::vm}) {
      const model::RaceLane& of = race_.lane(lane);
      for (const model::DensityPoint& point : of.density) {
        fact(lane == Lane::vm ? Word::fact_vm : Word::fact_container,
             fmt::format("{}: {}, {}", point.count, trace::bytes_text(point.bytes),
                         text::brief_time(static_cast<double>(point.last_start_ns))));
      }
    }
    by_hand(again() + " --density");
  }

  void figure(std::string_view name) {
    for (const RaceRow& row : race_rows(race_, language_)) {
      if (row.place.substr(std::string_view("race:").size()) != name) continue;
      tells(row.event);
      const auto with = [](const std::string& value, const std::string& spread) {
        return spread.empty() ? value : value + " (" + spread + ")";
      };
      fact(Word::fact_container, with(row.container, row.container_spread));
      fact(Word::fact_vm, with(row.vm, row.vm_spread));
      fact(Word::fact_ratio, text::times_text(row.less, row.more));
    }
    by_hand(again());
  }

  const Subject& subject_;
  const model::Race& race_;
  const trace::Language language_;
  Thing& thing_;
};

}  // namespace

void explain_race(const Subject& subject, std::string_view name, Thing& thing) {
  RaceExplainer(subject, thing).explain(name);
}

}  // namespace glassdock::scene
