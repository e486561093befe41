#include "engine/glassdockd/options.h"

#include <CLI/CLI.hpp>

namespace glassdock {
namespace {

// The hub's own images stand beside the program, as both build and package lay them out.
std::filesystem::path default_hub_images() {
  std::error_code fault;
  std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", fault);
  return program.parent_path().parent_path() / "share/glassdock/hub";
}

}  // namespace

std::optional<int> parse_options(int count, char** words, DaemonOptions& options) {
  options.hub_images = default_hub_images();
  std::int64_t idle_seconds = -1;
  std::uint32_t adoption_ms = 0;
  auto launcher_ms = static_cast<std::uint32_t>(options.launcher.count());
  std::string hub = "on";
  CLI::App app("Glassdock's engine: containers with glass walls. Listens on a Unix socket for the Docker Engine API.",
               "glassdockd");
  app.set_version_flag("--version", "glassdockd " GLASSDOCK_VERSION);
  app.add_option("--data", options.data, "Folder for images and containers")->required()->type_name("DIR");
  app.add_option("--socket", options.socket, "Unix socket to listen on")->required()->type_name("PATH");
  app.add_option("--idle-exit", idle_seconds, "End so long after the last client and running container")
      ->type_name("SECONDS")
      ->check(CLI::NonNegativeNumber);
  app.add_option("--hub", hub, "The embedded registry: on or off")->check(CLI::IsMember({"on", "off"}));
  app.add_option("--hub-images", options.hub_images, "OCI image layout that the embedded registry serves")
      ->type_name("DIR");
  app.add_option("--insecure-registry", options.insecure_registries, "Registry to speak plain HTTP to")
      ->type_name("HOST:PORT");
  app.add_option("--registry-ca", options.registry_ca,
                 "Certificates to trust for registries, besides the system's (PEM)")
      ->type_name("FILE")
      ->check(CLI::ExistingFile);
  app.add_option("--max-layer-bytes", options.layer_limits.max_bytes, "Refuse a layer that inflates to more")
      ->type_name("BYTES")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app.add_option("--max-layer-entries", options.layer_limits.max_entries, "Refuse a layer with more files and folders")
      ->type_name("COUNT")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  // For tests, which would have to wait for half a minute otherwise: no group, no line in the help.
  app.add_option("--adoption-ms", adoption_ms)->group("")->check(CLI::Range(1, 600'000));
  app.add_option("--launcher-ms", launcher_ms)->group("")->check(CLI::Range(1, 600'000));
  try {
    app.parse(count, words);
  } catch (const CLI::ParseError& fault) {
    constexpr int usage_fault = 1;
    return app.exit(fault) == 0 ? 0 : usage_fault;
  }
  options.hub = hub == "on";
  options.adoption = std::chrono::milliseconds(adoption_ms);
  options.launcher = std::chrono::milliseconds(launcher_ms);
  if (idle_seconds >= 0) options.idle_exit = std::chrono::seconds(idle_seconds);
  return std::nullopt;
}

}  // namespace glassdock
