#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "engine/registry/http_session.h"

namespace glassdock::registry {

// What a client keeps for its next request, bounded however many registries and repositories it has asked: sessions,
// which each hold connections, and tokens. `now` is the caller's clock. One thread at a time.

using Moment = std::chrono::steady_clock::time_point;

class IdleSessions {
 public:
  // The one of the host that was put back last; nullptr where there is none, or none that is young enough.
  std::unique_ptr<HttpSession> take(const std::string& host, Moment now);
  // Those that have become too old, or too many, are dropped: they are the answer, for the caller to end outside of its
  // lock.
  std::vector<std::unique_ptr<HttpSession>> put(const std::string& host, std::unique_ptr<HttpSession> session,
                                                Moment now);
  std::size_t size() const noexcept { return idle_.size(); }

 private:
  struct Idle {
    std::string host;
    Moment since;
    std::unique_ptr<HttpSession> session;
  };
  std::vector<Idle> idle_;  // the oldest first
};

class TokenCache {
 public:
  // The Authorization header's value; empty where there is none that still holds.
  std::string find(const std::string& key, Moment now) const;
  // Those that have ended go; where there are too many, the one that ends first.
  void put(const std::string& key, const std::string& authorization, Moment until, Moment now);
  void erase(const std::string& key) { tokens_.erase(key); }
  std::size_t size() const noexcept { return tokens_.size(); }

 private:
  struct Token {
    std::string authorization;  // "Bearer …", "Basic …"
    Moment until;
  };
  std::map<std::string, Token> tokens_;
};

}  // namespace glassdock::registry
