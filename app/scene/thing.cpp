#include "app/scene/thing.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "app/scene/life_words.h"
#include "app/scene/parts.h"
#include "app/scene/picture.h"
#include "app/scene/race_view.h"
#include "app/scene/terms.h"
#include "app/scene/ways_view.h"
#include "engine/base/text.h"
#include "engine/trace/gates.h"

namespace glassdock::scene {
namespace {

using model::Container;
using model::State;
using model::WallKind;

std::string pid_text(std::int32_t pid) {
  return pid > 0 ? std::to_string(pid) : std::string();
}

// What is behind a name's kind: "pid" of "wall:pid"; nothing where the name is of another kind.
std::optional<std::string_view> behind(std::string_view name, std::string_view kind) {
  if (!starts_with(name, kind)) return std::nullopt;
  return name.substr(kind.size());
}

std::string process_command(std::int32_t pid) {
  return fmt::format("ps -o pid,ppid,args -p {}", pid);
}

bool is_done(const Container& container, std::string_view operation) {
  return std::any_of(container.operations.begin(), container.operations.end(),
                     [&](const model::Operation& one) { return one.name == operation && one.state == State::there; });
}

// Writes what is known of one thing into it.
class Explainer {
 public:
  Explainer(const Subject& subject, Thing& thing)
      : subject_(subject),
        model_(subject.model),
        // Commands are for now, whatever is looked at; in a recording now is what is looked at.
        now_(subject.history.is_recording() ? subject.model : subject.history.now()),
        language_(subject.view.language),
        thing_(thing) {}

  void explain(std::string_view name) {
    const model::Engine& engine = model_.engine;
    if (name == "client") return client();
    if (name == "request") return fact(Word::fact_command, command_words(model_.run, language_));
    if (name == "engine" || name == "daemon") return this->engine();
    if (name == "hub" || name == "chip:hub") return hub();
    if (name == "launcher") return process_of_host(engine.launcher, now_.engine.launcher);
    if (name == "host") return host();
    if (name == "kernel") return kernel();
    if (name == "cache") return cache();
    if (starts_with(name, "chip:cgroup")) return says("findmnt -t cgroup,cgroup2");
    if (starts_with(name, "chip:root")) return engine_user();
    if (const auto image = behind(name, "image:")) return this->image(*image);
    if (const auto blob = behind(name, "layer:")) return layer(blob_of(*blob));
    if (const auto blob = behind(name, "shared:")) return layer(blob_of(*blob));
    if (const auto blob = behind(name, "blob:")) return fact(Word::fact_digest, *blob);
    if (const auto id = behind(name, "container:")) {
      if (const Container* container = model_.container(*id)) whole(*container);
      return;
    }
    if (name == "containers") return containers();
    if (const auto way = behind(name, "way:")) return explain_way(subject_, *way, thing_);
    if (const auto race = behind(name, "race:")) return explain_race(subject_, *race, thing_);
    if (const Container* container = shown_container(subject_)) of_container(*container, name);
  }

 private:
  void fact(Word name, std::string_view value) {
    if (!value.empty()) thing_.facts.push_back({std::string(say(name, language_)), std::string(value)});
  }
  // What its event read is about this thing alone.
  void all_is_about_it() { thing_.files = {""}; }
  void to_come() { fact(Word::fact_state, say(planned_word(subject_), language_)); }
  void says(std::string command) { thing_.command = std::move(command); }
  // The thing's own event, at the moment shown: the place's may be of another one.
  void tells(model::EventIndex event) {
    if (event != model::no_event) thing_.event = event;
  }
  // What an event said by the argument `name`, as long as it is kept.
  std::string told(model::EventIndex event, std::string_view name) const {
    return keeps(event) ? trace::argument_text(subject_.history.event(event), name) : std::string();
  }
  // What an event read from the source that ends so, likewise.
  std::string read(model::EventIndex event, std::string_view source) const {
    if (!keeps(event)) return {};
    for (const trace::Evidence& evidence : subject_.history.event(event).evidence) {
      if (ends_with(evidence.source, source)) return evidence.content;
    }
    return {};
  }
  bool keeps(model::EventIndex event) const {
    return subject_.history.keeps(event) && (subject_.history.row(event).marks & model::row_damaged) == 0;
  }

