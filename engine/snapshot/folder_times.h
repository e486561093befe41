#pragma once

#include <cstdint>
#include <ctime>
#include <functional>
#include <string>
#include <string_view>

namespace glassdock::snapshot {

// Names of folders with the time that each is to get at the end. A name is kept as what differs from the one before,
// since folders come in tree order: some 30 bytes each instead of 100.
class FolderTimes {
 public:
  // Throws Error(invalid_argument) when more than `limit` bytes would be kept.
  void add(std::string_view name, const timespec& time);
  void for_each(const std::function<void(const std::string& name, const timespec& time)>& visit) const;

  static constexpr std::size_t limit = 24 * 1024 * 1024;  // bytes; some 800,000 folders

 private:
  std::string records_;
  std::string last_name_;
};

}  // namespace glassdock::snapshot
