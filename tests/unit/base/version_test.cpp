#include <presign/version.hpp>

#include <doctest/doctest.h>

#include <string>

TEST_SUITE_BEGIN("version");

// tests/CMakeLists.txt defines PROJECT_VERSION as CMake has it.
TEST_CASE("the library and its headers have the version that CMake has") {
  const auto number = [](int part) { return std::to_string(PRESIGN_VERSION / part % 100); };
  CHECK(presign::version() == PROJECT_VERSION);
  CHECK(number(10000) + '.' + number(100) + '.' + number(1) == PROJECT_VERSION);
}
