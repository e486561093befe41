#version 330 core
// One instance is one shape: a quad that covers it, and what the fragments need to know of it. Packed by
// app/render/painter.cpp, with the same fields in the same order.
layout(location = 0) in vec4 bounds;   // left, top, right, bottom: logical pixels, with room for soft edges
layout(location = 1) in vec4 first;    // box: x y w h; line: from, to; arc: centre, radius, stroke; polygon: points 1, 2
layout(location = 2) in vec4 second;   // arc: from, to angle; polygon: points 3, 4
layout(location = 3) in vec4 third;    // polygon: points 5, 6
layout(location = 4) in vec4 fill;     // colour; alpha 0 for none
layout(location = 5) in vec4 edge;
layout(location = 6) in vec4 style;    // kind, radius, stroke or width, glow
layout(location = 7) in vec2 pattern;  // dash, hatched
uniform vec2 size;                     // of the window in logical pixels

flat out vec4 v_first, v_second, v_third, v_fill, v_edge, v_style;
flat out vec2 v_pattern;
out vec2 point;

void main() {
  vec2 corner = vec2(gl_VertexID & 1, gl_VertexID >> 1);
  point = mix(bounds.xy, bounds.zw, corner);
  gl_Position = vec4(point / size * vec2(2.0, -2.0) + vec2(-1.0, 1.0), 0.0, 1.0);
  v_first = first;
  v_second = second;
  v_third = third;
  v_fill = fill;
  v_edge = edge;
  v_style = style;
  v_pattern = pattern;
}
