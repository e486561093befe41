// Every field of the model's structs, once: what the hash and the footprint walk over.
#pragma once

#include "app/model/model.h"

namespace glassdock::model {

template <typename Walk>
void fields(Walk& w, const Engine& e) {
  w(e.pid, e.launcher, e.version, e.data_folder, e.socket, e.hub, e.cgroups, e.rootless, e.namespaces, e.event);
}
template <typename Walk>
void fields(Walk& w, const Hub& h) {
  w(h.requests, h.last, h.status, h.event, h.upstream, h.upstream_status, h.bytes_per_second, h.latency_ms, h.fault);
}
template <typename Walk>
void fields(Walk& w, const Said& s) {
  w(s.part, s.english, s.korean, s.event);
}
template <typename Walk>
void fields(Walk& w, const Narration& n) {
  w(n.scenario, n.title, n.number, n.said);
}
template <typename Walk>
void fields(Walk& w, const Layer& l) {
  w(l.diff_id, l.blob, l.number, l.entries, l.bytes, l.packed, l.state, l.event);
}
template <typename Walk>
void fields(Walk& w, const Image& i) {
  w(i.reference, i.id, i.layers, i.bytes, i.pull, i.state, i.event, i.stale);
}
template <typename Walk>
void fields(Walk& w, const Lookup& l) {
  w(l.reference, l.image, l.state, l.event);
}
template <typename Walk>
void fields(Walk& w, const Transfer& t) {
  w(t.digest, t.bytes, t.received, t.verified, t.state, t.begin, t.event);
}
template <typename Walk>
void fields(Walk& w, const Wall& wall) {
  w(wall.state, wall.inode, wall.host_inode, wall.event);
}
template <typename Walk>
void fields(Walk& w, const Mount& m) {
  w(m.target, m.type, m.name, m.read_only, m.state, m.event);
}
template <typename Walk>
void fields(Walk& w, const Operation& o) {
  w(o.name, o.stage, o.state, o.duration_ns, o.error_number, o.event);
}
template <typename Walk>
void fields(Walk& w, const Gauge& g) {
  w(g.used, g.limit, g.measured, g.dropped, g.event);
}
template <typename Walk>
void fields(Walk& w, const Throttle& t) {
  w(t.writes, t.operations, t.rate);
}
template <typename Walk>
void fields(Walk& w, const Throttles& t) {
  w(t.set, t.dropped, t.event);
}
template <typename Walk>
void fields(Walk& w, const Cause& c) {
  w(c.asked, c.event);
}
template <typename Walk>
void fields(Walk& w, const End& e) {
  w(e.code, e.signal, e.sent, e.out_of_memory, e.told);
}
template <typename Walk>
void fields(Walk& w, const Moved& m) {
  w(m.move, m.event, m.time_ns, m.cause, m.end);
}
template <typename Walk>
void fields(Walk& w, const Tally& t) {
  w(t.count, t.last_ns, t.event);
}
template <typename Walk>
void fields(Walk& w, const Signal& s) {
  w(s.number, s.name, s.effect, s.time_ns, s.effect_ns, s.grace_s, s.work, s.cause, s.event);
}
template <typename Walk>
void fields(Walk& w, const SignalStory& s) {
  w(s.signals, s.ended_ns, s.ended_code);
}
template <typename Walk>
void fields(Walk& w, const Exec& e) {
  w(e.id, e.command, e.span, e.monitor, e.process, e.inside, e.state, e.joined, e.executed, e.exit_code, e.error,
    e.begin, e.process_event, e.join_event, e.event);
}
template <typename Walk>
void fields(Walk& w, const Life& l) {
  w(l.tallies, l.moves, l.signals, l.stories, l.execs, l.stop, l.grace_s, l.policy, l.next_start_ns, l.created_ns,
    l.started_ns, l.ended_ns, l.ended_code, l.exit, l.auto_remove);
}
template <typename Walk>
void fields(Walk& w, const Asked& a) {
  w(a.span, a.parent, a.asked, a.event);
}
template <typename Walk>
void fields(Walk& w, const Trial& t) {
  w(t.left_out, t.operations, t.layers, t.event);
}
template <typename Walk>
void fields(Walk& w, const Container& c) {
  w(c.id, c.name, c.image, c.image_id, c.command, c.phase, c.walls, c.layers, c.writable, c.mounts, c.operations,
    c.monitor, c.process, c.process_state, c.program, c.trial, c.cgroup, c.seccomp, c.capabilities, c.capability_count,
    c.capability_count_before, c.memory, c.cpu, c.pids, c.io, c.life, c.exit_code, c.failed_code, c.signal,
    c.out_of_memory, c.given_up, c.error, c.created_event, c.start_event, c.writable_event, c.overlay_event,
    c.cgroup_event, c.process_event, c.program_event, c.seccomp_event, c.capabilities_event, c.exit_event,
    c.removed_event, c.told, c.changed, c.stale, c.of_race, c.unseen_end);
}
template <typename Walk>
void fields(Walk& w, const Request& r) {
  w(r.words, r.span, r.parent, r.status, r.failed, r.error, r.begin, r.end);
}
template <typename Walk>
void fields(Walk& w, const StageState& s) {
  w(s.state, s.begin_ns, s.end_ns, s.first, s.last);
}
template <typename Walk>
void fields(Walk& w, const Held& h) {
  w(h.id, h.run, h.any_client, h.request, h.gate, h.subject, h.with, h.stage, h.pid, h.since_ns, h.who, h.event);
}
// Without the command: the history fills it in, no event does.
template <typename Walk>
void fields(Walk& w, const Run& r) {
  w(r.container, r.image, r.root, r.engine, r.first, r.stages, r.requests, r.clock, r.begin_ns, r.latest_ns, r.current,
    r.executing, r.ended, r.failed, r.given_up, r.gone);
}
template <typename Walk>
void fields(Walk& w, const Milestone& m) {
  w(m.name, m.ns, m.event);
}
template <typename Walk>
void fields(Walk& w, const RaceRun& r) {
  w(r.state, r.number, r.cold, r.together, r.stepped, r.span, r.machine, r.container, r.pid, r.begin_ns, r.milestones,
    r.left_out, r.exit_code, r.error, r.output, r.kernel_log, r.cpu_before_command_ns, r.peak_bytes, r.read_bytes,
    r.late_ns, r.stop_symbol, r.stop_address, r.stop, r.begin, r.end);
}
template <typename Walk>
void fields(Walk& w, const RaceSpread& s) {
  w(s.name, s.count, s.median, s.lower, s.upper);
}
template <typename Walk>
void fields(Walk& w, const RaceStanding& s) {
  w(s.proportional_bytes, s.cgroup_peak_bytes, s.read_bytes, s.cpu_before_command_ns, s.command_is_seen, s.command,
    s.host_lines, s.error, s.event);
}
template <typename Walk>
void fields(Walk& w, const DensityPoint& p) {
  w(p.count, p.last_start_ns, p.bytes, p.stopped, p.event);
}
template <typename Walk>
void fields(Walk& w, const RaceLane& l) {
  w(l.run, l.runs, l.spreads, l.cold_exit_ns, l.standing, l.inside, l.inside_error, l.inside_event, l.density,
    l.memory_each_bytes, l.extrapolated_fit, l.summary_event);
}
template <typename Walk>
void fields(Walk& w, const Race& r) {
  w(r.state, r.span, r.question, r.image, r.command, r.error, r.runs, r.held_ns, r.cold, r.together, r.accelerator,
    r.reason, r.kernel_path, r.kernel_release, r.kernel_entry, r.host_release, r.qemu, r.root, r.memory_bytes, r.cpus,
    r.layers_bytes, r.kernel_bytes, r.root_bytes, r.qemu_bytes, r.ready_ns, r.machine_memory_bytes, r.machine_cpus,
    r.had, r.lanes, r.event, r.accelerator_event, r.sides_event);
}
template <typename Walk>
void fields(Walk& w, const Sight& s) {
  w(s.name, s.scenario, s.command, s.output, s.exit_code, s.event);
}
template <typename Walk>
void fields(Walk& w, const AskedMachine& m) {
  w(m.accelerator, m.kernel_release, m.command, m.cpus, m.memory_bytes, m.inside, m.event);
}
template <typename Walk>
void fields(Walk& w, const Ways& s) {
  w(s.sights, s.machines);
}
template <typename Walk>
void fields(Walk& w, const Model& m) {
  w(m.events, m.first_ns, m.now_ns, m.engine, m.hub, m.layers, m.images, m.lookup, m.transfers, m.containers, m.run,
    m.other, m.asked, m.focus, m.held, m.lost, m.after_loss, m.last, m.telling, m.held_ns, m.in_baseline,
    m.had_container, m.race, m.ways, m.narration);
}

}  // namespace glassdock::model
