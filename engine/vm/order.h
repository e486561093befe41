#pragma once

#include <string>
#include <vector>

namespace glassdock::vm {

// What init in the guest is to run: an image's config and the user's command, merged as for a container.
struct GuestOrder {
  std::vector<std::string> arguments;    // at least one, but with a symbol
  std::vector<std::string> environment;  // "NAME=value"; PATH, HOME and HOSTNAME are the caller's to set
  std::string working_folder = "/";      // made where it is missing, as docker does
  std::string user;                      // "name|uid[:group|gid]"; empty is root
  std::string hostname = "guest";
  std::string symbol;  // of the kernel: init is asked where that stands, and for nothing else; empty: it is not asked
};

// As it goes over the port (guest.h). Throws Error(invalid_argument) for one without a command or symbol, with a NUL in
// a text, or longer than init takes.
std::string encode_order(const GuestOrder& order, const std::string& token);

}  // namespace glassdock::vm
