#include "engine/hub/hub.h"

#include <fmt/format.h>

#include <vector>

#include "engine/base/error.h"
#include "engine/http/server.h"
#include "engine/http/socket.h"
#include "engine/hub/access.h"
#include "engine/hub/distribution.h"
#include "engine/hub/image_layout.h"
#include "engine/hub/repository_store.h"
#include "engine/hub/upload_store.h"

namespace glassdock::hub {
namespace {

constexpr std::uint16_t lessons_port = 5000;

UniqueFd listen_on_free_port() {
  UniqueFd socket = http::listen_tcp_loopback();
  if (http::local_port(socket.get()) != lessons_port) return socket;
  UniqueFd other = http::listen_tcp_loopback();  // while the first still holds that port
  return other;
}

ImageLayout open_layout(const std::filesystem::path& folder) {
  return folder.empty() ? ImageLayout() : ImageLayout::open(folder);
}

trace::Context of_hub(trace::Context context) {
  context.actor = trace::Actor::hub;
  return context;
}

int status_of(ErrorKind kind) {
  return kind == ErrorKind::no_space ? 507 : 500;
}

}  // namespace

struct Hub::State {
  RepositoryStore store;
  UploadStore uploads;
  Access access;
  Conditions conditions;
  trace::Context context;
  Distribution distribution{store, uploads, access};
  std::uint16_t port = 0;
  std::unique_ptr<http::Server> server;

  State(os::System& system, const std::filesystem::path& built_in, const std::filesystem::path& folder,
        std::string token, const trace::Context& outer, const Options& options)
      : store(system, open_layout(built_in), folder),
        uploads(system, folder / "uploads", options.upload_idle),
        access(std::move(token)),
        context(of_hub(outer)) {}

  void handle(http::Request& request, http::ResponseWriter& answer);
  void answer_under_conditions(Exchange& exchange);
};

// Every request ends here: answered, refused, or broken off; and is told.
void Hub::State::handle(http::Request& request, http::ResponseWriter& answer) {
  answer.set_default("Docker-Distribution-Api-Version", "registry/2.0");
  Exchange exchange(request, answer, conditions, context);
  std::string error;
  try {
    try {
      answer_under_conditions(exchange);
    } catch (const Refusal& refusal) {
      error = refusal.message();
      if (!answer.started()) exchange.refuse(refusal);
    } catch (const Error& fault) {
      error = fault.message();
      if (answer.started() || fault.kind() == ErrorKind::cancelled) throw;
      bool of_client = fault.kind() == ErrorKind::invalid_argument;  // a body that is cut off or malformed
      exchange.refuse(
          Refusal(of_client ? 400 : status_of(fault.kind()), of_client ? "SIZE_INVALID" : "UNKNOWN", fault.what()));
    }
  } catch (const Error& fault) {
    exchange.end_span(fault.message());
    throw;
  }
  exchange.end_span(error);
}

void Hub::State::answer_under_conditions(Exchange& exchange) {
  std::optional<Route> route;
  try {
    route = parse_route(exchange.request().path());
  } catch (const Refusal&) {
    exchange.begin_span({});
    throw;
  }
  exchange.begin_span(route.value_or(Route()));
  if (!is_loopback_host(exchange.request().headers().get("Host"))) {
    throw Refusal(421, "DENIED", "the hub answers only to 127.0.0.1 and localhost");
  }
  if (!route) throw Refusal(404, "UNSUPPORTED", "no such path in the distribution API");
  if (exchange.meet_conditions(*route)) distribution.answer(exchange, *route);
}

Hub::Hub(os::System& system, const std::filesystem::path& built_in_layout, const std::filesystem::path& writable_folder,
         std::string token, const trace::Context& context)
    : Hub(system, built_in_layout, writable_folder, std::move(token), context, Options()) {}

Hub::Hub(os::System& system, const std::filesystem::path& built_in_layout, const std::filesystem::path& writable_folder,
         std::string token, const trace::Context& context, const Options& options)
    : state_(std::make_unique<State>(system, built_in_layout, writable_folder, std::move(token), context, options)) {
  UniqueFd socket = listen_on_free_port();
  state_->port = http::local_port(socket.get());
  state_->server = std::make_unique<http::Server>(
      std::move(socket),
      [state = state_.get()](http::Request& request, http::ResponseWriter& answer) { state->handle(request, answer); });
}

Hub::~Hub() {
  state_->conditions.stop();
  state_->server.reset();
}

std::uint16_t Hub::port() const {
  return state_->port;
}

void Hub::set_conditions(const HubConditions& conditions) {
  state_->conditions.set(conditions);
}

HubConditions Hub::conditions() const {
  return state_->conditions.get();
}

}  // namespace glassdock::hub
