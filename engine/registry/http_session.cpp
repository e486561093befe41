#include "engine/registry/http_session.h"

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <cstring>
#include <exception>
#include <mutex>

#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/registry/curl_library.h"

namespace glassdock::registry {
namespace {

constexpr std::size_t error_body_limit = 64 * 1024;
constexpr std::size_t exchange_limit = 8 * 1024;
constexpr long receive_buffer =
    256 * 1024;  // bytes; fewer system calls than curl's 16 KiB for the same memory per pull
constexpr long redirects_limit = 5;

std::string lower(std::string_view text) {
  std::string copy(text);
  for (char& c : copy) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  return copy;
}

// A URL as it may be shown: what follows '?' can be a signed ticket, what stands before '@' a password.
std::string without_secrets(std::string_view url) {
  std::string shown(url.substr(0, url.find('?')));
  auto scheme = shown.find("://");
  auto at = shown.find('@');
  if (scheme != std::string::npos && at != std::string::npos && at < shown.find('/', scheme + 3)) {
    shown.erase(scheme + 3, at - scheme - 2);
  }
  if (url.find('?') != std::string_view::npos) shown += "?…";
  return shown;
}

struct Transfer {
  HttpOutcome outcome;
  const HttpSession::OnHead* on_head;
  const HttpSession::OnBody* on_body;
  const std::function<bool()>* cancelled;
  std::chrono::seconds stall;
  std::exception_ptr thrown;                                                       // by a callback; C code lies between
  curl_off_t bytes = 0;                                                            // so far, both ways
  std::chrono::steady_clock::time_point moved = std::chrono::steady_clock::now();  // when the last of them came
  bool stalled = false;
  bool head_told = false;
};

bool is_success(long status) {
  return status >= 200 && status < 300;
}

void take_status_line(Transfer& transfer, std::string_view line) {
  auto blank = line.find(' ');
  auto status = blank == std::string_view::npos ? std::nullopt : parse_number(line.substr(blank + 1, 3));
  transfer.outcome.status = status ? static_cast<long>(*status) : 0;
  transfer.outcome.headers.clear();
  transfer.outcome.error_body.clear();
}

void show_line(Transfer& transfer, const std::string& name, std::string_view line) {
  std::string& exchange = transfer.outcome.exchange;
  if (exchange.size() > exchange_limit) return;
  if (name == "set-cookie" || name == "authentication-info") {
    exchange += name + ": (not shown)\n";
  } else if (name == "location") {
    exchange += "location: " + without_secrets(trim(line.substr(line.find(':') + 1))) + "\n";
  } else {
    exchange += std::string(line) + "\n";
  }
}

std::size_t take_header(char* data, std::size_t, std::size_t size, void* user) {
  auto& transfer = *static_cast<Transfer*>(user);
  std::string_view line = trim(std::string_view(data, size));
  if (line.empty()) return size;
  auto colon = line.find(':');
  if (starts_with(line, "HTTP/")) {
    take_status_line(transfer, line);
    show_line(transfer, {}, line);
  } else if (colon != std::string_view::npos) {
    std::string name = lower(line.substr(0, colon));
    std::string& value = transfer.outcome.headers[name];
    if (!value.empty()) value += ", ";
    value += trim(line.substr(colon + 1));
    show_line(transfer, name, line);
  }
  return size;
}

std::size_t take_body(char* data, std::size_t, std::size_t size, void* user) {
  auto& transfer = *static_cast<Transfer*>(user);
  HttpOutcome& outcome = transfer.outcome;
  if (!is_success(outcome.status)) {
    outcome.error_body.append(data,
                              std::min(size, error_body_limit - std::min(error_body_limit, outcome.error_body.size())));
    return size;
  }
  try {
    if (!transfer.head_told) {
      transfer.head_told = true;
      (*transfer.on_head)(outcome);
    }
    (*transfer.on_body)(std::as_bytes(std::span(data, size)));
    transfer.moved = std::chrono::steady_clock::now();  // the time that the reader took is not the server's
    return size;
  } catch (...) {
    transfer.thrown = std::current_exception();
    return CURL_WRITEFUNC_ERROR;
  }
}

// libcurl calls this at least once a second. Its own LOW_SPEED_TIME would do, but for looking five seconds back.
int watch_transfer(void* user, curl_off_t, curl_off_t received, curl_off_t, curl_off_t sent) {
  auto& transfer = *static_cast<Transfer*>(user);
  auto now = std::chrono::steady_clock::now();
  if (received + sent != transfer.bytes) transfer.moved = now;
  transfer.bytes = received + sent;
  transfer.stalled = now - transfer.moved > transfer.stall;
  return transfer.stalled || (*transfer.cancelled)() ? 1 : 0;
}

struct HeaderList {
  const CurlLibrary& library;
  curl_slist* list = nullptr;
  ~HeaderList() { library.slist_free_all(list); }
  void add(const std::string& line) { list = library.slist_append(list, line.c_str()); }
};

std::string host_and_port(const std::string& url) {
  auto start = url.find("://");
  start = start == std::string::npos ? 0 : start + 3;
  return url.substr(start, url.find('/', start) - start);
}

// libcurl's fault in the words that docker's users find answers for.
std::string describe(const CurlLibrary& library, CURLcode code, CURL* curl, const char* details, const std::string& url,
                     const HttpTimeouts& timeouts) {
  std::string words(*details ? details : library.easy_strerror(code));
  long os_error = 0;
  library.easy_getinfo(curl, CURLINFO_OS_ERRNO, &os_error);
  std::string host = host_and_port(url);
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
      return fmt::format("dial tcp: lookup {}: no such host", host.substr(0, host.find(':')));
    case CURLE_COULDNT_CONNECT:
      return fmt::format("dial tcp {}: connect: {}", host,
                         os_error ? lower(std::strerror(static_cast<int>(os_error))) : words);
    case CURLE_OPERATION_TIMEDOUT:
      return fmt::format("dial tcp {}: i/o timeout", host);
    case CURLE_ABORTED_BY_CALLBACK:
      return fmt::format("no data for {} s", timeouts.stall.count());
    case CURLE_PEER_FAILED_VERIFICATION:
      return fmt::format("tls: failed to verify certificate: {}", words);
    case CURLE_SSL_CONNECT_ERROR:
      return words.find("wrong version number") != std::string::npos
                 ? std::string("http: server gave HTTP response to HTTPS client")
                 : fmt::format("tls: {}", words);
    case CURLE_PARTIAL_FILE:
    case CURLE_GOT_NOTHING:
    case CURLE_RECV_ERROR:
      return "unexpected EOF";
    default:
      return words;
  }
}

bool is_unreachable(const CurlLibrary& library, CURLcode code, CURL* curl) {
  curl_off_t sent = 0;
  library.easy_getinfo(curl, CURLINFO_PRETRANSFER_TIME_T, &sent);
  return sent == 0 || code == CURLE_COULDNT_RESOLVE_HOST || code == CURLE_COULDNT_CONNECT ||
         code == CURLE_PEER_FAILED_VERIFICATION;
}

}  // namespace

