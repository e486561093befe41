#pragma once

#include <sys/types.h>

#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "app/lessons/document.h"
#include "app/lessons/words.h"
#include "app/lessons/world.h"
#include "engine/trace/event.h"

namespace glassdock::lessons {

// Conditions: what a step expects and what decides a prediction. Each looks at one thing that is really there: at what
// the step's commands printed and the engine told meanwhile, at the engine's containers and images, or at the host's
// /proc. docs/lessons.md describes them for authors.

// Containers that fit in everything that is named; without `count` at least one, otherwise so many.
struct ContainerCondition {
  std::optional<std::string> name, image, command, state;
  std::optional<int> exit_code;
  std::optional<int> count;
};
struct ImageCondition {
  std::string name;  // as docker run takes it
  bool here = true;  // in the local cache
};
struct ExitCodeCondition {
  int code = 0;
};
// Of all that the step's commands printed. Blanks count as one, whatever their number: tables are padded.
struct OutputCondition {
  std::vector<std::string> has, lacks;
  std::optional<bool> alike;  // whether all of its lines are the same
};
// At least one event of that name, or exactly `times`, whose arguments and subject are as given.
struct EventArgument {
  std::string name, value;
};
struct EventCondition {
  std::string name;
  std::string subject;                   // empty: any
  std::optional<std::string> kind;       // "begin", "end", "instant", "sample"
  std::vector<EventArgument> arguments;  // as text, as docs/events.md shows them
  std::optional<int> times;
};
// A file in a running container, as `cat` in there reads it.
struct FileCondition {
  std::string container, path;
  std::string has;
};
// What the host's /proc says of the container's first process: a file of it, or whether it shares a namespace with the
// learner's own processes. Without `container`: of the process that is held at a gate.
struct ProcCondition {
  std::optional<std::string> container;
  std::optional<std::string> file, has;
  std::optional<std::string> name_space;
  bool shared = false;
};
struct Condition;
// Where the condition within is false. What cannot be looked at is neither true nor false.
struct NotCondition {
  std::shared_ptr<const Condition> condition;
};

// Where at least one of them holds: what stands in one place on this machine and in another on that.
struct AnyCondition {
  std::vector<Condition> conditions;
};

struct Condition {
  std::variant<ContainerCondition, ImageCondition, ExitCodeCondition, OutputCondition, EventCondition, FileCondition,
               ProcCondition, NotCondition, AnyCondition>
      what;
  Mark mark;
};
using Conditions = std::vector<Condition>;

// What a step's commands have brought about so far.
struct Observed {
  std::optional<int> exit_code;  // of the last command; nothing: none has ended
  std::string output;            // of all of them, as one reads it (readable())
  std::vector<trace::Event> events;
  pid_t held = 0;  // the process that waits at a gate just now, as the host numbers it
};

struct Finding {
  bool holds = false;
  Words wanted = {}, seen = {};  // "container tea: paused", "container tea: running"
  std::string whole = {};        // the text of which `seen` has the beginning; empty: `seen` is all
  std::string last = {};         // of which the end explains `seen`; empty: nothing does
  bool unknown = false;          // it could not be looked at; then it does not hold
};

// Looks. Throws Error where the engine does not answer. What cannot be looked at (a file where no container runs) is
// unknown, under `not` too, and `seen` says why.
Finding find(const Condition& condition, const Observed& observed, World& world);
// Whether all of them hold; the first that does not.
struct Judgement {
  bool holds = true;
  Finding finding;  // of the first that does not hold
  Mark mark;        // where that stands
};
Judgement judge(const Conditions& conditions, const Observed& observed, World& world);

// What a terminal showed, as text: without control sequences (ECMA-48), lines ended by line feeds; what was written
// over by a carriage return is gone.
std::string readable(std::string_view output);

}  // namespace glassdock::lessons
