#include "engine/registry/curl_library.h"

#include <dlfcn.h>
#include <fmt/format.h>

#include "engine/base/error.h"

namespace glassdock::registry {
namespace {

constexpr char file_name[] = "libcurl.so.4";  // the name of its binary interface since 2006

template <typename Function>
void find(void* library, const char* name, Function& function) {
  function = reinterpret_cast<Function>(::dlsym(library, name));
  if (!function) throw Error(ErrorKind::internal, fmt::format("{} has no {}", file_name, name));
}

}  // namespace

CurlLibrary::CurlLibrary() {
  void* library = ::dlopen(file_name, RTLD_NOW | RTLD_LOCAL);
  if (!library) {
    throw Error(ErrorKind::not_supported, fmt::format("{} cannot be loaded: {}", file_name, ::dlerror()),
                "sudo apt-get install libcurl4");
  }
  decltype(&::curl_global_init) global_init = nullptr;
  find(library, "curl_global_init", global_init);
  find(library, "curl_global_cleanup", global_cleanup_);
  find(library, "curl_easy_init", easy_init);
  find(library, "curl_easy_cleanup", easy_cleanup);
  find(library, "curl_easy_reset", easy_reset);
  find(library, "curl_easy_setopt", easy_setopt);
  find(library, "curl_easy_perform", easy_perform);
  find(library, "curl_easy_getinfo", easy_getinfo);
  find(library, "curl_easy_strerror", easy_strerror);
  find(library, "curl_slist_append", slist_append);
  find(library, "curl_slist_free_all", slist_free_all);
  if (global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
    throw Error(ErrorKind::internal, "libcurl cannot be initialised");
  }
}

CurlLibrary::~CurlLibrary() {
  global_cleanup_();
}

}  // namespace glassdock::registry
