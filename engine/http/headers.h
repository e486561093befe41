// http: HTTP/1.1 over sockets, server and client: synchronous, one thread a connection.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace glassdock::http {

// The fields of a message in their order; names are compared without case (RFC 9110, 5.1).
class Headers {
 public:
  using Field = std::pair<std::string, std::string>;
  using const_iterator = std::vector<Field>::const_iterator;

  Headers() = default;
  Headers(std::initializer_list<Field> fields) : fields_(fields) {}

  // The first value, or "" where there is none. Valid until the headers change.
  std::string_view get(std::string_view name) const;
  bool has(std::string_view name) const;
  // True when the comma-separated list in any field `name` has `token`, in any case ("Connection: keep-alive,
  // Upgrade").
  bool has_token(std::string_view name, std::string_view token) const;
  // Replaces every field of that name.
  void set(std::string_view name, std::string_view value);
  void add(std::string_view name, std::string_view value);
  void remove(std::string_view name);

  const_iterator begin() const { return fields_.begin(); }
  const_iterator end() const { return fields_.end(); }
  std::size_t size() const { return fields_.size(); }
  bool empty() const { return fields_.empty(); }

 private:
  std::vector<Field> fields_;
};

// Compares without case, ASCII only.
bool equal_ignoring_case(std::string_view one, std::string_view other);

// "NAME: VALUE\r\n" for each. Throws Error(invalid_argument) where a name or value holds a line break or NUL, so that
// nobody's data can begin a header of its own.
std::string to_wire(const Headers& headers);

}  // namespace glassdock::http
