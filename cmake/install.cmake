# Installs the headers, the library, and the files for find_package and pkg-config. The components are
# the packages that distributions make: `library` has the files to run a program, `development` those
# to build one, and `tools` the command.
include(CMakePackageConfigHelpers)

get_target_property(presign_type presign TYPE)
set(cmake_dir ${CMAKE_INSTALL_LIBDIR}/cmake/presign)

set(left_out)
if(NOT PRESIGN_VERIFY)
  list(APPEND left_out PATTERN verify.hpp EXCLUDE)
endif()
if(NOT PRESIGN_EXPLAIN)
  list(APPEND left_out PATTERN explain.hpp EXCLUDE)
endif()
install(DIRECTORY include/presign TYPE INCLUDE COMPONENT development
  FILES_MATCHING PATTERN "*.hpp" ${left_out})
install(TARGETS presign EXPORT presign-targets
  LIBRARY COMPONENT library NAMELINK_COMPONENT development
  ARCHIVE COMPONENT development
  RUNTIME COMPONENT library)
install(FILES LICENSE TYPE DOC)

# presign.hpp and presign.cpp, for projects that compile them. No package has this component.
if(UNIX AND EXISTS ${PROJECT_SOURCE_DIR}/tools/amalgamate.sh)
  install(CODE "execute_process(COMMAND_ERROR_IS_FATAL ANY
    COMMAND \"${PROJECT_SOURCE_DIR}/tools/amalgamate.sh\" \"${PROJECT_BINARY_DIR}/two-files\")"
    COMPONENT two_files)
  install(FILES ${PROJECT_BINARY_DIR}/two-files/presign.hpp
    ${PROJECT_BINARY_DIR}/two-files/presign.cpp
    DESTINATION ${CMAKE_INSTALL_DATADIR}/presign COMPONENT two_files)
endif()

# ── find_package(presign) ───────────────────────────────────────────────────────────────────────

install(EXPORT presign-targets NAMESPACE presign:: DESTINATION ${cmake_dir} COMPONENT development)
configure_package_config_file(cmake/presign-config.cmake.in presign-config.cmake
  INSTALL_DESTINATION ${cmake_dir}
  NO_SET_AND_CHECK_MACRO)
# Before 1.0, a minor version may change the interface; the soname says the same.
write_basic_package_version_file(presign-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES
  ${PROJECT_BINARY_DIR}/presign-config.cmake
  ${PROJECT_BINARY_DIR}/presign-config-version.cmake
  DESTINATION ${cmake_dir} COMPONENT development)

# ── pkg-config ──────────────────────────────────────────────────────────────────────────────────

# Paths start from the file's own folder, so that the installed tree can be moved. An absolute libdir
# cannot be.
if(IS_ABSOLUTE ${CMAKE_INSTALL_LIBDIR})
  set(pc_prefix ${CMAKE_INSTALL_PREFIX})
  set(pc_libdir ${CMAKE_INSTALL_LIBDIR})
else()
  file(RELATIVE_PATH up /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
  string(REGEX REPLACE "/$" "" up ${up})
  set(pc_prefix "\${pcfiledir}/${up}")
  set(pc_libdir "\${prefix}/${CMAKE_INSTALL_LIBDIR}")
endif()
set(pc_includedir ${CMAKE_INSTALL_INCLUDEDIR})
if(NOT IS_ABSOLUTE ${CMAKE_INSTALL_INCLUDEDIR})
  set(pc_includedir "\${prefix}/${CMAKE_INSTALL_INCLUDEDIR}")
endif()
# A static libpresign always needs what it takes its cryptography from, so plain `pkg-config --libs
# presign` names that. A shared one names it in Libs.private, for `pkg-config --static` alone: with
# Requires.private, even programs that link libpresign.so would need libcrypto's development files.
set(pc_crypto -lcrypto)
if(PRESIGN_CRYPTO STREQUAL "custom")
  list(TRANSFORM PRESIGN_CRYPTO_LIBRARIES REPLACE "^([^-/].*)" "-l\\1" OUTPUT_VARIABLE pc_crypto)
  string(JOIN " " pc_crypto ${pc_crypto})
endif()
if(NOT presign_type STREQUAL STATIC_LIBRARY)
  set(pc_private ${pc_crypto})
elseif(PRESIGN_CRYPTO STREQUAL "custom")
  set(pc_libraries " ${pc_crypto}")
else()
  set(pc_requires libcrypto)
endif()
list(TRANSFORM presign_definitions PREPEND " -D" OUTPUT_VARIABLE pc_definitions)
string(JOIN "" pc_definitions ${pc_definitions})
configure_file(cmake/presign.pc.in presign.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/presign.pc
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT development)
