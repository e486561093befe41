#include "app/lessons/say.h"

#include <array>
#include <stdexcept>

namespace glassdock::lessons {
namespace {

struct Row {
  Say line;
  std::string_view english, korean;
};

constexpr auto rows = std::to_array<Row>({
    {Say::title, "Lesson {}: {} ({} minutes)", "{}과: {} ({}분)"},
    {Say::begins,
     "At any prompt: hint, restart (this step anew), skip, quit (it goes on from there next time), ? for help.",
     "언제든 쓸 수 있어요: hint(힌트), restart(이 단계를 처음부터), skip(건너뛰기), quit(그만두기. 다음에 이어서 "
     "해요), ?(도움말)"},
    {Say::goes_on, "Goes on with step {} of {}.", "이어서 해요: {}/{}단계"},
    {Say::step, "Step {} of {}", "{}/{}단계"},
    {Say::question, "Before you see it: what will happen?", "보기 전에 맞혀 보세요. 어떻게 될까요?"},
    {Say::new_case, "A case that you have not seen: what will happen?", "아직 보지 않은 경우예요. 어떻게 될까요?"},
    {Say::opinion, "Your opinion. It is not scored.", "생각을 골라 보세요. 점수는 없어요."},
    {Say::choose, "1 to {}: ", "1~{} 중에서: "},
    {Say::no_such_answer, "Type the number of an answer, 1 to {}.", "답의 번호를 써 주세요. 1~{}"},
    {Say::enter_runs, "Enter runs it: ", "Enter를 누르면 실행해요: "},
    {Say::type_it, "Type: {}   (flags may stand in another order)", "입력하세요: {}   (옵션은 순서가 달라도 돼요)"},
    {Say::type_inside, "In there, type this and then press Ctrl-D:", "그 안에서 이것을 입력하고 Ctrl-D를 누르세요:"},
    {Say::type_also, "Also accepted: {}", "이렇게 써도 돼요: {}"},
    {Say::challenge, "Challenge: do it in your own way. Any commands will do.",
     "도전: 자기 방식대로 해 보세요. 어떤 명령이든 좋아요."},
    {Say::continue_on, "Enter goes on: ", "Enter를 누르면 이어 가요: "},
    {Say::ran_but_waits, "That ran, and you may look around. This step waits for: {}",
     "실행했어요. 마음껏 둘러보세요. 이 단계에서 기다리는 명령: {}"},
    {Say::held_prompt, "Held. Any command looks around; Enter goes on: ",
     "멈춰 있어요. 명령을 써서 둘러보세요. Enter를 누르면 이어 가요: "},
    {Say::right, "Right: {}", "맞았어요: {}"},
    {Say::wrong, "You said: {}", "고른 답: {}"},
    {Say::what_happens, "What happens: {}", "실제로는: {}"},
    {Say::often_believed, "Many believe: {}", "많이들 이렇게 생각해요: {}"},
    {Say::look, "Look: {}", "확인해 보세요: {}"},
    {Say::undecided, "Here the run does not decide the question, so it is not scored.",
     "여기서는 실행만으로 답을 가릴 수 없어서 점수에 넣지 않아요."},
    {Say::thanks, "Kept.", "적어 두었어요."},
    {Say::answer_then, "At the beginning you said", "처음에 고른 답"},
    {Say::answer_now, "Now you say", "지금 고른 답"},
    {Say::no_answer_then, "Nothing: you did not answer it then.", "없어요. 그때는 답하지 않았어요."},
    {Say::not_yet, "Not yet. Wanted: {}. Seen: {}.", "아직이에요. 바라는 것: {}. 지금 보이는 것: {}."},
    {Say::again, "Enter looks again, restart begins this step anew: ",
     "Enter를 누르면 다시 확인해요. restart로 이 단계를 처음부터 할 수 있어요: "},
    {Say::done, "Done, and checked.", "해냈어요. 확인도 마쳤어요."},
    {Say::hint, "Hint {} of {}: {}", "힌트 {}/{}: {}"},
    {Say::no_more_hints, "There is no further hint. One way to do it:", "힌트를 다 보았어요. 한 가지 방법이에요:"},
    {Say::solution, "  $ {}", "  $ {}"},
    {Say::restarted, "The lab is as it was at the start of this step.", "실습 환경을 이 단계의 처음으로 되돌렸어요."},
    {Say::help,
     "hint: the next hint. restart: the lab as at the step's start. skip: leave this step out. quit: leave, and go on "
     "from here next time.",
     "hint: 다음 힌트. restart: 이 단계의 처음으로 되돌리기. skip: 이 단계 건너뛰기. quit: 그만두고 다음에 여기서 이어 "
     "하기."},
    {Say::left, "Kept. Go on with: {}", "적어 두었어요. 이어서 하려면: {}"},
    {Say::finished, "Finished: {}.", "끝까지 했어요: {}."},
    {Say::score, "Predictions right: {} of {}.", "맞힌 예측: {}/{}."},
    {Say::hints_taken, "Hints: {}.", "본 힌트: {}개."},
    {Say::state_new, "new", "아직"},
    {Say::state_begun, "at step {} of {}", "{}/{}단계"},
    {Say::state_finished, "finished", "끝냄"},
    {Say::minutes, "{} min", "{}분"},
    {Say::exported, "Wrote {}: what {} did in {} lessons.", "{}에 썼어요. {}: 수업 {}개를 한 내용이에요."},
    {Say::not_handed_in, "{} is no file of lesson export: {}", "{}: lesson export의 파일이 아니에요: {}"},
    {Say::recording_left_out, "{} is left out, for it cannot be read: {}", "{}: 읽을 수 없어서 뺐어요: {}"},
    {Say::grade_learner, "LEARNER", "학습자"},
    {Say::grade_lesson, "LESSON", "수업"},
    {Say::grade_finished, "FINISHED", "끝냄"},
    {Say::grade_right, "RIGHT", "맞힘"},
    {Say::grade_hints, "HINTS", "힌트"},
    {Say::grade_remarks, "REMARKS", "비고"},
    {Say::grade_yes, "yes", "네"},
    {Say::grade_no, "no", "아니요"},
    {Say::grade_commonest, "Held by how many learners:", "학습자 몇 명이 이렇게 생각하는지:"},
    {Say::scenario_title, "Scenario: {} ({} minutes)", "시나리오: {} ({}분)"},
    {Say::scenario_begins,
     "Enter goes on. At any prompt: a command looks around, skip leaves the step out, quit ends it, ? helps.",
     "Enter를 누르면 이어 가요. 언제든 명령을 써서 둘러볼 수 있어요. skip(건너뛰기), quit(그만두기), ?(도움말)"},
    {Say::scenario_help, "Enter: go on. skip: leave this step out. quit: end here. Any other line is run by the shell.",
     "Enter: 이어 가기. skip: 이 단계 건너뛰기. quit: 여기서 그만두기. 다른 줄은 셸이 실행해요."},
    {Say::class_answers, "The class answers; the run decides. Enter goes on.",
     "답은 학생들이 하고, 실행이 정해요. Enter를 누르면 이어 가요."},
    {Say::scenario_end, "The end: {}.", "여기까지예요: {}."},
    {Say::for_presenter, "For you: {}", "발표자용: {}"},
    {Say::class_question, "Ask the class: what will happen?", "학생들에게 물어보세요. 어떻게 될까요?"},
    {Say::class_opinion, "Ask the class. No run decides it.", "학생들에게 물어보세요. 실행으로 정해지는 답은 없어요."},
    {Say::presenter_types, "Type it, or press Enter and it is typed: {}", "직접 입력하거나 Enter를 누르세요: {}"},
    {Say::enter_shows, "Enter shows it: ", "Enter를 누르면 보여 줘요: "},
    {Say::left_out, "Left out here: {}", "여기서는 건너뛰어요: {}"},
    {Say::not_expected, "not as expected", "예상과 달라요"},
    {Say::wanted, "wanted: {}", "바라는 것: {}"},
    {Say::seen, "seen: {}", "보이는 것: {}"},
    {Say::lectures, "Lectures, which chain scenarios:", "시나리오를 이어 놓은 강의:"},
    {Say::lecture_title, "Lecture: {} ({} minutes)", "강의: {} ({}분)"},
    {Say::lecture_part, "Part {} of {}: {} (minute {} to {})", "{}/{}부: {} ({}분~{}분)"},
    {Say::loaded_again, "The file was saved, and is loaded again: {}.", "파일이 저장되어서 다시 읽었어요. {}."},
    {Say::steps_changed, "changed: {}", "바뀜: {}"},
    {Say::steps_added, "new: {}", "새로 생김: {}"},
    {Say::steps_removed, "gone: {}", "없어짐: {}"},
    {Say::around_changed, "changed outside of the steps", "단계 밖에서 바뀜"},
    {Say::nothing_changed, "only comments and blanks differ", "주석과 빈칸만 다름"},
    {Say::old_goes_on, "The version before goes on.", "전 것으로 이어 가요."},
    {Say::author_begins, "Each line that you type runs, and becomes a step of {} with what came of it.",
     "입력한 줄을 하나씩 실행하고, 결과와 함께 {}의 단계로 적어요."},
    {Say::author_help,
     "For the line to come: say TEXT, hold GATE, hub KEY: VALUE, inside LINE (typed into its command). Else: try LINE "
     "(runs, and is not kept), undo, done (or Ctrl-D), quit (stop without the last check), ? for this.",
     "다음 줄에 대해: say 글, hold 게이트, hub 키: 값, inside 줄(그 명령 안에 입력할 것). 그 밖에: try 줄(실행만 하고 "
     "적지 않아요), undo(되돌리기), done 또는 Ctrl-D(끝내기), quit(마지막 확인 없이 그만두기), ?(이 도움말)"},
    {Say::author_kept, "Kept as step {}:", "단계 {}(으)로 적었어요."},
    {Say::author_not_held, "Nothing was held at {}, so that gate is not kept.",
     "{}에서 멈춘 것이 없어서 적지 않았어요."},
    {Say::author_text_missing, "Its text is missing: {}", "글이 빠졌어요: {}"},
    {Say::author_held_help,
     "At a hold: Enter goes on. say TEXT is said here, try LINE or any other command looks around; the other words "
     "come when the line has ended.",
     "멈춘 곳에서는 Enter로 이어 가요. say 글은 여기서 할 말이에요. try 줄이나 다른 명령으로 둘러볼 수 있어요. 나머지 "
     "낱말은 "
     "이 줄이 끝난 다음에 쓰세요."},
    {Say::author_slip, "That ended with code {}, and did not do what it names. If it was a slip: undo.",
     "코드 {}(으)로 끝났고, 하려던 일은 하지 못했어요. 잘못 입력했다면 undo를 쓰세요."},
    {Say::author_by_chance,
     "Not run: {} (or its id) is another one each time. Give the container a --name first, or put try before the line.",
     "실행하지 않았어요. {}(또는 그 ID)은 실행할 때마다 달라요. 먼저 --name으로 이름을 붙이거나 줄 앞에 try를 쓰세요."},
    {Say::author_reads_keyboard,
     "Not run: this command reads what is typed. Say it before, one inside LINE for each line, and then this line "
     "again.",
     "실행하지 않았어요. 이 명령은 입력을 읽어요. 먼저 inside 줄로 입력할 것을 한 줄씩 알려 주고 이 줄을 다시 쓰세요."},
    {Say::author_undone, "No longer a step: {}. The lab is as it was before it.",
     "단계에서 뺐어요: {}. 실습 환경도 그 전으로 되돌렸어요."},
    {Say::author_nothing_to_undo, "There is no step to undo.", "되돌릴 단계가 없어요."},
    {Say::author_nothing, "No step was kept, so no file was written.", "적은 단계가 없어서 파일을 쓰지 않았어요."},
    {Say::author_left, "{} is kept with {} steps. They were not played once more.",
     "{}: 단계 {}개까지 적어 두었어요. 한 번 더 확인하지는 않았어요."},
    {Say::author_confirms, "All of it runs once more, to see what holds a second time.",
     "두 번째에도 맞는지 보려고 처음부터 한 번 더 실행해요."},
    {Say::author_dropped, "{}: not the same this time, and left out: {}", "{}: 이번에는 달라서 뺐어요: {}"},
    {Say::author_wrote, "{} has {} steps. Write the texts that begin with TODO:, and check it: {}",
     "{}: 단계 {}개. TODO:로 시작하는 글을 쓰고 확인하세요: {}"},
    {Say::lesson_number, "Lesson {}", "{}과"},
    {Say::type_in_terminal,
     "Type it in the terminal; flags may stand in another order:", "터미널에 입력하세요. 옵션은 순서가 달라도 돼요."},
    {Say::line_to_run, "This line runs:", "이 줄을 실행해요."},
    {Say::key_answers, "Answer by its number key or a click.", "번호 키나 클릭으로 답해요."},
    {Say::lab_is_made, "The lab is being made ready.", "실습 환경을 준비하고 있어요."},
    {Say::command_runs, "The command runs.", "명령을 실행하고 있어요."},
    {Say::looking, "Looking at what is there.", "무엇이 있는지 확인하고 있어요."},
    {Say::button_go_on_held, "Let it go on", "이어서 실행"},
    {Say::button_to_end, "To the picture's end", "그림 끝으로"},
    {Say::button_run, "Run it", "실행"},
    {Say::button_look, "Look again", "다시 확인"},
    {Say::button_on, "Go on", "다음으로"},
    {Say::button_lessons, "All lessons", "모든 수업"},
    {Say::button_hint, "Hint", "힌트"},
    {Say::button_restart, "Step anew", "다시 하기"},
    {Say::button_skip, "Skip", "건너뛰기"},
    {Say::one_way, "One way to do it:", "한 가지 방법이에요."},
    {Say::scenario_kind, "Scenario", "시나리오"},
    {Say::class_marks, "A number key or a click marks what the class says.",
     "번호 키나 클릭으로 학생들의 답을 표시해요."},
    {Say::as_expected, "As expected.", "예상한 대로예요."},
    {Say::type_or_enter, "Type it, or press Enter and it is typed:", "직접 입력하거나 Enter를 누르세요."},
    {Say::button_scenarios, "All scenarios", "모든 시나리오"},
    {Say::button_anew, "From the start", "처음부터"},
    {Say::button_leave, "Leave", "나가기"},
    {Say::hub_slow, "Slow line: {}/s", "느린 회선: {}/s"},
    {Say::hub_waits, "{} ms before each answer", "답하기 전에 {} ms"},
    {Say::hub_down, "The hub is down", "허브가 꺼져 있어요"},
    {Say::hub_empty, "The hub has nothing", "허브에 아무것도 없어요"},
    {Say::hub_changes, "The hub changes each layer's last byte", "허브가 레이어마다 마지막 바이트를 바꿔요"},
    {Say::hub_cuts, "The hub cuts layers off", "허브가 레이어를 중간에 끊어요"},
    {Say::notes_time, "{} of {}", "{} / {}"},
    {Say::notes_now, "Now: step {} of {}", "지금: {}/{}단계"},
    {Say::notes_none, "No notes for this step.", "이 단계에는 노트가 없어요."},
    {Say::notes_command, "Runs:", "실행할 명령"},
    {Say::notes_answers, "Asked, and what is right:", "질문과 맞는 답"},
    {Say::notes_next, "Next: step {} of {}", "다음: {}/{}단계"},
    {Say::notes_last, "This is the last step.", "마지막 단계예요."},
    {Say::notes_keys, "Enter goes on here too. Alt N closes this window.",
     "여기서도 Enter로 이어 가요. Alt N으로 이 창을 닫아요."},
    {Say::topics, "Topic {}", "주제 {}"},
});

}  // namespace

std::string_view pattern_of(Say line, trace::Language language) {
  for (const Row& row : rows) {
    if (row.line == line) return language == trace::Language::korean ? row.korean : row.english;
  }
  throw std::out_of_range("a line of the player");
}

std::string plain(const Words& words, trace::Language language) {
  std::string all = words.in(language);
  std::erase(all, '`');
  return all;
}

}  // namespace glassdock::lessons
