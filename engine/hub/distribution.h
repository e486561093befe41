#pragma once

#include <string>

#include "engine/hub/access.h"
#include "engine/hub/exchange.h"
#include "engine/hub/repository_store.h"
#include "engine/hub/upload_store.h"

namespace glassdock::hub {

// Answers the requests of the OCI distribution spec 1.1 (github.com/opencontainers/distribution-spec, spec.md) out of a
// store. Holds nothing but references; any number of threads.
class Distribution {
 public:
  Distribution(RepositoryStore& store, UploadStore& uploads, const Access& access)
      : store_(store), uploads_(uploads), access_(access) {}

  // Throws Refusal for what is refused, and the errors of the disk.
  void answer(Exchange& exchange, const Route& route);

 private:
  bool authorize(Exchange& exchange, const Route& route);
  void answer_base(Exchange& exchange);
  void answer_token(Exchange& exchange);
  // distribution_manifests.cpp
  void answer_manifest(Exchange& exchange, const Route& route);
  void get_manifest(Exchange& exchange, const Route& route);
  void put_manifest(Exchange& exchange, const Route& route);
  void delete_manifest(Exchange& exchange, const Route& route);
  void list_referrers(Exchange& exchange, const Route& route);
  // distribution_blobs.cpp
  void answer_blob(Exchange& exchange, const Route& route);
  void get_blob(Exchange& exchange, const Route& route);
  void delete_blob(Exchange& exchange, const Route& route);
  // distribution_uploads.cpp
  void begin_upload(Exchange& exchange, const Route& route);
  void answer_upload(Exchange& exchange, const Route& route);
  void append_upload(Exchange& exchange, std::unique_ptr<Upload> upload);
  void finish_upload(Exchange& exchange, std::unique_ptr<Upload> upload);
  // distribution_lists.cpp
  void list_tags(Exchange& exchange, const Route& route);
  void list_repositories(Exchange& exchange);

  RepositoryStore& store_;
  UploadStore& uploads_;
  const Access& access_;
};

// Shared by the parts of Distribution.
[[noreturn]] void refuse_method(const Exchange& exchange);
// Throws Refusal(DIGEST_INVALID).
Digest parse_digest(std::string_view text);

}  // namespace glassdock::hub
