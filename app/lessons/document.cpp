#include "app/lessons/document.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <cerrno>
#include <exception>
#include <optional>
#include <set>
#include <sstream>

#include "engine/base/text.h"
#include "engine/os/files.h"
#include "engine/trace/utf8.h"
#include "engine/trace/words.h"

namespace glassdock::lessons {
namespace {

std::string_view line_of(std::string_view text, int number) {
  for (; number > 1; --number) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) return {};
    text.remove_prefix(end + 1);
  }
  return text.substr(0, text.find('\n'));
}

Mark mark_of(const YAML::Mark& mark) {
  // yaml-cpp counts from 0, and below that where it knows no place.
  return {std::max(mark.line, 0) + 1, std::max(mark.column, 0) + 1};
}

// Makes the tree of what yaml-cpp finds, from the top down.
class Builder : public YAML::EventHandler {
 public:
  explicit Builder(const Source& source) : source_(source) {}

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    refuse_anchor(mark, anchor);
    put({.mark = mark_of(mark)});
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    throw source_.fault(mark_of(mark), "aliases (*NAME) are not used here", "write the text out");
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    refuse_anchor(mark, anchor);
    refuse_tag(mark, tag);
    put({.kind = YamlNode::Kind::text, .mark = mark_of(mark), .text = value, .plain = tag == plain_tag});
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(YamlNode::Kind::list, mark, tag, anchor);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(YamlNode::Kind::map, mark, tag, anchor);
  }
  void OnMapEnd() override { close(); }

  std::optional<YamlNode> take() { return std::move(root_); }

 private:
  struct Open {
    YamlNode node;
    std::optional<YamlNode> key;  // of a map, whose value is to come
    std::set<std::string> keys;   // of a map, so far
  };
  // What yaml-cpp gives where none is written: "?", and "!" for a scalar in quotes.
  static constexpr std::string_view plain_tag = "?";

  void refuse_anchor(const YAML::Mark& mark, YAML::anchor_t anchor) const {
    if (anchor != 0) throw source_.fault(mark_of(mark), "anchors (&NAME) are not used here", "write the text out");
  }
  void refuse_tag(const YAML::Mark& mark, const std::string& tag) const {
    if (tag.empty() || tag == plain_tag || tag == "!") return;
    throw source_.fault(mark_of(mark), fmt::format("tags (!NAME) are not used here: {}", trace::visible(tag)));
  }
  void open(YamlNode::Kind kind, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
    refuse_anchor(mark, anchor);
    refuse_tag(mark, tag);
    if (open_.size() == most_depth) {
      throw source_.fault(mark_of(mark),
                          fmt::format("more than {} lists and maps stand within each other", most_depth));
    }
    open_.push_back({{.kind = kind, .mark = mark_of(mark)}, {}});
  }
  void close() {
    YamlNode node = std::move(open_.back().node);
    open_.pop_back();
    put(std::move(node));
  }
  void put(YamlNode node) {
    if (open_.empty()) {
      root_ = std::move(node);
      return;
    }
    Open& around = open_.back();
    if (around.node.kind == YamlNode::Kind::list) {
      around.node.items.push_back(std::move(node));
    } else if (around.key) {
      around.node.pairs.emplace_back(std::move(*around.key), std::move(node));
      around.key.reset();
    } else {
      if (node.kind != YamlNode::Kind::text) throw source_.fault(node.mark, "a key is a word", "KEY: VALUE");
      if (!around.keys.insert(node.text).second) {
        throw source_.fault(node.mark, fmt::format("the key \"{}\" stands here twice", shown_key(node.text)),
                            fmt::format("the first has its value in line {}", around.node.find(node.text)->mark.line));
      }
      around.key = std::move(node);
    }
  }

  const Source& source_;
  std::vector<Open> open_;
  std::optional<YamlNode> root_;
};

// The byte that is no UTF-8, as a place; nothing where all are.
std::optional<Mark> not_utf8(std::string_view text) {
  Mark mark;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = trace::utf8_length(text, at);
    if (length == 0) return mark;
    mark = text[at] == '\n' ? Mark{mark.line + 1, 1} : Mark{mark.line, mark.column + 1};
    at += length;
  }
  return std::nullopt;
}

// What is probably wrong with a line that is no YAML.
std::string hint_for(std::string_view line) {
  if (line.find('\t') != std::string_view::npos) return "indent with blanks, not with tabs";
  if (line.find('{') != std::string_view::npos) return "within { } a text with , : ? or # stands in quotes";
  return "a text with ': ' or ' #' in it stands in quotes, or behind >- in lines of its own";
}

}  // namespace

std::string shortened(const std::string& text, std::size_t most) {
  const std::string_view begin = trace::cut_between_characters(text, most);
  return begin.size() == text.size() ? text : std::string(begin) + "…";
}

std::string shown_key(const std::string& key) {
  constexpr std::size_t most_shown = 60;
  return shortened(trace::visible(key), most_shown);
}

const YamlNode* YamlNode::find(std::string_view key) const {
  for (const auto& [name, value] : pairs) {
    if (name.text == key) return &value;
  }
  return nullptr;
}

Error Source::fault(Mark mark, std::string_view message, std::string hint) const {
  constexpr std::size_t most_shown = 100;
  const std::string line = shortened(trace::visible(trim(line_of(text, mark.line))), most_shown);
  return Error(ErrorKind::invalid_argument,
               fmt::format("{}:{}:{}: {}{}", name, mark.line, mark.column, message,
                           line.empty() ? std::string() : ", in: " + line),
               std::move(hint));
}

YamlNode parse_yaml(const Source& source) {
  if (source.text.size() > most_bytes) {
    throw source.fault({}, fmt::format("the file is larger than {}", human_size(most_bytes)));
  }
  if (const auto mark = not_utf8(source.text)) {
    throw source.fault(*mark, "this byte is no UTF-8", "save the file as UTF-8");
  }
  Builder builder(source);
  try {
    std::istringstream in(source.text);
    YAML::Parser parser(in);
    if (!parser.HandleNextDocument(builder)) throw source.fault({}, "the file is empty");
    YamlNode root = builder.take().value_or(YamlNode());
    if (parser.HandleNextDocument(builder)) {
      const YamlNode second = builder.take().value_or(YamlNode());
      throw source.fault(second.mark, "a second document begins here", "a file holds one: take out the ---");
    }
    return root;
  } catch (const YAML::Exception& fault) {
    throw source.fault(mark_of(fault.mark), fault.msg, hint_for(line_of(source.text, fault.mark.line + 1)));
  }
}

Source read_source(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) throw Error::from_errno(errno, "open", path);
  if (!S_ISREG(status.st_mode)) throw Error(ErrorKind::invalid_argument, path + " is no file");
  if (static_cast<std::size_t>(status.st_size) > most_bytes) {
    return {path, std::string(most_bytes + 1, '#')};  // parse_yaml says what is wrong with it
  }
  return {path, os::read_file(path)};
}

}  // namespace glassdock::lessons
