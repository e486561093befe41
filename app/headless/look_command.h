#pragma once

#include "app/headless/options.h"
#include "app/headless/session.h"
#include "app/text/look_line.h"

namespace glassdock::headless {

// Each returns docker's exit code. Throws Error, client::EngineError for what the engine refused, text::FormatError.
int inspect(Session& session, const text::InspectCommand& command, trace::Language language);
int show_logs(Session& session, const text::LogsCommand& command);
int show_info(Session& session, const text::InfoCommand& command);
int show_version(Session& session, const text::VersionCommand& command);

}  // namespace glassdock::headless
