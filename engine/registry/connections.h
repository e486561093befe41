#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "engine/registry/client.h"
#include "engine/registry/curl_library.h"
#include "engine/registry/http_session.h"
#include "engine/registry/kept.h"

namespace glassdock::registry {

// Sessions and tokens of one client: what may be used again by the next request. Any thread may call.
class Client::Connections {
 public:
  explicit Connections(ClientSettings settings);
  ~Connections();

  // One GET below ENDPOINT/v2/REPOSITORY, with what authentication the registry asks for, told as "pull.http".
  HttpOutcome get(const Endpoint& endpoint, const std::string& repository, HttpRequest request,
                  const HttpSession::OnHead& on_head, const HttpSession::OnBody& on_body,
                  const trace::Context& context);
  const ClientSettings& settings() const noexcept { return settings_; }

 private:
  class Lease;

  std::string cached(const std::string& key);
  // Answers the registry's challenge: the Authorization to try again with, or nothing.
  std::string authorize(HttpSession& session, const Endpoint& endpoint, const std::string& repository,
                        const std::string& challenge, const std::string& key, const trace::Context& context);
  std::string fetch_token(HttpSession& session, const Endpoint& endpoint, const std::string& url,
                          const std::string& key, const trace::Context& context);
  HttpOutcome told(HttpSession& session, const HttpRequest& request, const HttpSession::OnHead& on_head,
                   const HttpSession::OnBody& on_body, const trace::Context& context);

  ClientSettings settings_;
  std::mutex mutex_;
  std::unique_ptr<CurlLibrary> library_;  // from the first request on
  IdleSessions idle_;
  TokenCache tokens_;  // by token_key()
};

}  // namespace glassdock::registry
