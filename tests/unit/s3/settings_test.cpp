// bucket::find. tests/interop/compare_settings.py compares it with the AWS CLI; where that is older
// than a setting, the values here are those of
// https://docs.aws.amazon.com/sdkref/latest/guide/settings-reference.html
#include "files.hpp"
#include "support.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

namespace {

using presign::errc;
using presign::s3::addressing;
using presign::s3::bucket;
using presign::s3::location;
using support::clean_environment;
using support::wrong_error;

constexpr std::string_view access_point = "arn:aws:s3:us-west-2:123456789012:accesspoint:name";
constexpr std::string_view multi_region = "arn:aws:s3::123456789012:accesspoint:alias.mrap";
constexpr std::string_view express = "data--usw2-az1--x-s3";

/// An environment with a region, eu-west-1, in the default profile, and what a test adds to it.
class configured : public clean_environment {
 public:
  explicit configured(const std::string& settings = "") {
    write_config("[default]\nregion = eu-west-1\n" + settings);
  }
};

/// Returns "https://host/path region" of the object named "key", or the error's message.
std::string address(std::string_view name = "photos", const location& given = {},
                    std::string_view profile = "") {
  const auto found = bucket::find(name, profile, given);
  if (!found) return found.error().message;
  const auto request = found->get("key");
  return request.scheme + "://" + request.host + request.path + ' ' + request.region;
}

std::string host_in(const std::string& settings, std::string_view name = "photos") {
  const configured here(settings);
  const auto text = address(name);
  return text.substr(0, text.find(' '));
}

constexpr std::string_view usual = "https://photos.s3.eu-west-1.amazonaws.com/key";

}  // namespace

TEST_SUITE_BEGIN("settings");

// ── The region ──────────────────────────────────────────────────────────────────────────────────

TEST_CASE("the region: given, of the environment, of the profile") {
  configured here("[profile a]\nregion = eu-west-2\n");
  CHECK(address() == "https://photos.s3.eu-west-1.amazonaws.com/key eu-west-1");
  CHECK(address("photos", {}, "a") == "https://photos.s3.eu-west-2.amazonaws.com/key eu-west-2");
  here.set("AWS_DEFAULT_REGION", "us-west-1");
  CHECK(address() == "https://photos.s3.us-west-1.amazonaws.com/key us-west-1");
  here.set("AWS_REGION", "us-west-2");
  CHECK(address() == "https://photos.s3.us-west-2.amazonaws.com/key us-west-2");
  CHECK(address("photos", {"sa-east-1"}) ==
        "https://photos.s3.sa-east-1.amazonaws.com/key sa-east-1");
}

TEST_CASE("no region, or no profile") {
  const clean_environment here;
  CHECK(wrong_error(bucket::find("photos"), errc::missing_region, {"AWS_REGION"}) == "");
  CHECK(bucket::find("photos", "", {"us-east-1"}));
  CHECK(bucket::find(access_point));
  CHECK(wrong_error(bucket::find("photos", "a"), errc::profile_not_found, {"\"a\""}) == "");
  here.write_config("[default]\noops\n");
  CHECK(wrong_error(bucket::find("photos", "", {"us-east-1"}), errc::invalid_file, {"line 2"}) ==
        "");
}

TEST_CASE("names that are no regions, but stand for one") {
  configured here;
  for (const auto* region : {"fips-us-east-1", "us-east-1-fips"}) {
    here.set("AWS_REGION", region);
    CHECK(address() == "https://photos.s3-fips.us-east-1.amazonaws.com/key us-east-1");
    CHECK(address("photos", {region}) ==
          "https://photos.s3-fips.us-east-1.amazonaws.com/key us-east-1");
    CHECK(address("photos", {region, "http://localhost:9000"}) ==
          "http://localhost:9000/photos/key us-east-1");
  }
  CHECK(address("photos", {"s3-external-1"}) ==
        "https://photos.s3.us-east-1.amazonaws.com/key us-east-1");
  CHECK(address("photos", {"aws-global"}) == "https://photos.s3.amazonaws.com/key us-east-1");
}

// ── The endpoint ────────────────────────────────────────────────────────────────────────────────