  void client() {
    const model::Run& run = model_.run;
    fact(Word::fact_command, command_words(run, language_));
    if (run.requests.empty()) return;
    const model::Request& last = run.requests.back();
    fact(Word::fact_asked, last.words);
    if (last.status > 0) fact(Word::fact_answer, std::to_string(last.status));
    // What was said on the socket is told with the answer.
    const auto answered = std::find_if(run.requests.rbegin(), run.requests.rend(), [](const model::Request& one) {
      return one.end != model::no_event && one.status > 0;
    });
    if (answered != run.requests.rend()) thing_.event = answered->end;
  }

  bool engine_is_there() const {
    return subject_.view.engine == EngineState::there && now_.engine.pid == model_.engine.pid && now_.engine.pid > 0;
  }
  bool is_recording() const { return subject_.history.is_recording(); }

  // As any client asks the engine.
  std::string question(std::string_view path) const { return question_to(model_.engine, path); }

  void engine() {
    const model::Engine& engine = model_.engine;
    fact(Word::fact_pid, pid_text(engine.pid));
    fact(Word::fact_version, engine.version);
    fact(Word::fact_data, engine.data_folder);
    fact(Word::fact_socket, engine.socket);
    if (engine.pid == 0) return;
    if (!engine_is_there() && !is_recording()) {
      thing_.gone = subject_.view.engine == EngineState::gone;
    } else if (engine.socket.empty()) {
      says(process_command(engine.pid));
    } else {
      says(question("/version"));
    }
  }

  void engine_user() {
    fact(Word::fact_pid, pid_text(model_.engine.pid));
    if (engine_is_there() || is_recording()) says(fmt::format("ps -o pid,user,args -p {}", model_.engine.pid));
  }

  void hub() {
    const model::Engine& engine = model_.engine;
    fact(Word::fact_address, engine.hub);
    fact(Word::fact_asked, model_.hub.last);
    if (model_.hub.status > 0) fact(Word::fact_answer, std::to_string(model_.hub.status));
    fact(Word::fact_upstream, model_.hub.upstream);
    tells(model_.hub.event);
    // The engine's own registry answers as long as the engine runs.
    if (!engine.hub.empty() && (engine_is_there() || is_recording())) {
      says("curl -s " + shell_quote("http://" + engine.hub + "/v2/_catalog"));
    }
  }

  void process_of_host(std::int32_t pid, std::int32_t now) {
    fact(Word::fact_pid, pid_text(pid));
    if (pid == 0) return;
    if (is_recording() || (engine_is_there() && pid == now)) return says(process_command(pid));
    thing_.gone = subject_.view.engine != EngineState::starting;
  }

  void host() {
    fact(Word::fact_machine, subject_.view.machine);
    fact(Word::fact_release, subject_.view.kernel);
    says("uname -n");
  }

  void kernel() {
    fact(Word::fact_release, subject_.view.kernel);
    says("uname -sr");
  }

  void cache() {
    for (const model::Image* image : images_here(model_)) {
      thing_.parts.push_back({image->reference,
                              trace::bytes_text(image->bytes),
                              {.act = Act::select_event,
                               .name = "image:" + image->reference,
                               .number = static_cast<std::int64_t>(image->event)}});
    }
    if (!model_.engine.data_folder.empty()) says("ls " + shell_quote(model_.engine.data_folder + "/layers"));
  }

  void image(std::string_view name) {
    fact(Word::image_name, name);
    const model::Image* image = model_.image(name);
    if (!image) return;
    fact(Word::image_id, image->id);
    if (image->bytes > 0) fact(Word::fact_size, trace::bytes_text(image->bytes));
    for (std::size_t i = image->layers.size(); i-- > 0;) {
      const model::Layer* layer = model_.layer(image->layers[i]);
      thing_.parts.push_back(
          {say(Word::layer, language_, {std::to_string(i + 1)}) + "  " + short_digest(image->layers[i]),
           layer && layer->bytes > 0 ? trace::bytes_text(layer->bytes) : std::string(),
           {.act = Act::select_event,
            .name = layer_name("layer:", image->layers, i),
            .number = static_cast<std::int64_t>(layer ? layer->event : model::no_event)}});
    }
  }

