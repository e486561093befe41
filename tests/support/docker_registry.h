#pragma once

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "engine/base/text.h"
#include "engine/os/argument_pointers.h"
#include "engine/os/files.h"

namespace glassdock::tests {

inline bool has_program(const std::string& name) {
  const char* path = ::getenv("PATH");
  for (const std::string& folder : split(path ? path : "/usr/bin:/bin", ':')) {
    if (::access((folder + "/" + name).c_str(), X_OK) == 0) return true;
  }
  return false;
}

// Starts a program of the PATH with both outputs in `output`.
inline pid_t start_program(const std::vector<std::string>& words, const std::filesystem::path& output) {
  const std::vector<char*> arguments = os::argument_pointers(words);
  pid_t pid = ::fork();
  if (pid != 0) return pid;
  int fd = ::open(output.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  ::dup2(fd, 1);
  ::dup2(fd, 2);
  ::execvp(arguments[0], arguments.data());
  ::_exit(127);
}

// Runs it to its end. Throws with its output where it fails.
inline std::string run_program(const std::vector<std::string>& words, const std::filesystem::path& folder) {
  const std::filesystem::path output = folder / "program.out";
  pid_t pid = start_program(words, output);
  int status = 0;
  ::waitpid(pid, &status, 0);
  std::string text = os::read_file(output);
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) throw std::runtime_error(join(words, " ") + ": " + text);
  return text;
}

// For DockerRegistry's `more`: only this user may come in. `folder` gets the file of passwords.
inline std::string htpasswd_configuration(const std::filesystem::path& folder, const std::string& user,
                                          const std::string& password) {
  const std::string file = (folder / "htpasswd").string();
  std::ofstream(file) << run_program({"htpasswd", "-Bbn", user, password}, folder);
  return "auth:\n  htpasswd:\n    realm: here\n    path: " + file + "\n";
}

// Fills a registry by skopeo with the image of an OCI layout, as some/tool:v1.
inline void push_layout(const std::filesystem::path& layout, const std::string& host,
                        const std::vector<std::string>& options) {
  std::vector<std::string> words{"skopeo", "--insecure-policy", "copy"};
  words.insert(words.end(), options.begin(), options.end());
  words.push_back("oci:" + layout.string() + ":v1");
  words.push_back("docker://" + host + "/some/tool:v1");
  run_program(words, layout.parent_path());
}

// Debian's docker-registry on a free port of loopback, below a folder of its own.
class DockerRegistry {
 public:
  // `more` is added to its configuration, `http` below its key of that name.
  DockerRegistry(const std::filesystem::path& folder, const std::string& more = "", const std::string& http = "") {
    std::filesystem::create_directories(folder);
    std::ofstream(folder / "config.yml") << "version: 0.1\nstorage:\n  filesystem:\n    rootdirectory: "
                                         << (folder / "root").string() << "\nhttp:\n  addr: 127.0.0.1:0\n"
                                         << http << more;
    log_ = folder / "registry.log";
    pid_ = start_program({"docker-registry", "serve", (folder / "config.yml").string()}, log_);
    host_ = wait_for_host();
  }
  ~DockerRegistry() { stop(); }
  DockerRegistry(const DockerRegistry&) = delete;
  DockerRegistry& operator=(const DockerRegistry&) = delete;

  const std::string& host() const { return host_; }
  std::string log() const { return os::read_file(log_); }

 private:
  std::string wait_for_host() {
    const std::string mark = "listening on ";
    for (int i = 0; i < 300; ++i) {
      std::string text = os::try_read_file(log_).value_or("");
      if (auto at = text.find(mark); at != std::string::npos) {
        text = text.substr(at + mark.size());
        if (auto end = text.find_first_of(",\" "); end != std::string::npos) return text.substr(0, end);
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    std::string text = log();
    stop();
    throw std::runtime_error("docker-registry does not start: " + text);
  }
  void stop() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    pid_ = -1;
  }

  std::filesystem::path log_;
  pid_t pid_ = -1;
  std::string host_;
};

}  // namespace glassdock::tests
