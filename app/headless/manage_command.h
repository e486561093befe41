#pragma once

#include <functional>
#include <string>
#include <vector>

#include "app/headless/options.h"
#include "app/headless/session.h"
#include "app/text/manage_line.h"

namespace glassdock::headless {

// Does what the docker CLI would, and returns its exit code. Throws Error, client::EngineError for what the engine
// refused.
int manage(Session& session, const Options& options, const text::ManageCommand& command);

// Does it for each name: one failure is said, and does not keep the others from being tried. docker's exit code.
int for_each_name(const std::vector<std::string>& names, trace::Language language,
                  const std::function<void(const std::string&)>& act);

}  // namespace glassdock::headless
