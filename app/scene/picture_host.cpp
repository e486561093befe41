#include <fmt/format.h>

#include <algorithm>

#include "app/scene/parts.h"
#include "app/scene/picture.h"
#include "app/scene/strings.h"

namespace glassdock::scene {
namespace {

using model::State;
using place::cache;
using place::host;
using place::kernel;

void draw_kernel(const Brush& brush, const Subject& subject) {
  trace::Language language = subject.view.language;
  brush.box({.rect = kernel, .radius = 4, .fill = Colour::raised, .line = Colour::edge, .stroke = 1.2F});
  draw_icon(brush, Icon::chip, {kernel.x + 12, kernel.y + 9}, 16, Colour::ink);
  std::string release = subject.view.kernel;
  if (release.starts_with("Linux ")) release.erase(0, 6);
  if (std::size_t dash = release.find('-'); dash != std::string::npos) release.resize(dash);
  float width =
      brush.text({kernel.x + 38, kernel.y, 260, kernel.h}, say(Word::kernel, language, {release}), strong, Colour::ink);
  float x = kernel.x + 38 + width + 20;
  brush.text({x, kernel.y, kernel.right() - 12 - x, kernel.h},
             say(subject.model.containers.empty() ? Word::kernel_already : Word::kernel_words, language), body,
             Colour::ink2);
}

// The image that the run is about, or the one pulled last.
const model::Image* shown_image(const model::Model& model) {
  if (const model::Container* container = model.current()) {
    if (const model::Image* image = model.image_of(*container)) return image;
  }
  return model.images.empty() ? nullptr : &model.images.back();
}

void draw_layer(const Brush& brush, Rect bar, std::string_view name, const model::Layer* layer,
                trace::Language language) {
  State state = layer ? layer->state : State::planned;
  bool there = state != State::planned && state != State::appearing;
  brush.box({.rect = bar,
             .radius = 4,
             .fill = there ? Colour::cache_soft : Colour::none,
             .line = there ? Colour::cache_line : Colour::edge,
             .stroke = 1.4F,
             .dash = there ? dash_of(state) : Dash::dashed});
  draw_icon(brush, Icon::lock, {bar.x + 8, bar.y + 7}, 12, there ? Colour::cache_line : Colour::ink3);
  std::string files;
  if (layer && layer->entries > 0) files = files_text(layer->entries, language);
  float wide = files.empty() ? 0 : brush.width(files, code) + 2;
  brush.text({bar.x + 28, bar.y, bar.w - 44 - wide, bar.h}, name, body, there ? Colour::ink : Colour::ink3);
  brush.text({bar.right() - 8 - wide, bar.y, wide, bar.h}, files, code, Colour::ink2, Align::right);
}

void draw_cache(const Brush& brush, const Subject& subject) {
  trace::Language language = subject.view.language;
  const model::Model& model = subject.model;
  const model::Image* image = shown_image(model);
  bool empty = !image && model.transfers.empty() && model.layers.empty();
  brush.box({.rect = cache,
             .radius = 6,
             .fill = empty ? Colour::none : Colour::card,
             .line = empty ? Colour::edge : Colour::cache_line,
             .stroke = 1.4F,
             .dash = empty ? Dash::dashed : Dash::solid});
  draw_icon(brush, Icon::cache, {cache.x + 12, cache.y + 11}, 16, empty ? Colour::ink3 : Colour::cache_line);
  brush.text({cache.x + 36, cache.y + 9, cache.w - 48, 20}, say(Word::local_cache, language), strong, Colour::ink);
  if (empty || second_lines(brush)) {
    brush.paragraph({cache.x + 12, cache.y + 34, cache.w - 24, empty ? 120.0F : 44.0F},
                    say(empty ? Word::cache_empty : Word::cache_words, language), small, Colour::ink2, empty ? 4 : 2);
  }
  if (empty) return;
  if (image) {
    brush.text({cache.x + 12, cache.y + 84, cache.w - 24, 20}, image->reference, code_strong,
               image->pull == 0 ? Colour::ink : Colour::ink3);  // pulled, or still on its way
    brush.place({{cache.x, cache.y, cache.w, 104},
                 Act::select_event,
                 "image:" + image->reference,
                 static_cast<std::int64_t>(image->event),
                 {}});
  }
  // What is pulled has no name in the cache yet: its layers come one by one.
  std::vector<std::string> blobs;
  if (image) blobs = image->layers;
  if (blobs.empty()) {
    for (const model::Transfer& transfer : model.transfers) blobs.push_back(transfer.digest);
  }
  std::size_t from = blobs.size() > most_bars ? blobs.size() - most_bars : 0;
  for (std::size_t i = from; i < blobs.size(); ++i) {
    Rect bar{cache.x + 12, place::lowest_layer - static_cast<float>(i - from) * place::layer_step, cache.w - 24,
             place::layer_height};
    const model::Layer* layer = model.layer(blobs[i]);
    draw_layer(brush, bar, say(Word::layer, language, {std::to_string(i + 1)}), layer, language);
    brush.place({bar,
                 Act::select_event,
                 "layer:" + blobs[i],
                 static_cast<std::int64_t>(layer ? layer->event : model::no_event),
                 {}});
  }
}

struct HostProcess {
  std::int32_t pid;
  std::string name;
  bool ended = false;
};

void draw_processes(const Brush& brush, const Subject& subject) {
  trace::Language language = subject.view.language;
  const model::Model& model = subject.model;
  std::vector<HostProcess> chain;
  chain.push_back({model.engine.pid, std::string(say(Word::the_engine, language))});
  if (model.engine.launcher > 0) chain.push_back({model.engine.launcher, std::string(say(Word::launcher, language))});
  const model::Container* container = model.current();
  bool monitor = container && container->monitor > 0;
  if (monitor) {
    const bool ended = container->exit_code.has_value();  // it leaves with its container
    std::string name(say(Word::monitor, language));
    if (ended) name += ", " + std::string(say(Word::gone, language));
    chain.push_back({container->monitor, std::move(name), ended});
  }
  Rect area = place::processes;
  brush.text({area.x, area.y, area.w, 18}, say(Word::processes_of_host, language), caption, Colour::ink2);
  float x = area.x + 12, y = area.y + 34;
  for (std::size_t i = 0; i < chain.size(); ++i) {
    if (chain[i].pid == 0) continue;
    if (i > 0) {
      brush.line({{x - 22, y - 20}, {x - 22, y}, 1.4F, Colour::edge});
      brush.line({{x - 22, y}, {x - 8, y}, 1.4F, Colour::edge});
    }
    const bool ended = chain[i].ended;
    brush.circle({x, y}, 8, ended ? Colour::none : Colour::raised, ended ? Colour::edge : Colour::ink3, 1.6F,
                 ended ? Dash::dashed : Dash::solid);
    std::string words = fmt::format("{} {}", chain[i].pid, chain[i].name);
    const std::string_view brief = std::string_view(words).substr(0, words.find(','));
    brush.text_of({x + 14, y - 10, area.right() - x - 14, 20}, {words, brief}, small,
                  ended ? Colour::ink3 : Colour::ink2);
    x += 22;
    y += 30;
  }
  if (!monitor || container->process == 0 || container->exit_code) return;
  // clone3: from the monitor's circle to process 1, which stands behind its walls.
  float far = subject.view.far(container->process_event, player::Motion::process);
  Point from{x - 22, y - 22}, corner{from.x, place::filters}, below{place::process.x, place::filters};
  brush.line({from, corner, 1.6F, Colour::isolate_line});
  brush.line({corner, {corner.x + (below.x - corner.x) * far, corner.y}, 1.6F, Colour::isolate_line});
  if (far >= 1) brush.line({below, {below.x, place::process.y + 24}, 1.6F, Colour::isolate_line});
}

}  // namespace

void draw_host(const Brush& brush, const Subject& subject) {
  trace::Language language = subject.view.language;
  brush.box({.rect = host, .radius = 8, .fill = Colour::panel, .line = Colour::edge, .stroke = 1.2F});
  float width = brush.text({host.x + 14, host.y + 7, 100, 20}, say(Word::host, language), strong, Colour::ink);
  brush.text({host.x + 24 + width, host.y + 7, 300, 20},
             subject.view.machine.empty() ? std::string(say(Word::one_machine, language)) : subject.view.machine, small,
             Colour::ink2);
  draw_cache(brush, subject);
  draw_processes(brush, subject);
  draw_kernel(brush, subject);
}

}  // namespace glassdock::scene
