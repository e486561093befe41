#pragma once

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "tests/support/docker_registry.h"

namespace glassdock::tests {

// A certificate authority of its own, and a server's certificate for 127.0.0.1 by it, in a folder.
class TlsAuthority {
 public:
  explicit TlsAuthority(std::filesystem::path folder) : folder_(std::move(folder)) {
    std::filesystem::create_directories(ca_folder());
    std::ofstream(folder_ / "names") << "subjectAltName=IP:127.0.0.1\n";
    openssl({"req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=Test CA", "-keyout",
             in_folder("ca.key"), "-out", ca_file().string()});
    openssl({"req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=127.0.0.1", "-keyout", in_folder("server.key"),
             "-out", in_folder("server.csr")});
    openssl({"x509", "-req", "-in", in_folder("server.csr"), "-CA", ca_file().string(), "-CAkey", in_folder("ca.key"),
             "-CAcreateserial", "-days", "2", "-extfile", in_folder("names"), "-out", in_folder("server.crt")});
  }
  // What a client is to trust: the file, or a folder with nothing else (skopeo wants that).
  std::filesystem::path ca_file() const { return ca_folder() / "ca.crt"; }
  std::filesystem::path ca_folder() const { return folder_ / "ca"; }
  // For DockerRegistry's key `http`.
  std::string registry_configuration() const {
    return fmt::format("  tls:\n    certificate: {}\n    key: {}\n", in_folder("server.crt"), in_folder("server.key"));
  }

 private:
  std::string in_folder(const char* name) const { return (folder_ / name).string(); }
  void openssl(std::vector<std::string> words) const {
    words.insert(words.begin(), "openssl");
    run_program(words, folder_);
  }
  std::filesystem::path folder_;
};

}  // namespace glassdock::tests
