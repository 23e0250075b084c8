# The target `docs` makes a site of the pages and the public headers, in the build's folder site. It
# needs Doxygen, and looks better with Debian's doxygen-awesome-css.
find_program(PRESIGN_DOXYGEN doxygen)
find_path(PRESIGN_DOXYGEN_THEME doxygen-awesome.css PATH_SUFFIXES share/doxygen-awesome-css)
mark_as_advanced(PRESIGN_DOXYGEN PRESIGN_DOXYGEN_THEME)

if(PRESIGN_DOXYGEN)
  add_custom_target(docs
    COMMAND ${PROJECT_SOURCE_DIR}/docs/site/make_site.py ${PROJECT_BINARY_DIR}/site
      $<$<BOOL:${PRESIGN_DOXYGEN_THEME}>:${PRESIGN_DOXYGEN_THEME}>
    COMMAND_EXPAND_LISTS VERBATIM)
endif()