struct HttpSession::Handle {
  explicit Handle(const CurlLibrary& of) : library(of), curl(of.easy_init()) {}
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  ~Handle() { library.easy_cleanup(curl); }

  const CurlLibrary& library;
  CURL* const curl;
  std::string ca_file;
};

HttpSession::HttpSession(const CurlLibrary& library, const std::filesystem::path& ca_file, const HttpTimeouts& timeouts)
    : handle_(new Handle(library)), timeouts_(timeouts) {
  if (!handle_->curl) throw Error(ErrorKind::internal, "libcurl: out of memory");
  handle_->ca_file = ca_file.string();
}

HttpSession::~HttpSession() = default;

HttpOutcome HttpSession::get(const HttpRequest& request, const OnHead& on_head, const OnBody& on_body,
                             const std::function<bool()>& cancelled) {
  const CurlLibrary& library = handle_->library;
  CURL* curl = handle_->curl;
  Transfer transfer{.outcome = {},
                    .on_head = &on_head,
                    .on_body = &on_body,
                    .cancelled = &cancelled,
                    .stall = timeouts_.stall,
                    .thrown = {}};
  transfer.outcome.exchange = "GET " + without_secrets(request.url) + "\n";
  HeaderList headers{library};
  for (const std::string& line : request.headers) {
    headers.add(line);
    transfer.outcome.exchange += line + "\n";
  }
  transfer.outcome.exchange += "\n";
  if (!request.authorization.empty()) headers.add("Authorization: " + request.authorization);
  if (!request.trace_parent.empty()) headers.add("traceparent: " + request.trace_parent);
  std::array<char, CURL_ERROR_SIZE> details{};
  bool secure = starts_with(request.url, "https:");

  // The handle idles with no option that leads to what is on this stack, whichever way it is left. Connections and TLS
  // sessions stay.
  const struct Reset {
    const CurlLibrary& library;
    CURL* curl;
    ~Reset() { library.easy_reset(curl); }
  } reset{library, curl};
  library.easy_setopt(curl, CURLOPT_URL, request.url.c_str());
  library.easy_setopt(curl, CURLOPT_HTTPHEADER, headers.list);
  library.easy_setopt(curl, CURLOPT_USERAGENT, "glassdock/" GLASSDOCK_VERSION);
  library.easy_setopt(curl, CURLOPT_ERRORBUFFER, details.data());
  library.easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  library.easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  library.easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
  library.easy_setopt(curl, CURLOPT_MAXREDIRS, redirects_limit);
  library.easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR, secure ? "https" : "http,https");
  library.easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(timeouts_.connect.count()));
  library.easy_setopt(curl, CURLOPT_BUFFERSIZE, receive_buffer);
  library.easy_setopt(curl, CURLOPT_HEADERFUNCTION, take_header);
  library.easy_setopt(curl, CURLOPT_HEADERDATA, &transfer);
  library.easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_body);
  library.easy_setopt(curl, CURLOPT_WRITEDATA, &transfer);
  library.easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
  library.easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, watch_transfer);
  library.easy_setopt(curl, CURLOPT_XFERINFODATA, &transfer);
  if (request.bypass_proxy) library.easy_setopt(curl, CURLOPT_NOPROXY, "*");
  // Debian's libcurl goes on to look into /etc/ssl/certs, so this CA stands beside the system's.
  if (!handle_->ca_file.empty()) library.easy_setopt(curl, CURLOPT_CAINFO, handle_->ca_file.c_str());

  CURLcode code = library.easy_perform(curl);
  long redirects = 0;
  library.easy_getinfo(curl, CURLINFO_REDIRECT_COUNT, &redirects);
  transfer.outcome.redirected = redirects > 0;
  if (transfer.thrown) std::rethrow_exception(transfer.thrown);
  if (code == CURLE_ABORTED_BY_CALLBACK && !transfer.stalled) throw Error(ErrorKind::cancelled, "cancelled");
  if (code != CURLE_OK) {
    transfer.outcome.fault = describe(library, code, curl, details.data(), request.url, timeouts_);
    transfer.outcome.unreachable = is_unreachable(library, code, curl);
  } else if (!transfer.head_told && is_success(transfer.outcome.status)) {
    on_head(transfer.outcome);  // an empty body
  }
  return std::move(transfer.outcome);
}

}  // namespace glassdock::registry
