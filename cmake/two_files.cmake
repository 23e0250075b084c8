# Builds the library from the two files of tools/amalgamate.sh. For all that includes a public header,
# there is one of that name that includes presign.hpp.
set(two_files ${PROJECT_BINARY_DIR}/two-files)
file(GLOB_RECURSE sources CONFIGURE_DEPENDS include/*.hpp src/*.hpp src/*.cpp)
add_custom_command(OUTPUT ${two_files}/presign.hpp ${two_files}/presign.cpp
  COMMAND tools/amalgamate.sh ${two_files}
  DEPENDS ${sources} tools/amalgamate.sh
  WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
file(GLOB headers RELATIVE ${PROJECT_SOURCE_DIR} include/presign/*.hpp)
foreach(header ${headers})
  file(CONFIGURE OUTPUT ${two_files}/${header} CONTENT "#include \"../../presign.hpp\"\n")
endforeach()
set_target_properties(presign PROPERTIES
  SOURCES ${two_files}/presign.cpp
  INCLUDE_DIRECTORIES ""
  INTERFACE_INCLUDE_DIRECTORIES
    "$<BUILD_INTERFACE:${two_files}/include>;$<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>")
# Like users' builds, whatever the optimisation of the tests.
set_source_files_properties(${two_files}/presign.cpp PROPERTIES COMPILE_OPTIONS -O2)
