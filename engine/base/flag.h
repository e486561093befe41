#pragma once

#include <string_view>

namespace glassdock {

// As Docker's API reads a flag of the query, in any case and with blanks round it: all is on but "", "0", "no", "false"
// and "none" (moby api/server/httputils/form.go, BoolValue).
bool is_on(std::string_view value);

}  // namespace glassdock
