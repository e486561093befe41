#include "engine/base/flag.h"

#include <algorithm>
#include <cctype>
#include <string>

#include "engine/base/text.h"

namespace glassdock {

bool is_on(std::string_view value) {
  std::string word(trim(value));
  std::transform(word.begin(), word.end(), word.begin(), [](unsigned char c) { return std::tolower(c); });
  return !word.empty() && word != "0" && word != "no" && word != "false" && word != "none";
}

}  // namespace glassdock
