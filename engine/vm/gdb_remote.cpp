#include "engine/vm/gdb_remote.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <numeric>
#include <utility>

#include "engine/base/text.h"

namespace glassdock::vm {
namespace {

// QEMU says PacketSize=1000, in hexadecimal.
constexpr std::size_t most_packet_bytes = 4096;
constexpr char ack[] = "+";
// Signal 5 is SIGTRAP: a breakpoint. "T05thread:01;" or, without more words, "S05".
constexpr std::string_view trapped = "05";

std::string checksum(std::string_view content) {
  const unsigned sum = std::accumulate(content.begin(), content.end(), 0U,
                                       [](unsigned so_far, char c) { return so_far + static_cast<unsigned char>(c); });
  return fmt::format("{:02x}", sum & 0xff);
}

bool is_stop(std::string_view content) {
  return starts_with(content, "T") || starts_with(content, "S");
}

}  // namespace

std::string gdb_packet(std::string_view content) {
  return fmt::format("${}#{}", content, checksum(content));
}

std::optional<GdbPiece> take_gdb_piece(std::string& bytes) {
  using Kind = GdbPiece::Kind;
  if (bytes.empty()) return std::nullopt;
  if (bytes[0] == '+' || bytes[0] == '-') {
    const Kind kind = bytes[0] == '+' ? Kind::taken : Kind::refused;
    bytes.erase(0, 1);
    return GdbPiece{kind, {}};
  }
  if (bytes[0] != '$') return GdbPiece{};
  constexpr std::size_t sum_digits = 2;
  const std::size_t end = bytes.find('#');
  if (end == std::string::npos || bytes.size() - end <= sum_digits) {
    return bytes.size() > most_packet_bytes ? std::optional(GdbPiece{}) : std::nullopt;
  }
  std::string content = bytes.substr(1, end - 1);
  if (bytes.substr(end + 1, sum_digits) != checksum(content)) return GdbPiece{};
  bytes.erase(0, end + 1 + sum_digits);
  return GdbPiece{Kind::packet, std::move(content)};
}

Breakpoint::Breakpoint(UniqueFd stub, std::uint64_t address, std::chrono::milliseconds patience)
    : stub_(std::move(stub)), place_(fmt::format(",{:x},1", address)), patience_(patience) {}

bool Breakpoint::run_guest() {
  // What answers "c" is the stop itself.
  return ask("Z1" + place_) && send(gdb_packet("c"));
}

bool Breakpoint::let_go() {
  return ask("z1" + place_) && ask("D");
}

Breakpoint::Sight Breakpoint::look() {
  if (!read_more()) return Sight::lost;
  while (const auto piece = take_gdb_piece(bytes_)) {
    if (piece->kind == GdbPiece::Kind::taken) continue;
    if (piece->kind != GdbPiece::Kind::packet || !is_stop(piece->content)) return Sight::lost;
    if (!send(ack)) return Sight::lost;
    if (piece->content.compare(1, trapped.size(), trapped) == 0) return Sight::hit;
  }
  return Sight::nothing;
}

// Stops that come in between are of a guest that was stopped otherwise.
bool Breakpoint::ask(std::string_view command) {
  const auto end = std::chrono::steady_clock::now() + patience_;
  if (!send(gdb_packet(command))) return false;
  for (;;) {
    while (const auto piece = take_gdb_piece(bytes_)) {
      if (piece->kind == GdbPiece::Kind::taken) continue;
      if (piece->kind != GdbPiece::Kind::packet || !send(ack)) return false;
      if (!is_stop(piece->content)) return piece->content == "OK";
    }
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
    if (left.count() <= 0) return false;
    pollfd answer{stub_.get(), POLLIN, 0};
    if (::poll(&answer, 1, static_cast<int>(left.count())) < 0 && errno != EINTR) return false;
    if (answer.revents != 0 && !read_more()) return false;
  }
}

// What is there, without waiting. False at the stream's end.
bool Breakpoint::read_more() {
  std::array<char, most_packet_bytes> piece;
  const ssize_t got = ::recv(stub_.get(), piece.data(), piece.size(), MSG_DONTWAIT);
  if (got <= 0) return got < 0 && (errno == EAGAIN || errno == EINTR);
  bytes_.append(piece.data(), static_cast<std::size_t>(got));
  return true;
}

bool Breakpoint::send(std::string_view bytes) {
  return ::send(stub_.get(), bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL) ==
         static_cast<ssize_t>(bytes.size());
}

}  // namespace glassdock::vm
