#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "app/headless/options.h"
#include "engine/client/place.h"
#include "engine/trace/text_view.h"

namespace glassdock::headless {

enum class Health {
  good,
  limited,  // containers run, something of them doesn't
  broken,   // no container can run
};

// What was found out about one thing, and the command that mends it (empty where nothing needs to be, or can).
struct Finding {
  Health health = Health::good;
  std::string about;
  std::string says;
  std::string mend;
};

// Each tries the thing itself, in a child process where it would change this one, and leaves nothing behind.
Finding examine_kernel();
Finding examine_namespaces();
Finding examine_overlay(const client::Place& place);
Finding examine_seccomp();
Finding examine_subordinate_ids();
Finding examine_cgroups();
Finding examine_devices();  // root's: an ordinary user's containers open none but those they are given
Finding examine_disk(const client::Place& place);
Finding examine_engine(const client::Place& place);
Finding examine_virtual_machines();  // looks only: whether KVM runs is tried before a race

// Who runs this program: a name, or the number of one without.
std::string user_name();

// `folder`, or the nearest of its parents that exists: where it would be made.
std::filesystem::path nearest_folder(std::filesystem::path folder);

// "ok       kernel           Linux 6.1…", a line each, and below it the command that mends it. docs/cli.md
std::string findings_text(const std::vector<Finding>& findings, const trace::TextOptions& options);

// `doctor`: 0 when containers can run here, otherwise 1.
int doctor(const Options& options, std::span<const std::string> words);

}  // namespace glassdock::headless
