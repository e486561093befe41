#include "engine/trace/redact.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>
#include <vector>

#include "engine/base/text.h"

namespace glassdock::trace {
namespace {

constexpr std::string_view hidden = "(hidden)";

// Whose values are credentials. The engine tells none of them; this holds for whoever adds one by mistake.
constexpr std::array<std::string_view, 9> credential_arguments = {"password",       "token",          "secret",
                                                                  "authorization",  "auth",           "registry_auth",
                                                                  "identity_token", "registry_token", "cookie"};
// HTTP heads that carry one (RFC 9110 section 11, RFC 6265, the Docker Engine API).
constexpr std::array<std::string_view, 6> credential_heads = {"authorization",   "proxy-authorization", "cookie",
                                                              "x-registry-auth", "x-registry-config",   "set-cookie"};
// Members of JSON bodies: the token endpoint's answer and docker's /auth request.
constexpr std::array<std::string_view, 8> credential_members = {
    "token", "access_token", "refresh_token", "password", "identitytoken", "registrytoken", "auth", "IdentityToken"};

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

template <std::size_t size>
bool contains(const std::array<std::string_view, size>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// The text with parts of it hidden, from its beginning to its end; made once, however many parts there are.
class Hiding {
 public:
  explicit Hiding(std::string& text) : text_(text) {}
  // What stands from `from` to `end`, behind all that was hidden so far.
  void hide(std::size_t from, std::size_t end, std::string_view with) {
    shown_.append(text_, copied_, from - copied_).append(with);
    copied_ = end;
    hides_ = true;
  }
  // Whether anything was hidden; the text is then another one.
  bool finish() {
    if (hides_) text_ = std::move(shown_.append(text_, copied_));
    return hides_;
  }

 private:
  std::string& text_;
  std::string shown_;
  std::size_t copied_ = 0;
  bool hides_ = false;
};

// "Authorization: Bearer abc" keeps its name: anywhere in the text up to the line's end, in a command ("curl -H 'NAME:
// VALUE'") up to the quote that opened before it.
void hide_heads(std::string& text) {
  if (text.find(':') == std::string::npos) return;
  std::string lowered = lower(text);
  for (const std::string_view head : credential_heads) {
    const std::string wanted = std::string(head) + ":";
    Hiding hiding(text);
    std::size_t next = 0;
    for (std::size_t at = lowered.find(wanted); at != std::string::npos; at = lowered.find(wanted, next)) {
      const std::size_t from = at + wanted.size();
      next = from;
      const char before = at == 0 ? '\n' : text[at - 1];
      if (std::isalnum(static_cast<unsigned char>(before)) || before == '-') continue;  // the end of a longer name
      const bool quoted = before == '\'' || before == '"';
      const char ends[] = {'\r', '\n', quoted ? before : '\n'};
      next = std::min(text.find_first_of(std::string_view(ends, 3), from), text.size());
      hiding.hide(from, next, " (hidden)");
    }
    if (hiding.finish()) lowered = lower(text);
  }
}

// The end of the JSON text whose opening quote is at `quote`: the place of its closing quote, or the end of all.
std::size_t end_of_json_text(std::string_view text, std::size_t quote) {
  std::size_t at = quote + 1;
  while (at < text.size() && text[at] != '"') at += text[at] == '\\' ? 2 : 1;
  return std::min(at, text.size());
}

std::size_t after_blanks(std::string_view text, std::size_t at) {
  while (at < text.size() && (text[at] == ' ' || text[at] == '\n' || text[at] == '\r' || text[at] == '\t')) ++at;
  return at;
}

// In JSON anywhere in the text: "token":"…" always, and what stands behind "=" in the items of "Env":[…].
void hide_json(std::string& text, bool environment) {
  const std::string_view all = text;
  Hiding hiding(text);
  std::size_t quote = all.find('"');
  while (quote < all.size()) {
    const std::size_t close = end_of_json_text(all, quote);
    const std::string_view member = all.substr(quote + 1, close - std::min(close, quote + 1));
    const std::size_t colon = after_blanks(all, close + 1);
    std::size_t next = close + 1;
    if (colon < all.size() && all[colon] == ':') {
      const std::size_t value = after_blanks(all, colon + 1);
      next = value;
      if (value < all.size() && all[value] == '"' && contains(credential_members, member)) {
        const std::size_t end = end_of_json_text(all, value);
        hiding.hide(value + 1, end, hidden);
        next = end + 1;
      } else if (value < all.size() && all[value] == '[' && environment && member == "Env") {
        std::size_t item = after_blanks(all, value + 1);
        while (item < all.size() && all[item] == '"') {
          const std::size_t end = end_of_json_text(all, item);
          const std::size_t equals = item + all.substr(item, end - item).find('=');
          if (equals >= item && equals < end) hiding.hide(equals + 1, end, hidden);
          item = after_blanks(all, end + 1);
          if (item < all.size() && all[item] == ',') item = after_blanks(all, item + 1);
        }
        next = item;
      }
    }
    quote = next >= all.size() ? std::string_view::npos : all.find('"', next);
  }
  hiding.finish();
}

// "https://user:password@host/": what stands between "//" and "@" of the same authority.
void hide_user_information(std::string& text) {
  const std::string_view all = text;
  Hiding hiding(text);
  std::size_t from = 0;
  for (std::size_t at = all.find("://"); at != std::string_view::npos; at = all.find("://", from)) {
    from = at + 3;
    const std::size_t end = std::min(all.find_first_of("/?# \t\r\n\"'", from), all.size());
    const std::size_t sign = all.substr(from, end - from).rfind('@');
    if (sign == std::string_view::npos) continue;
    hiding.hide(from, from + sign, hidden);
    from += sign;
  }
  hiding.finish();
}

// NAME=VALUE, one a line or separated by NUL as in /proc/PID/environ.
std::string hide_assignments(std::string_view text) {
  std::string out;
  std::size_t at = 0;
  while (at <= text.size()) {
    const std::size_t end = std::min(text.find_first_of(std::string_view("\n\0", 2), at), text.size());
    const std::string_view line = text.substr(at, end - at);
    const std::size_t equals = line.find('=');
    out += line.substr(0, equals == std::string_view::npos ? 0 : equals + 1);
    if (equals != std::string_view::npos || !line.empty()) out += hidden;  // a value may go on over several lines
    if (end < text.size()) out += text[end];
    at = end + 1;
  }
  return out;
}

// The end of the shell word at `at`, quotes and backslashes seen.
std::size_t end_of_word(std::string_view text, std::size_t at) {
  char quote = 0;
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (quote != 0) {
      if (c == quote) quote = 0;
      if (c == '\\' && quote == '"') ++at;
    } else if (c == '\'' || c == '"') {
      quote = c;
    } else if (c == '\\') {
      ++at;
    } else if (c == ' ' || c == '\t' || c == '\n') {
      break;
    }
  }
  return std::min(at, text.size());
}

// The names of an event's argument `preset`.
using Names = std::vector<std::string>;

// Whether the shell word gives a variable of one of these names, written as shell_quote() does. Of any other form is
// none: a name may be made to look like another.
bool presets(std::string_view word, const Names& preset) {
  if (starts_with(word, "'")) word.remove_prefix(1);
  return std::any_of(preset.begin(), preset.end(),
                     [&](const std::string& name) { return starts_with(word, name + "="); });
}

// What the shell makes of the word.
std::string unquoted(std::string_view word) {
  std::string plain;
  char quote = 0;
  for (std::size_t at = 0; at < word.size(); ++at) {
    const char c = word[at];
    const bool opens = quote == 0 && (c == '\'' || c == '"');
    if (opens || (quote != 0 && c == quote)) {
      quote = opens ? c : '\0';
    } else if (c == '\\' && quote != '\'' && at + 1 < word.size()) {
      plain += word[++at];
    } else {
      plain += c;
    }
  }
  return plain;
}

// NAME=VALUE as a shell word again, without its value.
std::string hide_value(std::string_view plain) {
  return shell_quote(std::string(plain.substr(0, plain.find('=') + 1)) + std::string(hidden));
}

// How long the flag is before a value in the same word: `--env=`, `-e`, `-e=`, `-ite`. 0 for a word that gives none.
std::size_t flag_before_value(std::string_view plain) {
  constexpr std::string_view long_flag = "--env=";
  if (starts_with(plain, long_flag)) return long_flag.size();
  if (!starts_with(plain, "-")) return 0;
  std::size_t at = 1;
  while (at < plain.size() && plain[at] != 'e' && std::isalpha(static_cast<unsigned char>(plain[at]))) ++at;
  if (at + 1 >= plain.size() || plain[at] != 'e') return 0;
  return at + (plain[at + 1] == '=' ? 2 : 1);
}

bool is_environment_flag(std::string_view word) {
  // -e alone or at the end of a group of short flags: -ite.
  return word == "--env" ||
         (word.size() >= 2 && word[0] == '-' && word[1] != '-' && word.back() == 'e' &&
          std::all_of(word.begin() + 1, word.end(), [](unsigned char c) { return std::isalpha(c); }));
}

// The values in `-e NAME=VALUE`, `-eNAME=VALUE`, `--env NAME=VALUE`, `--env=NAME=VALUE` and `env NAME=VALUE…`.
// `preset` stays behind the first env, which is the engine's; another is the user's.
std::string hide_in_command(std::string_view command, const Names& preset) {
  std::string out;
  int envs = 0;
  bool value_follows = false;
  bool after_env = false;
  std::size_t at = 0;
  while (at < command.size()) {
    if (command[at] == ' ' || command[at] == '\t' || command[at] == '\n') {
      out += command[at++];
      continue;
    }
    const std::size_t end = end_of_word(command, at);
    const std::string_view word = command.substr(at, end - at);
    const std::string plain = unquoted(word);
    const std::size_t flag = flag_before_value(plain);
    const bool assigns = plain.find('=') != std::string::npos;
    const bool stays = after_env && envs == 1 && presets(word, preset);
    if (assigns && (value_follows || (after_env && !stays))) {  // without '=' docker takes the client's own value
      out += hide_value(plain);
    } else if (flag != 0 && plain.find('=', flag) != std::string::npos) {
      out += plain.substr(0, flag) + hide_value(std::string_view(plain).substr(flag));
    } else {
      out += word;
    }
    const bool is_env = plain == "env" || ends_with(plain, "/env");
    if (is_env) ++envs;
    after_env = (after_env && (assigns || word[0] == '-')) || is_env;
    value_follows = !value_follows && is_environment_flag(plain);
    at = end;
  }
  return out;
}

// What `env` said, so that it can be hidden wherever the same event says it again.
using Replacements = std::vector<std::pair<std::string, std::string>>;

void collect(std::string_view environment, Replacements& replacements) {
  for (const std::string& line : split(environment, '\n')) {
    const std::size_t equals = line.find('=');
    if (equals == std::string::npos || equals + 1 == line.size()) continue;
    const std::string instead = line.substr(0, equals + 1) + std::string(hidden);
    if (instead.find(line) != std::string::npos) continue;  // "A=(": it would be found again in what hides it
    if (shell_quote(line) != line) replacements.emplace_back(shell_quote(line), "'" + instead + "'");
    replacements.emplace_back(line, instead);
  }
}

// What is hidden can uncover more, where quotes do not match: again, until nothing changes.
template <typename Hide>
void until_settled(std::string& text, Hide&& hide) {
  constexpr int most_rounds = 8;
  for (int round = 0; round < most_rounds; ++round) {
    const std::string before = text;
    hide(text);
    if (text == before) return;
  }
  text = hidden;  // a text that never settles is hidden as a whole
}

void hide_text(std::string& text, const ExportOptions& options, const Replacements& replacements) {
  if (text.empty()) return;
  until_settled(text, [&](std::string& rest) {
    hide_heads(rest);
    hide_json(rest, !options.show_environment);
    hide_user_information(rest);
    for (const auto& [what, with] : replacements) replace_all(rest, what, with);
  });
}

void hide_command(std::string& command, const ExportOptions& options, const Replacements& replacements,
                  const Names& preset = {}) {
  until_settled(command, [&](std::string& rest) {
    hide_text(rest, options, replacements);
    if (!options.show_environment) rest = hide_in_command(rest, preset);
  });
}

}  // namespace

void redact(Event& event, const ExportOptions& options) {
  Replacements replacements;
  for (Argument& argument : event.arguments) {
    auto* text = std::get_if<std::string>(&argument.value);
    if (contains(credential_arguments, argument.name)) {
      argument.value = std::string(hidden);
    } else if (text && !options.show_environment && argument.name == "env") {
      collect(*text, replacements);
      *text = hide_assignments(*text);
    }
  }
  for (Argument& argument : event.arguments) {
    auto* text = std::get_if<std::string>(&argument.value);
    if (!text || argument.name == "env" || contains(credential_arguments, argument.name)) continue;
    if (argument.name == "command" || argument.name == "next_command") {
      hide_command(*text, options, replacements);
    } else {
      hide_text(*text, options, replacements);
    }
  }
  hide_text(event.subject, options, replacements);
  hide_command(event.plain_command, options, replacements, split(argument_text(event, "preset"), ' '));
  for (Evidence& evidence : event.evidence) {
    const bool environment = evidence.source.find("/environ") != std::string::npos;
    hide_text(evidence.source, options, replacements);
    for (std::string* read : {&evidence.before, &evidence.content}) {
      until_settled(*read, [&](std::string& rest) {
        hide_text(rest, options, replacements);
        if (environment && !options.show_environment) rest = hide_assignments(rest);
      });
    }
    hide_command(evidence.command, options, replacements);
  }
}

std::string redact_command(std::string_view command, const ExportOptions& options) {
  std::string text(command);
  hide_command(text, options, {});
  return text;
}

}  // namespace glassdock::trace
