#pragma once

#include <string>

#include "app/headless/options.h"
#include "app/text/docker_line.h"
#include "engine/base/error.h"
#include "engine/client/engine.h"

namespace glassdock::headless {

// The file of --cidfile cannot be written: in docker's words.
class IdFileError : public Error {
 public:
  explicit IdFileError(std::string message) : Error(ErrorKind::invalid_argument, std::move(message)) {}
};

// The container of a run or a create: pulls what is missing, tells what the engine warns of, and writes its id where
// --cidfile says. Throws EngineError for what the engine refused, IdFileError.
client::CreatedContainer create_container(client::Engine& engine, const text::RunCommand& command,
                                          const Options& options);

// docker create: prints the id, and returns docker's exit code. `line` is what was typed.
int create_alone(const Options& options, const std::string& line, const text::CreateCommand& command);

}  // namespace glassdock::headless
