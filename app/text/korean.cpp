#include "app/text/korean.h"

#include <array>
#include <optional>
#include <vector>

#include "engine/base/text.h"

namespace glassdock::text {
namespace {

// Values are never followed by a particle that depends on how they are read aloud. Rows that begin with a value stand
// last, for they fit most widely.
constexpr auto table = std::to_array<KoreanRow>({
    // --help
    {"A container engine with glass walls: it runs containers, tells what it does, and can be held at every step.",
     "벽이 유리로 된 컨테이너 엔진이에요. 컨테이너를 실행하고, 하는 일을 알려 주고, 단계마다 멈출 수 있어요."},
    {"Usage:", "사용법:"},
    {"Commands:", "명령:"},
    {"Options:", "옵션:"},
    {"The studio: a window on the engine, or on a recording", "스튜디오: 엔진이나 기록을 보는 창"},
    {"docker's own command line, e.g. glassdock --explain docker run alpine ls",
     "docker의 명령 그대로. 예: glassdock --explain docker run alpine ls"},
    {"Explain live what any client of the engine does (docker, docker-compose, …)",
     "엔진을 쓰는 모든 클라이언트(docker, docker-compose, …)가 하는 일을 바로 설명해요"},
    {"List the places where the engine can be held", "엔진을 멈출 수 있는 곳을 보여 줘요"},
    {"Print a recording as text", "기록을 글로 보여 줘요"},
    {"Draw one moment of it: the end, or where --at says",
     "기록의 한 순간을 그려요. 마지막이나 --at이 가리키는 곳이에요"},
    {"Turn it into a film", "기록을 동영상으로 바꿔요"},
    {"Turn a recording into a file for ui.perfetto.dev or a browser",
     "기록을 ui.perfetto.dev나 브라우저에서 볼 파일로 바꿔요"},
    {"Say what this machine can do, and how to get the rest",
     "이 컴퓨터에서 되는 것과, 안 되는 것을 고치는 법을 알려 줘요"},
    {"The engine itself; commands that need one start it by themselves",
     "엔진 자체를 다뤄요. 엔진이 필요한 명령은 스스로 켜요"},
    {"Tell each step as it happens, with the command that does the same",
     "단계마다 일어나는 일을, 같은 일을 하는 명령과 함께 알려 줘요"},
    {"Hold at every gate and wait for Enter", "게이트마다 멈추고 Enter를 기다려요"},
    {"Hold at that gate, or at the first one of a stage (also after:GATE); may be given again",
     "그 게이트나, 그 단계의 첫 게이트에서 멈춰요(after:GATE도 돼요). 여러 번 쓸 수 있어요"},
    {"Record everything into FILE (.gdtrace)", "모든 일을 FILE에 기록해요(.gdtrace)"},
    {"Read what proves each step, to show or record it", "단계마다 근거를 읽어서 보여 주거나 기록해요"},
    {"Do not hide the values of -e in recordings", "기록에서 -e의 값을 숨기지 않아요"},
    {"The language of explanations, help and errors", "설명, 도움말, 오류의 언어"},
    {"Use the engine whose data is in DIR (it listens in DIR/engine.sock)",
     "데이터가 DIR에 있는 엔진을 써요(소켓은 DIR/engine.sock)"},
    {"Use the engine that listens at PATH (also: GLASSDOCK_SOCKET)",
     "소켓이 PATH인 엔진을 써요(GLASSDOCK_SOCKET도 돼요)"},
    {"Print the version", "버전을 보여 줘요"},
    {"Print this help", "이 도움말을 보여 줘요"},

    // Wrong use
    {"there is no command \"{}\"", "\"{0}\"라는 명령은 없어요"},
    {"docker's commands stand behind docker: glassdock docker {} …",
     "docker의 명령은 docker 뒤에 써요: glassdock docker {0} …"},
    {"see glassdock --help", "glassdock --help를 보세요"},
    {"--{} is glassdock's own and stands before the word docker: glassdock --{} docker …",
     "--{0}: glassdock의 옵션이에요. docker 앞에 써요: glassdock --{1} docker …"},
    {"usage: {}", "사용법: {0}"},
    {"unknown flag: {}", "모르는 옵션이에요: {0}"},
    {"unknown shorthand flag: {}", "모르는 짧은 옵션이에요: {0}"},
    {"flag needs an argument: {}", "값이 필요한 옵션이에요: {0}"},
    {"there is no language \"{}\"", "\"{0}\"라는 언어는 없어요"},
    {"en or ko", "en이나 ko를 쓰세요"},
    {"--step and --hold exclude each other", "--step과 --hold는 함께 쓸 수 없어요"},
    {"--step holds at every gate, --hold at those named",
     "--step은 모든 게이트에서, --hold는 이름을 준 게이트에서 멈춰요"},
    {"\"{}\" names no gate", "\"{0}\"라는 게이트는 없어요"},
    {"after: takes a gate's name; glassdock gates lists them",
     "after: 뒤에는 게이트의 이름을 써요. glassdock gates가 모두 보여 줘요"},
    {"nothing of the engine is left to be held after {}", "{0} 다음에는 멈출 엔진의 일이 남아 있지 않아요"},
    {"from there on the process is the command; hold before it, at {}",
     "그다음부터 프로세스는 명령 자신이에요. 그 앞에서 멈추세요: {0}"},
    {"there is no gate or stage \"{}\"", "\"{0}\"라는 게이트나 단계는 없어요"},
    {"did you mean {}? glassdock gates lists them", "혹시 {0}? glassdock gates가 모두 보여 줘요"},
    {"this command takes no words", "이 명령 뒤에는 아무것도 쓰지 않아요"},
    {"one word is missing or one is too many", "낱말이 하나 모자라거나 남아요"},
    {"there is no \"engine {}\"", "\"engine {0}\"라는 명령은 없어요"},
    {"--to is missing", "--to가 빠졌어요"},
    {"there is no format \"{}\"", "\"{0}\"라는 형식은 없어요"},
    {"--{} needs --picture", "--{0}: --picture와 함께 써요"},

    // The engine and its place
    {"Started at {}", "켰어요: {0}"},
    {"Runs already at {}", "이미 돌고 있어요: {0}"},
    {"No engine runs at {}", "여기에는 돌고 있는 엔진이 없어요: {0}"},
    {"Stopped. Containers that run go on without it.", "껐어요. 돌고 있는 컨테이너는 엔진 없이 계속 돌아요."},
    {"Engine {} runs as process {}", "엔진 {0}: 프로세스 {1}로 돌고 있어요"},
    {"socket", "소켓"},
    {"data", "데이터"},
    {"for other clients:", "다른 클라이언트에서는:"},
    {"the engine (process {}) does not stop", "엔진이 꺼지지 않아요(프로세스 {0})"},
    {"the engine did not start: {}", "엔진이 켜지지 않았어요: {0}"},
    {"it said nothing", "아무 말도 남기지 않았어요"},
    {"its words are in {}", "엔진이 남긴 말: {0}"},
    {"what listens on {} is user {}'s", "이 소켓을 듣는 프로그램이 다른 사용자(번호 {1})의 것이에요: {0}"},
    {"there is no HOME to keep the engine's data in", "엔진의 데이터를 둘 HOME이 없어요"},
    {"set HOME, or give --data", "HOME을 정하거나 --data를 쓰세요"},
    {"the socket's folder {} can be written by others", "소켓의 폴더에 다른 사용자도 쓸 수 있어요: {0}"},
    {"the socket's folder {} does not belong to you", "소켓의 폴더가 내 것이 아니에요: {0}"},
    {"name another with --socket", "--socket으로 다른 곳을 정하세요"},
    {"the engine's answer is no JSON", "엔진의 답이 JSON이 아니에요"},
    {"the engine's event stream is damaged", "엔진이 보내는 이벤트가 깨졌어요"},
    {"the container's output was cut off", "컨테이너의 출력이 중간에 끊겼어요"},

    // Recordings
    {"Recorded {} on {} ({}, {}): {}", "기록: {0}, {1} ({2}, {3}): {4}"},
    {"choose another name for the recording", "기록에 다른 이름을 쓰세요"},
    {"choose another name or remove it", "다른 이름을 쓰거나 그 파일을 지우세요"},
    {"open recording {}: {}", "기록을 열 수 없어요: {0}({1})"},
    {"one is made by glassdock --trace FILE", "기록은 glassdock --trace FILE로 만들어요"},
    {"record again; nothing after a broken header can be trusted",
     "다시 기록하세요. 머리 부분이 깨지면 그 뒤는 믿을 수 없어요"},
    {"update glassdock", "glassdock을 새 버전으로 바꾸세요"},
    {"the recording is damaged there: record again", "기록이 거기서 깨졌어요. 다시 기록하세요"},
    {"glassdock-studio draws the pictures; install it beside glassdock",
     "그림은 glassdock-studio가 그려요. glassdock 옆에 설치하세요"},

    // doctor
    {"ok", "정상"},
    {"limited", "일부만"},
    {"missing", "안 됨"},
    {"kernel", "커널"},
    {"namespaces", "네임스페이스"},
    {"overlay", "overlay"},
    {"seccomp", "seccomp"},
    {"cgroups", "cgroup"},
    {"data folder", "데이터 폴더"},
    {"engine", "엔진"},
    {"subordinate ids", "하위 ID"},
    {"mend it with:", "고치는 법:"},
    {"Containers can run here.", "여기서 컨테이너를 실행할 수 있어요."},
    {"Containers cannot run here yet.", "여기서는 아직 컨테이너를 실행할 수 없어요."},
    {"sudo apt full-upgrade, then reboot", "sudo apt full-upgrade, 그다음 다시 켜기"},
    {"every kind of namespace can be made: the walls of a container",
     "모든 네임스페이스(namespace)를 만들 수 있어요. 컨테이너의 벽이에요"},
    {"an ordinary user gets no user namespace here ({})",
     "여기서는 보통 사용자가 user namespace를 만들 수 없어요({0})"},
    {"an ordinary user gets no user namespace here ({}); is this inside another container that forbids it? Run "
     "glassdock "
     "as root, or outside",
     "여기서는 보통 사용자가 user namespace를 만들 수 없어요({0}). 다른 컨테이너 안인가요? 그 밖에서, 또는 root로 "
     "실행하세요"},
    {"root may not make namespaces and mounts here ({})",
     "여기서는 root도 네임스페이스와 마운트를 만들 수 없어요({0})"},
    {"docker run --privileged …, if this is a container itself", "여기가 컨테이너 안이라면 docker run --privileged …"},
    {"an overlay mount joins layers without copying them", "overlay 마운트가 레이어를 복사하지 않고 합쳐요"},
    {"no overlay mount in {} ({}): layers are copied, which is slower and takes more room",
     "{0}: overlay 마운트가 안 돼요({1}). 레이어를 복사해요. 더 느리고 자리를 더 써요"},
    {"sudo modprobe overlay, or --data DIR on another file system",
     "sudo modprobe overlay, 또는 다른 파일 시스템에 있는 --data DIR"},
    {"not tried: {}", "해 보지 못했어요: {0}"},
    {"system calls can be filtered", "시스템 콜을 거를 수 있어요"},
    {"this kernel cannot filter system calls", "이 커널은 시스템 콜을 거를 수 없어요"},
    {"a kernel with CONFIG_SECCOMP_FILTER, as Debian's and Ubuntu's have",
     "CONFIG_SECCOMP_FILTER가 있는 커널. Debian과 Ubuntu의 커널에는 있어요"},
    {"containers have one user id only, and files of others become yours",
     "컨테이너의 사용자 번호가 하나뿐이고, 다른 사용자의 파일도 내 것이 돼요"},
    {"no line for you in /etc/{}: {}", "/etc/{0}에 이 사용자의 줄이 없어요: [1]"},
    {"there is no newuidmap: {}", "newuidmap이 없어요: [0]"},
    {"newuidmap gives your containers user ids of their own", "newuidmap이 컨테이너에 따로 쓸 사용자 번호를 줘요"},
    {"not mounted: {}", "마운트되지 않았어요. [0]"},
    {"version 2 with {}", "버전 2, 컨트롤러: {0}"},
    {"version 2, but not every controller may be used here: {}", "버전 2, 여기서 쓸 수 없는 컨트롤러가 있어요. [0]"},
    {"version 2, but none may be made here: {}", "버전 2, 여기서 cgroup을 만들 수 없어요. [0]"},
    {"version 1 with {}", "버전 1, 컨트롤러: {0}"},
    {"version 1, and none may be made here: {}", "버전 1, 여기서 cgroup을 만들 수 없어요. [0]"},
    {"sudo glassdock …, or boot with systemd.unified_cgroup_hierarchy=1",
     "sudo glassdock …, 또는 systemd.unified_cgroup_hierarchy=1로 부팅하기"},
    {"glassdock docker rmi, or --data DIR elsewhere", "glassdock docker rmi, 또는 다른 곳의 --data DIR"},
    {"glassdockd stands neither beside glassdock nor in PATH", "glassdockd가 glassdock 옆에도 PATH에도 없어요"},
    {"answers at {}", "답해요: {0}"},
    {"none runs; a command starts one at {}", "돌고 있지 않아요. 명령이 스스로 켜요: {0}"},

    // What begins with a value
    {"{}: the last line is cut off (the recorder was stopped hard); that event is left out",
     "{0}: 마지막 줄이 잘렸어요(기록하던 프로그램이 갑자기 끝났어요). 그 이벤트는 빼요"},
    {"{}: recording version {} is newer than this program understands ({})",
     "{0}: 기록의 버전이 {1}이에요. 이 프로그램은 버전 {2}까지만 알아요"},
    {"{} exists and is no recording; it is not overwritten", "{0}: 이미 있고, 기록이 아니에요. 덮어쓰지 않아요"},
    {"{}: the recording's header is damaged or cut off: {}", "{0}: 기록의 머리 부분이 깨졌거나 잘렸어요: {1}"},
    {"{} {} has every system call that containers need", "{0} {1}: 컨테이너에 필요한 시스템 콜이 다 있어요"},
    {"{} exists and is no regular file", "{0}: 이미 있고, 보통 파일이 아니에요"},
    {"{} is refused, {} only {} a warning", "{0}: 거절돼요. {1}: 경고만 하고 제한하지 않아요"},
    {"{} {} lacks these system calls: {}", "{0} {1}: 이 시스템 콜이 없어요: {2}"},
    {"{}: not a Glassdock recording", "{0}: Glassdock의 기록이 아니에요"},
    {"{} is no regular file", "{0}: 보통 파일이 아니에요"},
    {"{}: the file is empty", "{0}: 파일이 비어 있어요"},
    {"{}, then log in again", "{0}, 그다음 다시 로그인하기"},
    {"{} cannot be written", "{0}: 여기에 쓸 수 없어요"},
    {"{} only {} a warning", "{0}: 경고만 하고 제한하지 않아요"},
    {"{} is refused", "{0}: 거절돼요"},
    {"{} free for {}", "{0} 비어 있어요: {1}"},
    {"{} fails: {}", "{0}: 실패해요. [1]"},
});

// What stands in the places of "{}" where `text` has the form of `pattern`: each as short as can be.
std::optional<std::vector<std::string_view>> values_in(std::string_view text, std::string_view pattern) {
  constexpr std::string_view place = "{}";
  std::vector<std::string_view> values;
  std::size_t at = pattern.find(place);
  if (text.substr(0, at) != pattern.substr(0, at)) return std::nullopt;
  if (at == std::string_view::npos) return values;
  text.remove_prefix(at);
  for (;;) {
    pattern.remove_prefix(at + place.size());
    at = pattern.find(place);
    const bool last = at == std::string_view::npos;
    const std::string_view next = pattern.substr(0, at);
    if (last && !ends_with(text, next)) return std::nullopt;
    const std::size_t end = last ? text.size() - next.size() : text.find(next);
    if (end == std::string_view::npos) return std::nullopt;
    values.push_back(text.substr(0, end));
    if (last) return values;
    text.remove_prefix(end + next.size());
  }
}

// "{1}" becomes the second value, "[1]" the same in Korean.
std::string filled(std::string_view pattern, const std::vector<std::string_view>& values) {
  std::string text;
  for (std::size_t at = 0; at < pattern.size();) {
    const char open = pattern[at];
    const bool place =
        (open == '{' || open == '[') && at + 2 < pattern.size() && (pattern[at + 2] == '}' || pattern[at + 2] == ']');
    if (!place) {
      text += pattern[at++];
      continue;
    }
    const std::string_view value = values.at(static_cast<std::size_t>(pattern[at + 1] - '0'));
    text += open == '[' ? korean(value) : std::string(value);
    at += 3;
  }
  return text;
}

}  // namespace

std::span<const KoreanRow> korean_rows() {
  return table;
}

std::string korean(std::string_view english) {
  for (const KoreanRow& row : table) {
    const auto values = values_in(english, row.english);
    if (!values) continue;
    return filled(row.korean, *values);
  }
  return std::string(english);
}

}  // namespace glassdock::text
