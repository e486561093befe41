#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <map>

#include "engine/base/error.h"
#include "engine/client/engine.h"
#include "engine/client/glass.h"
#include "engine/client/place.h"
#include "engine/client/spawn.h"
#include "engine/http/socket.h"
#include "engine/os/files.h"

namespace glassdock::client {
namespace {

EnvironmentLookup with(std::map<std::string, std::string> variables) {
  return [variables = std::move(variables)](const std::string& name) -> std::optional<std::string> {
    auto found = variables.find(name);
    if (found == variables.end()) return std::nullopt;
    return found->second;
  };
}

TEST(FindPlace, FollowsTheXdgFolders) {
  Place place = find_place(1000, {}, with({{"XDG_DATA_HOME", "/d"}, {"XDG_RUNTIME_DIR", "/r"}, {"HOME", "/h"}}));
  EXPECT_EQ(place.data, "/d/glassdock");
  EXPECT_EQ(place.socket, "/r/glassdock/engine.sock");
}

TEST(FindPlace, FallsBackWhereTheyAreUnsetOrRelative) {
  Place place = find_place(1000, {}, with({{"XDG_DATA_HOME", "d"}, {"XDG_RUNTIME_DIR", ""}, {"HOME", "/h"}}));
  EXPECT_EQ(place.data, "/h/.local/share/glassdock");
  EXPECT_EQ(place.socket, "/tmp/glassdock-1000/engine.sock");
  EXPECT_THROW(find_place(1000, {}, with({})), Error);
}

TEST(FindPlace, GivesRootTheSystemsFolders) {
  Place place = find_place(0, {}, with({{"XDG_DATA_HOME", "/d"}}));
  EXPECT_EQ(place.data, "/var/lib/glassdock");
  EXPECT_EQ(place.socket, "/run/glassdock/engine.sock");
}

TEST(FindPlace, WishesComeFirst) {
  auto named = with({{"HOME", "/h"}, {"GLASSDOCK_SOCKET", "/n/s"}, {"DOCKER_HOST", "unix:///other"}});
  EXPECT_EQ(find_place(1000, {}, named).socket, "/n/s");
  EXPECT_EQ(find_place(1000, {.socket = "/w/s"}, named).socket, "/w/s");
  Place own = find_place(1000, {.data = "/w/../x"}, named);
  EXPECT_EQ(own.data, "/x");
  EXPECT_EQ(own.socket, "/x/engine.sock");
  EXPECT_EQ(find_place(1000, {.data = "/w", .socket = "/w/s"}, named).socket, "/w/s");
}

TEST(FindPlace, RefusesASocketPathThatIsTooLong) {
  try {
    find_place(1000, {.data = "/" + std::string(110, 'x')}, with({}));
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("--socket"), std::string::npos);
  }
}

TEST(SocketFolder, IsMadePrivateAndCheckedForOthers) {
  os::TempDir temp(std::filesystem::temp_directory_path());
  Place place{temp.path(), temp.path() / "new/engine.sock"};
  make_socket_folder(place, ::geteuid());
  struct stat status {};
  ASSERT_EQ(::stat((temp.path() / "new").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0700u);
  make_socket_folder(place, ::geteuid());
  EXPECT_THROW(make_socket_folder(place, ::geteuid() + 1), Error);
  ASSERT_EQ(::chmod((temp.path() / "new").c_str(), 0770), 0);
  EXPECT_THROW(make_socket_folder(place, ::geteuid()), Error);
}

TEST(SocketFolder, IsNoLinkToElsewhere) {
  os::TempDir temp(std::filesystem::temp_directory_path());
  std::filesystem::create_directory(temp.path() / "real");
  std::filesystem::create_directory_symlink(temp.path() / "real", temp.path() / "link");
  EXPECT_THROW(make_socket_folder({temp.path(), temp.path() / "link/engine.sock"}, ::geteuid()), Error);
}

TEST(EnsureEngine, SaysWhyTheEngineDidNotStart) {
  os::TempDir temp(std::filesystem::temp_directory_path());
  auto program = temp.path() / "fails";
  std::ofstream(program) << "#!/bin/sh\necho first >&2\necho \"no room on the disk\" >&2\nexit 1\n";
  ASSERT_EQ(::chmod(program.c_str(), 0700), 0);
  Place place{temp.path() / "data", temp.path() / "engine.sock"};
  for (int attempt = 0; attempt < 2; ++attempt) {
    try {
      ensure_engine(place, program);
      FAIL();
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::unavailable);
      EXPECT_NE(error.message().find("no room on the disk"), std::string::npos) << error.message();
    }
  }
}

TEST(EnsureEngine, AnEngineThatEndsLeavesNoZombieToWhoStartedIt) {
  os::TempDir temp(std::filesystem::temp_directory_path());
  auto program = temp.path() / "short";
  std::ofstream(program) << "#!/bin/sh\necho ready\n";
  ASSERT_EQ(::chmod(program.c_str(), 0700), 0);
  EXPECT_TRUE(ensure_engine({temp.path() / "data", temp.path() / "engine.sock"}, program));
  EXPECT_EQ(::waitpid(-1, nullptr, 0), -1);
  EXPECT_EQ(errno, ECHILD);
}

TEST(ReachEngine, TheLookWhetherItIsThereCarriesTheFirstCall) {
  os::TempDir temp(std::filesystem::temp_directory_path());
  Place place{temp.path() / "data", temp.path() / "engine.sock"};
  UniqueFd listener = http::listen_unix(place.socket);
  Reached reached = reach_engine(place, temp.path() / "not-needed");
  EXPECT_FALSE(reached.started);
  ASSERT_TRUE(reached.connection);
  UniqueFd first(::accept(listener.get(), nullptr, nullptr));
  ASSERT_TRUE(first);
  http::send_all(first.get(), "HTTP/1.1 200 OK\r\nContent-Length: 19\r\n\r\n{\"Version\":\"7.7.7\"}");
  Engine engine(place.socket, std::move(reached.connection));
  EXPECT_EQ(engine.version().version, "7.7.7");
  pollfd another{listener.get(), POLLIN, 0};
  EXPECT_EQ(::poll(&another, 1, 0), 0) << "one connection is enough";
}

TEST(ConnectEngine, GoesIntoNoFolderThatOthersCouldHaveFilled) {
  os::TempDir temp(std::filesystem::temp_directory_path());
  Place place{temp.path() / "data", temp.path() / "engine.sock"};
  UniqueFd listener = http::listen_unix(place.socket);
  EXPECT_TRUE(engine_answers(place.socket));
  ASSERT_EQ(::chmod(temp.path().c_str(), 0777), 0);
  EXPECT_THROW(engine_answers(place.socket), Error);
  EXPECT_THROW(reach_engine(place, temp.path() / "not-needed"), Error);
  EXPECT_THROW(Engine(place.socket).version(), Error);
  EXPECT_THROW(Glass(place.socket).events(false), Error);
  pollfd asked{listener.get(), POLLIN, 0};
  UniqueFd first(::accept(listener.get(), nullptr, nullptr));  // of engine_answers, before the chmod
  EXPECT_EQ(::poll(&asked, 1, 0), 0) << "it was spoken to";
}

// What an ordinary user meets in /tmp when another was faster. Exit status: 0 where the kind is permission.
int try_as_ordinary_user(const std::filesystem::path& socket) {
  pid_t child = ::fork();
  if (child == 0) {
    constexpr uid_t ordinary = 12345;
    if (::setresuid(ordinary, ordinary, ordinary) != 0) ::_exit(2);
    try {
      ::_exit(engine_answers(socket) ? 3 : 4);
    } catch (const Error& error) {
      ::_exit(error.kind() == ErrorKind::permission ? 0 : 5);
    }
  }
  int status = -1;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(ConnectEngine, SpeaksToNobodyElsesEngine) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root to be two users";
  constexpr uid_t stranger = 23456;
  os::TempDir temp(std::filesystem::temp_directory_path());
  ASSERT_EQ(::chmod(temp.path().c_str(), 0755), 0);
  auto socket = temp.path() / "engine.sock";
  UniqueFd own = http::listen_unix(socket, 0666);
  EXPECT_EQ(try_as_ordinary_user(socket), 3) << "root's engine in root's folder may be spoken to";
  // The credentials of a listening socket are its owner's at listen(2).
  own.reset();
  ASSERT_EQ(::chown(temp.path().c_str(), stranger, stranger), 0);
  ASSERT_EQ(::seteuid(stranger), 0);
  UniqueFd theirs = http::listen_unix(socket, 0666);
  ASSERT_EQ(::seteuid(0), 0);
  EXPECT_EQ(try_as_ordinary_user(socket), 0) << "the folder is a stranger's";
  EXPECT_TRUE(engine_answers(socket)) << "root reaches what the folder's owner listens with";
  ASSERT_EQ(::chown(temp.path().c_str(), 0, 0), 0);
  EXPECT_EQ(try_as_ordinary_user(socket), 0) << "the folder is root's, the listener is not";
  EXPECT_THROW(engine_answers(socket), Error);
}

TEST(EnsureEngine, SaysSoWhenThereIsNoEngineProgram) {
  os::TempDir temp(std::filesystem::temp_directory_path());
  Place place{temp.path() / "data", temp.path() / "engine.sock"};
  EXPECT_FALSE(engine_answers(place.socket));
  EXPECT_THROW(ensure_engine(place, temp.path() / "nowhere"), Error);
}

}  // namespace
}  // namespace glassdock::client