TEST_CASE("the endpoint: given, of the environment, of the services section, of the profile") {
  configured here(
      "endpoint_url = http://localhost:1\nservices = dev\n"
      "[services dev]\nsqs =\n  endpoint_url = http://localhost:8\n"
      "s3 =\n  endpoint_url = http://localhost:2\n"
      "[profile a]\nregion = r\nendpoint_url = http://localhost:1\n"
      "[profile b]\nregion = r\nservices = dve\n");
  CHECK(address("photos", {}, "a") == "http://localhost:1/photos/key r");
  CHECK(address() == "http://localhost:2/photos/key eu-west-1");
  here.set("AWS_ENDPOINT_URL", "http://localhost:3");
  CHECK(address() == "http://localhost:3/photos/key eu-west-1");
  CHECK(address("photos", {}, "b") == "http://localhost:3/photos/key r");
  here.set("AWS_ENDPOINT_URL_S3", "http://localhost:4");
  CHECK(address() == "http://localhost:4/photos/key eu-west-1");
  CHECK(address("photos", {"", "http://localhost:5"}) == "http://localhost:5/photos/key eu-west-1");
  here.set("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "TRUE");
  CHECK(address() == std::string(usual) + " eu-west-1");
  CHECK(address("photos", {"", "http://localhost:5"}) == "http://localhost:5/photos/key eu-west-1");
}

TEST_CASE("endpoints that are ignored, missing or malformed") {
  CHECK(host_in("endpoint_url = http://localhost:1\nignore_configured_endpoint_urls = true\n") ==
        usual);
  CHECK(host_in("endpoint_url = http://localhost:1\nignore_configured_endpoint_urls = false\n") ==
        "http://localhost:1/photos/key");
  configured here("services = dev\n[services other]\ns3 =\n  endpoint_url = http://localhost\n");
  CHECK(wrong_error(bucket::find("photos"), errc::invalid_file, {"\"dev\"", ".aws/config"}) == "");
  here.write_config("[default]\nregion = r\nendpoint_url = localhost:9000\n");
  CHECK(wrong_error(bucket::find("photos"), errc::invalid_endpoint, {"localhost:9000"}) == "");
}

TEST_CASE("the bucket is in the path under an endpoint, except where it cannot or need not be") {
  const std::string endpoint = "endpoint_url = https://storage.example.com\n";
  CHECK(host_in(endpoint) == "https://storage.example.com/photos/key");
  CHECK(host_in(endpoint + "s3 =\n  addressing_style = auto\n") ==
        "https://storage.example.com/photos/key");
  CHECK(host_in(endpoint + "s3 =\n  addressing_style = virtual\n") ==
        "https://photos.storage.example.com/key");
  CHECK(host_in(endpoint, access_point) == "https://name-123456789012.storage.example.com/key");
  CHECK(host_in(endpoint, express) == "https://data--usw2-az1--x-s3.storage.example.com/key");
  CHECK(host_in("endpoint_url = https://S3.eu-west-1.amazonaws.com:443\n") == usual);
  CHECK(host_in("endpoint_url = https://s3-accelerate.amazonaws.com\n") ==
        "https://photos.s3-accelerate.amazonaws.com/key");
  CHECK(host_in("endpoint_url = https://s3-proxy-1.eu-west-1.elb.amazonaws.com\n") ==
        "https://s3-proxy-1.eu-west-1.elb.amazonaws.com/photos/key");
  const configured here(endpoint);
  location given;
  given.style = addressing::virtual_host;
  CHECK(address("photos", given) == "https://photos.storage.example.com/key eu-west-1");
}

// ── The settings of S3 ──────────────────────────────────────────────────────────────────────────

TEST_CASE("addressing_style") {
  CHECK(host_in("s3 =\n  addressing_style = path\n") ==
        "https://s3.eu-west-1.amazonaws.com/photos/key");
  CHECK(host_in("s3 =\n  addressing_style = virtual\n") == usual);
  CHECK(host_in("s3 =\n  addressing_style = virtual\n", "my.photos") ==
        "https://s3.eu-west-1.amazonaws.com/my.photos/key");
  CHECK(host_in("s3 =\n  addressing_style = path\n", access_point) ==
        "https://name-123456789012.s3-accesspoint.us-west-2.amazonaws.com/key");
  const configured here("s3 =\n  addressing_style = path\n");
  location given;
  given.style = addressing::virtual_host;
  CHECK(address("photos", given) == std::string(usual) + " eu-west-1");
}

TEST_CASE("AWS's other endpoints") {
  const std::string fips = "https://photos.s3-fips.eu-west-1.amazonaws.com/key";
  const std::string dual_stack = "https://photos.s3.dualstack.eu-west-1.amazonaws.com/key";
  CHECK(host_in("use_fips_endpoint = true\n") == fips);
  CHECK(host_in("use_fips_endpoint = false\n") == usual);
  CHECK(host_in("use_dualstack_endpoint = True\n") == dual_stack);
  CHECK(host_in("s3 =\n  use_dualstack_endpoint = true\n") == dual_stack);
  CHECK(host_in("use_dualstack_endpoint = true\nendpoint_url = http://localhost:1\n") ==
        "http://localhost:1/photos/key");
  CHECK(host_in("s3 =\n  use_accelerate_endpoint = true\n  addressing_style = path\n") ==
        "https://photos.s3-accelerate.amazonaws.com/key");
  configured here("use_fips_endpoint = true\nuse_dualstack_endpoint = true\n");
  here.set("AWS_USE_FIPS_ENDPOINT", "false");
  here.set("AWS_USE_DUALSTACK_ENDPOINT", "false");
  CHECK(address() == std::string(usual) + " eu-west-1");
  here.write_config("[default]\nregion = eu-west-1\n");
  here.set("AWS_USE_FIPS_ENDPOINT", "true");
  CHECK(address() == fips + " eu-west-1");
  here.set("AWS_USE_FIPS_ENDPOINT", "");
  here.set("AWS_USE_DUALSTACK_ENDPOINT", "true");
  CHECK(address() == dual_stack + " eu-west-1");
}

TEST_CASE("use_arn_region") {
  for (const std::string setting :
       {"s3_use_arn_region = false\n", "s3 =\n  use_arn_region = false\n"}) {
    configured here(setting);
    CHECK(wrong_error(bucket::find(access_point), errc::conflicting_options,
                      {"us-west-2", "eu-west-1"}) == "");
    here.set("AWS_S3_USE_ARN_REGION", "true");
    CHECK(bucket::find(access_point));
  }
}

TEST_CASE("s3_disable_multiregion_access_points") {
  for (const std::string setting : {"s3_disable_multiregion_access_points = true\n",
                                    "s3 =\n  s3_disable_multiregion_access_points = true\n"}) {
    configured here(setting);
    CHECK(wrong_error(bucket::find(multi_region), errc::conflicting_options,
                      {"s3_disable_multiregion_access_points"}) == "");
    CHECK(bucket::find(access_point));
    here.set("AWS_S3_DISABLE_MULTIREGION_ACCESS_POINTS", "false");
    CHECK(bucket::find(multi_region));
  }
}

TEST_CASE("sigv4a_signing_region_set") {
  configured here("sigv4a_signing_region_set = us-east-1,us-west-2\n");
  const std::string url = "https://alias.mrap.accesspoint.s3-global.amazonaws.com/key ";
  CHECK(address(multi_region) == url + "us-east-1,us-west-2");
  here.set("AWS_SIGV4A_SIGNING_REGION_SET", "*");
  CHECK(address(multi_region) == url + "*");
  CHECK(address() == std::string(usual) + " eu-west-1");
}

TEST_CASE("s3_disable_express_session_auth") {
  configured here;
  const auto has_session = [] { return !bucket::find(express)->get("key").rules; };
  CHECK(has_session());
  here.set("AWS_S3_DISABLE_EXPRESS_SESSION_AUTH", "true");
  CHECK(!has_session());
  here.write_config("[default]\nregion = r\ns3_disable_express_session_auth = true\n");
  here.set("AWS_S3_DISABLE_EXPRESS_SESSION_AUTH", "");
  CHECK(!has_session());
}

TEST_CASE("settings that change no URL") {
  CHECK(host_in("s3 =\n  payload_signing_enabled = true\n  max_concurrent_requests = 20\n"
                "  us_east_1_regional_endpoint = legacy\n  signature_version = s3v4\n") == usual);
}

TEST_CASE("a value that a setting cannot have") {
  for (const auto& [settings, message] :
       {std::pair{"use_fips_endpoint = yes\n",
                  "the setting use_fips_endpoint (AWS_USE_FIPS_ENDPOINT) must be true or false, "
                  "got \"yes\""},
        std::pair{"s3 =\n  addressing_style = sideways\n",
                  "the setting s3.addressing_style must be auto or path or virtual, got "
                  "\"sideways\""},
        std::pair{"s3 = addressing_style = path\n",
                  "the settings of s3 must stand on the lines below it, got \"addressing_style = "
                  "path\""},
        std::pair{"s3 =\n  signature_version = s3\n",
                  "the setting s3.signature_version must be s3v4 or v4, got \"s3\""}}) {
    const configured here(settings);
    CHECK(wrong_error(bucket::find("photos"), errc::invalid_parameter, {message}) == "");
  }
}

TEST_SUITE_END();
