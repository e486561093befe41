#include "tests/golden/table_runs.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>

#include "engine/base/text.h"

namespace glassdock::golden {

std::unique_ptr<os::TempDir> TableRuns::witness_;
std::unique_ptr<BadRegistry> TableRuns::registry_;
std::map<Owner, std::unique_ptr<RealEngine>> TableRuns::engines_;

void TableRuns::SetUpTestSuite() {
  // A proxy where nobody listens: docker.io is out of reach, whatever the network.
  ::setenv("https_proxy", "http://127.0.0.1:1", 1);
  witness_ = std::make_unique<os::TempDir>("/tmp", "glassdock-witness.");
  std::ofstream(witness_->path() / "file") << "untouched";
  registry_ = std::make_unique<BadRegistry>(witness_->path());
}

void TableRuns::TearDownTestSuite() {
  engines_.clear();
  registry_.reset();
  witness_.reset();
}

void TableRuns::SetUp() {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root to read what other processes' namespaces hold";
  const Owner owner = GetParam().rootless ? Owner::ordinary_user : Owner::self;
  if (std::string why = RealEngine::missing(owner); !why.empty()) GTEST_SKIP() << why;
  auto& engine = engines_[owner];
  if (!engine) {
    engine = std::make_unique<RealEngine>(owner);
    std::filesystem::create_directory(engine->folder() / "shared");
    std::ofstream(engine->folder() / "shared/note") << "from the host\n";
    std::ofstream(engine->folder() / "shared/no-program") << "neither a format nor #!\n";
    std::filesystem::permissions(engine->folder() / "shared/no-program", std::filesystem::perms(0755));
  }
  engine_ = engine.get();
  host_ = plan::probe_host(engine_->data().string());
  if (GetParam().before == Before::image_is_missing) {
    remove_images();
  } else {
    const Outcome pulled = engine_->docker({"pull", "-q", "alpine"});
    ASSERT_EQ(pulled.code, 0) << pulled.err;
  }
}

void TableRuns::TearDown() {
  if (engine_ && GetParam().hub) set_hub({});
}

void TableRuns::set_hub(const client::HubConditions& conditions) const {
  client::Glass(engine_->socket()).set_hub(conditions);
}

void TableRuns::remove_images() const {
  for (const std::string& id : split(trim(engine_->docker({"images", "-q"}).out), '\n')) {
    engine_->docker({"rmi", "-f", id});
  }
}

std::vector<std::string> TableRuns::words() const {
  std::vector<std::string> words = {"run"};
  for (const std::string& word : GetParam().words) words.push_back(filled(word));
  return words;
}

std::string TableRuns::filled(std::string text) const {
  for (const auto& [name, value] :
       {std::pair<std::string, std::string>{"REGISTRY", registry_->host()}, {"FOLDER", engine_->folder().string()}}) {
    if (auto at = text.find(name); at != std::string::npos) text.replace(at, name.size(), value);
  }
  return text;
}

std::string TableRuns::lacks() const {
  const std::string controller = GetParam().limit.substr(0, GetParam().limit.find('='));
  if (controller.empty() || host_.has_controller(controller)) return {};
  return "no " + controller + " cgroup here";
}

std::vector<std::string> TableRuns::outside() const {
  std::vector<std::string> outside;
  for (const auto& folder : {witness_->path(), engine_->folder()}) {
    for (const auto& entry : std::filesystem::directory_iterator(folder)) outside.push_back(entry.path());
  }
  for (const char* path : {"/evil", "/tmp/evil", "/srv/app", "/srv/busybox"}) {
    if (std::filesystem::exists(path)) outside.emplace_back(path);
  }
  outside.push_back(os::read_file(witness_->path() / "file"));
  struct stat status {};
  ::stat((witness_->path() / "file").c_str(), &status);
  outside.push_back(fmt::format("{} links, mode {:o}", status.st_nlink, status.st_mode));
  std::sort(outside.begin(), outside.end());
  return outside;
}

}  // namespace glassdock::golden
