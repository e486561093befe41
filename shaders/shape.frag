#version 330 core
// Distances to the shape's edge, in logical pixels, become coverage. All tints are opaque colours: only edges blend.
flat in vec4 v_first, v_second, v_third, v_fill, v_edge, v_style;
flat in vec2 v_pattern;
in vec2 point;
uniform float pixels;  // device pixels of one logical pixel
out vec4 colour;

const float box_kind = 0.0, line_kind = 1.0, arc_kind = 2.0;

float coverage(float distance) { return clamp(0.5 - distance * pixels, 0.0, 1.0); }

float box_distance(vec2 from_centre, vec2 half_size, float radius) {
  vec2 q = abs(from_centre) - half_size + radius;
  return length(max(q, 0.0)) + min(max(q.x, q.y), 0.0) - radius;
}

// 1 where the stroke is drawn, `along` the stroke's way. Dash lengths are the visual language's.
float dash(float along, float width) {
  float kind = v_pattern.x;
  if (kind < 0.5) return 1.0;
  float on = kind < 1.5 ? 4.0 : kind < 2.5 ? 9.0 : max(width, 1.5);
  float off = kind < 1.5 ? 3.0 : kind < 2.5 ? 5.0 : 3.0;
  float at = mod(along, on + off);
  return coverage(max(-at, at - on)) + coverage(on + off - at);
}

float polygon_distance(vec2 p) {
  int count = int(v_style.y);
  vec2 points[6] = vec2[6](v_first.xy, v_first.zw, v_second.xy, v_second.zw, v_third.xy, v_third.zw);
  // Convex: the largest distance to any side counts. The sign follows the turning sense.
  float area = 0.0;
  for (int i = 0; i < count; ++i) {
    vec2 a = points[i], b = points[(i + 1) % count];
    area += a.x * b.y - b.x * a.y;
  }
  float turn = area > 0.0 ? 1.0 : -1.0;
  float distance = -1e6;
  for (int i = 0; i < count; ++i) {
    vec2 a = points[i], b = points[(i + 1) % count];
    vec2 side = normalize(b - a);
    distance = max(distance, dot(p - a, vec2(side.y, -side.x)) * turn);
  }
  return distance;
}

vec4 over(vec4 below, vec4 above, float amount) {
  float alpha = above.a * amount;
  float both = alpha + below.a * (1.0 - alpha);
  if (both <= 0.0) return vec4(0.0);
  return vec4((above.rgb * alpha + below.rgb * below.a * (1.0 - alpha)) / both, both);
}

vec4 box_colour() {
  vec2 half_size = v_first.zw * 0.5;
  vec2 p = point - v_first.xy - half_size;
  float radius = min(v_style.y, min(half_size.x, half_size.y));
  float distance = box_distance(p, half_size, radius);
  vec4 result = vec4(v_fill.rgb, v_fill.a * coverage(distance));
  if (v_pattern.y > 0.5) {
    float stripe = mod(point.x + point.y, 7.0) - 3.5;
    result = over(result, v_edge, coverage(abs(stripe) - 0.6) * coverage(distance));
  }
  float stroke = v_style.z;
  // The way along the nearest side, for the dashes.
  vec2 to_side = half_size - abs(p);
  float along = to_side.x < to_side.y ? p.y + half_size.y : p.x + half_size.x;
  float on_edge = coverage(abs(distance + stroke * 0.5) - stroke * 0.5) * dash(along, stroke);
  result = over(result, v_edge, on_edge);
  float glow = v_style.w;
  if (glow > 0.0 && distance > 0.0) {
    float strength = 1.0 - clamp(distance / glow, 0.0, 1.0);
    result = over(vec4(v_edge.rgb, 0.45 * strength * strength), result, result.a > 0.0 ? 1.0 : 0.0);
  }
  return result;
}

vec4 line_colour() {
  vec2 way = v_first.zw - v_first.xy;
  float whole = max(length(way), 0.001);
  vec2 direction = way / whole;
  float along = dot(point - v_first.xy, direction);
  float distance = length(point - v_first.xy - direction * clamp(along, 0.0, whole)) - v_style.z * 0.5;
  return vec4(v_fill.rgb, v_fill.a * coverage(distance) * dash(along, v_style.z));
}

vec4 arc_colour() {
  vec2 p = point - v_first.xy;
  float stroke = v_first.w;
  float distance = stroke > 0.0 ? abs(length(p) - v_first.z) - stroke * 0.5 : length(p) - v_first.z;
  float angle = atan(p.y, p.x);
  float turn = mod(angle - v_second.x, 6.2831853);
  float part = v_second.y - v_second.x;
  float inside = part > 6.283 || turn <= part ? 1.0 : 0.0;
  return vec4(v_fill.rgb, v_fill.a * coverage(distance) * inside * dash(turn * v_first.z, stroke));
}

// Software runs every branch for every fragment: boxes, which are most of a picture, have a program of their own.
#ifdef ONLY_BOXES
void main() { colour = box_colour(); }
#else
void main() {
  float kind = v_style.x;
  if (kind < box_kind + 0.5) colour = box_colour();
  else if (kind < line_kind + 0.5) colour = line_colour();
  else if (kind < arc_kind + 0.5) colour = arc_colour();
  else colour = vec4(v_fill.rgb, v_fill.a * coverage(polygon_distance(point)));
}
#endif
