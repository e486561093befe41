// support: the events of a `docker run`, as the engine tells them, for tests that need no engine. What the real engine
// tells is held against the model by tests/golden.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "engine/trace/event.h"

namespace glassdock::support {

inline const std::string story_container(64, 'c');
inline const std::string story_image = "sha256:" + std::string(64, '1');
inline const std::string story_base = "sha256:" + std::string(64, 'a');  // the lower layer
inline const std::string story_top = "sha256:" + std::string(64, 'b');   // the upper one

class RunStory {
 public:
  using Kind = trace::Kind;
  using Stage = trace::Stage;

  std::vector<trace::Event> events;
  std::string container = story_container;

  trace::Event& tell(Stage stage, Kind kind, std::string name, std::string subject, std::uint64_t span = 0,
                     std::uint64_t parent = 0, std::vector<trace::Argument> arguments = {}) {
    trace::Event event;
    event.sequence = ++sequence_;
    event.time_ns = now_ns_ += 100'000;
    event.span = span;
    event.parent = parent;
    event.stage = stage;
    event.kind = kind;
    event.pid = 47980;
    event.name = std::move(name);
    event.subject = std::move(subject);
    event.arguments = std::move(arguments);
    events.push_back(std::move(event));
    return events.back();
  }
  void wait(std::int64_t nanoseconds) { now_ns_ += nanoseconds; }

  void baseline(bool rootless = false) {
    tell(Stage::lifecycle, Kind::instant, "baseline.engine", "/data", 0, 0,
         {{"version", std::string("0.1.0")},
          {"rootless", rootless},
          {"hub", std::string("127.0.0.1:41873")},
          {"cgroups", std::string("v2")},
          {"launcher", std::int64_t{47981}},
          {"namespaces", std::string("pid:[4026531836] mnt:[4026531832] user:[4026531837]")}});
  }
  void baseline_image(std::string blobs = story_base + " " + story_top) {
    tell(Stage::lifecycle, Kind::instant, "baseline.image", "alpine:latest", 0, 0,
         {{"id", story_image},
          {"bytes", std::int64_t{1983397}},
          {"layers", std::int64_t{2}},
          {"blobs", std::move(blobs)},
          {"layer_numbers", std::string("1 2")},
          {"layer_bytes", std::string("1982256 1141")},
          {"layer_entries", std::string("2 312")}});
  }
  void baseline_other_image(const std::string& reference) {
    tell(Stage::lifecycle, Kind::instant, "baseline.image", reference, 0, 0,
         {{"id", "sha256:of " + reference}, {"bytes", std::int64_t{1}}, {"blobs", "sha256:in " + reference}});
  }
  void baseline_container(std::string id, std::string state, std::string image = "alpine") {
    tell(Stage::lifecycle, Kind::instant, "baseline.container", std::move(id), 0, 0,
         {{"name", std::string("tea")},
          {"image", std::move(image)},
          {"state", std::move(state)},
          {"exit_code", std::int64_t{3}}});
  }

