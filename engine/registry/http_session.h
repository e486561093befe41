#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace glassdock::registry {

struct CurlLibrary;

struct HttpRequest {
  std::string url;
  std::vector<std::string> headers;  // "Accept: …"
  std::string authorization;         // the header's value; empty for none; never sent on to another host
  std::string trace_parent{};        // none where empty
  bool bypass_proxy = false;         // loopback
};

// What came back. A transfer can have a status and a fault: it was cut off.
struct HttpOutcome {
  long status = 0;                             // 0 when no response came
  std::map<std::string, std::string> headers;  // of the last response, names in lower case
  std::string error_body;                      // of a response that is not 2xx, its first 64 KiB
  // In Go's words, as docker's users know them: "dial tcp: lookup x: no such host"; empty when all came.
  std::string fault;
  bool redirected = false;   // the last response came from where another one pointed to
  bool unreachable = false;  // the fault came before anything was sent: no name, no connection, no TLS
  std::string exchange;      // request line and response heads of all hops, without credentials: evidence
};

struct HttpTimeouts {
  std::chrono::milliseconds connect;
  std::chrono::seconds stall;  // no byte in this time ends the transfer
};

// One libcurl handle with its connections, which the next request to the same host uses again. One thread at a time.
class HttpSession {
 public:
  // The library outlives the session.
  HttpSession(const CurlLibrary& library, const std::filesystem::path& ca_file, const HttpTimeouts& timeouts);
  ~HttpSession();

  // Called with the head of a 2xx response, before its body.
  using OnHead = std::function<void(const HttpOutcome&)>;
  using OnBody = std::function<void(std::span<const std::byte>)>;  // of a 2xx response
  // GET, redirects followed (never from HTTPS to HTTP). What the callbacks throw is thrown on; Error(cancelled) soon
  // after `cancelled` turns true.
  HttpOutcome get(const HttpRequest& request, const OnHead& on_head, const OnBody& on_body,
                  const std::function<bool()>& cancelled);

 private:
  struct Handle;
  std::unique_ptr<Handle> handle_;
  HttpTimeouts timeouts_;
};

}  // namespace glassdock::registry
