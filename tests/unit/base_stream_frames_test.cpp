#include <gtest/gtest.h>

#include <string>

#include "engine/base/error.h"
#include "engine/base/stream_frames.h"

namespace glassdock {
namespace {

std::string frame(char stream, const std::string& bytes) {
  std::string head{stream, 0, 0, 0};
  auto size = static_cast<std::uint32_t>(bytes.size());
  for (int shift = 24; shift >= 0; shift -= 8) head += static_cast<char>(size >> shift & 0xFF);
  return head + bytes;
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

TEST(FrameReader, RefusesWhatIsNoFrame) {
  FrameReader reader([](Stream, std::string_view) {});
  EXPECT_THROW(reader.feed("hello, I am plain text"), Error);
}

}  // namespace
}  // namespace glassdock
