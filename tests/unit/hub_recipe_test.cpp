#include <gtest/gtest.h>

#include <fstream>

#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/hub/build/elf_file.h"
#include "engine/hub/build/image_writer.h"
#include "engine/hub/build/layer.h"
#include "engine/hub/build/recipe.h"
#include "engine/hub/image_layout.h"
#include "engine/os/files.h"
#include "tests/support/places.h"

using namespace glassdock;
namespace fs = std::filesystem;

namespace {

constexpr const char* whole = R"(name: library/test
tags: [latest, "2"]
config:
  Cmd: [/bin/tool]
  ExposedPorts: [80/tcp]
layers:
  - comment: first
    entries:
      - {folder: /tmp, mode: "1777"}
      - {file: /etc/motd, text: "hello\n"}
  - comment: second
    entries:
      - {link: /bin/tool, to: busybox}
      - {file: /program, built: tool, mode: "0755"}
)";

struct RecipeTest : testing::Test {
  os::TempDir folder{fs::temp_directory_path()};

  fs::path write(const std::string& text) {
    fs::path path = folder.path() / "test.yaml";
    std::ofstream(path) << text;
    return path;
  }
  std::string fault_of(const std::string& text) {
    try {
      hub::build::read_recipe(write(text));
    } catch (const Error& error) {
      return error.message();
    }
    return "no fault";
  }
  std::map<std::string, fs::path> built() {
    std::ofstream(folder.path() / "tool") << "#!/bin/sh\n";
    return {{"tool", folder.path() / "tool"}};
  }
};

using HubRecipe = RecipeTest;

TEST_F(HubRecipe, is_read_whole) {
  hub::build::Recipe recipe = hub::build::read_recipe(write(whole));
  EXPECT_EQ(recipe.name, "library/test");
  EXPECT_EQ(recipe.tags, (std::vector<std::string>{"latest", "2"}));
  ASSERT_EQ(recipe.layers.size(), 2u);
  EXPECT_EQ(recipe.layers[0].entries[0].mode, 01777u);
  EXPECT_EQ(recipe.layers[0].entries[1].text, "hello\n");
  EXPECT_EQ(recipe.layers[1].entries[1].origin, "tool");
}

TEST_F(HubRecipe, the_manuals_example_is_one) {
  std::string example;
  bool begun = false;
  for (const std::string& line : split(os::read_file(source_path("docs/hub.md")), '\n')) {
    begun = begun || starts_with(line, "    name:");
    if (begun && !starts_with(line, "    ")) break;
    if (begun) example += line.substr(4) + "\n";
  }
  hub::build::Recipe recipe = hub::build::read_recipe(write(example));
  EXPECT_EQ(recipe.name, "library/demo");
  ASSERT_EQ(recipe.layers.size(), 1u);
  EXPECT_EQ(recipe.layers[0].entries.size(), 6u);
}

TEST_F(HubRecipe, faults_name_file_line_and_column) {
  EXPECT_TRUE(starts_with(fault_of("name: a\ntags: [x]\nconfg: {}\n"), "test.yaml:3:1: unknown key \"confg\"; known"));
  EXPECT_TRUE(starts_with(fault_of("name: a\ntags: [x]\nconfig:\n  cmd: [a]\n"), "test.yaml:4:3: unknown key \"cmd\""));
  EXPECT_TRUE(starts_with(fault_of("name: A\n"), "test.yaml:1:7: no valid repository name"));
  EXPECT_TRUE(starts_with(fault_of("name: [\n"), "test.yaml:2:1: "));
  std::string layers = "name: a\ntags: [x]\nconfig: {}\nlayers:\n  - comment: c\n    entries:\n      - ";
  EXPECT_EQ(fault_of(layers + "{file: etc/motd, text: x}\n"), "test.yaml:7:16: \"etc/motd\" is no plain absolute path");
  EXPECT_EQ(fault_of(layers + "{file: /a/../b, text: x}\n"), "test.yaml:7:16: \"/a/../b\" is no plain absolute path");
  EXPECT_EQ(fault_of(layers + "{folder: /a, mode: 755}\n"),
            "test.yaml:7:28: a mode is four octal digits in quotes, \"0755\"");
  EXPECT_EQ(fault_of(layers + "{file: /a}\n"), "test.yaml:7:9: a file has one of: text, package (with path), built");
  EXPECT_EQ(fault_of(layers + "{link: /a}\n"), "test.yaml:7:9: the key \"to\" is missing");
}

