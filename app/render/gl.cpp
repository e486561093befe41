#define GLAD_GL_IMPLEMENTATION
#include "app/render/gl.h"

#include <fmt/format.h>

#include <vector>

#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/os/files.h"

namespace glassdock::render {
namespace {

GLuint compile(GLenum kind, const std::filesystem::path& file) {
  std::string text = os::read_file(file);
  const char* begin = text.c_str();
  GLuint shader = glCreateShader(kind);
  glShaderSource(shader, 1, &begin, nullptr);
  glCompileShader(shader);
  GLint good = 0;
  glGetShaderiv(shader, GL_COMPILE_STATUS, &good);
  if (good) return shader;
  char words[1024] = {};
  glGetShaderInfoLog(shader, sizeof words, nullptr, words);
  glDeleteShader(shader);
  throw Error(ErrorKind::corrupt, fmt::format("{}: the shader does not compile: {}", file.native(), trim(words)));
}

}  // namespace

Program::Program(const std::filesystem::path& folder, std::string_view vertex, std::string_view fragment) {
  const auto file_of = [&](std::string_view name, std::string_view kind) {
    return folder / (std::string(name) + std::string(kind));
  };
  const GLuint first = compile(GL_VERTEX_SHADER, file_of(vertex, ".vert"));
  GLuint second = 0;
  try {
    second = compile(GL_FRAGMENT_SHADER, file_of(fragment, ".frag"));
  } catch (...) {
    glDeleteShader(first);
    throw;
  }
  program_ = glCreateProgram();
  glAttachShader(program_, first);
  glAttachShader(program_, second);
  glLinkProgram(program_);
  glDeleteShader(first);
  glDeleteShader(second);
  GLint good = 0;
  glGetProgramiv(program_, GL_LINK_STATUS, &good);
  if (good) return;
  char words[1024] = {};
  glGetProgramInfoLog(program_, sizeof words, nullptr, words);
  glDeleteProgram(program_);
  throw Error(ErrorKind::corrupt,
              fmt::format("{}: the shaders {} and {} do not link: {}", folder.native(), vertex, fragment, trim(words)));
}

Program::~Program() {
  glDeleteProgram(program_);
}

Instances::Instances(std::initializer_list<int> sizes) {
  for (int size : sizes) stride_ += static_cast<std::size_t>(size) * sizeof(float);
  glGenVertexArrays(1, &array_);
  glGenBuffers(1, &buffer_);
  glBindVertexArray(array_);
  glBindBuffer(GL_ARRAY_BUFFER, buffer_);
  GLuint location = 0;
  std::size_t offset = 0;
  for (int size : sizes) {
    glEnableVertexAttribArray(location);
    glVertexAttribPointer(location, size, GL_FLOAT, GL_FALSE, static_cast<GLsizei>(stride_),
                          reinterpret_cast<const void*>(offset));
    glVertexAttribDivisor(location, 1);
    offset += static_cast<std::size_t>(size) * sizeof(float);
    ++location;
  }
  glBindVertexArray(0);
}

Instances::~Instances() {
  glDeleteBuffers(1, &buffer_);
  glDeleteVertexArrays(1, &array_);
}

void Instances::draw(const float* values, std::size_t count) const {
  if (count == 0) return;
  glBindVertexArray(array_);
  glBindBuffer(GL_ARRAY_BUFFER, buffer_);
  glBufferData(GL_ARRAY_BUFFER, static_cast<GLsizeiptr>(count * stride_), values, GL_STREAM_DRAW);
  glDrawArraysInstanced(GL_TRIANGLE_STRIP, 0, 4, static_cast<GLsizei>(count));
  glBindVertexArray(0);
}

}  // namespace glassdock::render
