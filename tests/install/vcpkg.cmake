# Runs the port in packaging/vcpkg like vcpkg. This file has short versions, for Linux only, of the
# functions that the port calls, by vcpkg's documentation.
#
#   cmake -D WORK=FOLDER -D LINKAGE=static|shared -D PORTS=FOLDER -P vcpkg.cmake
#
# installs into WORK/packages.
get_filename_component(CURRENT_PORT_DIR ${PORTS}/presign REALPATH)
set(CURRENT_PACKAGES_DIR ${WORK}/packages)
file(READ ${CURRENT_PORT_DIR}/vcpkg.json manifest)
string(JSON PORT GET ${manifest} name)
set(kinds Release Debug)
set(prefix_Release ${CURRENT_PACKAGES_DIR})
set(prefix_Debug ${CURRENT_PACKAGES_DIR}/debug)
string(COMPARE EQUAL ${LINKAGE} shared is_shared)

function(run)
  execute_process(COMMAND ${ARGV} OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)
endfunction()

function(vcpkg_cmake_configure)
  cmake_parse_arguments(PARSE_ARGV 0 arg "" SOURCE_PATH OPTIONS)
  foreach(kind ${kinds})
    run(${CMAKE_COMMAND} -S ${arg_SOURCE_PATH} -B ${WORK}/${kind} -DCMAKE_BUILD_TYPE=${kind}
      -DCMAKE_INSTALL_PREFIX=${prefix_${kind}} -DBUILD_SHARED_LIBS=${is_shared}
      -DCMAKE_INSTALL_LIBDIR=lib -DCMAKE_INSTALL_BINDIR=bin ${arg_OPTIONS})
  endforeach()
endfunction()

function(vcpkg_cmake_install)
  foreach(kind ${kinds})
    run(${CMAKE_COMMAND} --build ${WORK}/${kind} --target install)
  endforeach()
endfunction()

# Puts the targets of both kinds into share/PORT, with paths from there.
function(vcpkg_cmake_config_fixup)
  cmake_parse_arguments(PARSE_ARGV 0 arg "" CONFIG_PATH "")
  set(share ${CURRENT_PACKAGES_DIR}/share/${PORT})
  file(COPY ${prefix_Release}/${arg_CONFIG_PATH}/ DESTINATION ${share})
  file(COPY ${prefix_Debug}/${arg_CONFIG_PATH}/ DESTINATION ${share}
    FILES_MATCHING PATTERN "*-debug.cmake")
  foreach(kind ${kinds})
    cmake_path(GET arg_CONFIG_PATH PARENT_PATH parent)  # lib/cmake
    file(REMOVE_RECURSE ${prefix_${kind}}/${parent})
  endforeach()
  file(GLOB files ${share}/*.cmake)
  foreach(file ${files})
    file(READ ${file} text)
    string(REGEX REPLACE
      [[get_filename_component\(_IMPORT_PREFIX "\${CMAKE_CURRENT_LIST_FILE}" PATH\)
(get_filename_component\(_IMPORT_PREFIX "\${_IMPORT_PREFIX}" PATH\)
)+]]
      [[get_filename_component(_IMPORT_PREFIX "${CMAKE_CURRENT_LIST_DIR}/../.." ABSOLUTE)
]]
      text "${text}")
    if(file MATCHES "-debug.cmake$")
      string(REPLACE "\${_IMPORT_PREFIX}/lib" "\${_IMPORT_PREFIX}/debug/lib" text "${text}")
    endif()
    file(WRITE ${file} "${text}")
  endforeach()
endfunction()

function(vcpkg_fixup_pkgconfig)
  set(file ${prefix_Debug}/lib/pkgconfig/presign.pc)
  file(READ ${file} text)
  string(REPLACE "includedir=\${prefix}/include" "includedir=\${prefix}/../include" text "${text}")
  file(WRITE ${file} "${text}")
endfunction()

function(vcpkg_install_copyright)
  cmake_parse_arguments(PARSE_ARGV 0 arg "" "" FILE_LIST)
  file(INSTALL ${arg_FILE_LIST} DESTINATION ${CURRENT_PACKAGES_DIR}/share/${PORT}
    RENAME copyright)
endfunction()

file(REMOVE_RECURSE ${CURRENT_PACKAGES_DIR})
# As vcpkg does, so that CMAKE_CURRENT_LIST_DIR is the port's folder.
include(${CURRENT_PORT_DIR}/portfile.cmake)