  void layer(std::string_view blob) {
    fact(Word::fact_digest, blob);
    const model::Layer* layer = model_.layer(blob);
    if (!layer) return;
    if (layer->entries > 0) fact(Word::fact_files, std::to_string(layer->entries));
    if (layer->bytes > 0) fact(Word::fact_size, trace::bytes_text(layer->bytes));
    if (layer->number <= 0 || model_.engine.data_folder.empty()) return;
    const std::string folder = fmt::format("{}/layers/{}", model_.engine.data_folder, layer->number);
    fact(Word::fact_folder, folder);
    const model::Layer* now = now_.layer(blob);
    if (now && now->state == State::there && now->number == layer->number) return says("ls -la " + shell_quote(folder));
    thing_.gone = true;
  }

  // The container's first process is there now: what is read through /proc/PID can be seen.
  bool lives(const Container& container) const {
    const Container* now = now_.container(container.id);
    return now && now->process > 0 && now->process == container.process && !now->is_ended() &&
           now->process_state != State::leaving && now->process_state != State::gone;
  }

  // `command` where the process lives.
  void says_of(const Container& container, std::string command) {
    if (container.process == 0) return;
    if (lives(container)) return says(std::move(command));
    thing_.gone = true;
  }

  void of_container(const Container& container, std::string_view name) {
    const std::string proc = fmt::format("/proc/{}/", container.process);
    if (const auto kind = behind(name, "wall:")) return wall(container, *kind, proc);
    if (const auto operation = behind(name, "mount:")) return mount(container, *operation);
    if (const auto which = behind(name, "gauge:")) return gauge(container, *which, proc);
    if (const auto id = behind(name, "exec:")) return explain_exec(subject_, container, *id, thing_);
    if (const auto event = behind(name, "signal:")) return explain_signal(subject_, container, *event, thing_);
    if (name == "container") return whole(container);
    if (name == "walls") return walls(container);
    if (name == "trial") return tells(container.trial.event);
    if (name == "mounts") return mounts(container);
    if (name == "process") return process(container, proc);
    if (name == "program") return says_of(container, "readlink " + proc + "exe");
    if (name == "writable") return writable(container);
    if (name == "cgroup") return cgroup(container, proc);
    if (name == "monitor") return monitor(container);
    if (starts_with(name, "filter:")) return filter(container, name, proc);
  }

  // All that run beside the one in the picture.
  void containers() {
    for (const Container* one : running_beside(subject_)) {
      thing_.parts.push_back({one->name,
                              one->image,
                              {.act = Act::select_event,
                               .name = "container:" + one->id,
                               .number = static_cast<std::int64_t>(one->created_event)}});
    }
  }

  void whole(const Container& container) {
    tells(container.created_event);
    fact(Word::fact_name, container.name);
    fact(Word::image_id, container.id);
    fact(Word::image_name, container.image);
    fact(Word::fact_command, container.command);
    fact(Word::fact_pid, pid_text(container.process));
    explain_life(subject_, container, thing_);
    if (lives(container)) return says(process_command(container.process));
    // What has ended is kept until it is removed, and can be started again.
    const Container* now = now_.container(container.id);
    thing_.gone = !now || now->phase == model::Phase::removed;
    if (!thing_.gone && !model_.engine.socket.empty())
      says(question("/containers/" + short_id(container.id) + "/json"));
  }

  static std::string inode_text(std::string_view kind, std::string_view inode) {
    return inode.empty() ? std::string() : fmt::format("{}:[{}]", kind, inode);
  }

  void wall(const Container& container, std::string_view kind, const std::string& proc) {
    for (std::size_t i = 0; i < model::wall_count; ++i) {
      if (model::to_string(static_cast<WallKind>(i)) != kind) continue;
      const model::Wall& wall = container.walls[i];
      const std::string& host = !wall.host_inode.empty() ? wall.host_inode : model_.engine.namespaces[i];
      tells(wall.event);
      fact(Word::fact_in_here, inode_text(kind, wall.inode));
      fact(Word::fact_of_engine, inode_text(kind, host));
      if (!wall.inode.empty()) thing_.note = say(Word::inode_again, language_);
      if (is_to_come(wall.state)) return to_come();
      if (wall.state == State::failed) return;
    }
    thing_.files = {fmt::format("/ns/{}", kind)};
    if (kind == "user") thing_.files.push_back("/uid_map");
    says_of(container, fmt::format("readlink {}ns/{}", proc, kind));
  }

