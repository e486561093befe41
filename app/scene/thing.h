// thing: what the model knows of one thing of the picture, for the panel that explains it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/scene/strings.h"
#include "app/scene/view.h"

namespace glassdock::scene {

// As any client asks the engine: a command for any terminal.
std::string question_to(const model::Engine& engine, std::string_view path);

// The command that shows in any terminal what a gate holds; `held` is the event that told of it. Empty: none does.
std::string look_at(const model::Engine& engine, const trace::Event& held);

struct Fact {
  std::string name;  // of the interface: "data folder", or a wall's "pid"
  std::string value;
};

// Something else that it consists of, and what a click on that means.
struct Part {
  std::string name, beside;
  Place place;
};

struct Thing {
  std::string_view words;  // terms.h
  std::vector<Fact> facts;
  std::vector<Part> parts;
  std::string command;             // shows the same on this machine, now; empty: none does
  std::string_view note;           // what one may wonder about, in one sentence; empty: nothing
  bool gone = false;               // it was there, and no command shows it any more
  std::vector<std::string> files;  // ends of the sources of evidence that are about it: "/ns/uts"; "": of all
  model::EventIndex event = model::no_event;  // that told of it; no_event: none did, or it says nothing of it
};

// Of a place's name in the picture at this moment: "wall:pid", "gauge:memory", "hub". `event`: the place's.
Thing thing_of(const Subject& subject, std::string_view name, model::EventIndex event);

// The files of the cgroup that a gauge is read from, both versions': "memory.max", …
std::vector<std::string_view> gauge_files(std::string_view gauge);

}  // namespace glassdock::scene
