// support: the events that the four pictures are drawn from, as a scenario, races and containers tell them.
#pragma once

#include <string>

#include "tests/support/race_story.h"

namespace glassdock::support {

class WaysStory : public RaceStory {
 public:
  void saw(std::string sight, std::string command, std::string output, std::int64_t exit_code = 0) {
    trace::Event& event = tell(Stage::lifecycle, Kind::instant, "scenario.saw", sight + "-step", 0, 0,
                               {{"scenario", std::string("from-servers-to-containers")},
                                {"sight", std::move(sight)},
                                {"command", command},
                                {"output", output},
                                {"exit_code", exit_code}});
    event.plain_command = std::move(command);
    event.evidence = {{"what it printed", "", std::move(output), ""}};
  }
  void alone() {
    saw("hardware", "docker exec server sh -c 'grep MemTotal /proc/meminfo'",
        "processors: 2\nMemTotal:        4031120 kB\n");
    saw("use", "docker exec server grep VmRSS /proc/1/status", "VmRSS:\t     412 kB\nprocessor time: 0.00 s of 3 s\n");
  }
  void together() {
    saw("port", "docker exec server httpd -p 8080", "httpd: bind: Address already in use\n", 1);
    saw("library", "docker exec server sh -c '. /lib/words; greet'",
        "shop: Welcome\nblog: Welcome\nsh: greet: not found\n", 127);
    saw("disk", "docker exec server sh -c 'echo 42 > /data/orders'",
        "sh: can't create /data/orders: No space left on device\n", 1);
    saw("memory-before", "docker exec small dd if=/dev/zero of=/dev/null bs=16M count=1",
        "16777216 bytes (16.0MB) copied, 0.010 seconds, 1.6GB/s\n");
    saw("hog", "docker exec small dd if=/dev/zero of=/cache/all bs=1M count=40",
        "41943040 bytes (40.0MB) copied, 0.040 seconds, 1.0GB/s\n");
    saw("memory", "docker exec small dd if=/dev/zero of=/dev/null bs=16M count=1", "", 137);
  }
  void containers() {
    saw("ports", "for name in shop blog cafe; do docker exec $name wget -q -O - http://127.0.0.1:8080/; done",
        "I am the shop\nI am the blog\nI am the cafe\n");
    saw("kernels", "uname -r; docker exec shop uname -r", "6.18.7\n6.18.7\n6.18.7\n6.18.7\n");
    saw("names", "docker exec shop readlink /proc/self/ns/pid",
        "shop: pid:[4026532254] net:[4026532256]\nblog: pid:[4026532354] net:[4026532356]\n"
        "cafe: pid:[4026532454] net:[4026532456]\n");
  }
  // All of it: what the scenario that ships tells.
  void all() {
    whole();
    alone();
    together();
    containers();
  }
};

}  // namespace glassdock::support
