#include "engine/trace/gates.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>

#include "engine/base/error.h"
#include "engine/base/text.h"

namespace glassdock::trace {
namespace {

using enum Stage;
using enum Actor;

// In the order of a cold run. After a change: GLASSDOCK_UPDATE_DOCS=1 with the test unit_trace writes docs/gates.md
// anew.
constexpr auto table = std::to_array<Gate>({
    {"cache.lookup", cache, daemon, "The request is understood; nothing has been looked up.",
     "요청을 이해했어요. 아직 아무것도 찾지 않았어요."},
    {"pull.resolve", pull, daemon, "The image is not in the local cache; no registry has been asked.",
     "이미지가 로컬 캐시에 없어요. 아직 레지스트리에 묻지 않았어요."},
    {"pull.manifest", pull, daemon, "The registry is chosen; the list of layers has not come.",
     "레지스트리를 골랐어요. 레이어 목록은 아직 오지 않았어요."},
    {"pull.config", pull, daemon, "The manifest is here and its digest is checked.",
     "매니페스트가 왔고 다이제스트를 확인했어요."},
    {"pull.blob", pull, daemon, "The layers' digests are known; this layer's bytes have not come.",
     "레이어의 다이제스트를 알아요. 이 레이어의 바이트는 아직 오지 않았어요."},
    {"snapshot.unpack", snapshot, daemon, "The layer's bytes are asked for; no file of it is on disk.",
     "레이어를 요청했어요. 파일은 아직 디스크에 없어요."},
    {"snapshot.prepare", snapshot, daemon, "All layers are on disk; the container has no layer of its own.",
     "레이어가 모두 디스크에 있어요. 컨테이너만의 레이어는 아직 없어요."},
});

// How many letters two names differ by (Levenshtein), for the hint.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
      diagonal = above;
    }
  }
  return row[b.size()];
}

}  // namespace

std::span<const Gate> gates() {
  return table;
}

const Gate* find_gate(std::string_view name) {
  const auto found = std::find_if(table.begin(), table.end(), [&](const Gate& gate) { return gate.name == name; });
  return found == table.end() ? nullptr : &*found;
}

bool holds_at(std::string_view wish, std::string_view gate) {
  if (wish == gate) return true;
  const Gate* found = find_gate(gate);
  return found && to_string(found->stage) == wish;
}

void check_hold(std::string_view wish) {
  if (std::any_of(table.begin(), table.end(), [&](const Gate& gate) { return holds_at(wish, gate.name); })) return;
  const std::string_view shown = wish.substr(0, 64);
  std::string_view nearest = table.front().name;
  for (const Gate& gate : table) {
    for (const std::string_view name : {gate.name, to_string(gate.stage)}) {
      if (distance(shown, name) < distance(shown, nearest)) nearest = name;
    }
  }
  throw Error(ErrorKind::invalid_argument, fmt::format("there is no gate or stage \"{}\"", shown),
              fmt::format("did you mean {}? glassdock gates lists them", nearest));
}

}  // namespace glassdock::trace
