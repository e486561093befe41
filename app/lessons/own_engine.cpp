#include "app/lessons/own_engine.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "app/lessons/folders.h"
#include "engine/base/error.h"
#include "engine/client/calls.h"
#include "engine/os/files.h"
#include "engine/os/system.h"

namespace glassdock::lessons {
namespace {

namespace fs = std::filesystem;

bool is_new(const fs::path& data) {
  return !fs::exists(data) || fs::is_empty(data);
}

fs::path data_folder_at(const fs::path& socket) {
  client::Engine engine(socket);
  return nlohmann::json::parse(client::info_document(engine)).value("DockerRootDir", "");
}

}  // namespace

client::PlaceWish own_engine() {
  client::PlaceWish wish;
  wish.data = (lessons_state_folder() / "engine").native();
  return wish;
}

void claim_engine(const client::Place& place, const client::PlaceWish& wish) {
  const bool socket_alone = wish.data.empty();
  const fs::path data = socket_alone ? data_folder_at(place.socket) : place.data;
  const fs::path marker = data / own_engine_marker;
  if (fs::exists(marker)) return;
  // An engine of lessons from before there were markers.
  const bool own = wish.data == own_engine().data;
  if (!own && (socket_alone || !is_new(data))) {
    throw Error(ErrorKind::invalid_argument,
                fmt::format("lessons remove whatever an engine has, and {} is not for lessons alone", data.native()),
                "leave --data and --socket out, or name a folder that is not there yet");
  }
  os::make_folders(data);
  os::write_file_atomically(os::real_system(), marker, "Lessons are played on this engine, and remove what it has.\n");
}

}  // namespace glassdock::lessons
