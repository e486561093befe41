#include "engine/snapshot/inflater.h"

#include <isa-l/igzip_lib.h>
#include <zstd.h>

#include <algorithm>
#include <cstring>
#include <string>

#include "engine/base/error.h"

namespace glassdock::snapshot {

namespace {

[[noreturn]] void throw_corrupt(const std::string& what) {
  throw Error(ErrorKind::corrupt, what, "the layer is damaged where it comes from: push or build the image again");
}

bool starts_with_bytes(std::span<const std::byte> bytes, std::initializer_list<unsigned char> magic) {
  return bytes.size() >= magic.size() && std::equal(magic.begin(), magic.end(), bytes.begin(),
                                                    [](unsigned char a, std::byte b) { return std::byte{a} == b; });
}

class PlainInflater : public Inflater {
 public:
  Step step(std::span<const std::byte> input, std::span<std::byte> output) override {
    const std::size_t size = std::min(input.size(), output.size());
    if (size != 0) std::memcpy(output.data(), input.data(), size);
    return {size, size};
  }
  void end() override {}
};

// Several members may follow each other (RFC 1952, 2.2), and zeros may fill up the last block of a tape.
class GzipInflater : public Inflater {
 public:
  GzipInflater() : state_(std::make_unique<inflate_state>()) { isal_inflate_init(state_.get()); }

  Step step(std::span<const std::byte> input, std::span<std::byte> output) override {
    if (state_->block_state == ISAL_BLOCK_FINISH) {
      if (input.empty()) return {};
      if (padding_ || input.front() == std::byte{0}) return skip_padding(input);
      isal_inflate_reset(state_.get());
    }
    state_->crc_flag = ISAL_GZIP;  // the header is read here, the checksum compared here
    state_->next_in = reinterpret_cast<std::uint8_t*>(const_cast<std::byte*>(input.data()));
    state_->avail_in = static_cast<std::uint32_t>(input.size());
    state_->next_out = reinterpret_cast<std::uint8_t*>(output.data());
    state_->avail_out = static_cast<std::uint32_t>(output.size());
    const int result = isal_inflate(state_.get());
    if (result == ISAL_INCORRECT_CHECKSUM) throw_corrupt("its gzip checksum does not match");
    if (result < 0) throw_corrupt("its gzip stream is damaged");
    return {input.size() - state_->avail_in, output.size() - state_->avail_out};
  }

  void end() override {
    if (state_->block_state != ISAL_BLOCK_FINISH) throw_corrupt("its gzip stream is cut short");
  }

 private:
  Step skip_padding(std::span<const std::byte> input) {
    padding_ = true;
    if (std::any_of(input.begin(), input.end(), [](std::byte b) { return b != std::byte{0}; })) {
      throw_corrupt("its gzip stream is followed by something else");
    }
    return {input.size(), 0};
  }

  std::unique_ptr<inflate_state> state_;
  bool padding_ = false;
};

// Several frames may follow each other. The window is at most 128 MiB, the library's own limit; usual layers need 8.
class ZstdInflater : public Inflater {
 public:
  ZstdInflater() : stream_(ZSTD_createDStream(), &ZSTD_freeDStream) {
    if (!stream_) throw std::bad_alloc();
  }

  Step step(std::span<const std::byte> input, std::span<std::byte> output) override {
    if (input.empty() && missing_ == 0) return {};  // between frames an empty call would count as a frame begun
    ZSTD_inBuffer in{input.data(), input.size(), 0};
    ZSTD_outBuffer out{output.data(), output.size(), 0};
    missing_ = ZSTD_decompressStream(stream_.get(), &out, &in);
    if (ZSTD_isError(missing_))
      throw_corrupt(std::string("its zstd stream is damaged: ") + ZSTD_getErrorName(missing_));
    return {in.pos, out.pos};
  }

  void end() override {
    if (missing_ != 0) throw_corrupt("its zstd stream is cut short");
  }

 private:
  std::unique_ptr<ZSTD_DStream, decltype(&ZSTD_freeDStream)> stream_;
  std::size_t missing_ = 1;  // 0 at a frame's end
};

}  // namespace

std::unique_ptr<Inflater> make_inflater(std::span<const std::byte> first_bytes) {
  if (starts_with_bytes(first_bytes, {0x1f, 0x8b})) return std::make_unique<GzipInflater>();
  if (starts_with_bytes(first_bytes, {0x28, 0xb5, 0x2f, 0xfd})) return std::make_unique<ZstdInflater>();
  return std::make_unique<PlainInflater>();
}

}  // namespace glassdock::snapshot
