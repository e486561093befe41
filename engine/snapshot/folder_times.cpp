#include "engine/snapshot/folder_times.h"

#include <algorithm>
#include <cstring>

#include "engine/base/error.h"

namespace glassdock::snapshot {

namespace {
// In front of the bytes that differ.
struct Head {
  std::int64_t seconds;
  std::uint32_t nanoseconds;
  std::uint32_t shared;  // bytes taken from the name before
  std::uint32_t added;
};
}  // namespace

void FolderTimes::add(std::string_view name, const timespec& time) {
  const auto differs = std::mismatch(name.begin(), name.end(), last_name_.begin(), last_name_.end()).first;
  const auto shared = static_cast<std::size_t>(differs - name.begin());
  const Head head{time.tv_sec, static_cast<std::uint32_t>(time.tv_nsec), static_cast<std::uint32_t>(shared),
                  static_cast<std::uint32_t>(name.size() - shared)};
  if (records_.size() + sizeof head + head.added > limit) {
    throw Error(ErrorKind::invalid_argument, "it has more folders than any image needs",
                "use an image with fewer folders in one layer");
  }
  records_.append(reinterpret_cast<const char*>(&head), sizeof head);
  records_.append(name.substr(shared));
  last_name_ = name;
}

void FolderTimes::for_each(const std::function<void(const std::string&, const timespec&)>& visit) const {
  std::string name;
  for (std::size_t at = 0; at < records_.size();) {
    Head head;
    std::memcpy(&head, records_.data() + at, sizeof head);
    at += sizeof head;
    name.resize(head.shared);
    name.append(records_, at, head.added);
    at += head.added;
    visit(name, {static_cast<time_t>(head.seconds), static_cast<long>(head.nanoseconds)});
  }
}

}  // namespace glassdock::snapshot
