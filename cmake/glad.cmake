# The loader of OpenGL's functions, made at configure time by Debian's generator; it brings its own specifications.
set(glad_folder ${CMAKE_BINARY_DIR}/glad)
if(NOT EXISTS ${glad_folder}/include/glad/gl.h)
  find_program(GLASSDOCK_GLAD glad REQUIRED)
  execute_process(
    COMMAND ${GLASSDOCK_GLAD} --api gl:core=3.3 --extensions "" --out-path ${glad_folder} --reproducible --quiet
      c --header-only
    RESULT_VARIABLE glad_result OUTPUT_QUIET ERROR_VARIABLE glad_errors)
  if(NOT glad_result EQUAL 0)
    message(FATAL_ERROR "glad could not generate the OpenGL loader: ${glad_errors}")
  endif()
endif()
add_library(glassdock_glad INTERFACE)
target_include_directories(glassdock_glad SYSTEM INTERFACE ${glad_folder}/include)
