# The tests that PRESIGN_ALL_TESTS adds: of the pages, with real servers, and builds from source.

# The code in README.md, docs/ and the other pages is compiled and run, and their links are followed.
if(TARGET presign_cli)
  separate_arguments(flags NATIVE_COMMAND "${CMAKE_CXX_FLAGS}")
  list(TRANSFORM presign_definitions PREPEND -D OUTPUT_VARIABLE definitions)
  add_script_test(pages pages/check_pages.py
    ${PROJECT_SOURCE_DIR} ${PROJECT_BINARY_DIR} $<TARGET_FILE_DIR:presign_cli>
    ${CMAKE_CXX_COMPILER} ${flags} -I${PROJECT_SOURCE_DIR}/include ${definitions}
    $<TARGET_FILE:presign> -Wl,-rpath,$<TARGET_FILE_DIR:presign> $<TARGET_FILE:OpenSSL::Crypto>
    PROPERTIES TIMEOUT 300)
  add_script_test(command_manual pages/manual_test.py $<TARGET_FILE:presign_cli>
    PROPERTIES TIMEOUT 600)
endif()

# The site that `docs` makes: every public name is documented, and every link leads somewhere.
if(TARGET docs)
  add_test(NAME site COMMAND ${CMAKE_COMMAND} --build ${PROJECT_BINARY_DIR} --target docs)
endif()

# Compares presign's verdicts with those of real S3 servers. Skipped unless the servers are installed,
# which tests/run.sh --all does.
if(TARGET presign_cli)
  add_executable(check_request interop/check_request.cpp)
  target_link_libraries(check_request PRIVATE presign::presign nlohmann_json::nlohmann_json)
  foreach(server swift rgw)
    add_script_test(live.${server} interop/live_test.py ${server}
      $<TARGET_FILE:presign_cli> $<TARGET_FILE:sign_requests> $<TARGET_FILE:check_request>
      PROPERTIES LABELS live SKIP_RETURN_CODE 77 TIMEOUT 300)
  endforeach()
endif()

# The broker with hostile requests, with a real server, behind nginx, and its page in a browser.
if(TARGET broker)
  add_script_test(broker_hostile broker/hostile_test.py $<TARGET_FILE:broker>)
  add_script_test(broker_nginx broker/nginx_test.py $<TARGET_FILE:broker>
    PROPERTIES LABELS live SKIP_RETURN_CODE 77 TIMEOUT 600)
  add_script_test(broker_browser broker/browser_test.py
    $<TARGET_FILE:broker> ${CMAKE_CURRENT_BINARY_DIR}/screenshots
    PROPERTIES LABELS live SKIP_RETURN_CODE 77 TIMEOUT 600)
  add_script_test(live.broker interop/broker_test.py
    $<TARGET_FILE:broker> $<TARGET_FILE:minimal_broker>
    PROPERTIES LABELS live SKIP_RETURN_CODE 77 TIMEOUT 600 COST 100)
endif()

# The ways to use presign. Each of these tests builds presign from source again.
foreach(way readme static shared source_tree archive meson conan vcpkg headers
    without_explain without_verify)
  add_script_test(install.${way} install/install_test.sh ${way}
    PROPERTIES LABELS from-source COST 50 SKIP_RETURN_CODE 77)
  set_property(TEST install.${way} PROPERTY
    ENVIRONMENT "CXX=${CMAKE_CXX_COMPILER};CMAKE_GENERATOR=${CMAKE_GENERATOR}")
endforeach()
foreach(script quickstart demo)
  add_script_test(${script} pages/${script}_test.sh PROPERTIES LABELS from-source COST 50)
endforeach()
