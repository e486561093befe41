#include "app/lessons/condition_format.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/base/text.h"
#include "engine/trace/words.h"

namespace glassdock::lessons {
namespace {

using What = decltype(Condition::what);

constexpr int most_count = 1000;
constexpr int most_exit_code = 255;

// U+AC00 to U+D7A3, the syllables of Hangul: three bytes that begin with EA to ED.
bool has_hangul(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char byte) {
    const auto value = static_cast<unsigned char>(byte);
    return value >= 0xEA && value <= 0xED;
  });
}

std::pair<std::string, std::string> fault_of_event(const std::string& name) {
  if (trace::find_words(name)) return {};
  std::vector<std::string_view> names;
  names.reserve(trace::event_words().size());
  for (const trace::EventWords& row : trace::event_words()) names.push_back(row.name);
  const std::string_view meant = meant_name(name, names);
  return {fmt::format("the engine tells no event \"{}\"", trace::visible(name)),
          meant.empty() ? "glassdock events lists them" : fmt::format("did you mean {}?", meant)};
}

// What a condition looks at is kept, and handed in: not the values of -e.
std::pair<std::string, std::string> environment_fault() {
  return {"no condition looks at environ: it holds the values of -e", "let the command print what it is about"};
}

std::pair<std::string, std::string> fault_of_path(const std::string& path) {
  const std::string clean = clean_path(path);
  if (starts_with(clean, "/proc/") && ends_with(clean, "/environ")) return environment_fault();
  if (starts_with(path, "/") && path.size() > 1) return {};
  return {"a path within the container is needed here", "it begins with /"};
}

std::pair<std::string, std::string> fault_of_proc_file(const std::string& path) {
  const std::vector<std::string> parts = split(path, '/');
  const bool inside =
      std::none_of(parts.begin(), parts.end(), [](const auto& part) { return part.empty() || part == ".."; });
  if (inside && parts.back() == "environ") return environment_fault();
  if (inside) return {};
  return {"a file in /proc/PID is needed here", "comm, cmdline, status, cgroup, …"};
}

// Of an event's arguments: any names.
Kind<std::vector<EventArgument>> arguments_kind() {
  return {[](const YamlNode& node, const Source& source) {
            if (node.kind != YamlNode::Kind::map || node.pairs.empty()) {
              throw source.fault(node.mark, "arguments and their values are needed here", "{result: hit}");
            }
            std::vector<EventArgument> all;
            all.reserve(node.pairs.size());
            for (const auto& [key, value] : node.pairs) all.push_back({key.text, line().read(value, source)});
            return all;
          },
          [](Definitions& definitions) {
            return Json{{"type", "object"}, {"minProperties", 1}, {"additionalProperties", line().schema(definitions)}};
          }};
}

Kind<ContainerCondition> container_kind() {
  using C = ContainerCondition;
  return record<C>(
      "Containers that fit in everything that is named: at least one, or as many as `count` says.",
      {maybe<C>("name", &C::name, container_name(), "Its name."),
       maybe<C>("image", &C::image, line(), "The image that it was made from, as it was typed."),
       maybe<C>("command", &C::command, line(),
                "Its command as one types it: words with a blank between them, in quotes where a shell needs them."),
       maybe<C>("state", &C::state,
                one_of({"created", "running", "paused", "restarting", "exited", "dead"}, "a container's state"),
                "What docker ps calls its state."),
       maybe<C>("exit_code", &C::exit_code, whole(0, most_exit_code), "With what it ended."),
       maybe<C>("count", &C::count, whole(0, most_count), "How many there are; 0: none.")},
      {{Rule::Of::at_least_one, {"name", "image", "command", "state", "exit_code", "count"}}});
}

Kind<ImageCondition> image_kind() {
  using C = ImageCondition;
  return record<C>("Whether an image is in the local cache.",
                   {needed<C>("name", &C::name, line(), "As docker run takes it."),
                    maybe<C>("here", &C::here, truth(), "false: it is not.")});
}

Kind<OutputCondition> output_kind() {
  using C = OutputCondition;
  return record<C>("What the step's commands printed; blanks count as one, whatever their number.",
                   {maybe<C>("has", &C::has, some(line()), "All of these stand in it."),
                    maybe<C>("lacks", &C::lacks, some(line()), "None of these stands in it."),
                    maybe<C>("alike", &C::alike, truth(), "true: all of its lines are the same; false: they are not.")},
                   {{Rule::Of::at_least_one, {"has", "lacks", "alike"}}});
}

