// content: what is stored and what it is called: image references, manifests, blobs by SHA-256, the metadata database.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/base/digest.h"

namespace glassdock::content {

// What a user calls an image, made whole by docker's rules (github.com/distribution/reference, reference.go and
// normalize.go): the registry is docker.io unless the first part has a '.', a ':' or capitals or is "localhost"; a
// docker.io name of one part stands in library/; the tag is "latest" where neither tag nor digest is given.
struct Reference {
  std::string domain;            // "docker.io", "localhost:5000"
  std::string path;              // "library/alpine": the repository's name at its registry
  std::string tag;               // "latest"; empty where only a digest was given
  std::optional<Digest> digest;  // counts before the tag where both are given

  // Throws Error(invalid_argument) in docker's words: "invalid reference format", "invalid reference format:
  // repository name (library/Foo) must be lowercase" …
  static Reference parse(std::string_view text);
  // Whether `text` gives neither a tag nor a digest (reference.go, IsNameOnly); what parse() refuses is told anyhow.
  static bool is_name_only(std::string_view text);

  std::string name() const;           // "docker.io/library/alpine"
  std::string familiar_name() const;  // "alpine"
  std::string familiar() const;       // "alpine:latest", "alpine@sha256:…", as docker prints it
  std::string canonical() const;      // "docker.io/library/alpine:latest": one text for each thing meant
  bool operator==(const Reference&) const = default;
};

}  // namespace glassdock::content
