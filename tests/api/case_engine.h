// An engine that the case table is asked of, over its socket and with a command line.
#pragma once

#include <nlohmann/json.hpp>

#include <filesystem>
#include <string>
#include <vector>

#include "tests/api/case_answer.h"
#include "tests/api/case_table.h"

namespace glassdock::testing {

class CaseEngine {
 public:
  // `docker`: the words in front of a command line's.
  CaseEngine(std::filesystem::path socket, std::vector<std::string> docker)
      : socket_(std::move(socket)), docker_(std::move(docker)) {}

  // Goes through the case, and removes the containers that came meanwhile. The answers, a step each, made comparable:
  // status and json, lines, text or out and err of a request; exit, out and err of a command. Throws where what is
  // given cannot be made.
  std::vector<nlohmann::json> answers_to(const Case& one) const;
  // Takes a docker archive (`docker load`).
  void load_image(const std::string& archive) const;
  // Of the image with this name; empty where there is none.
  std::string image_id(const std::string& name) const;

 private:
  struct Asked {
    nlohmann::json answer;  // as it came
    std::string everything;
  };
  // A request that breaks off is an answer too: its fault.
  Asked ask(const Step& step, const Names& names) const;
  Asked request(const Step& step, const Names& names) const;
  Asked command(const Step& step, const Names& names) const;
  class Happening;
  nlohmann::json answer_to(const Step& step, Names& names) const;
  void make(const Given& given, Names& names) const;
  std::vector<std::string> containers() const;
  void remove_all_but(const std::vector<std::string>& before) const;

  std::filesystem::path socket_;
  std::vector<std::string> docker_;
};

// The image with this id of an OCI image layout, as `docker load` takes it, under `name`.
std::string docker_archive(const std::filesystem::path& layout, const std::string& id, const std::string& name);

}  // namespace glassdock::testing
