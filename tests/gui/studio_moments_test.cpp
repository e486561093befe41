// The main moment of each lesson in the real window, by real keys and in both languages: pictures of it to look at.
// Two of them; with GLASSDOCK_LONG_TESTS=1 all.
#include <algorithm>

#include "app/lessons/catalog.h"
#include "app/lessons/folders.h"
#include "app/lessons/progress.h"
#include "app/lessons/say.h"
#include "tests/gui/studio_lesson.h"

namespace glassdock::testing {
namespace {

using lessons::plain;
using lessons::said;
using lessons::Say;

struct Moment {
  const char* lesson;
  const char* step;
};
constexpr Moment moments[] = {
    {"cgroups", "memory"},
    {"namespaces", "hostname"},
    {"what-is-a-container", "walls"},
    {"flow-of-run", "files"},
    {"one-server", "hog"},
    {"container-and-vm", "kill"},
    {"image-to-container", "tree"},
    {"command-replaced", "replaced"},
    {"docker-ps", "all"},
    {"life-cycle", "pause"},
    {"stop-against-kill", "stop-deaf"},
    {"cleaning-up", "rm-all"},
    {"exec", "walls"},
};
constexpr std::size_t usual_moments = 2;

class LessonMoments : public StudioLessonWindow {
 protected:
  // As somebody who left the lesson there and comes back.
  void come_back_to(const Moment& moment) const {
    lessons::Progress progress;
    progress[moment.lesson].step = moment.step;
    os::make_folders(progress_file().parent_path());
    lessons::save_progress(progress_file(), progress);
  }
  void play(const Moment& moment, trace::Language language) {
    const lessons::Lesson lesson = lessons::find_lesson(moment.lesson);
    const auto step = std::find_if(lesson.steps.begin(), lesson.steps.end(),
                                   [&](const lessons::Step& one) { return one.id == moment.step; });
    ASSERT_NE(step, lesson.steps.end()) << moment.lesson << " has no step " << moment.step;
    const bool korean = language == trace::Language::korean;
    const std::string name = std::string(moment.lesson) + (korean ? "-ko" : "-en");
    come_back_to(moment);
    open({"--lesson", moment.lesson, "--language", korean ? "ko" : "en", "--reduced-motion"});
    if (step->predict) {
      ASSERT_TRUE(studio_->wait_for_out(plain(step->predict->question, language)));
      ASSERT_TRUE(screen_->key("1"));
    }
    const bool typed = !step->type.empty();
    ASSERT_TRUE(studio_->wait_for_out(typed ? said(Say::type_it, language, step->type)
                                            : said(Say::enter_runs, language) + step->run));
    if (typed) {
      ASSERT_TRUE(screen_->type(step->type));
    }
    ASSERT_TRUE(screen_->key("Return"));
    for (const lessons::Hold& hold : step->holds) {
      ASSERT_TRUE(studio_->wait_for_out(plain(hold.say, language))) << hold.at;
      settle_window();
      picture(name + "-" + hold.at);
      ASSERT_TRUE(screen_->key("F5"));
    }
    ASSERT_TRUE(studio_->wait_for_out(plain(step->then, language)));
    settle_window();
    picture(name);
    leave();
  }
};

TEST_F(LessonMoments, AreSeenInBothLanguages) {
  const std::size_t count = std::getenv("GLASSDOCK_LONG_TESTS") ? std::size(moments) : usual_moments;
  for (std::size_t i = 0; i < count; ++i) {
    for (const trace::Language language : {trace::Language::english, trace::Language::korean}) {
      SCOPED_TRACE(moments[i].lesson);
      ASSERT_NO_FATAL_FAILURE(play(moments[i], language));
    }
  }
}

}  // namespace
}  // namespace glassdock::testing
