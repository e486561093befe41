#include "app/model/reducer.h"

#include <algorithm>
#include <array>

#include "app/model/reduce.h"
#include "engine/base/text.h"

namespace glassdock::model {
namespace {

struct Row {
  std::string_view name;
  void (*change)(const Change&);
};

// Sorted by name.
constexpr auto table = std::to_array<Row>({
    {"baseline.container", baseline_container},
    {"baseline.engine", baseline_engine},
    {"baseline.held", baseline_held},
    {"baseline.image", baseline_image},
    {"cache.layer", cache_layer},
    {"cache.lookup", cache_lookup},
    {"container.create", container_create},
    {"container.exit", container_exit},
    {"container.pause", container_pause},
    {"container.remove", container_remove},
    {"container.rename", container_rename},
    {"container.restart", container_restart},
    {"container.restart-cancel", container_restart_cancel},
    {"container.restart-policy", container_restart_policy},
    {"container.signal", container_signal},
    {"container.start", container_start},
    {"container.stop", container_stop},
    {"container.unpause", container_unpause},
    {"exec.bounding", operation_only},
    {"exec.capabilities", operation_only},
    {"exec.cgroup-join", operation_only},
    {"exec.clone", exec_clone},
    {"exec.descriptors", operation_only},
    {"exec.exec", exec_exec},
    {"exec.exit", exec_exit},
    {"exec.folder", operation_only},
    {"exec.namespaces", exec_namespaces},
    {"exec.no-new-privileges", operation_only},
    {"exec.pid-namespace", operation_only},
    {"exec.seccomp", operation_only},
    {"exec.set-user", operation_only},
    {"exec.start", exec_start},
    {"exec.terminal", operation_only},
    {"exec.user", operation_only},
    {"gate.held", gate_held},
    {"gate.released", gate_released},
    {"hub.conditions", hub_conditions},
    {"hub.request", hub_request},
    {"image.delete", image_delete},
    {"image.tag", image_tag},
    {"image.untag", image_untag},
    {"isolate.bounding", isolate_bounding},
    {"isolate.capabilities", isolate_capabilities},
    {"isolate.cgroup-join", operation_only},
    {"isolate.cgroup-links", operation_only},
    {"isolate.cgroup-mount", mount_done},
    {"isolate.cgroup-namespace", isolate_cgroup_namespace},
    {"isolate.cgroups", isolate_cgroups},
    {"isolate.clone", isolate_clone},
    {"isolate.descriptors", operation_only},
    {"isolate.dev", mount_done},
    {"isolate.device-links", operation_only},
    {"isolate.device-rules", operation_only},
    {"isolate.devices", operation_only},
    {"isolate.devpts", mount_done},
    {"isolate.hostname", operation_only},
    {"isolate.hostname-file", mount_done},
    {"isolate.hosts", mount_done},
    {"isolate.init", mount_done},
    {"isolate.left-out", isolate_trial_asked},
    {"isolate.limits", isolate_limits},
    {"isolate.loopback", operation_only},
    {"isolate.mask", operation_only},
    {"isolate.mqueue", mount_done},
    {"isolate.no-new-privileges", operation_only},
    {"isolate.order", isolate_trial_asked},
    {"isolate.pivot", operation_only},
    {"isolate.proc", mount_done},
    {"isolate.propagation", operation_only},
    {"isolate.readonly-paths", operation_only},
    {"isolate.readonly-root", root_read_only},
    {"isolate.resolv", mount_done},
    {"isolate.seccomp", isolate_seccomp},
    {"isolate.set-user", operation_only},
    {"isolate.shm", mount_done},
    {"isolate.sysctls", operation_only},
    {"isolate.sysfs", mount_done},
    {"isolate.terminal", mount_done},
    {"isolate.tmpfs", mount_done},
    {"isolate.trial", operation_only},
    {"isolate.trial-limits", isolate_trial_limits},
    {"isolate.trial-root", operation_only},
    {"isolate.user", operation_only},
    {"isolate.volume", mount_done},
    {"isolate.working-folder", operation_only},
    {"lifecycle.cgroups-remove", cgroups_remove},
    {"lifecycle.memory-report", memory_report},
    {"pull.blob", pull_blob},
    {"pull.config", pull_config},
    {"pull.done", pull_done},
    {"pull.http", pull_http},
    {"pull.manifest", pull_manifest},
    {"request.received", request_received},
    {"run.exec", run_exec},
    {"run.folder", operation_only},
    {"scenario.saw", scenario_saw},
    {"scenario.say", scenario_say},
    {"snapshot.commit", snapshot_commit},
    {"snapshot.overlay", snapshot_overlay},
    {"snapshot.prepare", snapshot_prepare},
    {"snapshot.unpack", snapshot_unpack},
    {"trace.ended", trace_ended},
    {"trace.lost", trace_lost},
    {"vm.accelerator", vm_accelerator},
    {"vm.command", vm_milestone},
    {"vm.density", vm_density},
    {"vm.exit", vm_milestone},
    {"vm.gone", vm_milestone},
    {"vm.hypervisor", vm_milestone},
    {"vm.init", vm_milestone},
    {"vm.inside", vm_inside},
    {"vm.kernel", vm_milestone},
    {"vm.machine", vm_machine},
    {"vm.mounted", vm_milestone},
    {"vm.output", vm_milestone},
    {"vm.processor", vm_milestone},
    {"vm.race", vm_race},
    {"vm.run", vm_run},
    {"vm.sides", vm_sides},
    {"vm.standing", vm_standing},
    {"vm.stopped", vm_milestone},
    {"vm.summary", vm_summary},
});
static_assert(std::is_sorted(table.begin(), table.end(), [](const Row& a, const Row& b) { return a.name < b.name; }));

// Files within a layer: the evidence and the event list tell them, the picture has no place for single files. Nor has
// it one for a policy: what that does is told by the event of each restart.
// What a guest gets is in the words of both sides, which follow. Where it is held in its kernel it says itself.
constexpr auto without_picture = std::to_array<std::string_view>(
    {"container.update", "snapshot.left-out", "snapshot.whiteout", "vm.ready", "vm.symbol"});

const Row* find_row(std::string_view name) {
  name = trace::base_name(name);
  const auto found = std::lower_bound(table.begin(), table.end(), name,
                                      [](const Row& row, std::string_view n) { return row.name < n; });
  return found != table.end() && found->name == name ? &*found : nullptr;
}

// An answer says less than what was done for it; so do the question that a client has behind its own exec, and the
// tidying behind an end.
bool is_telling(const Change& change) {
  const trace::Event& event = change.event;
  if (starts_with(event.name, "lifecycle.")) return change.error_number() != 0;
  if (event.name != "request.received") return true;
  const bool aside =
      change.flag("aside") || starts_with(event.subject, "GET /exec/") || ends_with(event.subject, "/resize");
  return change.ends() ? change.failed() : !aside;
}

}  // namespace

std::span<const std::string_view> names_without_picture() {
  return without_picture;
}

bool has_picture(std::string_view name) {
  return find_row(name) != nullptr;
}

bool only_in_list(std::string_view name) {
  const Row* row = find_row(name);
  return row && row->change == operation_only;
}

void apply(Model& model, const trace::Event& event, EventIndex index) {
  const Change change{model, event, index};
  const bool baseline = starts_with(event.name, "baseline.");
  if (!baseline && model.in_baseline) end_baseline(change);
  model.in_baseline = baseline;
  if (model.events == 0) model.first_ns = event.time_ns;
  model.now_ns = model.events == 0 ? event.time_ns : std::max(model.now_ns, event.time_ns);
  ++model.events;
  model.last = index;
  if (is_telling(change)) model.telling = index;
  begin_work(change);
  if (const Row* row = find_row(event.name)) {
    if (!event.gate.empty() && event.kind == trace::Kind::instant) {
      is_of_exec(event.name) ? mark_exec_operation(change) : mark_operation(change);
    }
    row->change(change);
  }
  follow_race(change);
  end_work(change);
  if (!baseline) settle_stages(change);
}

}  // namespace glassdock::model
