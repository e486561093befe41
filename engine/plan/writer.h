#pragma once

#include <cstdint>
#include <initializer_list>
#include <map>
#include <set>
#include <source_location>
#include <string>
#include <string_view>
#include <vector>

#include "engine/plan/host.h"
#include "engine/plan/plan.h"
#include "engine/trace/event.h"

namespace glassdock::plan {

// A List's bytes: each string and its NUL; the writer adds the empty one at the end.
template <typename Strings = std::initializer_list<std::string>>
std::string make_list(const Strings& strings) {
  std::string list;
  for (const std::string& text : strings) list.append(text).push_back('\0');
  return list;
}

// One operation before it is packed: plan.h says what each field means for each code.
struct Draft {
  std::string name;
  Code code = Code::none;
  Phase phase = Phase::child;
  trace::Stage stage = trace::Stage::isolate;
  std::string text[3];
  std::string data;
  std::uint64_t number[2] = {0, 0};
  std::uint16_t flags = 0;
  std::string plain_command;
  bool remarked = false;  // why there is no command, or what it does otherwise: trace/words_remarks.cpp has it
};

// Packs operations, strings and data into the bytes of a plan. Equal strings are stored once. One thread.
class PlanWriter {
 public:
  explicit PlanWriter(std::string left_out = {}) : left_out_(std::move(left_out)) {}

  // Plain commands are typed and read by people: where they hold `text` (a path) outside of single quotes, they say
  // $VARIABLE. Longer texts first.
  void abbreviate(std::string text, std::string variable);
  // What a person types before anything else: stands in front of the first operation's command, `first` as it is,
  // `then` with its variables.
  void introduce(std::string first, std::string then) {
    introduction_ = std::move(first);
    preparation_ = std::move(then);
  }

  // Appends. The second of a name is called "-2", and so on, and one whose name is to be left out is passed over (the
  // numbers of the others stay). Operations come in the order of their phases.
  void add(const Draft& draft, std::source_location where = std::source_location::current());
  // What is left out with all others of its kind: nobody adds it.
  void pass_over(const std::string& name) { known_.insert(name); }
  // Whether there is an operation `name`, or would be, were it not left out.
  bool knows(const std::string& name) const;
  // The operations `names`, which are there, take each other's places, in this order.
  void reorder(const std::vector<std::string>& names);
  // The operation `name` fails with `error_number` instead of being done. False where there is none.
  bool inject(std::string_view name, int error_number);

  // The finished plan; the writer is empty afterwards. Throws Error(invalid_argument) where it is larger than a plan
  // may be.
  std::string finish(const Host& host, std::size_t argument_count, std::size_t environment_count);

 private:
  std::string shorten(std::string text) const;
  std::string for_people(const std::string& command) const;
  std::uint32_t put_text(const std::string& text);
  std::uint32_t put_bytes(std::string_view bytes);

  std::vector<Operation> operations_;
  std::vector<std::string> names_;
  std::set<std::string> known_;
  std::map<std::string, int> seen_;  // how many of each name came, left out or not
  std::string left_out_;
  struct Shorthand {
    std::string text, variable;
  };
  std::vector<Shorthand> shorthands_;
  std::string introduction_, preparation_;
  std::string area_ = std::string(8, '\0');  // offset 0 is the empty string, and the empty List
  std::map<std::string, std::uint32_t, std::less<>> offsets_;
};

}  // namespace glassdock::plan
