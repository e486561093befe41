#include "app/scene/strings.h"

#include <array>

namespace glassdock::scene {
namespace {

struct Row {
  Word word;
  std::string_view english, korean;
};

// In the order of Word; a test holds that, and that nothing is empty.
constexpr Row rows[] = {
    {Word::stages_of, "STAGES OF", "실행의 단계"},
    {Word::six_stages, "SIX STAGES", "여섯 단계"},
    {Word::what_a_run_goes_through, "what a run goes through", "실행이 거치는 길"},
    {Word::true_times_here, "True times will stand here.", "여기에 실제 시간이 나타나요."},
    {Word::to_come, "to come", "아직"},
    {Word::gone, "gone", "사라짐"},
    {Word::not_needed, "not needed", "필요 없음"},
    {Word::goes_on, "goes on", "진행 중"},
    {Word::held, "HELD", "멈춤"},
    {Word::failed, "failed", "실패"},
    {Word::live, "LIVE", "실시간"},
    {Word::past, "PAST", "지난 순간"},
    {Word::recorded, "RECORDED", "녹화"},
    {Word::looking_only, "Looking only. The engine does not move.", "보기만 해요. 엔진은 움직이지 않아요."},
    {Word::really_waits, "process {} really waits here", "프로세스 {}: 정말 여기서 기다려요"},
    {Word::engine_waits, "the engine really waits here", "엔진이 정말 여기서 기다려요"},
    {Word::before, "before: {}", "이 앞에서: {}"},
    {Word::back_to_now, "back to now", "지금으로"},
    {Word::ready_nothing_run, "the engine is ready; nothing has run yet",
     "엔진이 준비됐어요. 아직 아무것도 실행하지 않았어요"},
    {Word::step, "Step", "한 걸음"},
    {Word::run_on, "Run on", "이어서 실행"},
    {Word::client, "CLIENT", "클라이언트"},
    {Word::client_nobody, "you, at the terminal below", "아래 터미널의 당신"},
    {Word::client_or_docker, "or the real docker command", "또는 진짜 docker 명령"},
    {Word::client_waits, "asked {}, and waits", "{} 요청을 보내고 기다려요"},
    {Word::client_answered, "{} was answered: {}", "{}에 대한 답: {}"},
    {Word::engine, "ENGINE", "엔진"},
    {Word::engine_idle, "it will do the work, step by step", "한 걸음씩 일해요"},
    {Word::operation_of, "start plan, operation {} of {}", "시작 계획, 작업 {} / {}"},
    {Word::operations_over, "start plan of {} operations, over", "작업 {}개의 시작 계획, 끝남"},
    {Word::done_next_to_come, "{} done · {} to come", "{}개 끝남 · {}개 남음"},
    {Word::done_all, "{} done", "{}개 끝남"},
    {Word::done_failed, "{} done · {} failed", "{}개 끝남 · {}개 실패"},
    {Word::hub, "HUB", "허브"},
    {Word::hub_words, "a registry on loopback", "이 컴퓨터 안의 레지스트리"},
    {Word::hub_answered, "requests answered: {}", "답한 요청: {}"},
    {Word::hub_idle, "not asked", "아직 묻지 않았어요"},
    {Word::hub_arrived, "{} of {}", "{} / {}"},
    {Word::host, "HOST", "호스트"},
    {Word::one_machine, "one machine", "컴퓨터 한 대"},
    {Word::local_cache, "LOCAL CACHE", "로컬 캐시"},
    {Word::cache_empty, "Empty. Images that were pulled once will be kept here.",
     "비어 있어요. 한 번 받은 이미지는 여기에 남아요."},
    {Word::cache_words, "what was pulled once stays here for the next run", "한 번 받은 것은 다음 실행을 위해 남아요"},
    {Word::layer, "layer {}", "레이어 {}"},
    {Word::files, "{} files", "파일 {}개"},
    {Word::both_matched, "sha256 of all matched", "sha256이 모두 맞아요"},
    {Word::same_files, "same files", "같은 파일"},
    {Word::not_copied, "not copied", "복사 아님"},
    {Word::processes_of_host, "PROCESSES OF THE HOST", "호스트의 프로세스"},
    {Word::the_engine, "glassdockd, the engine", "glassdockd, 엔진"},
    {Word::launcher, "launcher", "런처"},
    {Word::monitor, "monitor", "모니터"},
    {Word::container, "CONTAINER", "컨테이너"},
    {Word::first_container, "Your first container will stand here", "첫 컨테이너가 여기에 서요"},
    {Word::first_container_words,
     "Its walls (namespaces) will go up here, each with the number that the kernel gave it. It will stand on the "
     "kernel "
     "below, like all else.",
     "벽(namespace)이 여기에 서고, 커널이 준 번호가 하나씩 붙어요. 다른 모든 것처럼 아래의 커널 위에 서요."},
    {Word::walls_up, "{} of {} walls up", "벽 {} / {}"},
    {Word::its_files, "ITS FILES: OVERLAY LAYERS", "파일: 레이어를 겹친 overlay"},
    {Word::writable, "writable", "쓰기 레이어"},
    {Word::read_only, "read only", "읽기 전용"},
    {Word::mounted_inside, "MOUNTED INSIDE", "안에 마운트된 것"},
    {Word::mounted_only_here, "mounted in this mnt namespace only", "이 mnt namespace 안에만 마운트돼요"},
    {Word::more, "and {} more", "그 밖에 {}개"},
    {Word::its_process, "ITS ONE PROCESS", "프로세스"},
    {Word::pid_inside, "pid 1 in here", "안에서는 pid 1"},
    {Word::pid_outside, "pid {} outside", "밖에서는 pid {}"},
    {Word::will_become, "will become: {}", "바뀔 것: {}"},
    {Word::is_now, "is now: {}", "지금: {}"},
    {Word::not_become, "could not become: {}", "바뀌지 못했어요: {}"},
    {Word::ended_with, "ended with code {}", "종료 코드 {}"},
    {Word::usage_and_limits, "CGROUP: USE, LIMITS", "CGROUP: 사용량과 제한"},
    {Word::memory, "memory", "메모리"},
    {Word::cpu, "cpu", "CPU"},
    {Word::pids, "pids", "프로세스 수"},
    {Word::no_limit, "no limit", "제한 없음"},
    {Word::limit, "limit {}", "제한 {}"},
    {Word::seccomp, "seccomp filter", "seccomp 필터"},
    {Word::capabilities, "capabilities", "권한(capability)"},
    {Word::loaded, "loaded", "걸림"},
    {Word::reduced, "reduced", "줄어듦"},
    {Word::kernel, "LINUX KERNEL {}", "리눅스 커널 {}"},
    {Word::kernel_words, "one for all: system calls go straight down into it",
     "모두에게 하나: 시스템 콜이 곧장 여기로 내려가요"},
    {Word::kernel_already, "already running; every container will share it",
     "이미 돌고 있어요. 모든 컨테이너가 함께 써요"},
    {Word::user_wall, "one user namespace round engine and containers", "엔진과 컨테이너를 두른 user namespace 하나"},
    {Word::evidence, "EVIDENCE", "증거"},
    {Word::event_at, "event {}, at {}", "이벤트 {}, {}"},
    {Word::nothing_to_show, "Nothing to show yet", "아직 보여 줄 것이 없어요"},
    {Word::nothing_to_show_words,
     "Click anything in the picture or any event. Here you will find what really happened.",
     "그림이나 이벤트를 눌러 보세요. 실제로 일어난 일이 여기에 나타나요."},
    {Word::what_was_read, "READ FROM {}", "읽은 곳: {}"},
    {Word::it_was_before, "before: {}", "전에는: {}"},
    {Word::see_it_yourself, "See it yourself, in your own terminal", "내 터미널에서 직접 보기"},
    {Word::by_hand, "BY HAND", "손으로 하면"},
    {Word::source, "SOURCE", "소스"},
    {Word::copy, "Copy", "복사"},
    {Word::no_evidence, "No evidence was read for this event.", "이 이벤트에는 읽어 둔 증거가 없어요."},
    {Word::true_scale, "true scale", "실제 비율"},
    {Word::stages_lane, "stages", "단계"},
    {Word::child, "child", "자식"},
    {Word::every_event_here, "Every event will stand here at its true time.",
     "모든 이벤트가 실제 시간에 맞춰 여기에 나타나요."},
    {Word::drag_to_look_back, "Drag along it to look back, as often as you like.", "끌어서 언제든 되돌아볼 수 있어요."},
    {Word::terminal, "Terminal", "터미널"},
    {Word::output_up_to, "output up to this moment", "이 순간까지의 출력"},
    {Word::no_output_kept, "A recording keeps what the engine did, not what the command printed.",
     "녹화에는 엔진이 한 일만 남고, 명령이 출력한 것은 남지 않아요."},
    {Word::no_output_yet, "no output yet", "아직 출력이 없어요"},
    {Word::press_enter, "Press Enter", "Enter를 누르세요"},
    {Word::enlarge_window, "Enlarge the window to see the picture", "창을 키우면 그림이 보여요"},
    {Word::root, "root", "root"},
    {Word::rootless, "rootless", "rootless"},
    {Word::events, "events", "이벤트"},
    {Word::total, "total", "합계"},
    {Word::shared, "shared with the host", "호스트와 함께 씀"},
    {Word::in_words, "In words", "글로 보면"},
    {Word::from_recording, "from {}", "{}에서 녹화했어요"},
    {Word::back_to_end, "to the end", "끝으로"},
    {Word::events_lost, "{} events were lost: the picture may lack something",
     "이벤트 {}개를 놓쳤어요. 그림에 빠진 것이 있을 수 있어요"},
    {Word::engine_starts, "the engine is being started", "엔진을 켜고 있어요"},
    {Word::engine_gone, "the engine has gone; the next command starts one", "엔진이 꺼졌어요. 다음 명령이 다시 켜요"},
    {Word::typed_already, "The command is typed already, in the terminal below.",
     "명령은 아래 터미널에 이미 입력돼 있어요."},
    {Word::later_try, "Later, try:", "다음에는:"},
    {Word::gate_hint, "Click a badge to set a gate: the engine stops there.",
     "배지를 누르면 관문이 서고, 엔진이 거기서 멈춰요."},
    {Word::images, "Images", "이미지"},
    {Word::events_list, "Events", "이벤트"},
    {Word::speed, "speed", "속도"},
    {Word::tip_play, "Play or pause the picture (Space)", "재생, 멈춤 (Space)"},
    {Word::tip_step, "One step on (→)", "한 걸음 앞으로 (→)"},
    {Word::tip_step_back, "One step back (←)", "한 걸음 뒤로 (←)"},
    {Word::tip_begin, "To the beginning (Home)", "처음으로 (Home)"},
    {Word::tip_end, "To the end (End)", "끝으로 (End)"},
    {Word::tip_speed, "How slow the picture goes; the engine is as fast as ever",
     "그림의 속도. 엔진의 빠르기는 그대로예요"},
    {Word::tip_gate, "Set or take away a gate here", "여기에 관문 두기, 없애기"},
    {Word::tip_theme, "Light or dark", "밝게, 어둡게"},
    {Word::tip_keys, "The keys (?)", "키 목록 (?)"},
    {Word::tip_language, "한국어", "English"},
    {Word::timeline, "Timeline", "타임라인"},
    {Word::past_prompt, "Looking back: no command can be given here.", "지난 순간이라 명령을 넣을 수 없어요."},
    {Word::hello_output, "It says hello and ends. Its output will stand here.",
     "인사하고 끝나요. 출력은 여기에 나타나요."},
    {Word::completes, "completes", "자동 완성"},
    {Word::brings_back, "brings back", "앞의 명령"},
    {Word::all_keys, "all keys", "모든 키"},
    {Word::three_keys, "Three keys to stop a real engine:", "진짜 엔진을 멈추는 세 가지 키:"},
    {Word::key_f10, "step: hold before the next operation", "한 걸음: 다음 작업 앞에서 멈춰요"},
    {Word::key_left, "look back; the engine does not move", "되돌아보기. 엔진은 움직이지 않아요"},
    {Word::key_live, "return to live", "지금으로 돌아오기"},
    {Word::filter, "Filter: words of the line", "거르기: 줄에 있는 말"},
    {Word::no_events, "No event yet. Run a command, and each step will stand here.",
     "아직 이벤트가 없어요. 명령을 실행하면 단계마다 여기에 나타나요."},
    {Word::none_match, "Nothing has these words.", "이 말이 있는 것이 없어요."},
    {Word::closes, "Esc closes", "Esc로 닫기"},
    {Word::event_list_hint, "Enter or a click goes there; the mark sets a gate.",
     "Enter나 클릭으로 그 순간에 가요. 표시를 누르면 관문이 서요."},
    {Word::no_images, "Empty. Images that were pulled once will be kept here: docker run hello-world",
     "비어 있어요. 한 번 받은 이미지는 여기에 남아요: docker run hello-world"},
    {Word::local_images, "Local images", "로컬 이미지"},
    {Word::image_name, "image", "이미지"},
    {Word::image_id, "id", "id"},
    {Word::image_size, "size", "크기"},
    {Word::image_layers, "layers", "레이어"},
    {Word::image_users, "used by", "쓰는 컨테이너"},
    {Word::nobody, "nobody", "없음"},
    {Word::commands, "All commands", "모든 명령"},
    {Word::the_keys, "The keys", "키 목록"},
    {Word::terminal_keys, "The terminal gets every key but F keys and Ctrl →.",
     "터미널은 F 키와 Ctrl →만 빼고 모든 키를 받아요."},
    {Word::run_to_stage, "Run to the stage: {}", "이 단계까지 실행: {}"},
    {Word::shown_late, "shown {} s late, so that you can follow; Ctrl → catches up",
     "따라올 수 있게 {}초 늦게 보여요. Ctrl →로 따라잡아요"},
    {Word::no_engine, "NO ENGINE", "엔진 없음"},
    {Word::key_back, "back", "뒤로"},
    {Word::leave_class, "leave class mode", "수업 화면 끝내기"},
    {Word::evidence_panel, "evidence", "증거"},
    {Word::nothing_kept, "Empty yet", "아직 비어 있어요"},
    {Word::wrote_film, "Wrote {} ({}): {} frames, {} s.", "{} 파일을 만들었어요({}). 프레임 {}장, {}초."},
};

constexpr bool in_order() {
  for (std::size_t i = 0; i < std::size(rows); ++i) {
    if (static_cast<std::size_t>(rows[i].word) != i || rows[i].english.empty() || rows[i].korean.empty()) return false;
  }
  return std::size(rows) == static_cast<std::size_t>(Word::wrote_film) + 1;
}
static_assert(in_order(), "rows stand in the order of Word, one each, in both languages");

}  // namespace

std::string_view say(Word word, trace::Language language) {
  const Row& row = rows[static_cast<std::size_t>(word)];
  return language == trace::Language::korean ? row.korean : row.english;
}

std::string say(Word word, trace::Language language, std::initializer_list<std::string_view> values) {
  std::string text(say(word, language));
  std::size_t from = 0;
  for (std::string_view value : values) {
    std::size_t place = text.find("{}", from);
    if (place == std::string::npos) break;
    text.replace(place, 2, value);
    from = place + value.size();
  }
  return text;
}

}  // namespace glassdock::scene
