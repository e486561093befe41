#pragma once

#include <string>

#include "engine/base/error.h"
#include "engine/content/reference.h"
#include "engine/registry/endpoint.h"
#include "engine/registry/http_session.h"

namespace glassdock::registry {

// The words of a registry's error document (distribution-spec spec.md, "Error Codes") as docker prints them: "manifest
// unknown: manifest unknown"; nothing where there is none. Control characters are taken out.
struct RefusalWords {
  std::string code;  // "MANIFEST_UNKNOWN"
  std::string text;
};
RefusalWords refusal_words(const std::string& body);

// What a request for `reference` that did not succeed means for the user (moby distribution/errors.go).
Error refused_manifest(const HttpOutcome& outcome, const std::string& url, const content::Reference& reference,
                       const Endpoint& endpoint);
Error refused_blob(const HttpOutcome& outcome, const std::string& url, const content::Reference& reference,
                   const Endpoint& endpoint);

// `Get "https://…": dial tcp …`, with what to do about it.
Error unreachable(const std::string& fault, const std::string& url);

}  // namespace glassdock::registry
