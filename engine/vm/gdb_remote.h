#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/base/unique_fd.h"

// GDB's remote serial protocol (GDB manual, appendix "GDB Remote Serial Protocol"), as little of it as holds a guest at
// one address. A packet is "$CONTENT#SUM", and whoever gets one says '+': QEMU's stub does not know QStartNoAckMode.
//
//   engine                                QEMU's stub; the guest stands before its first instruction
//    | "$Z1,ADDRESS,1#…"  ----------------> |   a hardware breakpoint: nothing is written to the guest's memory, where
//    | <---------------------- "+$OK#9a" -- |   the kernel does not lie yet
//    | "+$c#63"  -------------------------> |   the guest runs
//    | <---------------------------- "+" -- |
//    | …                                    |
//    | <---------------------- "$T05…#…" -- |   it is there, and stands
//    | "+$z1,ADDRESS,1#…"  ---------------> |
//    | <---------------------- "+$OK#9a" -- |
//    | "+$D#44"  -------------------------> |   the guest goes on, and has no breakpoint any more
//    | <---------------------- "+$OK#9a" -- |
namespace glassdock::vm {

std::string gdb_packet(std::string_view content);

// What a stub sends: '+', '-' (it did not understand), or a packet.
struct GdbPiece {
  enum class Kind { taken, refused, packet, nonsense };
  Kind kind = Kind::nonsense;
  std::string content;  // of a packet
};
// The next one, cut off the front of `bytes`; nothing while it is not whole. A packet with a wrong sum is nonsense, and
// not asked for again: nothing gets lost between two processes of one machine.
std::optional<GdbPiece> take_gdb_piece(std::string& bytes);

// One breakpoint in one guest, and the conversation about it. Its functions wait for no answer longer than `patience`.
class Breakpoint {
 public:
  // QEMU may still be coming up when it is asked first.
  static constexpr std::chrono::milliseconds usual_patience{10'000};

  // `stub`: a stream socket, whose other end the stub has. `address`: virtual.
  Breakpoint(UniqueFd stub, std::uint64_t address, std::chrono::milliseconds patience = usual_patience);

  // Can be read when look() may see something.
  int fd() const noexcept { return stub_.get(); }
  // Sets it, and lets the guest run up to it. False where the stub does not: it is not to be asked again then.
  bool run_guest();
  enum class Sight { nothing, hit, lost };
  // What has come, without waiting. `lost`: the stub talks nonsense, or has gone.
  Sight look();
  // Takes it away, and lets the guest, which stands, go on. False where the stub does not.
  bool let_go();

 private:
  bool send(std::string_view bytes);
  bool ask(std::string_view command);
  bool read_more();

  const UniqueFd stub_;
  const std::string place_;  // ",ADDRESS,1"
  const std::chrono::milliseconds patience_;
  std::string bytes_;
};

}  // namespace glassdock::vm
