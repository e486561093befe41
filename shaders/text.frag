#version 330 core
uniform sampler2D atlas;
in vec2 texel;
flat in vec4 v_ink;
out vec4 colour;

void main() {
  float amount = texelFetch(atlas, ivec2(texel), 0).r;
  colour = vec4(v_ink.rgb, v_ink.a * amount);
}
