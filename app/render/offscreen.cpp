// EGL's headers stand before glad's, which leaves out a part of the platform's words that they need.
// clang-format off
#include <EGL/egl.h>
#include <EGL/eglext.h>
// clang-format on
#include "app/render/offscreen.h"

#include <fmt/format.h>
#include <png.h>

#include <cmath>
#include <cstring>

#include "engine/base/error.h"
#include "engine/os/files.h"
#include "engine/os/system.h"

namespace glassdock::render {
namespace {

constexpr const char* hint = "sudo apt install libegl1 libgl1-mesa-dri";

// EGL objects of one context; ended in reverse.
class Context {
 public:
  Context() {
    auto get_display =
        reinterpret_cast<PFNEGLGETPLATFORMDISPLAYEXTPROC>(::eglGetProcAddress("eglGetPlatformDisplayEXT"));
    if (get_display) display_ = get_display(EGL_PLATFORM_SURFACELESS_MESA, nullptr, nullptr);
    if (display_ == EGL_NO_DISPLAY || !::eglInitialize(display_, nullptr, nullptr)) {
      throw Error(ErrorKind::not_supported, "OpenGL without a display (EGL, surfaceless) does not start", hint);
    }
    ::eglBindAPI(EGL_OPENGL_API);
    constexpr EGLint wish[] = {
        EGL_CONTEXT_MAJOR_VERSION,           3,       EGL_CONTEXT_MINOR_VERSION, 3, EGL_CONTEXT_OPENGL_PROFILE_MASK,
        EGL_CONTEXT_OPENGL_CORE_PROFILE_BIT, EGL_NONE};
    context_ = ::eglCreateContext(display_, EGL_NO_CONFIG_KHR, EGL_NO_CONTEXT, wish);
    if (context_ == EGL_NO_CONTEXT || !::eglMakeCurrent(display_, EGL_NO_SURFACE, EGL_NO_SURFACE, context_) ||
        gladLoadGL(reinterpret_cast<GLADloadfunc>(::eglGetProcAddress)) == 0) {
      end();
      throw Error(ErrorKind::not_supported, "this machine's OpenGL is older than 3.3", hint);
    }
  }
  ~Context() { end(); }
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

 private:
  void end() {
    ::eglMakeCurrent(display_, EGL_NO_SURFACE, EGL_NO_SURFACE, EGL_NO_CONTEXT);
    if (context_ != EGL_NO_CONTEXT) ::eglDestroyContext(display_, context_);
    ::eglTerminate(display_);
  }
  EGLDisplay display_ = EGL_NO_DISPLAY;
  EGLContext context_ = EGL_NO_CONTEXT;
};

}  // namespace

struct Offscreen::State {
  Context context;
  Painter painter;
  float pixels;
  GLuint frame = 0, colours = 0;
  int width = 0, height = 0;

  State(const std::filesystem::path& shaders, const Fonts& fonts, float device_pixels)
      : painter(shaders, fonts), pixels(device_pixels) {
    glGenFramebuffers(1, &frame);
    glGenRenderbuffers(1, &colours);
  }
  ~State() {
    glDeleteRenderbuffers(1, &colours);
    glDeleteFramebuffers(1, &frame);
  }
  void resize(int new_width, int new_height) {
    glBindFramebuffer(GL_FRAMEBUFFER, frame);
    if (new_width == width && new_height == height) return;
    width = new_width;
    height = new_height;
    glBindRenderbuffer(GL_RENDERBUFFER, colours);
    glRenderbufferStorage(GL_RENDERBUFFER, GL_RGBA8, width, height);
    glFramebufferRenderbuffer(GL_FRAMEBUFFER, GL_COLOR_ATTACHMENT0, GL_RENDERBUFFER, colours);
    if (glCheckFramebufferStatus(GL_FRAMEBUFFER) != GL_FRAMEBUFFER_COMPLETE) {
      throw Error(ErrorKind::not_supported, fmt::format("OpenGL gives no picture of {}x{}", width, height),
                  "a smaller --size");
    }
  }
};

Offscreen::Offscreen(const std::filesystem::path& shaders, const Fonts& fonts, float pixels)
    : state_(std::make_unique<State>(shaders, fonts, pixels)) {}

Offscreen::~Offscreen() = default;

Pixels Offscreen::paint(const scene::Scene& scene, Theme theme) {
  state_->resize(static_cast<int>(std::lround(scene.width * state_->pixels)),
                 static_cast<int>(std::lround(scene.height * state_->pixels)));
  state_->painter.paint(scene, theme, state_->pixels);
  return read_pixels(state_->width, state_->height);
}

Pixels read_pixels(int width, int height) {
  Pixels picture{width, height, {}};
  std::vector<std::uint8_t> bottom_up(static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 3);
  glPixelStorei(GL_PACK_ALIGNMENT, 1);
  glReadPixels(0, 0, width, height, GL_RGB, GL_UNSIGNED_BYTE, bottom_up.data());
  picture.rgb.resize(bottom_up.size());
  std::size_t row = static_cast<std::size_t>(width) * 3;
  for (std::size_t y = 0; y < static_cast<std::size_t>(height); ++y) {
    std::memcpy(&picture.rgb[y * row], &bottom_up[(static_cast<std::size_t>(height) - 1 - y) * row], row);
  }
  return picture;
}

void write_png(const std::filesystem::path& file, const Pixels& picture) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.width = static_cast<png_uint_32>(picture.width);
  image.height = static_cast<png_uint_32>(picture.height);
  image.format = PNG_FORMAT_RGB;
  png_alloc_size_t size = 0;
  if (!::png_image_write_to_memory(&image, nullptr, &size, 0, picture.rgb.data(), 0, nullptr)) {
    throw Error(ErrorKind::internal, fmt::format("{}: {}", file.native(), image.message));
  }
  std::string bytes(size, '\0');
  if (!::png_image_write_to_memory(&image, bytes.data(), &size, 0, picture.rgb.data(), 0, nullptr)) {
    throw Error(ErrorKind::internal, fmt::format("{}: {}", file.native(), image.message));
  }
  bytes.resize(size);
  os::write_file_atomically(os::real_system(), file, bytes, 0644);
}

}  // namespace glassdock::render
