#include "engine/http/message_reader.h"

#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <fmt/format.h>

#include <limits>

namespace beast = boost::beast::http;

namespace glassdock::http {
namespace {

constexpr std::size_t chunk_head_limit = 16 * 1024;  // a chunk's size line with its extensions, and the trailer

std::string text(boost::beast::string_view view) {
  return {view.data(), view.size()};
}

}  // namespace

// What the reader needs of either parser. put returns the bytes taken from the front of `bytes`.
struct MessageReader::Parser {
  virtual ~Parser() = default;
  virtual std::size_t put(std::string_view bytes, boost::system::error_code& error) = 0;
  virtual void put_end(boost::system::error_code& error) = 0;
  virtual void set_output(std::span<std::byte> out) = 0;
  virtual std::size_t output_left() const = 0;
  virtual bool head_done() const = 0;
  virtual bool done() const = 0;
  virtual MessageHead head() const = 0;
};

template <bool is_request>
struct MessageReader::BeastParser final : Parser {
  BeastParser(std::uint32_t head_limit, bool without_body) {
    parser.header_limit(head_limit);
    // Readers have limits of their own. (Boost 1.74 takes boost::none for a limit of nothing.)
    parser.body_limit(std::numeric_limits<std::uint64_t>::max());
    if constexpr (!is_request) parser.skip(without_body);
  }
  std::size_t put(std::string_view bytes, boost::system::error_code& error) override {
    return parser.put(boost::asio::const_buffer(bytes.data(), bytes.size()), error);
  }
  void put_end(boost::system::error_code& error) override { parser.put_eof(error); }
  void set_output(std::span<std::byte> out) override {
    parser.get().body().data = out.data();
    parser.get().body().size = out.size();
    parser.get().body().more = true;
  }
  std::size_t output_left() const override { return parser.get().body().size; }
  bool head_done() const override { return parser.is_header_done(); }
  bool done() const override { return parser.is_done(); }

  MessageHead head() const override {
    const auto& message = parser.get();
    MessageHead head;
    head.version = static_cast<int>(message.version());
    head.keep_alive = parser.keep_alive();
    head.chunked = parser.chunked();
    if (auto length = parser.content_length()) head.content_length = *length;
    for (const auto& field : message) head.headers.add(text(field.name_string()), text(field.value()));
    if constexpr (is_request) {
      head.method = text(message.method_string());
      head.target = text(message.target());
    } else {
      head.status = static_cast<int>(message.result_int());
      head.reason = text(message.reason());
    }
    return head;
  }

  beast::parser<is_request, beast::buffer_body> parser;
};

MessageReader::MessageReader(SocketReader& source, Role role, std::uint32_t head_limit, bool without_body)
    : source_(&source) {
  if (role == Role::request) {
    parser_ = std::make_unique<BeastParser<true>>(head_limit, false);
  } else {
    parser_ = std::make_unique<BeastParser<false>>(head_limit, without_body);
  }
}

MessageReader::~MessageReader() = default;
MessageReader::MessageReader(MessageReader&&) noexcept = default;
MessageReader& MessageReader::operator=(MessageReader&&) noexcept = default;

bool MessageReader::done() const {
  return parser_->done();
}

bool MessageReader::read_head(Deadline deadline) {
  bool begun = false;
  while (!parser_->head_done()) {
    boost::system::error_code error = beast::error::need_more;
    if (!source_->buffered().empty()) {
      begun = true;
      source_->consume(parser_->put(source_->buffered(), error));
    }
    if (error == beast::error::header_limit) throw ProtocolError(431, "the request's header fields are too large");
    if (error && error != beast::error::need_more) throw ProtocolError(400, "malformed HTTP: " + error.message());
    if (parser_->head_done() || !error) continue;
    try {
      if (!source_->fill(deadline)) {
        if (!begun) return false;
        throw ProtocolError(400, "the message's head is cut off");
      }
    } catch (const Error& fault) {
      if (fault.kind() == ErrorKind::unavailable && begun)
        throw ProtocolError(408, "the message's head came too slowly");
      throw;
    }
  }
  head_ = parser_->head();
  return true;
}

std::size_t MessageReader::read_some(std::span<std::byte> out, std::chrono::milliseconds idle) {
  parser_->set_output(out);
  while (!parser_->done()) {
    boost::system::error_code error = beast::error::need_more;
    if (!source_->buffered().empty()) source_->consume(parser_->put(source_->buffered(), error));
    std::size_t got = out.size() - parser_->output_left();
    if (got > 0) return got;
    if (!error) continue;
    if (error != beast::error::need_more || source_->buffered().size() > chunk_head_limit) {
      throw ProtocolError(400, "malformed HTTP body: " + error.message());
    }
    Deadline deadline =
        idle == std::chrono::milliseconds::max() ? no_deadline : std::chrono::steady_clock::now() + idle;
    if (!source_->fill(deadline)) {
      boost::system::error_code cut;
      parser_->put_end(cut);
      if (cut) throw ProtocolError(400, "the message's body is cut off");
    }
  }
  return 0;
}

}  // namespace glassdock::http
