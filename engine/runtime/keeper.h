#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>

namespace glassdock::runtime {

// How this process stands to the machine after enter_keeper.
struct Privileges {
  bool rootless = false;  // root only inside a user namespace
  pid_t keeper = 0;       // holds the namespaces; 0 where there is none
  std::string remark;     // why that namespace maps one id alone, with what mends it
};

// The process that keeps the namespaces of this data folder; 0 where none does.
pid_t keeper_of(const std::filesystem::path& data);

// For an ordinary user: joins the user and mount namespace of this data folder's keeper, and makes both where there are
// none. The keeper outlives the daemon, because a new user namespace would have no power over the old one's containers;
// it ends by itself once neither a daemon (`engine_lock` free) nor a monitor of `data`/containers is left. Root stays
// as it is. To be called with the engine lock held and before any thread exists (setns(2), CLONE_NEWUSER). Throws Error
// with what to do where the machine refuses user namespaces.
Privileges enter_keeper(const std::filesystem::path& data, const std::filesystem::path& engine_lock);

}  // namespace glassdock::runtime
