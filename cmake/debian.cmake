# Makes Debian packages of the components of install.cmake, with CPack. Use it with
# packaging/debian/settings.cmake; that folder has the files that only Debian needs.
set(debian ${PROJECT_SOURCE_DIR}/packaging/debian)

# Debian's policy names a library's package after its soname, so that versions which are not
# compatible can be installed side by side.
get_target_property(soversion presign SOVERSION)
set(library_package libpresign${soversion})
set(CPACK_DEBIAN_LIBRARY_PACKAGE_NAME ${library_package})
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_NAME libpresign-dev)
set(CPACK_DEBIAN_TOOLS_PACKAGE_NAME presign-tools)

# A package's version is presign's, followed by Debian's own.
file(STRINGS ${debian}/changelog version LIMIT_COUNT 1)
if(NOT version MATCHES "^presign \\(${PROJECT_VERSION}-([0-9]+)\\)")
  message(FATAL_ERROR "packaging/debian/changelog does not begin with presign ${PROJECT_VERSION}")
endif()
set(CPACK_DEBIAN_PACKAGE_RELEASE ${CMAKE_MATCH_1})

foreach(component library development tools)
  string(TOUPPER ${component} COMPONENT)
  set(doc ${CMAKE_INSTALL_DATADIR}/doc/${CPACK_DEBIAN_${COMPONENT}_PACKAGE_NAME})
  install(FILES ${debian}/copyright DESTINATION ${doc} COMPONENT ${component})
  install(FILES CHANGELOG.md DESTINATION ${doc} RENAME changelog COMPONENT ${component})
  install(FILES ${debian}/changelog DESTINATION ${doc} RENAME changelog.Debian
    COMPONENT ${component})
endforeach()

set(CPACK_GENERATOR DEB)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_COMPONENTS_ALL library development tools)
set(CPACK_COMPONENTS_GROUPING IGNORE)
set(CPACK_PACKAGING_INSTALL_PREFIX ${CMAKE_INSTALL_PREFIX})
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
  OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_PRE_BUILD_SCRIPTS ${debian}/compress.cmake)

set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_LIBRARY_PACKAGE_SECTION libs)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_TOOLS_PACKAGE_SECTION utils)
# Each package has its own summary: CPack would put a common one first.
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "")
set(CPACK_DEBIAN_LIBRARY_DESCRIPTION "${PROJECT_DESCRIPTION}: library
Programs that sign or verify URLs for S3 and stores that speak its protocol,
or requests to any AWS service, link this library. It needs libcrypto alone.")
set(CPACK_DEBIAN_DEVELOPMENT_DESCRIPTION "${PROJECT_DESCRIPTION}: development files
The headers of presign, and what CMake and pkg-config need to find it.")
set(CPACK_DEBIAN_TOOLS_DESCRIPTION "${PROJECT_DESCRIPTION}: command
The command presign prints URLs that let anybody who has them get or put an
S3 object, forms for uploads, and why a server rejected such a URL.")

# dpkg-shlibdeps finds the dependencies of files. It looks for libpresign here, because libpresign is
# not installed.
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS_PRIVATE_DIRS ${PROJECT_BINARY_DIR})
set(same_version "${library_package} (= ${PROJECT_VERSION}-${CPACK_DEBIAN_PACKAGE_RELEASE})")
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS ${same_version})
set(CPACK_DEBIAN_TOOLS_PACKAGE_DEPENDS ${same_version})

# The dependency that dpkg-shlibdeps writes for programs that link libpresign.
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS ON)
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS_POLICY ">=")
# Debian requires this trigger. CPack also adds scripts that call ldconfig.
set(CPACK_DEBIAN_LIBRARY_PACKAGE_CONTROL_EXTRA ${debian}/triggers)
include(CPack)
