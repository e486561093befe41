#include "engine/content/metadata.h"

#include <fmt/format.h>

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>
#include <utility>

#include "engine/base/error.h"
#include "engine/content/sqlite.h"

namespace glassdock::content {
namespace {

using sqlite::Connection;
using sqlite::Statement;
using sqlite::Transaction;

constexpr std::int64_t schema_version = 2;
constexpr const char* schema = R"(
  CREATE TABLE images(id TEXT PRIMARY KEY, manifest TEXT NOT NULL, stored_unix INTEGER NOT NULL,
                      bytes INTEGER NOT NULL, hidden INTEGER NOT NULL) STRICT;
  CREATE TABLE image_references(reference TEXT PRIMARY KEY,
                                image TEXT NOT NULL REFERENCES images(id) ON DELETE CASCADE) STRICT;
  CREATE INDEX references_of_image ON image_references(image);
  CREATE TABLE layers(number INTEGER PRIMARY KEY AUTOINCREMENT, diff_id TEXT UNIQUE, bytes INTEGER NOT NULL) STRICT;
  CREATE TABLE containers(made INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, name TEXT NOT NULL UNIQUE,
                          spec TEXT NOT NULL, state TEXT NOT NULL) STRICT;
  PRAGMA user_version=1;
)";
constexpr const char* from_1_to_2 = R"(
  ALTER TABLE layers ADD COLUMN entries INTEGER NOT NULL DEFAULT 0;
  PRAGMA user_version=2;
)";

// Pages of 4 KiB in the write-ahead log from which on a checkpoint is worth while: SQLite's own default.
constexpr int checkpoint_pages = 1000;

std::int64_t signed_of(std::uint64_t number) {
  return static_cast<std::int64_t>(number);
}

std::int64_t number_of(Connection& connection, std::string_view sql) {
  Statement one = connection.prepare(sql);
  return one.step() ? one.number(0) : 0;
}

ImageRow image_from(const Statement& row) {
  return {Digest::parse(row.text(0)), Digest::parse(row.text(1)), row.number(2),
          static_cast<std::uint64_t>(row.number(3)), row.number(4) != 0};
}

LayerRow layer_from(const Statement& row) {
  return {Digest::parse(row.text(0)), static_cast<std::uint64_t>(row.number(1)),
          static_cast<std::uint64_t>(row.number(2)), static_cast<std::uint64_t>(row.number(3))};
}

ContainerRow container_from(const Statement& row) {
  return {row.text(0), row.text(1), row.text(2), row.text(3)};
}

}  // namespace

// Two connections to one file: what `images` commits is fsynced, what `containers` commits is not. What a start looks
// up is read on the latter: in WAL mode readers wait for no writer. The thread carries the log over into the database
// when it has grown, on a connection of its own, so that no start waits for it.
class Metadata::Database {
 public:
  explicit Database(const std::filesystem::path& file)
      : images(open_checked(file)), containers(file, "NORMAL"), checkpoints_(file, "NORMAL") {
    for (Connection* connection : {&images, &containers}) {
      sqlite3_wal_hook(connection->get(), &Database::committed, this);
    }
    thread_ = std::jthread([this](const std::stop_token& stop) { checkpoint_until(stop); });
  }

  // SQLite has one writer at a time: who writes about containers waits here for an image's commit rather than asking
  // again and again.
  std::scoped_lock<std::mutex, std::mutex> lock_to_write_containers() {
    return std::scoped_lock(images_mutex, containers_mutex);
  }

  std::mutex images_mutex;  // one for each connection; this one is held through an fsync
  std::mutex containers_mutex;
  Connection images;
  Connection containers;

  Statement put_container{containers.prepare("INSERT INTO containers(id, name, spec, state) VALUES(?, ?, ?, ?)")};
  Statement update_container{containers.prepare("UPDATE containers SET state = ?2 WHERE id = ?1")};
  Statement rename_container{containers.prepare("UPDATE containers SET name = ?2 WHERE id = ?1")};
  Statement get_container{containers.prepare("SELECT id, name, spec, state FROM containers WHERE id = ?")};
  Statement remove_container{containers.prepare("DELETE FROM containers WHERE id = ?")};
  Statement get_image{containers.prepare("SELECT id, manifest, stored_unix, bytes, hidden FROM images WHERE id = ?")};
  Statement get_reference{containers.prepare("SELECT image FROM image_references WHERE reference = ?")};
  Statement get_layer{containers.prepare("SELECT diff_id, number, bytes, entries FROM layers WHERE diff_id = ?")};

 private:
  static Connection open_checked(const std::filesystem::path& file) {
    Connection connection(file, "FULL");
    Transaction transaction(connection);
    const std::int64_t found = number_of(connection, "PRAGMA user_version");
    if (found > schema_version) {
      throw Error(ErrorKind::not_supported,
                  fmt::format("{} was written by a newer Glassdock (format {}, this one knows {})", file.string(),
                              found, schema_version),
                  "use that version, or another data folder with --data");
    }
    if (found == 0) connection.execute(schema);
    if (found <= 1) connection.execute(from_1_to_2);
    transaction.commit();
    return connection;
  }

