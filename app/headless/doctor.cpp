#include "app/headless/doctor.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "app/headless/session.h"
#include "app/headless/terminal.h"
#include "app/headless/usage.h"
#include "app/headless/watcher.h"
#include "engine/base/error.h"
#include "engine/trace/columns.h"

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

std::string findings_text(const std::vector<Finding>& findings, const trace::TextOptions& options) {
  constexpr int health_width = 9, about_width = 17;
  constexpr int left = health_width + about_width;
  auto said = [&](std::string_view english) { return in_language(english, options.language); };
  std::string text;
  for (const Finding& finding : findings) {
    text += trace::padded(said(word_of(finding.health)), health_width) +
            trace::padded(said(finding.about), about_width) + trace::wrapped(said(finding.says), options.width, left) +
            "\n";
    if (finding.mend.empty()) continue;
    const std::string mend = std::string(left, ' ') + said("mend it with:") + " ";
    text += mend + trace::wrapped_command(said(finding.mend), options.width, trace::columns(mend)) + "\n";
  }
  return text;
}

int doctor(const Options& options, std::span<const std::string> words) {
  parse_own("doctor", words, 0);
  client::Place place = place_of(options);
  std::vector<Finding> findings{
      examine_kernel(),  examine_namespaces(), examine_overlay(place), examine_seccomp(),
      examine_cgroups(), examine_disk(place),  examine_engine(place),
  };
  findings.push_back(::geteuid() == 0 ? examine_devices() : examine_subordinate_ids());
  findings.push_back(examine_virtual_machines());
  write_out(STDOUT_FILENO, findings_text(findings, text_options(options, STDOUT_FILENO)));
  bool broken = std::any_of(findings.begin(), findings.end(),
                            [](const Finding& finding) { return finding.health == Health::broken; });
  const char* verdict = broken ? "Containers cannot run here yet." : "Containers can run here.";
  write_out(STDOUT_FILENO, "\n" + in_language(verdict, options.language) + "\n");
  return broken ? 1 : 0;
}

}  // namespace glassdock::headless
