# A room is a folder with one job and one static library. DEPENDS names the rooms above it that it uses, LINKS the
# packages. tests/contract/rooms_test.py holds that no include goes the other way.
function(glassdock_room name)
  cmake_parse_arguments(ROOM "" "" "SOURCES;DEPENDS;LINKS" ${ARGN})
  add_library(glassdock_${name} STATIC ${ROOM_SOURCES})
  list(TRANSFORM ROOM_DEPENDS PREPEND glassdock_)
  target_link_libraries(glassdock_${name} PUBLIC glassdock_options ${ROOM_DEPENDS} ${ROOM_LINKS})
endfunction()
