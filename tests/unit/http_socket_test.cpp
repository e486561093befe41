#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <fstream>

#include "engine/base/error.h"
#include "engine/http/socket.h"
#include "engine/os/files.h"

using namespace glassdock;
namespace fs = std::filesystem;

namespace {

ErrorKind kind_of_listening(const fs::path& path) {
  try {
    http::listen_unix(path);
  } catch (const Error& error) {
    return error.kind();
  }
  return ErrorKind::internal;
}

TEST(HttpSocket, refuses_a_path_longer_than_the_kernel_takes) {
  os::TempDir folder(fs::temp_directory_path());
  std::string name = folder.path().string() + "/";
  name.resize(107, 'x');
  EXPECT_TRUE(http::listen_unix(name));
  name.push_back('x');
  EXPECT_EQ(kind_of_listening(name), ErrorKind::invalid_argument);
  try {
    http::connect_unix(name);
    FAIL() << "connected";
  } catch (const Error& error) {
    EXPECT_NE(error.message().find("108 bytes"), std::string::npos) << error.message();
  }
}

TEST(HttpSocket, replaces_a_dead_engines_socket_but_not_a_live_ones) {
  os::TempDir folder(fs::temp_directory_path());
  fs::path path = folder.path() / "engine.sock";
  UniqueFd first = http::listen_unix(path);
  EXPECT_EQ(kind_of_listening(path), ErrorKind::conflict);
  first.reset();
  UniqueFd second = http::listen_unix(path);
  EXPECT_TRUE(http::connect_unix(path));
}

TEST(HttpSocket, leaves_a_file_alone_that_is_no_socket) {
  os::TempDir folder(fs::temp_directory_path());
  fs::path path = folder.path() / "notes.txt";
  std::ofstream(path) << "mine";
  EXPECT_EQ(kind_of_listening(path), ErrorKind::conflict);
  EXPECT_EQ(os::read_file(path), "mine");
}

TEST(HttpSocket, is_for_its_owner_only) {
  os::TempDir folder(fs::temp_directory_path());
  fs::path path = folder.path() / "engine.sock";
  UniqueFd fd = http::listen_unix(path, 0600);
  struct stat status {};
  ASSERT_EQ(::stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0600u);
}

TEST(HttpSocket, says_that_no_engine_answers) {
  os::TempDir folder(fs::temp_directory_path());
  try {
    http::connect_unix(folder.path() / "nobody.sock");
    FAIL() << "connected";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::unavailable);
  }
}

TEST(HttpSocket, takes_a_free_loopback_port) {
  UniqueFd one = http::listen_tcp_loopback();
  UniqueFd two = http::listen_tcp_loopback();
  EXPECT_NE(http::local_port(one.get()), http::local_port(two.get()));
  EXPECT_TRUE(http::connect_tcp("127.0.0.1", http::local_port(one.get())));
  EXPECT_THROW(http::listen_tcp_loopback(http::local_port(one.get())), Error);
}

}  // namespace
