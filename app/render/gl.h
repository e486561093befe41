// The one header with OpenGL: the functions that glad loads, and a few words that free what they made.
#pragma once

#include <glad/gl.h>

#include <filesystem>
#include <string>
#include <string_view>

namespace glassdock::render {

// A linked vertex and fragment shader. Lives and dies with a current context.
class Program {
 public:
  // Reads VERTEX.vert and FRAGMENT.frag. Throws Error with the compiler's words and the file.
  Program(const std::filesystem::path& folder, std::string_view vertex, std::string_view fragment);
  ~Program();
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  void use() const { glUseProgram(program_); }
  GLint uniform(const char* name) const { return glGetUniformLocation(program_, name); }

 private:
  GLuint program_ = 0;
};

// Instances of a quad: a vertex array with one buffer that is filled anew for each drawing.
class Instances {
 public:
  // `sizes`: floats of each attribute, in the order of their locations.
  explicit Instances(std::initializer_list<int> sizes);
  ~Instances();
  Instances(const Instances&) = delete;
  Instances& operator=(const Instances&) = delete;

  void draw(const float* values, std::size_t count) const;

 private:
  GLuint array_ = 0, buffer_ = 0;
  std::size_t stride_ = 0;  // bytes
};

}  // namespace glassdock::render
