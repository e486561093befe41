// Sizes: the images of this engine, what a guest is made of, and what people say of both, on one logarithmic scale.
#include <algorithm>
#include <array>
#include <cmath>

#include "app/scene/race_view.h"
#include "app/scene/ways_view.h"

namespace glassdock::scene {
namespace {

constexpr double least_bytes = 1e4, most_bytes = 1e10;

// How far along the scale.
float part_of(double bytes) {
  const double part = std::log10(std::max(bytes, least_bytes) / least_bytes) / std::log10(most_bytes / least_bytes);
  return static_cast<float>(std::clamp(part, 0.0, 1.0));
}

struct SizeRow {
  std::string name;
  bool named = false;  // by others
  std::string value;
  double from = 0, to = 0;  // bytes; of a quote both ends
  Colour fill = Colour::snapshot;
  bool quoted = false;
  std::string place;
  model::EventIndex event = model::no_event;
};

// The images first, then a guest, then what people say.
class SizeRows {
 public:
  SizeRows(const model::Model& model, trace::Language language) : model_(model), language_(language) {
    add_images();
    add_guest();
    add_quote(WayWord::size_quote_image, WayWord::size_quote_image_says, 5e6, 1e8);
    add_quote(WayWord::size_quote_machine, WayWord::size_quote_machine_says, 1e9, most_bytes);
  }
  std::vector<SizeRow> rows;
  std::size_t images = 0;  // of these, the first

 private:
  // -1 as soon as one is not known.
  static std::int64_t add_known(std::int64_t sum, std::int64_t bytes) {
    return sum < 0 || bytes <= 0 ? -1 : sum + bytes;
  }
  // As the baseline told it, or as the blob came.
  std::int64_t packed_bytes(const std::string& blob, const model::Layer* layer) const {
    if (layer && layer->packed > 0) return layer->packed;
    const auto came = std::find_if(model_.transfers.begin(), model_.transfers.end(),
                                   [&](const model::Transfer& one) { return one.digest == blob; });
    return came == model_.transfers.end() ? 0 : came->bytes;
  }

  void add_images() {
    for (const model::Image* image : images_here(model_)) {
      std::int64_t packed = 0, unpacked = 0;
      for (const std::string& blob : image->layers) {
        const model::Layer* layer = model_.layer(blob);
        packed = add_known(packed, packed_bytes(blob, layer));
        unpacked = add_known(unpacked, layer ? layer->bytes : 0);
      }
      const auto words = [](std::int64_t bytes) { return bytes < 0 ? std::string("?") : trace::bytes_text(bytes); };
      rows.push_back({.name = image->reference,
                      .named = true,
                      .value = words(packed) + " → " + words(unpacked),
                      .from = static_cast<double>(packed),
                      .to = static_cast<double>(unpacked),
                      .place = "image:" + image->reference,
                      .event = image->event});
    }
    images = rows.size();
  }

  void add(WayWord name, std::int64_t bytes, std::string place, model::EventIndex event) {
    if (bytes <= 0) return;
    rows.push_back({.name = std::string(say(name, language_)),
                    .value = trace::bytes_text(bytes),
                    .from = static_cast<double>(bytes),
                    .fill = Colour::pull,
                    .place = std::move(place),
                    .event = event});
  }

  void add_guest() {
    const model::Race& race = model_.race;
    add(WayWord::size_kernel, race.kernel_bytes, "race:vm:kernel", race.sides_event);
    add(WayWord::size_root, race.root_bytes, "race:vm:files", race.sides_event);
    add(WayWord::size_qemu, race.qemu_bytes, "race:disk", race.sides_event);
    const model::RaceStanding& standing = race.lane(model::Lane::vm).standing;
    add(WayWord::size_standing, standing.proportional_bytes.value_or(0), "race:memory", standing.event);
    if (race.sides_event != model::no_event) return;
    rows.push_back({.name = std::string(say(WayWord::size_lacks_guest, language_)), .place = "way:guest"});
  }

  void add_quote(WayWord name, WayWord says, double from, double to) {
    rows.push_back({.name = std::string(say(name, language_)),
                    .value = std::string(say(says, language_)),
                    .from = from,
                    .to = to,
                    .fill = Colour::none,
                    .quoted = true,
                    .place = "way:quote"});
  }

  const model::Model& model_;
  const trace::Language language_;
};

class Sizes {
 public:
  Sizes(const Brush& brush, const Subject& subject)
      : brush_(brush), subject_(subject), language_(subject.view.language) {}

