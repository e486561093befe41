#pragma once

#include <span>
#include <string>

#include "app/headless/options.h"
#include "engine/trace/recording.h"

namespace glassdock::headless {

// The commands that need no engine. Each takes the words behind its name and returns the exit code; throws Error, with
// exit_code() 2 for a wrong use.

// `replay FILE`: a recording as --explain would have printed it, to stdout. With --picture OUT.png the process becomes
// glassdock-studio, which draws one moment of it.
int replay(const Options& options, std::span<const std::string> words);
// `export FILE --to perfetto|html [-o OUT]`, and `--to mp4|gif`, where the process becomes glassdock-studio, which
// draws the frames. Without -o to stdout, or where that is a terminal to a file named after FILE.
int export_recording(const Options& options, std::span<const std::string> words);
// Where a recording comes from, in a line with an empty one behind it.
std::string header_text(const trace::RecordingHeader& header, trace::Language language);
// Says on stderr where the file ends in the middle of an event.
void say_notice(const trace::Recording& recording, trace::Language language);
// `gates`
int list_gates(const Options& options, std::span<const std::string> words);
// `events`
int list_events(const Options& options, std::span<const std::string> words);

}  // namespace glassdock::headless
