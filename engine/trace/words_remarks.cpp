#include <algorithm>
#include <array>

#include "engine/trace/words.h"

namespace glassdock::trace {
namespace {

using enum RemarkWords::When;

// In the order in which a run comes to them.
constexpr auto table = std::to_array<RemarkWords>({
    {"request.received", always, "By hand nobody is asked. You do it yourself.",
     "손으로 할 때는 아무에게도 묻지 않고 직접 해요."},
    {"cache.layer", always, "The engine keeps a list of its layers by digest.",
     "엔진은 레이어의 목록을 다이제스트로 적어 둬요."},
    {"pull.manifest", always, "Its questions to the registry follow.", "레지스트리에 보낸 질문이 이어서 나와요."},
    {"pull.config", always, "Its question to the registry follows.", "레지스트리에 보낸 질문이 이어서 나와요."},
    {"pull.blob", always, "Its question to the registry follows.", "레지스트리에 보낸 질문이 이어서 나와요."},
    {"pull.done", always, "The engine writes name and digest into its list.",
     "엔진이 이름과 다이제스트를 목록에 적어요."},
    {"pull.http", when_told, "The engine sends a token with it, which is not shown.",
     "엔진은 토큰도 함께 보내요. 토큰은 보여 주지 않아요."},
    {"hub.conditions", always, "Whoever shows this asked for it: POST /glass/hub.",
     "보여 주는 사람이 이렇게 정했어요. POST /glass/hub예요."},
    {"scenario.saw", always, "It ran in the scenario's own lab: glassdock scenario run plays it.",
     "시나리오의 실습실에서 실행했어요. glassdock scenario run으로 다시 볼 수 있어요."},
    {"scenario.say", always, "Said by whoever shows this.", "보여 주는 사람의 말이에요."},
    {"hub.request", always, "The other end of the engine's question.", "엔진이 보낸 질문의 반대쪽이에요."},
    {"snapshot.unpack", always,
     "A whiteout says that a file of a lower layer is deleted. tar leaves it as a file named .wh.*; the engine turns "
     "it into "
     "overlay's own mark.",
     "화이트아웃(whiteout)은 아래 레이어의 파일이 지워졌다는 표시예요. tar는 그것을 .wh.* 파일로 남기고, 엔진은 "
     "overlay의 "
     "표시로 바꿔요."},
    {"snapshot.commit", always, "A rename(2): the layer is there whole, or not at all.",
     "rename(2)이에요. 레이어는 통째로 있거나 아예 없어요."},
    {"snapshot.whiteout", always, "The mark is a device 0:0, or an attribute overlay.whiteout or overlay.opaque.",
     "표시는 장치 0:0이거나 속성 overlay.whiteout, overlay.opaque예요."},
    {"snapshot.left-out", always, "mknod or setfattr by hand would be refused as well.",
     "손으로 mknod나 setfattr를 해도 거절돼요."},
    {"container.create", always, "By hand nobody keeps a list of containers.",
     "손으로 할 때는 아무도 컨테이너 목록을 적지 않아요."},
    {"container.start", always, "Its steps follow, each with its command.", "단계가 이어져요. 단계마다 명령이 있어요."},
    {"isolate.device-rules", when_told,
     "cgroup v2 has no file for device rules: a small eBPF program answers each open, and a shell has no command that "
     "loads one (systemd-run -p DevicePolicy=closed makes the like).",
     "cgroup v2에는 장치 규칙 파일이 없어요. 작은 eBPF 프로그램이 파일을 열 때마다 답해요. 셸에는 그것을 올리는 명령이 "
     "없어요(systemd-run -p DevicePolicy=closed가 비슷해요)."},
    {"isolate.clone", when_told,
     "By hand the container gets a user namespace of its own. The engine's containers share the engine's, which has "
     "the same ids.",
     "직접 하면 컨테이너마다 사용자 네임스페이스(user namespace)가 생겨요. 엔진의 컨테이너는 엔진 것을 함께 써요. "
     "번호는 같아요."},
    {"isolate.descriptors", when_told,
     "The engine also takes a session and a keyring of its own (setsid(2), keyctl(2)). A shell has no word for that: "
     "it keeps its own, and you can go on typing. That it dies with its parent (prctl PR_SET_PDEATHSIG) is "
     "--kill-child of unshare(1) by hand.",
     "엔진은 세션과 키링도 새로 만들어요(setsid(2), keyctl(2)). 셸에는 그런 명령이 없어요. 원래 세션이 남아야 계속 "
     "입력할 수 있어요. 부모와 함께 끝나게 하는 것(prctl PR_SET_PDEATHSIG)은 손으로 하면 unshare(1)의 "
     "--kill-child예요."},
    {"isolate.left-out", always,
     "An annotation of the container asks for it. docs/start-plan.md says what the operation does.",
     "컨테이너의 애노테이션(annotation)이 부탁했어요. 무엇을 하는 작업인지는 docs/start-plan.md에 있어요."},
    {"isolate.order", always, "An annotation of the container asks for it. The kernel answers to the order as it is.",
     "컨테이너의 애노테이션(annotation)이 부탁했어요. 커널은 그 순서 그대로 답해요."},
    {"isolate.trial", when_told,
     "By hand it is --map-users of unshare(1), which made the namespaces. The engine also hides the rest of its data "
     "folder.",
     "손으로는 네임스페이스를 만든 unshare(1)의 --map-users예요. 엔진은 자기 데이터 폴더의 나머지도 가려요."},
    {"isolate.trial-root", when_told,
     "The engine does it to all mounts below as well (mount_setattr(2), AT_RECURSIVE).",
     "엔진은 그 아래 마운트에도 모두 해요(mount_setattr(2), AT_RECURSIVE)."},
    {"isolate.terminal", when_told,
     "The engine's monitor keeps the other end of the terminal. By hand script(1) does, and your keys go through it.",
     "터미널의 다른 쪽 끝은 엔진의 모니터가 쥐고 있어요. 손으로 하면 script(1)가 쥐고, 키보드 입력이 그것을 지나가요."},
    {"isolate.pivot", when_told,
     "pivot_root(2) lets go of the old root, and a shell would lose all its commands with it. By hand the new root is "
     "moved over the old one, and the last command enters it.",
     "pivot_root(2)는 옛 루트를 놓아요. 셸이 그러면 명령을 모두 잃어요. 손으로는 새 루트를 옛 루트 위로 옮기고, "
     "마지막 명령이 그 안으로 들어가요."},
    {"isolate.seccomp", when_told,
     "No command of a shell loads a seccomp filter. Without it the kernel answers more system calls: grep Seccomp "
     "/proc/PID/status shows 0 instead of 2.",
     "셸에는 seccomp 필터를 올리는 명령이 없어요. 필터가 없으면 커널이 더 많은 시스템 콜에 답해요. grep Seccomp "
     "/proc/PID/status가 2 대신 0을 보여 줘요."},
    {"isolate.set-user", when_told,
     "By hand the user's number follows in the last command: an ordinary user may not enter the new root any more.",
     "손으로는 사용자 번호를 마지막 명령에서 바꿔요. 보통 사용자가 되면 새 루트에 들어갈 수 없어요."},
    {"run.folder", when_told, "By hand it is --wd of the next command.", "손으로는 다음 명령의 --wd예요."},
    {"exec.start", always, "Its steps follow, each with its command.", "단계가 이어져요. 단계마다 명령이 있어요."},
    {"exec.pid-namespace", when_told, "By hand it is --pid of nsenter(1), the last command.",
     "손으로는 마지막 명령 nsenter(1)의 --pid예요."},
    {"exec.clone", when_told, "By hand nsenter(1), the last command, forks by itself.",
     "손으로는 마지막 명령 nsenter(1)가 스스로 프로세스를 만들어요."},
    {"exec.namespaces", when_told, "By hand they are options of nsenter(1), the last command.",
     "손으로는 마지막 명령 nsenter(1)의 옵션이에요."},
    {"exec.descriptors", when_told, "A shell hands on 0, 1 and 2 only.", "셸은 0, 1, 2만 물려줘요."},
    {"exec.terminal", when_told, "By hand the command has the terminal in which it is typed.",
     "직접 하면 명령을 친 터미널이 그대로 명령의 터미널이에요."},
    {"exec.bounding", when_told, "nsenter(1) leaves root all capabilities: by hand the command has more rights.",
     "nsenter(1)는 root의 권한을 모두 남겨요. 직접 하면 명령의 권한이 더 많아요."},
    {"exec.seccomp", when_told, "No command of a shell loads a seccomp filter.",
     "셸에는 seccomp 필터를 올리는 명령이 없어요."},
    {"exec.set-user", when_told, "By hand it is --setuid and --setgid of nsenter(1), the last command.",
     "손으로는 마지막 명령 nsenter(1)의 --setuid와 --setgid예요."},
    {"exec.capabilities", when_told, "nsenter(1) drops none: by hand the command has more rights.",
     "nsenter(1)는 권한을 버리지 않아요. 직접 하면 명령의 권한이 더 많아요."},
    {"exec.no-new-privileges", when_told, "nsenter(1) cannot ask for it.", "nsenter(1)에는 이 옵션이 없어요."},
    {"exec.folder", when_told, "By hand it is --wdns of nsenter(1), the last command.",
     "손으로는 마지막 명령 nsenter(1)의 --wdns예요."},
    {"exec.exit", always, "By hand $? of the shell tells the code.", "직접 하면 셸의 $?가 종료 코드를 알려 줘요."},
    {"container.exit", always, "By hand $? of the shell tells the code.", "직접 하면 셸의 $?가 종료 코드를 알려 줘요."},
    {"container.stop", always, "Its signals follow, each with its command.",
     "시그널이 이어져요. 시그널마다 명령이 있어요."},
    {"container.restart", always, "The signals of its stop and the steps of its start follow.",
     "끝내는 시그널과 시작하는 단계가 이어져요."},
    {"container.restart-policy", always, "The steps of its start follow once the time is over.",
     "시간이 지나면 시작하는 단계가 이어져요."},
    {"container.restart-cancel", always, "By hand nobody starts it again.", "직접 하면 다시 시작해 줄 이가 없어요."},
    {"container.update", always, "A policy is a line in the engine's list.", "재시작 정책은 엔진 목록의 한 줄이에요."},
    {"container.rename", always, "A name is a line in the engine's list.", "이름은 엔진 목록의 한 줄이에요."},
    {"image.tag", always, "A name is a line in the engine's list.", "이름은 엔진 목록의 한 줄이에요."},
    {"image.untag", always, "A name is a line in the engine's list.", "이름은 엔진 목록의 한 줄이에요."},
    {"image.delete", always, "The engine takes its lines off its list, and removes the folders.",
     "엔진이 목록에서 줄을 지우고 폴더를 없애요."},
    {"vm.accelerator", always, "A tiny guest is run on /dev/kvm, and killed after two seconds.",
     "아주 작은 게스트를 /dev/kvm에서 돌려 보고 2초 뒤에는 끝내요."},
    {"vm.ready", always, "By hand it is extract-vmlinux and cpio -o -H newc.",
     "손으로 하면 extract-vmlinux와 cpio -o -H newc예요."},
    {"vm.race", always, "One runs at a time, so that neither disturbs the other.",
     "서로 방해하지 않도록 한 번에 하나씩 돌려요."},
    {"vm.run", always, "Times are the host's CLOCK_MONOTONIC, since the request.",
     "시간은 요청부터 잰 호스트의 CLOCK_MONOTONIC이에요."},
    {"vm.sides", always, "It was made ready before the clock of any warm run.",
     "캐시가 있는 실행은 모두 이것을 준비한 뒤에 시간을 쟀어요."},
    {"vm.standing", always, "By hand it is grep ^Pss: /proc/PID/smaps_rollup, and ps.",
     "손으로는 grep ^Pss: /proc/PID/smaps_rollup, 그리고 ps예요."},
    {"vm.inside", always, "By hand one types uname -r and cat /proc/meminfo in it.",
     "손으로는 그 안에서 uname -r과 cat /proc/meminfo를 입력해요."},
    {"vm.density", always, "The sum of all their Pss lines.", "모든 Pss 줄을 더한 것이에요."},
    {"vm.summary", always, "The median, and between which bounds the middle half lies. Cold runs are not in it.",
     "중앙값과 가운데 절반의 범위예요. 캐시 없이 한 실행은 들어 있지 않아요."},
    {"vm.machine", always, "Its evidence has QEMU's whole command line.", "QEMU의 명령줄 전체는 증거에 있어요."},
    {"vm.hypervisor", always, "QEMU's descriptors are the engine's: another shell has them not.",
     "QEMU가 쓰는 디스크립터는 엔진의 것이라 다른 셸에는 없어요."},
    {"vm.processor", always, "QEMU says so: its event RESUME.", "QEMU가 알려 줘요. RESUME 이벤트예요."},
    {"vm.kernel", always, "It came over the guest's second serial line.", "게스트의 두 번째 직렬 포트로 왔어요."},
    {"vm.init", always, "Init says so over a port that its command cannot reach.",
     "명령이 닿을 수 없는 포트로 init이 알려 줘요."},
    {"vm.mounted", always, "Init says so over a port that its command cannot reach.",
     "명령이 닿을 수 없는 포트로 init이 알려 줘요."},
    {"vm.command", always, "Init says so over a port that its command cannot reach.",
     "명령이 닿을 수 없는 포트로 init이 알려 줘요."},
    {"vm.output", always, "It came over the guest's first serial line.", "게스트의 첫 번째 직렬 포트로 왔어요."},
    {"vm.exit", always, "Init says so over a port that its command cannot reach.",
     "명령이 닿을 수 없는 포트로 init이 알려 줘요."},
    {"vm.gone", always, "QEMU's process has ended.", "QEMU 프로세스가 끝났어요."},
    {"vm.stopped", always, "QEMU is told so over its machine protocol, or by a breakpoint of its gdb stub.",
     "QEMU의 프로토콜이나 gdb 스텁의 브레이크포인트로 일시 정지해요."},
    {"vm.symbol", always, "By hand it is grep in the guest's /proc/kallsyms.",
     "손으로는 게스트의 /proc/kallsyms에서 grep으로 찾아요."},
});

}  // namespace

std::span<const RemarkWords> remark_words() {
  return table;
}

const RemarkWords* find_remark(std::string_view full_name) {
  const std::string_view name = base_name(full_name);
  const auto found = std::find_if(table.begin(), table.end(), [&](const RemarkWords& row) { return row.name == name; });
  return found == table.end() ? nullptr : &*found;
}

std::string remark(const Event& event, Language language) {
  if (event.kind == Kind::end || event.kind == Kind::sample) return {};
  const std::string told = argument_text(event, "remark");
  const RemarkWords* row = find_remark(event.name);
  if (told.empty()) {
    if (!row || row->when != always) return {};
    return std::string(language == Language::korean ? row->korean : row->english);
  }
  return language == Language::korean && row ? std::string(row->korean) : visible(told);
}

}  // namespace glassdock::trace
