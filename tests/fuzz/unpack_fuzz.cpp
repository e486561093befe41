// Unpacks layers that were damaged at random. Each must end in one Error or in a layer; nothing may crash, hang, be
// left behind or come to stand outside. Build with the asan preset. usage: unpack_fuzz [--rounds N] [--seed N] [FILE…]
// FILEs join the corpus; a round that fails is named by its seed
#include <fmt/format.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "engine/snapshot/layer_store.h"
#include "tests/fuzz/fuzz.h"
#include "tests/support/compress.h"
#include "tests/support/tar_builder.h"
#include "tests/support/unpacked.h"

namespace {

using namespace glassdock;
using namespace glassdock::tests;
namespace fs = std::filesystem;
using fuzz::below;
using fuzz::Random;

std::vector<std::string> make_corpus() {
  const std::string plain = TarBuilder()
                                .folder("./")
                                .folder("etc")
                                .file("etc/passwd", "root:x:0:0")
                                .symlink("link", "etc")
                                .file("link/through", "x")
                                .hard_link("hard", "etc/passwd")
                                .symlink("out", "../../..")
                                .add({.name = "fifo", .type = '6'})
                                .file("etc/.wh.gone", "")
                                .file("etc/.wh..wh..opq", "")
                                .add({.name = "dev", .type = '3', .major = 1, .minor = 3})
                                .file("etc", "a file now")
                                .folder("hard")
                                .file("hard/in", std::string(3000, 'h'))
                                .finish();
  std::string map = "2\n0\n3\n4096\n4\n";
  map.resize(512, '\0');
  const std::string pax = TarBuilder()
                              .add({.name = "s",
                                    .content = map + "abcdata",
                                    .pax = {{"GNU.sparse.major", "1"},
                                            {"GNU.sparse.minor", "0"},
                                            {"GNU.sparse.name", "sparse"},
                                            {"GNU.sparse.realsize", "1048576"}}})
                              .add({.name = "x",
                                    .content = "pax",
                                    .pax = {{"path", "a/long/pax/name"},
                                            {"mtime", "1234567890.5"},
                                            {"uid", "12"},
                                            {"SCHILY.xattr.user.a", "b"},
                                            {"size", "3"}}})
                              .file(std::string(150, 'n') + "/" + std::string(150, 'm'))
                              .symlink("k", std::string(200, 't'))
                              .finish();
  return {plain,
          pax,
          gzip(plain),
          gzip(pax),
          zstd(plain),
          zstd(pax),
          gzip(plain.substr(0, 2048)) + gzip(plain.substr(2048))};
}

// The checksum that a header's bytes need, so that damage inside it reaches further than the parser's first look.
void mend_checksum(std::string& tar, std::size_t header) {
  if (header + 512 > tar.size()) return;
  std::fill_n(tar.begin() + static_cast<std::ptrdiff_t>(header) + 148, 8, ' ');
  unsigned sum = 0;
  for (std::size_t at = header; at < header + 512; ++at) sum += static_cast<unsigned char>(tar[at]);
  char text[8];
  std::snprintf(text, sizeof text, "%06o", sum & 0777777);
  tar.replace(header + 148, 7, text, 7);
}

void damage(std::string& bytes, const std::vector<std::string>& corpus, Random& random) {
  static const std::vector<std::string> words = {"../",
                                                 "/",
                                                 "..",
                                                 ".wh.",
                                                 ".wh..wh..opq",
                                                 "77777777777",
                                                 "\x80\xff\xff\xff",
                                                 std::string(8, '\0'),
                                                 "size=99999999999",
                                                 "-1"};
  if (bytes.empty()) return;
  const std::size_t at = below(random, bytes.size());
  switch (below(random, 8)) {
    case 0:
      bytes[at] = static_cast<char>(random());
      break;
    case 1:
      bytes[at] ^= static_cast<char>(1 << below(random, 8));
      break;
    case 2:
      bytes.resize(at);
      break;
    case 3:
      bytes.erase(at, below(random, 1024));
      break;
    case 4:
      bytes.insert(at, bytes.substr(below(random, bytes.size()), below(random, 2048)));
      break;
    case 5: {
      const std::string& word = words[below(random, words.size())];
      bytes.replace(at, std::min(word.size(), bytes.size() - at), word);
      break;
    }
    case 6: {  // a field of some header
      const std::size_t header = at / 512 * 512;
      const std::size_t field = header + below(random, 345);
      if (field < bytes.size()) bytes[field] = static_cast<char>(random() % 2 ? '0' + below(random, 10) : random());
      mend_checksum(bytes, header);
      break;
    }
    default: {
      const std::string& other = corpus[below(random, corpus.size())];
      const std::size_t block = below(random, other.size()) / 512 * 512;
      bytes.insert(at / 512 * 512, other.substr(block, 512 * (1 + below(random, 4))));
    }
  }
}

// "" or what went wrong.
std::string run_round(const fs::path& folder, const std::vector<std::string>& corpus, std::uint64_t seed,
                      bool& refused) {
  Random random(seed);
  std::string layer = corpus[below(random, corpus.size())];
  for (std::size_t times = 1 + below(random, 3); times > 0; --times) damage(layer, corpus, random);
  // What passed the damage as a plain tar is compressed afterwards, so that all of it reaches the tar reader.
  if (below(random, 4) == 0) layer = gzip(layer, "1");
  snapshot::LayerStore store(os::real_system(), folder / "cage/layers", ::geteuid() != 0,
                             {.max_bytes = 8 << 20, .max_entries = 100});
  refused = false;
  try {
    unpack(store, layer, 1, 1 + below(random, 5000));
    store.remove(1);
  } catch (const Error& error) {
    refused = true;
    if (std::string_view(error.what()).find('\n') != std::string_view::npos) return "an error of several lines";
  }
  if (!fs::is_empty(store.folder())) return "something is left in the store";
  if (entries_below(folder) != 2) return "something stands outside of the store";
  return {};
}

}  // namespace

int main(int argc, char** argv) try {
  std::vector<std::string> corpus = make_corpus();
  const auto [rounds, seed] = fuzz::read_options(argc, argv, 2000, &corpus);
  os::TempDir folder(fs::current_path(), "unpack-fuzz.");
  std::uint64_t refused = 0;
  for (std::uint64_t round = seed; round < seed + rounds; ++round) {
    bool was_refused = false;
    const std::string wrong = run_round(folder.path(), corpus, round, was_refused);
    refused += was_refused;
    if (wrong.empty()) continue;
    fmt::print(stderr, "unpack_fuzz: --rounds 1 --seed {}: {}\n", round, wrong);
    return 1;
  }
  fmt::print("{} rounds from seed {}: {} refused, {} unpacked\n", rounds, seed, refused, rounds - refused);
} catch (const std::exception& error) {
  fmt::print(stderr, "unpack_fuzz: {}\n", error.what());
  return 1;
}
