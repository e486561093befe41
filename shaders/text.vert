#version 330 core
// One instance is one glyph.
layout(location = 0) in vec4 target;  // left, top, right, bottom: device pixels
layout(location = 1) in vec4 source;  // the same in the atlas
layout(location = 2) in vec4 ink;
uniform vec2 size;                    // of the window in device pixels
out vec2 texel;
flat out vec4 v_ink;

void main() {
  vec2 corner = vec2(gl_VertexID & 1, gl_VertexID >> 1);
  vec2 point = mix(target.xy, target.zw, corner);
  gl_Position = vec4(point / size * vec2(2.0, -2.0) + vec2(-1.0, 1.0), 0.0, 1.0);
  texel = mix(source.xy, source.zw, corner);
  v_ink = ink;
}
