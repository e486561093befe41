#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "engine/os/files.h"
#include "tests/support/faulty_registry.h"
#include "tests/support/tar_builder.h"
#include "tests/support/test_image.h"

namespace glassdock::golden {

// A registry whose images are bad in one way each: HOST/bad/WAY. `witness` is a folder of the host with a file `file`,
// which the images try to reach.
class BadRegistry {
 public:
  explicit BadRegistry(const std::filesystem::path& witness) {
    const std::string tar = tests::TarBuilder().folder("bin").file("bin/tool", std::string(200'000, 't')).finish();
    registry_.add("bad/good", "latest", tests::make_image({tar}, {.label = "good"}));

    const std::string other = tests::TarBuilder().file("note", std::string(9'000, 'n')).finish();
    tests::TestImage wrong = tests::make_image({other}, {.label = "wrong digest"});
    registry_.add("bad/wrong-digest", "latest", wrong);
    std::string flipped = wrong.layers[0];
    flipped[flipped.size() / 2] = static_cast<char>(flipped[flipped.size() / 2] ^ 1);
    registry_.corrupt_blob(Digest::of(wrong.layers[0]).text(), flipped);

    registry_.add("bad/no-tar", "latest", tests::make_image({std::string(5'000, 'n')}, {.label = "no tar"}));
    add("climbs", tests::TarBuilder().file("../../evil", "evil"));
    add("absolute", tests::TarBuilder().file("/srv/app", "good").file("/../evil", "evil"));
    // A good one: it counts from the container's root. "busybox" tells by its name that it is to be busybox.
    add("absolute-but-good", tests::TarBuilder().folder("/srv").add(
                                 {.name = "/srv/busybox", .content = os::read_file("/bin/busybox"), .mode = 0755}));
    // Each time the link is honest by itself; what follows goes through it.
    add("symlink", tests::TarBuilder().symlink("out", witness).file("out/evil", "evil"));
    add("symlink-up",
        tests::TarBuilder().symlink("out", "../../../../../../../.." + witness.string()).file("out/file", "evil"));
    add("hard-link", tests::TarBuilder().hard_link("stolen", "../../../../../../../.." + witness.string() + "/file"));
    add("hard-link-absolute", tests::TarBuilder().hard_link("stolen", witness / "file"));
    add("hard-link-through-symlink", tests::TarBuilder().symlink("out", witness).hard_link("stolen", "out/file"));
    add_documents(tar);
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
  void add(const std::string& way, const tests::TarBuilder& tar) {
    registry_.add("bad/" + way, "latest", tests::make_image({tar.finish()}, {.label = way}));
  }
  void add_documents(const std::string& tar) {
    const tests::TestImage foreign = tests::make_image({tar}, {.architecture = "s390x", .label = "in an index"});
    registry_.add("bad/index", "s390x", foreign);
    registry_.add_document("bad/index", "latest", tests::make_index({{"s390x", foreign}}));

    const tests::TestImageOptions options{.label = "promised"};
    const tests::TestImage promised = tests::make_image({tar}, options);
    registry_.add_document("bad/manifest-digest", "latest", tests::make_index({{options.architecture, promised}}));
    registry_.add_document("bad/manifest-digest", promised.digest().text(),
                           tests::make_image({tar}, {.label = "another"}).manifest);
  }

  tests::FaultyRegistry registry_;
};

}  // namespace glassdock::golden
