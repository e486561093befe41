// The case table: what is asked of an engine, step by step, and what docker's own engine answered to it. One file of
// tests/api/cases a noun; docs/case-table.md describes the format.
#pragma once

#include <nlohmann/json.hpp>

#include <filesystem>
#include <map>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

namespace glassdock::testing {

// A place of an answer where this engine differs from docker's and stays so.
struct KnownDifference {
  std::string at;       // JSON pointer into the answer
  nlohmann::json ours;  // `absent` where there is nothing
  std::string why;      // name of a reason
  std::string only;     // "glassdock" (of its command line) or "ordinary user"; empty: always
};
// Stands for a member that is not there.
inline constexpr char absent[] = "<absent>";
// The reason of a difference that nobody has looked at yet.
inline constexpr char unexplained[] = "unexplained";

struct Step {
  // One of the two: "GET /containers/json?all=1", or the words after `docker`.
  std::string http;
  std::vector<std::string> docker;

  std::string api = "1.45";                    // version in the path; empty: a path without one
  std::string body;                            // of a request, as it is sent
  std::map<std::string, std::string> headers;  // of a request
  std::string input;                           // of a hijacked stream or a command
  bool keep_open = false;                      // the input's end is not told
  bool upgrade = false;                        // asks for a raw stream
  bool frames = false;                         // the stream is docker's multiplexed one, whatever its type says

  std::string once;                    // what happens meanwhile does so when the answer holds this text; empty: at once
  std::vector<std::string> meanwhile;  // requests that are sent while the answer is read, as `http`
  std::string enough;                  // with this text in the answer the client goes

  std::string until;                        // asked again for some seconds until the answer holds this text
  std::map<std::string, std::string> save;  // name: member of the answer, for ${name} in later steps
  bool shape = false;                       // only names and types of the JSON answer count
  std::vector<std::string> pick;            // JSON pointers: only these count, of each item where there are several
  std::vector<std::string> show_headers;    // of the answer, which count

  nlohmann::json answer;  // docker's; null where nobody has asked it yet
  std::vector<KnownDifference> differs;
  int line = 0;  // in its file, from 1
};

// A container that stands before the first step. Its id is ${name}.
struct Given {
  std::string name;
  std::string state;             // created, running, paused or exited
  std::string until;             // its log holds this text
  nlohmann::json configuration;  // body of containers/create
};

struct Case {
  std::filesystem::path file;
  std::string name;  // "ContainerKill.InvalidSignals" without the dot
  bool needs_cgroup = false;
  bool needs_root = false;
  std::vector<Given> given;
  std::vector<Step> steps;

  bool uses_command_line() const;
};
void PrintTo(const Case& one, std::ostream* out);

// All cases of `folder`, files in order. Throws std::runtime_error with file and line on what cannot be read.
std::vector<Case> load_cases(const std::filesystem::path& folder);
// name: sentence, of reasons.yaml.
std::map<std::string, std::string> load_reasons(const std::filesystem::path& folder);
// Puts the answers and the differences of the steps into the case's file in the place of those that stand there.
void write_back(const Case& one);

}  // namespace glassdock::testing
