// The words of the four pictures and of the sizes, in both languages.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include "engine/trace/words.h"

namespace glassdock::scene {

enum class WayWord {
  open,
  tip,
  race_tab,
  race_tab_tip,
  tab_alone,
  tab_together,
  tab_machines,
  tab_containers,
  tab_sizes,
  title_alone,
  title_together,
  title_machines,
  title_containers,
  title_sizes,
  says_alone,
  says_together,
  says_machines,
  says_containers,
  says_sizes,
  server,
  server_shared,
  program_first,
  program_second,
  uses_of,  // its memory, of the machine's
  in_use,
  rest_idle,
  port,
  library,
  disk,
  memory,
  fights_port,
  fights_library,
  fights_disk,
  fights_memory,
  machine,  // its number
  own_kernel,
  own_hardware,
  told_hardware,  // processors, memory
  by_qemu,
  by_qemu_brief,
  by_qemu_tcg,  // the accelerator
  no_kernel_between,
  own_network,
  own_names,
  pid_on_host,
  one_kernel,
  one_kernel_words,
  more_stand,  // how many
  row_hardware,
  row_use,
  row_port,
  row_library,
  row_disk,
  row_memory_before,
  row_hog,
  row_memory,
  row_machine,  // its number, processors, memory
  row_machine_to_come,
  row_density,
  row_ports,
  row_kernels,
  row_names,
  lacks_hardware,
  lacks_use,
  lacks_port,
  lacks_library,
  lacks_disk,
  lacks_memory_before,
  lacks_hog,
  lacks_memory,
  lacks_machine,
  lacks_density,
  lacks_ports,
  lacks_kernels,
  lacks_names,
  density_stood,  // machines, memory of all; containers, theirs
  to_measure,
  class_scenario,  // likewise, in class mode
  class_race,
  to_measure_race,
  to_measure_density,
  size_kernel,
  size_root,
  size_qemu,
  size_standing,
  size_quote_image,
  size_quote_machine,
  size_quoted,
  size_quote_image_says,
  size_quote_machine_says,
  size_lacks_guest,
};
inline constexpr WayWord last_way_word = WayWord::size_lacks_guest;

std::string_view say(WayWord word, trace::Language language);
// The same with {} replaced, one after the other.
std::string say(WayWord word, trace::Language language, std::initializer_list<std::string_view> values);

}  // namespace glassdock::scene
