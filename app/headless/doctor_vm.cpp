#include <fmt/format.h>
#include <unistd.h>

#include "app/headless/doctor.h"
#include "engine/client/vm_race.h"

namespace glassdock::headless {
namespace {

constexpr char kvm[] = "/dev/kvm";

}  // namespace

Finding examine_virtual_machines() {
  constexpr char about[] = "virtual machines";
  if (const auto lacking = client::lacking_for_race()) return {Health::limited, about, lacking->what, lacking->mend};
  if (::access(kvm, F_OK) != 0) {
    return {
        Health::good, about, "QEMU and a kernel are here; without /dev/kvm a guest is emulated (TCG), and slow", {}};
  }
  if (::access(kvm, R_OK | W_OK) != 0) {
    return {Health::good, about, "QEMU and a kernel are here; you may not use /dev/kvm, so a guest is emulated (TCG)",
            fmt::format("sudo usermod -aG kvm {}, then log in again", user_name())};
  }
  return {Health::good, about, "QEMU and a kernel are here; a race tries first whether /dev/kvm really runs", {}};
}

}  // namespace glassdock::headless
