// What the room vm reads: kernel files, init's words, QEMU's protocol, /proc.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <fstream>

#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/os/files.h"
#include "engine/vm/bzimage.h"
#include "engine/vm/control_line.h"
#include "engine/vm/figures.h"
#include "engine/vm/kernel.h"
#include "engine/vm/order.h"
#include "engine/vm/qemu.h"
#include "engine/vm/qmp.h"
#include "engine/vm/spread.h"
#include "tests/support/compress.h"
#include "tests/support/fault_of.h"

namespace glassdock::vm {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::span<const std::byte> bytes(const std::string& text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

template <typename T>
void put(std::string& file, std::size_t at, T value) {
  if (file.size() < at + sizeof value) file.resize(at + sizeof value);
  std::memcpy(file.data() + at, &value, sizeof value);
}

// An ELF file with one segment of notes, and in it the entry for hypervisors.
std::string make_vmlinux(std::uint32_t note_type = 18) {
  std::string elf(
      "\x7f"
      "ELF\x02\x01\x01",
      7);
  elf.resize(64 + 56);
  put<std::uint64_t>(elf, 32, 64);  // e_phoff
  put<std::uint16_t>(elf, 56, 1);   // e_phnum
  put<std::uint32_t>(elf, 64, 4);   // PT_NOTE
  put<std::uint64_t>(elf, 64 + 8, 120);
  std::string notes;
  auto note = [&](std::uint32_t type, std::uint64_t value) {
    const std::size_t at = notes.size();
    put<std::uint32_t>(notes, at, 4);
    put<std::uint32_t>(notes, at + 4, 8);
    put<std::uint32_t>(notes, at + 8, type);
    notes += std::string("Xen\0", 4);
    put<std::uint64_t>(notes, at + 16, value);
  };
  note(5, 1);
  note(note_type, 0x1000110);
  put<std::uint64_t>(elf, 64 + 32, notes.size());
  return elf + notes;
}

std::string make_bzimage(const std::string& payload, const std::string& version = "6.1.0-9-cloud-amd64 (x) #1") {
  std::string file(512 * 3, '\0');
  put<std::uint8_t>(file, 0x1f1, 2);
  put<std::uint32_t>(file, 0x202, 0x53726448);
  put<std::uint16_t>(file, 0x206, 0x20f);
  put<std::uint16_t>(file, 0x20e, 0x300 - 0x200 + 0x100);
  put<std::uint32_t>(file, 0x248, 16);
  put<std::uint32_t>(file, 0x24c, static_cast<std::uint32_t>(payload.size()));
  file.replace(0x400, version.size(), version);
  return file + std::string(16, 'x') + payload;
}

std::string with_size(std::string packed, std::uint32_t size) {
  put<std::uint32_t>(packed, packed.size(), size);
  return packed;
}

TEST(BzImage, HeadTellsVersionAndPayload) {
  const auto image = parse_bzimage(bytes(make_bzimage("payload")));
  ASSERT_TRUE(image);
  EXPECT_EQ(image->release(), "6.1.0-9-cloud-amd64");
  EXPECT_EQ(image->payload, 3u * 512 + 16);
  EXPECT_EQ(image->payload_size, 7u);
}

TEST(BzImage, WhatIsNoneOrCutShortIsNone) {
  const std::string whole = make_bzimage("payload");
  for (const std::size_t size : {0u, 1u, 0x24fu, 0x300u, 1552u}) {
    EXPECT_FALSE(parse_bzimage(bytes(whole.substr(0, size)))) << size;
  }
  std::string wrong = whole;
  put<std::uint32_t>(wrong, 0x248, 0xfffffff0u);
  EXPECT_FALSE(parse_bzimage(bytes(wrong))) << "a payload beyond the end";
  EXPECT_FALSE(parse_bzimage(bytes(std::string(4096, 'a'))));
}

TEST(BzImage, PayloadsAreToldByTheirMagic) {
  EXPECT_EQ(payload_format(bytes(tests::gzip("x"))), "gzip");
  EXPECT_EQ(payload_format(bytes("\x02\x21\x4c\x18....")), "lz4");
  EXPECT_EQ(payload_format(bytes("\x28\xb5\x2f\xfd....")), "zstd");
  EXPECT_EQ(payload_format(bytes("none")), "");
  EXPECT_EQ(payload_format(bytes("")), "");
}

TEST(BzImage, EntryForHypervisorsStandsInANote) {
  EXPECT_EQ(pvh_entry(bytes(make_vmlinux())), 0x1000110u);
  EXPECT_FALSE(pvh_entry(bytes(make_vmlinux(17))));
  const std::string whole = make_vmlinux();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_FALSE(pvh_entry(bytes(whole.substr(0, size)))) << size;
  }
}

class KernelFile : public ::testing::Test {
 protected:
  std::filesystem::path write(const std::string& name, const std::string& content) {
    std::ofstream(folder_.path() / name, std::ios::binary) << content;
    return folder_.path() / name;
  }
  os::TempDir folder_{std::filesystem::temp_directory_path(), "glassdock-kernel."};
};

TEST_F(KernelFile, VmlinuxIsTakenOut) {
  const std::string vmlinux = make_vmlinux();
  const GuestKernel kernel = load_kernel(
      write("vmlinuz-1", make_bzimage(with_size(tests::gzip(vmlinux), static_cast<std::uint32_t>(vmlinux.size())))));
  EXPECT_TRUE(kernel.pvh);
  EXPECT_EQ(kernel.bytes, vmlinux.size());
  EXPECT_EQ(kernel.remark, "");
}

TEST_F(KernelFile, WhatCannotBeUnpackedIsBootedAsItIs) {
  const GuestKernel unknown = load_kernel(write("vmlinuz-1", make_bzimage("some format")));
  EXPECT_FALSE(unknown.pvh);
  EXPECT_EQ(unknown.bytes, unknown.disk_bytes);
  EXPECT_EQ(unknown.remark, "its vmlinux is packed in a format that is not known here");
  const GuestKernel damaged =
      load_kernel(write("vmlinuz-2", make_bzimage(with_size(tests::gzip(make_vmlinux()).substr(0, 40), 1))));
  EXPECT_THAT(damaged.remark, HasSubstr("cannot be unpacked (gzip: "));
  const GuestKernel other = load_kernel(write("vmlinuz-3", make_bzimage(with_size(tests::gzip("no ELF"), 6))));
  EXPECT_THAT(other.remark, HasSubstr("no entry for hypervisors"));
}

TEST_F(KernelFile, WhatItsConfigurationLacksIsSaid) {
  write("config-6.1.0-9-cloud-amd64",
        "CONFIG_BLK_DEV_INITRD=y\nCONFIG_BINFMT_ELF=y\nCONFIG_X86_IOPL_IOPERM=y\n"
        "CONFIG_PROC_FS=y\nCONFIG_SYSFS=y\nCONFIG_TMPFS=m\n");
  EXPECT_THAT(load_kernel(write("vmlinuz-1", make_bzimage("x"))).remark,
              HasSubstr("it lacks CONFIG_SERIAL_8250_CONSOLE and CONFIG_TMPFS"));
}

TEST_F(KernelFile, NoneAndNoKernelAreClearErrors) {
  EXPECT_THAT(tests::fault_of([&] { load_kernel({}, folder_.path()); }).hint(),
              HasSubstr("sudo apt install linux-image-cloud-amd64"));
  EXPECT_THAT(tests::fault_of([&] { load_kernel(write("vmlinuz-1", "text")); }).message(),
              HasSubstr("is no Linux kernel for x86-64"));
  EXPECT_EQ(tests::fault_of([&] { load_kernel("/nowhere"); }).kind(), ErrorKind::not_found);
}

TEST_F(KernelFile, CloudKernelsComeFirstThenTheNewest) {
  for (const char* name :
       {"vmlinuz-6.1.0-9-amd64", "vmlinuz-6.1.0-10-amd64", "vmlinuz-6.1.0-9-cloud-amd64", "config-6"}) {
    write(name, "");
  }
  std::vector<std::string> names;
  for (const auto& path : find_kernels(folder_.path())) names.push_back(path.filename());
  EXPECT_THAT(names, ElementsAre("vmlinuz-6.1.0-9-cloud-amd64", "vmlinuz-6.1.0-10-amd64", "vmlinuz-6.1.0-9-amd64"));
  EXPECT_TRUE(find_kernels(folder_.path() / "none").empty());
}

TEST(ControlLine, OnlyWithItsTokenIsItInits) {
  EXPECT_EQ(parse_control("init 6.1.0", "")->text, "6.1.0");
  EXPECT_EQ(parse_control("abc exit 7", "abc")->number, 7);
  EXPECT_EQ(parse_control("abc fault 2 /proc", "abc")->text, "/proc");
  EXPECT_TRUE(parse_control("abc mounted", "abc")->word == ControlLine::Word::mounted);
  EXPECT_EQ(parse_control("abc symbol ffffffff81a07a30", "abc")->text, "ffffffff81a07a30");
  EXPECT_EQ(parse_control("abc symbol", "abc")->text, "");
  EXPECT_FALSE(parse_control("symbol ffffffff81a07a30", "abc"));
  for (const char* line : {"exit 7", "abd exit 7", " exit 7", "abc", "abc exit", "abc exit -1", "abc exit 7x",
                           "abc exit 99999", "abc nonsense 1", ""}) {
    EXPECT_FALSE(parse_control(line, "abc")) << line;
  }
  EXPECT_FALSE(parse_control("exit 0", "")) << "no token is known yet";
  EXPECT_FALSE(parse_control(" exit 0", ""));
}

TEST(Order, ListsItsTextsAndRefusesNul) {
  GuestOrder order;
  order.arguments = {"ls", "/"};
  order.environment = {"A=b"};
  EXPECT_EQ(encode_order(order, "T"),
            "23\n" + std::string("T\0guest\0\0/\0\0", 12) + std::string("2\0ls\0/\0A=b\0", 11));
  order.arguments[1] = std::string("a\0b", 3);
  EXPECT_EQ(tests::fault_of([&] { encode_order(order, "T"); }).kind(), ErrorKind::invalid_argument);
  order.arguments = {std::string(300'000, 'x')};
  EXPECT_THAT(tests::fault_of([&] { encode_order(order, "T"); }).message(), HasSubstr("too long"));
  order.arguments = {};
  EXPECT_EQ(tests::fault_of([&] { encode_order(order, "T"); }).message(), "No command specified");
  order = {};
  order.symbol = "kernel_init";
  EXPECT_EQ(encode_order(order, "T"), "25\n" + std::string("T\0guest\0\0/\0kernel_init\0"
                                                           "0\0",
                                                           25));
}

TEST(Qmp, LinesAreGreetingAnswerOrEvent) {
  const QmpLine greeting = parse_qmp(
      R"({"QMP": {"version": {"qemu": {"micro": 22, "minor": 2, "major": 7}, "package": "Debian"}, "capabilities": []}})");
  EXPECT_EQ(greeting.name, "7.2.22");
  EXPECT_EQ(parse_qmp(R"({"timestamp": {}, "event": "RESUME"})").name, "RESUME");
  const QmpLine answer = parse_qmp(R"({"return": "RIP=0", "id": "ask"})");
  EXPECT_EQ(answer.name + answer.text, "askRIP=0");
  EXPECT_EQ(parse_qmp(R"({"error": {"class": "x", "desc": "no"}, "id": "c"})").text, "no");
  for (const char* line : {"", "{", "[]", "7", R"({"QMP": 1})", R"({"error": 1})"}) parse_qmp(line);
  EXPECT_EQ(qmp_command("cont", "c"), "{\"execute\":\"cont\",\"id\":\"c\"}\n");
}

TEST(Spread, MedianAndQuartilesAreInterpolated) {
  const Spread four = spread_of({4, 1, 3, 2});
  EXPECT_EQ(four.count, 4u);
  EXPECT_DOUBLE_EQ(four.median, 2.5);
  EXPECT_DOUBLE_EQ(four.lower_quartile, 1.75);
  EXPECT_DOUBLE_EQ(four.upper_quartile, 3.25);
  EXPECT_DOUBLE_EQ(four.least, 1);
  EXPECT_DOUBLE_EQ(four.most, 4);
  EXPECT_DOUBLE_EQ(spread_of({7}).upper_quartile, 7);
  EXPECT_EQ(spread_of({}).count, 0u);
}

TEST(Spread, ALineThroughPointsSaysWhatEachCosts) {
  const Line line = fit_line({1, 5, 10}, {110, 150, 200});
  EXPECT_DOUBLE_EQ(line.each, 10);
  EXPECT_DOUBLE_EQ(line.base, 100);
  EXPECT_DOUBLE_EQ(fit_line({4}, {40}).each, 10);
  EXPECT_DOUBLE_EQ(fit_line({}, {}).each, 0);
}

TEST(Qemu, CommandLineHasNoNetworkAndItsSandbox) {
  Hardware hardware;
  hardware.memory_bytes = 256 << 20;
  const auto words =
      qemu_words("/usr/bin/qemu-system-x86_64", hardware, qemu_descriptors(3, false), kernel_words(2'600'000));
  const std::string line = join(words, " ");
  for (const char* part :
       {"-M microvm,accel=tcg,", "-m 262144k", "-nodefaults", "-nic none", "-S", "-kernel /proc/self/fd/3",
        "-sandbox on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny", "socket,id=monitor,fd=8",
        "tsc_early_khz=2600000", "rdinit=/.glassdock-guest/init"}) {
    EXPECT_THAT(line, HasSubstr(part));
  }
  hardware.accelerator.kvm = true;
  EXPECT_THAT(join(qemu_words("q", hardware, qemu_descriptors(3, false), ""), " "),
              HasSubstr("accel=kvm,x-option-roms=off,rtc=on,isa-serial=off -cpu host"));
  const std::uint64_t khz = measure_tsc_khz();
  EXPECT_GT(khz, 100'000u);
  EXPECT_LT(khz, 20'000'000u);
}

TEST(Qemu, ADiskIsReadOnlyAndGivenByItsDescriptor) {
  EXPECT_THAT(join(qemu_words("q", {}, qemu_descriptors(3, false), ""), " "), Not(HasSubstr("-blockdev")));
  const std::string line = join(qemu_words("q", {}, qemu_descriptors(3, true), ""), " ");
  EXPECT_THAT(line, HasSubstr("-add-fd fd=9,set=1 -blockdev driver=file"));
  EXPECT_THAT(line, HasSubstr("filename=/dev/fdset/1,read-only=on"));
}

TEST(Qemu, AStubForADebuggerIsThereOnlyWhereOneIsAskedForAndHasNoPort) {
  EXPECT_THAT(join(qemu_words("q", {}, qemu_descriptors(3, true), ""), " "), Not(HasSubstr("gdb")));
  for (const bool disk : {false, true}) {
    EXPECT_THAT(join(qemu_words("q", {}, qemu_descriptors(3, disk, true), ""), " "),
                HasSubstr(disk ? "-chardev socket,id=debugger,fd=10 -gdb chardev:debugger"
                               : "-chardev socket,id=debugger,fd=9 -gdb chardev:debugger"));
  }
}

TEST(Figures, ProcFieldsAreReadByName) {
  const std::string status = "Name:\tqemu\nVmHWM:\t  1234 kB\nVmHWMx:\t1 kB\n";
  EXPECT_EQ(proc_field(status, "VmHWM"), 1234u);
  EXPECT_FALSE(proc_field(status, "Vm"));
  EXPECT_GT(cpu_time_ns(::getpid()).value_or(0), 0);
  EXPECT_GT(proportional_memory(::getpid()).value_or(0), 100'000u);
  EXPECT_FALSE(peak_memory(0x7ffffff0));
}

}  // namespace
}  // namespace glassdock::vm
