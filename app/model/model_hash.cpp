#include <type_traits>

#include "app/model/fields.h"

namespace glassdock::model {
namespace {

// FNV-1a, 64 bits: the same on every machine.
struct Hasher {
  std::uint64_t value = 14695981039346656037ULL;

  void byte(std::uint8_t b) { value = (value ^ b) * 1099511628211ULL; }
  void number(std::uint64_t n) {
    for (int i = 0; i < 8; ++i) byte(static_cast<std::uint8_t>(n >> (8 * i)));
  }
  template <typename... Fields>
  void operator()(const Fields&... each) {
    (add(each), ...);
  }
  void add(const std::string& text) {
    number(text.size());
    for (const char c : text) byte(static_cast<std::uint8_t>(c));
  }
  template <typename T, std::size_t N>
  void add(const std::array<T, N>& list) {
    for (const T& item : list) add(item);
  }
  template <typename T>
  void add(const std::vector<T>& list) {
    number(list.size());
    for (const T& item : list) add(item);
  }
  template <typename T>
  void add(const std::optional<T>& maybe) {
    byte(maybe.has_value());
    if (maybe) add(*maybe);
  }
  template <typename T>
  void add(const T& item) {
    if constexpr (std::is_enum_v<T> || std::is_integral_v<T>) {
      number(static_cast<std::uint64_t>(item));
    } else {
      fields(*this, item);
    }
  }
};

// What the texts and lists own beyond the structs themselves.
struct Scales {
  std::size_t bytes = 0;

  template <typename... Fields>
  void operator()(const Fields&... each) {
    (add(each), ...);
  }
  void add(const std::string& text) {
    if (text.capacity() > std::string().capacity()) bytes += text.capacity() + 1 + malloc_head;
  }
  template <typename T, std::size_t N>
  void add(const std::array<T, N>& list) {
    for (const T& item : list) add(item);
  }
  template <typename T>
  void add(const std::vector<T>& list) {
    if (list.capacity() > 0) bytes += list.capacity() * sizeof(T) + malloc_head;
    for (const T& item : list) add(item);
  }
  template <typename T>
  void add(const std::optional<T>&) {}
  template <typename T>
  void add(const T& item) {
    if constexpr (!std::is_enum_v<T> && !std::is_integral_v<T>) fields(*this, item);
  }

  static constexpr std::size_t malloc_head = 16;
};

}  // namespace

std::uint64_t hash(const Model& model) {
  Hasher hasher;
  fields(hasher, model);
  return hasher.value;
}

std::size_t footprint(const Model& model) {
  Scales scales;
  fields(scales, model);
  scales.add(model.run.command);
  scales.add(model.other.command);
  return sizeof(Model) + scales.bytes;
}

std::size_t footprint(const Container& container) {
  Scales scales;
  fields(scales, container);
  return sizeof(Container) + scales.bytes;
}

}  // namespace glassdock::model
