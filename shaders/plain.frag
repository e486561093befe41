#version 330 core
// The inside of a large box, where no edge is near: most of the picture, and software renders it like a fill.
flat in vec4 v_fill;
out vec4 colour;

void main() { colour = v_fill; }
