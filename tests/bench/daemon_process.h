#pragma once

#include <sys/types.h>

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "engine/base/unique_fd.h"

namespace glassdock::bench {

// Proportional set size of the process with this folder in /proc (proc_pid_smaps(5), Pss), in MiB.
double proportional_mib(const std::filesystem::path& process);

// Its name there (proc_pid_comm(5)); empty where it has gone.
std::string name_of(const std::filesystem::path& process);

// A glassdockd of our own in a folder of its own, ended with the object; its containers are gone by then or killed.
class DaemonProcess {
 public:
  // `programs` holds glassdock and glassdockd.
  DaemonProcess(std::filesystem::path programs, const std::filesystem::path& data,
                const std::filesystem::path& hub_images);
  ~DaemonProcess();
  DaemonProcess(const DaemonProcess&) = delete;
  DaemonProcess& operator=(const DaemonProcess&) = delete;

  // The command line `glassdock docker WORDS` for this engine.
  std::vector<std::string> docker(const std::vector<std::string>& words) const;
  const std::string& socket() const { return socket_; }
  const std::string& hub() const { return hub_; }  // "127.0.0.1:41234"
  double resident_mib() const;
  double peak_resident_mib() const;
  double processor_seconds() const;
  // Of the daemon and its launcher. Throws where there is none.
  double proportional_mib() const;
  // Proportional set size of each monitor of a container, in MiB.
  std::vector<double> monitors_mib() const;

 private:
  double status_mib(std::string_view key) const;
  // Of all processes of that name for which `of_this_engine` says so, by their folders in /proc.
  using OfThisEngine = std::function<bool(const std::filesystem::path& process)>;
  static std::vector<double> sizes_mib(std::string_view name, const OfThisEngine& of_this_engine);

  std::filesystem::path programs_, data_;
  std::string socket_, hub_;
  pid_t pid_ = -1;
};

}  // namespace glassdock::bench
