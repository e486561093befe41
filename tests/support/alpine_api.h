// support: an engine with alpine in its cache, asked over its API as any HTTP client asks it.
#pragma once

#include <gtest/gtest.h>
#include <signal.h>

#include <string>

#include "tests/support/alpine_home.h"
#include "tests/support/api_call.h"
#include "tests/support/comes_true.h"

namespace glassdock::testing {

class AlpineApi : public AlpineHome {
 protected:
  static ApiAnswer call(const std::string& method, const std::string& target, const std::string& body = {}) {
    return ApiCaller(home_->data() / "engine.sock")(method, target, body);
  }
  // "State" of its inspection.
  static nlohmann::json state(const std::string& name) {
    return call("GET", "/containers/" + name + "/json").json()["State"];
  }
  static std::string status(const std::string& name) { return state(name).value("Status", ""); }
  // kill -9, and it is gone.
  static void kill_engine() {
    const pid_t engine = home_->engine();
    ::kill(engine, SIGKILL);
    ASSERT_TRUE(comes_true([&] { return ::kill(engine, 0) != 0; }));
  }
};

}  // namespace glassdock::testing
