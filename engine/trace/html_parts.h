#pragma once

#include <span>
#include <string>
#include <string_view>

#include "engine/trace/event.h"
#include "engine/trace/stages.h"
#include "engine/trace/words.h"

namespace glassdock::trace {

// The pieces of the HTML report; each is pure.

// Text for an element or a quoted attribute: markup escaped, control characters visible.
std::string escaped(std::string_view text, LineFeeds line_feeds = LineFeeds::escape);

// The style sheet: the palette and measures of docs/visual-language.md, for light, dark and paper.
std::string_view report_style();
// The icons of the stages as SVG symbols "i-request" and so on, and the hatch of held time; once a page.
std::string_view report_symbols();

// The timeline as an inline SVG: the true scale above; below it the lanes of the processes, where long stretches are
// narrowed, over a ruler with true times. Each bar leads to its event ("#eN", N: the event's index).
std::string timeline(std::span<const Event> events, Language language);

}  // namespace glassdock::trace