Kind<EventCondition> event_kind() {
  using C = EventCondition;
  return record<C>(
      "What the engine told while the step's commands ran (docs/events.md): at least once, or as often as `times` "
      "says.",
      {needed<C>("name", &C::name, checked(fault_of_event), "The event."),
       maybe<C>("subject", &C::subject, line(), "What it is about."),
       maybe<C>("kind", &C::kind, one_of({"begin", "end", "instant", "sample"}, "an event's kind"),
                "Of work that takes time: its begin or its end."),
       maybe<C>("with", &C::arguments, arguments_kind(), "Arguments and their values."),
       maybe<C>("times", &C::times, whole(0, most_count), "How often; 0: never.")});
}

Kind<FileCondition> file_kind() {
  using C = FileCondition;
  return record<C>("A file in a running container, as `cat` in there reads it.",
                   {needed<C>("container", &C::container, container_name(), "Whose it is."),
                    needed<C>("path", &C::path, checked(fault_of_path), "Where it is."),
                    needed<C>("has", &C::has, line(), "What stands in it.")});
}

Kind<ProcCondition> proc_kind() {
  using C = ProcCondition;
  return record<C>(
      "What the host's /proc says of a container's first process; without `container`, of the one that a gate holds.",
      {maybe<C>("container", &C::container, container_name(), "Whose process it is."),
       maybe<C>("file", &C::file, checked(fault_of_proc_file), "A file of /proc/PID: comm, cmdline, status, cgroup, …"),
       maybe<C>("has", &C::has, line(), "What stands in it."),
       maybe<C>("namespace", &C::name_space,
                one_of({"pid", "mnt", "cgroup", "ipc", "net", "uts", "user"}, "a kind of namespace"),
                "Its link in /proc/PID/ns is compared with the learner's own."),
       maybe<C>("shared", &C::shared, truth(), "true: they are the same; false, as without it: they differ.")},
      {{Rule::Of::exactly_one, {"file", "namespace"}},
       {Rule::Of::needs, {"file", "has"}},
       {Rule::Of::needs, {"has", "file"}},
       {Rule::Of::needs, {"shared", "namespace"}}});
}

template <typename C>
Kind<What> one(Kind<C> kind) {
  return as<What, C>(std::move(kind), [](C condition) { return What(std::move(condition)); });
}

Kind<Condition> make_condition() {
  using C = Condition;
  const Kind<What> exit_code =
      as<What, int>(whole(0, most_exit_code), [](int code) { return What(ExitCodeCondition{code}); });
  const Kind<What> negated = as<What, Condition>(condition_kind(), [](Condition within) {
    return What(NotCondition{std::make_shared<const Condition>(std::move(within))});
  });
  const Kind<What> either = as<What, std::vector<Condition>>(
      list(condition_kind(), 2), [](auto within) { return What(AnyCondition{std::move(within)}); });
  return record<C>(
      "One thing that is looked at.",
      {maybe<C>("container", &C::what, one(container_kind()), "The engine's containers."),
       maybe<C>("image", &C::what, one(image_kind()), "The local cache."),
       maybe<C>("exit_code", &C::what, exit_code, "Of the step's last command."),
       maybe<C>("output", &C::what, one(output_kind()), "What was printed."),
       maybe<C>("event", &C::what, one(event_kind()), "What the engine told."),
       maybe<C>("file", &C::what, one(file_kind()), "A file in a container."),
       maybe<C>("proc", &C::what, one(proc_kind()), "The host's /proc."),
       maybe<C>("not", &C::what, negated, "Holds where that does not."),
       maybe<C>("any", &C::what, either, "Holds where one of these does.")},
      {{Rule::Of::exactly_one, {"container", "image", "exit_code", "output", "event", "file", "proc", "not", "any"}}},
      {.begin = [](C& condition, Mark mark) { condition.mark = mark; }, .check = {}});
}

}  // namespace

// Not one for all: a kind that held itself would never be freed.
Kind<Condition> condition_kind() {
  return named<Condition>("condition", make_condition);
}

Kind<Conditions> conditions_kind() {
  return some(condition_kind());
}

Kind<Words> words_kind(std::size_t most_characters) {
  using C = Words;
  return named<C>("words-" + std::to_string(most_characters), [most_characters] {
    return record<C>("A text in both languages.",
                     {needed<C>("en", &C::english, text(most_characters), "In English."),
                      needed<C>("ko", &C::korean, text(most_characters), "In Korean.")},
                     {}, {.begin = {}, .check = [](const C& words, const YamlNode& node, const Source& source) {
                            if (has_hangul(words.korean) || words.korean == words.english) return;
                            throw source.fault(node.find("ko")->mark, "this is not Korean", "write it in Hangul");
                          }});
  });
}

Kind<std::string> container_name() {
  return word("[a-zA-Z0-9][a-zA-Z0-9_.-]+", "a container's name");
}

}  // namespace glassdock::lessons
