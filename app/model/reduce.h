// What the reducer's files share. Each reduce_NOUN.cpp has the small functions of the events about that noun.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "app/model/model.h"

namespace glassdock::model {

// One step: the model, what happened, and its place in the history.
struct Change {
  Model& model;
  const trace::Event& event;
  EventIndex index;

  bool begins() const { return event.kind == trace::Kind::begin; }
  bool ends() const { return event.kind == trace::Kind::end; }
  bool failed() const;                                  // an end of work that failed
  std::int64_t error_number() const;                    // errno of an operation; 0: it was done
  bool flag(std::string_view name) const;               // an argument is there and true
  std::int64_t number(std::string_view name) const;     // an argument; 0 where there is none
  std::string text(std::string_view name) const;        // an argument, cut to most_text
  std::string long_text(std::string_view name) const;   // the same, of what is read: cut to most_words
  std::string_view words(std::string_view name) const;  // a text argument uncut; borrows from the event
  std::string subject() const;                          // cut
};

// At most most_text bytes, cut between characters.
std::string cut(std::string_view text);
// The words of a list that is joined by blanks, at most `most`.
std::vector<std::string> words_of(std::string_view list, std::size_t most);
// The digits in "pid:[4026532254]"; "" where it is none.
std::string inode_of(std::string_view link);
// Of each kind in "pid:[4026531836] mnt:[…]"; "" for one that is not named.
std::array<std::string, wall_count> inodes_of(std::string_view list);
// "sh" of "sh -c true".
std::string first_word(std::string_view command);
// Forgets the oldest beyond the limit.
template <typename T>
void keep_newest(std::vector<T>& list, std::size_t most) {
  if (list.size() > most) list.erase(list.begin(), list.end() - static_cast<std::ptrdiff_t>(most));
}

// reduce_container.cpp
bool is_over(const Container& container);
Container* find_container(Model& model, std::string_view id);
// Of the run, or what the picture is of meanwhile: not forgotten.
bool is_kept(const Model& model, const Container& container);
// The container that the event is about, made where it is not known; marks it changed.
Container& touch_container(const Change& change);
void baseline_container(const Change& change);
void container_create(const Change& change);
void container_start(const Change& change);
void container_exit(const Change& change);
// A new engine does not list it: it is gone, and nobody told how it ended.
void lose_container(Container& container, EventIndex index);
void container_pause(const Change& change);
void container_unpause(const Change& change);
void container_rename(const Change& change);
void container_remove(const Change& change);
// What the picture alone needs is dropped from every container that is over and not in it.
void slim_containers(Model& model);

// reduce_asked.cpp
// The work that the event is part of: a span; 0: none.
std::uint64_t work_of(const trace::Event& event);
// Of every event: what is asked for stays known as long as the engine does it.
void begin_work(const Change& change);
void end_work(const Change& change);
Cause cause_of(const Change& change);
// Whether that work has not ended, as far as is told.
bool is_asked(const Model& model, std::uint64_t span);
// Whoever would tell the ends of what is asked for has gone.
void forget_work(Model& model);

// reduce_life.cpp
// Another container takes the picture while the run does nothing.
void look_at(const Change& change, const Container& container);
void note_move(const Change& change, Container& container, Move move);
// The start that its policy wants was made, or will not be.
void forget_policy(Life& life);
void clear_life_of_process(Life& life);
// Replaces what was known of it; before its process is set.
void baseline_life(const Change& change, Container& container);
void container_restart(const Change& change);
void container_restart_policy(const Change& change);
void container_restart_cancel(const Change& change);

// reduce_signal.cpp
void container_stop(const Change& change);
void container_signal(const Change& change);
// Container::signal ended the first process; 0: none did. Returns the signal that brought it about; nullptr: none is
// known to have.
const Signal* settle_signals(const Change& change, Container& container);

// reduce_exec.cpp
void end_execs(Life& life);
// A baseline tells of none: what has become of those that ran is not known.
void forget_running_execs(Life& life);
void exec_start(const Change& change);
// Of each operation of a command that is executed beside the container's own; before its own function.
void mark_exec_operation(const Change& change);
void exec_clone(const Change& change);
void exec_namespaces(const Change& change);
void exec_exec(const Change& change);
void exec_exit(const Change& change);

// reduce_baseline.cpp
void baseline_engine(const Change& change);
void baseline_held(const Change& change);
void baseline_image(const Change& change);
void trace_ended(const Change& change);
void trace_lost(const Change& change);
// The baseline after a loss is complete: what it did not name is gone.
void end_baseline(const Change& change);

// reduce_request.cpp
bool pulls_image(std::string_view words);  // of a request
void request_received(const Change& change);
// A restart was asked for and has not been answered: the run goes on behind its container's exit.
bool goes_on_to_restart(const Run& run);
// The same run, from this event on: another start of its container.
void begin_run_again(const Change& change);
// Whether another run takes the picture over: nothing of the present one is being done.
bool may_take_over(const Run& run);

// reduce_image.cpp
// A name as the engine's list of images has it: "alpine" and "docker.io/library/alpine" are "alpine:latest".
std::string with_tag(std::string_view reference);
// The run is about this image.
void name_image_of_run(const Change& change);
Image& touch_image(const Change& change, std::string reference);
void cache_lookup(const Change& change);
void image_tag(const Change& change);
void image_untag(const Change& change);
void image_delete(const Change& change);

// reduce_pull.cpp
Layer& touch_layer(const Change& change, std::string_view blob);
void cache_layer(const Change& change);
void pull_manifest(const Change& change);
void pull_config(const Change& change);
void pull_blob(const Change& change);
void pull_http(const Change& change);
void pull_done(const Change& change);
// The request with this span failed: what it pulled is not here.
void give_up_pull(Model& model, std::uint64_t span);
void hub_request(const Change& change);

// reduce_narration.cpp
void scenario_say(const Change& change);
void hub_conditions(const Change& change);

// reduce_snapshot.cpp
void snapshot_unpack(const Change& change);
void snapshot_commit(const Change& change);
void snapshot_prepare(const Change& change);
void snapshot_overlay(const Change& change);

// reduce_start.cpp: the operations of a start. Each of these is called by its table row; before it, every operation is
// marked in the list that the start announced.
void plan_operations(const Engine& engine, Container& container, std::string_view names);
void mark_operation(const Change& change);
void operation_only(const Change& change);
void isolate_clone(const Change& change);
void isolate_trial_asked(const Change& change);
void isolate_cgroup_namespace(const Change& change);
void run_exec(const Change& change);

// reduce_mount.cpp
void plan_mount(Container& container, std::string_view operation);
void mount_done(const Change& change);
void root_read_only(const Change& change);

// reduce_limits.cpp: what stands between the process and the kernel: cgroup, seccomp, capabilities.
void isolate_cgroups(const Change& change);
// Where the start announces no limits, there are none.
void plan_limits(Container& container);
void drop_limits(const Change& change, Container& container);
void isolate_limits(const Change& change);
void isolate_trial_limits(const Change& change);
void isolate_seccomp(const Change& change);
void isolate_bounding(const Change& change);
void isolate_capabilities(const Change& change);
void memory_report(const Change& change);
void cgroups_remove(const Change& change);
void read_gauges(Container& container, const Change& change);

// reduce_gate.cpp
// A gate of a command that is executed beside the container's own: the run and its picture do not wait there.
bool is_of_exec(std::string_view gate);
// The span of the request that is held, as gate.held and gate.released tell it; 0: none is told.
std::uint64_t request_of_gate(const trace::Event& event);
void gate_held(const Change& change);
// Nobody knows any more what is held.
void release_all(const Change& change);
void gate_released(const Change& change);
// What was done is held no longer, also where the event that said so is missing.
void forget_held(Model& model, std::string_view gate, std::string_view subject);

// reduce_race.cpp
void vm_race(const Change& change);
void vm_accelerator(const Change& change);
void vm_sides(const Change& change);
void vm_run(const Change& change);
void vm_machine(const Change& change);
// "vm.hypervisor" to "vm.gone", and "vm.stopped".
void vm_milestone(const Change& change);
void vm_inside(const Change& change);
void vm_standing(const Change& change);
void vm_density(const Change& change);
void vm_summary(const Change& change);
// Of every event, behind its own function: what a race's container has come to.
void follow_race(const Change& change);
// What a race does, and its picture does not show: a start has eighty events, and five milestones.
bool is_beside_race(const Model& model, const trace::Event& event, EventIndex index);
// A gate has let go what it held of a race.
void release_race(const Change& change);
void break_off_race(const Change& change);
// At most most_race_lines of them, each cut as all texts of the model are.
std::vector<std::string> first_lines(std::string_view text);

// reduce_ways.cpp
void scenario_saw(const Change& change);
// A shell in a race's machine has said what it saw.
void keep_machine(const Change& change);

// reduce_stage.cpp
bool in_run(const Change& change);
// Whether the run in the picture waits at a gate.
bool is_held(const Model& model);
// Whoever would tell the ends of what is open has gone, or they were lost: nothing of the run goes on.
void break_off_run(const Change& change);
// The times of all stages begin again here, but for that of the request: it asked for what follows.
void count_anew(const Change& change);
// After the event's own function: which stage goes on, which is over.
void settle_stages(const Change& change);

}  // namespace glassdock::model
