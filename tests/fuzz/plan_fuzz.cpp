// Reads plans that were damaged at random, in the way in which launcher, daemon and evidence read them. Whatever View
// takes for valid may be walked to its ends without a byte being read outside of the block: behind it lies a page that
// may not be read, and the asan preset sees the rest. usage: plan_fuzz [--rounds N] [--seed N] [FILE…]
// In a terminal it shows the seed of the round.
#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <stdexcept>
#include <string>
#include <vector>

#include "engine/plan/evidence.h"
#include "tests/fuzz/fuzz.h"
#include "tests/support/plan_samples.h"

namespace {

using namespace glassdock;
using namespace glassdock::plan;
using fuzz::Random;

// Memory whose last byte is followed by a page that nobody may touch.
class Fence {
 public:
  explicit Fence(std::size_t most) : page_(static_cast<std::size_t>(::sysconf(_SC_PAGESIZE))) {
    bytes_ = (most + page_ - 1) / page_ * page_;
    void* memory = ::mmap(nullptr, bytes_ + page_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) throw std::runtime_error("no memory");
    memory_ = static_cast<char*>(memory);
    ::mprotect(memory_ + bytes_, page_, PROT_NONE);
  }
  ~Fence() { ::munmap(memory_, bytes_ + page_); }
  Fence(const Fence&) = delete;
  Fence& operator=(const Fence&) = delete;

  // At the fence. A plan is 8-aligned: one of another size ends up to seven bytes before it.
  const char* put(const std::string& block) {
    char* place = memory_ + bytes_ - (block.size() + 7) / 8 * 8;
    std::memcpy(place, block.data(), block.size());
    return place;
  }

 private:
  std::size_t page_, bytes_ = 0;
  char* memory_ = nullptr;
};

std::vector<std::string> make_corpus() {
  ContainerSpec large = samples::container();
  large.limits = {64 << 20, 1'500'000'000, 20};
  large.binds = {{"/srv/data", "/data", true}, {"/a b", "/it's", false}};
  large.tmpfs = {{"/run", "size=1m"}};
  large.arguments = {"sh", "-c", "", "true"};
  large.environment.push_back("EMPTY=");
  large.groups = {"audio", "7"};
  large.read_only = large.no_new_privileges = true;
  std::vector<std::string> corpus;
  for (const Host& host : {samples::v1(), samples::v2(), samples::rootless(), samples::single_id()}) {
    corpus.push_back(compile(samples::container(), host, samples::seccomp()));
    ContainerSpec spec = large;
    if (host.cgroup_folders.empty()) spec.limits = {};
    corpus.push_back(compile(spec, host, samples::seccomp()));
  }
  return corpus;
}

// Words that sit at the edges of what View compares.
std::uint32_t odd_number(const std::string& plan, Random& random) {
  const auto size = static_cast<std::uint32_t>(plan.size());
  const std::uint32_t numbers[] = {0, 1, 7, 8, 127, 128, 129, size - 1, size, size + 1, 0x7fffffff, 0xfffffff8, ~0u};
  return random() % 2 == 0 ? numbers[random() % std::size(numbers)] : static_cast<std::uint32_t>(random() % (size + 9));
}

void damage(std::string& plan, Random& random) {
  if (plan.size() < 8) return;
  const std::size_t table = std::min(plan.size(), sizeof(PlanHeader) + 64 * sizeof(Operation));
  switch (random() % 6) {
    case 0: {  // a word of the header, beyond magic and version
      const std::uint32_t number = odd_number(plan, random);
      const std::size_t at = 8 + random() % 8 * 4;
      if (at + 4 <= plan.size()) std::memcpy(&plan[at], &number, 4);
      break;
    }
    case 1: {  // a word of an operation
      const std::uint32_t number = odd_number(plan, random);
      const std::size_t at = random() % (table / 4) * 4;
      if (at >= 8 && at + 4 <= plan.size()) std::memcpy(&plan[at], &number, 4);
      break;
    }
    case 2:  // strings run into each other
      std::replace(plan.begin() + static_cast<std::ptrdiff_t>(random() % plan.size()), plan.end(), '\0', 'x');
      break;
    case 3:
      plan.resize(random() % plan.size());
      break;
    case 4: {  // the area ends earlier, properly
      PlanHeader header;
      if (plan.size() < sizeof header) break;
      std::memcpy(&header, plan.data(), sizeof header);
      const std::size_t start = sizeof header + header.operation_count * sizeof(Operation);
      if (start + 8 >= plan.size()) break;
      plan.resize(start + 2 + random() % (plan.size() - start - 2));
      header.area_bytes = static_cast<std::uint32_t>(plan.size() - start);
      std::memcpy(plan.data(), &header, sizeof header);
      plan[plan.size() - 1] = plan[plan.size() - 2] = '\0';
      break;
    }
    default:
      plan[random() % plan.size()] = static_cast<char>(random());
  }
}

// The sum keeps the reads from being left out by the compiler.
std::size_t walk(const View& plan) {
  std::size_t sum = std::strlen(plan.text(plan.header().data_folder));
  for (std::uint32_t i = 0; i < plan.count(); ++i) {
    const Operation& operation = plan.operation(i);
    for (std::uint32_t offset : {operation.name, operation.plain_command, operation.remark, operation.source_file}) {
      sum += std::strlen(plan.text(offset));
    }
    for (std::uint32_t offset : operation.text) {
      for (const char* text = plan.text(offset); *text; text = next_in_list(text)) sum += std::strlen(text);
    }
    const char* bytes = static_cast<const char*>(plan.data(operation));
    for (std::uint32_t at = 0; bytes && at < operation.data_bytes; ++at) sum += static_cast<unsigned char>(bytes[at]);
    if (operation.code == Code::write_files || operation.code == Code::make_links) {
      for (const char* text = plan.text(operation.text[0]); *text;) {
        const char* second = next_in_list(text);
        sum += std::strlen(second);
        text = next_in_list(second);
      }
    }
    if (operation.code == Code::execute) {
      const char* text = plan.text(operation.text[0]);
      for (std::uint32_t n = plan.header().argument_count; n > 0; --n, text = next_in_list(text)) sum += *text != 0;
      text = plan.text(operation.text[1]);
      for (std::uint32_t n = plan.header().environment_count; n > 0; --n, text = next_in_list(text)) sum += *text != 0;
    }
    for (const EvidencePath& path : evidence_of(plan, i, 4812)) sum += path.path.size();
    sum += shows(plan, i, 4812).size();
  }
  return sum;
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::string> corpus = make_corpus();
  const auto [rounds, seed] = fuzz::read_options(argc, argv, 20'000, &corpus);
  Fence fence(1 << 20);
  std::uint64_t taken = 0;
  std::size_t sum = 0;
  for (std::uint64_t round = seed; round < seed + rounds; ++round) {
    Random random(round);
    std::string plan = corpus[random() % corpus.size()];
    // In a terminal the last line names the round that a fault ended.
    if (isatty(STDERR_FILENO)) fmt::print(stderr, "\rseed {}", round);
    for (std::uint64_t i = 0, damages = random() % 4; i < damages; ++i) damage(plan, random);
    const View view(fence.put(plan), plan.size());
    if (!view.valid()) continue;
    ++taken;
    sum += walk(view);
  }
  fmt::print("{} rounds from seed {}: {} plans walked, {} bytes of text\n", rounds, seed, taken, sum);
  return taken > 0 && taken < rounds ? 0 : 1;
}
