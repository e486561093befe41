#include "engine/trace/json_reader.h"

#include <fmt/format.h>

#include <charconv>
#include <limits>

#include "engine/base/error.h"
#include "engine/trace/json.h"
#include "engine/trace/utf8.h"

namespace glassdock::trace {
namespace {

void append_character(std::string& out, unsigned code) {
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xC0 | code >> 6);
    out += static_cast<char>(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    out += static_cast<char>(0xE0 | code >> 12);
    out += static_cast<char>(0x80 | (code >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (code & 0x3F));
  } else {
    out += static_cast<char>(0xF0 | code >> 18);
    out += static_cast<char>(0x80 | (code >> 12 & 0x3F));
    out += static_cast<char>(0x80 | (code >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (code & 0x3F));
  }
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

}  // namespace

void JsonReader::fail(std::string_view what) const {
  throw Error(ErrorKind::corrupt, fmt::format("column {}: {}", at_ + 1, what));
}

void JsonReader::blanks() {
  while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\r' || text_[at_] == '\n')) {
    ++at_;
  }
}

char JsonReader::peek() {
  blanks();
  if (at_ >= text_.size()) fail("the line ends too early");
  return text_[at_];
}

void JsonReader::expect(char wanted) {
  if (peek() != wanted) fail(fmt::format("'{}' expected", wanted));
  ++at_;
}

void JsonReader::open(char bracket) {
  expect(bracket);
  if (++depth_ > json_depth_limit) fail("nested too deeply");
  first_ = true;
}

// Whether another member or item follows; eats the comma before it or the bracket that closes.
bool JsonReader::next(char bracket) {
  if (peek() == bracket) {
    ++at_;
    --depth_;
    first_ = false;
    return false;
  }
  if (!first_) {
    expect(',');
    if (peek() == bracket) fail("a comma before the end");
  }
  first_ = false;
  return true;
}

unsigned JsonReader::hex4() {
  unsigned code = 0;
  if (text_.size() - at_ < 4) fail("the line ends too early");
  const auto [end, error] = std::from_chars(text_.data() + at_, text_.data() + at_ + 4, code, 16);
  if (error != std::errc() || end != text_.data() + at_ + 4) fail("\\u needs four hexadecimal digits");
  at_ += 4;
  return code;
}

void JsonReader::escape(std::string& out) {
  if (at_ >= text_.size()) fail("the line ends too early");
  switch (const char letter = text_[at_++]) {
    case '"':
    case '\\':
    case '/':
      out += letter;
      return;
    case 'b':
      out += '\b';
      return;
    case 'f':
      out += '\f';
      return;
    case 'n':
      out += '\n';
      return;
    case 'r':
      out += '\r';
      return;
    case 't':
      out += '\t';
      return;
    case 'u':
      break;
    default:
      fail("unknown escape in a text");
  }
  const unsigned code = hex4();
  if (code < 0xD800 || code > 0xDFFF) return append_character(out, code);
  // A surrogate pair, or half of one, which is no character.
  if (code < 0xDC00 && text_.substr(at_, 2) == "\\u") {
    const std::size_t before = at_;
    at_ += 2;
    const unsigned low = hex4();
    if (low >= 0xDC00 && low <= 0xDFFF)
      return append_character(out, 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00));
    at_ = before;
  }
  out += replacement_character;
}

std::string JsonReader::text() {
  expect('"');
  std::string out;
  while (true) {
    const std::size_t from = at_;
    while (at_ < text_.size() && static_cast<unsigned char>(text_[at_]) >= 0x20 && text_[at_] != '"' &&
           text_[at_] != '\\' && static_cast<unsigned char>(text_[at_]) < 0x80) {
      ++at_;
    }
    out.append(text_, from, at_ - from);
    if (at_ >= text_.size()) fail("the line ends within a text");
    const char c = text_[at_];
    if (c == '"') {
      ++at_;
      return out;
    }
    if (c == '\\') {
      ++at_;
      escape(out);
    } else if (static_cast<unsigned char>(c) < 0x20) {
      fail("a control character in a text");
    } else if (const std::size_t length = utf8_length(text_, at_); length != 0) {
      out.append(text_, at_, length);
      at_ += length;
    } else {
      out += replacement_character;
      ++at_;
    }
  }
}

// The number's characters, checked against the grammar.
std::string_view JsonReader::number() {
  blanks();
  const std::size_t from = at_;
  const auto digits = [&] {
    const std::size_t start = at_;
    while (at_ < text_.size() && is_digit(text_[at_])) ++at_;
    if (at_ == start) fail("a number expected");
  };
  const auto take = [&](std::string_view any) {
    if (at_ >= text_.size() || any.find(text_[at_]) == std::string_view::npos) return false;
    ++at_;
    return true;
  };
  take("-");
  if (!take("0")) digits();
  if (take(".")) digits();
  if (take("eE")) {
    take("+-");
    digits();
  }
  return text_.substr(from, at_ - from);
}

std::int64_t JsonReader::integer() {
  const std::string_view digits = number();
  std::int64_t result = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), result);
  if (error != std::errc() || end != digits.data() + digits.size()) fail("a whole number of 64 bits expected");
  return result;
}

std::uint64_t JsonReader::natural() {
  const std::string_view digits = number();
  std::uint64_t result = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), result);
  if (error != std::errc() || end != digits.data() + digits.size()) fail("a natural number of 64 bits expected");
  return result;
}

bool JsonReader::word(std::string_view wanted) {
  if (text_.substr(at_, wanted.size()) != wanted) return false;
  at_ += wanted.size();
  return true;
}

Value JsonReader::value() {
  if (peek() == '"') return text();
  if (word("true")) return true;
  if (word("false")) return false;
  if (word("null")) return std::numeric_limits<double>::quiet_NaN();
  const std::string_view digits = number();
  const char* last = digits.data() + digits.size();
  std::int64_t whole = 0;
  if (const auto [end, error] = std::from_chars(digits.data(), last, whole); error == std::errc() && end == last) {
    return whole;
  }
  double real = 0;
  if (const auto [end, error] = std::from_chars(digits.data(), last, real); error != std::errc() || end != last) {
    fail("a number beyond what a double holds");
  }
  return real;
}

void JsonReader::skip() {
  switch (peek()) {
    case '{':
      return object([this](const std::string&) { skip(); });
    case '[':
      return array([this] { skip(); });
    default:
      value();
  }
}

void JsonReader::end() {
  blanks();
  if (at_ != text_.size()) fail("more after the end");
}

}  // namespace glassdock::trace
