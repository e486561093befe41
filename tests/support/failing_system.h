#pragma once

#include <cerrno>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>

#include "engine/os/system.h"

namespace glassdock::tests {

// The real system that counts its calls by name and makes chosen ones fail. Any thread may call. Tests walk through all
// faults of a piece of work by counting its calls once and then failing each in turn.
class FailingSystem : public os::System {
 public:
  // The `number`th call of `name` from now on (1 is the next) fails with `error`; 0 takes that back.
  void fail(const std::string& name, std::uint64_t number, int error) {
    std::lock_guard lock(mutex_);
    Call& call = calls_[name];
    call.fails_at = number == 0 ? 0 : call.count + number;
    call.error = error;
  }
  // All calls of `name` from the `number`th on: a disk that is full stays full.
  void fail_from(const std::string& name, std::uint64_t number, int error) {
    fail(name, number, error);
    std::lock_guard lock(mutex_);
    calls_[name].for_ever = true;
  }
  std::uint64_t count(const std::string& name) const {
    std::lock_guard lock(mutex_);
    const auto found = calls_.find(name);
    return found == calls_.end() ? 0 : found->second.count;
  }
  // `call` runs before each call of `name`, on its thread.
  void before(const std::string& name, std::function<void()> call) {
    std::lock_guard lock(mutex_);
    calls_[name].before = std::move(call);
  }
  // Every call that was made, with its number of times.
  std::map<std::string, std::uint64_t> counts() const {
    std::lock_guard lock(mutex_);
    std::map<std::string, std::uint64_t> all;
    for (const auto& [name, call] : calls_) all[name] = call.count;
    return all;
  }

  int openat(int dir, const char* path, int flags, mode_t mode) override {
    return fails("openat") ? -1 : System::openat(dir, path, flags, mode);
  }
  ssize_t write(int fd, const void* data, std::size_t size) override {
    return fails("write") ? -1 : System::write(fd, data, size);
  }
  int fsync(int fd) override { return fails("fsync") ? -1 : System::fsync(fd); }
  int ftruncate(int fd, off_t size) override { return fails("ftruncate") ? -1 : System::ftruncate(fd, size); }
  int renameat(int old_dir, const char* old_path, int new_dir, const char* new_path) override {
    return fails("renameat") ? -1 : System::renameat(old_dir, old_path, new_dir, new_path);
  }
  int linkat(int old_dir, const char* old_path, int new_dir, const char* new_path, int flags) override {
    return fails("linkat") ? -1 : System::linkat(old_dir, old_path, new_dir, new_path, flags);
  }
  int symlinkat(const char* target, int dir, const char* path) override {
    return fails("symlinkat") ? -1 : System::symlinkat(target, dir, path);
  }
  int unlinkat(int dir, const char* path, int flags) override {
    return fails("unlinkat") ? -1 : System::unlinkat(dir, path, flags);
  }
  int mkdirat(int dir, const char* path, mode_t mode) override {
    return fails("mkdirat") ? -1 : System::mkdirat(dir, path, mode);
  }
  int mknodat(int dir, const char* path, mode_t mode, dev_t device) override {
    return fails("mknodat") ? -1 : System::mknodat(dir, path, mode, device);
  }
  int fchownat(int dir, const char* path, uid_t user, gid_t group, int flags) override {
    return fails("fchownat") ? -1 : System::fchownat(dir, path, user, group, flags);
  }
  int fchmodat(int dir, const char* path, mode_t mode) override {
    return fails("fchmodat") ? -1 : System::fchmodat(dir, path, mode);
  }
  int fsetxattr(int fd, const char* name, const void* value, std::size_t size) override {
    return fails("fsetxattr") ? -1 : System::fsetxattr(fd, name, value, size);
  }

 private:
  struct Call {
    std::uint64_t count = 0;
    std::uint64_t fails_at = 0;
    int error = 0;
    bool for_ever = false;
    std::function<void()> before;
  };

  bool fails(const char* name) {
    std::unique_lock lock(mutex_);
    Call& call = calls_[name];
    if (auto before = call.before) {
      lock.unlock();
      before();
      lock.lock();
    }
    ++call.count;
    if (call.fails_at == 0 || call.count < call.fails_at || (call.count > call.fails_at && !call.for_ever))
      return false;
    errno = call.error;
    return true;
  }

  mutable std::mutex mutex_;
  std::map<std::string, Call> calls_;
};

}  // namespace glassdock::tests
