#pragma once

#include <sys/types.h>

#include <cstdint>
#include <cstdio>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace glassdock::tests {

// Tars in memory, byte by byte (POSIX pax, "ustar Interchange Format"): a library that writes tars would not write the
// wicked ones.
struct TarItem {
  std::string name;
  char type = '0';  // 0 file, 1 hard link, 2 symlink, 3 and 4 devices, 5 folder, 6 fifo
  std::string content{};
  std::string target{};
  mode_t mode = 0644;
  std::uint64_t user = 0;
  std::uint64_t group = 0;
  std::int64_t modified = 1'600'000'000;
  unsigned major = 0;
  unsigned minor = 0;
  std::vector<std::pair<std::string, std::string>> pax{};  // records of an extended header in front
};

class TarBuilder {
 public:
  TarBuilder& add(const TarItem& item) {
    if (!item.pax.empty()) {
      std::string records;
      for (const auto& [key, value] : item.pax) records += pax_record(key, value);
      header({.name = "PaxHeaders/x", .type = 'x'}, records.size());
      body(records);
    }
    if (item.name.size() > 100) gnu_long('L', item.name);
    if (item.target.size() > 100) gnu_long('K', item.target);
    header(item, item.content.size());
    body(item.content);
    return *this;
  }
  TarBuilder& file(std::string name, std::string content = "x") {
    return add({.name = std::move(name), .content = std::move(content)});
  }
  TarBuilder& folder(std::string name, mode_t mode = 0755) {
    return add({.name = std::move(name), .type = '5', .mode = mode});
  }
  TarBuilder& symlink(std::string name, std::string target) {
    return add({.name = std::move(name), .type = '2', .target = std::move(target)});
  }
  TarBuilder& hard_link(std::string name, std::string target) {
    return add({.name = std::move(name), .type = '1', .target = std::move(target)});
  }
  TarBuilder& raw(std::string_view bytes) {
    tar_ += bytes;
    return *this;
  }
  // A header alone, with a size that its body need not have.
  TarBuilder& header(const TarItem& item, std::uint64_t size) {
    char block[512] = {};
    std::memcpy(block, item.name.data(), std::min<std::size_t>(item.name.size(), 100));
    number(block + 100, 8, item.mode);
    number(block + 108, 8, item.user);
    number(block + 116, 8, item.group);
    number(block + 124, 12, size);
    number(block + 136, 12, static_cast<std::uint64_t>(item.modified));
    block[156] = item.type;
    std::memcpy(block + 157, item.target.data(), std::min<std::size_t>(item.target.size(), 100));
    std::memcpy(block + 257, "ustar\00000", 8);
    number(block + 329, 8, item.major);
    number(block + 337, 8, item.minor);
    std::memset(block + 148, ' ', 8);
    unsigned sum = 0;
    for (char byte : block) sum += static_cast<unsigned char>(byte);
    std::snprintf(block + 148, 8, "%06o", sum);
    tar_.append(block, sizeof block);
    return *this;
  }
  // With the two blocks of zeros that end it.
  std::string finish() const { return tar_ + std::string(1024, '\0'); }
  const std::string& unfinished() const { return tar_; }

  static std::string pax_record(const std::string& key, const std::string& value) {
    const std::size_t rest = key.size() + value.size() + 3;  // blank, '=' and line feed
    std::size_t length = rest + 1;
    while (std::to_string(length).size() + rest != length) ++length;
    return std::to_string(length) + " " + key + "=" + value + "\n";
  }

 private:
  void gnu_long(char type, const std::string& text) {
    header({.name = "././@LongLink", .type = type}, text.size() + 1);
    body(text + std::string(1, '\0'));
  }
  void body(const std::string& content) {
    tar_ += content;
    tar_.append((512 - content.size() % 512) % 512, '\0');
  }
  // Octal, or base-256 where that is too short (GNU tar).
  static void number(char* field, int width, std::uint64_t value) {
    const int bits = 3 * (width - 1);
    if (bits >= 64 || value < (std::uint64_t{1} << bits)) {
      std::snprintf(field, static_cast<std::size_t>(width), "%0*llo", width - 1,
                    static_cast<unsigned long long>(value));
      return;
    }
    field[0] = '\x80';
    for (int at = width - 1; at > 0; --at, value >>= 8) field[at] = static_cast<char>(value & 0xff);
  }

  std::string tar_;
};

}  // namespace glassdock::tests
