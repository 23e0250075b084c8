#include "s3/s3_address.hpp"

#include "support.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

namespace {

/// "bucket|key|region", with where the bucket stands, and whether the host is the global one.
std::string address(std::string_view host, std::string_view path) {
  const auto found = presign::detail::s3_address_of(support::exact_copy(host).view(),
                                                    support::exact_copy(path).view());
  return (found.bucket_is_in_host ? "host " : "path ") + found.bucket + '|' + found.key + '|' +
         found.region + (found.is_global_host ? " global" : "");
}

}  // namespace

TEST_SUITE_BEGIN("s3_address");

TEST_CASE("AWS's hosts tell bucket and region") {
  CHECK(address("b.s3.us-east-2.amazonaws.com", "/a/k") == "host b|a/k|us-east-2");
  CHECK(address("a.dotted.b.s3.us-east-2.amazonaws.com", "/k") == "host a.dotted.b|k|us-east-2");
  CHECK(address("s3.us-east-2.amazonaws.com", "/b/a/k") == "path b|a/k|us-east-2");
  CHECK(address("b.s3.dualstack.us-east-2.amazonaws.com", "/k") == "host b|k|us-east-2");
  CHECK(address("b.s3-fips.us-gov-west-1.amazonaws.com", "/k") == "host b|k|us-gov-west-1");
  CHECK(address("b.s3-fips.dualstack.us-east-2.amazonaws.com", "/") == "host b||us-east-2");
  CHECK(address("b.s3-us-west-2.amazonaws.com", "/k") == "host b|k|us-west-2");
  CHECK(address("b.s3.cn-north-1.amazonaws.com.cn", "/k") == "host b|k|cn-north-1");
  CHECK(address("b--use1-az4--x-s3.s3express-use1-az4.us-east-1.amazonaws.com", "/k") ==
        "host b--use1-az4--x-s3|k|us-east-1");
  CHECK(address("name-123456789012.s3-accesspoint.us-east-2.amazonaws.com", "/k") ==
        "host name-123456789012|k|us-east-2");
  CHECK(address("s3.s3.us-east-2.amazonaws.com", "/k") == "host s3|k|us-east-2");
}

TEST_CASE("hosts of AWS's without a region") {
  CHECK(address("b.s3.amazonaws.com", "/k") == "host b|k| global");
  CHECK(address("s3.amazonaws.com", "/b/k") == "path b|k| global");
  CHECK(address("b.s3-accelerate.amazonaws.com", "/k") == "host b|k|");
  CHECK(address("b.s3-accelerate.dualstack.amazonaws.com", "/k") == "host b|k|");
  CHECK(address("alias.mrap.accesspoint.s3-global.amazonaws.com", "/k") ==
        "host alias.mrap.accesspoint|k|");
}

TEST_CASE("other hosts tell nothing, and the bucket is taken to be in the path") {
  CHECK(address("localhost:9000", "/b/a//k") == "path b|a//k|");
  CHECK(address("b.s3.example.com", "/b/k") == "path b|k|");
  CHECK(address("s3.us-east-2.amazonaws.com.example.com", "/b/k") == "path b|k|");
  CHECK(address("xs3.us-east-2.amazonaws.com", "/b/k") == "path b|k|");
  CHECK(address("sts.us-east-2.amazonaws.com", "/b/k") == "path b|k|");
  CHECK(address("b.s3.us-east-2.us-east-2.amazonaws.com", "/b/k") == "path b|k|");
  CHECK(address("amazonaws.com", "/b/k") == "path b|k|");
  CHECK(address("s3amazonaws.com", "/b/k") == "path b|k|");
  CHECK(address("h", "/b") == "path b||");
  CHECK(address("h", "/") == "path ||");
  CHECK(address("h", "") == "path ||");
  CHECK(address("h", "//k") == "path |k|");
}

TEST_SUITE_END();