  void draw(Rect room) {
    SizeRows all(subject_.model, language_);
    std::vector<SizeRow>& rows = all.rows;
    constexpr float axis_high = 20, most = 44, least = 17;
    const float high =
        std::clamp((room.h - axis_high) / static_cast<float>(std::max<std::size_t>(rows.size(), 1)), least, most);
    const float name_wide = room.w * 0.27F, value_wide = room.w * 0.23F;
    const Rect bars{room.x + name_wide + value_wide + 10, room.y, room.w - name_wide - value_wide - 10, room.h};
    // What does not fit is left out from the images on: of those there are many.
    const auto most_rows = static_cast<std::size_t>((room.h - axis_high) / high);
    while (rows.size() > most_rows && all.images > 1) {
      rows.erase(rows.begin() + static_cast<std::ptrdiff_t>(--all.images));
    }
    const float bottom = room.y + high * static_cast<float>(std::min(rows.size(), most_rows));
    draw_scale(bars, bottom);
    float y = room.y;
    for (const SizeRow& row : rows) {
      if (y + high > bottom + 1) return;
      draw_row(row, {room.x, y, room.w, high}, name_wide, value_wide, bars);
      y += high;
    }
  }

 private:
  // Powers of ten, named where there is room.
  void draw_scale(Rect bars, float bottom) {
    float free = bars.x;
    for (auto bytes = static_cast<std::int64_t>(least_bytes); bytes <= static_cast<std::int64_t>(most_bytes);
         bytes *= 10) {
      const float x = bars.x + bars.w * part_of(static_cast<double>(bytes));
      brush_.line({{x, bars.y}, {x, bottom}, 1, Colour::hairline, Dash::dotted});
      const std::string words = trace::bytes_text(bytes);
      const float wide = brush_.width(words, code) + 2;
      const float left = std::clamp(x - wide / 2, bars.x, bars.right() - wide);
      if (left < free) continue;
      brush_.text({left, bottom + 1, wide, 18}, words, code, Colour::ink2);
      free = left + wide + 12;
    }
  }

  void draw_row(const SizeRow& row, Rect rect, float name_wide, float value_wide, Rect bars) {
    brush_.place({.rect = {rect.x - 4, rect.y, rect.w + 8, rect.h - 1},
                  .act = Act::select_event,
                  .name = row.place,
                  .number = static_cast<std::int64_t>(row.event)});
    if (row.value.empty()) {  // what is missing, and what gets it
      const float taken = draw_whole(brush_, {rect.x, rect.y, rect.w, rect.h}, {row.name}, small, Colour::ink2) + 10;
      const std::string command = "glassdock vm-race --image alpine --command \"ls /\"";
      brush_.text({rect.x + taken, rect.y, rect.w - taken, rect.h}, command, code, Colour::ink2);
      return;
    }
    const Rect name{rect.x, rect.y, name_wide - 8, rect.h}, value{rect.x + name_wide, rect.y, value_wide, rect.h};
    if (row.named) {
      brush_.text(name, row.name, code_strong, Colour::ink);
    } else {
      draw_whole(brush_, name, {row.name}, body, Colour::ink);
    }
    brush_.text(value, row.value, code, Colour::ink, Align::right);
    const float thick = std::min(rect.h - 6, 20.0F), y = rect.y + (rect.h - thick) / 2;
    const float begin = bars.x + bars.w * part_of(row.from);
    if (row.quoted) {
      brush_.box({.rect = {begin, y, bars.x + bars.w * part_of(row.to) - begin, thick},
                  .radius = 2,
                  .line = Colour::edge,
                  .stroke = 1.2F,
                  .dash = Dash::dashed,
                  .hatched = true});
      const float end = bars.x + bars.w * part_of(row.to);
      const Rect right{end + 10, rect.y, bars.right() - end - 10, rect.h},
          left{bars.x, rect.y, begin - 10 - bars.x, rect.h};
      draw_whole(brush_, right.w > left.w ? right : left, {say(WayWord::size_quoted, language_)}, small, Colour::ink2,
                 right.w > left.w ? Align::left : Align::right);
      return;
    }
    // As it travels it is full; what it becomes unpacked is its outline.
    if (row.to > 0) {
      brush_.box({.rect = {bars.x, y, std::max(bars.w * part_of(row.to), 2.0F), thick},
                  .radius = 2,
                  .line = Colour::snapshot_line,
                  .stroke = 1.2F});
    }
    if (row.from > 0) {
      brush_.box({.rect = {bars.x, y, std::max(begin - bars.x, 2.0F), thick}, .radius = 2, .fill = row.fill});
    }
  }

  const Brush& brush_;
  const Subject& subject_;
  const trace::Language language_;
};

}  // namespace

std::string way_sizes_in_words(const model::Model& model, trace::Language language) {
  std::string words;
  for (const SizeRow& row : SizeRows(model, language).rows) words += " " + row.name + ": " + row.value + ";";
  return words;
}

void draw_way_sizes(const Brush& brush, Rect room, const Subject& subject) {
  Sizes(brush, subject).draw(room);
}

}  // namespace glassdock::scene
