#include <linux/bpf.h>

#include <vector>

#include "engine/plan/parts.h"
#include "engine/plan/walls.h"

namespace glassdock::plan {
namespace {

// The kernel runs the program for each open(2) and mknod(2) of a device with a struct bpf_cgroup_dev_ctx in register 1,
// and refuses where it answers 0. (linux/bpf.h, kernel's Documentation/bpf/standardization/instruction-set.rst)
enum Register : std::uint8_t { answer = 0, context = 1, kind = 2, access = 3, major = 4, minor = 5, scratch = 6 };

bpf_insn instruction(int code, std::uint8_t destination, std::uint8_t source, std::int16_t offset, std::int32_t value) {
  bpf_insn result{};
  result.code = static_cast<std::uint8_t>(code);
  result.dst_reg = destination & 0xf;
  result.src_reg = source & 0xf;
  result.off = offset;
  result.imm = value;
  return result;
}

bpf_insn load(Register destination, std::size_t offset) {
  return instruction(BPF_LDX | BPF_MEM | BPF_W, destination, context, static_cast<std::int16_t>(offset), 0);
}
bpf_insn set(Register destination, std::int32_t value) {
  return instruction(BPF_ALU | BPF_MOV | BPF_K, destination, 0, 0, value);
}
bpf_insn copy(Register destination, Register source) {
  return instruction(BPF_ALU | BPF_MOV | BPF_X, destination, source, 0, 0);
}
bpf_insn compute(int operation, Register destination, std::int32_t value) {
  return instruction(BPF_ALU | operation | BPF_K, destination, 0, 0, value);
}
// Passes over the next `count` instructions where the register is, or is not, the value.
bpf_insn skip_unless(Register value, std::int32_t wanted, std::int16_t count) {
  return instruction(BPF_JMP | BPF_JNE | BPF_K, value, 0, count, wanted);
}
bpf_insn leave() {
  return instruction(BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
}

void answer_with(std::vector<bpf_insn>& program, std::int32_t value) {
  program.push_back(set(answer, value));
  program.push_back(leave());
}

}  // namespace

std::string device_filter() {
  std::vector<bpf_insn> program = {
      load(kind, offsetof(bpf_cgroup_dev_ctx, access_type)),
      load(major, offsetof(bpf_cgroup_dev_ctx, major)),
      load(minor, offsetof(bpf_cgroup_dev_ctx, minor)),
      copy(access, kind),
      compute(BPF_AND, kind, 0xffff),  // access_type is access << 16 | kind
      compute(BPF_RSH, access, 16),
      copy(scratch, access),
      compute(BPF_AND, scratch, BPF_DEVCG_ACC_READ | BPF_DEVCG_ACC_WRITE),
  };
  program.push_back(skip_unless(scratch, 0, 2));  // only mknod(2) is asked: allowed
  answer_with(program, 1);
  program.push_back(instruction(BPF_JMP | BPF_JEQ | BPF_K, kind, 0, 2, BPF_DEVCG_DEV_CHAR));
  answer_with(program, 0);
  for (const DeviceRule& rule : allowed_devices) {
    if (rule.minor == any_minor) {
      program.push_back(skip_unless(major, rule.major, 2));
    } else {
      program.push_back(skip_unless(major, rule.major, 3));
      program.push_back(skip_unless(minor, rule.minor, 2));
    }
    answer_with(program, 1);
  }
  answer_with(program, 0);
  return std::string(reinterpret_cast<const char*>(program.data()), program.size() * sizeof(bpf_insn));
}

}  // namespace glassdock::plan
