#pragma once

#include <string>
#include <vector>

#include "engine/client/types.h"

namespace glassdock::text {

// The lines of a pull, as docker prints them. On a terminal each layer has one line that is written over, with a bar
// while bytes come; elsewhere only the changes of state are printed, one a line. Pure: returns what is to be written.
class PullLines {
 public:
  // `columns`: the terminal's width; 0: no terminal.
  explicit PullLines(int columns) : columns_(columns) {}
  std::string line(const client::PullProgress& progress);

 private:
  int columns_;
  std::vector<std::string> ids_;  // the layers with a line, from the top
};

// "[====>      ]  1.2MB/3.4MB": what docker shows while bytes come; empty when nothing is known.
std::string progress_bar(std::int64_t current, std::int64_t total, int columns);

}  // namespace glassdock::text
