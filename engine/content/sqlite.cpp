#include "engine/content/sqlite.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>

#include "engine/base/error.h"
#include "engine/base/unique_fd.h"
#include "engine/os/files.h"

namespace glassdock::content::sqlite {
namespace {

constexpr int busy_wait_ms = 10'000;  // another connection's commit is waited for; only a stuck disk takes that long

[[noreturn]] void fail(sqlite3* database, std::string_view tried, const std::filesystem::path& file) {
  const int code = database ? sqlite3_errcode(database) & 0xff : SQLITE_NOMEM;
  // A full disk has two faces: pages that do not fit, and the shared index of the log that cannot grow.
  const int cause = code == SQLITE_FULL ? ENOSPC : code == SQLITE_IOERR ? sqlite3_system_errno(database) : 0;
  if (cause == ENOSPC || cause == EFBIG) throw os::write_error(cause, tried, file);
  std::string message =
      fmt::format("{} {}: {}", tried, file.string(), database ? sqlite3_errmsg(database) : "out of memory");
  switch (code) {
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      throw Error(ErrorKind::permission, message, os::write_hint(EROFS));
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      throw Error(
          ErrorKind::corrupt, message,
          "the metadata of the data folder is damaged: move it away to start anew; what containers wrote is kept in "
          "containers/lost+found");
    case SQLITE_CONSTRAINT:
      throw Error(ErrorKind::conflict, message);
    default:
      throw Error(ErrorKind::internal, message);
  }
}

[[noreturn]] void fail(sqlite3* database, std::string_view tried) {
  const char* file = sqlite3_db_filename(database, "main");
  fail(database, tried, file ? file : "metadata");
}

// SQLite gives its log and the log's index the mode of the database. Not opened where it is there: a close would free
// the locks that this process has on it (https://sqlite.org/howtocorrupt.html, 2.2).
void make_private(const std::filesystem::path& file) {
  // SQLite says why it can't be made.
  [[maybe_unused]] const UniqueFd made(::open(file.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  for (const char* suffix : {"", "-wal", "-shm"}) {
    const std::string path = file.string() + suffix;
    struct stat status;
    if (::stat(path.c_str(), &status) != 0 || (status.st_mode & 077) == 0) continue;
    if (::chmod(path.c_str(), 0600) != 0) throw os::write_error(errno, "chmod", path);
  }
}

}  // namespace

Statement::Statement(sqlite3* database, std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v3(database, sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT, &statement,
                         nullptr) != SQLITE_OK) {
    fail(database, "read");
  }
  statement_.reset(statement);
}

Statement& Statement::bind(std::initializer_list<Value> values) {
  sqlite3_stmt* statement = statement_.get();
  sqlite3_reset(statement);
  int index = 0;
  for (const Value& value : values) {
    ++index;
    if (auto* number = std::get_if<std::int64_t>(&value)) {
      sqlite3_bind_int64(statement, index, *number);
    } else {
      auto text = std::get<std::string_view>(value);
      sqlite3_bind_text64(statement, index, text.data(), text.size(), SQLITE_STATIC, SQLITE_UTF8);
    }
  }
  return *this;
}

bool Statement::step() {
  switch (sqlite3_step(statement_.get())) {
    case SQLITE_ROW:
      return true;
    case SQLITE_DONE:
      sqlite3_reset(statement_.get());
      return false;
    default: {
      sqlite3* database = sqlite3_db_handle(statement_.get());
      try {
        fail(database, sqlite3_stmt_readonly(statement_.get()) != 0 ? "read" : "write");
      } catch (...) {
        sqlite3_reset(statement_.get());
        throw;
      }
    }
  }
}

void Statement::run() {
  while (step()) {
  }
}

std::string Statement::text(int column) const {
  const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement_.get(), column));
  return bytes ? std::string(bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))) : "";
}

std::int64_t Statement::number(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}

Connection::Connection(const std::filesystem::path& file, std::string_view synchronous) {
  make_private(file);
  sqlite3* database = nullptr;
  int opened = sqlite3_open_v2(file.c_str(), &database,
                               SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
  database_.reset(database);
  if (opened != SQLITE_OK) fail(database, "open", file);
  sqlite3_extended_result_codes(database, 0);
  sqlite3_busy_timeout(database, busy_wait_ms);
  // The log stays when the last connection closes: on a full disk there is no room for a new one, and an engine that
  // does not start removes nothing.
  int keep = 1;
  sqlite3_file_control(database, "main", SQLITE_FCNTL_PERSIST_WAL, &keep);
  execute("PRAGMA journal_mode=WAL");
  execute(fmt::format("PRAGMA synchronous={}", synchronous).c_str());
  execute("PRAGMA foreign_keys=ON");
  execute("PRAGMA cache_size=-512");  // KiB: the daemon at rest stays small
}

void Connection::execute(const char* sql) {
  if (sqlite3_exec(database_.get(), sql, nullptr, nullptr, nullptr) != SQLITE_OK) fail(database_.get(), "write");
}

Transaction::Transaction(Connection& connection) : connection_(connection) {
  connection_.execute("BEGIN IMMEDIATE");
}

Transaction::~Transaction() {
  if (open_) sqlite3_exec(connection_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
}

void Transaction::commit() {
  connection_.execute("COMMIT");
  open_ = false;
}

}  // namespace glassdock::content::sqlite
