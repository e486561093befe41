#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/trace/event.h"

namespace glassdock::trace {

// Reads one JSON text from front to back (RFC 8259) without building a tree: the caller asks for what it expects. Every
// call throws Error(corrupt) with the column on anything else. Nesting is bounded by json_depth_limit; texts come out
// as valid UTF-8. Borrows the text.
class JsonReader {
 public:
  explicit JsonReader(std::string_view text) : text_(text) {}

  // Calls on_key(key) for each member; on_key must read or skip the value.
  template <typename OnKey>
  void object(OnKey&& on_key) {
    open('{');
    while (next('}')) {
      const std::string key = text();
      expect(':');
      on_key(key);
    }
  }
  // Calls on_item() for each item; on_item must read or skip it.
  template <typename OnItem>
  void array(OnItem&& on_item) {
    open('[');
    while (next(']')) on_item();
  }
  std::string text();
  std::int64_t integer();
  std::uint64_t natural();
  // A number, true, false or text; null is NaN (JSON has no other word for a number that is not finite).
  Value value();
  void skip();
  // Nothing but blanks may follow.
  void end();

  [[noreturn]] void fail(std::string_view what) const;

 private:
  void blanks();
  char peek();
  void expect(char wanted);
  void open(char bracket);
  bool next(char bracket);
  std::string_view number();
  bool word(std::string_view wanted);
  unsigned hex4();
  void escape(std::string& out);

  std::string_view text_;
  std::size_t at_ = 0;
  int depth_ = 0;
  bool first_ = false;  // the bracket was just opened
};

}  // namespace glassdock::trace
