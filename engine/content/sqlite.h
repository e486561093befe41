#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

namespace glassdock::content::sqlite {

using Value = std::variant<std::int64_t, std::string_view>;

// One prepared statement: bind, step, read; reset by run() and by the next bind. Throws Error in SQLite's words: "read
// FILE: …" or "write FILE: …".
class Statement {
 public:
  Statement(sqlite3* database, std::string_view sql);
  // Binds from the first parameter on. Texts must live until the statement is stepped through.
  Statement& bind(std::initializer_list<Value> values);
  bool step();  // true: a row is there
  void run();   // to the end
  std::string text(int column) const;
  std::int64_t number(int column) const;

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

// One connection in WAL mode. Not thread-safe: its owner holds a mutex.
class Connection {
 public:
  // What containers were given (their environment) stands in it: nobody but its owner may read the file.
  // `synchronous` is FULL or NORMAL (https://sqlite.org/pragma.html#pragma_synchronous).
  Connection(const std::filesystem::path& file, std::string_view synchronous);
  void execute(const char* sql);
  Statement prepare(std::string_view sql) { return Statement(get(), sql); }
  int changes() const { return sqlite3_changes(database_.get()); }
  std::int64_t last_row() const { return sqlite3_last_insert_rowid(database_.get()); }
  sqlite3* get() const { return database_.get(); }

 private:
  struct Close {
    void operator()(sqlite3* database) const { sqlite3_close(database); }
  };
  std::unique_ptr<sqlite3, Close> database_;
};

// BEGIN IMMEDIATE … COMMIT; rolled back by the destructor without commit().
class Transaction {
 public:
  explicit Transaction(Connection& connection);
  ~Transaction();
  void commit();

 private:
  Connection& connection_;
  bool open_ = true;
};

}  // namespace glassdock::content::sqlite
