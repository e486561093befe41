#include "engine/snapshot/layer_writer.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <exception>
#include <mutex>
#include <optional>
#include <thread>

#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/os/files.h"
#include "engine/snapshot/chunk_queue.h"
#include "engine/snapshot/inflater.h"
#include "engine/snapshot/layer_tree.h"
#include "engine/snapshot/overlay_names.h"
#include "engine/snapshot/tar_reader.h"

namespace glassdock::snapshot {

namespace fs = std::filesystem;

namespace {

// Large enough that handing over costs nothing, small enough that what was inflated is still in the cache when it is
// hashed and written. Together 5 MiB.
constexpr std::size_t compressed_chunk_bytes = 256 * 1024;
constexpr std::size_t compressed_chunks = 4;
constexpr std::size_t tar_chunk_bytes = 512 * 1024;
constexpr std::size_t tar_chunks = 8;

// A layer can hide a hundred thousand files; the first ones show how it is done.
constexpr std::uint64_t told_whiteouts = 100;

// Puts the entries of one tar into one folder. Belongs to the thread that makes the files.
class Unpacker {
 public:
  Unpacker(const UnpackJob& job, const fs::path& root, TarReader::Source source)
      : job_(job), tree_(job.system, root, job.rootless), reader_(std::move(source)) {}

  void run() {
    while (const TarEntry* entry = reader_.next()) {
      if (++entries_ > job_.limits.max_entries) {
        throw Error(ErrorKind::invalid_argument,
                    "it has more than " + std::to_string(job_.limits.max_entries) + " entries",
                    "use an image with fewer files in one layer");
      }
      take(*entry);
    }
    tree_.finish();
    tell_left_out();
  }
  std::uint64_t entries() const noexcept { return entries_; }
  std::uint64_t bytes() const noexcept { return bytes_; }

 private:
  void take(const TarEntry& entry) {
    name_ = LayerTree::plain_name(entry.name);
    const std::size_t slash = name_.rfind('/');
    const std::string_view folder = std::string_view(name_).substr(0, slash == std::string::npos ? 0 : slash);
    const std::string_view last = std::string_view(name_).substr(slash == std::string::npos ? 0 : slash + 1);
    if (last == opaque_name) {
      tree_.make_opaque(std::string(folder));
      tell_whiteout(std::string(folder), true);
    } else if (last.substr(0, aufs_prefix.size()) == aufs_prefix ||
               folder.substr(0, aufs_prefix.size()) == aufs_prefix) {
      return;
    } else if (last.substr(0, whiteout_prefix.size()) == whiteout_prefix) {
      take_whiteout(std::string(folder), last.substr(whiteout_prefix.size()));
    } else {
      make(entry);
    }
  }

  void take_whiteout(const std::string& folder, std::string_view hidden) {
    if (hidden.empty() || hidden == "." || hidden == "..") {
      throw Error(ErrorKind::corrupt, "'" + name_ + "' hides nothing that has a name",
                  "do not use this image: no honest tool writes such a layer");
    }
    const std::string name = folder.empty() ? std::string(hidden) : folder + "/" + std::string(hidden);
    tree_.make_whiteout(name);
    tell_whiteout(name, false);
  }

  void make(const TarEntry& entry) {
    if (name_.empty() && entry.type != TarEntry::Type::folder) {
      throw Error(ErrorKind::corrupt, "the layer's root '" + std::string(entry.name) + "' is no folder",
                  "do not use this image: no honest tool writes such a layer");
    }
    switch (entry.type) {
      case TarEntry::Type::folder:
        return tree_.make_folder(name_, entry);
      case TarEntry::Type::file:
        return make_file(entry);
      case TarEntry::Type::symlink:
        return tree_.make_symlink(name_, entry);
      case TarEntry::Type::hard_link:
        return tree_.make_hard_link(name_, LayerTree::plain_name(entry.target));
      default:
        return tree_.make_node(name_, entry);
    }
  }

  void make_file(const TarEntry& entry) {
    tree_.begin_file(name_, entry);
    if (entry.size != 0) {
      while (const auto block = reader_.next_block()) tree_.write(block->bytes, block->offset);
    }
    tree_.end_file(entry);
    bytes_ += entry.size;
  }

