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
