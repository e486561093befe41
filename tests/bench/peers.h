#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace glassdock::bench {

// Another runtime's command that starts `true` with the walls of ours, as far as it has them.
struct Peer {
  std::string name;
  std::vector<std::string> words;
};

// crun, runc and bubblewrap where they are installed; a note for one that is not. `layers`: overlay's lowerdir words,
// whose files become the peers' root folder below `work`. `seccomp`: our filter as bytes, for bubblewrap.
std::vector<Peer> make_peers(const std::filesystem::path& work, const std::string& layers,
                             const std::filesystem::path& seccomp);

// The racer for a peer: each byte on stdin runs `words` once and answers with its nanoseconds. In a mount namespace of
// its own, where /sys/fs/cgroup is the cgroup2 tree: crun and runc refuse a hybrid one. `seccomp` becomes descriptor 9.
int serve_peer(const std::vector<std::string>& words, const std::filesystem::path& seccomp);

// A mount namespace of this process's own with that cgroup view.
void enter_private_mounts();

}  // namespace glassdock::bench
