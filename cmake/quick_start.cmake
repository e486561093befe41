# For a program that lives for milliseconds: a third of its own time went into the dynamic loader, which binds some 1800
# symbols of the C++ library at each start. That library and {fmt}, which would load it again, are put into the program;
# libc stays outside, for it loads modules of its own (names of users and hosts).
function(glassdock_quick_start program)
  if(GLASSDOCK_SANITIZE)
    return()
  endif()
  set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)
  try_compile(GLASSDOCK_FMT_INSIDE ${CMAKE_BINARY_DIR}/fmt_inside ${CMAKE_SOURCE_DIR}/cmake/fmt_inside.cpp
    LINK_LIBRARIES fmt::fmt CXX_STANDARD 20 CXX_STANDARD_REQUIRED ON)
  if(GLASSDOCK_FMT_INSIDE)
    target_sources(${program} PRIVATE ${CMAKE_SOURCE_DIR}/cmake/fmt_inside.cpp)
    target_link_libraries(${program} PRIVATE fmt::fmt)
    target_link_options(${program} PRIVATE -static-libstdc++ -static-libgcc)
  endif()
endfunction()
