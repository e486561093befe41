#include "engine/trace/trace_parent.h"

#include <fmt/format.h>

#include <charconv>

namespace glassdock::trace {
namespace {

constexpr std::size_t parent_at = 3 + 32 + 1, parent_digits = 16;  // behind "00-TRACEID-"

}  // namespace

std::string trace_parent(std::uint64_t span) {
  return fmt::format("00-{0:032x}-{0:016x}-01", span);
}

std::uint64_t span_of_trace_parent(std::string_view header) {
  if (header.size() < parent_at + parent_digits) return 0;
  std::uint64_t span = 0;
  const char* digits = header.data() + parent_at;
  std::from_chars(digits, digits + parent_digits, span, 16);
  return header == trace_parent(span) ? span : 0;
}

}  // namespace glassdock::trace
