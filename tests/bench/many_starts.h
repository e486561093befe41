// Recordings as large as one likes, for benchmarks.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "engine/os/system.h"
#include "engine/trace/recording.h"
#include "tests/support/run_story.h"

namespace glassdock::bench {

// Whole starts with evidence, twenty containers alive at a time.
inline void write_starts(const std::filesystem::path& path, std::size_t events) {
  constexpr std::size_t alive = 20;
  trace::RecordingWriter writer(os::real_system(), path, trace::make_header("root", "many_starts"));
  support::RunStory story;
  story.baseline();
  story.baseline_image();
  std::size_t written = 0;
  for (std::uint64_t run = 1; written < events; ++run) {
    const std::uint64_t root = 1'000'000 + run;
    story.container = fmt::format("{:064x}", run);
    story.create(root);
    story.begin_start(root);
    story.prepared();
    story.execute(root);
    if (run > alive) {
      const std::string current = story.container;
      story.container = fmt::format("{:064x}", run - alive);
      story.exit();
      story.remove();
      story.container = current;
    }
    story.events.resize(std::min(story.events.size(), events - written));
    writer.append(story.events);
    written += story.events.size();
    story.events.clear();
  }
}

// One run that pulls a layer in so many packets.
inline void write_one_run(const std::filesystem::path& path, std::size_t events) {
  trace::RecordingWriter writer(os::real_system(), path, trace::make_header("root", "one_run"));
  support::RunStory story;
  story.baseline();
  story.missing();
  story.blob(story.request("POST /images/create"), support::story_base, 1'000'000'000, static_cast<int>(events));
  story.create();
  story.warm_start();
  writer.append(story.events);
}

}  // namespace glassdock::bench
