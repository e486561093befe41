#pragma once

#include <span>
#include <string>

#include "engine/trace/event.h"
#include "engine/trace/recording.h"
#include "engine/trace/words.h"

namespace glassdock::trace {

// Pure functions over a recording: no clock, no file. Both hide what ExportOptions says.

// Chrome's trace-event JSON, which ui.perfetto.dev opens: processes are the actors, threads their pids (and one more
// for each span that runs beside another), spans are complete events, a flow leads from the request to the child's
// first event. Source: "Trace Event Format" (Chromium).
std::string to_perfetto(const RecordingHeader& header, std::span<const Event> events, ExportOptions options = {});

// One HTML file that needs nothing else: no script, no font, no picture from outside. Reads in light and dark, prints
// on paper with all evidence open. At most html_event_limit events are listed; the page says how many it leaves out.
std::string to_html(const RecordingHeader& header, std::span<const Event> events, ExportOptions options = {},
                    Language language = Language::english);
inline constexpr std::size_t html_event_limit = 5000;

}  // namespace glassdock::trace
