#pragma once

#include <gtest/gtest.h>

#include "engine/base/error.h"

namespace glassdock::tests {

// The error that the call throws; fails the test where it throws none.
template <typename Call>
Error fault_of(Call&& call) {
  try {
    call();
  } catch (const Error& error) {
    return error;
  }
  ADD_FAILURE() << "no fault";
  return Error(ErrorKind::internal, "no fault");
}

}  // namespace glassdock::tests
