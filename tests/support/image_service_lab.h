// An image service over a data folder of its own and a registry that can be made to misbehave.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/daemon/image_service.h"
#include "engine/os/files.h"
#include "tests/support/failing_system.h"
#include "tests/support/fault_of.h"
#include "tests/support/faulty_registry.h"
#include "tests/support/tar_builder.h"

namespace glassdock::daemon {

using tests::fault_of;

// A data folder with all that the service works with, opened anew by reopen() as a restarted daemon would.
struct Engine {
  Engine(tests::FailingSystem& system, const std::filesystem::path& folder, const std::string& hub, ImageUsers users)
      : blobs(system, folder),
        metadata(folder / "metadata.db"),
        layers(system, folder / "layers", /*rootless=*/::geteuid() != 0),
        client({.ca_file = {},
                .stall_timeout = std::chrono::seconds(2),
                .retries = 2,
                .first_wait = std::chrono::milliseconds(1)}),
        images({blobs, metadata, layers, client, events}, {.places = {.hub = hub, .insecure = {}}}, std::move(users)) {}
  content::BlobStore blobs;
  content::Metadata metadata;
  snapshot::LayerStore layers;
  registry::Client client;
  EventLog events;
  ImageService images;
};

class ImageServiceTest : public testing::Test {
 protected:
  void SetUp() override { reopen(); }
  void reopen() {
    open();
    images().recover();
  }
  void open() {
    engine_.reset();
    engine_ = std::make_unique<Engine>(system_, folder_.path(), registry_.host(), [this](const Digest& image) {
      auto found = users_.find(image);
      return found == users_.end() ? std::vector<ImageUser>() : found->second;
    });
  }
  ImageService& images() { return engine_->images; }

  std::shared_ptr<const Image> pull(const std::string& name, std::optional<content::Platform> platform = std::nullopt) {
    lines_.clear();
    return images().pull(content::Reference::parse(name), platform, context_, [this](const PullProgress& progress) {
      lines_.push_back(progress.id.empty() ? progress.status : progress.id + ": " + progress.status);
    });
  }
  Error pull_fault(const std::string& name, std::optional<content::Platform> platform = std::nullopt) {
    SCOPED_TRACE("pull of " + name);
    return fault_of([&] { pull(name, platform); });
  }

  // Everything in the data folder but the database's own files, and the rows of the database.
  std::set<std::string> everything() {
    std::set<std::string> all;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_.path())) {
      std::string name = std::filesystem::relative(entry.path(), folder_.path()).string();
      if (!starts_with(name, "metadata.db")) all.insert(name);
    }
    for (const auto& row : engine_->metadata.images()) all.insert("image " + row.id.text());
    for (const auto& row : engine_->metadata.references()) all.insert("reference " + row.reference);
    for (const auto& row : engine_->metadata.layers()) all.insert("layer " + row.diff_id.text());
    for (auto number : engine_->metadata.pending_layers()) all.insert("pending " + std::to_string(number));
    return all;
  }
  static std::vector<std::string> flat(const std::vector<RemovedItem>& removed) {
    std::vector<std::string> lines;
    for (const RemovedItem& item : removed) {
      lines.push_back(item.untagged.empty() ? "Deleted: " + item.deleted : "Untagged: " + item.untagged);
    }
    return lines;
  }
  static tests::TarBuilder tar(const std::string& name, const std::string& text = "x") {
    return tests::TarBuilder().folder("etc").file("etc/" + name, text);
  }

  const std::string base_ = tar("base").finish();
  const std::string top_ = tar("top").finish();
  const tests::TestImage image_ = tests::make_image({base_, top_});
  os::TempDir folder_{std::filesystem::temp_directory_path(), "glassdock-images."};
  tests::FailingSystem system_;
  tests::FaultyRegistry registry_;
  std::map<Digest, std::vector<ImageUser>> users_;
  std::vector<std::string> lines_;
  trace::Context context_;
  std::unique_ptr<Engine> engine_;
};

}  // namespace glassdock::daemon
