# embed_pages(OUTPUT FILE...) writes files as the C++ source that site.hpp promises.
set(content_type_of_html "text/html; charset=utf-8")
set(content_type_of_css "text/css; charset=utf-8")
set(content_type_of_js "text/javascript; charset=utf-8")
set(content_type_of_svg "image/svg+xml")

function(embed_pages output)
  foreach(file IN LISTS ARGN)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
    get_filename_component(name ${file} NAME)
    get_filename_component(extension ${file} LAST_EXT)
    string(SUBSTRING ${extension} 1 -1 extension)
    string(MAKE_C_IDENTIFIER ${name} id)
    string(REGEX REPLACE "^index.html$" "" path ${name})
    file(SHA256 ${file} hash)
    file(READ ${file} bytes HEX)
    string(REGEX REPLACE "(..)" "'\\\\x\\1'," bytes "${bytes}")
    string(APPEND arrays "constexpr char ${id}[] = {${bytes}};\n")
    string(APPEND rows "      {\"/${path}\", \"${content_type_of_${extension}}\",\n"
      "       \"\\\"${hash}\\\"\", {${id}, sizeof ${id}}},\n")
  endforeach()
  file(CONFIGURE OUTPUT ${output} @ONLY CONTENT [[
#include "site.hpp"

namespace broker {
namespace {

@arrays@
}  // namespace

std::vector<page_file> page_files() {
  return {
@rows@  };
}

}  // namespace broker
]])
endfunction()
