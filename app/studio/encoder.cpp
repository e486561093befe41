#include "app/studio/encoder.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

#include "engine/base/error.h"
#include "engine/os/argument_pointers.h"

extern char** environ;

namespace glassdock::studio {
namespace {

constexpr const char* program = "ffmpeg";

Error failure() {
  return {ErrorKind::internal, "ffmpeg could not write the film; what it says stands above"};
}

}  // namespace

Encoder::Encoder(int width, int height, double frames_per_second, const std::vector<std::string>& arguments) {
  std::vector<std::string> words{program,
                                 "-nostdin",
                                 "-hide_banner",
                                 "-loglevel",
                                 "error",
                                 "-y",
                                 "-f",
                                 "rawvideo",
                                 "-pixel_format",
                                 "rgb24",
                                 "-s",
                                 fmt::format("{}x{}", width, height),
                                 "-r",
                                 fmt::format("{}", frames_per_second),
                                 "-i",
                                 "pipe:0"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  const std::vector<char*> pointers = os::argument_pointers(words);
  // A socket rather than a pipe: send(2) can be told not to raise SIGPIPE when ffmpeg has ended.
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
    throw Error::from_errno(errno, "socketpair", "for ffmpeg");
  }
  pictures_.reset(ends[0]);
  const UniqueFd input(ends[1]);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, input.get(), STDIN_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO);
  const int error = ::posix_spawnp(&pid_, program, &actions, nullptr, pointers.data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  if (error == ENOENT) {
    throw Error(ErrorKind::not_found, "films are made by ffmpeg, which is not installed", "sudo apt install ffmpeg");
  }
  if (error != 0) throw Error::from_errno(error, "start", program);
}

Encoder::~Encoder() {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGKILL);
  while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) continue;
}

void Encoder::add(const render::Pixels& picture) {
  for (std::size_t sent = 0; sent < picture.rgb.size();) {
    const ssize_t count = ::send(pictures_.get(), &picture.rgb[sent], picture.rgb.size() - sent, MSG_NOSIGNAL);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && errno == EPIPE) throw failure();
    if (count < 0) throw Error::from_errno(errno, "send", "pictures to ffmpeg");
    sent += static_cast<std::size_t>(count);
  }
}

void Encoder::finish() {
  pictures_.reset();
  int status = 0;
  while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) continue;
  pid_ = -1;
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) throw failure();
}

}  // namespace glassdock::studio
