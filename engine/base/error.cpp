#include "engine/base/error.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace glassdock {
namespace {

ErrorKind kind_of(int error_number) {
  switch (error_number) {
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
      return ErrorKind::no_space;
    case EACCES:
    case EPERM:
    case EROFS:
      return ErrorKind::permission;
    case ENOENT:
      return ErrorKind::not_found;
    case ECONNREFUSED:
    case ECONNRESET:
    case ETIMEDOUT:
      return ErrorKind::unavailable;
    default:
      return ErrorKind::internal;
  }
}

}  // namespace

Error::Error(ErrorKind kind, std::string message, std::string hint)
    : kind_(kind), message_(std::move(message)), hint_(std::move(hint)) {
  line_ = hint_.empty() ? message_ : fmt::format("{} ({})", message_, hint_);
}

Error Error::from_errno(int error_number, std::string_view tried, std::string_view object, std::string hint) {
  Error error(kind_of(error_number),
              object.empty() ? fmt::format("{}: {}", tried, std::strerror(error_number))
                             : fmt::format("{} {}: {}", tried, object, std::strerror(error_number)),
              std::move(hint));
  error.error_number_ = error_number;
  return error;
}

Error Error::with_exit_code(int code) const {
  Error copy = *this;
  copy.exit_code_ = code;
  return copy;
}

}  // namespace glassdock