  void tell_whiteout(const std::string& name, bool opaque) {
    if (++whiteouts_ > told_whiteouts) return;
    job_.context.tell(trace::Stage::snapshot, "snapshot.whiteout", "/" + name,
                      {{"layer", job_.subject}, {"opaque", opaque}}, [&](trace::Event& event) {
                        if (!job_.context.wants_evidence()) return;
                        trace::Evidence evidence;
                        evidence.source = opaque ? std::string("fsetxattr(\"") + name + "\", \"" +
                                                       opaque_attribute(job_.rootless) + "\", \"y\") = 0"
                                                 : "mknodat(\"" + name + "\", S_IFCHR, makedev(0, 0)) = 0";
                        evidence.before = "the layer's tar has the entry " + name_;
                        event.evidence.push_back(std::move(evidence));
                      });
  }

  void tell_left_out() {
    const LeftOut& left = tree_.left_out();
    if (left.devices + left.links + left.attributes + left.owners == 0) return;
    job_.context.tell(trace::Stage::snapshot, "snapshot.left-out", job_.subject,
                      {{"devices", static_cast<std::int64_t>(left.devices)},
                       {"links", static_cast<std::int64_t>(left.links)},
                       {"attributes", static_cast<std::int64_t>(left.attributes)},
                       {"owners", static_cast<std::int64_t>(left.owners)}});
  }

  const UnpackJob& job_;
  LayerTree tree_;
  TarReader reader_;
  std::string name_;  // of the entry at work, plain
  std::uint64_t entries_ = 0;
  std::uint64_t bytes_ = 0;
  std::uint64_t whiteouts_ = 0;
};

// caller --compressed_--> inflate() --tar_--> unpack(). The first failure of any stops all three.
class PipelinedWriter : public LayerWriter {
 public:
  explicit PipelinedWriter(UnpackJob job)
      : job_(std::move(job)),
        around_(job_.context),
        staging_(job_.folder, staging_prefix),
        compressed_(compressed_chunks, compressed_chunk_bytes),
        tar_(tar_chunks, tar_chunk_bytes) {
    // The folder becomes the layer's root. What it holds meanwhile is out of reach below the store's own 0700.
    if (job_.system.fchmodat(AT_FDCWD, staging_.path().c_str(), 0755) != 0) {
      throw os::write_error(errno, "chmod", staging_.path());
    }
    try {
      inflating_ = std::thread([this] { guard([this] { inflate(); }); });
      unpacking_ = std::thread([this] { guard([this] { unpack(); }); });
    } catch (const std::system_error& error) {
      stop();
      throw Error::from_errno(error.code().value(), "start a thread to unpack", job_.subject);
    }
  }

  ~PipelinedWriter() override { stop(); }

  void write(std::span<const std::byte> bytes) override {
    around_.throw_if_cancelled();
    begin();
    while (!bytes.empty()) {
      if (filling_.empty()) filling_ = compressed_.acquire();
      if (filling_.empty()) throw_failure();
      const std::size_t size = std::min(bytes.size(), filling_.size() - filled_);
      std::memcpy(filling_.data() + filled_, bytes.data(), size);
      filled_ += size;
      bytes = bytes.subspan(size);
      if (filled_ == filling_.size()) flush();
    }
  }

  UnpackedLayer finish(const Digest& expected_diff_id) override {
    begin();
    if (filled_ != 0) flush();
    compressed_.close();
    join();
    throw_failure();
    if (!expected_diff_id.empty() && layer_.diff_id != expected_diff_id) {
      throw Error(ErrorKind::corrupt, "layer " + job_.subject + " is not the one that the image's configuration names",
                  "its diff_id is " + layer_.diff_id.text() + ", expected was " + expected_diff_id.text());
    }
    span_->result("bytes", static_cast<std::int64_t>(layer_.bytes));
    span_->result("entries", static_cast<std::int64_t>(layer_.entries));
    span_->result("diff_id", layer_.diff_id.text());
    span_.reset();
    unpacked_ns_ = trace::monotonic_ns();
    return layer_;
  }

  void commit(std::uint64_t number) override {
    const fs::path path = job_.folder / std::to_string(number);
    struct stat status;
    if (::lstat(path.c_str(), &status) == 0) {
      throw Error(ErrorKind::conflict, "layer " + path.string() + " exists already");
    }
    if (job_.system.renameat(AT_FDCWD, staging_.path().c_str(), AT_FDCWD, path.c_str()) != 0) {
      throw os::write_error(errno, "rename layer to", path);
    }
    const fs::path staging = staging_.release();
    around_.tell(
        trace::Stage::snapshot, "snapshot.commit", job_.subject,
        {{"layer", static_cast<std::int64_t>(number)},
         {"path", path.string()},
         {"duration_ns", trace::monotonic_ns() - unpacked_ns_}},
        [&](trace::Event& event) {
          if (!around_.wants_evidence()) return;
          event.evidence.push_back({.source = "rename(\"" + staging.string() + "\", \"" + path.string() + "\") = 0",
                                    .before = "",
                                    .content = "",
                                    .command = "ls -la " + shell_quote(path.string())});
        });
  }

