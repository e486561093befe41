#include <cstring>

#include "engine/plan/plan.h"

namespace glassdock::plan {

// Whether `count` strings, one after the other from `offset`, end inside the area.
static bool fits(const char* area, std::uint32_t area_bytes, std::uint32_t offset, std::uint32_t count) noexcept {
  std::size_t position = offset;
  for (; count > 0; --count) {
    if (position >= area_bytes) return false;
    position += std::strlen(area + position) + 1;  // the area's last byte is NUL
  }
  return true;
}

// Whether the List at `offset`, which lies inside the area, is one of pairs: it would be walked past its end otherwise.
static bool is_of_pairs(const char* area, std::uint32_t offset) noexcept {
  bool even = true;
  for (const char* text = area + offset; *text; text = next_in_list(text)) even = !even;
  return even;
}

View::View(const void* block, std::size_t bytes) noexcept {
  const auto* header = static_cast<const PlanHeader*>(block);
  if (bytes < sizeof(PlanHeader) || bytes > most_bytes || header->magic != magic || header->version != version) return;
  if (header->operation_count > most_operations || header->first_child > header->first_teardown ||
      header->first_teardown > header->operation_count) {
    return;
  }
  if (header->first_child == 0) return;
  std::size_t table = sizeof(PlanHeader) + header->operation_count * sizeof(Operation);
  // The area ends with two NULs, so that neither a string nor a List can run out of it.
  if (header->area_bytes < 2 || table + header->area_bytes > bytes) return;
  const char* area = static_cast<const char*>(block) + table;
  if (area[header->area_bytes - 1] != 0 || area[header->area_bytes - 2] != 0) return;
  const auto* operations = reinterpret_cast<const Operation*>(header + 1);
  // The monitor makes the process between the first two phases.
  if (operations[header->first_child - 1].code != Code::clone) return;
  // argv and environment are walked by their counts: both must end inside, and no count may ask for absurd memory.
  for (std::uint32_t i = 0; i < header->operation_count; ++i) {
    bool pairs = operations[i].code == Code::write_files || operations[i].code == Code::make_links;
    if (pairs && operations[i].text[0] < header->area_bytes - 1 && !is_of_pairs(area, operations[i].text[0])) return;
    if (operations[i].code != Code::execute) continue;
    if (!fits(area, header->area_bytes, operations[i].text[0], header->argument_count) ||
        !fits(area, header->area_bytes, operations[i].text[1], header->environment_count)) {
      return;
    }
  }
  header_ = header;
  operations_ = operations;
  area_ = area;
}

const char* View::text(std::uint32_t offset) const noexcept {
  return offset < header_->area_bytes - 1 ? area_ + offset : "";
}

const void* View::data(const Operation& operation) const noexcept {
  if (operation.data_bytes == 0 || operation.data >= header_->area_bytes || operation.data % 8 != 0 ||
      operation.data_bytes > header_->area_bytes - operation.data) {
    return nullptr;
  }
  return area_ + operation.data;
}

const char* next_in_list(const char* text) noexcept {
  return text + std::strlen(text) + 1;
}

}  // namespace glassdock::plan
