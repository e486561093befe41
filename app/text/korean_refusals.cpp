#include <array>

#include "app/text/korean.h"

namespace glassdock::text {
namespace {

// As in korean_words.cpp. None fits what docker itself says.
constexpr auto table = std::to_array<KoreanRow>({
    // The docker command line
    {"docker: '{}' is not supported by this version of Glassdock. It has: {}.",
     "docker: 이 버전의 Glassdock에는 아직 없어요: '{0}'. 있는 것: {1}."},
    {"docker: network \"{}\" is not supported yet: there are only \"default\" and \"none\", each with a loopback "
     "interface alone",
     "docker: 아직 없는 네트워크예요: \"{0}\". \"default\"와 \"none\"뿐이고, 둘 다 루프백 인터페이스만 있어요"},

    {"cannot pause container {}: it has no cgroup in which its processes could be held",
     "컨테이너를 붙잡을 수 없어요: {0}. 프로세스를 붙잡을 cgroup이 없어요"},
    {"cannot pause container {}: some of its processes are in a system call that cannot be held",
     "컨테이너를 붙잡을 수 없어요: {0}. 붙잡을 수 없는 시스템 콜 안에 있는 프로세스가 있어요"},
    {"cannot measure container {}: it has no cgroup that counts what it takes",
     "컨테이너가 쓰는 양을 잴 수 없어요: {0}. 그것을 세는 cgroup이 없어요"},
    {"glassdock doctor says how to get one", "얻는 방법은 glassdock doctor가 알려 줘요"},

    // Trials (engine/plan/trial.cpp)
    {"no container's start has an operation \"{}\"", "컨테이너의 시작에 없는 작업이에요: \"{0}\""},
    {"glassdock gates lists them", "glassdock gates가 모두 보여 줘요"},
    {"one wall is left out at a time", "벽은 한 번에 하나만 뺄 수 있어요"},
    {"name one operation", "작업 하나만 쓰세요"},
    {"{} can't be left out of a start", "시작에서 뺄 수 없어요: {0}"},
    {"the start itself or the machine's safety rests on it", "시작이나 컴퓨터의 안전이 여기에 달려 있어요"},
    {"an order needs two operations at least", "순서에는 작업이 둘 이상 있어야 해요"},
    {"divide them by commas", "쉼표로 나누세요"},
    {"the order has {} twice", "순서에 두 번 있어요: {0}"},
    {"{} has no other place: it is not the container's own process that does it",
     "자리를 바꿀 수 없어요: {0}. 컨테이너의 프로세스가 하는 일이 아니에요"},
    {"{} has no other place: the trial's safety rests on it",
     "자리를 바꿀 수 없어요: {0}. 시험의 안전이 여기에 달려 있어요"},
    {"the image has the layers 1 to {}, and each is laid once",
     "이미지의 레이어는 1부터 {0}까지이고, 하나씩 한 번만 놓아요"},
    {"docker history shows them, the lowest last", "docker history가 보여 줘요. 맨 아래 것이 마지막이에요"},
    {"{} and {} are two trials", "시험이 둘이에요: {0}, {1}"},
    {"make a container for each", "하나마다 컨테이너를 따로 만드세요"},
    {"the annotation {} is empty", "빈 애노테이션이에요: {0}"},
    {"{}: \"{}\" is no layer's number", "{0}: 레이어 번호가 아니에요: \"{1}\""},
    {"1 is the lowest layer", "1이 맨 아래 레이어예요"},
    {"there is no annotation {}", "없는 애노테이션이에요: {0}"},
    {"a trial needs users and groups that are nobody's, and this engine has none to give",
     "시험에는 아무도 쓰지 않는 사용자와 그룹이 있어야 하는데, 이 엔진에는 없어요"},
    {"glassdock doctor says how an ordinary user gets subordinate ids",
     "보통 사용자가 하위 ID를 얻는 방법은 glassdock doctor가 알려 줘요"},
    {"a trial takes no --init", "시험에는 --init을 쓸 수 없어요"},
    {"the image's folders are not the trial's to make a file in", "이미지의 폴더에는 시험이 파일을 만들 수 없어요"},
    {"a trial takes no folders of this machine", "시험에는 이 컴퓨터의 폴더를 줄 수 없어요"},
    {"leave -v out: a wall is missing that protects them", "-v를 빼세요. 그 폴더를 지키는 벽이 없어요"},
    {"this container's start has no operation {}", "이 컨테이너의 시작에 없는 작업이에요: {0}"},
    {"give it a limit: -m 64m", "제한을 주세요: -m 64m"},
    {"glassdock --explain docker run shows all", "glassdock --explain docker run이 모두 보여 줘요"},
    {"Container {} is a trial: no other command is let into it",
     "시험 컨테이너예요: {0}. 다른 명령을 안에 들이지 않아요"},
    {"look from inside with the container's own command", "컨테이너 자신의 명령으로 안에서 보세요"},

    // The built-in hub and registries
    {"the built-in hub has no image {}, only {} and {}", "내장 허브에 없는 이미지예요: {0}. 있는 것: {1}, {2}"},
    {"the built-in hub has no image {}, only {}", "내장 허브에 없는 이미지예요: {0}. 있는 것: {1}"},
    {"the built-in hub has no {}, only the tag{} {}", "내장 허브에 없어요: {0}. 있는 태그: {2}"},
    {"the built-in hub has no {}", "내장 허브에 없어요: {0}"},
    {"the built-in hub at {} does not answer ({})", "내장 허브가 답하지 않아요: {0} ({1})"},
    {"the built-in hub answered with HTTP status {}", "내장 허브의 답: HTTP 상태 {0}"},
    {"did you mean {}?", "혹시 {0}?"},
    {"check name and tag: {} has no such image", "이름과 태그를 확인하세요. 여기에는 그런 이미지가 없어요: {0}"},
    {"check the name, or log in to {} first", "이름을 확인하거나 먼저 로그인하세요: {0}"},
    {"is there a network, and does the registry answer?", "네트워크가 되나요? 레지스트리가 답하나요?"},
    {"a registry with its own CA needs that CA's file given to the engine",
     "자체 CA를 쓰는 레지스트리예요. 그 CA 파일을 엔진에 주세요"},
    {"the registry speaks plain HTTP: tell the engine so, as an insecure registry",
     "레지스트리가 HTTP만 써요. 엔진에 insecure registry로 알려 주세요"},
    {"the connection broke off: try again", "연결이 끊겼어요. 다시 해 보세요"},
    {"user name or password is not right for this registry", "이 레지스트리의 사용자 이름이나 비밀번호가 틀려요"},
    {"wait a while, or log in for a higher limit", "조금 기다리거나, 로그인해서 한도를 올리세요"},
    {"the registry is at fault: try again later", "레지스트리의 잘못이에요. 나중에 다시 해 보세요"},
    {"the registry's token service is at fault: try again later",
     "레지스트리의 토큰 서비스의 잘못이에요. 나중에 다시 해 보세요"},
    {"cut off after {} of {} bytes; pull again", "{1}바이트 중 {0}바이트에서 끊겼어요. 다시 받으세요"},
    {"pull again", "다시 받으세요"},
    {"pull it again", "다시 받으세요"},
    {"pull the image again", "이미지를 다시 받으세요"},
    {"choose an image of this platform, or name the other one with --platform to pull it nevertheless",
     "이 플랫폼의 이미지를 고르세요. 그래도 받으려면 --platform으로 정하세요"},
    {"it has {}: choose an image of this platform", "있는 플랫폼: {0}. 이 플랫폼의 이미지를 고르세요"},
    {"this is an artifact, not a container image", "컨테이너 이미지가 아니라 아티팩트예요"},
    {"an image is called [REGISTRY/]NAME[:TAG][@DIGEST], in lower case, as in alpine:latest",
     "이미지의 이름은 [REGISTRY/]NAME[:TAG][@DIGEST]이고, alpine:latest처럼 소문자로 써요"},
    {"docker images lists what is there", "docker images가 있는 것을 보여 줘요"},
    {"use sha256", "sha256을 쓰세요"},

    // Images and their layers
    {"do not use this image: no honest tool writes such a layer",
     "이 이미지를 쓰지 마세요. 정직한 도구는 이런 레이어를 만들지 않아요"},
    {"do not use this image: its layer is far larger than it pretends",
     "이 이미지를 쓰지 마세요. 레이어가 겉보기보다 훨씬 커요"},
    {"the layer is damaged where it comes from: push or build the image again",
     "레이어가 원래 있던 곳에서 깨졌어요. 이미지를 다시 올리거나 만드세요"},
    {"a layer is a tar archive, plain or compressed with gzip or zstd: push or build the image again",
     "레이어는 tar 파일이고 gzip이나 zstd로 압축돼요. 이미지를 다시 올리거나 만드세요"},
    {"remove the image with docker rmi -f and pull it again", "docker rmi -f로 이미지를 지우고 다시 받으세요"},
    {"build it with fewer layers", "레이어를 줄여서 만드세요"},
    {"use an image with fewer files in one layer", "한 레이어에 파일이 더 적은 이미지를 쓰세요"},

    // Containers
    {"the image has no such program; `ls /bin` in it shows what there is",
     "이미지에 그런 프로그램이 없어요. 그 안에서 `ls /bin`을 하면 있는 것이 보여요"},
    {"the image has no such file, or not the interpreter that the file asks for",
     "이미지에 그런 파일이 없거나, 그 파일이 찾는 인터프리터가 없어요"},
    {"it lacks the right to be executed: chmod +x, where the image is built",
     "실행 권한이 없어요. 이미지를 만드는 곳에서 chmod +x를 하세요"},
    {"name a program in it", "그 안의 프로그램을 적으세요"},
    {"it is no program of this machine's kind, and no script with #! in its first line",
     "이 컴퓨터의 프로그램이 아니고, 첫 줄에 #!이 있는 스크립트도 아니에요"},
    {"name one that the image's /etc/passwd or /etc/group has, or give a number",
     "이미지의 /etc/passwd나 /etc/group에 있는 이름을 쓰거나 번호를 쓰세요"},
    {"give NAME, UID, NAME:GROUP or UID:GID", "NAME, UID, NAME:GROUP, UID:GID 중 하나로 쓰세요"},
    {"only root is there in a container on this machine: one user id alone is mapped",
     "이 컴퓨터의 컨테이너에는 root만 있어요. 사용자 번호가 하나뿐이에요"},
    {"add a line for your user to /etc/subuid and /etc/subgid, and install uidmap",
     "/etc/subuid와 /etc/subgid에 내 줄을 넣고 uidmap을 설치하세요"},
    {"a host name has 1 to 64 characters", "호스트 이름은 1자에서 64자예요"},
    {"a host name has letters, digits, '-', '.' and '_'", "호스트 이름에는 글자, 숫자, '-', '.', '_'를 써요"},
    {"lsblk -dp shows this machine's disks", "이 컴퓨터의 디스크는 lsblk -dp로 볼 수 있어요"},
    {"only a whole disk can be limited: lsblk -dp shows them",
     "디스크 전체만 제한할 수 있어요. lsblk -dp로 볼 수 있어요"},
    {"a link of the image leads there", "이미지의 링크가 그곳을 가리켜요"},
    {"glassdock doctor says how to get it", "glassdock doctor가 고치는 법을 알려 줘요"},
    {"an ordinary user's engine needs a cgroup that was delegated to it: glassdock doctor says how to get one",
     "보통 사용자의 엔진에는 위임받은 cgroup이 필요해요. glassdock doctor가 받는 법을 알려 줘요"},
    {"An ordinary user's engine sets limits only in a cgroup that was delegated to it, and here none was. Run: "
     "glassdock "
     "doctor. It says how to get one.",
     "보통 사용자의 엔진은 위임받은 cgroup에서만 제한할 수 있는데, 여기에는 위임받은 것이 없어요. glassdock doctor를 "
     "실행하면 받는 법을 알려 줘요."},
    {"Run: glassdock doctor. It says how to get it.", "glassdock doctor를 실행하면 고치는 법을 알려 줘요."},
    {"leave --network out: the container gets a network of its own with lo only",
     "--network를 빼세요. 컨테이너에는 lo만 있는 네트워크가 따로 생겨요"},
    {"give fewer mounts, arguments or variables", "마운트, 인자, 변수를 줄이세요"},
    {"the start was cancelled", "시작을 그만두었어요"},
    {"cancelled", "그만두었어요"},

    // What begins with a value
    {"{} sends {} bytes where the manifest says {}: pull again, or tell the registry's owner",
     "{0}: 매니페스트에는 {2}바이트인데 {1}바이트를 보내요. 다시 받거나 레지스트리 주인에게 알리세요"},
    {"{} bytes came with digest {}, expected were {}: pull again, or tell the registry's owner",
     "{0}바이트를 받았는데 다이제스트가 달라요: {1}, 와야 할 것은 {2}. 다시 받거나 레지스트리 주인에게 알리세요"},
    {"{} sent a document with digest {}: pull again, or tell the registry's owner",
     "{0}: 보낸 문서의 다이제스트가 달라요: {1}. 다시 받거나 레지스트리 주인에게 알리세요"},
    {"{} has the manifest of {} but not all of its layers", "{0}: {1}의 매니페스트만 있고 레이어는 다 있지 않아요"},
    {"{} cannot be reached: {}", "{0}: 닿을 수 없어요: {1}"},
    {"{} does not answer: {}", "{0}: 답하지 않아요: {1}"},
    {"{} cannot help: {}", "{0}: 도움이 안 돼요: {1}"},
    {"{} is not supported yet by Glassdock {}", "{0}: Glassdock {1}에는 아직 없어요"},
    {"{} is not supported yet", "{0}: 아직 없어요"},
});

}  // namespace

std::span<const KoreanRow> refusal_rows() {
  return table;
}

}  // namespace glassdock::text
