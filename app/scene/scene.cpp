#include "app/scene/scene.h"

#include <cstring>

namespace glassdock::scene {
namespace {

// FNV-1a over the fields, not over memory: padding has no say.
class Hash {
 public:
  void add(std::uint64_t value) {
    for (int byte = 0; byte < 8; ++byte) {
      value_ = (value_ ^ ((value >> (8 * byte)) & 0xFF)) * 0x100000001B3ULL;
    }
  }
  void add(float value) {
    std::uint32_t bits = 0;
    std::memcpy(&bits, &value, sizeof bits);
    add(std::uint64_t{bits});
  }
  void add(std::string_view text) {
    add(std::uint64_t{text.size()});
    for (unsigned char byte : text) value_ = (value_ ^ byte) * 0x100000001B3ULL;
  }
  void add(Point p) {
    add(p.x);
    add(p.y);
  }
  void add(Rect r) {
    add(r.x);
    add(r.y);
    add(r.w);
    add(r.h);
  }
  template <typename Word>
  requires std::is_enum_v<Word>
  void add(Word word) { add(static_cast<std::uint64_t>(word)); }
  std::uint64_t value() const { return value_; }

 private:
  std::uint64_t value_ = 0xCBF29CE484222325ULL;
};

void add(Hash& hash, const Shape& shape) {
  hash.add(shape.kind);
  switch (shape.kind) {
    case Shape::Kind::box:
      hash.add(shape.box.rect);
      hash.add(shape.box.radius);
      hash.add(shape.box.fill);
      hash.add(shape.box.line);
      hash.add(shape.box.stroke);
      hash.add(shape.box.dash);
      hash.add(std::uint64_t{shape.box.hatched});
      hash.add(shape.box.glow);
      return;
    case Shape::Kind::line:
      hash.add(shape.line.from);
      hash.add(shape.line.to);
      hash.add(shape.line.width);
      hash.add(shape.line.colour);
      hash.add(shape.line.dash);
      return;
    case Shape::Kind::arc:
      hash.add(shape.arc.centre);
      hash.add(shape.arc.radius);
      hash.add(shape.arc.stroke);
      hash.add(shape.arc.colour);
      hash.add(shape.arc.from);
      hash.add(shape.arc.to);
      hash.add(shape.arc.dash);
      return;
    case Shape::Kind::polygon:
      for (std::size_t i = 0; i < shape.polygon.count; ++i) hash.add(shape.polygon.points[i]);
      hash.add(shape.polygon.fill);
      return;
  }
}

}  // namespace

const Place* place_at(const Scene& scene, Point point) {
  for (auto place = scene.places.rbegin(); place != scene.places.rend(); ++place) {
    if (place->rect.contains(point)) return &*place;
  }
  return nullptr;
}

const Place* scrolled_at(const Scene& scene, Point point) {
  for (auto place = scene.places.rbegin(); place != scene.places.rend(); ++place) {
    const bool scrolls = place->act == Act::focus_terminal || place->act == Act::seek_time ||
                         place->act == Act::scroll_evidence || place->act == Act::scroll_containers;
    if (scrolls && place->rect.contains(point)) return &*place;
  }
  return nullptr;
}

std::uint64_t hash(const Scene& scene) {
  Hash hash;
  hash.add(scene.width);
  hash.add(scene.height);
  for (const Layer& layer : scene.layers) {
    for (const Shape& shape : layer.shapes) add(hash, shape);
    for (const Text& text : layer.texts) {
      hash.add(text.words);
      hash.add(text.at);
      hash.add(text.font.face);
      hash.add(text.font.size);
      hash.add(text.colour);
    }
  }
  return hash.value();
}

}  // namespace glassdock::scene
