#include "tests/gui/pixel_density.h"

#include <X11/Xatom.h>
#include <X11/Xlib.h>

#include <string_view>

namespace glassdock::testing {

DoubleDensity::DoubleDensity(const std::string& name) {
  Display* display = ::XOpenDisplay(name.c_str());
  if (!display) return;
  display_.reset(display, ::XCloseDisplay);
  constexpr std::string_view resources = "Xft.dpi:\t192\n";
  ::XChangeProperty(display, DefaultRootWindow(display), XA_RESOURCE_MANAGER, XA_STRING, 8, PropModeReplace,
                    reinterpret_cast<const unsigned char*>(resources.data()), static_cast<int>(resources.size()));
  ::XSync(display, False);
}

}  // namespace glassdock::testing
