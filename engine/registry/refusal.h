#pragma once

#include <string>
#include <vector>

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

// What a mirror that refused an image has instead.
struct MirrorStock {
  std::vector<std::string> images;  // as a user of docker names them: "alpine"; empty where the mirror does not tell
  std::vector<std::string> tags;    // of the image that was asked for; empty where it has none of that name

  // The image of another name that was probably meant, one or two letters away; empty for none.
  std::string proposal(const content::Reference& reference) const;
};

// What a mirror said, in one sentence: "the built-in hub has no image alpin, only alpine and busybox".
std::string mirror_words(const HttpOutcome& outcome, const content::Reference& reference, const Endpoint& mirror,
                         const MirrorStock& stock);

// The refusal by the last endpoint, `outcome` told by `error`, together with what a mirror had said before
// (mirror_words).
Error refused_everywhere(const Error& error, const HttpOutcome& outcome, const Endpoint& last,
                         const std::string& mirror_said, const std::string& proposal);

}  // namespace glassdock::registry