  // `root`: the span of the run; 0 as the real docker has it.
  std::uint64_t request(const std::string& words, std::uint64_t root = 1) {
    tell(Stage::request, Kind::begin, "request.received", words, ++span_, root);
    return span_;
  }
  void answer(std::uint64_t span, const std::string& words, std::int64_t status, std::uint64_t root = 1) {
    trace::Event& event = tell(Stage::request, Kind::end, "request.received", words, span, root, {{"status", status}});
    if (status >= 400) event.arguments.push_back({"failed", true});
  }
  void lookup(std::uint64_t request, bool hit, const std::string& name = "alpine") {
    const std::uint64_t span = ++span_;
    tell(Stage::cache, Kind::begin, "cache.lookup", name, span, request);
    trace::Event& end = tell(Stage::cache, Kind::end, "cache.lookup", name, span, request,
                             {{"result", std::string(hit ? "hit" : "miss")}});
    if (hit) end.arguments.push_back({"image", story_image});
  }
  void blob(std::uint64_t request, const std::string& digest, std::int64_t bytes, int packets = 1) {
    const std::uint64_t unpack = ++span_, pull = ++span_;
    tell(Stage::pull, Kind::begin, "pull.blob", digest, pull, request, {{"bytes", bytes}});
    tell(Stage::snapshot, Kind::begin, "snapshot.unpack", digest, unpack, request);
    for (int i = 1; i <= packets; ++i) {
      tell(Stage::pull, Kind::sample, "pull.blob", digest, pull, 0,
           {{"received", bytes * i / (packets + 1)}, {"bytes", bytes}});
    }
    tell(Stage::pull, Kind::end, "pull.blob", digest, pull, request, {{"received", bytes}, {"verified", true}});
    tell(Stage::snapshot, Kind::end, "snapshot.unpack", digest, unpack, request,
         {{"bytes", 2 * bytes}, {"entries", std::int64_t{312}}, {"diff_id", "sha256:" + std::string(64, 'd')}});
    tell(Stage::snapshot, Kind::instant, "snapshot.commit", digest, request, 0,
         {{"layer", digest == story_base ? std::int64_t{1} : std::int64_t{2}}});
  }
  void pull(std::uint64_t root = 1) {
    const std::uint64_t request = this->request("POST /images/create", root);
    const std::uint64_t manifest = ++span_;
    tell(Stage::pull, Kind::begin, "pull.manifest", "alpine:latest", manifest, request);
    tell(Stage::pull, Kind::end, "pull.manifest", "alpine:latest", manifest, request,
         {{"registry", std::string("127.0.0.1:41873")}, {"blobs", story_base + " " + story_top}});
    blob(request, story_base, 1'000'000, 3);
    blob(request, story_top, 4309);
    tell(Stage::pull, Kind::instant, "pull.done", "alpine:latest", request, 0,
         {{"image", story_image}, {"bytes", std::int64_t{1983397}}, {"new", true}});
    answer(request, "POST /images/create", 200, root);
  }
  // Of an image that no registry has.
  void pull_in_vain(const std::string& reference, std::uint64_t root = 1) {
    const std::uint64_t request = this->request("POST /images/create", root), manifest = ++span_;
    tell(Stage::pull, Kind::begin, "pull.manifest", reference, manifest, request);
    tell(Stage::pull, Kind::end, "pull.manifest", reference, manifest, request, {{"failed", true}});
    answer(request, "POST /images/create", 404, root);
  }
  void missing(std::uint64_t root = 1, const std::string& name = "alpine") {
    const std::uint64_t request = this->request("POST /containers/create", root);
    lookup(request, false, name);
    answer(request, "POST /containers/create", 404, root);
  }
  void create(std::uint64_t root = 1) {
    const std::uint64_t request = this->request("POST /containers/create", root);
    lookup(request, true);
    const std::uint64_t create = ++span_, prepare = ++span_;
    tell(Stage::lifecycle, Kind::begin, "container.create", container, create, request,
         {{"image", std::string("alpine")}, {"image_id", story_image}, {"command", std::string("ls -l")}});
    tell(Stage::snapshot, Kind::begin, "snapshot.prepare", container, prepare, create);
    tell(Stage::snapshot, Kind::end, "snapshot.prepare", container, prepare, create, {{"layers", std::int64_t{2}}});
    tell(Stage::lifecycle, Kind::end, "container.create", container, create, request,
         {{"name", std::string("brave_lovelace")}});
    answer(request, "POST /containers/create", 201, root);
  }
  void begin_start(std::uint64_t root = 1) {
    begin_start_of(request("POST /containers/" + container + "/start", root));
  }
  // Of whatever asked for it.
  void begin_start_of(std::uint64_t asked) {
    start_request_ = asked;
    start_ = ++span_;
    tell(Stage::isolate, Kind::begin, "container.start", container, start_, start_request_,
         {{"command", std::string("ls -l")},
          {"operations",
           std::string("isolate.cgroups isolate.limits isolate.clone isolate.cgroup-namespace isolate.hostname "
                       "snapshot.overlay isolate.proc isolate.volume isolate.volume-2 isolate.bounding "
                       "isolate.seccomp isolate.capabilities run.exec")}});
  }
  trace::Event& operation(const std::string& name, Stage stage = Stage::isolate,
                          std::vector<trace::Argument> arguments = {}, std::vector<trace::Evidence> evidence = {}) {
    arguments.push_back({"duration_ns", std::int64_t{20'000}});
    trace::Event& event = tell(stage, Kind::instant, name, container, start_, 0, std::move(arguments));
    event.gate = name;
    event.actor = trace::Actor::child;
    event.pid = 48121;
    event.evidence = std::move(evidence);
    return event;
  }
  void walls() {
    limits({}, {{"/sys/fs/cgroup/x/memory.max", "max", "67108864", ""},
                {"/sys/fs/cgroup/x/cpu.max", "max 100000", "50000 100000", ""},
                {"/sys/fs/cgroup/x/pids.max", "max", "20", ""}});
    clone();
  }
  void limits(std::vector<trace::Argument> arguments, std::vector<trace::Evidence> evidence = {}) {
    operation("isolate.cgroups").actor = trace::Actor::monitor;
    operation("isolate.limits", Stage::isolate, std::move(arguments), std::move(evidence)).actor =
        trace::Actor::monitor;
  }
  void clone() {
    trace::Event& clone = operation(
        "isolate.clone", Stage::isolate, {{"pid", std::int64_t{48121}}},
        {{"/proc/48121/ns/pid", "", "pid:[4026532256]", ""}, {"/proc/48121/ns/user", "", "user:[4026531837]", ""}});
    clone.actor = trace::Actor::monitor;
    clone.pid = 48117;
    operation("isolate.cgroup-namespace", Stage::isolate, {},
              {{"/proc/48121/ns/cgroup", "cgroup:[4026531835]", "cgroup:[4026532324]", ""}});
    operation("isolate.hostname");
  }
  void files() {
    operation(
        "snapshot.overlay", Stage::snapshot, {{"object", std::string("containers/c/root")}},
        {{"/proc/48121/mountinfo", "",
          "95 44 0:50 / /data/rootfs rw,relatime - overlay overlay rw,lowerdir=layers/2:layers/1,upperdir=u", ""}});
    operation("isolate.proc", Stage::isolate, {{"object", std::string("/proc")}},
              {{"/proc/48121/mountinfo", "", "96 95 0:52 / /data/rootfs/proc rw,nosuid - proc proc rw", ""}});
    operation("isolate.volume", Stage::isolate, {{"object", std::string("/x")}},
              {{"/proc/48121/mountinfo", "", "97 95 254:0 /m /data/rootfs/x ro,relatime - ext4 /dev/vda rw", ""}});
    operation("isolate.volume-2", Stage::isolate, {{"object", std::string("/y")}});
  }
  void powers() {
    operation("isolate.bounding", Stage::isolate, {},
              {{"/proc/48121/status", "CapBnd:\t000001ffffffffff", "CapBnd:\t00000000a80425fb", ""}});
    operation("isolate.seccomp");
    operation("isolate.capabilities", Stage::isolate, {},
              {{"/proc/48121/status", "CapEff:\t000001ffffffffff", "CapEff:\t00000000a80425fb", ""}});
  }
  void end_start_of(std::uint64_t asked) {
    operation("run.exec", Stage::run);
    tell(Stage::isolate, Kind::end, "container.start", container, start_, asked, {{"pid", std::int64_t{48121}}});
  }
  void execute(std::uint64_t root = 1) {
    end_start_of(start_request_);
    answer(start_request_, "POST /containers/" + container + "/start", 204, root);
  }
  void fail_to_execute(std::uint64_t root = 1) {
    operation("run.exec", Stage::run, {{"errno", std::int64_t{2}}});
    tell(Stage::isolate, Kind::end, "container.start", container, start_, start_request_,
         {{"error", std::string("unable to start container process: exec: \"nosuch\": executable file not found in "
                                "$PATH")},
          {"exit_code", std::int64_t{127}},
          {"failed", true}});
    answer(start_request_, "POST /containers/" + container + "/start", 400, root);
  }
  void exit(std::int64_t code = 0) {
    teardown("lifecycle.memory-report", {{"peak_bytes", std::int64_t{778240}}});
    teardown("lifecycle.cgroups-remove");
    tell(Stage::run, Kind::instant, "container.exit", container, start_, 0, {{"exit_code", code}});
  }
  void teardown(const std::string& name, std::vector<trace::Argument> arguments = {}) {
    trace::Event& event = operation(name, Stage::lifecycle, std::move(arguments));
    event.actor = trace::Actor::monitor;
    event.pid = 48117;
  }
  void remove() {
    const std::uint64_t span = ++span_;
    tell(Stage::lifecycle, Kind::begin, "container.remove", container, span, start_);
    tell(Stage::lifecycle, Kind::end, "container.remove", container, span, start_);
  }
  void held(const std::string& gate, std::int64_t id, std::int32_t pid = 48121, std::uint64_t root = 1) {
    tell(Stage::lifecycle, Kind::instant, "gate.held", container, root, 0,
         {{"id", id}, {"gate", gate}, {"stage", std::string("isolate")}, {"pid", std::int64_t{pid}}});
  }
  void released(const std::string& gate, std::int64_t id, std::int64_t held_ns, std::uint64_t root = 1) {
    wait(held_ns - 100'000);  // the next event takes this anyway
    tell(Stage::lifecycle, Kind::instant, "gate.released", container, root, 0,
         {{"id", id}, {"gate", gate}, {"stage", std::string("isolate")}, {"held_ns", held_ns}});
  }

  void given_up(const std::string& gate, std::int64_t id, std::uint64_t root = 1) {
    released(gate, id, 1'000'000, root);
    events.back().arguments.push_back({"given_up", true});
  }
  // The client's wish ends the start.
  void give_up(std::uint64_t root = 1) {
    tell(Stage::isolate, Kind::end, "container.start", container, start_, start_request_,
         {{"error", std::string("the start was cancelled")}, {"given_up", true}, {"failed", true}});
    answer(start_request_, "POST /containers/" + container + "/start", 400, root);
  }

  // A whole cold run, and what follows it.
  void cold(std::uint64_t root = 1) {
    missing(root);
    pull(root);
    create(root);
    warm_start(root);
  }
  // A start of an image that is here has begun.
  void begun() {
    baseline();
    baseline_image();
    create();
    begin_start();
  }
  // Its walls, its files, and what it may do.
  void prepared() {
    walls();
    files();
    powers();
  }
  // Held in the container's process, in front of isolate.proc.
  void held_start() {
    begun();
    walls();
    held("isolate.proc", 2);
  }
  // `docker restart` of the container, by its name; its command has run for that long since its execve, and runs again.
  void restart(std::int64_t ran_ns, std::uint64_t root = 1) {
    const std::string words = "POST /containers/brave_lovelace/restart";
    const std::uint64_t request = this->request(words, root), restart = ++span_, stop = ++span_;
    tell(Stage::lifecycle, Kind::begin, "container.restart", container, restart, request);
    tell(Stage::lifecycle, Kind::begin, "container.stop", container, stop, restart);
    wait(ran_ns);
    exit(137);
    events.back().arguments.push_back({"duration_ns", ran_ns});
    tell(Stage::lifecycle, Kind::end, "container.stop", container, stop, restart);
    begin_start_of(restart);
    prepared();
    end_start_of(restart);
    tell(Stage::lifecycle, Kind::end, "container.restart", container, restart, request);
    answer(request, words, 204, root);
  }
  void warm_start(std::uint64_t root = 1) {
    begin_start(root);
    prepared();
    execute(root);
    exit();
  }

 protected:
  std::uint64_t span_ = 10;

 private:
  std::uint64_t sequence_ = 0;
  std::uint64_t start_ = 0, start_request_ = 0;
  std::int64_t now_ns_ = 7'200'000'000'000;
};

}  // namespace glassdock::support
