#include <array>

#include "engine/trace/words.h"

namespace glassdock::trace {
namespace {

using enum Actor;

// name, stage, who tells it, English, Korean, and the same for the end of a span where it says something else. After a
// change: GLASSDOCK_UPDATE_DOCS=1 with the test unit_trace writes docs/events.md anew.
constexpr auto table = std::to_array<EventWords>({
    {"baseline.container", Stage::lifecycle, daemon,
     "Container {subject:short} was here before.{state? It is {state}.|}",
     "컨테이너 {subject:short}: 전부터 있었어요.{state? 지금 상태: {state}.|}", "", ""},
    {"baseline.engine", Stage::lifecycle, daemon, "The engine {version?{version} |}was running already.",
     "엔진{version? {version}|}: 이미 돌고 있었어요.", "", ""},
    {"baseline.held", Stage::lifecycle, daemon, "Held before {gate} already.", "전부터 멈춰 있었어요: {gate} 직전", "",
     ""},
    {"baseline.image", Stage::lifecycle, daemon, "Image {subject} was in the local cache before.",
     "이미지 {subject}: 전부터 로컬 캐시에 있었어요.", "", ""},
    {"cache.layer", Stage::cache, daemon, "Cache hit: layer {subject:short} is here already and need not come again.",
     "캐시 적중(cache hit): 레이어 {subject:short}. 이미 있어서 다시 받지 않아요.", "", ""},
    {"cache.lookup", Stage::cache, daemon, "The engine looks for {subject} in its local cache.",
     "엔진이 로컬 캐시에서 찾아요: {subject}",
     "{result=hit?Cache hit: it is here already.|Cache miss: it is not here yet.}",
     "{result=hit?캐시 적중(cache hit): 이미 있어요.|캐시 실패(cache miss): 아직 없어요.}"},
    {"container.create", Stage::lifecycle, daemon, "Container {subject:short} gets its record. No process runs yet.",
     "컨테이너 {subject:short}: 기록을 만들어요. 아직 프로세스는 없어요.",
     "{failed?No container was made.|Container {subject:short} stands ready to start.{dropped_limits? Limits that were "
     "asked for cannot be set here.|}}",
     "{failed?컨테이너를 만들지 못했어요.|컨테이너 {subject:short}: 시작할 준비가 됐어요.{dropped_limits? 요청한 "
     "제한은 "
     "여기서 걸 수 없어요.|}}"},
    {"container.exit", Stage::run, monitor,
     "The first process of {subject:short} ended{exit_code? with code {exit_code}|}{signal?{signal=0?| by signal "
     "{signal}}|}.{oom_killed? The kernel killed it: it wanted more memory than the limit allows.|}",
     "컨테이너 {subject:short}: 첫 프로세스가 끝났어요.{exit_code? 종료 코드: {exit_code}.|}{signal?{signal=0?| "
     "시그널 {signal} 때문이에요.}|}{oom_killed? 제한보다 많은 메모리를 쓰려고 해서 커널이 끝냈어요.|}",
     "", ""},
    {"container.remove", Stage::lifecycle, daemon, "Container {subject:short} is removed with its writable layer.",
     "컨테이너 {subject:short}: 쓰기 레이어와 함께 지워요.", "It is gone.", "지웠어요."},
    {"container.start", Stage::isolate, daemon, "The engine starts container {subject:short}.",
     "엔진이 컨테이너를 시작해요: {subject:short}", "Its command runs now.", "이제 명령이 실행돼요."},
    {"gate.held", Stage::lifecycle, daemon,
     "Held before {gate}.{pid? {waits=daemon?The engine itself|{waits=monitor?The container's monitor|{waits=child?The "
     "container's process|It}}} really {over?waited|waits} here (process {pid}).|}",
     "{gate} 바로 앞에서 멈췄어요.{pid? {waits=daemon?엔진이 직접|{waits=monitor?컨테이너의 "
     "모니터가|{waits=child?컨테이너의 "
     "프로세스가|}}} 정말 여기서 {over?기다렸어요|기다려요}(프로세스 {pid}).|}",
     "", ""},
    {"gate.released", Stage::lifecycle, daemon,
     "{given_up?Given up|Released}{held_ns? after {held_ns:duration}|}. {given_up?What was made is taken down "
     "again.|The "
     "run goes on.}",
     "{held_ns?{held_ns:duration} 만에 |}{given_up?그만두었어요. 만든 것을 다시 치워요.|풀렸어요. 실행이 이어져요.}",
     "", ""},
    {"hub.request", Stage::pull, hub, "The hub is asked: {method?{method} |}{path?{path}|{subject}}",
     "허브가 요청을 받았어요: {method?{method} |}{path?{path}|{subject}}",
     "{status?It answers {status}{bytes_sent? with {bytes_sent:bytes}|}.|}",
     "{status?답의 상태: {status}.{bytes_sent? 보낸 양은 {bytes_sent:bytes}예요.|}|}"},
    {"image.delete", Stage::lifecycle, daemon,
     "Image {subject:short} is deleted{layers?, and {layers} layers that no other image uses|}.",
     "이미지 {subject:short}: 지워요.{layers? 다른 이미지가 쓰지 않는 레이어 {layers}개도 지워요.|}", "", ""},
    {"image.tag", Stage::lifecycle, daemon, "{subject} is now a name of image {image:short}.",
     "{subject}: 이제 이미지 {image:short}의 이름이에요.", "", ""},
    {"image.untag", Stage::lifecycle, daemon, "{subject} is no longer a name of image {image:short}.",
     "{subject}: 이제 이미지 {image:short}의 이름이 아니에요.", "", ""},
    {"isolate.bounding", Stage::isolate, child, "Capabilities that are not allowed are given up for good.",
     "허락되지 않은 권한(capability)을 영영 내려놓아요.", "", ""},
    {"isolate.capabilities", Stage::isolate, child, "The process keeps only docker's usual capabilities.",
     "docker가 보통 주는 권한만 남겨요.", "", ""},
    {"isolate.cgroup-join", Stage::isolate, child, "The process writes itself into its cgroup.",
     "프로세스가 자기 cgroup에 자신을 적어요.", "", ""},
    {"isolate.cgroup-links", Stage::isolate, child,
     "The folder of the cgroups becomes read-only. Controllers that share a cgroup have a link for each name.",
     "cgroup 폴더를 읽기 전용으로 바꿔요. cgroup을 함께 쓰는 컨트롤러는 이름마다 링크가 있어요.", "", ""},
    {"isolate.cgroup-mount", Stage::isolate, child,
     "The container sees its own cgroup in {object?{object}|/sys/fs/cgroup}.",
     "컨테이너가 자기 cgroup을 봐요: {object?{object}|/sys/fs/cgroup}", "", ""},
    {"isolate.cgroup-namespace", Stage::isolate, child, "A cgroup wall: its own cgroup looks like the root.",
     "cgroup 벽: 자기 cgroup이 맨 위로 보여요.", "", ""},
    {"isolate.cgroups", Stage::isolate, monitor, "A cgroup is made: a meter with limits, in the kernel.",
     "cgroup을 만들어요. 커널 안의 계량기와 제한이에요.", "", ""},
    {"isolate.clone", Stage::isolate, monitor,
     "clone3 makes a process behind new walls{walls?: {walls} namespaces|}.{pid? Seen from outside, its process ID is "
     "{pid}.|}{outside_user? Root in there (user 0) is only user {outside_user} out here, who runs the engine.|}",
     "clone3가 새 벽 안에 프로세스를 만들어요{walls?({walls} 네임스페이스)|}.{pid? 밖에서 본 프로세스 번호(PID): "
     "{pid}.|}{outside_user? 그 안의 root(사용자 0)는 밖에서 보면 엔진을 켠 보통 사용자예요(사용자 번호 "
     "{outside_user}).|}",
     "", ""},
    {"isolate.descriptors", Stage::isolate, child,
     "The process closes every file that it does not need.{keyring_errno? The engine's session keyring stays: a "
     "sandbox "
     "denies keyctl(2).|}",
     "프로세스가 필요 없는 파일을 모두 닫아요.{keyring_errno? 샌드박스가 keyctl(2)을 막아서 엔진의 세션 키링은 "
     "그대로예요.|}",
     "", ""},
    {"isolate.dev", Stage::isolate, child, "A small file system of its own goes on /dev.",
     "/dev에 작은 전용 파일 시스템을 올려요.", "", ""},
    {"isolate.device-links", Stage::isolate, child, "The links that programs expect are made in /dev.",
     "프로그램이 찾는 링크를 /dev에 만들어요.", "", ""},
    {"isolate.device-rules", Stage::isolate, monitor, "The cgroup allows the harmless devices only.",
     "cgroup이 해롭지 않은 장치만 허락해요.", "", ""},
    {"isolate.devices", Stage::isolate, child,
     "{count?{count} devices|The devices} appear in /dev, such as null and random.",
     "/dev에 null, random 같은 장치{count? {count}개|}를 두어요.", "", ""},
    {"isolate.devpts", Stage::isolate, child, "The container gets terminals of its own.",
     "컨테이너만의 터미널이 생겨요.", "", ""},
    {"isolate.hostname", Stage::isolate, child, "The container gets a host name of its own.",
     "컨테이너만의 호스트 이름이 생겨요.", "", ""},
    {"isolate.hostname-file", Stage::isolate, child, "The engine's /etc/hostname is put over the image's.",
     "엔진이 쓴 /etc/hostname을 이미지 것 위에 올려요.", "", ""},
    {"isolate.hosts", Stage::isolate, child, "The engine's /etc/hosts is put over the image's.",
     "엔진이 쓴 /etc/hosts를 이미지 것 위에 올려요.", "", ""},
    {"isolate.limits", Stage::isolate, monitor, "The limits are written into the cgroup's files.",
     "제한을 cgroup 파일에 적어요.", "", ""},
    {"isolate.loopback", Stage::isolate, child, "The loopback interface lo goes up.", "루프백 인터페이스 lo를 켜요.",
     "", ""},
    {"isolate.mask", Stage::isolate, child, "Files that tell too much about the host are covered.",
     "호스트를 너무 많이 알려 주는 파일을 가려요.", "", ""},
    {"isolate.mqueue", Stage::isolate, child, "The container gets message queues of its own.",
     "컨테이너만의 메시지 큐가 생겨요.", "", ""},
    {"isolate.no-new-privileges", Stage::isolate, child, "From here on no program can gain privileges.",
     "이제부터 어떤 프로그램도 권한을 더 얻지 못해요.", "", ""},
    {"isolate.pivot", Stage::isolate, child, "pivot_root: the container's files become /. The host's are out of sight.",
     "pivot_root: 컨테이너의 파일이 /가 돼요. 호스트의 파일은 이제 보이지 않아요.", "", ""},
    {"isolate.proc", Stage::isolate, child, "A new /proc shows only the processes in here.",
     "새 /proc에는 이 안의 프로세스만 보여요.", "", ""},
    {"isolate.propagation", Stage::isolate, child,
     "Mounts are made private. The host does not see what is mounted from here on.",
     "마운트를 따로 떼어요. 이제부터 하는 마운트는 호스트에 보이지 않아요.", "", ""},
    {"isolate.readonly-paths", Stage::isolate, child, "Files that change the kernel's settings become read-only.",
     "커널 설정을 바꾸는 파일을 읽기 전용으로 만들어요.", "", ""},
    {"isolate.readonly-root", Stage::isolate, child, "The container's / becomes read-only.",
     "컨테이너의 /를 읽기 전용으로 만들어요.", "", ""},
    {"isolate.resolv", Stage::isolate, child, "The engine's /etc/resolv.conf is put over the image's.",
     "엔진이 쓴 /etc/resolv.conf를 이미지 것 위에 올려요.", "", ""},
    {"isolate.seccomp", Stage::isolate, child, "A filter goes between process and kernel: dangerous system calls fail.",
     "프로세스와 커널 사이에 필터를 놓아요. 위험한 시스템 콜은 실패해요.", "", ""},
    {"isolate.set-user", Stage::isolate, child, "The process takes on its user and groups.",
     "프로세스가 정해진 사용자와 그룹이 돼요.", "", ""},
    {"isolate.shm", Stage::isolate, child, "The container gets shared memory of its own in /dev/shm.",
     "/dev/shm에 컨테이너만의 공유 메모리가 생겨요.", "", ""},
    {"isolate.sysctls", Stage::isolate, child, "Kernel settings of its own network are written.",
     "컨테이너 네트워크의 커널 설정을 적어요.", "", ""},
    {"isolate.sysfs", Stage::isolate, child, "/sys is mounted read-only.", "/sys를 읽기 전용으로 마운트해요.", "", ""},
    {"isolate.tmpfs", Stage::isolate, child, "A folder that lives in memory is mounted{object?: {object}|}.",
     "메모리에 있는 폴더를 마운트해요{object?: {object}|}.", "", ""},
    {"isolate.user", Stage::isolate, child, "The user is looked up in the container's files{user?: {user}|}.",
     "사용자를 컨테이너의 파일에서 찾아요{user?: {user}|}.", "", ""},
    {"isolate.volume", Stage::isolate, child, "A folder of the host appears in the container{object?: {object}|}.",
     "호스트의 폴더가 컨테이너에 나타나요{object?: {object}|}.", "", ""},
    {"isolate.working-folder", Stage::isolate, child, "The working folder is made where the image has none.",
     "이미지에 없으면 작업 폴더를 만들어요.", "", ""},
    {"lifecycle.cgroups-remove", Stage::lifecycle, monitor, "The container's cgroups are removed.",
     "컨테이너의 cgroup을 지워요.", "", ""},
    {"lifecycle.memory-report", Stage::lifecycle, monitor,
     "The cgroup has measured the highest use of memory{peak_bytes?: {peak_bytes:bytes}|}.{oom_kills?{oom_kills=0?| "
     "Processes "
     "killed for want of memory: {oom_kills}.}|}",
     "cgroup이 잰 메모리 사용량의 최댓값이에요{peak_bytes?: {peak_bytes:bytes}|}.{oom_kills?{oom_kills=0?| 메모리가 "
     "모자라 끝난 프로세스: {oom_kills}개.}|}",
     "", ""},
    {"pull.blob", Stage::pull, daemon,
     "{received?{received:bytes} of layer {subject:short} are here.|Layer {subject:short} is coming{bytes?: "
     "{bytes:bytes}|}.}",
     "{received?레이어 {subject:short}: {received:bytes}까지 왔어요.|레이어 {subject:short}: 오고 있어요.{bytes? "
     "크기는 {bytes:bytes}예요.|}}",
     "The layer came{failed? not whole|. Its SHA-256 is what its name says}.",
     "{failed?레이어를 다 받지 못했어요.|레이어가 왔어요. SHA-256이 이름과 같아요.}"},
    {"pull.config", Stage::pull, daemon, "The engine fetches the image's configuration.",
     "이미지 설정(config)을 받아요.", "It says what to run, and as whom.", "무엇을 누구로 실행할지 적혀 있어요."},
    {"pull.done", Stage::pull, daemon, "{subject} is complete{new?. The next run finds it here|: nothing was newer}.",
     "{subject}: {new?다 받았어요. 다음에는 여기서 찾아요.|이미 최신이에요.}", "", ""},
    {"pull.http", Stage::pull, daemon,
     "The engine asks the registry: GET {subject:brief}{status? ({status=0?no answer|answer: {status}})|}",
     "엔진이 레지스트리에 물어요: GET {subject:brief}{status? ({status=0?답이 없어요|답: {status}})|}", "", ""},
    {"pull.manifest", Stage::pull, daemon, "The engine asks for the manifest of {subject}: the list of its layers.",
     "매니페스트(manifest)를 받아요: {subject}. 레이어의 목록이에요.",
     "{layers?It names {layers} layers.|The manifest is here.}",
     "{layers?레이어 {layers}개가 적혀 있어요.|매니페스트가 왔어요.}"},
    {"request.received", Stage::request, daemon, "A client asks the engine: {subject:brief}",
     "클라이언트가 엔진에 요청해요: {subject:brief}",
     "The engine answers {subject:brief}{status?: {status}{status=200? (OK)|{status=201? (Created)|{status=204? (No "
     "Content)|{status=304? (Not Modified)|}}}}|}.",
     "엔진이 답해요: {subject:brief}{status?. 상태: {status}{status=200?(OK)|{status=201?(Created)|{status=204?(No "
     "Content)|{status=304?(Not Modified)|}}}}|}."},
    {"run.exec", Stage::run, child, "execve: the process becomes the command.", "execve: 프로세스가 명령으로 바뀌어요.",
     "", ""},
    {"run.folder", Stage::run, child, "The process goes to its working folder.", "프로세스가 작업 폴더로 들어가요.", "",
     ""},
    {"snapshot.commit", Stage::snapshot, daemon,
     "Layer {subject:short} takes its place in the local cache{path?: {path}|}.",
     "레이어 {subject:short}: 로컬 캐시에 자리를 잡았어요{path?: {path}|}.", "", ""},
    {"snapshot.left-out", Stage::snapshot, daemon,
     "Some of layer {subject:short} is left out: this file system refuses it.",
     "레이어 {subject:short}: 일부를 뺐어요. 이 파일 시스템이 받지 않아요.", "", ""},
    {"snapshot.overlay", Stage::snapshot, child, "overlay: shared layers below, one writable layer on top, one tree.",
     "overlay: 아래는 공유 레이어, 위는 쓰기 레이어, 합쳐서 트리 하나로 보여요.", "", ""},
    {"snapshot.prepare", Stage::snapshot, daemon, "One writable layer goes on top of the shared ones.",
     "공유 레이어 위에 쓰기 레이어 하나를 얹어요.", "Its folder is made. The layers stay where they are.",
     "폴더를 만들었어요. 레이어는 있던 곳에 그대로 있어요."},
    {"snapshot.unpack", Stage::snapshot, daemon, "Layer {subject:short} is unpacked into files.",
     "레이어 {subject:short}: 파일로 풀어요.",
     "{entries?{entries} files and folders stand on disk.|The layer stands on disk.}",
     "{entries?파일과 폴더 {entries}개가 디스크에 있어요.|레이어가 디스크에 있어요.}"},
    {"snapshot.whiteout", Stage::snapshot, daemon,
     "{subject} {opaque?starts empty: what lower layers have in it is hidden|is deleted in this layer: the one below "
     "is hidden}.",
     "{subject}: {opaque?아래 레이어의 내용을 가려요.|이 레이어에서 지워졌어요. 아래 것을 가려요.}", "", ""},
    {"trace.ended", Stage::lifecycle, client, "The engine's events end here: it was stopped, or it died.",
     "엔진의 이벤트가 여기서 끝나요. 엔진이 꺼졌거나 죽었어요.", "", ""},
    {"trace.lost", Stage::lifecycle, daemon, "{count} events are missing here. The watcher was too slow.",
     "여기서 이벤트 {count}개가 빠졌어요. 보는 쪽이 너무 느렸어요.", "", ""},
});

}  // namespace

std::span<const EventWords> event_words() {
  return table;
}

}  // namespace glassdock::trace
