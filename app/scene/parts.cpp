#include "app/scene/parts.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "app/scene/strings.h"
#include "app/scene/view.h"
#include "engine/base/text.h"

namespace glassdock::scene {

using model::State;
using trace::Stage;

StageColours colours_of(Stage stage) {
  switch (stage) {
    case Stage::request:
      return {Colour::request, Colour::request_line, Colour::request_soft};
    case Stage::cache:
      return {Colour::cache, Colour::cache_line, Colour::cache_soft};
    case Stage::pull:
      return {Colour::pull, Colour::pull_line, Colour::pull_soft};
    case Stage::snapshot:
      return {Colour::snapshot, Colour::snapshot_line, Colour::snapshot_soft};
    case Stage::isolate:
      return {Colour::isolate, Colour::isolate_line, Colour::isolate_soft};
    case Stage::run:
      return {Colour::run, Colour::run_line, Colour::run_soft};
    default:
      return {Colour::ink2, Colour::ink2, Colour::raised};
  }
}

Colour ink_on(Stage stage) {
  return stage == Stage::run ? Colour::on_run_fill : Colour::on_fill;
}

void draw_badge(const Brush& brush, Stage stage, State state, Point at, float size) {
  StageColours colours = colours_of(stage);
  const bool gone = state == State::gone, empty = state == State::planned || gone;
  if (state == State::failed) colours = {Colour::failed, Colour::failed_line, Colour::failed_soft};
  brush.box({.rect = {at.x, at.y, size, size},
             .radius = 6,
             .fill = empty ? Colour::none : colours.soft,
             .line = gone    ? Colour::hairline
                     : empty ? Colour::edge
                             : colours.line,
             .stroke = state == State::held ? 2.5F : 1.4F,
             .dash = dash_of(state)});
  float icon = size * 0.56F;
  draw_icon(brush, icon_of(stage), {at.x + (size - icon) / 2, at.y + (size - icon) / 2}, icon,
            empty ? Colour::ink3 : colours.line);
}

void draw_panel(const Brush& brush, Rect rect) {
  brush.box({.rect = rect, .radius = 8, .fill = Colour::panel, .line = Colour::hairline, .stroke = 1});
}

void draw_named(const Brush& brush, Rect room, const Named& named, float size, Colour colour, Align align) {
  const Font words{Face::sans, size}, name{Face::mono, size};
  constexpr float blank = 0.4F;  // of the size
  const float first = brush.width(named.words, words) + blank * size;
  if (align == Align::centre) {
    const float whole = std::min(first + brush.width(named.name, name) + 1, room.w);
    room = {room.x + (room.w - whole) / 2, room.y, whole, room.h};
  }
  brush.text(room, named.words, words, colour);
  brush.text({room.x + first, room.y, room.w - first, room.h}, named.name, name, colour);
}

namespace {

// Within a button.
constexpr float padding = 10, between = 8, key_padding = 5;

float key_cap_width(const Brush& brush, std::string_view key) {
  return brush.width(key, code) + 2 * key_padding;
}

}  // namespace

float button_width(const Brush& brush, std::string_view words, std::string_view key) {
  return 2 * padding + brush.width(words, strong) + (key.empty() ? 0 : between + key_cap_width(brush, key));
}

float draw_button(const Brush& brush, Rect room, std::string_view words, std::string_view key, Place place,
                  bool filled) {
  const float width = button_width(brush, words, key);
  Rect rect{room.x, room.y, width, room.h};
  brush.box({.rect = rect,
             .radius = 6,
             .fill = filled ? Colour::action : Colour::raised,
             .line = filled ? Colour::action : Colour::edge,
             .stroke = 1});
  Colour ink = filled ? Colour::on_action : Colour::ink;
  float text = brush.text({rect.x + padding, rect.y, brush.width(words, strong) + 1, rect.h}, words, strong, ink);
  if (!key.empty()) {
    const float key_width = key_cap_width(brush, key);
    Rect cap{rect.x + padding + text + between, rect.y + 4, key_width, rect.h - 8};
    brush.box({.rect = cap, .radius = 4, .line = ink, .stroke = 1});
    brush.text({cap.x + key_padding, cap.y, key_width - 2 * key_padding + 1, cap.h}, key, code, ink);
  }
  place.rect = rect;
  brush.place(place);
  return width;
}

std::string name_of_process(Word name, bool ended, trace::Language language) {
  std::string words(say(name, language));
  if (ended) words += ", " + std::string(say(Word::gone, language));
  return words;
}

float draw_head_button(const Brush& brush, Rect panel, float right, std::string_view words, Act act) {
  constexpr float high = 26, above = 8, gap = 8;
  const float left = right - button_width(brush, words, "");
  draw_button(brush, {left, panel.y + above, 0, high}, words, "", {.act = act});
  return left - gap;
}

void draw_band_end(const Brush& brush, Rect rect) {
  brush.box({.rect = rect, .radius = 2, .fill = Colour::panel, .line = Colour::edge, .stroke = 0, .hatched = true});
}

bool is_to_come(State state) {
  return state == State::planned || state == State::held;
}

Dash outline_of(State state) {
  return is_to_come(state) ? Dash::dashed : dash_of(state);
}

Dash dash_of(State state) {
  switch (state) {
    case State::planned:
      return Dash::dashed;
    case State::failed:
      return Dash::long_dashes;
    default:
      return Dash::solid;
  }
}

std::optional<RunImage> image_of_run(const model::Model& model) {
  const model::Image* image = model.image_of_run();
  if (!image && model.run.image.empty()) return std::nullopt;
  // Before the engine has looked, the picture does not answer either.
  const bool told = image && image->event != model::no_event && image->event >= model.run.first;  // a pull's
  const bool looked = model.lookup.event != model::no_event && model.lookup.state != State::appearing;
  if (!looked && !told && !model.current()) {
    return RunImage{.name = image ? image->reference : model.run.image, .words = Word::asked_for};
  }
  return RunImage{.name = image ? image->reference : model.run.image,
                  .image = image,
                  .here = image && image->state == State::there,
                  .words = image && image->state == State::appearing ? Word::being_pulled : Word::not_here};
}

std::optional<RunImage> image_in_picture(const Subject& subject) {
  const model::Container* container = shown_container(subject);
  if (!container || container == subject.model.current()) return image_of_run(subject.model);
  const model::Image* image = subject.model.image_of(*container);
  return RunImage{.name = image ? image->reference : container->image,
                  .image = image,
                  .here = image && image->state == State::there,
                  .words = Word::not_here};
}

std::vector<const model::Image*> images_here(const model::Model& model) {
  std::vector<const model::Image*> here;
  for (const model::Image& image : model.images) {
    if (image.state == State::there) here.push_back(&image);
  }
  return here;
}

std::vector<const model::Container*> running_beside(const Subject& subject) {
  std::vector<const model::Container*> others;
  for (const model::Container& one : subject.model.containers) {
    const bool runs = one.phase == model::Phase::running || one.phase == model::Phase::paused;
    if (runs && &one != shown_container(subject)) others.push_back(&one);
  }
  return others;
}

bool start_failed(const model::Container& container) {
  return container.start_event != model::no_event && container.program.empty() && !container.is_ended() &&
         !container.error.empty() && !container.given_up;
}

std::string failure_reason(const model::Model& model) {
  if (!model.run.failed) return {};
  const model::Container* container = model.current();
  std::string reason = container ? container->error : std::string();
  for (const model::Request& request : model.run.requests) {
    if (reason.empty() && request.failed) reason = request.error;
  }
  constexpr std::string_view head = "unable to start container process: ";
  return starts_with(reason, head) ? reason.substr(head.size()) : reason;
}

Word planned_word(const Subject& subject) {
  const model::Container* container = shown_container(subject);
  if (!container || container == subject.model.current()) return planned_word(subject.model.run);
  const model::Phase phase = container->phase;
  if (phase == model::Phase::starting || phase == model::Phase::created) return Word::to_come;
  return container->start_event == model::no_event ? Word::not_watched : Word::not_reached;
}

Word planned_word(const model::Run& run) {
  if (!run.is_over()) return Word::to_come;
  return run.is_pull() && !run.failed ? Word::not_in_pull : Word::not_reached;
}

std::string stage_words(const model::Run& run, trace::Stage which, std::optional<std::int64_t> time_ns,
                        trace::Language language) {
  if (run.first == model::no_event) return {};
  const model::StageState& stage = run.stages[static_cast<std::size_t>(which)];
  switch (stage.state) {
    case State::planned:
      return std::string(say(planned_word(run), language));
    case State::gone:
      return std::string(say(Word::not_needed, language));
    case State::failed:
      return std::string(say(Word::failed, language));
    case State::leaving:
      return std::string(say(Word::given_up, language));
    case State::held:
      if (time_ns.value_or(0) == 0) return std::string(say(Word::held, language));  // before anything of it
      [[fallthrough]];
    default:
      return trace::duration_text(time_ns.value_or(0));
  }
}

void draw_crossed_out(const Brush& brush, Point centre, float radius, float stroke) {
  for (const float aside : {-0.5F, 0.0F, 0.5F}) {
    const float from = aside * radius, reach = std::sqrt(radius * radius - from * from * 2) * 0.7F;
    brush.line({{centre.x + from - reach, centre.y + from + reach},
                {centre.x + from + reach, centre.y + from - reach},
                stroke,
                Colour::hairline});
  }
}

std::string command_words(const model::Run& run, trace::Language language) {
  return run.command.empty() ? std::string(say(Word::another_client, language)) : "$ " + run.command;
}

std::string_view engine_words(const Subject& subject) {
  const model::Run& run = subject.model.run;
  const trace::Language language = subject.view.language;
  if (run.is_over()) return say(Word::engine_done, language);
  if (!run.current) return say(Word::engine_idle, language);
  // Stages overlap: a layer is unpacked while the next one is pulled.
  const model::EventIndex event = subject.view.explained(subject.model);
  const auto spoken = std::find_if(run.stages.begin(), run.stages.end(),
                                   [&](const model::StageState& stage) { return stage.last == event; });
  const auto stage = spoken == run.stages.end() ? *run.current : static_cast<trace::Stage>(spoken - run.stages.begin());
  return trace::stage_sentence(stage, language);
}

std::string files_text(std::int64_t count, trace::Language language) {
  return say(count == 1 ? Word::one_file : Word::files, language, {std::to_string(count)});
}

std::string layer_name(std::string_view kind, const std::vector<std::string>& blobs, std::size_t index) {
  const auto end = blobs.begin() + static_cast<std::ptrdiff_t>(index);
  const auto before = std::count(blobs.begin(), end, blobs[index]);
  std::string name = std::string(kind) + blobs[index];
  if (before > 0) name += "#" + std::to_string(before + 1);
  return name;
}

std::string_view blob_of(std::string_view name_behind_kind) {
  return name_behind_kind.substr(0, name_behind_kind.find('#'));
}

std::string short_digest(std::string_view digest) {
  if (std::size_t colon = digest.find(':'); colon != std::string_view::npos) digest.remove_prefix(colon + 1);
  constexpr std::size_t shown = 12;
  return digest.size() <= shown ? std::string(digest) : std::string(digest.substr(0, shown)) + "…";
}

std::string short_id(std::string_view id) {
  return std::string(id.substr(0, 12));
}

}  // namespace glassdock::scene
