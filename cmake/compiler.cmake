# Warnings are errors, paths in the binaries are relative to the source tree, and sanitizers reach every target.
add_library(glassdock_options INTERFACE)
# A compiler cache may hand the compiler paths that are relative to where it runs, the build folder.
file(RELATIVE_PATH source_from_build ${CMAKE_BINARY_DIR} ${CMAKE_SOURCE_DIR})
target_compile_options(glassdock_options INTERFACE
  -Wall -Wextra -Werror -Wshadow -Wnon-virtual-dtor -Wno-missing-field-initializers
  -fmacro-prefix-map=${CMAKE_SOURCE_DIR}/= -fmacro-prefix-map=${source_from_build}= -fvisibility=hidden)
# What these say depends on what the optimizer of one compiler version happens to see: told, but no reason for a build to
# fail on a machine with another version.
target_compile_options(glassdock_options INTERFACE -Wno-error=array-bounds -Wno-error=stringop-overflow
  -Wno-error=stringop-overread -Wno-error=maybe-uninitialized -Wno-error=restrict
  -Wno-error=free-nonheap-object -Wno-error=null-dereference)
target_compile_definitions(glassdock_options INTERFACE _GNU_SOURCE GLASSDOCK_VERSION="${PROJECT_VERSION}"
  GLASSDOCK_TRACE=$<BOOL:${GLASSDOCK_TRACE}>)
target_include_directories(glassdock_options INTERFACE ${CMAKE_SOURCE_DIR})
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # GCC 12 warns of overlaps inside std::string's own operator+ (GCC bug 105651).
  target_compile_options(glassdock_options INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-Wno-restrict>)
endif()
if(GLASSDOCK_SANITIZE)
  target_compile_options(glassdock_options INTERFACE -fsanitize=${GLASSDOCK_SANITIZE} -fno-omit-frame-pointer -g)
  target_link_options(glassdock_options INTERFACE -fsanitize=${GLASSDOCK_SANITIZE})
  # Reports name files from the source tree on, and a compiler cache finds what another checkout has compiled.
  target_compile_options(glassdock_options INTERFACE -fdebug-prefix-map=${CMAKE_SOURCE_DIR}=.)
  if(GLASSDOCK_SANITIZE MATCHES "undefined")
    target_compile_options(glassdock_options INTERFACE -fno-sanitize-recover=undefined)
  endif()
endif()
find_program(GLASSDOCK_CCACHE ccache)
if(GLASSDOCK_CCACHE)
  # Paths within the tree count as relative ones, and the folder of the build, which stands in debugging information, not
  # at all: what one checkout has compiled serves the next.
  set(launcher env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1 ${GLASSDOCK_CCACHE})
  set(CMAKE_C_COMPILER_LAUNCHER ${launcher})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${launcher})
endif()
