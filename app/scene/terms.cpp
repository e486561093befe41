#include "app/scene/terms.h"

#include <algorithm>
#include <iterator>

#include "engine/base/text.h"

namespace glassdock::scene {
namespace {

struct Term {
  std::string_view place;  // the whole name; with ':' at its end all names that begin so
  std::string_view english, korean;
};

constexpr Term terms[] = {
    {"client", "Client: the program that asks, such as the docker command.",
     "클라이언트: 요청하는 프로그램. docker 명령이 그래요."},
    {"request", "Request: what the client asks over the engine's Unix socket, in HTTP.",
     "요청: 클라이언트가 엔진의 유닉스 소켓으로 HTTP로 묻는 것이에요."},
    {"engine", "Engine: the daemon that keeps images and starts containers.",
     "엔진: 이미지를 보관하고 컨테이너를 시작하는 데몬(daemon)이에요."},
    {"hub", "Hub: a registry, which is a server that keeps images.", "허브: 이미지를 보관하는 서버, 레지스트리예요."},
    {"blob:", "Blob: a layer as bytes on the wire, named by its own SHA-256.",
     "블롭(blob): 오가는 바이트로서의 레이어. 이름은 자신의 SHA-256이에요."},
    {"gate", "Gate: the engine really waits here until one lets it go on.",
     "게이트: 이어 갈 때까지 엔진이 정말 여기서 기다려요."},
    {"host", "Host: the one machine that everything here runs on.", "호스트: 여기 있는 모든 것이 실행되는 컴퓨터예요."},
    {"cache", "Local cache: images that were pulled once. The next run needs no hub for them.",
     "로컬 캐시: 한 번 받은 이미지. 다음 실행은 허브 없이 써요."},
    {"container", "Container: an ordinary process behind walls, with files of its own.",
     "컨테이너: 벽 안에 있는 보통 프로세스. 파일이 따로 있어요."},
    {"walls", "Walls: namespaces. Each hides one kind of thing of the host.",
     "벽: namespace. 저마다 호스트의 것 한 가지를 가려요."},
    {"mounts", "Mounts: what is seen in the container besides its own files.",
     "마운트: 컨테이너 자신의 파일 말고도 그 안에 보이는 것들이에요."},
    {"gauge:memory", "Memory: what these processes use. Beyond the limit the kernel ends one.",
     "메모리: 이 프로세스들이 쓰는 만큼. 제한을 넘으면 커널이 하나를 끝내요."},
    {"gauge:cpu", "CPU: time that these processes ran. At the limit they wait.",
     "CPU: 이 프로세스들이 실행된 시간. 제한에 닿으면 기다려요."},
    {"gauge:pids", "Pids: how many processes there are. At the limit fork fails.",
     "프로세스 수: 지금 있는 프로세스. 제한에 닿으면 fork가 실패해요."},
    {"kernel", "Kernel: one for the whole machine. A container has none of its own.",
     "커널: 컴퓨터 전체에 하나예요. 컨테이너에는 자기 커널이 없어요."},
    {"daemon", "Glassdockd, the engine: a process like any other, beside the containers.",
     "glassdockd, 엔진: 컨테이너 옆에 있는 보통 프로세스예요."},
    {"launcher", "Launcher: a small program that makes the monitors, so that a start is quick.",
     "런처: 모니터를 만드는 작은 프로그램. 덕분에 시작이 빨라요."},
    {"monitor", "Monitor: the parent of the container's process. It keeps output and exit code.",
     "모니터: 컨테이너 프로세스의 부모. 출력과 종료 코드를 보관해요."},
    {"image:", "Image: layers of files, and what to run.", "이미지: 파일 레이어들과 실행할 명령이에요."},
    {"layer:", "Layer: files of an image, read only, kept once for all that use them.",
     "레이어: 이미지의 파일. 읽기 전용이고, 모두를 위해 한 번만 보관해요."},
    {"shared:", "The same files as in the cache, mounted read only. Nothing is copied.",
     "캐시에 있는 바로 그 파일이에요. 읽기 전용으로 마운트하고 복사하지 않아요."},
    {"writable", "Writable layer: what the container changes is kept here, and removed with it.",
     "쓰기 레이어: 컨테이너가 바꾼 것은 여기에 남고, 컨테이너와 함께 지워져요."},
    {"mount:", "Mount: a file system or a file that is seen at this place in the container.",
     "마운트: 컨테이너의 이 자리에서 보이는 파일 시스템이나 파일이에요."},
    {"process", "The container's first process: 1 in here, another number outside. Its children are not drawn.",
     "컨테이너의 첫 프로세스: 안에서는 1번, 밖에서는 다른 번호예요. 그 자식은 그리지 않아요."},
    {"exec:", "A second process in the same walls: docker exec joins them. The container does not end with it.",
     "같은 벽 안의 두 번째 프로세스: docker exec이 벽 안으로 들어가요. 이것이 끝나도 컨테이너는 끝나지 않아요."},
    {"signal:", "Signal: a number that the kernel hands to a process. SIGTERM asks, SIGKILL cannot be refused.",
     "시그널(signal): 커널이 프로세스에 건네는 번호. SIGTERM은 부탁이고 SIGKILL은 거절할 수 없어요."},
    {"containers", "Containers that run beside it: walls of their own each, and the same kernel.",
     "함께 돌고 있는 컨테이너들: 벽은 각자, 커널은 같아요."},
    {"container:", "Another container that runs: walls of its own, and the same kernel.",
     "함께 돌고 있는 다른 컨테이너: 벽은 따로, 커널은 같아요."},
    {"cgroup", "Cgroup: the kernel's group that measures and limits these processes.",
     "cgroup: 이 프로세스들을 재고 제한하는 커널의 그룹이에요."},
    {"filter:seccomp", "Seccomp: the kernel refuses the system calls that this filter forbids.",
     "seccomp: 이 필터가 금지한 시스템 콜을 커널이 거절해요."},
    {"filter:capabilities", "Capabilities: the parts of root's power. The container keeps only these.",
     "capability: root 권한의 조각들. 컨테이너에는 이것만 남아요."},
    {"trial", "Trial: a start that is not docker's, to learn from. Its user namespace keeps it harmless.",
     "시험: 배우려고 docker와 다르게 시작한 컨테이너예요. user namespace가 있어서 해롭지 않아요."},
    {"wall:pid", "pid namespace: processes are numbered from 1 in here, and do not see those outside.",
     "pid namespace: 안에서는 프로세스 번호가 1부터이고, 밖의 프로세스는 보이지 않아요."},
    {"wall:mnt", "mnt namespace: a table of mounts of its own, and so a root folder of its own.",
     "mnt namespace: 마운트 표가 따로 있어서 루트 폴더도 따로예요."},
    {"wall:cgroup", "cgroup namespace: its own cgroup looks like the root of all cgroups.",
     "cgroup namespace: 자신의 cgroup이 맨 위 cgroup으로 보여요."},
    {"wall:ipc", "ipc namespace: shared memory and message queues of its own.",
     "ipc namespace: 공유 메모리와 메시지 큐가 따로예요."},
    {"wall:net", "net namespace: network interfaces, addresses and ports of its own.",
     "net namespace: 네트워크 인터페이스, 주소, 포트가 따로예요."},
    {"wall:uts", "uts namespace: a host name of its own.", "uts namespace: 호스트 이름이 따로예요."},
    {"wall:user", "user namespace: who is root in here is an ordinary user outside.",
     "user namespace: 안에서 root인 사람도 밖에서는 보통 사용자예요."},
    {"chip:root", "The engine runs as root.", "엔진이 root로 실행돼요."},
    {"chip:rootless", "Rootless: the engine runs as an ordinary user, in a user namespace.",
     "rootless: 엔진이 user namespace 안에서 보통 사용자로 실행돼요."},
    {"chip:cgroup v1", "cgroup v1: the older kind. Memory, cpu and others have a tree each.",
     "cgroup v1: 예전 방식. 메모리, CPU마다 트리가 따로예요."},
    {"chip:cgroup v2", "cgroup v2: the newer kind. One tree for all that is measured and limited.",
     "cgroup v2: 새 방식. 재고 제한하는 모든 것이 트리 하나에 있어요."},
    {"chip:cgroup hybrid", "cgroup hybrid: v1 does the limits, a v2 tree stands beside it.",
     "cgroup hybrid: 제한은 v1이 하고, 옆에 v2 트리가 있어요."},
    {"chip:cgroup none", "No cgroup was handed to this user: nothing can be limited or measured.",
     "이 사용자가 쓸 수 있는 cgroup이 없어서 제한하거나 잴 수 없어요."},
    {"race:vm:hardware", "Virtual hardware: a processor, memory and serial ports that QEMU makes for this guest alone.",
     "가상 하드웨어: QEMU가 이 게스트만을 위해 만든 프로세서, 메모리, 직렬 포트예요."},
    {"race:vm:kernel", "Guest kernel: a second kernel. It boots from nothing, each time.",
     "게스트의 커널: 두 번째 커널이에요. 매번 처음부터 부팅해요."},
    {"race:vm:init", "Guest init: process 1 of the guest. It mounts, makes devices and starts the command.",
     "게스트의 init: 게스트의 1번 프로세스. 마운트하고 장치를 만들고 명령을 시작해요."},
    {"race:vm:files",
     "The image's files once more: unpacked into the guest's memory, or on a disk of its own where they do not fit it.",
     "이미지의 파일을 한 번 더 넣은 것. 게스트의 메모리에 풀어요. 너무 크면 전용 디스크에 둬요."},
    {"race:vm:command", "The command in the guest: a process that the guest's kernel alone knows.",
     "게스트 안의 명령: 게스트의 커널만 아는 프로세스예요."},
    {"race:container:walls", "Walls: the namespaces that one clone3 has made. They stand on the host's kernel.",
     "벽: clone3 한 번으로 만든 namespace예요. 호스트의 커널 위에 서 있어요."},
    {"race:container:files", "The image's files: the layers in the cache, put together by overlay. Nothing is copied.",
     "이미지의 파일: 캐시에 있는 레이어를 overlay로 합친 것. 복사는 없어요."},
    {"race:container:command", "The command in the container: a process of the host, which its kernel runs itself.",
     "컨테이너 안의 명령: 호스트의 프로세스. 호스트의 커널이 직접 실행해요."},
    {"race:host",
     "The host's kernel: it ran before both. The container's calls go to it; for QEMU it is the floor, too.",
     "호스트의 커널: 둘보다 먼저 돌고 있었어요. 컨테이너의 시스템 콜은 여기로 와요. QEMU도 이 위에서 돌아요."},
    {"race:hardware", "The hardware: one machine for both.", "하드웨어: 둘이 함께 쓰는 기계 하나예요."},
    {"race:accelerator",
     "Accelerator: who carries the guest's instructions out. KVM is the processor itself, TCG a translator in QEMU.",
     "가속기: 게스트의 명령어를 실행하는 쪽. KVM은 프로세서가 직접, TCG는 QEMU 안의 번역기가 해요."},
    {"race:output", "From the request to the first byte that the command printed.",
     "요청부터 명령의 첫 출력까지 걸린 시간이에요."},
    {"race:exit", "From the request to the end of the command.", "요청부터 명령의 끝까지 걸린 시간이에요."},
    {"race:cold", "The same with image, kernel and QEMU dropped from the page cache before.",
     "이미지, 커널, QEMU를 페이지 캐시에서 비우고 잰 시간이에요."},
    {"race:memory", "Proportional memory (PSS) of all its processes, while it stands with a command that waits.",
     "기다리는 명령과 함께 서 있는 동안, 모든 프로세스의 비례 메모리(PSS)예요."},
    {"race:cpu", "Processor time that was used up before the command ran.",
     "명령이 실행되기 전까지 쓴 프로세서 시간이에요."},
    {"race:disk", "The container: the image's layers. The machine: the image again, the kernel's file, QEMU's program.",
     "컨테이너는 이미지의 레이어. 가상 머신은 이미지 한 번 더, 커널 파일, QEMU 프로그램이에요."},
    {"race:kernels", "How many kernels run for it alone.", "이것만을 위해 도는 커널의 수예요."},
    {"race:uname", "What uname -r says inside: the container has the host's kernel.",
     "안에서 uname -r이 말하는 것. 컨테이너의 커널은 호스트의 커널이에요."},
    {"race:ps", "What the host's own list of processes has of it.", "호스트의 프로세스 목록에 보이는 것이에요."},
    {"race:density", "How many stand at once, and what all of them take. What is extrapolated was not tried.",
     "한꺼번에 서 있는 수와 모두의 메모리예요. 추정값은 해 보지 않은 것이에요."},
    {"chip:hub", "Hub: the engine's own registry. It listens on this machine alone.",
     "허브: 엔진의 레지스트리. 이 컴퓨터 안에서만 들어요."},
};

bool explains(const Term& term, std::string_view place) {
  return term.place.ends_with(':') ? starts_with(place, term.place) : place == term.place;
}

}  // namespace

std::string_view term_of(std::string_view place, trace::Language language) {
  const auto* found =
      std::find_if(std::begin(terms), std::end(terms), [&](const Term& term) { return explains(term, place); });
  if (found == std::end(terms)) return {};
  return language == trace::Language::korean ? found->korean : found->english;
}

}  // namespace glassdock::scene
