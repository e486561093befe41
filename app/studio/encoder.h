// Films through the program ffmpeg: pictures go into its stdin. docs/studio.md says why not through its libraries.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

#include "app/render/offscreen.h"
#include "engine/base/unique_fd.h"

namespace glassdock::studio {

// One run of ffmpeg. Killed when still there at the end. Writing may wait for it as long as it takes.
class Encoder {
 public:
  // `arguments`: what stands behind the description of the pictures, the file to write at the end. Throws
  // Error(not_found) with the package to install where there is no ffmpeg.
  Encoder(int width, int height, double frames_per_second, const std::vector<std::string>& arguments);
  ~Encoder();
  Encoder(const Encoder&) = delete;
  Encoder& operator=(const Encoder&) = delete;

  // Throws Error when ffmpeg takes no more; what is wrong it has said on stderr.
  void add(const render::Pixels& picture);
  // The file is whole. Throws Error where ffmpeg failed.
  void finish();

 private:
  UniqueFd pictures_;
  pid_t pid_ = -1;
};

}  // namespace glassdock::studio
