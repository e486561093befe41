#pragma once

#include <span>
#include <string>
#include <string_view>

namespace glassdock::text {

// Korean for what glassdock itself says besides a run's events: its help, what doctor finds, its errors. English stands
// where a thing is said; this table is the one place of its Korean. (docker's own texts stay English, as docker's are.)
struct KoreanRow {
  std::string_view english;  // "{}" for each value
  std::string_view korean;   // "{0}" for the first value, "[0]" for the first value in Korean
};
std::span<const KoreanRow> korean_rows();
// Of what Glassdock adds to docker's words where it refuses something: hints, and what docker would not have said.
std::span<const KoreanRow> refusal_rows();

// `english` in Korean by the first row that fits; as it is where none does.
std::string korean(std::string_view english);
// A refusal of an engine, or of the docker command line here: "MESSAGE (HINT)", of one line or several. What docker
// would have said stays as it is.
std::string korean_refusal(std::string_view refusal);

}  // namespace glassdock::text
