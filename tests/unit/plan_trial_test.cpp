// What asks for a trial, what is refused, and what of a plan makes it harmless.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>

#include <functional>

#include "engine/base/error.h"
#include "tests/support/plan_samples.h"

namespace glassdock::plan {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

using Annotations = std::map<std::string, std::string>;

template <typename Call>
std::string said(Call&& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.what();
  }
  return "nothing";
}

std::string reading(const Annotations& annotations) {
  return said([&] { read_trial(annotations); });
}

std::string refusal(const Trial& trial, const Host& host = samples::v1(),
                    const std::function<void(ContainerSpec&)>& change = {}) {
  ContainerSpec spec = samples::container();
  spec.trial = trial;
  if (change) change(spec);
  return said([&] { compile(spec, host, samples::seccomp()); });
}

std::vector<std::string> names_of(const ContainerSpec& spec, const Host& host = samples::v1()) {
  const std::string plan = compile(spec, host, samples::seccomp());
  const View view(plan.data(), plan.size());
  EXPECT_TRUE(view.valid());
  std::vector<std::string> names;
  for (std::uint32_t i = 0; i < view.count(); ++i) names.emplace_back(view.text(view.operation(i).name));
  return names;
}

std::vector<std::string> names_of(const Trial& trial) {
  ContainerSpec spec = samples::container();
  spec.trial = trial;
  return names_of(spec);
}

std::size_t place_of(const std::vector<std::string>& names, const std::string& name) {
  return static_cast<std::size_t>(std::find(names.begin(), names.end(), name) - names.begin());
}

TEST(PlanTrial, ItsAnnotationsAreRead) {
  EXPECT_FALSE(read_trial({}));
  EXPECT_FALSE(read_trial({{"org.example", "x"}}));
  EXPECT_EQ(read_trial({{"glassdock.leave-out", " isolate.mask "}, {"a", "b"}})->left_out, "isolate.mask");
  EXPECT_THAT(read_trial({{"glassdock.order", "isolate.pivot, isolate.proc"}})->order,
              ElementsAre("isolate.pivot", "isolate.proc"));
  EXPECT_THAT(read_trial({{"glassdock.layers", "2,1"}})->layers, ElementsAre(2, 1));
}

TEST(PlanTrial, WhatIsNoTrialIsRefusedInOneLine) {
  EXPECT_THAT(reading({{"glassdock.leaveout", "x"}}), HasSubstr("there is no annotation glassdock.leaveout"));
  EXPECT_THAT(reading({{"glassdock.leave-out", " "}}), HasSubstr("is empty"));
  EXPECT_THAT(reading({{"glassdock.leave-out", "isolate.mask"}, {"glassdock.layers", "1"}}),
              HasSubstr("are two trials"));
  EXPECT_THAT(reading({{"glassdock.layers", "1,two"}}), HasSubstr("\"two\" is no layer's number"));
}

TEST(PlanTrial, WhatTheMachineRestsOnIsNotLeftOut) {
  for (const char* name : {"isolate.clone", "isolate.propagation", "snapshot.overlay", "run.exec", "namespace.mount",
                           "isolate.user", "isolate.set-user", "isolate.cgroups", "isolate.cgroup-join",
                           "isolate.trial", "isolate.trial-limits", "isolate.trial-root", "isolate.dev",
                           "isolate.devices", "isolate.no-new-privileges", "isolate.descriptors", "isolate.volume"}) {
    EXPECT_THAT(refusal({.left_out = name}), HasSubstr("can't be left out of a start")) << name;
  }
  EXPECT_THAT(refusal({.left_out = "isolate.mask,isolate.proc"}), HasSubstr("one wall is left out at a time"));
  EXPECT_THAT(refusal({.left_out = "isolate.masks"}), HasSubstr("no container's start has an operation"));
  EXPECT_THAT(refusal({.left_out = "namespace.pid-2"}), HasSubstr("no container's start has an operation"));
  EXPECT_THAT(refusal({.left_out = "isolate.limits"}),
              AllOf(HasSubstr("has no operation isolate.limits"), HasSubstr("-m 64m")));
  EXPECT_THAT(refusal({.left_out = "isolate.tmpfs-2"}), HasSubstr("has no operation isolate.tmpfs-2"));
}

TEST(PlanTrial, AnOrderIsOfTheContainersOwnProcess) {
  EXPECT_THAT(refusal({.order = {"isolate.proc"}}), HasSubstr("two operations at least"));
  EXPECT_THAT(refusal({.order = {"isolate.proc", "isolate.proc"}}), HasSubstr("has isolate.proc twice"));
  for (const char* name : {"isolate.clone", "isolate.cgroups", "isolate.device-rules", "lifecycle.cgroups-remove"}) {
    EXPECT_THAT(refusal({.order = {name, "isolate.proc"}}), HasSubstr("not the container's own process")) << name;
  }
  for (const char* name : {"run.exec", "isolate.trial", "isolate.descriptors", "isolate.no-new-privileges"}) {
    EXPECT_THAT(refusal({.order = {name, "isolate.proc"}}), HasSubstr("the trial's safety rests on it")) << name;
  }
  EXPECT_THAT(refusal({.order = {"isolate.volume", "isolate.proc"}}), HasSubstr("has no operation isolate.volume"));
}

TEST(PlanTrial, LayersAreLaidOnceEach) {
  const auto ordered = [](std::vector<std::size_t> order) {
    return order_layers({70, 80, 70}, {.layers = std::move(order)});  // the image has one of them twice
  };
  for (const std::vector<std::size_t>& order :
       std::initializer_list<std::vector<std::size_t>>{{1, 2}, {1, 1, 2}, {0, 1, 2}, {1, 2, 3, 4}}) {
    EXPECT_THAT(said([&] { ordered(order); }), HasSubstr("the layers 1 to 3"));
  }
  EXPECT_THAT(ordered({1, 2, 3}), ElementsAre(70, 80, 70));
  EXPECT_THAT(ordered({3, 1, 2}), ElementsAre(70, 70, 80));
}

