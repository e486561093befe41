// Icons as strokes on a grid of 16: one small table of drawings, no pictures.
#include <initializer_list>

#include "app/scene/parts.h"

namespace glassdock::scene {
namespace {

// Draws on the grid.
class Pen {
 public:
  Pen(const Brush& brush, Point at, float size, Colour colour)
      : brush_(brush), at_(at), unit_(size / 16), colour_(colour), width_(size > 26 ? size * 0.06F : 1.6F) {}
  // Joined points.
  void path(std::initializer_list<Point> points) const {
    for (std::size_t i = 1; i < points.size(); ++i) {
      brush_.line({on(points.begin()[i - 1]), on(points.begin()[i]), width_, colour_});
    }
  }
  void box(float x, float y, float w, float h, float radius = 2) const {
    brush_.box({.rect = {on({x, y}).x, on({x, y}).y, w * unit_, h * unit_},
                .radius = radius * unit_,
                .line = colour_,
                .stroke = width_});
  }
  void ring(float x, float y, float radius) const {
    brush_.arc({.centre = on({x, y}), .radius = radius * unit_, .stroke = width_, .colour = colour_});
  }
  void dot(float x, float y, float radius) const {
    brush_.arc({.centre = on({x, y}), .radius = radius * unit_, .colour = colour_});
  }
  void triangle(Point a, Point b, Point c) const { brush_.polygon({on(a), on(b), on(c)}, colour_); }

