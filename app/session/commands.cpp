#include "app/session/commands.h"

#include <utility>

namespace glassdock::session {
namespace {

constexpr Chord none{};
constexpr Chord plain(Key key) {
  return {.key = key};
}
constexpr Chord ctrl(Key key) {
  return {.key = key, .ctrl = true};
}
constexpr Chord alt(Key key) {
  return {.key = key, .alt = true};
}
constexpr Chord shift(Key key) {
  return {.key = key, .shift = true};
}

constexpr CommandRow rows[] = {
    {Action::toggle_play, plain(Key::space), none, false, false, "Play or pause the picture", "그림 재생, 일시 정지"},
    {Action::step, plain(Key::right), none, false, false, "One step on", "한 걸음 앞으로"},
    {Action::step_back, plain(Key::left), none, false, false, "One step back; the engine does not move",
     "한 걸음 뒤로. 엔진은 움직이지 않아요"},
    {Action::go_live, ctrl(Key::right), none, true, false, "Back to now", "지금으로"},
    {Action::run_on, plain(Key::f5), none, true, false, "Run on to the next gate that is set, or the end",
     "걸어 둔 다음 게이트나 끝까지 실행"},
    {Action::step_engine, plain(Key::f10), none, true, false,
     "Step: the engine goes to its next gate; starts the typed command held",
     "한 걸음: 엔진이 다음 게이트까지. 입력한 명령을 멈춘 채 시작"},
    {Action::next_stage, shift(Key::f10), none, true, false, "On to the next stage", "다음 단계까지"},
    {Action::show_play, alt(Key::l), none, true, false, "The lesson or scenario, or the list of lessons",
     "수업이나 시나리오, 또는 수업 목록"},
    {Action::class_mode, plain(Key::f11), none, true, false, "Class mode, for a projector", "수업 화면(프로젝터)"},
    {Action::to_begin, plain(Key::home), none, false, false, "To the beginning", "처음으로"},
    {Action::to_end, plain(Key::end), none, false, false, "To the end", "끝으로"},
    {Action::slower, ctrl(Key::down), none, false, false, "Slower", "더 느리게"},
    {Action::faster, ctrl(Key::up), none, false, false, "Faster", "더 빠르게"},
    {Action::hold_others, plain(Key::f8), none, true, true,
     "Other clients stop here too, each request at its first gate; or no longer",
     "다른 클라이언트도 여기서 멈추기(요청마다 첫 게이트에서), 멈추지 않기"},
    {Action::give_up, none, none, false, true, "Give the held command up", "멈춘 명령 그만두기"},
    {Action::toggle_event_gate, plain(Key::f9), none, true, true, "Hold the next run where this event is, or no longer",
     "다음 실행을 이 이벤트에서 멈추기, 멈추지 않기"},
    {Action::clear_gates, none, none, false, true, "Take all gates away", "게이트 모두 없애기"},
    {Action::focus_next, plain(Key::tab), none, false, false, "To the next thing", "다음 것으로"},
    {Action::focus_before, shift(Key::tab), none, false, false, "To the thing before", "앞의 것으로"},
    {Action::focus_up, plain(Key::up), none, false, false, "Up", "위로"},
    {Action::focus_down, plain(Key::down), none, false, false, "Down", "아래로"},
    {Action::activate, plain(Key::enter), none, false, false, "Open what has the focus", "고른 것 열기"},
    {Action::switch_tab, plain(Key::f6), none, true, false, "Between timeline and terminal", "타임라인과 터미널 사이"},
    {Action::enlarge_terminal, plain(Key::f7), none, true, false, "The terminal larger, or as it was",
     "터미널 크게, 원래대로"},
    {Action::scroll_up, shift(Key::page_up), none, true, true, "The terminal a page back", "터미널 한 쪽 위로"},
    {Action::scroll_down, shift(Key::page_down), none, true, true, "The terminal a page on", "터미널 한 쪽 아래로"},
    {Action::evidence_up, plain(Key::page_up), none, false, false, "The evidence a page back", "증거 한 쪽 위로"},
    {Action::evidence_down, plain(Key::page_down), none, false, false, "The evidence a page on", "증거 한 쪽 아래로"},
    {Action::toggle_evidence, plain(Key::e), none, false, false, "Evidence (after Esc)", "증거(Esc 뒤)"},
    {Action::toggle_terminal, plain(Key::t), none, false, false, "Terminal (after Esc)", "터미널(Esc 뒤)"},
    {Action::toggle_timeline, plain(Key::l), none, false, false, "Timeline (after Esc)", "타임라인(Esc 뒤)"},
    {Action::show_containers, plain(Key::f2), none, true, false, "Containers: their table, life, gauges and log",
     "컨테이너: 표, 일생, 쓰는 양, 로그"},
    {Action::show_all_containers, none, none, false, false, "Containers that are over, too: docker ps -a",
     "끝난 컨테이너도: docker ps -a"},
    {Action::show_signals, none, none, false, false, "Containers: stop asks, kill does not",
     "컨테이너: stop은 부탁하고 kill은 부탁하지 않아요"},
    {Action::show_events, plain(Key::f3), ctrl(Key::f), true, false, "List of events", "이벤트 목록"},
    {Action::show_images, plain(Key::f4), none, true, false, "Images in the local cache", "로컬 캐시의 이미지"},
    {Action::show_lessons, none, none, false, false, "Lessons: choose one", "수업 고르기"},
    {Action::show_scenarios, alt(Key::p), none, true, false, "Scenarios for a class: choose one",
     "수업에서 보여 줄 시나리오 고르기"},
    {Action::show_notes, alt(Key::n), none, true, true, "The presenter's notes in a second window, or no longer",
     "발표자 노트를 둘째 창에 열기, 닫기"},
    {Action::play_hint, alt(Key::h), none, true, true, "Lesson: the next hint", "수업: 다음 힌트"},
    {Action::play_restart, alt(Key::r), none, true, true, "Lesson: begin the step anew; scenario: all of it",
     "수업: 이 단계 다시 하기. 시나리오: 처음부터 다시 하기"},
    {Action::play_skip, alt(Key::s), none, true, true, "Lesson, scenario: skip the step",
     "수업, 시나리오: 이 단계 건너뛰기"},
    {Action::leave_play, none, none, false, true, "Leave the lesson, which is kept where you are, or the scenario",
     "수업이나 시나리오 나가기. 수업은 하던 곳을 적어 두어요"},
    {Action::make_scenario, none, none, false, false, "A scenario of what was done here, as a file to edit",
     "여기서 한 것으로 고쳐 쓸 시나리오 파일 만들기"},
    {Action::show_race, plain(Key::f12), none, true, false, "Virtual machine against container",
     "가상 머신과 컨테이너"},
    {Action::show_way, shift(Key::f12), none, true, false, "The way to containers: the next picture",
     "컨테이너까지의 길: 다음 그림"},
    {Action::show_recordings, none, none, false, false, "Open a recorded race", "기록해 둔 경주 열기"},
    {Action::open_recording, none, none, false, false, "Leave the recording, back to the live engine",
     "기록에서 나가 실시간 엔진으로 돌아가기"},
    {Action::show_palette, ctrl(Key::k), shift(Key::f1), false, false, "All commands", "모든 명령"},
    {Action::show_keys, plain(Key::f1), shift(Key::question), false, false, "The keys", "키 목록"},
    {Action::timeline_closer, plain(Key::plus), none, false, false, "Timeline closer (after Esc)",
     "타임라인 가까이(Esc 뒤)"},
    {Action::timeline_wider, plain(Key::minus), none, false, false, "Timeline wider (after Esc)",
     "타임라인 넓게(Esc 뒤)"},
    {Action::zoom_in, ctrl(Key::plus), none, true, false, "Larger", "크게"},
    {Action::zoom_out, ctrl(Key::minus), none, true, false, "Smaller", "작게"},
    {Action::zoom_reset, ctrl(Key::zero), none, true, false, "As large as at first", "처음 크기로"},
    {Action::switch_language, none, none, false, false, "Language: 한국어 (Korean)", "언어(Language): English (영어)"},
    {Action::switch_theme, none, none, false, false, "Light or dark", "밝게, 어둡게"},
    {Action::reduce_motion, none, none, false, false, "Less motion", "움직임 줄이기"},
    {Action::close, plain(Key::escape), none, false, false, "Close what lies on top", "맨 위의 것 닫기"},
    {Action::quit, ctrl(Key::q), none, false, false, "Leave; what is held goes on",
     "나가기. 멈춘 것은 이어서 실행돼요"},
};

using scene::Act;
constexpr std::pair<Act, Action> meanings[] = {
    {Act::select_event, Action::select},
    {Act::seek_event, Action::seek_event},
    {Act::seek_time, Action::seek_time},
    {Act::timeline_closer, Action::timeline_closer},
    {Act::timeline_wider, Action::timeline_wider},
    {Act::toggle_gate, Action::toggle_gate},
    {Act::toggle_play, Action::toggle_play},
    {Act::step, Action::step},
    {Act::step_engine, Action::step_engine},
    {Act::step_back, Action::step_back},
    {Act::to_begin, Action::to_begin},
    {Act::to_end, Action::to_end},
    {Act::go_live, Action::go_live},
    {Act::run_on, Action::run_on},
    {Act::start_typed, Action::start_typed},
    {Act::hold_others, Action::hold_others},
    {Act::set_speed, Action::set_speed},
    {Act::copy, Action::copy},
    {Act::show_events, Action::show_events},
    {Act::show_images, Action::show_images},
    {Act::show_containers, Action::show_containers},
    {Act::show_all_containers, Action::show_all_containers},
    {Act::show_signals, Action::show_signals},
    {Act::choose_container, Action::choose_container},
    {Act::show_play, Action::show_play},
    {Act::show_lessons, Action::show_lessons},
    {Act::show_scenarios, Action::show_scenarios},
    {Act::leave_play, Action::leave_play},
    {Act::play_on, Action::play_on},
    {Act::play_answer, Action::play_answer},
    {Act::play_hint, Action::play_hint},
    {Act::play_restart, Action::play_restart},
    {Act::play_skip, Action::play_skip},
    {Act::show_race, Action::show_race},
    {Act::show_recordings, Action::show_recordings},
    {Act::show_way, Action::show_way},
    {Act::show_evidence, Action::toggle_evidence},
    {Act::set_language, Action::switch_language},
    {Act::set_theme, Action::switch_theme},
    {Act::show_keys, Action::show_keys},
    {Act::focus_terminal, Action::focus_terminal},
    {Act::switch_tab, Action::switch_tab},
    {Act::enlarge_terminal, Action::enlarge_terminal},
    {Act::class_mode, Action::class_mode},
    {Act::close, Action::close},
};

}  // namespace

std::span<const CommandRow> command_rows() {
  return rows;
}

const CommandRow* find_command(Chord chord) {
  for (const CommandRow& row : rows) {
    if (row.chord.key != Key::none && row.chord == chord) return &row;
    if (row.also.key != Key::none && row.also == chord) return &row;
  }
  return nullptr;
}

Command command_of(const scene::Place& place, double fraction) {
  Command command{.name = place.name, .number = place.number};
  command.number += static_cast<std::int64_t>(fraction * static_cast<double>(place.length));
  for (const auto& [act, action] : meanings) {
    if (act == place.act) command.action = action;
  }
  return command;
}

}  // namespace glassdock::session
