#include <gtest/gtest.h>

#include <string>

#include "engine/base/error.h"
#include "engine/base/stream_frames.h"

namespace glassdock {
namespace {

std::string frame(char stream, const std::string& bytes) {
  const auto head = stream_head(static_cast<Stream>(stream), static_cast<std::uint32_t>(bytes.size()));
  return std::string(head.data(), head.size()) + bytes;
}

TEST(StreamHead, IsDockers) {
  const std::array<char, stream_head_bytes> wanted{2, 0, 0, 0, 1, 2, 3, 4};
  EXPECT_EQ(stream_head(Stream::stderr_stream, 0x01020304), wanted);
}

TEST(FrameReader, TakesEveryCutOfTheStream) {
  std::string stream = frame(1, "out") + frame(2, "err") + frame(1, "") + frame(1, std::string(70000, 'x'));
  for (std::size_t cut : {1UL, 2UL, 7UL, 8UL, 9UL, 4096UL, stream.size()}) {
    std::string out, err;
    FrameReader reader(
        [&](Stream which, std::string_view bytes) { (which == Stream::stdout_stream ? out : err).append(bytes); });
    for (std::size_t at = 0; at < stream.size(); at += cut) reader.feed(std::string_view(stream).substr(at, cut));
    EXPECT_EQ(out, "out" + std::string(70000, 'x')) << cut;
    EXPECT_EQ(err, "err") << cut;
    EXPECT_TRUE(reader.at_boundary());
  }
}

TEST(FrameReader, KnowsWhenTheStreamWasCutOff) {
  FrameReader reader([](Stream, std::string_view) {});
  reader.feed(frame(1, "abc").substr(0, 9));
  EXPECT_FALSE(reader.at_boundary());
  reader.feed("bc");
  EXPECT_TRUE(reader.at_boundary());
  reader.feed(std::string_view("\x01", 1));
  EXPECT_FALSE(reader.at_boundary());
}

TEST(FrameReader, AnErrorOfTheEnginesIsAnErrorOutput) {
  Stream seen = Stream::stdin_stream;
  FrameReader reader([&](Stream which, std::string_view) { seen = which; });
  reader.feed(frame(3, "the disk is gone"));
  EXPECT_EQ(seen, Stream::stderr_stream);
}

TEST(FrameReader, RefusesWhatIsNoFrame) {
  FrameReader reader([](Stream, std::string_view) {});
  EXPECT_THROW(reader.feed("hello, I am plain text"), Error);
  EXPECT_THROW(FrameReader([](Stream, std::string_view) {}).feed(frame(4, "no stream")), Error);
}

}  // namespace
}  // namespace glassdock
