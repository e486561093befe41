#include "engine/runtime/launcher/status_writer.h"

#include <errno.h>
#include <unistd.h>

#include "engine/runtime/protocol.h"

namespace glassdock::runtime {

bool StatusWriter::append(const char* line, size_t size) {
  if (torn_ && !put(torn_mark, sizeof torn_mark - 1)) return false;
  return put(line, size);
}

bool StatusWriter::put(const char* bytes, size_t size) {
  ssize_t written;
  while ((written = ::write(fd_, bytes, size)) < 0 && errno == EINTR) continue;
  if (written > 0) torn_ = bytes[written - 1] != '\n';
  return written == static_cast<ssize_t>(size);
}

}  // namespace glassdock::runtime
