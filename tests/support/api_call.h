// Requests to an engine as any HTTP client makes them, with what came back.
#pragma once

#include <nlohmann/json.hpp>

#include <filesystem>
#include <string>

#include "engine/http/client.h"

namespace glassdock::testing {

struct ApiAnswer {
  int status = 0;
  std::string body;
  nlohmann::json json() const { return nlohmann::json::parse(body, nullptr, false); }
  // "409 Container x is already paused"
  std::string refusal() const {
    const nlohmann::json said = json();
    return std::to_string(status) + " " + (said.is_object() ? said.value("message", body) : body);
  }
};

class ApiCaller {
 public:
  explicit ApiCaller(std::filesystem::path socket) : socket_(std::move(socket)) {}
  ApiAnswer operator()(const std::string& method, const std::string& target, const std::string& body = {}) const {
    http::Client client = http::Client::connect_unix(socket_);
    http::Headers headers;
    if (!body.empty()) headers.add("Content-Type", "application/json");
    http::Response response = client.request(method, "/v1.45" + target, headers, body);
    const int status = response.status();
    return {status, response.read_body()};
  }

 private:
  std::filesystem::path socket_;
};

}  // namespace glassdock::testing
