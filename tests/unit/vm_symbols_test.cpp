// Where functions of kernels stand, and the file that keeps it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "engine/base/error.h"
#include "engine/os/files.h"
#include "engine/os/memory_file.h"
#include "engine/vm/symbols.h"

namespace glassdock::vm {
namespace {

constexpr std::uint64_t some_address = 0xffffffff81a07a30;

TEST(KernelAddress, IsOneOfTheKernelsHalf) {
  EXPECT_EQ(parse_kernel_address("ffffffff81a07a30"), some_address);
  EXPECT_EQ(kernel_address_text(some_address), "ffffffff81a07a30");
  // Hidden, the user's half, too short, too long, no digits, and the end of what the System.map of a Debian kernel
  // package has.
  for (const char* digits : {"0000000000000000", "00007fffffffffff", "ffffffff81a07a3", "ffffffff81a07a300", "",
                             "0xffffffff81a07a", "ffffffff81a07a3g", "package"}) {
    EXPECT_FALSE(parse_kernel_address(digits)) << digits;
  }
}

TEST(KernelDigest, IsOfTheBytesThatQemuLoads) {
  GuestKernel kernel;
  kernel.file = os::make_memory_file("test", "a kernel");
  EXPECT_EQ(digest_of(kernel), Digest::of("a kernel"));
}

class Symbols : public ::testing::Test {
 protected:
  std::string content() const { return os::try_read_file(file_).value_or(""); }
  void write(const std::string& text) { std::ofstream(file_, std::ios::binary) << text; }

  os::TempDir folder_{std::filesystem::temp_directory_path(), "glassdock-symbols."};
  const std::filesystem::path file_ = folder_.path() / "guest-symbols";
  const SymbolStore store_{os::real_system(), file_};
  const Digest kernel_ = Digest::of("a kernel"), other_ = Digest::of("another one");
};

TEST_F(Symbols, AreKeptByTheKernelsDigest) {
  EXPECT_FALSE(store_.find(kernel_, "kernel_init")) << "there is no file yet";
  store_.keep(kernel_, {"kernel_init", some_address});
  ASSERT_TRUE(store_.find(kernel_, "kernel_init"));
  EXPECT_EQ(store_.find(kernel_, "kernel_init")->address, some_address);
  EXPECT_FALSE(store_.find(other_, "kernel_init"));
  EXPECT_FALSE(store_.find(kernel_, "start_kernel"));
  EXPECT_EQ(content(), kernel_.text() + " kernel_init ffffffff81a07a30\n");
}

TEST_F(Symbols, ANewerOneTakesThePlaceOfAnOlder) {
  store_.keep(kernel_, {"kernel_init", some_address});
  store_.keep(kernel_, {"kernel_init", some_address + 16});
  EXPECT_EQ(content(), kernel_.text() + " kernel_init ffffffff81a07a40\n");
}

TEST_F(Symbols, TheOldestMakeRoom) {
  for (std::size_t i = 0; i <= SymbolStore::most_lines; ++i) {
    store_.keep(Digest::of(std::to_string(i)), {"kernel_init", some_address});
  }
  EXPECT_FALSE(store_.find(Digest::of("0"), "kernel_init"));
  EXPECT_TRUE(store_.find(Digest::of("1"), "kernel_init"));
  EXPECT_TRUE(store_.find(Digest::of(std::to_string(SymbolStore::most_lines)), "kernel_init"));
}

TEST_F(Symbols, DamagedLinesAreNoneAndGo) {
  write("sha256:12 kernel_init ffffffff81a07a30\n" + kernel_.text() + " kernel_init 0000000000000000\n" +
        kernel_.text() + " kernel_init\n\n\xff\xfe" + std::string("\0\0", 2) + "\n" + other_.text() +
        " kernel_init ffffffff81a07a30\n" + kernel_.text() + " kernel_init ffffff");
  EXPECT_FALSE(store_.find(kernel_, "kernel_init"));
  EXPECT_TRUE(store_.find(other_, "kernel_init"));
  store_.keep(kernel_, {"kernel_init", some_address});
  EXPECT_EQ(content(),
            other_.text() + " kernel_init ffffffff81a07a30\n" + kernel_.text() + " kernel_init ffffffff81a07a30\n");
}

TEST_F(Symbols, AFileThatIsNoneOfOursIsMadeAnew) {
  write(std::string(1 << 20, 'x'));
  EXPECT_FALSE(store_.find(kernel_, "kernel_init"));
  store_.keep(kernel_, {"kernel_init", some_address});
  EXPECT_TRUE(store_.find(kernel_, "kernel_init"));
}

TEST_F(Symbols, WhatCannotBeWrittenIsSaid) {
  const SymbolStore nowhere(os::real_system(), folder_.path() / "none" / "guest-symbols");
  EXPECT_THROW(nowhere.keep(kernel_, {"kernel_init", some_address}), Error);
  EXPECT_FALSE(nowhere.find(kernel_, "kernel_init"));
}

}  // namespace
}  // namespace glassdock::vm
