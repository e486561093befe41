#include "app/headless/doctor.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "app/headless/session.h"
#include "app/headless/terminal.h"
#include "app/headless/usage.h"
#include "engine/base/error.h"

namespace glassdock::headless {
namespace {

std::string_view word_of(Health health) {
  switch (health) {
    case Health::good:
      return "ok";
    case Health::limited:
      return "limited";
    case Health::broken:
      return "missing";
  }
  return "";
}

}  // namespace

std::string findings_text(const std::vector<Finding>& findings) {
  std::string text;
  for (const Finding& finding : findings) {
    text += fmt::format("{:<8} {:<16} {}", word_of(finding.health), finding.about, finding.says);
    if (!finding.mend.empty()) text += fmt::format("; mend it with: {}", finding.mend);
    text += '\n';
  }
  return text;
}

int doctor(const Options& options, std::span<const std::string> words) {
  parse_own({}, words, 0, "glassdock doctor");
  client::Place place = place_of(options);
  std::vector<Finding> findings{
      examine_kernel(),  examine_namespaces(), examine_overlay(place), examine_seccomp(),
      examine_cgroups(), examine_disk(place),  examine_engine(place),
  };
  if (::geteuid() != 0) findings.push_back(examine_subordinate_ids());
  findings.push_back(examine_kvm());
  findings.push_back(examine_qemu());
  write_out(STDOUT_FILENO, findings_text(findings));
  bool broken = std::any_of(findings.begin(), findings.end(),
                            [](const Finding& finding) { return finding.health == Health::broken; });
  write_out(STDOUT_FILENO, broken ? "\nContainers cannot run here yet.\n" : "\nContainers can run here.\n");
  return broken ? 1 : 0;
}

}  // namespace glassdock::headless