 private:
  // Told when there is something to unpack. Both threads look at the context only when they have some of it.
  void begin() {
    if (span_) return;
    // Without its last words the line would be the standard library's, which calls the constructor.
    span_.emplace(around_, trace::Stage::snapshot, "snapshot.unpack", job_.subject, trace::Arguments{},
                  job_.plain_command, std::source_location::current());
    job_.context = span_->context();
  }

  void flush() {
    compressed_.publish(filled_);
    filling_ = {};
    filled_ = 0;
  }

  void inflate() {
    Hasher hasher;
    std::unique_ptr<Inflater> inflater;
    std::span<std::byte> room;
    std::size_t used = 0;
    std::uint64_t total = 0;
    const auto hand_on = [&] {
      hasher.update(room.data(), used);
      total += used;
      if (total > job_.limits.max_bytes) {
        throw Error(ErrorKind::invalid_argument,
                    "it inflates to more than " + std::to_string(job_.limits.max_bytes >> 20) + " MiB",
                    "do not use this image: its layer is far larger than it pretends");
      }
      tar_.publish(used);
      room = {};
      used = 0;
    };
    for (auto input = compressed_.front(); !input.empty(); compressed_.pop(), input = compressed_.front()) {
      if (!inflater) inflater = make_inflater(input);
      bool more = true;
      while (!input.empty() || more) {
        if (room.empty()) room = tar_.acquire();
        if (room.empty()) return;  // aborted
        const Inflater::Step step = inflater->step(input, room.subspan(used));
        input = input.subspan(step.consumed);
        used += step.produced;
        more = used == room.size();
        if (more) hand_on();
        if (step.consumed == 0 && step.produced == 0 && !input.empty()) {
          throw Error(ErrorKind::corrupt, "its compressed stream makes no sense",
                      "the layer is damaged where it comes from: push or build the image again");
        }
      }
    }
    if (compressed_.aborted()) return;
    if (inflater) inflater->end();
    if (used != 0) hand_on();
    tar_.close();
    layer_.diff_id = hasher.finish();
  }

  void unpack() {
    bool reading = false;
    const auto next = [&]() -> std::span<const std::byte> {
      if (reading) tar_.pop();
      const auto block = tar_.front();
      reading = !block.empty();
      return block;
    };
    Unpacker unpacker(job_, staging_.path(), next);
    unpacker.run();
    while (!next().empty()) {
      // What follows the archive's end belongs to the digest, not to the files.
    }
    layer_.entries = unpacker.entries();
    layer_.bytes = unpacker.bytes();
  }

  template <typename Work>
  void guard(Work&& work) noexcept {
    try {
      work();
    } catch (const Error& error) {
      fail(Error(error.kind(), "layer " + job_.subject + ": " + error.message(), error.hint()));
    } catch (const std::exception& error) {
      fail(Error(ErrorKind::internal, "layer " + job_.subject + ": " + error.what()));
    }
  }

  void fail(const Error& error) {
    {
      std::lock_guard lock(mutex_);
      if (!failure_) failure_ = error;
    }
    compressed_.abort();
    tar_.abort();
  }

  void throw_failure() {
    std::lock_guard lock(mutex_);
    if (failure_) throw *failure_;
  }

  void join() {
    if (inflating_.joinable()) inflating_.join();
    if (unpacking_.joinable()) unpacking_.join();
  }

  void stop() {
    compressed_.abort();
    tar_.abort();
    join();
  }

  UnpackJob job_;          // its context is the span's
  trace::Context around_;  // the caller's
  os::TempDir staging_;
  ChunkQueue compressed_;
  ChunkQueue tar_;
  std::optional<trace::Span> span_;
  std::span<std::byte> filling_;  // the compressed chunk that write() fills, up to filled_
  std::size_t filled_ = 0;
  UnpackedLayer layer_;
  std::int64_t unpacked_ns_ = 0;  // since when it waits for its place
  std::mutex mutex_;
  std::optional<Error> failure_;  // the first one
  std::thread inflating_;
  std::thread unpacking_;
};

}  // namespace

std::unique_ptr<LayerWriter> make_layer_writer(UnpackJob job) {
  return std::make_unique<PipelinedWriter>(std::move(job));
}

}  // namespace glassdock::snapshot
