// What clicks, the wheel and Tab do with the places of the picture.
#include <gtest/gtest.h>

#include <algorithm>

#include "app/scene/layout.h"
#include "tests/support/session_test.h"
#include "tests/support/shown.h"

namespace glassdock::session {
namespace {

using support::RunStory;

TEST_F(SessionTest, EverythingThatCanBeClickedCanBeReachedByTheKeyboard) {
  tell(held_story());
  watch();
  session_.press(escape);
  const scene::Scene scene = build();
  std::vector<scene::PlaceKey> missing;
  for (const scene::Place& place : scene.places) {
    if (place.act != scene::Act::scroll_evidence) missing.push_back(scene::key_of(place));
  }
  const std::size_t stops = missing.size();
  for (std::size_t i = 0; i < stops; ++i) {
    session_.press(tab);
    const scene::Scene now = build();
    // The ring tells where the focus is.
    std::size_t rings = 0;
    for (const scene::Place& place : now.places) {
      const auto& shapes = now.layers[place.ring_beneath ? scene::Scene::ground : scene::Scene::overlay].shapes;
      const bool focused = std::any_of(shapes.begin(), shapes.end(), [&](const scene::Shape& shape) {
        return shape.box.line == scene::Colour::ink && shape.box.rect == place.rect.inset(-2);
      });
      if (!focused) continue;
      ++rings;
      std::erase(missing, scene::key_of(place));
    }
    ASSERT_GT(rings, 0U) << i;
  }
  EXPECT_TRUE(missing.empty()) << missing.size() << ", the first: " << static_cast<int>(missing.front().act) << " "
                               << missing.front().name;
}

// One region after the other, whatever the length of the words does to where things stand.
// Behind a drawer nothing is pointed at, reached by Tab, or ringed.
TEST_F(SessionTest, WhatADrawerHidesIsNoPlace) {
  const scene::Viewport small{800, 600};
  watch_a_run();
  session_.command_ended();
  session_.press(escape);
  const auto hub = [&](const scene::Scene& scene) {
    return std::any_of(scene.places.begin(), scene.places.end(),
                       [](const scene::Place& place) { return place.name == "hub"; });
  };
  ASSERT_TRUE(hub(session_.build(small, fonts_)));
  type_keys("e");
  const scene::Rect drawer = scene::lay_out(small, {.evidence_drawer = true}).evidence;
  for (std::size_t i = session_.build(small, fonts_).places.size(); i > 0; --i) {
    session_.press(tab);
    const scene::Scene now = session_.build(small, fonts_);
    ASSERT_FALSE(hub(now));
    for (const scene::Shape& shape : now.layers[scene::Scene::overlay].shapes) {
      const scene::Rect ring = shape.box.rect;
      const bool crosses =
          ring.right() > drawer.x && ring.x < drawer.right() && ring.bottom() > drawer.y && ring.y < drawer.bottom();
      EXPECT_TRUE(!crosses || ring.x >= drawer.x) << ring.x << " " << ring.y << " " << ring.w << " " << ring.h;
    }
  }
}

// It would lie over half of the picture, and over the one thing to do next.
TEST_F(SessionTest, ADrawerWithNothingToExplainStaysFoldedAndSaysSo) {
  const scene::Viewport small{800, 600};
  session_.settings().arrangement.evidence_drawer = true;  // kept from the last time
  session_.set_engine(scene::EngineState::there);
  const auto evidence = [&] {
    const std::vector<scene::Text> texts = session_.build(small, fonts_).layers[scene::Scene::drawers].texts;
    return std::any_of(texts.begin(), texts.end(), [](const scene::Text& text) { return text.words == "EVIDENCE"; });
  };
  EXPECT_FALSE(evidence());
  session_.press(escape);
  type_keys("e");
  EXPECT_FALSE(evidence());
  EXPECT_NE(session_.notice().find("Nothing to explain yet."), std::string::npos);
  session_.press(to_now);
  EXPECT_EQ(session_.notice(), "");
  session_.press({.key = Key::f5});
  RunStory story;
  story.baseline();
  story.cold();
  tell(story);
  watch();
  EXPECT_TRUE(evidence()) << "as it was left";
}

TEST_F(SessionTest, WhereTheEvidenceStandsBesideThePictureNoDrawerIsOpened) {
  watch_a_run();
  session_.command_ended();
  const auto drawer = [&] { return session_.settings().arrangement.evidence_drawer; };
  build();
  session_.click({.act = scene::Act::select_event, .name = "hub", .number = 3}, 0.5);
  session_.press(escape);
  session_.press(escape);
  type_keys("e");
  EXPECT_FALSE(drawer());
  session_.build({800, 600}, fonts_);
  session_.click({.act = scene::Act::select_event, .name = "hub", .number = 3}, 0.5);
  EXPECT_TRUE(drawer());
  build();
  session_.press(escape);
  EXPECT_TRUE(drawer()) << "nothing was closed";
}

TEST_F(SessionTest, TabGoesTheSameWayInBothLanguages) {
  tell(held_story());
  watch();
  session_.press(escape);
  const auto way = [&](trace::Language language, const scene::Viewport& size) {
    session_.settings().language = language;
    std::vector<std::string> all;
    const std::vector<scene::Place> places = session_.build(size, fonts_).places;
    const auto stops = std::count_if(places.begin(), places.end(), [](const scene::Place& place) {
      return place.act != scene::Act::scroll_evidence;
    });
    for (std::ptrdiff_t i = 0; i < stops; ++i) {
      session_.press(tab);
      const scene::Scene now = session_.build(size, fonts_);
      const scene::Layer& over = now.layers[scene::Scene::overlay];
      if (over.shapes.empty()) continue;
      for (const scene::Place& place : now.places) {
        if (place.rect.inset(-2) != over.shapes.front().box.rect) continue;
        EXPECT_NE(place.act, scene::Act::scroll_evidence) << "nothing can be done there";
        all.push_back(std::to_string(static_cast<int>(place.act)) + " " + place.name + " " +
                      std::to_string(place.number));
      }
    }
    return all;
  };
  for (const scene::Viewport& size :
       {scene::Viewport{1600, 900}, scene::Viewport{1024, 700}, scene::Viewport{800, 600}}) {
    auto english = way(trace::Language::english, size), korean = way(trace::Language::korean, size);
    // Lists have more rows where the words are shorter.
    const auto only_in_one = [](std::vector<std::string>& all, const std::vector<std::string>& other) {
      std::erase_if(all,
                    [&](const std::string& one) { return std::find(other.begin(), other.end(), one) == other.end(); });
      std::rotate(all.begin(), std::min_element(all.begin(), all.end()), all.end());
    };
    const auto english_before = english;
    only_in_one(english, korean);
    only_in_one(korean, english_before);
    EXPECT_GT(english.size(), 20U);
    EXPECT_EQ(english, korean) << size.width;
  }
}

TEST_F(SessionTest, ThingsInThePictureOpenTheirEvidence) {
  tell(held_story());
  watch();
  for (const scene::Place& place : build().places) {
    if (place.act != scene::Act::select_event || place.number < 0) continue;
    session_.click(place, 0.5);
    EXPECT_EQ(session_.selected(), static_cast<model::EventIndex>(place.number)) << place.name;
  }
  session_.press(escape);
  EXPECT_FALSE(session_.selected());
}

// What was chosen is the thing, also where no event tells of it, and nothing of an older one stays.
TEST_F(SessionTest, AThingWithoutAnEventIsExplainedToo) {
  tell(held_story());
  watch();
  const auto choose = [&](const std::string& name) {
    const scene::Scene scene = build();
    for (const scene::Place& place : scene.places) {
      if (place.act == scene::Act::select_event && place.name == name) return session_.click(place, 0.5);
    }
    FAIL() << name;
  };
  const auto says = [&](std::string_view words) {
    const std::vector<scene::Text> texts = build().layers[scene::Scene::ground].texts;
    return std::any_of(texts.begin(), texts.end(), [&](const scene::Text& one) { return one.words == words; });
  };
  choose("wall:pid");
  EXPECT_TRUE(session_.selected());
  choose("kernel");
  EXPECT_FALSE(session_.selected());
  EXPECT_TRUE(says("$ uname -sr"));
  session_.press(escape);
  EXPECT_FALSE(says("$ uname -sr"));
}

TEST_F(SessionTest, TheEvidenceScrollsByTheWheelAndByKeysAndBeginsAtItsTop) {
  RunStory story = held_story();
  for (int i = 0; i < 20; ++i) story.events.back().evidence.push_back({"/proc/" + std::to_string(i), "", "x", ""});
  story.events.back().name = "isolate.hostname";
  tell(story);
  watch();
  const auto place = [&] {
    const scene::Scene scene = build();
    const scene::Rect panel = scene::lay_out({1600, 900}).evidence;
    return *scene::scrolled_at(scene, panel.centre());
  };
  const auto seen = [&] {
    const scene::Rect panel = scene::lay_out({1600, 900}).evidence;
    const scene::Scene scene = build();
    std::string words;
    for (const scene::Text& text : scene.layers[scene::Scene::ground].texts) {
      if (panel.contains(text.room.centre())) words += text.words + " ";
    }
    return words;
  };
  ASSERT_EQ(place().act, scene::Act::scroll_evidence);
  const std::string first = seen();
  session_.scroll(place(), -1);
  const std::string second = seen();
  EXPECT_NE(first, second);
  session_.scroll(place(), 1);
  EXPECT_EQ(seen(), first);
  for (int i = 0; i < 40; ++i) session_.scroll(place(), -1);
  const std::string last = seen();
  EXPECT_NE(last, first);
  // It turns round at once: nothing was counted beyond the end.
  session_.scroll(place(), 1);
  EXPECT_NE(seen(), last);
  // At the prompt these keys have no other meaning.
  session_.press({.key = Key::page_up});
  session_.press({.key = Key::page_up});
  session_.press({.key = Key::page_up});
  EXPECT_EQ(seen(), first);
  session_.press({.key = Key::page_down});
  EXPECT_NE(seen(), first);
  const scene::Scene shown = build();
  for (const scene::Place& one : shown.places) {
    if (one.name == "wall:mnt") session_.click(one, 0.5);
  }
  EXPECT_NE(seen().find("mnt namespace"), std::string::npos) << seen();
}

// Links are higher than lines: a page is as many rows as are seen, and the last of them stays in sight.
TEST_F(SessionTest, NoRowOfTheEvidenceIsLeftOutByPages) {
  RunStory story = held_story();
  story.files();
  for (int i = 3; i < 60; ++i) {
    story.operation("isolate.volume-" + std::to_string(i), trace::Stage::isolate,
                    {{"object", "/v" + std::to_string(i)}});
  }
  tell(story);
  watch();
  for (const scene::Place& one : build().places) {
    if (one.name == "mounts") session_.click(one, 0.5);
  }
  const auto rows = [&] {
    std::vector<std::string> names;
    for (const scene::Place& place : build().places) {
      if (place.row > 0 && place.act == scene::Act::select_event) names.push_back(place.name);
    }
    return names;
  };
  std::vector<std::string> all, before = rows();
  for (int pages = 0; pages < 20; ++pages, before = rows()) {
    ASSERT_FALSE(before.empty());
    for (const std::string& row : before) {
      if (std::find(all.begin(), all.end(), row) == all.end()) all.push_back(row);
    }
    session_.press({.key = Key::page_down});
    if (rows() == before) break;
    EXPECT_EQ(std::count(before.begin(), before.end(), rows().front()), 1) << "none was left out";
  }
  // Down to the end, and all of it.
  for (int i = 3; i < 60; ++i) {
    EXPECT_EQ(std::count(all.begin(), all.end(), "mount:isolate.volume-" + std::to_string(i)), 1) << i;
  }
  for (int pages = 0; pages < 20 && rows().front() != all.front(); ++pages) {
    const std::vector<std::string> now = rows();
    session_.press({.key = Key::page_up});
    EXPECT_EQ(std::count(now.begin(), now.end(), rows().back()), 1) << "none was left out";
  }
  EXPECT_EQ(rows().front(), all.front());
}

// At the end of a run the panel explains what last happened; that the run was answered is no other thing to read.
TEST_F(SessionTest, TheEvidenceStaysWhereItWasReadAsLongAsItExplainsTheSame) {
  session_.press(enter);
  RunStory story;
  story.baseline();
  story.cold();
  trace::Event& exit = story.events.back();
  for (int i = 0; i < 60; ++i) exit.evidence.push_back({"/proc/" + std::to_string(i), "", "x", ""});
  tell(story);
  watch();
  const auto seen = [&] {
    const scene::Rect panel = scene::lay_out({1600, 900}).evidence;
    std::string words;
    const scene::Scene scene = build();
    for (const scene::Text& text : scene.layers[scene::Scene::ground].texts) {
      if (panel.contains(text.room.centre())) words += text.words + " ";
    }
    return words;
  };
  const std::string top = seen();
  session_.press({.key = Key::page_down});
  const std::string page = seen();
  ASSERT_NE(page, top);
  const std::uint64_t wait = story.request("POST /containers/x/wait");
  story.answer(wait, "POST /containers/x/wait", 200);
  story.events.erase(story.events.end() - 2);  // the answer alone: it was asked before
  tell(story);
  watch();
  EXPECT_EQ(seen(), page);
}

// The same bytes twice in one image are two layers, and a link is not what it leads to.
TEST_F(SessionTest, ThingsWithOneDigestAreTwoPlaces) {
  RunStory story;
  story.baseline();
  story.baseline_image(support::story_base + " " + support::story_top + " " + support::story_base);
  story.create();
  tell(story);
  watch();
  const auto rings = [&] {
    std::vector<scene::Rect> found;
    const scene::Scene scene = build();
    for (const scene::Shape& shape : scene.layers[scene::Scene::overlay].shapes) {
      if (shape.kind == scene::Shape::Kind::box && shape.box.line == scene::Colour::ink)
        found.push_back(shape.box.rect);
    }
    return found;
  };
  const auto layers = [&] {
    std::vector<scene::Place> found;
    for (const scene::Place& place : build().places) {
      if (place.row == 0 && place.name.starts_with("layer:")) found.push_back(place);
    }
    return found;
  };
  ASSERT_EQ(layers().size(), 3U);
  for (const scene::Place& layer : layers()) {
    session_.click(layer, 0.5);
    EXPECT_EQ(rings(), std::vector<scene::Rect>{layer.rect.inset(-4)}) << layer.name;
    EXPECT_NE(support::words_in(build()).find(layer.name.substr(6, 20)), std::string::npos);
    session_.press(escape);
  }
  // The image's parts are the layers in the picture; each is reached by itself.
  for (const scene::Place& one : build().places) {
    if (one.name == "image:alpine:latest") session_.click(one, 0.5);
  }
  std::vector<scene::Rect> reached;
  const std::size_t stops = build().places.size();
  for (std::size_t i = 0; i < stops; ++i) {
    session_.press(tab);
    std::vector<scene::Rect> now = rings();
    std::erase_if(now, [&](const scene::Rect& ring) {
      const std::vector<scene::Place> places = build().places;
      return std::none_of(places.begin(), places.end(), [&](const scene::Place& place) {
        return place.rect.inset(-2) == ring && place.name.starts_with("layer:");
      });
    });
    EXPECT_LE(now.size(), 1U) << "one has the focus";
    if (now.size() == 1 && std::find(reached.begin(), reached.end(), now[0]) == reached.end())
      reached.push_back(now[0]);
  }
  EXPECT_EQ(reached.size(), 6U) << "three in the picture, three in the evidence";
}

TEST_F(SessionTest, TheTimelineIsZoomedByTheWheelAndByKeys) {
  watch_a_run();
  const auto shown = [&] {
    for (const scene::Place& place : build().places) {
      if (place.act == scene::Act::seek_time) return place;
    }
    return scene::Place{};
  };
  const std::int64_t whole = shown().length;
  ASSERT_GT(whole, 0);
  session_.scroll(shown(), 1);
  EXPECT_EQ(shown().length, whole / 2);
  session_.press({.key = Key::escape});  // the letters are the terminal's before
  session_.press({.key = Key::plus});
  EXPECT_EQ(shown().length, whole / 4);
  for (int i = 0; i < 20; ++i) session_.press({.key = Key::minus});
  EXPECT_EQ(shown().length, whole);
}

}  // namespace
}  // namespace glassdock::session
