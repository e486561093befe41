#include "app/lessons/topics.h"

#include <array>

namespace glassdock::lessons {
namespace {

constexpr auto rows = std::to_array<Topic>({
    {1, "Containers and images: one interface for every program"},
    {2, "The flow of docker run, with and without cache"},
    {3, "One server and one program, several programs on one server, virtual machines"},
    {4, "A container against a virtual machine"},
    {5, "Cgroups: CPU, memory, processes, I/O"},
    {6, "Namespaces"},
    {7, "From image to container: file snapshot and command"},
    {8, "docker run alpine ls: the command replaces the image's"},
    {9, "docker ps and its columns, ps -a"},
    {10, "The life cycle: create, start, running, paused, exited, removed"},
    {11, "stop against kill"},
    {12, "rm, rmi, system prune"},
    {13, "exec, and a shell inside"},
    {14, "Making an image: FROM, RUN, CMD"},
    {15, "build: a temporary container for each step, layers"},
    {16, "Naming: -t name:tag"},
    {17, "A Node.js app in a container: COPY"},
    {18, "Ports: -p 5000:8080"},
    {19, "WORKDIR"},
    {20, "The cost of a rebuild, and the cache"},
    {21, "Volumes: -v"},
});

}  // namespace

std::span<const Topic> topics() {
  return rows;
}

}  // namespace glassdock::lessons
