#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/http/message.h"
#include "engine/hub/conditions.h"
#include "engine/hub/names.h"
#include "engine/hub/refusal.h"
#include "engine/trace/tracer.h"

namespace glassdock::hub {

// One request and its answer, under the hub's conditions. All that the hub sends goes through here, so the event
// "hub.request" tells what was really sent. One thread.
class Exchange {
 public:
  Exchange(http::Request& request, http::ResponseWriter& answer, Conditions& conditions, const trace::Context& context)
      : request_(request), answer_(answer), conditions_(conditions), context_(context) {}

  http::Request& request() { return request_; }
  const std::string& method() const { return request_.method(); }
  bool reads() const { return method() == "GET" || method() == "HEAD"; }

  // Waits for the latency, and takes the fault that this request meets. False: the connection is to end.
  bool meet_conditions(const Route& route);
  Fault fault() const { return fault_; }

  void send(int status, const http::Headers& headers, std::string_view body = {});
  void send_json(int status, std::string_view body, http::Headers headers = {});
  void refuse(const Refusal& refusal, http::Headers headers = {});
  // `length` bytes of a blob's file from `offset`, paced, with the fault where one was taken.
  void send_blob(int status, const http::Headers& headers, int file, std::uint64_t offset, std::uint64_t length);
  // The next bytes of the request's body, paced.
  std::size_t read_some(std::span<std::byte> out);

  // The span "hub.request" around the work; its end tells what was sent and, where `error` has words, what went wrong.
  void begin_span(const Route& route);
  void end_span(std::string_view error);

 private:
  std::string request_head() const;
  void note_answer(int status, const http::Headers& headers);
  void stream_blob(int file, std::uint64_t offset, std::uint64_t length);

  http::Request& request_;
  http::ResponseWriter& answer_;
  Conditions& conditions_;
  const trace::Context& context_;
  Fault fault_ = Fault::none;
  int status_ = 0;  // 0: no answer was sent
  std::uint64_t sent_ = 0;
  std::uint64_t received_ = 0;
  std::string answer_head_;
  std::optional<trace::Span> span_;
};

}  // namespace glassdock::hub
