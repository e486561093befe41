#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/digest.h"

namespace glassdock::content {

// An image of the store. Its id is the digest of its config, as docker has it.
struct ImageRow {
  Digest id;
  Digest manifest;               // the platform's manifest, from which the config and the layers follow
  std::int64_t stored_unix = 0;  // seconds; when it was pulled or built
  std::uint64_t bytes = 0;       // of its unpacked layers together
  // Removed by its user while containers still need its layers: it has no name and is not listed.
  bool hidden = false;
  bool operator==(const ImageRow&) const = default;
};

// A name that points to an image: Reference::canonical(), by tag or by digest.
struct ReferenceRow {
  std::string reference;
  Digest image;
};

// An unpacked layer. `number` is its folder in the layer store (short, for overlay's option string ends at a page).
struct LayerRow {
  Digest diff_id;
  std::uint64_t number = 0;
  std::uint64_t bytes = 0;
  std::uint64_t entries = 0;  // of its tar; 0: unpacked by a version that did not keep it
};

// A container as the daemon keeps it: `spec` never changes after create, `state` does. Both are the daemon's JSON.
struct ContainerRow {
  std::string id;    // 64 hex digits
  std::string name;  // unique, without a slash
  std::string spec;
  std::string state;
};

// What the engine knows, in SQLite (WAL). What is said about images and layers is safe from power loss when the call
// returns; what is said about containers is safe from kill -9 (no fsync on the way of a start: WAL with
// synchronous=NORMAL, https://sqlite.org/pragma.html#pragma_synchronous), and checkpoints run in a thread of their own.
// Every call is one transaction. Any thread may call anything. To look up one image, name, layer or container
// waits for no fsync; to write, and to list images, waits for one that is under way. Throws Error: no_space,
// permission, corrupt, and not_supported for a database that a newer Glassdock wrote.
class Metadata {
 public:
  explicit Metadata(const std::filesystem::path& file);
  ~Metadata();
  Metadata(const Metadata&) = delete;
  Metadata& operator=(const Metadata&) = delete;

  // Stores the image (or shows it again when hidden) and moves `references` to it.
  void put_image(const ImageRow& image, const std::vector<std::string>& references);
  std::optional<ImageRow> image(const Digest& id) const;
  std::vector<ImageRow> images() const;  // hidden ones too, the newest first
  void hide_image(const Digest& id);     // and drops its references
  void remove_image(const Digest& id);   // and its references

  std::optional<Digest> find_reference(std::string_view canonical) const;
  std::vector<ReferenceRow> references() const;                    // sorted
  std::vector<std::string> references(const Digest& image) const;  // sorted
  void put_reference(std::string_view canonical, const Digest& image);
  bool remove_reference(std::string_view canonical);

  // A new number, never given before, kept as pending until put_layer: a daemon that is killed between leaves a pending
  // number, by which the next one finds the folder that nobody needs.
  std::uint64_t reserve_layer();
  std::vector<std::uint64_t> pending_layers() const;
  void forget_pending_layer(std::uint64_t number);
  void put_layer(const LayerRow& layer);
  std::optional<LayerRow> layer(const Digest& diff_id) const;
  std::vector<LayerRow> layers() const;
  void remove_layers(const std::vector<Digest>& diff_ids);

  // Throws Error(conflict) when the name or the id is taken.
  void put_container(const ContainerRow& container);
  // Throws Error(not_found).
  void update_container(std::string_view id, std::string_view state);
  void rename_container(std::string_view id, std::string_view name);
  std::optional<ContainerRow> container(std::string_view id) const;
  std::vector<ContainerRow> containers() const;  // in the order in which they were made
  void remove_container(std::string_view id);

 private:
  class Database;
  std::unique_ptr<Database> database_;
};

}  // namespace glassdock::content
