// The table of commands, and settings as they are kept.
#include <gtest/gtest.h>

#include "app/session/commands.h"
#include "app/session/settings.h"

namespace glassdock::session {
namespace {

TEST(Commands, EachChordMeansOneThingAndEachRowHasBothLanguages) {
  for (const CommandRow& row : command_rows()) {
    EXPECT_FALSE(row.english.empty());
    EXPECT_FALSE(row.korean.empty());
    for (Chord chord : {row.chord, row.also}) {
      if (chord.key == Key::none) continue;
      EXPECT_EQ(find_command(chord), &row) << name_of(chord);
    }
  }
  EXPECT_EQ(name_of({.key = Key::right, .ctrl = true}), "Ctrl →");
  EXPECT_EQ(name_of({.key = Key::f10}), "F10");
}

TEST(Settings, WhatIsWrittenIsReadAndWhatIsDamagedIsLeftOut) {
  Settings settings;
  settings.language = trace::Language::korean;
  settings.light = true;
  settings.zoom = 1.21;
  settings.arrangement.terminal_tab = true;
  const Settings read = settings_from_json(to_json(settings));
  EXPECT_EQ(read.language, settings.language);
  EXPECT_TRUE(read.light);
  EXPECT_DOUBLE_EQ(read.zoom, settings.zoom);
  EXPECT_EQ(read.arrangement, settings.arrangement);
  EXPECT_EQ(settings_from_json("{\"zoom\": 1e9, \"width\": -5, \"theme\": 3}").zoom, Settings::most_zoom);
  EXPECT_EQ(settings_from_json("no json").width, Settings{}.width);
  Settings korean;
  korean.language = trace::Language::korean;
  EXPECT_EQ(settings_from_json("{}", korean).language, trace::Language::korean);
  EXPECT_EQ(settings_from_json("{\"language\": \"en\"}", korean).language, trace::Language::english);
}

TEST(Settings, WhatWasAskedForOnceIsNotKeptUnlessItIsChanged) {
  Settings file, begin = file;  // --theme light --size 800x600
  begin.light = true;
  begin.width = 800;
  EXPECT_EQ(with_changes(file, begin, begin), file);
  Settings now = begin;
  now.zoom = 1.5;
  now.height = 700;
  now.arrangement.evidence_drawer = true;
  now.arrangement.class_mode = true;  // of this once, too
  Settings kept = with_changes(file, begin, now);
  EXPECT_FALSE(kept.light);
  EXPECT_EQ(kept.width, file.width);
  EXPECT_EQ(kept.zoom, 1.5);
  EXPECT_EQ(kept.height, 700);
  EXPECT_TRUE(kept.arrangement.evidence_drawer);
  EXPECT_FALSE(kept.arrangement.class_mode);
  Settings dark = now;
  dark.light = false;
  kept = with_changes(kept, now, dark);
  EXPECT_TRUE(with_changes(kept, dark, now).light) << "back to what was asked for, by the user";
}

}  // namespace
}  // namespace glassdock::session
