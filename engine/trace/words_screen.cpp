#include <array>
#include <utility>

#include "engine/trace/words.h"

namespace glassdock::trace {
namespace {

struct Row {
  Phrase phrase;
  std::string_view english;
  std::string_view korean;
};

constexpr auto table = std::to_array<Row>({
    {Phrase::now, "now", "지금"},
    {Phrase::next, "next", "다음"},
    {Phrase::look, "look", "보기"},
    {Phrase::prompt, "Enter: next gate   c: run on   q: give up > ", "Enter: 다음 게이트   c: 끝까지   q: 그만두기 > "},
    {Phrase::prompt_to_named, "Enter: run on to the next place you named   c: to the end   q: give up > ",
     "Enter: 이름을 준 다음 곳까지   c: 끝까지   q: 그만두기 > "},
    {Phrase::prompt_to_end, "Enter: run on   q: give up > ", "Enter: 이어 가기   q: 그만두기 > "},
    {Phrase::nobody_answers, "(nobody answers: going on without holding)", "(답이 없어서 멈추지 않고 이어 가요)"},
    {Phrase::enter, "Enter opens this gate and holds at the next one.",
     "Enter는 이 게이트를 열고 다음 게이트에서 멈춰요."},
    {Phrase::enter_to_named, "Enter opens this gate; the run is held again where it comes to the next place you named.",
     "Enter는 이 게이트를 열어요. 이름을 준 다음 곳에 오면 다시 멈춰요."},
    {Phrase::enter_to_end, "Enter opens this gate; the run goes to its end, for you named no place behind this one.",
     "Enter는 이 게이트를 열어요. 뒤에는 이름을 준 곳이 없어서 끝까지 가요."},
    {Phrase::prompt_help,
     "c opens all gates. q gives the start up and undoes it. Ctrl-D, the end of the input, does the same as c. Nothing "
     "moves while you look around.",
     "c는 모든 게이트를 열어요. q는 시작을 그만두고 되돌려요. 입력의 "
     "끝(Ctrl-D)은 c와 같아요. 둘러보는 동안에는 아무것도 움직이지 않아요."},
    {Phrase::commands_in_order,
     "Commands with ${ID:?} or ${R:?} are typed in their order, in one bash, from the step on that sets ID and R.",
     "${ID:?}, ${R:?}가 든 명령은 ID와 R을 정하는 단계부터 순서대로, 한 bash에서 치세요."},
    {Phrase::never_held, "Nothing was held at {}: this run did not come there. glassdock gates lists all gates.",
     "{}에서 멈추지 않았어요. 이번 실행은 거기까지 가지 않았어요. glassdock gates가 게이트를 모두 보여 줘요."},
    {Phrase::never_held_pull,
     "Nothing was held at {}: this run did not come there. The gates of a pull need an image that is not here yet. "
     "glassdock gates lists all gates.",
     "{}에서 멈추지 않았어요. 이번 실행은 거기까지 가지 않았어요. pull의 게이트는 아직 받지 않은 이미지일 때만 있어요. "
     "glassdock gates가 게이트를 모두 보여 줘요."},
    {Phrase::never_held_absent,
     "Nothing was held at {}: the start of this run has no such operation. glassdock gates lists all gates.",
     "{}에서 멈추지 않았어요. 이번 시작에는 그런 일이 없어요. glassdock gates가 게이트를 모두 보여 줘요."},
    {Phrase::never_held_needs,
     "Nothing was held at {}: the start of this run has no such operation. It is there with docker run {}.",
     "{}에서 멈추지 않았어요. 이번 시작에는 그런 일이 없어요. 이 옵션이 있어야 해요: docker run {}"},
    {Phrase::none, "none", "없음"},
    {Phrase::all, "All", "모두"},
    {Phrase::not_needed, "Not needed this time.", "이번에는 필요 없었어요."},
    {Phrase::not_reached, "Not reached.", "여기까지 오지 않았어요."},
    {Phrase::held_besides, "Held for {}, which is not counted.", "멈춘 시간 {}은 빼고 셌어요."},
    {Phrase::side_by_side, "{} ran side by side for {}, which each of them counts.",
     "{}: 나란히 돌아간 시간 {}. 각 단계의 시간에 모두 들어 있어요."},
    {Phrase::and_also, " and ", ", "},
    {Phrase::more_bytes, "… ({} more bytes)", "… ({}바이트 더 있어요)"},
    {Phrase::before, "before", "전"},
    {Phrase::see_it, "see it", "직접 보기"},
    {Phrase::engine_started, "No engine was running. Started one: data in {}, socket {}",
     "돌고 있는 엔진이 없어서 하나 켰어요. 데이터: {}, 소켓: {}"},
    {Phrase::watching,
     "Watching {} (Ctrl-C ends it). From another terminal:", "{}: 보고 있어요(Ctrl-C로 끝내요). 다른 터미널에서:"},
    {Phrase::wrote_html, "Wrote {} ({}). Open it in a browser.", "{} 파일을 만들었어요({}). 브라우저로 열어 보세요."},
    {Phrase::wrote_perfetto, "Wrote {} ({}). Open it at ui.perfetto.dev.",
     "{} 파일을 만들었어요({}). ui.perfetto.dev에서 열어 보세요."},
    {Phrase::images, "{} images", "이미지 {}개"},
    {Phrase::one_image, "1 image", "이미지 1개"},
    {Phrase::containers, "{} containers", "컨테이너 {}개"},
    {Phrase::one_container, "1 container", "컨테이너 1개"},
    {Phrase::was_here, "Here before it began: {}, {}.", "시작하기 전에 있던 것: {}, {}."},
});

constexpr bool has_every_phrase() {
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (static_cast<std::size_t>(table[i].phrase) != i) return false;
  }
  return table.size() == static_cast<std::size_t>(Phrase::was_here) + 1;
}
static_assert(has_every_phrase());

}  // namespace

std::string_view words_of(Phrase phrase, Language language) {
  const Row& row = table[static_cast<std::size_t>(phrase)];
  return language == Language::korean ? row.korean : row.english;
}

Language environment_language(const std::function<const char*(const char*)>& variable) {
  for (const char* name : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
    const char* value = variable(name);
    if (!value || !*value) continue;
    const std::string_view locale(value);
    return locale.substr(0, locale.find_first_of("_.@")) == "ko" ? Language::korean : Language::english;
  }
  return Language::english;
}

bool needs_earlier_command(std::string_view plain_command) {
  return plain_command.find(":?}") != std::string_view::npos;
}

std::string source_words(const Evidence& evidence, Language language) {
  constexpr std::pair<std::string_view, std::string_view> in_korean[] = {
      {"the request as it came on the socket", "소켓으로 온 요청 그대로"},
      {"the head of the engine's answer", "엔진이 보낸 답의 머리"},
      {"the engine's metadata: images by reference", "엔진의 메타데이터에 있는 이미지의 이름들"},
      {"SHA-256 of what came", "받은 것의 SHA-256"},
  };
  for (const auto& [english, korean] : in_korean) {
    if (language == Language::korean && evidence.source == english) return std::string(korean);
  }
  return visible(evidence.source);
}

std::string words_with(Phrase phrase, Language language, std::initializer_list<std::string_view> values) {
  std::string out(words_of(phrase, language));
  std::size_t at = 0;
  for (const std::string_view value : values) {
    at = out.find("{}", at);
    if (at == std::string::npos) break;
    out.replace(at, 2, value);
    at += value.size();
  }
  return out;
}

}  // namespace glassdock::trace