  void walls(const Container& container) {
    for (std::size_t i = 0; i < model::wall_count; ++i) {
      const model::Wall& wall = container.walls[i];
      const std::string kind(model::to_string(static_cast<WallKind>(i)));
      const bool shared = wall.state == State::gone;
      const std::string_view beside = shared                         ? say(Word::shared_with_host, language_)
                                      : is_to_come(wall.state)       ? say(planned_word(subject_), language_)
                                      : wall.state == State::leaving ? say(Word::gone, language_)
                                                                     : std::string_view(wall.inode);
      thing_.parts.push_back(
          {kind,
           std::string(beside),
           {.act = Act::select_event, .name = "wall:" + kind, .number = static_cast<std::int64_t>(wall.event)}});
    }
    if (is_to_come(container.walls[static_cast<std::size_t>(WallKind::pid)].state)) return;
    says_of(container, fmt::format("lsns -p {}", container.process));
  }

  void filter(const Container& container, std::string_view name, const std::string& proc) {
    const bool seccomp = name == "filter:seccomp";
    tells(seccomp ? container.seccomp_event : container.capabilities_event);
    if (!seccomp && container.capability_count >= 0) {
      fact(Word::fact_kept, std::to_string(container.capability_count));
    }
    if (is_to_come(seccomp ? container.seccomp : container.capabilities)) return to_come();
    all_is_about_it();
    says_of(container, (seccomp ? "grep Seccomp " : "grep Cap ") + proc + "status");
  }

  // By the operation that makes it: two may have one target.
  void mount(const Container& container, std::string_view operation) {
    const auto found = std::find_if(container.mounts.begin(), container.mounts.end(),
                                    [&](const model::Mount& one) { return one.name == operation; });
    if (found == container.mounts.end()) return;
    tells(found->event);
    fact(Word::fact_place, found->target);
    fact(Word::fact_type, found->type);
    if (found->read_only) fact(Word::fact_state, say(Word::read_only, language_));
    all_is_about_it();
    if (is_to_come(found->state)) return to_come();
    if (found->state != State::there && found->state != State::leaving) return;
    // Until pivot_root the container's folders stand where the host has them.
    const Container* now = now_.container(container.id);
    const bool inside = now && is_done(*now, "isolate.pivot");
    says_of(container, fmt::format("findmnt -N {}{}", container.process,
                                   inside ? " " + shell_quote(found->target) : std::string()));
  }

  void mounts(const Container& container) {
    for (const model::Mount& mount : container.mounts) {
      if (mount.target.empty()) continue;
      const std::string_view beside = mount.state == State::there     ? std::string_view(mount.type)
                                      : mount.state == State::leaving ? say(Word::gone, language_)
                                      : mount.state == State::failed  ? say(Word::failed, language_)
                                                                      : say(planned_word(subject_), language_);
      thing_.parts.push_back({mount.target,
                              std::string(beside),
                              {.act = Act::select_event,
                               .name = "mount:" + mount.name,
                               .number = static_cast<std::int64_t>(mount.event)}});
    }
    says_of(container, fmt::format("findmnt -N {}", container.process));
  }

  void process(const Container& container, const std::string& proc) {
    tells(container.process_event);
    const std::string shared = container.lacks(WallKind::pid) ? pid_text(container.process) : "1";
    fact(Word::fact_pid_inside, container.process > 0 ? shared : "");
    fact(Word::fact_pid, pid_text(container.process));
    fact(Word::fact_command, container.command);
    fact(Word::fact_program, read(container.program_event, "/exe"));
    if (container.exit_code) {
      fact(Word::fact_state, end_words(container, language_));
    }
    thing_.files = {"/ns/pid"};
    says_of(container, "grep NSpid " + proc + "status");
  }

  void writable(const Container& container) {
    tells(container.writable_event);
    thing_.gone = container.writable == State::leaving;
    const std::string folder = told(container.writable_event, "upper");
    fact(Word::fact_folder, folder);
    if (folder.empty()) return;
    const Container* now = now_.container(container.id);
    if (now && now->phase != model::Phase::removed) return says("ls -lA " + shell_quote(folder));
    thing_.gone = true;
  }

