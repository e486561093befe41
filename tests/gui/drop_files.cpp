#include "tests/gui/drop_files.h"

#include <X11/Xatom.h>
#include <X11/Xlib.h>
#include <poll.h>

#include <chrono>
#include <memory>
#include <string_view>

namespace glassdock::testing {
namespace {

constexpr long protocol = 5;
constexpr int middle_x = 400, middle_y = 300;

class Drag {
 public:
  Drag(Display* display, const std::vector<std::string>& files) : display_(display) {
    for (const std::string& file : files) uris_ += "file://" + file + "\r\n";
    source_ = ::XCreateSimpleWindow(display_, DefaultRootWindow(display_), 0, 0, 1, 1, 0, 0, 0);
    ::XSetSelectionOwner(display_, atom("XdndSelection"), source_, CurrentTime);
  }

  std::string onto(const std::string& title) {
    target_ = find(title);
    if (target_ == None) return "no window is called " + title;
    send("XdndEnter", protocol << 24, static_cast<long>(atom("text/uri-list")), None, None);
    send("XdndPosition", 0, (middle_x << 16) | middle_y, CurrentTime, static_cast<long>(atom("XdndActionCopy")));
    const auto status = answer("XdndStatus");
    if (!status) return "the window does not say whether it takes files";
    if ((status->data.l[1] & 1) == 0) return "the window takes no files";
    send("XdndDrop", 0, CurrentTime, None, None);
    return answer("XdndFinished") ? "" : "the window does not take the files";
  }

 private:
  Atom atom(const char* name) const { return ::XInternAtom(display_, name, False); }

  ::Window find(const std::string& title) const {
    ::Window root = None, parent = None, *children = nullptr, found = None;
    unsigned int count = 0;
    if (::XQueryTree(display_, DefaultRootWindow(display_), &root, &parent, &children, &count) == 0) return None;
    for (unsigned int i = 0; i < count; ++i) {
      char* name = nullptr;
      if (::XFetchName(display_, children[i], &name) != 0 && std::string_view(name).starts_with(title)) {
        found = children[i];
      }
      if (name) ::XFree(name);
    }
    if (children) ::XFree(children);
    return found;
  }

  void send(const char* message, long second, long third, long fourth, long fifth) {
    XEvent event{};
    event.xclient.type = ClientMessage;
    event.xclient.window = target_;
    event.xclient.message_type = atom(message);
    event.xclient.format = 32;
    event.xclient.data.l[0] = static_cast<long>(source_);
    event.xclient.data.l[1] = second;
    event.xclient.data.l[2] = third;
    event.xclient.data.l[3] = fourth;
    event.xclient.data.l[4] = fifth;
    ::XSendEvent(display_, target_, False, NoEventMask, &event);
    ::XFlush(display_);
  }

  // Meanwhile the files' names are given to whoever asks for them.
  std::unique_ptr<XClientMessageEvent> answer(const char* message) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (std::chrono::steady_clock::now() < end) {
      if (::XPending(display_) == 0) {
        pollfd socket{ConnectionNumber(display_), POLLIN, 0};
        ::poll(&socket, 1, 100);
        continue;
      }
      XEvent event;
      ::XNextEvent(display_, &event);
      if (event.type == SelectionRequest) give(event.xselectionrequest);
      if (event.type == ClientMessage && event.xclient.message_type == atom(message)) {
        return std::make_unique<XClientMessageEvent>(event.xclient);
      }
    }
    return nullptr;
  }

  void give(const XSelectionRequestEvent& request) {
    ::XChangeProperty(display_, request.requestor, request.property, request.target, 8, PropModeReplace,
                      reinterpret_cast<const unsigned char*>(uris_.data()), static_cast<int>(uris_.size()));
    XEvent event{};
    event.xselection.type = SelectionNotify;
    event.xselection.requestor = request.requestor;
    event.xselection.selection = request.selection;
    event.xselection.target = request.target;
    event.xselection.property = request.property;
    event.xselection.time = request.time;
    ::XSendEvent(display_, request.requestor, False, NoEventMask, &event);
    ::XFlush(display_);
  }

  Display* display_;
  std::string uris_;
  ::Window source_ = None, target_ = None;
};

}  // namespace

std::string drop_files(const std::string& display, const std::string& title, const std::vector<std::string>& files) {
  const std::unique_ptr<Display, int (*)(Display*)> connection(::XOpenDisplay(display.c_str()), ::XCloseDisplay);
  if (!connection) return "no display " + display;
  return Drag(connection.get(), files).onto(title);
}

}  // namespace glassdock::testing
