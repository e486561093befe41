#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "engine/base/error.h"

namespace glassdock::hub {

// A request that the hub does not do: the HTTP status and one of the codes of the OCI distribution spec ("Error
// Codes"). Answered as {"errors":[{"code":CODE,"message":…}]}.
struct Refusal : Error {
  Refusal(int http_status, std::string_view spec_code, std::string text)
      : Error(ErrorKind::invalid_argument, std::move(text)), status(http_status), code(spec_code) {}
  int status;
  std::string code;
};

}  // namespace glassdock::hub