 private:
  Point on(Point point) const { return {at_.x + point.x * unit_, at_.y + point.y * unit_}; }
  const Brush& brush_;
  Point at_;
  float unit_;
  Colour colour_;
  float width_;
};

}  // namespace

Icon icon_of(trace::Stage stage) {
  switch (stage) {
    case trace::Stage::request:
      return Icon::request;
    case trace::Stage::cache:
      return Icon::cache;
    case trace::Stage::pull:
      return Icon::pull;
    case trace::Stage::snapshot:
      return Icon::snapshot;
    case trace::Stage::isolate:
      return Icon::isolate;
    case trace::Stage::run:
      return Icon::run;
    default:
      return Icon::chip;
  }
}

Icon icon_of(model::WallKind kind) {
  switch (kind) {
    case model::WallKind::pid:
      return Icon::clone_pid;
    case model::WallKind::mnt:
      return Icon::folder;
    case model::WallKind::cgroup:
      return Icon::meter;
    case model::WallKind::ipc:
      return Icon::arrows;
    case model::WallKind::net:
      return Icon::network;
    case model::WallKind::uts:
      return Icon::tag;
    case model::WallKind::user:
      break;
  }
  return Icon::person;
}

void draw_icon(const Brush& brush, Icon icon, Point at, float size, Colour colour) {
  Pen pen(brush, at, size, colour);
  switch (icon) {
    case Icon::request:
      pen.path({{2, 8}, {11, 8}});
      pen.path({{8, 5}, {11, 8}, {8, 11}});
      pen.path({{14, 3}, {14, 13}});
      return;
    case Icon::cache:
      pen.box(2, 2, 12, 12);
      pen.path({{2, 8}, {14, 8}});
      pen.path({{6.5F, 5}, {9.5F, 5}});
      pen.path({{6.5F, 11}, {9.5F, 11}});
      return;
    case Icon::pull:
      pen.path({{8, 2}, {8, 10}});
      pen.path({{5, 7}, {8, 10}, {11, 7}});
      pen.path({{2, 10}, {2, 14}, {14, 14}, {14, 10}});
      return;
    case Icon::snapshot:
      pen.path({{2, 4}, {14, 4}});
      pen.path({{2, 8}, {14, 8}});
      pen.path({{2, 12}, {14, 12}});
      return;
    case Icon::isolate:
      pen.path({{2, 5}, {2, 2}, {5, 2}});
      pen.path({{11, 2}, {14, 2}, {14, 5}});
      pen.path({{2, 11}, {2, 14}, {5, 14}});
      pen.path({{11, 14}, {14, 14}, {14, 11}});
      pen.dot(8, 8, 2);
      return;
    case Icon::run:
    case Icon::play:
      pen.triangle({4, 2}, {13, 8}, {4, 14});
      return;
    case Icon::pause:
      pen.path({{5, 3}, {5, 13}});
      pen.path({{11, 3}, {11, 13}});
      return;
    case Icon::step:
      pen.triangle({3, 3}, {10, 8}, {3, 13});
      pen.path({{13, 3}, {13, 13}});
      return;
    case Icon::step_back:
      pen.triangle({13, 3}, {6, 8}, {13, 13});
      pen.path({{3, 3}, {3, 13}});
      return;
    case Icon::to_begin:
      pen.triangle({9, 3}, {4, 8}, {9, 13});
      pen.triangle({14, 3}, {9, 8}, {14, 13});
      pen.path({{2, 3}, {2, 13}});
      return;
    case Icon::to_end:
      pen.triangle({7, 3}, {12, 8}, {7, 13});
      pen.triangle({2, 3}, {7, 8}, {2, 13});
      pen.path({{14, 3}, {14, 13}});
      return;
    case Icon::terminal:
      pen.box(1, 2, 14, 12);
      pen.path({{4, 6}, {6.5F, 8}, {4, 10}});
      pen.path({{8, 10.5F}, {11.5F, 10.5F}});
      return;
    case Icon::chip:
      pen.box(4, 4, 8, 8, 1);
      for (float along : {6.0F, 10.0F}) {
        pen.path({{along, 1.5F}, {along, 4}});
        pen.path({{along, 12}, {along, 14.5F}});
        pen.path({{1.5F, along}, {4, along}});
        pen.path({{12, along}, {14.5F, along}});
      }
      return;
    case Icon::hub:
      pen.ring(8, 3.5F, 2);
      pen.ring(3.5F, 12, 2);
      pen.ring(12.5F, 12, 2);
      pen.path({{7, 5.5F}, {4.5F, 10}});
      pen.path({{9, 5.5F}, {11.5F, 10}});
      return;
    case Icon::lock:
      pen.box(3, 7, 10, 7, 1);
      pen.path({{5, 7}, {5, 4.5F}, {6.5F, 2.5F}, {9.5F, 2.5F}, {11, 4.5F}, {11, 7}});
      return;
    case Icon::pencil:
      pen.path({{3, 13}, {4, 9.5F}, {11, 2.5F}, {13.5F, 5}, {6.5F, 12}, {3, 13}});
      return;
    case Icon::gate:
      pen.path({{3, 2}, {3, 14}});
      pen.path({{8, 2}, {8, 14}});
      pen.path({{13, 2}, {13, 14}});
      pen.path({{1, 6}, {15, 6}});
      pen.path({{1, 10}, {15, 10}});
      return;
    case Icon::check:
      pen.path({{3, 8.5F}, {6.5F, 12}, {13, 4.5F}});
      return;
    case Icon::cross:
      pen.path({{3.5F, 3.5F}, {12.5F, 12.5F}});
      pen.path({{12.5F, 3.5F}, {3.5F, 12.5F}});
      return;
    case Icon::clock:
      pen.ring(8, 8, 6);
      pen.path({{8, 4.5F}, {8, 8}, {11, 9.5F}});
      return;
    case Icon::target:
      pen.ring(8, 8, 6);
      pen.dot(8, 8, 2.4F);
      return;
    case Icon::clone_pid:
      pen.ring(8, 8, 6);
      pen.path({{6.5F, 6}, {8, 5}, {8, 11}});
      return;
    case Icon::folder:
      pen.path({{2, 13}, {2, 3}, {6, 3}, {8, 5}, {14, 5}, {14, 13}, {2, 13}});
      return;
    case Icon::network:
      pen.dot(8, 3.5F, 1.8F);
      pen.dot(3.5F, 12, 1.8F);
      pen.dot(12.5F, 12, 1.8F);
      pen.path({{8, 3.5F}, {3.5F, 12}, {12.5F, 12}, {8, 3.5F}});
      return;
    case Icon::tag:
      pen.path({{2, 3}, {9, 3}, {14, 8}, {9, 13}, {2, 13}, {2, 3}});
      pen.dot(5, 8, 1.2F);
      return;
    case Icon::arrows:
      pen.path({{2, 5.5F}, {13, 5.5F}});
      pen.path({{10.5F, 3}, {13, 5.5F}});
      pen.path({{14, 10.5F}, {3, 10.5F}});
      pen.path({{5.5F, 13}, {3, 10.5F}});
      return;
    case Icon::person:
      pen.ring(8, 5, 3);
      pen.path({{2.5F, 14}, {4, 10.5F}, {12, 10.5F}, {13.5F, 14}});
      return;
    case Icon::meter:
      pen.path({{2, 13}, {14, 13}});
      pen.path({{4, 13}, {4, 8}});
      pen.path({{8, 13}, {8, 3}});
      pen.path({{12, 13}, {12, 6}});
      return;
    case Icon::eye:
      pen.path({{1, 8}, {5, 4}, {11, 4}, {15, 8}, {11, 12}, {5, 12}, {1, 8}});
      pen.dot(8, 8, 2);
      return;
    case Icon::book:
      pen.path({{8, 4}, {3, 3}, {3, 12}, {8, 13}, {13, 12}, {13, 3}, {8, 4}});
      pen.path({{8, 4}, {8, 13}});
      return;
  }
}

}  // namespace glassdock::scene
