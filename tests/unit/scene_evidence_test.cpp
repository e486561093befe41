// What the evidence panel says of a thing that was chosen, and how it scrolls.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

#include "app/render/fonts.h"
#include "app/scene/layout.h"
#include "app/scene/panels.h"
#include "app/scene/parts.h"
#include "app/scene/terms.h"
#include "tests/support/run_story.h"
#include "tests/support/scene_faults.h"
#include "tests/support/shown.h"

namespace glassdock::scene {
namespace {

using support::RunStory;
using support::Shown;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class SceneEvidence : public testing::Test {
 protected:
  SceneEvidence() {
    view_.controls = true;
    view_.engine = EngineState::there;
    view_.machine = "lab-07";
    view_.kernel = "Linux 6.18.44";
  }
  // Held in front of isolate.proc. The five walls of one clone3 stand in one event, as the engine reads them.
  static RunStory held_story() {
    RunStory story;
    story.held_start();
    trace::Event& clone = *std::find_if(story.events.begin(), story.events.end(),
                                        [](const trace::Event& event) { return event.name == "isolate.clone"; });
    clone.plain_command = "unshare --pid bash; echo 0 > ${ID:?}/cgroup.procs";
    clone.source = {"engine/plan/cgroups.cpp", 7};
    clone.evidence.clear();
    std::int64_t inode = 4026532400;
    for (const char* kind : {"pid", "mnt", "net", "uts", "ipc", "user"}) {
      const std::string name = kind;
      clone.evidence.push_back({"/proc/48121/ns/" + name, "", name + ":[" + std::to_string(inode++) + "]", "lsns"});
    }
    return story;
  }
  Scene scene(Shown& shown) {
    view_.position = shown.position_at(shown.history.size());
    return shown.scene(view_, size_, fonts_);
  }
  // As a click on the place has it.
  Scene chosen(Shown& shown, std::string_view thing) {
    view_.thing.clear();
    view_.selected.reset();
    for (const Place& place : scene(shown).places) {
      if (place.act != Act::select_event || place.name != thing) continue;
      if (place.number >= 0) view_.selected = static_cast<model::EventIndex>(place.number);
      view_.thing = thing;
    }
    EXPECT_EQ(view_.thing, thing) << "it is nowhere in the picture";
    return scene(shown);
  }
  // What stands in the panel, from top to bottom.
  std::vector<Text> texts_of(const Scene& scene) const {
    const Rect panel = lay_out(size_).evidence;
    std::vector<Text> texts;
    for (const Text& text : scene.layers[Scene::ground].texts) {
      if (panel.contains(text.room.centre())) texts.push_back(text);
    }
    std::stable_sort(texts.begin(), texts.end(), [](const Text& a, const Text& b) { return a.at.y < b.at.y; });
    return texts;
  }
  // A paragraph's lines are joined by blanks.
  std::string panel(const Scene& scene) const {
    std::string all;
    for (const Text& text : texts_of(scene)) all += text.words + " ";
    return all;
  }
  // What the buttons of the panel copy, each in brackets.
  std::string commands(const Scene& scene) const {
    std::string all;
    for (const Place& place : scene.places) {
      if (place.act == Act::copy) all += "[" + place.name + "]";
    }
    return all;
  }
  // All of it, read by scrolling.
  std::string all_of(Shown& shown) {
    std::string all;
    view_.evidence_row = 0;
    for (int end = farthest(scene(shown)); view_.evidence_row <= end; view_.evidence_row += 8) {
      all += panel(scene(shown)) + "\n";
    }
    view_.evidence_row = farthest(scene(shown));
    all += panel(scene(shown));
    view_.evidence_row = 0;
    return all;
  }
  static int farthest(const Scene& scene) {
    for (const Place& place : scene.places) {
      if (place.act == Act::scroll_evidence) return static_cast<int>(place.pages.size()) - 1;
    }
    return -1;
  }
  // Of what is chosen.
  static std::vector<Rect> rings(const Scene& scene) {
    std::vector<Rect> rects;
    for (const Shape& shape : scene.layers[Scene::overlay].shapes) {
      if (shape.kind == Shape::Kind::box && shape.box.line == Colour::ink && shape.box.stroke == 2) {
        rects.push_back(shape.box.rect);
      }
    }
    return rects;
  }

  render::Fonts fonts_;
  View view_;
  Viewport size_{1600, 900};
};

// Five walls and the process come of one clone3; the one that was clicked is the one that is meant.
TEST_F(SceneEvidence, BeginsWithTheThingThatWasChosenAndMarksItAlone) {
  const RunStory story = held_story();
  Shown shown(story.events);
  for (const std::string kind : {"pid", "mnt", "net", "uts", "ipc"}) {
    const Scene scene = chosen(shown, "wall:" + kind);
    const std::string words = panel(scene);
    EXPECT_TRUE(words.find(term_of("wall:" + kind, view_.language)) < words.find("clone3")) << words;
    // The first of what was read, and the command, are of this wall.
    const std::size_t read = words.find("READ FROM");
    ASSERT_NE(read, std::string::npos) << words;
    const std::string entry = fmt::format("READ FROM /proc/48121/ns/{0} {0}:[40265324", kind);
    EXPECT_EQ(words.compare(read, entry.size(), entry), 0) << words;
    EXPECT_THAT(words, HasSubstr("$ readlink /proc/48121/ns/" + kind));
    EXPECT_EQ(rings(scene).size(), 1U) << kind;
  }
  // An event of the list is all that it made.
  view_.thing.clear();
  EXPECT_GE(rings(scene(shown)).size(), 6U);
}

TEST_F(SceneEvidence, EachGaugeIsAThing) {
  RunStory story = held_story();
  for (trace::Event& event : story.events) {
    if (event.name != "isolate.cgroups") continue;
    event.evidence = {{"/sys/fs/cgroup/cpu/x", "", "cpu.cfs_quota_us\ntasks", "ls"},
                      {"/sys/fs/cgroup/memory/x y", "", "cgroup.procs\nmemory.limit_in_bytes\ntasks", "ls"},
                      {"/sys/fs/cgroup/unified/x", "", "cgroup.procs", "ls"}};
  }
  Shown shown(story.events);
  EXPECT_THAT(panel(chosen(shown, "gauge:memory")),
              AllOf(HasSubstr("limit 64 MiB"), HasSubstr("READ FROM /sys/fs/cgroup/x/memory.max 67108864 ")));
  EXPECT_EQ(commands(scene(shown)), "[grep . '/sys/fs/cgroup/memory/x y/memory.limit_in_bytes']");
  EXPECT_THAT(panel(chosen(shown, "gauge:cpu")),
              AllOf(HasSubstr("0.5 cpu"), HasSubstr("READ FROM /sys/fs/cgroup/x/cpu.max 50000 100000 ")));
  view_.language = trace::Language::korean;
  EXPECT_THAT(panel(chosen(shown, "gauge:cpu")), AllOf(HasSubstr("CPU 0.5개"), Not(HasSubstr("0.5 cpu"))));
  view_.language = trace::Language::english;
  EXPECT_THAT(panel(chosen(shown, "gauge:pids")),
              AllOf(HasSubstr("READ FROM /sys/fs/cgroup/x/pids.max 20 "), HasSubstr("$ cat /proc/48121/cgroup")));
}

// What has no event of its own is explained by what is known of it, and never by an older event.
TEST_F(SceneEvidence, EveryThingOfThePictureSaysSomethingOfItself) {
  for (const bool ended : {false, true}) {
    RunStory story = held_story();
    if (ended) {
      story.released("isolate.proc", 2, 1'000'000);
      story.files();
      story.powers();
      story.execute();
      story.exit();
    }
    story.events.front().arguments.push_back({"socket", std::string("/run/e.sock")});
    Shown shown(story.events);
    std::set<std::string> things;
    for (const Place& place : scene(shown).places) {
      if (place.act == Act::select_event) things.insert(place.name);
    }
    for (const char* thing : {"host", "kernel", "cache", "container", "walls", "gauge:cpu", "launcher", "monitor"}) {
      EXPECT_EQ(things.count(thing), 1U) << thing;
    }
    for (const std::string& thing : things) {
      support::Faults faults;
      for (const trace::Language language : {trace::Language::korean, trace::Language::english}) {
        view_.language = language;
        const Scene scene = chosen(shown, thing);
        support::find_cut_words(scene, faults);
        support::find_collisions(scene, fonts_, {}, faults);
      }
      EXPECT_EQ(support::lines_of(faults), "") << thing;
      const std::string words = panel(chosen(shown, thing));
      EXPECT_THAT(words, HasSubstr(std::string(term_of(thing, view_.language)))) << thing;
      EXPECT_THAT(words, Not(HasSubstr("No evidence was read"))) << thing;
      EXPECT_GT(words.size(), term_of(thing, view_.language).size() + 20) << words;
    }
    EXPECT_THAT(panel(chosen(shown, "kernel")), AllOf(HasSubstr("6.18.44"), HasSubstr("$ uname -sr")));
    EXPECT_EQ(commands(chosen(shown, "hub")), "[curl -s http://127.0.0.1:41873/v2/_catalog]");
    EXPECT_THAT(panel(chosen(shown, "launcher")), HasSubstr("$ ps -o pid,ppid,args -p 47981"));
    EXPECT_THAT(panel(chosen(shown, "engine")), AllOf(HasSubstr("0.1.0"), HasSubstr("event 1, before this run")));
    EXPECT_EQ(commands(scene(shown)), "[curl -s --unix-socket /run/e.sock http://localhost/version]");
  }
}

// A command that could not work is none: a process that has ended has no /proc, a gone engine no socket.
TEST_F(SceneEvidence, NothingThatIsGoneHasACommand) {
  RunStory story = held_story();
  story.released("isolate.proc", 2, 1'000'000);
  story.files();
  story.powers();
  story.execute();
  const std::size_t runs = story.events.size();
  story.exit();
  Shown shown(story.events);
  for (const char* thing : {"wall:uts", "walls", "process", "mount:isolate.proc", "gauge:memory", "monitor"}) {
    EXPECT_THAT(panel(chosen(shown, thing)), AllOf(HasSubstr("It is gone"), Not(HasSubstr("$ ")))) << thing;
  }
  // The container itself is kept.
  EXPECT_THAT(panel(chosen(shown, "container")), Not(HasSubstr("It is gone")));
  // Nor where one looks back to when it was there.
  view_.position = shown.position_at(runs);
  view_.thing = "process";
  EXPECT_THAT(panel(shown.scene(view_, size_, fonts_)), AllOf(HasSubstr("It is gone"), Not(HasSubstr("$ "))));
  view_.engine = EngineState::gone;
  for (const char* thing : {"engine", "launcher", "hub"}) {
    EXPECT_THAT(panel(chosen(shown, thing)), Not(HasSubstr("$ "))) << thing;
  }
}

// Until pivot_root the container's folders stand where the host has them.
TEST_F(SceneEvidence, AMountIsAskedForWhereItIs) {
  RunStory story = held_story();
  story.files();
  Shown before(story.events);
  EXPECT_THAT(panel(chosen(before, "mount:isolate.proc")),
              AllOf(HasSubstr("$ findmnt -N 48121 "), Not(HasSubstr("48121 /proc"))));
  story.operation("isolate.pivot");
  Shown after(story.events);
  EXPECT_THAT(panel(chosen(after, "mount:isolate.proc")), HasSubstr("$ findmnt -N 48121 /proc "));
}

TEST_F(SceneEvidence, AllMountsAreListedAndEachCanBeChosen) {
  RunStory story = held_story();
  story.files();
  for (int i = 3; i < 12; ++i) {
    const std::string number = std::to_string(i);
    story.operation("isolate.volume-" + number, trace::Stage::isolate, {{"object", "/v" + number}});
  }
  Shown shown(story.events);
  const Scene scene = chosen(shown, "mounts");
  const Rect panel = lay_out(size_).evidence;
  std::set<std::string> listed;
  for (const Place& place : scene.places) {
    if (panel.contains(place.rect.centre()) && place.name.starts_with("mount:")) {
      listed.insert(place.name);
      EXPECT_GE(place.number, 0) << place.name;
    }
  }
  for (const char* name :
       {"isolate.proc", "isolate.volume", "isolate.volume-2", "isolate.volume-3", "isolate.volume-11"})
    EXPECT_EQ(listed.count("mount:" + std::string(name)), 1U) << name;
}

TEST_F(SceneEvidence, AllOfItCanBeReadByScrollingAndNoHeadingStandsAlone) {
  RunStory story = held_story();
  for (trace::Event& event : story.events) {
    for (trace::Evidence& evidence : event.evidence) {
      if (event.name == "isolate.clone") evidence.content += "\n1\n2\n3\n4\n5\n6";
    }
  }
  Shown shown(story.events);
  const auto clone = std::find_if(story.events.begin(), story.events.end(),
                                  [](const trace::Event& event) { return event.name == "isolate.clone"; });
  for (const Viewport size : {Viewport{1600, 900}, Viewport{1280, 720}, Viewport{1366, 640}}) {
    size_ = size;
    view_.selected = static_cast<model::EventIndex>(clone - story.events.begin());
    const std::string all = all_of(shown);
    for (const char* words : {"/ns/pid", "/ns/user", "BY HAND", "in one bash", "SOURCE engine/plan/cgroups.cpp:7"}) {
      EXPECT_THAT(all, HasSubstr(words));
    }
    EXPECT_GT(farthest(scene(shown)), 0);
    for (int row = 0; row <= farthest(scene(shown)) + 3; ++row) {
      view_.evidence_row = row;
      const Scene scene = this->scene(shown);
      const std::vector<Text> texts = texts_of(scene);
      EXPECT_FALSE(texts.back().font == caption) << texts.back().words << " at row " << row;
      support::Faults faults;
      support::find_collisions(scene, fonts_, {}, faults);
      EXPECT_EQ(support::lines_of(faults), "");
    }
    view_.evidence_row = 0;
  }
}

// At this prompt nothing of the container answers; a command that runs may be one in it.
TEST_F(SceneEvidence, ThePromptSaysWhoseShellItIs) {
  const RunStory story = held_story();
  Shown shown(story.events);
  const auto says = [&](const std::string& words) {
    return support::words_in(scene(shown)).find(words) != std::string::npos;
  };
  EXPECT_TRUE(says("$ is your own shell, not the container's | "));
  view_.terminal.folder = "/srv/x";
  EXPECT_TRUE(says("$ is your own shell in /srv/x, not the container's | "));
  view_.terminal.folder = "/srv/" + std::string(80, 'x');
  EXPECT_TRUE(says("$ is your own shell, not the container's | "));
  view_.terminal.prompt = false;
  EXPECT_FALSE(says("own shell"));
}

// A panel that shows everything does not scroll.
TEST_F(SceneEvidence, WhatFitsDoesNotScroll) {
  RunStory story;
  story.baseline();
  Shown shown(story.events);
  EXPECT_EQ(farthest(chosen(shown, "kernel")), 0);
  view_.evidence_row = 5;
  EXPECT_THAT(panel(scene(shown)), HasSubstr(std::string(term_of("kernel", view_.language))));
}

// One who compares two runs may see a number again.
TEST_F(SceneEvidence, AWallSaysThatItsNumberMayComeAgain) {
  const RunStory story = held_story();
  Shown shown(story.events);
  EXPECT_THAT(panel(chosen(shown, "wall:uts")),
              HasSubstr("When a wall has gone, the kernel may give its number to a new one."));
  view_.language = trace::Language::korean;
  EXPECT_THAT(panel(chosen(shown, "wall:uts")), HasSubstr("그 번호를 새 벽에 다시 줄 수 있어요."));
}

TEST_F(SceneEvidence, WhatExecveMadeIsReadOrAskedFor) {
  RunStory story = held_story();
  story.released("isolate.proc", 2, 1'000'000);
  story.files();
  story.powers();
  story.execute();
  const auto exec = std::find_if(story.events.begin(), story.events.end(),
                                 [](const trace::Event& event) { return event.name == "run.exec"; });
  const auto of_event = [&](Shown& shown) {
    view_.thing.clear();
    view_.selected = static_cast<model::EventIndex>(exec - story.events.begin());
    return scene(shown);
  };
  Shown unread(story.events);
  EXPECT_EQ(commands(of_event(unread)), "[readlink /proc/48121/exe]");
  EXPECT_THAT(panel(chosen(unread, "process")), Not(HasSubstr(" program ")));
  exec->evidence = {{"/proc/48121/exe", "/memfd:x (deleted)", "/bin/busybox", "readlink /proc/48121/exe"}};
  Shown read(story.events);
  EXPECT_THAT(panel(of_event(read)),
              AllOf(HasSubstr("READ FROM /proc/48121/exe /bin/busybox"), HasSubstr("$ readlink /proc/48121/exe")));
  EXPECT_THAT(panel(chosen(read, "process")), HasSubstr("/bin/busybox program "));
  // A process that has ended has none.
  exec->evidence.clear();
  story.exit();
  Shown ended(story.events);
  EXPECT_EQ(commands(of_event(ended)), "");
}

trace::Event& event_of(RunStory& story, const std::string& name) {
  return *std::find_if(story.events.begin(), story.events.end(),
                       [&](const trace::Event& event) { return event.name == name; });
}

RunStory started_story() {
  RunStory story;
  story.held_start();
  story.released("isolate.proc", 2, 1'000'000);
  story.files();
  story.powers();
  story.execute();
  return story;
}

TEST_F(SceneEvidence, CapabilitiesAreNamedFromTheMaskThatWasRead) {
  RunStory story = started_story();
  trace::Event& event = event_of(story, "isolate.capabilities");
  event.evidence = {{"/proc/48121/status", "",
                     "CapInh:\t0000000000000000\nCapPrm:\t0000020000002401\nCapEff:\t0000020000002401", "grep"}};
  {
    Shown shown(story.events);
    chosen(shown, "filter:capabilities");
    EXPECT_THAT(all_of(shown),
                AllOf(HasSubstr("It keeps 4 capabilities (CapPrm, CapEff): chown net_bind_service net_raw 41"),
                      HasSubstr("Empty: CapInh."), HasSubstr("mount file systems (sys_admin)"),
                      HasSubstr("CapEff: 0000020000002401")));
    view_.language = trace::Language::korean;
    EXPECT_THAT(all_of(shown), AllOf(HasSubstr("권한(capability) 4개"), HasSubstr("파일 시스템 마운트 (sys_admin)")));
    view_.language = trace::Language::english;
  }
  // All of root's, and none.
  event.evidence[0].content = "CapEff:\t000001ffffffffff";
  Shown all(story.events);
  chosen(all, "filter:capabilities");
  EXPECT_THAT(all_of(all), AllOf(HasSubstr("It keeps 41 capabilities"), HasSubstr("checkpoint_restore"),
                                 Not(HasSubstr("What is missing"))));
  event.evidence[0].content = "CapEff:\t0000000000000000";
  Shown none(story.events);
  chosen(none, "filter:capabilities");
  EXPECT_THAT(all_of(none), AllOf(HasSubstr("Empty: CapEff."), Not(HasSubstr("It keeps"))));
  event.evidence[0].content = "CapEff:\tnot a mask";
  Shown damaged(story.events);
  chosen(damaged, "filter:capabilities");
  EXPECT_THAT(all_of(damaged), Not(HasSubstr("WHAT IT MEANS")));
}

TEST_F(SceneEvidence, ASeccompModeIsSaidInWordsWithWhatThePlansFilterAnswers) {
  RunStory story = started_story();
  trace::Event& event = event_of(story, "isolate.seccomp");
  event.evidence = {{"/proc/48121/status", "Seccomp:\t0", "Seccomp:\t2\nSeccomp_filters:\t2", "grep"}};
  {
    Shown shown(story.events);
    chosen(shown, "filter:seccomp");
    EXPECT_THAT(all_of(shown), AllOf(HasSubstr("Seccomp 2 means a filter"), HasSubstr("pass 2 filters"),
                                     Not(HasSubstr("system calls it allows"))))
        << "an older recording does not tell";
  }
  event.arguments.push_back({"calls_allowed", std::int64_t{298}});
  event.arguments.push_back({"calls_by_arguments", std::int64_t{3}});
  event.arguments.push_back({"calls_refused", std::int64_t{67}});
  event.arguments.push_back({"refused_examples", std::string("mount bpf")});
  Shown shown(story.events);
  chosen(shown, "filter:seccomp");
  EXPECT_THAT(all_of(shown), AllOf(HasSubstr("Of 368 system calls it allows 298 and refuses 67. 3 depend"),
                                   HasSubstr("mount(2), bpf(2). They fail with EPERM.")));
  view_.language = trace::Language::korean;
  EXPECT_THAT(all_of(shown),
              AllOf(HasSubstr("368개 가운데 298개는 허용하고 67개는 거절해요"), HasSubstr("예: mount(2), bpf(2)")));
}

TEST_F(SceneEvidence, ALongTableOfMountsBeginsWithThoseThatCarryTheContainerAndIsWhole) {
  RunStory story = started_story();
  std::string table =
      "138 113 0:51 / / rw,relatime - overlay overlay rw,lowerdir=layers/2\n"
      "139 138 0:53 / /proc rw,nosuid - proc proc rw\n"
      "144 138 0:57 / /sys ro,nosuid - sysfs sysfs rw\n"
      "140 138 0:54 / /dev rw,nosuid - tmpfs tmpfs rw\n";
  for (int i = 0; i < 60; ++i) table += fmt::format("{} 138 0:60 / /more/{} rw - ext4 /dev/vda rw\n", 200 + i, i);
  trace::Event& event = event_of(story, "isolate.proc");
  event.evidence = {{"/proc/48121/mountinfo", "", table, "findmnt"}};
  Shown shown(story.events);
  chosen(shown, "mount:isolate.proc");
  const std::string words = all_of(shown);
  EXPECT_THAT(words, AllOf(HasSubstr("64 mounts were read. These carry the container: /       overlay"),
                           HasSubstr("/sys    sysfs, read only And 60 more. All of them stand below."),
                           HasSubstr("/more/59 rw")));
  EXPECT_LT(words.find("/dev    tmpfs"), words.find("138 113 0:51"));
  event.evidence[0].content = "139 138 0:53 / /proc rw,nosuid - proc proc rw";
  Shown one(story.events);
  chosen(one, "mount:isolate.proc");
  EXPECT_THAT(all_of(one), Not(HasSubstr("carry the container"))) << "one line says it itself";
}

TEST_F(SceneEvidence, ThePictureNamesTheMountsThatCarryTheContainer) {
  RunStory story;
  story.held_start();
  story.released("isolate.proc", 2, 1'000'000);
  story.files();
  for (const auto& [name, place] : {std::pair{"isolate.dev", "/dev"}, std::pair{"isolate.sysfs", "/sys"},
                                    std::pair{"isolate.hosts", "/etc/hosts"}, std::pair{"isolate.resolv", "/etc/r"}}) {
    story.operation(name, trace::Stage::isolate, {{"object", std::string(place)}});
  }
  story.powers();
  story.execute();
  Shown shown(story.events);
  const auto mounts = [](const Scene& scene) {
    std::string all;
    for (const Place& place : scene.places) {
      if (place.name.starts_with("mount:")) all += place.name.substr(6) + " ";
    }
    return all;
  };
  const Scene over = scene(shown);
  EXPECT_EQ(mounts(over), "snapshot.overlay isolate.proc isolate.dev isolate.sysfs ");
  EXPECT_THAT(support::words_in(over, "mounts"), HasSubstr("and 4 more"));
  const std::string words = panel(chosen(shown, "mounts"));
  for (const char* place : {"/proc", "/x", "/y", "/dev", "/etc/hosts"}) EXPECT_THAT(words, HasSubstr(place));
}

TEST_F(SceneEvidence, WhatNoCommandDoesIsSaidInItsPlace) {
  RunStory story = started_story();
  event_of(story, "isolate.seccomp").arguments.push_back({"remark", std::string("No command of a shell loads one.")});
  Shown shown(story.events);
  chosen(shown, "filter:seccomp");
  EXPECT_THAT(all_of(shown), HasSubstr("BY HAND No command of a shell loads one."));
}

}  // namespace
}  // namespace glassdock::scene
