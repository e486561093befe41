#pragma once

#include <gtest/gtest.h>

#include <string>

#include "tests/support/faulty_registry.h"
#include "tests/support/tar_builder.h"
#include "tests/support/test_image.h"

namespace glassdock::golden {

// A registry whose images are bad in one way each: HOST/bad/WAY.
class BadRegistry {
 public:
  BadRegistry() {
    const std::string tar = tests::TarBuilder().folder("bin").file("bin/tool", std::string(200'000, 't')).finish();
    registry_.add("bad/good", "latest", tests::make_image({tar}, {.label = "good"}));

    const std::string other = tests::TarBuilder().file("note", std::string(9'000, 'n')).finish();
    tests::TestImage wrong = tests::make_image({other}, {.label = "wrong digest"});
    registry_.add("bad/wrong-digest", "latest", wrong);
    std::string flipped = wrong.layers[0];
    flipped[flipped.size() / 2] = static_cast<char>(flipped[flipped.size() / 2] ^ 1);
    registry_.corrupt_blob(Digest::of(wrong.layers[0]).text(), flipped);

    registry_.add("bad/no-tar", "latest", tests::make_image({std::string(5'000, 'n')}, {.label = "no tar"}));
    registry_.add("bad/climbs", "latest",
                  tests::make_image({tests::TarBuilder().file("../../evil", "evil").finish()}, {.label = "climbs"}));
    registry_.add("bad/platform", "latest", tests::make_image({tar}, {.architecture = "s390x", .label = "platform"}));

    tests::TestImage cut =
        tests::make_image({tests::TarBuilder().file("cut", std::string(70'000, 'c')).finish()}, {.label = "cut off"});
    registry_.add("bad/cut-off", "latest", cut);
    registry_.on_request([target = "/bad/cut-off/blobs/" + Digest::of(cut.layers[0]).text(), bytes = cut.layers[0]](
                             http::Request& request, http::ResponseWriter& answer) {
      if (request.path().find(target) == std::string::npos) return false;
      answer.start(200, {{"Content-Length", std::to_string(bytes.size())}});
      answer.write(bytes.substr(0, bytes.size() / 2));
      answer.abort();
      return true;
    });
  }
  std::string host() const { return registry_.host(); }

 private:
  tests::FaultyRegistry registry_;
};

}  // namespace glassdock::golden
