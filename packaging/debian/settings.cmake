# The settings for Debian packages. They need Debian's packages dpkg-dev and file:
#
#   cmake -C packaging/debian/settings.cmake -S . -B build/debian
#   cmake --build build/debian --target presign presign_cli
#   cpack --config build/debian/CPackConfig.cmake -B build/debian
set(PRESIGN_DEBIAN ON CACHE BOOL "")
set(PRESIGN_TESTS OFF CACHE BOOL "")
set(BUILD_SHARED_LIBS ON CACHE BOOL "")
set(CMAKE_SKIP_INSTALL_ALL_DEPENDENCY ON CACHE BOOL "")  # the examples are not packed
set(CMAKE_BUILD_TYPE Release CACHE STRING "")
set(CMAKE_INSTALL_PREFIX /usr CACHE PATH "")
set(CMAKE_SKIP_INSTALL_RPATH ON CACHE BOOL "")  # the loader knows where the library is
set(CMAKE_PROJECT_presign_INCLUDE ${CMAKE_CURRENT_LIST_DIR}/../../cmake/hardening.cmake
  CACHE FILEPATH "")
set(CPACK_PACKAGE_CONTACT "The presign maintainers <maintainers@presign.invalid>"
  CACHE STRING "Who made the packages: name and address")
