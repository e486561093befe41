#pragma once

#include <curl/curl.h>

namespace glassdock::registry {

// libcurl, loaded when the first request needs it: it brings some thirty libraries with it (TLS, Kerberos, LDAP, SSH),
// whose pages an engine at rest would keep in memory for nothing. The members are its functions of the same names
// (libcurl's manual: libcurl-easy(3)). Initialised by the constructor, cleaned up by the destructor; never unloaded,
// since the libraries behind it do not all bear it. Throws Error where there is none.
struct CurlLibrary {
  CurlLibrary();
  ~CurlLibrary();
  CurlLibrary(const CurlLibrary&) = delete;
  CurlLibrary& operator=(const CurlLibrary&) = delete;

  decltype(&::curl_easy_init) easy_init = nullptr;
  decltype(&::curl_easy_cleanup) easy_cleanup = nullptr;
  decltype(&::curl_easy_reset) easy_reset = nullptr;
  decltype(&::curl_easy_setopt) easy_setopt = nullptr;
  decltype(&::curl_easy_perform) easy_perform = nullptr;
  decltype(&::curl_easy_getinfo) easy_getinfo = nullptr;
  decltype(&::curl_easy_strerror) easy_strerror = nullptr;
  decltype(&::curl_slist_append) slist_append = nullptr;
  decltype(&::curl_slist_free_all) slist_free_all = nullptr;

 private:
  decltype(&::curl_global_cleanup) global_cleanup_ = nullptr;
};

}  // namespace glassdock::registry
