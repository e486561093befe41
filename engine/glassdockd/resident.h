#pragma once

namespace glassdock {

// Gives back what only the start of the program needed: free heap, and the pages of code and constants that relocation
// and the constructors of forty libraries have touched. The kernel reads again what is used later, most of it from its
// page cache. Any thread; others may run meanwhile.
void release_start_up_memory();

}  // namespace glassdock
