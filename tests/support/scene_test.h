// support: the scene of a story at one of its moments, in a window of the usual size.
#pragma once

#include <gtest/gtest.h>

#include <string_view>

#include "app/render/fonts.h"
#include "tests/support/run_story.h"
#include "tests/support/scene_faults.h"
#include "tests/support/shown.h"

namespace glassdock::support {

inline RunStory ended_story() {
  RunStory story;
  story.baseline();
  story.baseline_image();
  story.create();
  story.warm_start();
  return story;
}

}  // namespace glassdock::support

namespace glassdock::scene {

class SceneTest : public ::testing::Test {
 protected:
  Scene scene(support::Shown& shown, std::size_t count) {
    view_.position = shown.position_at(count);
    return shown.scene(view_, size_, fonts_);
  }
  Scene scene(support::Shown& shown, std::size_t count, Viewport size, trace::Language language) {
    size_ = size;
    view_.language = language;
    return scene(shown, count);
  }
  Scene end(support::Shown& shown) { return scene(shown, shown.history.size()); }

  // The box that was drawn for the first place whose name begins so; an empty one where there is none.
  static Box box_of(const Scene& scene, std::string_view name) {
    for (const Place& place : scene.places) {
      if (!place.name.starts_with(name)) continue;
      for (const Shape& shape : scene.layers[Scene::ground].shapes) {
        if (shape.kind == Shape::Kind::box && shape.box.rect == place.rect) return shape.box;
      }
    }
    ADD_FAILURE() << "no box of " << name;
    return {};
  }

  // At the end, with each thing chosen whose name begins so: its evidence is there, whole in both languages. `look`
  // gets the thing and the words on screen, in English.
  template <typename Look>
  void choose_each(support::Shown& shown, std::string_view prefix, Look look) {
    const Scene whole = end(shown);
    for (const Place& place : whole.places) {
      if (!place.name.starts_with(prefix)) continue;
      view_.thing = place.name;
      view_.selected.reset();
      if (place.number >= 0) view_.selected = static_cast<model::EventIndex>(place.number);
      support::Faults faults;
      for (const trace::Language language : {trace::Language::korean, trace::Language::english}) {
        view_.language = language;
        support::find_faults(end(shown), fonts_, view_.arrangement, faults);
      }
      EXPECT_EQ(support::lines_of(faults), "") << place.name;
      const std::string words = support::joined_words(end(shown));
      EXPECT_EQ(words.find("Nothing to show"), std::string::npos) << place.name << ": " << words;
      look(place, words);
    }
  }

  render::Fonts fonts_;
  View view_;
  Viewport size_{1600, 900};
};

}  // namespace glassdock::scene