TEST_F(HubRecipe, layers_have_their_folders_and_no_path_twice) {
  hub::build::Recipe recipe = hub::build::read_recipe(write(whole));
  auto files = hub::build::collect(recipe.layers[0], {}, {});
  EXPECT_EQ(files.size(), 3u);
  EXPECT_EQ(files.at("etc").kind, hub::build::RecipeEntry::Kind::folder);
  recipe.layers[0].entries.push_back(recipe.layers[0].entries[1]);
  EXPECT_THROW(hub::build::collect(recipe.layers[0], {}, {}), Error);
}

TEST_F(HubRecipe, a_missing_package_is_named) {
  std::string text = whole;
  text += "      - {file: /lost, package: lost-package, path: /nowhere/lost}\n";
  hub::build::Recipe recipe = hub::build::read_recipe(write(text));
  try {
    hub::build::collect(recipe.layers[1], built(), {});
    FAIL() << "collected";
  } catch (const Error& error) {
    EXPECT_EQ(error.message(), "test.yaml:15:9: /nowhere/lost is missing");
    EXPECT_EQ(error.hint(), "install the package lost-package");
  }
}

TEST_F(HubRecipe, the_same_recipe_gives_the_same_bytes) {
  hub::build::Recipe recipe = hub::build::read_recipe(write(whole));
  auto index_of = [&](const fs::path& path) {
    hub::build::ImageWriter writer(path);
    writer.add(recipe, built());
    writer.finish();
    return os::read_file(path / "index.json");
  };
  EXPECT_EQ(index_of(folder.path() / "one"), index_of(folder.path() / "other"));
  hub::ImageLayout layout = hub::ImageLayout::open(folder.path() / "one");
  const auto* repository = layout.find("library/test");
  ASSERT_NE(repository, nullptr);
  EXPECT_EQ(repository->tags.size(), 2u);
  EXPECT_EQ(repository->manifests.size(), 2u);  // the index and its only manifest
  EXPECT_EQ(repository->blobs.size(), 3u);      // the configuration and two layers
}

TEST_F(HubRecipe, a_layout_that_lacks_a_blob_is_refused) {
  fs::path path = folder.path() / "layout";
  hub::build::ImageWriter writer(path);
  writer.add(hub::build::read_recipe(write(whole)), built());
  writer.finish();
  hub::ImageLayout layout = hub::ImageLayout::open(path);
  fs::remove(layout.blob_path(*layout.find("library/test")->blobs.begin()));
  EXPECT_THROW(hub::ImageLayout::open(path), Error);
  EXPECT_THROW(hub::ImageLayout::open(folder.path() / "nowhere"), Error);
}

TEST_F(HubRecipe, a_program_without_its_dynamic_linker_is_refused) {
  std::string test_program = os::read_file("/proc/self/exe", std::size_t(1) << 30);
  auto interpreter = hub::build::interpreter_of(test_program);
  if (!interpreter) GTEST_SKIP() << "this test program is static itself";
  EXPECT_TRUE(starts_with(*interpreter, "/lib"));
  EXPECT_EQ(hub::build::interpreter_of("#!/bin/sh\n"), std::nullopt);
  EXPECT_EQ(hub::build::interpreter_of(test_program.substr(0, 40)), std::nullopt);
  hub::build::ImageWriter writer(folder.path() / "layout");
  EXPECT_THROW(writer.add(hub::build::read_recipe(write(whole)), {{"tool", "/proc/self/exe"}}), Error);
}

}  // namespace