  static int committed(void* self, sqlite3*, const char*, int pages) {
    auto* database = static_cast<Database*>(self);
    if (pages >= checkpoint_pages) {
      std::lock_guard lock(database->checkpoint_mutex_);
      database->checkpoint_due_ = true;
      database->checkpoint_wanted_.notify_one();
    }
    return SQLITE_OK;
  }

  void checkpoint_until(const std::stop_token& stop) {
    std::unique_lock lock(checkpoint_mutex_);
    while (checkpoint_wanted_.wait(lock, stop, [this] { return std::exchange(checkpoint_due_, false); })) {
      lock.unlock();
      // Passive: it waits for nobody and nobody waits for it. What fails now is tried again with a later commit.
      sqlite3_wal_checkpoint_v2(checkpoints_.get(), nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
      lock.lock();
    }
  }

  Connection checkpoints_;
  std::mutex checkpoint_mutex_;
  std::condition_variable_any checkpoint_wanted_;
  bool checkpoint_due_ = false;
  std::jthread thread_;  // last: ends before what it uses
};

Metadata::Metadata(const std::filesystem::path& file) : database_(std::make_unique<Database>(file)) {}
Metadata::~Metadata() = default;

void Metadata::put_image(const ImageRow& image, const std::vector<std::string>& references) {
  std::lock_guard lock(database_->images_mutex);
  Transaction transaction(database_->images);
  std::string id = image.id.text(), manifest = image.manifest.text();
  database_->images
      .prepare(
          "INSERT INTO images(id, manifest, stored_unix, bytes, hidden) VALUES(?, ?, ?, ?, ?) "
          "ON CONFLICT(id) DO UPDATE SET manifest = excluded.manifest, bytes = excluded.bytes, "
          "stored_unix = excluded.stored_unix, hidden = excluded.hidden")
      .bind({id, manifest, image.stored_unix, signed_of(image.bytes), std::int64_t{image.hidden}})
      .run();
  Statement put = database_->images.prepare("INSERT OR REPLACE INTO image_references(reference, image) VALUES(?, ?)");
  for (const std::string& reference : references) put.bind({reference, id}).run();
  transaction.commit();
}

std::optional<ImageRow> Metadata::image(const Digest& id) const {
  std::lock_guard lock(database_->containers_mutex);
  std::string text = id.text();
  Statement& get = database_->get_image.bind({text});
  if (!get.step()) return std::nullopt;
  ImageRow row = image_from(get);
  get.run();
  return row;
}

std::vector<ImageRow> Metadata::images() const {
  std::lock_guard lock(database_->images_mutex);
  std::vector<ImageRow> rows;
  Statement all = database_->images.prepare(
      "SELECT id, manifest, stored_unix, bytes, hidden FROM images ORDER BY stored_unix DESC, id");
  while (all.step()) rows.push_back(image_from(all));
  return rows;
}

void Metadata::hide_image(const Digest& id) {
  std::lock_guard lock(database_->images_mutex);
  Transaction transaction(database_->images);
  std::string text = id.text();
  database_->images.prepare("DELETE FROM image_references WHERE image = ?").bind({text}).run();
  database_->images.prepare("UPDATE images SET hidden = 1 WHERE id = ?").bind({text}).run();
  transaction.commit();
}

void Metadata::remove_image(const Digest& id) {
  std::lock_guard lock(database_->images_mutex);
  std::string text = id.text();
  database_->images.prepare("DELETE FROM images WHERE id = ?").bind({text}).run();
}

std::optional<Digest> Metadata::find_reference(std::string_view canonical) const {
  std::lock_guard lock(database_->containers_mutex);
  Statement& get = database_->get_reference.bind({canonical});
  if (!get.step()) return std::nullopt;
  Digest image = Digest::parse(get.text(0));
  get.run();
  return image;
}

std::vector<ReferenceRow> Metadata::references() const {
  std::lock_guard lock(database_->images_mutex);
  std::vector<ReferenceRow> rows;
  Statement all = database_->images.prepare("SELECT reference, image FROM image_references ORDER BY reference");
  while (all.step()) rows.push_back({all.text(0), Digest::parse(all.text(1))});
  return rows;
}

std::vector<std::string> Metadata::references(const Digest& image) const {
  std::lock_guard lock(database_->images_mutex);
  std::vector<std::string> found;
  std::string id = image.text();
  Statement all =
      database_->images.prepare("SELECT reference FROM image_references WHERE image = ? ORDER BY reference");
  all.bind({id});
  while (all.step()) found.push_back(all.text(0));
  return found;
}

void Metadata::put_reference(std::string_view canonical, const Digest& image) {
  std::lock_guard lock(database_->images_mutex);
  std::string id = image.text();
  database_->images.prepare("INSERT OR REPLACE INTO image_references(reference, image) VALUES(?, ?)")
      .bind({canonical, id})
      .run();
}

bool Metadata::remove_reference(std::string_view canonical) {
  std::lock_guard lock(database_->images_mutex);
  database_->images.prepare("DELETE FROM image_references WHERE reference = ?").bind({canonical}).run();
  return database_->images.changes() != 0;
}

std::uint64_t Metadata::reserve_layer() {
  std::lock_guard lock(database_->images_mutex);
  database_->images.prepare("INSERT INTO layers(diff_id, bytes) VALUES(NULL, 0)").run();
  return static_cast<std::uint64_t>(database_->images.last_row());
}

std::vector<std::uint64_t> Metadata::pending_layers() const {
  std::lock_guard lock(database_->images_mutex);
  std::vector<std::uint64_t> numbers;
  Statement all = database_->images.prepare("SELECT number FROM layers WHERE diff_id IS NULL ORDER BY number");
  while (all.step()) numbers.push_back(static_cast<std::uint64_t>(all.number(0)));
  return numbers;
}

void Metadata::forget_pending_layer(std::uint64_t number) {
  std::lock_guard lock(database_->images_mutex);
  database_->images.prepare("DELETE FROM layers WHERE number = ? AND diff_id IS NULL").bind({signed_of(number)}).run();
}

void Metadata::put_layer(const LayerRow& layer) {
  std::lock_guard lock(database_->images_mutex);
  std::string diff_id = layer.diff_id.text();
  database_->images.prepare("UPDATE layers SET diff_id = ?, bytes = ?, entries = ? WHERE number = ?")
      .bind({diff_id, signed_of(layer.bytes), signed_of(layer.entries), signed_of(layer.number)})
      .run();
  if (database_->images.changes() == 0) {
    throw Error(ErrorKind::internal, fmt::format("layer number {} was never reserved", layer.number));
  }
}

std::optional<LayerRow> Metadata::layer(const Digest& diff_id) const {
  std::lock_guard lock(database_->containers_mutex);
  std::string text = diff_id.text();
  Statement& get = database_->get_layer.bind({text});
  if (!get.step()) return std::nullopt;
  LayerRow row = layer_from(get);
  get.run();
  return row;
}

std::vector<LayerRow> Metadata::layers() const {
  std::lock_guard lock(database_->images_mutex);
  std::vector<LayerRow> rows;
  Statement all = database_->images.prepare(
      "SELECT diff_id, number, bytes, entries FROM layers WHERE diff_id NOT NULL ORDER BY number");
  while (all.step()) rows.push_back(layer_from(all));
  return rows;
}

void Metadata::remove_layers(const std::vector<Digest>& diff_ids) {
  std::lock_guard lock(database_->images_mutex);
  Transaction transaction(database_->images);
  Statement remove = database_->images.prepare("DELETE FROM layers WHERE diff_id = ?");
  for (const Digest& diff_id : diff_ids) {
    std::string text = diff_id.text();
    remove.bind({text}).run();
  }
  transaction.commit();
}

void Metadata::put_container(const ContainerRow& container) {
  const auto lock = database_->lock_to_write_containers();
  database_->put_container.bind({container.id, container.name, container.spec, container.state}).run();
}

void Metadata::update_container(std::string_view id, std::string_view state) {
  const auto lock = database_->lock_to_write_containers();
  database_->update_container.bind({id, state}).run();
  if (database_->containers.changes() == 0) {
    throw Error(ErrorKind::not_found, fmt::format("No such container: {}", id));
  }
}

void Metadata::rename_container(std::string_view id, std::string_view name) {
  const auto lock = database_->lock_to_write_containers();
  database_->rename_container.bind({id, name}).run();
  if (database_->containers.changes() == 0) {
    throw Error(ErrorKind::not_found, fmt::format("No such container: {}", id));
  }
}

std::optional<ContainerRow> Metadata::container(std::string_view id) const {
  std::lock_guard lock(database_->containers_mutex);
  Statement& get = database_->get_container.bind({id});
  if (!get.step()) return std::nullopt;
  ContainerRow row = container_from(get);
  get.run();
  return row;
}

std::vector<ContainerRow> Metadata::containers() const {
  std::lock_guard lock(database_->containers_mutex);
  std::vector<ContainerRow> rows;
  Statement all = database_->containers.prepare("SELECT id, name, spec, state FROM containers ORDER BY made");
  while (all.step()) rows.push_back(container_from(all));
  return rows;
}

void Metadata::remove_container(std::string_view id) {
  const auto lock = database_->lock_to_write_containers();
  database_->remove_container.bind({id}).run();
}

}  // namespace glassdock::content
