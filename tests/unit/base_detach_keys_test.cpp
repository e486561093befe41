#include <gtest/gtest.h>

#include "engine/base/detach_keys.h"
#include "engine/base/error.h"

namespace glassdock {
namespace {

// What goes on, and "|" where the client is detached.
std::string typed(DetachKeys& keys, std::string_view input) {
  std::string room(DetachKeys::most + input.size(), '\0');
  input.copy(room.data() + DetachKeys::most, input.size());
  bool detached = false;
  room.resize(keys.pass(room.data() + DetachKeys::most, input.size(), room.data(), detached));
  return room + (detached ? "|" : "");
}

TEST(DetachKeys, AreReadAsDockerWritesThem) {
  const DetachKeys usual = parse_detach_keys(default_detach_keys);
  ASSERT_EQ(usual.count, 2u);
  EXPECT_EQ(usual.keys[0], 0x10);
  EXPECT_EQ(usual.keys[1], 0x11);
  const DetachKeys all = parse_detach_keys("a,ctrl-@,ctrl-[,ctrl-\\,ctrl-],ctrl-^,ctrl-_,DEL");
  const unsigned char bytes[] = {'a', 0, 27, 28, 29, 30, 31, 127};
  ASSERT_EQ(all.count, std::size(bytes));
  for (std::size_t i = 0; i < all.count; ++i) EXPECT_EQ(all.keys[i], bytes[i]) << i;
  for (const char* wrong : {"foo", "ctrl-", "ctrl-A", "ctrl-pp", "a,,b", "a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q"}) {
    EXPECT_THROW(parse_detach_keys(wrong), Error) << wrong;
  }
}

TEST(DetachKeys, EndWhatIsTypedAndKeepNothingElseBack) {
  DetachKeys keys = parse_detach_keys("ctrl-p,ctrl-q");
  EXPECT_EQ(typed(keys, "ab"), "ab");
  EXPECT_EQ(typed(keys, "c\x10"), "c") << "it may be the beginning";
  EXPECT_EQ(typed(keys, "d"),
            "\x10"
            "d");
  EXPECT_EQ(typed(keys, "\x10\x10"), "\x10\x10") << "as docker's, the second one begins nothing";
  EXPECT_EQ(typed(keys, "\x11"), "\x11");
  EXPECT_EQ(typed(keys, "e\x10"), "e");
  EXPECT_EQ(typed(keys, "\x11lost"), "|");
  DetachKeys one = parse_detach_keys("x");
  EXPECT_EQ(typed(one, "abxc"), "ab|");
  DetachKeys none;
  EXPECT_EQ(typed(none, "\x10\x11"), "\x10\x11");
}

}  // namespace
}  // namespace glassdock
