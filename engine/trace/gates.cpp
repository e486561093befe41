#include "engine/trace/gates.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "engine/base/error.h"
#include "engine/base/text.h"

namespace glassdock::trace {
namespace {

using enum Actor;

// The mounts below the container's root, which is "containers/ID/rootfs" until pivot_root (daemon::StartKitMaker).
constexpr std::string_view mounts_of_the_tree = "grep -o '/rootfs.*' /proc/PID/mountinfo";

// Its name as the kernel keeps it (proc_pid_comm(5)).
constexpr std::string_view look_at_qemu = "ps -C qemu-system-x86 -o pid,user,stat,time,rss,args";

// In the order of a cold run: those of the daemon, then those of the start plan (plan::operation_names()). After a
// change: GLASSDOCK_UPDATE_DOCS=1 with the test unit_trace writes docs/gates.md anew.
constexpr auto table = std::to_array<Gate>({
    {"cache.lookup", Stage::cache, daemon, "The request is understood; nothing has been looked up.",
     "요청을 이해했어요. 아직 아무것도 찾지 않았어요.", images_look},
    {"pull.manifest", Stage::pull, daemon, "The image is not in the local cache; no registry has been asked.",
     "이미지가 로컬 캐시에 없어요. 아직 레지스트리에 묻지 않았어요.", images_look},
    {"pull.config", Stage::pull, daemon, "The manifest is here and its digest is checked.",
     "매니페스트가 왔고 다이제스트를 확인했어요.", "ls -l BLOBS"},
    {"pull.blob", Stage::pull, daemon, "The layers' digests are known; this layer's bytes have not come.",
     "레이어의 다이제스트를 알아요. 이 레이어의 바이트는 아직 오지 않았어요.", "ls -l BLOBS"},
    {"snapshot.unpack", Stage::snapshot, daemon, "The layer is known; no file of it is on disk.",
     "레이어를 알아요. 파일은 아직 디스크에 없어요.", "ls DATA/layers"},
    {"snapshot.prepare", Stage::snapshot, daemon, "All layers are on disk; the container has no layer of its own.",
     "레이어가 모두 디스크에 있어요. 컨테이너만의 레이어는 아직 없어요.", "ls DATA/layers DATA/containers"},
    {"isolate.cgroups", Stage::isolate, monitor, "The monitor runs; the container has no cgroup and no process.",
     "모니터가 돌아요. 컨테이너의 cgroup도 프로세스도 아직 없어요."},
    {"isolate.trial-limits",
     Stage::isolate,
     monitor,
     "The cgroup stands; nothing keeps the trial from using all of the machine.",
     "cgroup이 있어요. 시험 컨테이너가 기계를 다 써도 막는 것이 없어요.",
     {},
     {},
     {},
     "--annotation glassdock.…"},
    {"isolate.limits",
     Stage::isolate,
     monitor,
     "The cgroup stands without limits.",
     "cgroup이 제한 없이 있어요.",
     {},
     {},
     {},
     "-m, --cpus, --pids-limit, --device-read-bps …"},
    {"isolate.device-rules", Stage::isolate, monitor, "The cgroup stands; it still allows every device.",
     "cgroup이 있어요. 아직 모든 장치를 허락해요."},
    {"isolate.clone", Stage::isolate, monitor, "All is prepared; there is no process and no wall.",
     "준비가 끝났어요. 프로세스도 벽도 아직 없어요."},
    {"isolate.descriptors", Stage::isolate, child,
     "The first process stands behind its walls, with the host's files still in sight.",
     "첫 프로세스가 벽 안에 있어요. 호스트의 파일이 아직 보여요.", "lsns -p PID; ls /proc/PID/root/"},
    {"isolate.cgroup-join", Stage::isolate, child,
     "Only the files that it needs are open; the controllers still count it with the engine.",
     "필요한 파일만 열려 있어요. 컨트롤러는 아직 엔진과 함께 세어요.", "ls -l /proc/PID/fd; cat /proc/PID/cgroup"},
    {"isolate.trial",
     Stage::isolate,
     child,
     "The trial's user namespace stands; its process is still the engine's user.",
     "시험 컨테이너의 user namespace가 섰어요. 프로세스는 아직 엔진의 사용자예요.",
     "cat /proc/PID/uid_map; grep Uid /proc/PID/status",
     {},
     {},
     "--annotation glassdock.…"},
    {"isolate.cgroup-namespace", Stage::isolate, child,
     "There is no cgroup wall yet: the process sees the host's cgroup tree.",
     "cgroup 벽은 아직 없어요. 프로세스에 호스트의 cgroup 트리가 보여요.",
     "readlink /proc/PID/ns/cgroup /proc/self/ns/cgroup"},
    {"isolate.hostname", Stage::isolate, child, "All walls are up; the name behind them is still the host's.",
     "벽이 모두 섰어요. 벽 안의 이름은 아직 호스트 이름이에요.", "uname -n; ENTER -u uname -n"},
    {"isolate.loopback", Stage::isolate, child, "The network wall is up; its interface lo is down and has no address.",
     "네트워크 벽이 섰어요. 인터페이스 lo는 꺼져 있고 주소가 없어요.", "cat /proc/PID/net/dev /proc/PID/net/fib_trie"},
    {"isolate.sysctls", Stage::isolate, child,
     "lo is up, with the address 127.0.0.1; ports below 1024 are still for root alone.",
     "lo가 켜졌고 주소는 127.0.0.1이에요. 1024보다 낮은 포트는 아직 root만 쓸 수 있어요.",
     "grep -m 1 127.0.0.1 /proc/PID/net/fib_trie; ENTER -n cat /proc/sys/net/ipv4/ip_*_port_start"},
    {"isolate.propagation", Stage::isolate, child,
     "The mounts are a copy of the host's; where it says shared, a new one would reach the host too.",
     "마운트가 호스트 것의 사본이에요. shared라고 적힌 곳에 새로 마운트하면 호스트에도 보여요.",
     "findmnt -N PID -o TARGET,PROPAGATION"},
    {"snapshot.overlay", Stage::snapshot, child, "All mounts are private; the container's files are not put together.",
     "마운트를 모두 떼었어요. 컨테이너의 파일은 아직 합쳐지지 않았어요.", "findmnt -N PID -o TARGET,PROPAGATION"},
    {"isolate.proc", Stage::isolate, child, "The layers are one tree; nothing is mounted in it.",
     "레이어가 트리 하나로 합쳐졌어요. 그 안에는 아직 마운트가 없어요.",
     "MOUNTS; ls -l /proc/PID/fd/4 /proc/PID/fd/4/"},
    {"isolate.dev", Stage::isolate, child, "/proc is mounted in the tree; /dev is the image's.",
     "트리에 /proc이 마운트됐어요. /dev는 이미지 것이에요."},
    {"isolate.devices", Stage::isolate, child, "/dev is an empty file system of its own.",
     "/dev가 빈 전용 파일 시스템이에요.", "MOUNTS; ls -la /proc/PID/fd/4/dev"},
    {"isolate.device-links", Stage::isolate, child, "The devices are there; their usual links are not.",
     "장치가 있어요. 익숙한 링크는 아직 없어요.", "ls -l /proc/PID/fd/4/dev"},
    {"isolate.devpts", Stage::isolate, child, "/dev has devices and links, and no terminals.",
     "/dev에 장치와 링크가 있어요. 터미널은 없어요.", "ls -l /proc/PID/fd/4/dev"},
    {"isolate.shm", Stage::isolate, child, "Terminals are there; shared memory is not.",
     "터미널이 있어요. 공유 메모리는 아직 없어요."},
    {"isolate.mqueue", Stage::isolate, child, "/dev/shm is there; message queues are not.",
     "/dev/shm이 있어요. 메시지 큐는 아직 없어요."},
    {"isolate.sysfs", Stage::isolate, child, "/dev is complete; /sys is the image's.",
     "/dev가 다 됐어요. /sys는 이미지 것이에요."},
    {"isolate.cgroup-mount",
     Stage::isolate,
     child,
     "/sys is there, without the cgroups.",
     "/sys가 있어요. cgroup은 아직 안 보여요.",
     {},
     "/sys/fs/cgroup is a folder of the container's own; some of its cgroups are not in it yet.",
     "/sys/fs/cgroup이 컨테이너만의 폴더예요. 아직 없는 cgroup이 있어요."},
    {"isolate.cgroup-links", Stage::isolate, child,
     "The container's cgroups are mounted; the folder that holds them can still be written.",
     "컨테이너의 cgroup이 모두 마운트됐어요. 그것을 담은 폴더에는 아직 쓸 수 있어요."},
    {"isolate.hosts", Stage::isolate, child,
     "The kernel's file systems are mounted; the engine's /etc/hosts is not there yet.",
     "커널의 파일 시스템이 마운트됐어요. 엔진이 쓴 /etc/hosts는 아직 없어요."},
    {"isolate.hostname-file", Stage::isolate, child, "The engine's /etc/hostname is not there yet.",
     "엔진이 쓴 /etc/hostname은 아직 없어요."},
    {"isolate.resolv", Stage::isolate, child, "The engine's /etc/resolv.conf is not there yet.",
     "엔진이 쓴 /etc/resolv.conf는 아직 없어요."},
    {"isolate.init", Stage::isolate, child, "The init that is to be process 1 is not there yet.",
     "1번 프로세스가 될 init은 아직 없어요."},
    {"isolate.volume",
     Stage::isolate,
     child,
     "A folder of the host that was asked for is not in the container yet.",
     "호스트의 폴더가 컨테이너에 아직 없어요.",
     {},
     {},
     {},
     "-v"},
    {"isolate.tmpfs",
     Stage::isolate,
     child,
     "A folder that was asked for in memory is not mounted yet.",
     "메모리에 둘 폴더를 아직 마운트하지 않았어요.",
     {},
     {},
     {},
     "--tmpfs"},
    {"isolate.working-folder", Stage::isolate, child,
     "All mounts that were asked for are there; the working folder may be missing.",
     "요청한 마운트가 모두 있어요. 작업 폴더는 없을 수 있어요."},
    {"isolate.mask", Stage::isolate, child, "/proc still tells about the host: no file in it is covered.",
     "/proc이 아직 호스트에 대해 알려 줘요. 가린 파일이 없어요.", "grep -o '/rootfs/proc.*' /proc/PID/mountinfo"},
    {"isolate.readonly-paths", Stage::isolate, child,
     "What tells too much is covered; files that change the kernel's settings can still be written.",
     "너무 많이 알려 주는 파일을 가렸어요. 커널 설정을 바꾸는 파일에는 아직 쓸 수 있어요.",
     "grep -o '/rootfs/proc.*' /proc/PID/mountinfo"},
    {"isolate.terminal",
     Stage::isolate,
     child,
     "The command has no terminal yet: its input and output lead nowhere.",
     "명령의 터미널이 아직 없어요. 입력과 출력이 어디에도 이어지지 않아요.",
     "ls -l /proc/PID/fd",
     {},
     {},
     "-t"},
    {"isolate.pivot", Stage::isolate, child,
     "The container's tree is complete: file 4 of the process, its root to be. / is still the host's.",
     "컨테이너의 파일 트리가 다 됐어요. 프로세스가 연 4번 파일이 앞으로의 루트예요. /는 아직 호스트 것이에요.",
     "ls /proc/PID/fd/4/ /proc/PID/root/"},
    {"isolate.trial-root",
     Stage::isolate,
     child,
     "pivot_root is left out: / is still the host's, and not read-only yet.",
     "pivot_root를 빼먹었어요. /는 아직 호스트 것이고 읽기 전용도 아니에요.",
     "ls /proc/PID/root/",
     {},
     {},
     "--annotation glassdock.leave-out=isolate.pivot"},
    {"isolate.readonly-root", Stage::isolate, child, "/ is the container's and can be written.",
     "/가 컨테이너 것이고 쓸 수 있어요.", "grep ' / / ' /proc/PID/mountinfo"},
    {"isolate.user", Stage::isolate, child,
     "The host's files are out of reach; the process is root in here, and uid_map says who that is outside.",
     "호스트의 파일에 닿을 수 없어요. 프로세스는 이 안에서 root예요. 밖에서 누구인지는 uid_map에 있어요.",
     "ls /proc/PID/root/; grep Uid /proc/PID/status; cat /proc/PID/uid_map"},
    {"isolate.bounding", Stage::isolate, child,
     "It is known who the user will be; the process still has all capabilities of the engine.",
     "누가 될지 정해졌어요. 프로세스에 아직 엔진의 권한이 모두 있어요.", "grep -E '^(Uid|Gid|Cap)' /proc/PID/status"},
    {"isolate.seccomp", Stage::isolate, child, "The kernel still answers every system call: there is no filter.",
     "커널이 아직 모든 시스템 콜에 답해요. 필터가 없어요.", "grep -E '^(CapBnd|Seccomp)' /proc/PID/status"},
    {"isolate.set-user", Stage::isolate, child, "The process is still root of its walls.",
     "프로세스가 아직 이 벽 안의 root예요.", "grep -E '^(Uid|Gid|Groups)' /proc/PID/status; cat /proc/PID/uid_map"},
    {"isolate.capabilities", Stage::isolate, child,
     "The user is set: root still has all capabilities, any other user has lost them.",
     "사용자가 정해졌어요. root라면 권한이 아직 모두 있고, 다른 사용자라면 모두 잃었어요.",
     "grep -E '^(Uid|Gid|Groups|Cap)' /proc/PID/status"},
    {"isolate.no-new-privileges", Stage::isolate, child, "A set-user-id program could still gain privileges.",
     "set-user-id 프로그램이 아직 권한을 얻을 수 있어요.", "grep -E '^(Cap|NoNewPrivs)' /proc/PID/status"},
    {"run.folder", Stage::run, child, "All walls stand; the process is in /.",
     "벽이 모두 섰어요. 프로세스는 /에 있어요.",
     "readlink /proc/PID/cwd; grep -E '^(Uid|Cap|Seccomp)' /proc/PID/status"},
    {"run.exec", Stage::run, child, "Everything is ready; the process is still the engine's program.",
     "준비가 끝났어요. 프로세스는 아직 엔진의 프로그램이에요.", "readlink /proc/PID/exe /proc/PID/cwd"},
    {"exec.pid-namespace", Stage::lifecycle, monitor,
     "A monitor is there for the command; it stands outside of the container.",
     "명령을 위한 모니터가 있어요. 아직 컨테이너 밖이에요."},
    {"exec.clone", Stage::lifecycle, monitor,
     "What the monitor makes next is the container's; there is no process yet.",
     "모니터가 다음에 만드는 것은 컨테이너의 프로세스예요. 아직 없어요."},
    {"exec.cgroup-join", Stage::lifecycle, child,
     "The container can see the process; the controllers count it with the engine.",
     "컨테이너에 프로세스가 보여요. 컨트롤러는 아직 엔진과 함께 세어요.", "cat /proc/PID/cgroup"},
    {"exec.namespaces", Stage::lifecycle, child,
     "The process is counted with the container; it still sees the host's files.",
     "프로세스를 컨테이너와 함께 세어요. 아직 호스트의 파일이 보여요.", "ls -l /proc/PID/ns"},
    {"exec.descriptors", Stage::lifecycle, child,
     "The process stands behind the container's walls, with the monitor's files open.",
     "프로세스가 컨테이너의 벽 안에 있어요. 모니터의 파일이 아직 열려 있어요.", "ls -l /proc/PID/fd"},
    {"exec.terminal", Stage::lifecycle, child, "The command has no terminal yet: its input and output lead nowhere.",
     "명령의 터미널이 아직 없어요. 입력과 출력이 어디에도 이어지지 않아요.", "ls -l /proc/PID/fd"},
    {"exec.user", Stage::lifecycle, child, "Only the files that it needs are open; the process is root in here.",
     "필요한 파일만 열려 있어요. 프로세스는 이 안에서 root예요.", "grep Uid /proc/PID/status"},
    {"exec.bounding", Stage::lifecycle, child,
     "It is known who the user will be; the process has all capabilities of the engine.",
     "누가 될지 정해졌어요. 프로세스에 엔진의 권한이 모두 있어요.", "grep Cap /proc/PID/status"},
    {"exec.seccomp", Stage::lifecycle, child, "The kernel still answers every system call: there is no filter.",
     "커널이 아직 모든 시스템 콜에 답해요. 필터가 없어요.", "grep Seccomp /proc/PID/status"},
    {"exec.set-user", Stage::lifecycle, child, "The process is still root in here.",
     "프로세스가 아직 이 안에서 root예요.", "grep Uid /proc/PID/status"},
    {"exec.capabilities", Stage::lifecycle, child, "The user is set: root still has all capabilities.",
     "사용자가 정해졌어요. root라면 권한이 아직 모두 있어요.", "grep Cap /proc/PID/status"},
    {"exec.no-new-privileges", Stage::lifecycle, child, "A set-user-id program could still gain privileges.",
     "set-user-id 프로그램이 아직 권한을 얻을 수 있어요.", "grep NoNewPrivs /proc/PID/status"},
    {"exec.folder", Stage::lifecycle, child, "All walls stand; the process is in /.",
     "벽이 모두 섰어요. 프로세스는 /에 있어요.", "grep Seccomp: /proc/PID/status"},
    {"exec.exec", Stage::lifecycle, child, "Everything is ready; the process is still the engine's program.",
     "준비가 끝났어요. 프로세스는 아직 엔진의 프로그램이에요.", "grep Name /proc/PID/status"},
    {"vm.processor", Stage::vm, daemon, "QEMU runs; its machine stands still before the first instruction.",
     "QEMU가 돌아요. 가상 머신은 첫 명령어 직전에 멈춰 있어요.", look_at_qemu},
    {"vm.init", Stage::vm, daemon, "The guest's own kernel has begun; QEMU has stopped it in the middle.",
     "게스트의 커널이 돌기 시작했어요. QEMU가 도중에 일시 정지했어요.", look_at_qemu},
    {"vm.mounted", Stage::vm, daemon,
     "The guest's own kernel runs; its process 1 has no order yet, and nothing is mounted.",
     "게스트의 커널이 돌아요. 1번 프로세스는 아직 지시를 받지 않았고, 마운트도 없어요.", look_at_qemu},
    {"vm.command", Stage::vm, daemon, "proc, sys and dev are mounted in the guest; the command does not run yet.",
     "게스트에 proc, sys, dev가 마운트됐어요. 명령은 아직 실행되지 않았어요.", look_at_qemu},
});

// What stands for a longer text in a look. Nobody sees a uts or network namespace from outside; who is not in the
// process's user namespace comes in through that.
constexpr std::pair<std::string_view, std::string_view> shorthands[] = {
    {"MOUNTS", mounts_of_the_tree},
    {"BLOBS", "DATA/content/blobs/sha256 DATA/content/ingest"},
    {"ENTER", "nsenter $([ /proc/PID/ns/user -ef /proc/self/ns/user ] || echo -U --preserve-credentials) -t PID"},
};

// Whether one run may come to the gate several times: once for each layer of its image.
bool is_of_each_layer(const Gate& gate) {
  return gate.name == "pull.blob" || gate.name == "snapshot.unpack";
}

// Whether a start of those operations comes to the gate; where they are not known, it may.
bool is_planned(const Gate& gate, std::string_view operations) {
  if (gate.waits == daemon || operations.empty()) return true;
  const std::vector<std::string> planned = split(operations, ' ');
  return std::any_of(planned.begin(), planned.end(),
                     [&](const std::string& name) { return base_name(name) == gate.name; });
}

// "exec" of "run.exec".
std::string_view own_part(std::string_view name) {
  return name.substr(name.find('.') + 1);
}

// The gate or stage that was probably meant, also where only the part behind the dot was typed; empty for none.
std::string_view meant_hold(std::string_view typed) {
  std::vector<std::string_view> names;
  for (const Gate& gate : table) {
    for (const std::string_view name : {to_string(gate.stage), gate.name, own_part(gate.name)}) names.push_back(name);
  }
  const std::string_view meant = meant_name(typed, names);
  const auto of_gate = std::find_if(table.begin(), table.end(), [&](const Gate& gate) {
    return own_part(gate.name) == meant && to_string(gate.stage) != meant;
  });
  return of_gate == table.end() ? meant : of_gate->name;
}

}  // namespace

std::span<const Gate> gates() {
  return table;
}

const Gate* find_gate(std::string_view full_name) {
  const std::string_view name = base_name(full_name);
  const auto found = std::find_if(table.begin(), table.end(), [&](const Gate& gate) { return gate.name == name; });
  return found == table.end() ? nullptr : &*found;
}

std::string_view standing_sentence(std::string_view full_name, Language language) {
  const Gate* gate = find_gate(full_name);
  if (!gate) return {};
  const bool again = base_name(full_name) != full_name && !gate->again.empty();
  if (language == Language::korean) return again ? gate->again_korean : gate->standing_korean;
  return again ? gate->again : gate->standing;
}

std::string look_command(const Gate& gate, std::int32_t pid, std::string_view data_folder) {
  if (gate.waits == Actor::monitor || pid <= 0) return {};
  std::string command(gate.look.empty() && gate.waits == Actor::child ? mounts_of_the_tree : gate.look);
  for (const auto& [shorthand, text] : shorthands) replace_all(command, shorthand, text);
  if (command.find("DATA") != std::string::npos && data_folder.empty()) return {};
  replace_all(command, "PID", std::to_string(pid));
  replace_all(command, "DATA", shell_quote(data_folder));
  return command;
}

std::string look_of_held(const Event& held) {
  std::string told = argument_text(held, "look");
  const Gate* gate = find_gate(argument_text(held, "gate"));
  if (!told.empty() || !gate) return told;
  return look_command(*gate, static_cast<std::int32_t>(argument_number(held, "pid")), {});
}

std::string next_sentence(std::string_view gate, std::string_view subject, Language language) {
  if (!find_words(gate)) return {};
  Event next;
  next.name = gate;
  next.kind = Kind::begin;
  next.subject = subject;
  return sentence(next, language);
}

std::optional<std::string_view> gate_before(std::string_view wish) {
  constexpr std::string_view prefix = "after:";
  if (!starts_with(wish, prefix)) return std::nullopt;
  return wish.substr(prefix.size());
}

bool has_held(std::string_view wish, std::string_view gate) {
  const auto passed = gate_before(wish);
  if (!passed) return holds_at(wish, gate);
  const Gate* first = find_gate(*passed);
  const Gate* second = find_gate(gate);
  if (!first || !second) return false;
  return first == second ? *passed != gate : first < second;  // in the order of the table
}

bool is_ahead(std::string_view wish, std::string_view gate, std::string_view operations) {
  const auto passed = gate_before(wish);
  const Gate* here = find_gate(gate);
  const Gate* named = find_gate(passed.value_or(wish));
  if (here && !named) {  // a stage
    return std::any_of(here + 1, table.data() + table.size(),
                       [&](const Gate& one) { return holds_at(wish, one.name); });
  }
  if (!here || named < here || !is_planned(*named, operations)) return false;
  return passed || named > here || wish != gate || is_of_each_layer(*here);
}

bool holds_at(std::string_view wish, std::string_view gate) {
  if (wish == gate || wish == base_name(gate) || wish == each_request) return true;
  const Gate* found = find_gate(gate);
  return found && to_string(found->stage) == wish;
}

std::string never_held_sentence(std::string_view wish, std::string_view operations, Language language) {
  const Gate* gate = find_gate(gate_before(wish).value_or(wish));
  const bool of_pull = gate ? gate->stage == Stage::pull || gate->name == "snapshot.unpack" : wish == "pull";
  if (of_pull) return words_with(Phrase::never_held_pull, language, {wish});
  if (!gate || is_planned(*gate, operations)) {
    return words_with(Phrase::never_held, language, {wish});
  }
  if (gate->needs.empty()) return words_with(Phrase::never_held_absent, language, {wish});
  return words_with(Phrase::never_held_needs, language, {wish, gate->needs});
}

void check_hold(std::string_view wish) {
  if (const auto passed = gate_before(wish)) {
    const Gate* gate = find_gate(*passed);
    if (!gate) {
      throw Error(ErrorKind::invalid_argument, fmt::format("\"{}\" names no gate", wish.substr(0, 64)),
                  "after: takes a gate's name; glassdock gates lists them");
    }
    if (!ends_with(gate->name, ".exec")) return;  // of a start, or of a command in a container
    throw Error(ErrorKind::invalid_argument,
                fmt::format("nothing of the engine is left to be held after {}", gate->name),
                "from there on the process is the command; hold before it, at " + std::string(gate->name));
  }
  if (wish == each_request) return;
  if (find_gate(wish)) return;  // "isolate.volume-2" too: a start may have several of a kind
  if (std::any_of(table.begin(), table.end(), [&](const Gate& gate) { return holds_at(wish, gate.name); })) return;
  const std::string_view shown = wish.substr(0, 64);
  if (find_stage(wish)) {
    throw Error(ErrorKind::invalid_argument, fmt::format("stage \"{}\" has no gate", shown),
                fmt::format("the first gate is {}; glassdock gates lists them", table.front().name));
  }
  const std::string_view meant = meant_hold(shown);
  throw Error(
      ErrorKind::invalid_argument, fmt::format("there is no gate or stage \"{}\"", shown),
      meant.empty() ? "glassdock gates lists them" : fmt::format("did you mean {}? glassdock gates lists them", meant));
}

}  // namespace glassdock::trace