TEST(PlanTrial, WhereNobodysIdsAreMissingThereIsNone) {
  EXPECT_THAT(refusal({.left_out = "isolate.mask"}, samples::single_id()),
              HasSubstr("users and groups that are nobody's"));
  for (const char* user : {"405", "guest", "root:users"}) {
    const auto with_user = [&](ContainerSpec& spec) { spec.user = user; };
    EXPECT_THAT(refusal({.left_out = "isolate.mask"}, samples::rootless(), with_user), HasSubstr("no user but root"))
        << user;
    EXPECT_EQ(refusal({.left_out = "isolate.mask"}, samples::v2(), with_user), "nothing") << user;
  }
  const auto with_folder = [](ContainerSpec& spec) { spec.binds = {{"/srv", "/srv", true}}; };
  EXPECT_THAT(refusal({.left_out = "isolate.mask"}, samples::v1(), with_folder),
              HasSubstr("no folders of this machine"));
}

TEST(PlanTrial, EveryTrialHasAUserNamespaceLimitsAndNoNewPrivileges) {
  for (const Host& host : {samples::v1(), samples::v2(), samples::rootless()}) {
    for (const Trial& trial : {Trial{.left_out = "isolate.pivot"}, Trial{.order = {"isolate.pivot", "isolate.proc"}},
                               Trial{.layers = {2, 1}}}) {
      ContainerSpec spec = samples::container();
      spec.trial = trial;
      const std::string plan = compile(spec, host, samples::seccomp());
      const View view(plan.data(), plan.size());
      ASSERT_TRUE(view.valid());
      EXPECT_NE(view.operation(view.header().first_child - 1).number[0] & CLONE_NEWUSER, 0U);
      const std::vector<std::string> names = names_of(spec, host);
      EXPECT_THAT(names, testing::IsSupersetOf({"isolate.trial", "isolate.trial-limits", "isolate.no-new-privileges"}));
      EXPECT_EQ(names.size() - 1, place_of(names, "lifecycle.cgroups-remove"));
    }
  }
}

// The kernel counts processes by user where no cgroup does.
TEST(PlanTrial, WithoutACgroupThatCountsProcessesRootIsItsOnlyUser) {
  ContainerSpec spec = samples::container();
  spec.trial = {.left_out = "isolate.mask"};
  Host host = samples::v1();
  host.cgroup_folders.erase("pids");
  const auto mapped = [&] {
    const std::string plan = compile(spec, host, samples::seccomp());
    const View view(plan.data(), plan.size());
    for (std::uint32_t i = 0; i < view.count(); ++i) {
      if (view.operation(i).code == Code::enter_trial) return view.operation(i).number[0];
    }
    return std::uint64_t{0};
  };
  EXPECT_EQ(mapped(), 1U);
  host = samples::v1();
  EXPECT_EQ(mapped(), 65536U);
}

TEST(PlanTrial, WhatEndsWithoutAPidNamespaceIsACgroup) {
  Host host = samples::v2();
  host.cgroups = CgroupLayout::none;
  host.cgroup_folders.clear();
  host.unified_folder.clear();
  EXPECT_THAT(refusal({.left_out = "namespace.pid"}, host), HasSubstr("it takes a cgroup to end"));
  EXPECT_EQ(refusal({.left_out = "namespace.uts"}, host), "nothing");
}

TEST(PlanTrial, TheMachinesFilesBecomeReadOnlyWherePivotRootIsLeftOut) {
  const auto names = names_of({.left_out = "isolate.pivot"});
  EXPECT_EQ(place_of(names, "isolate.pivot"), names.size());
  EXPECT_LT(place_of(names, "isolate.trial-root"), place_of(names, "run.exec"));
  EXPECT_EQ(place_of(names_of({.left_out = "isolate.mask"}), "isolate.trial-root"),
            names_of({.left_out = "isolate.mask"}).size());
}

TEST(PlanTrial, NoNewPrivilegesDoesNotHideWhatTheCapabilityWallsDo) {
  for (const char* wall : {"isolate.bounding", "isolate.capabilities"}) {
    const auto names = names_of({.left_out = wall});
    EXPECT_EQ(place_of(names, "isolate.no-new-privileges"), names.size()) << wall;
  }
}

TEST(PlanTrial, ThoseThatAreNamedTakeEachOthersPlaces) {
  const auto usual = names_of({.left_out = "isolate.loopback"});
  const auto moved = names_of({.order = {"isolate.pivot", "isolate.proc", "isolate.mask"}});
  EXPECT_LT(place_of(moved, "isolate.pivot"), place_of(moved, "isolate.proc"));
  EXPECT_LT(place_of(moved, "isolate.proc"), place_of(moved, "isolate.mask"));
  EXPECT_EQ(place_of(moved, "isolate.mask") + 1, place_of(moved, "isolate.user"));  // where pivot_root stood
  EXPECT_LT(place_of(usual, "isolate.proc"), place_of(usual, "isolate.pivot"));
}

TEST(PlanTrial, AStartThatIsNoneIsAsEver) {
  const auto names = names_of(samples::container());
  for (const char* of_trials : {"isolate.trial", "isolate.trial-limits", "isolate.trial-root"}) {
    EXPECT_THAT(names, Not(testing::Contains(of_trials)));
  }
}

}  // namespace
}  // namespace glassdock::plan
