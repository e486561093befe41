#include "engine/glassdockd/engine.h"

#include <fmt/format.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>

#include "engine/base/error.h"
#include "engine/base/random_id.h"
#include "engine/os/files.h"

namespace glassdock {
namespace {

void complain(const std::string& line) {
  std::fprintf(stderr, "glassdockd: %s\n", line.c_str());
}

// A file of one random word, made at the first start.
std::string remembered_word(const std::filesystem::path& path) {
  constexpr std::size_t digits = 32;
  if (auto known = os::try_read_file(path, 1024); known && known->size() >= digits) return known->substr(0, digits);
  std::string word = random_hex(digits);
  os::write_file_atomically(os::real_system(), path, word + "\n");
  return word;
}

registry::ClientSettings registry_settings(const DaemonOptions& options) {
  registry::ClientSettings settings;
  settings.ca_file = options.registry_ca;
  return settings;
}

std::filesystem::path made(const std::filesystem::path& folder) {
  os::make_folders(folder, 0700);
  return folder;
}

}  // namespace

Engine::Engine(const DaemonOptions& options, const runtime::Privileges& privileges, plan::Host host,
               std::unique_ptr<runtime::LauncherLink> launcher, UniqueFd listening_socket)
    : options_(options),
      rootless_(privileges.rootless),
      host_(std::move(host)),
      launcher_(std::move(launcher)),
      listening_socket_(std::move(listening_socket)),
      last_activity_ns_(trace::monotonic_ns()),
      stirred_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      system_(os::real_system()),
      metadata_(options.data / "glassdock.db"),
      blobs_(system_, options.data / "content"),
      layer_store_(system_, options.data / "layers", rootless_, options.layer_limits),
      container_layers_(system_, layer_store_, options.data),
      hub_(make_hub(options, tracer_)),
      registry_(registry_settings(options)),
      containers_(metadata_, made(options.data / "containers"),
                  [](const std::string& id, const std::exception& fault) {
                    complain(fmt::format("container {}: {}", id.substr(0, 12), fault.what()));
                  }),
      images_({blobs_, metadata_, layer_store_, registry_, events_},
              {registry::Places{hub_address(), options.insecure_registries, !options.registry_ca.empty()},
               options.socket.string()},
              [this](const Digest& image) { return containers_.users(image); }),
      kits_({system_, container_layers_, host_, seccomp_, options.data}),
      runs_(tracer_, options.data.string()),
      service_({system_, tracer_, containers_, images_, container_layers_, *launcher_, kits_, faults_, host_, events_,
                runs_, options.adoption}),
      lab_(service_, layer_store_, {system_, options.data / "guest-symbols"}),
      api_(service_, runs_, lab_, hub_.get(), info()) {
  service_.recover(complain);
  lab_.clear_leftovers();
  images_.recover();  // behind the end of containers that run on layers of a database that was lost
}

Engine::~Engine() {
  runs_.end_all();
  service_.begin_stop();
  if (server_) server_->stop();
  service_.stop_all();
}

std::unique_ptr<hub::Hub> Engine::make_hub(const DaemonOptions& options, trace::Tracer& tracer) {
  if (!options.hub) return nullptr;
  std::filesystem::path images = options.hub_images;
  std::error_code ignored;
  if (!std::filesystem::exists(images / "index.json", ignored)) {
    complain(fmt::format("the hub has no images of its own: {} is no OCI image layout", images.string()));
    images.clear();
  }
  std::filesystem::path folder = made(options.data / "hub");
  trace::Context context{&tracer};
  context.actor = trace::Actor::hub;
  return std::make_unique<hub::Hub>(os::real_system(), images, folder, remembered_word(options.data / "hub-token"),
                                    context);
}

std::string Engine::hub_address() const {
  return hub_ ? fmt::format("127.0.0.1:{}", hub_->port()) : std::string();
}

api::EngineInfo Engine::info() const {
  using namespace std::chrono;
  return {remembered_word(options_.data / "engine-id"),
          options_.data.string(),
          options_.socket.string(),
          hub_address(),
          rootless_,
          duration_cast<seconds>(system_clock::now().time_since_epoch()).count()};
}

void Engine::serve() {
  auto handler = [this](http::Request& request, http::ResponseWriter& answer) {
    last_activity_ns_ = trace::monotonic_ns();
    if (resting_.exchange(false)) ::eventfd_write(stirred_.get(), 1);
    api_.answer(request, answer);
    last_activity_ns_ = trace::monotonic_ns();
  };
  server_ = std::make_unique<http::Server>(std::move(listening_socket_), handler, &api::Api::answer_fault);
}

std::string Engine::ready_line() const {
  return fmt::format("glassdockd {} ready on {} ({}, data {}, hub {})", GLASSDOCK_VERSION, options_.socket.string(),
                     rootless_ ? "rootless" : "root", options_.data.string(), hub_ ? hub_address() : "off");
}

void Engine::let_rest() {
  eventfd_t ignored;
  ::eventfd_read(stirred_.get(), &ignored);
  resting_ = true;
}

bool Engine::idle() const {
  return server_->connections() == 0 && containers_.alive() == 0;
}

}  // namespace glassdock