  void monitor(const Container& container) {
    fact(Word::fact_pid, pid_text(container.monitor));
    const Container* now = now_.container(container.id);
    if (container.monitor == 0) return;
    if (now && !now->is_ended() && now->monitor == container.monitor) return says(process_command(container.monitor));
    thing_.gone = true;
  }

  void cgroup(const Container& container, const std::string& proc) {
    for (const std::string_view gauge : gauges_of(container)) {
      thing_.parts.push_back({std::string(gauge_name(gauge, language_)),
                              gauge_text(subject_, container, gauge),
                              {.act = Act::select_event,
                               .name = fmt::format("gauge:{}", gauge),
                               .number = static_cast<std::int64_t>(gauge_event(container, gauge))}});
    }
    says_of(container, "cat " + proc + "cgroup");
  }

  void gauge(const Container& container, std::string_view which, const std::string& proc) {
    tells(gauge_event(container, which));
    fact(Word::fact_use, gauge_text(subject_, container, which));
    const std::vector<std::string_view> files = gauge_files(which);
    for (const std::string_view file : files) thing_.files.push_back("/" + std::string(file));
    std::vector<std::string> paths = files_in_cgroup(container, files);
    if (!paths.empty() && container.cgroup != State::leaving) {
      return says_of(container, "grep . " + join(paths, " "));
    }
    says_of(container, "cat " + proc + "cgroup");
  }

  // As the evidence of the group's own folders lists them.
  std::vector<std::string> files_in_cgroup(const Container& container, const std::vector<std::string_view>& files) {
    std::vector<std::string> paths;
    if (!keeps(container.cgroup_event)) return paths;
    for (const trace::Evidence& evidence : subject_.history.event(container.cgroup_event).evidence) {
      const std::vector<std::string> names = split(evidence.content, '\n');
      // The folder that it is about has the limit; of others nothing is wanted.
      if (std::find(names.begin(), names.end(), files[0]) == names.end() &&
          std::find(names.begin(), names.end(), files[1]) == names.end()) {
        continue;
      }
      for (const std::string& name : names) {
        if (std::find(files.begin(), files.end(), name) == files.end()) continue;
        paths.push_back(shell_quote(evidence.source + "/" + name));
      }
    }
    return paths;
  }

  const Subject& subject_;
  const model::Model& model_;
  const model::Model& now_;
  const trace::Language language_;
  Thing& thing_;
};

// What stands round the run, of which the engine's own event says nothing.
bool has_no_event(std::string_view name) {
  return name == "kernel" || name == "host" || name == "launcher" || name == "cache" || name == "containers" ||
         starts_with(name, "chip:") || name == "race:host" || name == "race:hardware";
}

}  // namespace

std::string question_to(const model::Engine& engine, std::string_view path) {
  return fmt::format("curl -s --unix-socket {} http://localhost{}", shell_quote(engine.socket), path);
}

// Which need not know where this engine listens.
std::string look_at(const model::Engine& engine, const trace::Event& held) {
  const std::string look = trace::look_of_held(held);
  return look == trace::images_look ? question_to(engine, "/images/json") : look;
}

std::vector<std::string_view> gauge_files(std::string_view gauge) {
  // The limit first, of v2 and of v1.
  if (gauge == "memory") return {"memory.max", "memory.limit_in_bytes", "memory.current", "memory.usage_in_bytes"};
  if (gauge == "cpu") return {"cpu.max", "cpu.cfs_quota_us", "cpu.cfs_period_us"};
  if (gauge == "pids") return {"pids.max", "pids.max", "pids.current"};
  return {"io.max",
          "blkio.throttle.read_bps_device",
          "blkio.throttle.write_bps_device",
          "blkio.throttle.read_iops_device",
          "blkio.throttle.write_iops_device",
          "io.stat",
          "blkio.throttle.io_service_bytes"};
}

Thing thing_of(const Subject& subject, std::string_view name, model::EventIndex event) {
  Thing thing;
  thing.words = term_of(name, subject.view.language);
  if (!has_no_event(name)) thing.event = event;
  Explainer(subject, thing).explain(name);
  return thing;
}

}  // namespace glassdock::scene
