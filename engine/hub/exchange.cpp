#include "engine/hub/exchange.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <vector>

#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/trace/trace_parent.h"

namespace glassdock::hub {

bool Exchange::meet_conditions(const Route& route) {
  bool blob = route.resource == Resource::blob && method() == "GET";
  bool content = reads() && (route.resource == Resource::blob || route.resource == Resource::manifest ||
                             route.resource == Resource::tags);
  fault_ = conditions_.take_fault(content, blob);
  if (fault_ == Fault::down) {
    answer_.abort();
    return false;
  }
  conditions_.wait_latency();
  return true;
}

void Exchange::note_answer(int status, const http::Headers& headers) {
  status_ = status;
  if (context_.wants_evidence()) {
    answer_head_ = fmt::format("HTTP/1.1 {} {}\r\n{}", status, http::reason_phrase(status), http::to_wire(headers));
  }
}

void Exchange::send(int status, const http::Headers& headers, std::string_view body) {
  note_answer(status, headers);
  if (!request_.is_head()) {
    conditions_.pace(body.size());
    sent_ = body.size();
  }
  answer_.send(status, headers, body);
}

void Exchange::send_json(int status, std::string_view body, http::Headers headers) {
  if (!headers.has("Content-Type")) headers.add("Content-Type", "application/json");
  send(status, headers, body);
}

void Exchange::refuse(const Refusal& refusal, http::Headers headers) {
  nlohmann::json body = {{"errors", {{{"code", refusal.code}, {"message", refusal.message()}, {"detail", nullptr}}}}};
  send_json(refusal.status, body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace), std::move(headers));
}

void Exchange::send_blob(int status, const http::Headers& headers, int file, std::uint64_t offset,
                         std::uint64_t length) {
  note_answer(status, headers);
  if (fault_ == Fault::none && conditions_.get().bytes_per_second == 0 && !request_.is_head()) {
    answer_.send_file(status, headers, file, offset, length);
    sent_ = length;
    return;
  }
  http::Headers sized = headers;
  sized.set("Content-Length", std::to_string(length));
  answer_.start(status, sized);
  if (!request_.is_head()) stream_blob(file, offset, length);
  if (answer_.started()) answer_.finish();
}

void Exchange::stream_blob(int file, std::uint64_t offset, std::uint64_t length) {
  std::uint64_t cut = fault_ == Fault::cut_off ? conditions_.get().cut_off_after : length;
  std::uint64_t end = std::min(length, cut);
  std::vector<char> piece;
  while (sent_ < end) {
    piece.resize(std::min<std::uint64_t>(conditions_.step(), end - sent_));
    ssize_t got = ::pread(file, piece.data(), piece.size(), static_cast<off_t>(offset + sent_));
    if (got <= 0) throw Error::from_errno(got == 0 ? EIO : errno, "read", "a blob");
    std::string_view bytes(piece.data(), static_cast<std::size_t>(got));
    if (fault_ == Fault::wrong_digest && sent_ + bytes.size() == length) {
      piece[bytes.size() - 1] = static_cast<char>(~piece[bytes.size() - 1]);
    }
    conditions_.pace(bytes.size());
    answer_.write(bytes);
    sent_ += bytes.size();
  }
}

std::size_t Exchange::read_some(std::span<std::byte> out) {
  std::size_t got = request_.read_some(out.first(std::min(out.size(), conditions_.step())));
  received_ += got;
  conditions_.pace(got);
  return got;
}

std::string Exchange::request_head() const {
  http::Headers shown = request_.headers();
  if (shown.has("Authorization")) shown.set("Authorization", "(hidden)");
  return fmt::format("{} {} HTTP/1.1\r\n{}", method(), request_.target(), http::to_wire(shown));
}

void Exchange::begin_span(const Route& route) {
  if (!context_.watched()) return;
  std::string subject = route.repository;
  if (!route.reference.empty()) {
    subject += (route.reference.starts_with("sha256:") ? "@" : ":") + route.reference;
  }
  trace::Context asked = context_;
  asked.span = trace::span_of_trace_parent(request_.headers().get("traceparent"));
  span_.emplace(asked, trace::Stage::pull, "hub.request", subject,
                trace::Arguments{{"method", method()}, {"path", request_.path()}}, std::source_location::current());
}

void Exchange::end_span(std::string_view error) {
  if (!span_) return;
  if (status_ != 0) span_->result("status", static_cast<std::int64_t>(status_));
  span_->result("bytes_sent", static_cast<std::int64_t>(sent_));
  span_->result("bytes_received", static_cast<std::int64_t>(received_));
  if (fault_ != Fault::none) span_->result("fault", std::string(to_string(fault_)));
  if (!error.empty()) span_->result("error", std::string(error));
  if (context_.wants_evidence()) {
    span_->evidence({.source = fmt::format("{} {}", method(), request_.path()),
                     .before = request_head(),
                     .content = answer_head_,
                     .command = fmt::format(
                         "curl -i {}",
                         shell_quote(fmt::format("http://{}{}", request_.headers().get("Host"), request_.target())))});
  }
  span_.reset();
}

}  // namespace glassdock::hub
