// The grammar of Go's text/template (parse/lex.go, parse/parse.go), as far as Template has it.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "app/text/template_nodes.h"
#include "engine/base/error.h"
#include "engine/base/text.h"

namespace glassdock::text {
namespace {

constexpr std::string_view left = "{{", right = "}}";
constexpr std::string_view blanks = " \t\r\n";
constexpr int deepest = 100;  // of groups and of nested actions

bool is_letter(char c) {
  return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         (static_cast<unsigned char>(c) & 0x80) != 0;
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_blank(char c) {
  return blanks.find(c) != std::string_view::npos;
}

class Parser {
 public:
  Parser(std::string_view source, std::string_view name) : source_(source), name_(name) {}

  std::vector<TemplateNode> parse() {
    std::vector<TemplateNode> nodes;
    const std::string end = parse_list(nodes, 0);
    if (!end.empty()) fail(fmt::format("unexpected {{{{{}}}}}", end));
    return nodes;
  }

 private:
  [[noreturn]] void fail(const std::string& why) const {
    const auto line = 1 + std::count(source_.begin(), source_.begin() + static_cast<std::ptrdiff_t>(at_), '\n');
    throw Error(ErrorKind::invalid_argument, fmt::format("template: {}:{}: {}", name_, line, why));
  }

  // Text and actions up to the source's end, or to "end" or "else", which is returned (behind it the rest of an
  // "else if" is still to be read).
  std::string parse_list(std::vector<TemplateNode>& nodes, int depth) {
    if (depth > deepest) fail("the template is nested too deeply");
    for (;;) {
      take_text(nodes);
      if (at_ == source_.size()) return {};
      if (skip_comment()) continue;
      const std::string keyword = peek_word();
      if (keyword == "end" || keyword == "else") {
        at_ += keyword.size();
        return keyword;
      }
      TemplateNode node;
      if (keyword == "if" || keyword == "with" || keyword == "range") {
        at_ += keyword.size();
        parse_branch(node, keyword, depth);
      } else {
        node.kind = TemplateNode::Kind::action;
        node.pipeline = parse_pipeline(right, depth);
        close_action();
      }
      nodes.push_back(std::move(node));
    }
  }

  void parse_branch(TemplateNode& node, const std::string& keyword, int depth) {
    node.kind = keyword == "if"     ? TemplateNode::Kind::if_
                : keyword == "with" ? TemplateNode::Kind::with
                                    : TemplateNode::Kind::range;
    node.pipeline = parse_pipeline(right, depth);
    close_action();
    std::string end = parse_list(node.then, depth + 1);
    if (end == "else") {
      skip_blanks();
      if (const std::string chained = peek_word(); chained == "if" || chained == "with") {
        // "{{else if X}}…{{end}}" has one end for both.
        at_ += chained.size();
        TemplateNode inner;
        parse_branch(inner, chained, depth + 1);
        node.otherwise.push_back(std::move(inner));
        return;
      }
      close_action();
      end = parse_list(node.otherwise, depth + 1);
      if (end == "else") fail("expected end; found {{else}}");
    }
    if (end.empty()) fail("unexpected EOF");
    close_action();
  }

  void take_text(std::vector<TemplateNode>& nodes) {
    const auto open = source_.find(left, at_);
    std::string text(source_.substr(at_, open == std::string_view::npos ? open : open - at_));
    if (trim_next_) text.erase(0, std::min(text.find_first_not_of(blanks), text.size()));
    trim_next_ = false;
    at_ = open == std::string_view::npos ? source_.size() : open + left.size();
    if (open != std::string_view::npos && at_ + 1 < source_.size() && source_[at_] == '-' &&
        is_blank(source_[at_ + 1])) {
      text.erase(text.find_last_not_of(blanks) + 1);
      at_ += 2;
    }
    if (!text.empty()) nodes.push_back({TemplateNode::Kind::text, std::move(text), {}, {}, {}});
    if (at_ < source_.size() || open != std::string_view::npos) skip_blanks();
    if (open != std::string_view::npos && at_ == source_.size()) fail("unclosed action");
  }

  bool skip_comment() {
    if (source_.substr(at_, 2) != "/*") return false;
    const auto end = source_.find("*/", at_ + 2);
    if (end == std::string_view::npos) fail("unclosed comment");
    at_ = end + 2;
    if (!at_close()) fail("comment ends before closing delimiter");
    close_action();
    return true;
  }

  bool at_close() const {
    std::string_view rest = source_.substr(at_);
    while (!rest.empty() && is_blank(rest[0])) rest.remove_prefix(1);
    return starts_with(rest, right) || starts_with(rest, "-}}");
  }

  void close_action() {
    skip_blanks();
    if (at_ > 0 && is_blank(source_[at_ - 1]) && source_.substr(at_, 3) == "-}}") {
      trim_next_ = true;
      ++at_;
    }
    if (at_ == source_.size()) fail("unclosed action");
    if (!starts_with(source_.substr(at_), right)) fail(fmt::format("unexpected {} in command", shown()));
    at_ += right.size();
  }

  void skip_blanks() {
    while (at_ < source_.size() && is_blank(source_[at_])) ++at_;
  }

  // The letters that stand here; not taken.
  std::string peek_word() const {
    std::size_t end = at_;
    while (end < source_.size() && is_letter(source_[end])) ++end;
    return std::string(source_.substr(at_, end - at_));
  }

  std::string take_word() {
    std::string word = peek_word();
    at_ += word.size();
    return word;
  }

  // What stands here, for an error.
  std::string shown() const { return quoted(source_.substr(at_, 1)); }
  static std::string quoted(std::string_view text) { return fmt::format("\"{}\"", text); }

  TemplatePipeline parse_pipeline(std::string_view end, int depth) {
    if (depth > deepest) fail("the template is nested too deeply");
    TemplatePipeline pipeline;
    skip_blanks();
    pipeline.place.from = at_;
    parse_variables(pipeline);
    for (;;) {
      pipeline.commands.push_back(parse_command(end, depth));
      skip_blanks();
      if (at_ >= source_.size() || source_[at_] != '|') break;
      ++at_;
    }
    pipeline.place.to = at_;
    return pipeline;
  }

  void parse_variables(TemplatePipeline& pipeline) {
    const std::size_t begin = at_;
    std::vector<std::string> names;
    while (at_ < source_.size() && source_[at_] == '$') {
      ++at_;
      names.push_back("$" + take_word());
      skip_blanks();
      if (at_ >= source_.size() || source_[at_] != ',' || names.size() == 2) break;
      ++at_;
      skip_blanks();
    }
    const bool declares = source_.substr(at_, 2) == ":=";
    const bool assigns = !declares && source_.substr(at_, 1) == "=";
    if (names.empty() || (!declares && !assigns)) {
      at_ = begin;
      return;
    }
    at_ += declares ? 2 : 1;
    for (const std::string& name : names) {
      if (assigns) check_variable(name);
      if (declares) variables_.push_back(name);
    }
    pipeline.variables = std::move(names);
    pipeline.assigns = assigns;
  }

  void check_variable(const std::string& name) const {
    if (std::find(variables_.begin(), variables_.end(), name) != variables_.end()) return;
    fail(fmt::format("undefined variable {}", quoted(name)));
  }

  TemplateCommand parse_command(std::string_view end, int depth) {
    TemplateCommand command;
    for (;;) {
      skip_blanks();
      if (at_ == source_.size()) fail("unclosed action");
      const std::string_view rest = source_.substr(at_);
      if (starts_with(rest, end) || rest[0] == '|' || (end == right && starts_with(rest, "-}}"))) break;
      command.operands.push_back(parse_operand(depth));
    }
    if (command.operands.empty()) fail("missing value for command");
    command.place = {command.operands.front().place.from, command.operands.back().place.to};
    return command;
  }

  TemplateOperand parse_operand(int depth) {
    TemplateOperand operand;
    operand.place.from = at_;
    const char c = source_[at_];
    if (c == '.') {
      parse_fields(operand);
      operand.kind = operand.fields.empty() ? TemplateOperand::Kind::dot : TemplateOperand::Kind::field;
      if (operand.fields.empty()) ++at_;
    } else if (c == '$') {
      ++at_;
      operand.kind = TemplateOperand::Kind::variable;
      operand.name = "$" + take_word();
      check_variable(operand.name);
      parse_fields(operand);
    } else if (c == '(') {
      ++at_;
      operand.kind = TemplateOperand::Kind::group;
      operand.group.push_back(parse_pipeline(")", depth + 1));
      if (at_ == source_.size() || source_[at_] != ')') fail("unclosed left paren");
      ++at_;
      parse_fields(operand);
    } else if (c == '"' || c == '`') {
      operand.kind = TemplateOperand::Kind::literal;
      operand.literal = c == '"' ? take_quoted() : take_raw();
    } else if (is_digit(c) || ((c == '-' || c == '+') && at_ + 1 < source_.size() && is_digit(source_[at_ + 1]))) {
      operand.kind = TemplateOperand::Kind::literal;
      operand.literal = take_number();
    } else if (is_letter(c)) {
      take_name(operand);
    } else {
      fail(fmt::format("unexpected {} in operand", shown()));
    }
    operand.place.to = at_;
    if (at_ < source_.size() && (is_letter(source_[at_]) || source_[at_] == '"')) {
      fail(fmt::format("unexpected {} in operand", shown()));
    }
    return operand;
  }

  void parse_fields(TemplateOperand& operand) {
    while (at_ + 1 < source_.size() && source_[at_] == '.' && is_letter(source_[at_ + 1])) {
      if (operand.fields.size() == 1 && source_[operand.place.from] == '.') operand.place.pointed_at = at_;
      ++at_;
      operand.fields.push_back(take_word());
    }
  }

  void take_name(TemplateOperand& operand) {
    const std::string word = take_word();
    operand.kind = TemplateOperand::Kind::literal;
    if (word == "true" || word == "false") {
      operand.literal = word == "true";
    } else if (word == "nil") {
      operand.literal = nullptr;
    } else if (is_template_function(word)) {
      operand.kind = TemplateOperand::Kind::function;
      operand.name = word;
    } else {
      fail(fmt::format("function {} not defined", quoted(word)));
    }
  }

  Value take_number() {
    std::size_t end = at_ + 1;
    while (end < source_.size() && (is_letter(source_[end]) || source_[end] == '.')) ++end;
    const std::string_view word = source_.substr(at_, end - at_);
    const std::string_view digits = word[0] == '+' ? word.substr(1) : word;
    std::int64_t whole = 0;
    if (auto [stop, error] = std::from_chars(digits.begin(), digits.end(), whole);
        error == std::errc() && stop == digits.end()) {
      at_ = end;
      return whole;
    }
    double number = 0;
    auto [stop, error] = std::from_chars(digits.begin(), digits.end(), number);
    if (error != std::errc() || stop != digits.end()) fail(fmt::format("bad number syntax: {}", quoted(word)));
    at_ = end;
    return number;
  }

  Value take_raw() {
    const auto end = source_.find('`', at_ + 1);
    if (end == std::string_view::npos) fail("unterminated raw quoted string");
    std::string text(source_.substr(at_ + 1, end - at_ - 1));
    at_ = end + 1;
    return text;
  }

  Value take_quoted() {
    std::string text;
    for (++at_; at_ < source_.size() && source_[at_] != '"'; ++at_) {
      if (source_[at_] == '\n') break;
      if (source_[at_] != '\\') {
        text += source_[at_];
        continue;
      }
      if (++at_ == source_.size()) break;
      static constexpr std::string_view letters = "ntr\\\"'", meant = "\n\t\r\\\"'";
      const auto escape = letters.find(source_[at_]);
      if (escape == std::string_view::npos) fail("invalid syntax");
      text += meant[escape];
    }
    if (at_ >= source_.size() || source_[at_] != '"') fail("unterminated quoted string");
    ++at_;
    return text;
  }

  std::string_view source_, name_;
  std::size_t at_ = 0;
  bool trim_next_ = false;
  std::vector<std::string> variables_{"$"};
};

}  // namespace

std::vector<TemplateNode> parse_template(std::string_view source, std::string_view name) {
  return Parser(source, name).parse();
}

}  // namespace glassdock::text
