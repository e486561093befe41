#pragma once

namespace glassdock {

// Gives back what nobody needs at rest: free heap, and the pages of code and constants that relocation, the
// constructors of forty libraries, or the last requests have touched. The kernel reads again what is used later, most
// of it from its page cache. Any thread; others may run meanwhile.
void release_unused_memory();

}  // namespace glassdock
