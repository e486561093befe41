#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/plan/host.h"

namespace glassdock::plan {

struct ContainerSpec;

// A start that is not docker's, to learn from: one wall is missing, or the learner gives the order. It must not harm
// the machine, so that every trial has a user namespace of its own, whose ids are nobody's on the machine (docs/
// trials.md). Exactly one of the three is asked for.
struct Trial {
  // The name of an operation that is not done, or of a namespace that is not made
  // ("namespace.pid|network|uts|ipc|cgroup").
  std::string left_out;
  std::vector<std::string> order;   // names of operations: they take each other's places in the plan, in this order
  std::vector<std::size_t> layers;  // the image's layers, 1 is its lowest: the order in which they are laid, the first
                                    // at the bottom
};

// The annotations of a container that ask for a trial; they are created with it and never change.
inline constexpr char leave_out_key[] = "glassdock.leave-out";
inline constexpr char order_key[] = "glassdock.order";
inline constexpr char layers_key[] = "glassdock.layers";

// Nothing where none of them is there. Throws Error(invalid_argument) for another key that begins with "glassdock.",
// for two trials at once, and for a text that is none.
std::optional<Trial> read_trial(const std::map<std::string, std::string>& annotations);

// The image's layers, its lowest first, in the order that the trial asks for: a layer that the image has twice is two.
// Throws Error(invalid_argument) where one is missing in it or named twice.
std::vector<std::uint64_t> order_layers(const std::vector<std::uint64_t>& layers, const Trial& trial);

// Whether this machine can keep the trial harmless, and whether it is one. Throws Error(not_supported or
// invalid_argument), each with what to do.
void check_trial(const ContainerSpec& spec, const Host& host);

}  // namespace glassdock::plan
