#include "app/lessons/misconceptions.h"

#include <algorithm>

namespace glassdock::lessons {
namespace {

constexpr Misconception rows[] = {
    {"small-vm", "A container is a small virtual machine.", "컨테이너는 작은 가상 머신이다."},
    {"own-kernel", "A container has a kernel of its own.", "컨테이너에는 자기 커널이 있다."},
    {"image-copied", "The image is copied or downloaded into the container.",
     "이미지가 컨테이너로 복사되거나 내려받아진다."},
    {"pull-each-time", "Each run downloads the image again.", "실행할 때마다 이미지를 다시 내려받는다."},
    {"stop-deletes", "A container that has ended is gone.", "끝난 컨테이너는 사라진다."},
    {"run-restarts", "docker run starts the old container again.", "docker run은 예전 컨테이너를 다시 시작한다."},
    {"written-in-image", "What is written in a container is in its image.", "컨테이너에서 쓴 것은 이미지에도 남는다."},
    {"expose-publishes", "EXPOSE publishes a port.", "EXPOSE를 쓰면 포트가 공개된다."},
    {"command-added", "The command of docker run comes after the image's own.",
     "docker run의 명령은 이미지의 명령에 덧붙는다."},
    {"shares-all", "What runs on one kernel sees all of its processes.", "커널이 같으면 모든 프로세스가 보인다."},
    {"images-installed", "Images come with docker.", "이미지는 docker와 함께 설치된다."},
    {"commands-from-host", "The commands of a container come from the host.", "컨테이너의 명령은 호스트에서 온다."},
    {"ps-shows-all", "docker ps shows all containers.", "docker ps는 모든 컨테이너를 보여 준다."},
    {"start-makes-new", "docker start makes another container.", "docker start는 컨테이너를 하나 더 만든다."},
    {"run-succeeds", "docker run succeeds whatever its command does.", "명령이 어떻게 끝나든 docker run은 성공한다."},
    {"stop-gives-up", "A process that does not answer is left running by docker stop.",
     "답하지 않는 프로세스는 docker stop도 그대로 둔다."},
    {"rm-ends", "docker rm ends what runs.", "docker rm은 돌고 있는 것도 끝낸다."},
    {"create-makes-image", "docker create makes an image.", "docker create는 이미지를 만든다."},
    {"create-runs", "docker create runs the command already.", "docker create만으로 명령이 실행된다."},
    {"pause-ends", "docker pause ends the process.", "docker pause는 프로세스를 끝낸다."},
    {"stop-is-kill", "docker stop and docker kill do the same.", "docker stop과 docker kill은 똑같다."},
    {"signal-obeyed", "A process has to end when it is asked to.", "끝내 달라고 하면 프로세스는 반드시 끝난다."},
    {"programs-apart", "Programs on one server do not disturb each other.",
     "한 서버의 프로그램은 서로에게 영향을 주지 않는다."},
    {"containers-disturb", "Containers disturb each other as programs on one server do.",
     "컨테이너도 한 서버의 프로그램처럼 서로 방해한다."},
    {"port-once", "A port is taken once for all containers.", "포트 하나는 모든 컨테이너를 통틀어 하나만 쓸 수 있다."},
    {"shares-network", "A container uses the network of the machine as any program does.",
     "컨테이너는 여느 프로그램처럼 컴퓨터의 네트워크를 쓴다."},
    {"settings-reach-host", "What is set in a container is set on the host too.",
     "컨테이너 안에서 바꾼 설정은 호스트에서도 바뀐다."},
    {"limit-warns", "A limit only warns.", "제한은 경고만 한다."},
    {"limit-foreseen", "The engine knows beforehand what a program will need.",
     "엔진은 프로그램에 얼마가 필요할지 미리 안다."},
    {"limit-memory-only", "Only memory can be limited.", "메모리만 제한할 수 있다."},
    {"limit-kills", "Whoever reaches a limit is killed.", "제한에 닿으면 무엇이든 강제로 끝난다."},
    {"limit-shown", "A container sees its limit as the size of the machine.",
     "컨테이너에는 제한이 컴퓨터의 크기로 보인다."},
    {"stop-loses-files", "What a container wrote is gone when it ends.", "컨테이너가 끝나면 쓴 파일도 사라진다."},
    {"rm-removes-image", "docker rm removes the image too.", "docker rm은 이미지도 지운다."},
    {"rmi-takes-containers", "docker rmi removes the image's containers too.",
     "docker rmi는 그 이미지로 만든 컨테이너도 지운다."},
    {"prune-takes-running", "docker system prune removes what runs.", "docker system prune은 돌고 있는 것도 지운다."},
    {"prune-takes-images", "docker system prune removes every image that is not used.",
     "docker system prune은 쓰지 않는 이미지를 모두 지운다."},
    {"prune-spares-images", "docker system prune never removes an image that has a name.",
     "docker system prune은 이름이 있는 이미지는 절대 지우지 않는다."},
    {"prune-takes-used", "With -a, docker system prune removes images that are in use.",
     "docker system prune에 -a를 붙이면 쓰고 있는 이미지도 지운다."},
    {"one-error-ends-all", "Where one name fails, a command does nothing with the others.",
     "이름 하나가 실패하면 명령은 나머지에도 아무것도 하지 않는다."},
    {"exec-makes-new", "docker exec makes another container.", "docker exec는 컨테이너를 하나 더 만든다."},
    {"exec-ends", "A container ends when the shell of docker exec ends.",
     "docker exec의 셸이 끝나면 컨테이너도 끝난다."},
    {"exec-starts", "docker exec starts a container that has ended.", "docker exec는 끝난 컨테이너를 시작한다."},
    {"digest-is-a-label", "A digest is a name, and does not depend on what came.",
     "다이제스트는 이름일 뿐, 온 내용과는 상관없다."},
    {"cut-begins-anew", "What was fetched before a line was cut is lost.", "회선이 끊기면 그때까지 받은 것은 잃는다."},
    {"pull-waits-for-ever", "A pull waits for a registry as long as it takes.",
     "풀은 레지스트리가 답할 때까지 끝없이 기다린다."},
    {"one-wall", "A container is one wall, which is whole or not there.",
     "컨테이너는 벽 하나라서 전부 있거나 아예 없다."},
    {"root-is-root", "Root in a container is always root of the machine.",
     "컨테이너의 root는 언제나 컴퓨터의 root이다."},
    {"order-free", "The steps of a start can be done in any order.", "시작 단계는 어떤 순서로 해도 된다."},
    {"layers-side-by-side", "The layers of an image lie side by side: their order does not matter.",
     "이미지의 레이어는 나란히 놓여서 순서가 상관없다."},
    {"hears-without-i", "A command in a container hears what is typed, with or without -i.",
     "컨테이너의 명령은 -i가 없어도 입력을 받는다."},
};

}  // namespace

std::span<const Misconception> misconceptions() {
  return rows;
}

const Misconception* find_misconception(std::string_view id) {
  const auto* found = std::find_if(std::begin(rows), std::end(rows), [&](const auto& row) { return row.id == id; });
  return found == std::end(rows) ? nullptr : found;
}

}  // namespace glassdock::lessons
