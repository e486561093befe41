#pragma once

#include <filesystem>

#include "app/session/session.h"
#include "app/session/settings.h"
#include "app/studio/studio.h"
#include "app/terminal/history.h"
#include "engine/client/place.h"

namespace glassdock::studio {

// What a studio begins with, from its options and the environment.

client::Place place_of(const client::PlaceWish& wish);
bool names_no_engine(const client::PlaceWish& place);
// Of earlier command lines.
std::filesystem::path lines_file();
// Of an engine, of a recording, or of two of them. Throws Error where one cannot be read.
session::Session make_session(const StudioOptions& options, const session::Settings& settings,
                              terminal::LineHistory& lines);
// `settings` with what the command line asks for this once.
session::Settings settings_of(const StudioOptions& options, session::Settings settings);

}  // namespace glassdock::studio
