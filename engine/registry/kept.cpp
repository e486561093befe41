#include "engine/registry/kept.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace glassdock::registry {
namespace {

constexpr std::size_t idle_limit = 4;         // sessions of one host
constexpr std::size_t all_idle_limit = 16;    // of all hosts
constexpr std::chrono::seconds idle_age{90};  // as long as Go's HTTP client keeps one (net/http, DefaultTransport)
constexpr std::size_t token_limit = 256;

}  // namespace

std::unique_ptr<HttpSession> IdleSessions::take(const std::string& host, Moment now) {
  const auto found = std::find_if(idle_.rbegin(), idle_.rend(), [&](const Idle& one) { return one.host == host; });
  if (found == idle_.rend() || now - found->since > idle_age) return nullptr;
  std::unique_ptr<HttpSession> session = std::move(found->session);
  idle_.erase(std::next(found).base());
  return session;
}

std::vector<std::unique_ptr<HttpSession>> IdleSessions::put(const std::string& host,
                                                            std::unique_ptr<HttpSession> session, Moment now) {
  std::vector<std::unique_ptr<HttpSession>> dropped;
  const auto drop = [&](auto one) {
    dropped.push_back(std::move(one->session));
    idle_.erase(one);
  };
  const auto is_of_host = [&](const Idle& one) { return one.host == host; };
  idle_.push_back({host, now, std::move(session)});
  if (std::count_if(idle_.begin(), idle_.end(), is_of_host) > static_cast<std::ptrdiff_t>(idle_limit)) {
    drop(std::find_if(idle_.begin(), idle_.end(), is_of_host));
  }
  while (now - idle_.front().since > idle_age || idle_.size() > all_idle_limit) drop(idle_.begin());
  return dropped;
}

std::string TokenCache::find(const std::string& key, Moment now) const {
  const auto found = tokens_.find(key);
  return found == tokens_.end() || found->second.until <= now ? std::string() : found->second.authorization;
}

void TokenCache::put(const std::string& key, const std::string& authorization, Moment until, Moment now) {
  std::erase_if(tokens_, [&](const auto& one) { return one.second.until <= now; });
  tokens_[key] = {authorization, until};
  if (tokens_.size() <= token_limit) return;
  tokens_.erase(std::min_element(tokens_.begin(), tokens_.end(),
                                 [](const auto& a, const auto& b) { return a.second.until < b.second.until; }));
}

}  // namespace glassdock::registry
