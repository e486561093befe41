// What the window shows of the runs of the table: the same live and replayed, forwards and backwards, at any rate of
// frames; and readable at every gate and stage.
#include <gtest/gtest.h>

#include <csignal>
#include <string>
#include <vector>

#include "app/model/history.h"
#include "app/player/player.h"
#include "app/render/fonts.h"
#include "app/scene/panels.h"
#include "app/scene/picture.h"
#include "engine/trace/recording.h"
#include "tests/golden/table_runs.h"
#include "tests/support/scene_faults.h"

namespace glassdock::golden {
namespace {

constexpr scene::Viewport window{1600, 900};
constexpr const char* command = "docker run";

struct Moment {
  std::uint64_t model = 0, picture = 0;
  bool operator==(const Moment&) const = default;
};
void PrintTo(const Moment& moment, std::ostream* out) {
  *out << "model " << moment.model << ", picture " << moment.picture;
}

// Where one stops to look: at a gate, and where something has ended, as each stage does.
bool is_a_stop(const trace::Event& event) {
  return event.name == "gate.held" || event.kind == trace::Kind::end;
}

class ScenesOfRuns : public TableRuns {
 protected:
  // After the first `count` events. The picture and the stages: what depends on the past alone, while the timeline
  // shows what is still to come.
  Moment moment(model::History& history, const player::ViewTimes& times, std::size_t count) const {
    const model::Model& model = history.at(count);
    scene::View view;
    view.position = {.mode = player::Mode::recorded, .count = count, .event = model.last};
    const scene::Subject subject{model, history, times, view};
    scene::Scene scene;
    const scene::Brush brush(scene, fonts_);
    const scene::Layout layout = scene::lay_out(window);
    scene::draw_stages(brush, layout.stages, layout.stages_are_rail, subject);
    scene::draw_canvas(brush, layout.canvas, subject);
    return {model::hash(model), scene::hash(scene)};
  }

  // The whole window where the player stands.
  scene::Scene whole_scene(model::History& history, const player::ViewTimes& times, const player::Player& player,
                           scene::Viewport size = window, const scene::Arrangement& arrangement = {},
                           trace::Language language = trace::Language::english) const {
    const player::Track track{history, times};
    scene::View view;
    view.position = player::position(player, track);
    view.progress = [&](model::EventIndex event, player::Motion motion) {
      return static_cast<float>(player::progress_of(player, track, event, motion));
    };
    view.arrangement = arrangement;
    view.language = language;
    return scene::build({history.at(view.position.count), history, times, view}, size, fonts_);
  }
  std::uint64_t whole(model::History& history, const player::ViewTimes& times, const player::Player& player) const {
    return scene::hash(whole_scene(history, times, player));
  }

  // Of the texts, in a small and a usual window and for the back row, in both languages.
  void find_faults(model::History& history, const player::ViewTimes& times, const player::Player& player,
                   support::Faults& faults) const {
    struct {
      scene::Viewport size;
      bool class_mode = false;
    } const shown[] = {{{800, 600}}, {window}, {window, true}};
    for (const auto& [size, class_mode] : shown) {
      const scene::Arrangement arrangement{.class_mode = class_mode};
      for (trace::Language language : {trace::Language::english, trace::Language::korean}) {
        const scene::Scene scene = whole_scene(history, times, player, size, arrangement, language);
        support::find_collisions(scene, fonts_, arrangement, faults);
        support::find_cut_words(scene, faults);
      }
    }
  }

  // One moment after each event of the run, which is recorded at `path`.
  std::vector<Moment> run_live(const std::filesystem::path& path) const {
    trace::RecordingWriter writer(os::real_system(), path, trace::make_header("root", command));
    model::History history;
    player::ViewTimes times;
    std::vector<Moment> moments;
    step(*engine_, words(),
         {[&](const trace::Event& event) {
            writer.append(event);
            history.add(event);
            times.extend(history);
            moments.push_back(moment(history, times, history.size()));
            const bool runs = event.name == "container.start" && event.kind == trace::Kind::end;
            if (!runs || GetParam().kill_with == 0) return;
            const model::Container* container = history.now().current();
            ASSERT_TRUE(container && container->process > 0);  // 0 would be this process's own group
            ::kill(container->process, GetParam().kill_with);
          },
          [](const client::Held&) { return true; }, [&](std::uint64_t span) { history.name_next_run(span, command); }});
    return moments;
  }

  render::Fonts fonts_;
};

TEST_P(ScenesOfRuns, AreTheSameLiveReplayedAndBackwards) {
  if (const std::string why = lacks(); !why.empty()) GTEST_SKIP() << why;
  const auto path = engine_->folder() / "run.gdtrace";
  if (GetParam().hub) set_hub(*GetParam().hub);
  const std::vector<Moment> live = run_live(path);
  ASSERT_FALSE(live.empty());

  model::History replayed{trace::Recording(path)};
  ASSERT_EQ(replayed.size(), live.size());
  player::ViewTimes times;
  times.extend(replayed);
  const player::Track track{replayed, times};
  player::Player player = player::make_recorded_player(track);
  std::vector<std::uint64_t> forwards;
  support::Faults faults;
  for (std::size_t count = 0; count <= live.size(); ++count) {
    player::scrub_to_count(player, track, count);
    forwards.push_back(whole(replayed, times, player));
    if (count == 0) continue;
    ASSERT_EQ(moment(replayed, times, count), live[count - 1]) << "after event " << count;
    if (count == live.size() || is_a_stop(replayed.event(count - 1))) find_faults(replayed, times, player, faults);
  }
  EXPECT_EQ(support::lines_of(faults), "");
  for (std::size_t count = live.size() + 1; count-- > 0;) {
    player::scrub_to_count(player, track, count);
    ASSERT_EQ(whole(replayed, times, player), forwards[count]) << "back at " << count;
  }

  // Played from the beginning to the end, in frames of a fifteenth of a second and in four times as many.
  player::Player slow = player::make_recorded_player(track), fast = slow;
  player::play(slow, track);
  player::play(fast, track);
  constexpr std::int64_t frame = 16'666'667;
  for (int frames = 0; slow.playing; ++frames) {
    ASSERT_LT(frames, 15 * 60) << "it never ends";
    player::advance(slow, track, 4 * frame);
    for (int i = 0; i < 4; ++i) player::advance(fast, track, frame);
    if (frames % 4 == 0 || !slow.playing) {
      ASSERT_EQ(whole(replayed, times, fast), whole(replayed, times, slow)) << "in frame " << frames;
    }
  }
  if (GetParam().before == Before::image_is_missing) remove_images();
  if (!GetParam().stays.empty()) engine_->docker({"rm", "kept"});
}

INSTANTIATE_TEST_SUITE_P(Table, ScenesOfRuns, ::testing::ValuesIn(golden_runs().begin(), golden_runs().end()),
                         [](const auto& one) { return std::string(one.param.name); });

}  // namespace
}  // namespace glassdock::golden
