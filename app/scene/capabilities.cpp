#include "app/scene/capabilities.h"

#include <linux/capability.h>

#include <string_view>

#include "engine/base/capabilities.h"

namespace glassdock::scene {
namespace {

// The weightiest first.
struct Power {
  int number;
  std::string_view english, korean;
};
constexpr Power powers[] = {
    {CAP_SYS_ADMIN, "mount file systems", "파일 시스템 마운트"},
    {CAP_NET_ADMIN, "change the network", "네트워크 설정 바꾸기"},
    {CAP_SYS_MODULE, "load code into the kernel", "커널에 코드 올리기"},
    {CAP_SYS_BOOT, "reboot the machine", "컴퓨터 다시 시작하기"},
    {CAP_SYS_TIME, "set the clock", "시계 맞추기"},
    {CAP_DAC_OVERRIDE, "open any file", "아무 파일이나 열기"},
    {CAP_SETUID, "become any user", "아무 사용자나 되기"},
};

}  // namespace

std::vector<std::string> powers_missing(std::uint64_t mask, std::size_t most, trace::Language language) {
  std::vector<std::string> missing;
  for (const Power& power : powers) {
    const std::uint64_t bit = std::uint64_t{1} << power.number;
    if ((mask & bit) != 0 || missing.size() == most) continue;
    const std::string_view what = language == trace::Language::korean ? power.korean : power.english;
    missing.push_back(std::string(what) + " (" + capability_names(bit).front() + ")");
  }
  return missing;
}

}  // namespace glassdock::scene
