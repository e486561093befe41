// hub_server LAYOUT FOLDER TOKEN [FAULT BYTES]: a hub by itself, for tests with real clients. Prints its port, and
// serves until its standard input ends. LAYOUT may be "-" for none.
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <exception>
#include <map>
#include <string>

#include "engine/hub/hub.h"

int main(int count, char** words) {
  using namespace glassdock;
  if (count != 4 && count != 6) {
    fmt::print(stderr, "usage: hub_server LAYOUT FOLDER TOKEN [FAULT BYTES]\n");
    return 2;
  }
  try {
    std::string layout = words[1];
    hub::Hub server(os::real_system(), layout == "-" ? "" : layout, words[2], words[3], {});
    if (count == 6) {
      static const std::map<std::string, hub::Fault> faults = {{"down", hub::Fault::down},
                                                               {"not-found", hub::Fault::not_found},
                                                               {"wrong-digest", hub::Fault::wrong_digest},
                                                               {"cut-off", hub::Fault::cut_off}};
      hub::HubConditions conditions;
      conditions.fault = faults.at(words[4]);
      conditions.cut_off_after = std::stoull(words[5]);
      server.set_conditions(conditions);
    }
    fmt::print("{}\n", server.port());
    std::fflush(stdout);
    char byte = 0;
    ssize_t got = 0;
    do {
      got = ::read(STDIN_FILENO, &byte, 1);
    } while (got > 0 || (got < 0 && errno == EINTR));
    return 0;
  } catch (const std::exception& fault) {
    fmt::print(stderr, "hub_server: {}\n", fault.what());
    return 1;
  }
}
