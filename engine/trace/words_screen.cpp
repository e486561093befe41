#include <array>

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
    {Phrase::nobody_answers, "(nobody answers: going on without holding)", "(답이 없어서 멈추지 않고 이어 가요)"},
    {Phrase::none, "none", "없음"},
    {Phrase::all, "All", "모두"},
    {Phrase::not_needed, "Not needed this time.", "이번에는 필요 없었어요."},
    {Phrase::not_reached, "Not reached.", "여기까지 오지 않았어요."},
    {Phrase::held_besides, "Held for {} besides.", "멈춘 시간 {}은 빼고 셌어요."},
    {Phrase::more_bytes, "… ({} more bytes)", "… ({}바이트 더 있어요)"},
    {Phrase::before, "before", "전"},
    {Phrase::see_it, "see it", "직접 보기"},
    {Phrase::engine_started, "No engine was running. Started one: data in {}, socket {}",
     "돌고 있는 엔진이 없어서 하나 켰어요. 데이터: {}, 소켓: {}"},
    {Phrase::watching,
     "Watching {} (Ctrl-C ends it). From another terminal:", "{}: 보고 있어요(Ctrl-C로 끝내요). 다른 터미널에서:"},
});

constexpr bool has_every_phrase() {
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (static_cast<std::size_t>(table[i].phrase) != i) return false;
  }
  return table.size() == static_cast<std::size_t>(Phrase::watching) + 1;
}
static_assert(has_every_phrase());

}  // namespace

std::string_view words_of(Phrase phrase, Language language) {
  const Row& row = table[static_cast<std::size_t>(phrase)];
  return language == Language::korean ? row.korean : row.english;
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
