// AWS's published cases are in vectors/aws_s3_endpoints_test.cpp; these are our own, for what those
// leave out.
#include "s3/s3_endpoint.hpp"

#include "support.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

namespace {

using presign::errc;
using presign::signing_algorithm;
using presign::detail::s3_endpoint_parameters;
using support::exact_copy;
using support::wrong_error;

using bool_parameter = bool s3_endpoint_parameters::*;
constexpr auto fips = &s3_endpoint_parameters::use_fips;
constexpr auto dual_stack = &s3_endpoint_parameters::use_dual_stack;
constexpr auto accelerate = &s3_endpoint_parameters::accelerate;
constexpr auto path_style = &s3_endpoint_parameters::force_path_style;

constexpr std::string_view account = "123456789012";
const std::string access_point = "arn:aws:s3:us-west-2:123456789012:accesspoint:name";
const std::string object_lambda =
    "arn:aws:s3-object-lambda:us-west-2:123456789012:accesspoint:name";
const std::string multi_region = "arn:aws:s3::123456789012:accesspoint:mfzwi23gnjvgw.mrap";
const std::string outposts =
    "arn:aws:s3-outposts:us-west-2:123456789012:outpost:op-01234567890123456:accesspoint:name";
const std::string outposts_alias =
    "test-accessp-o0b1d075431d83bebde8xz5w8ijx1qzlbp3i3kuse10--op-s3";
const std::string express = "base--usw2-az1--x-s3";

/// A question, put together piece by piece.
struct question : s3_endpoint_parameters {
  explicit question(std::string_view of_bucket, std::string_view in_region = "us-west-2") {
    bucket = of_bucket;
    region = in_region;
  }
  question with(bool_parameter one, bool value = true) const {
    auto copy = *this;
    copy.*one = value;
    return copy;
  }
  question at(std::string_view url) const {
    auto copy = *this;
    copy.endpoint = presign::detail::parse_endpoint_url(url).value();
    return copy;
  }
};

/// "scheme://host/path, how it is signed", or the message.
std::string answer(const question& asked) {
  const auto found = resolve_s3_endpoint(asked);
  if (!found) return found.error().message;
  const std::string scheme = found->algorithm == signing_algorithm::sigv4a ? "sigv4a"
                             : found->express_session                      ? "sigv4-s3express"
                                                                           : "sigv4";
  return found->scheme + "://" + found->host + found->path + ", " + scheme + " " + found->service +
         " " + found->region;
}

std::string refusal(const question& asked, errc code,
                    std::initializer_list<std::string_view> words) {
  return wrong_error(resolve_s3_endpoint(asked), code, words);
}

std::string conflict(const question& asked, std::string_view one, std::string_view other) {
  return refusal(asked, errc::conflicting_options,
                 {std::string(one) + " cannot be used with " + std::string(other)});
}

}  // namespace

TEST_SUITE_BEGIN("s3_endpoint");

// ── Buckets ─────────────────────────────────────────────────────────────────────────────────────

TEST_CASE("every partition has hosts of its own") {
  struct row {
    std::string_view region, suffix;
  };
  for (const auto& one :
       {row{"us-east-1", "amazonaws.com"}, row{"cn-north-1", "amazonaws.com.cn"},
        row{"us-gov-west-1", "amazonaws.com"}, row{"us-iso-east-1", "c2s.ic.gov"},
        row{"us-isob-east-1", "sc2s.sgov.gov"}, row{"eu-isoe-west-1", "cloud.adc-e.uk"},
        row{"us-isof-south-1", "csp.hci.ic.gov"}, row{"eusc-de-east-1", "amazonaws.eu"}}) {
    CAPTURE(one.region);
    const std::string region(one.region);
    const auto expected = [&](const std::string& host) {
      return "https://" + host + "." + region + "." + std::string(one.suffix) + ", sigv4 s3 " +
             region;
    };
    const question photos("photos", one.region);
    CHECK(answer(photos) == expected("photos.s3"));
    CHECK(answer(photos.with(dual_stack)) == expected("photos.s3.dualstack"));
    if (one.region == "cn-north-1") continue;
    CHECK(answer(photos.with(fips)) == expected("photos.s3-fips"));
    CHECK(answer(photos.with(fips).with(dual_stack)) == expected("photos.s3-fips.dualstack"));
  }
}

TEST_CASE("aws-global with S3 Accelerate and dual-stack") {
  CHECK(answer(question("photos", "aws-global").with(accelerate).with(dual_stack)) ==
        "https://photos.s3-accelerate.dualstack.us-east-1.amazonaws.com, sigv4 s3 us-east-1");
}

TEST_CASE("aliases of access points are names like others") {
  CHECK(answer(question("name-metadata-s3alias")) ==
        "https://name-metadata-s3alias.s3.us-west-2.amazonaws.com, sigv4 s3 us-west-2");
  CHECK(answer(question("name-metadata--ol-s3")) ==
        "https://name-metadata--ol-s3.s3.us-west-2.amazonaws.com, sigv4 s3 us-west-2");
  // Too short to be one of an Outpost
  CHECK(answer(question("name--op-s3")) ==
        "https://name--op-s3.s3.us-west-2.amazonaws.com, sigv4 s3 us-west-2");
}

TEST_CASE("S3 Accelerate needs the bucket in the host") {
  CHECK(conflict(question("my.photos").with(accelerate), "S3 Accelerate", "path-style") == "");
  CHECK(conflict(question("Photos").with(accelerate), "S3 Accelerate", "path-style") == "");
  CHECK(conflict(question("photos").with(accelerate).with(path_style), "S3 Accelerate",
                 "path-style") == "");
  CHECK(conflict(question("photos", "cn-north-1").with(accelerate), "S3 Accelerate",
                 "the region \"cn-north-1\" in aws-cn") == "");
}

TEST_CASE("what never goes together, whatever the bucket") {
  const auto all = {std::string(), std::string("photos"), access_point, object_lambda, multi_region,
                    outposts,      outposts_alias,        express};
  for (const auto& bucket : all) {
    CAPTURE(bucket);
    const question asked(bucket);
    const auto custom = asked.at("https://store.example");
    CHECK(conflict(asked.with(accelerate).with(fips), "S3 Accelerate", "FIPS") == "");
    CHECK(conflict(custom.with(dual_stack), "dual-stack", "a custom endpoint") == "");
    CHECK(conflict(custom.with(fips), "FIPS", "a custom endpoint") == "");
    CHECK(conflict(custom.with(accelerate), "S3 Accelerate", "a custom endpoint") == "");
    CHECK(conflict(question(bucket, "cn-north-1").with(fips), "FIPS",
                   "the region \"cn-north-1\"") == "");
    CHECK(refusal(question(bucket, ""), errc::invalid_region, {"region", "us-east-1", "\"\""}) ==
          "");
    CHECK(refusal(question(bucket, "evil.example/"), errc::invalid_region, {"evil.example/"}) ==
          "");
  }
}

TEST_CASE("a bucket goes behind a base path, or before a host") {
  CHECK(answer(question("photos").at("https://store.example/base")) ==
        "https://photos.store.example/base, sigv4 s3 us-west-2");
  CHECK(answer(question("photos").with(path_style).at("https://store.example/base")) ==
        "https://store.example/base/photos, sigv4 s3 us-west-2");
  CHECK(answer(question("my.photos").at("http://store.example")) ==
        "http://my.photos.store.example, sigv4 s3 us-west-2");
  CHECK(answer(question("my.photos").at("http://127.0.0.1:9000")) ==
        "http://127.0.0.1:9000/my.photos, sigv4 s3 us-west-2");
}

// ── S3 Express ──────────────────────────────────────────────────────────────────────────────────

TEST_CASE("S3 Express: the zone is a part of the host") {
  CHECK(answer(question(express)) ==
        "https://base--usw2-az1--x-s3.s3express-usw2-az1.us-west-2.amazonaws.com, "
        "sigv4-s3express s3express us-west-2");
  CHECK(answer(question("a--use1-lax1-az1--xa-s3", "eusc-de-east-1").with(dual_stack).with(fips)) ==
        "https://a--use1-lax1-az1--xa-s3.s3express-fips-use1-lax1-az1.dualstack.eusc-de-east-1"
        ".amazonaws.eu, sigv4-s3express s3express eusc-de-east-1");
}

TEST_CASE("S3 Express: other tokens than those of CreateSession") {
  const auto asked = question(express).with(&question::disable_s3_express_session_auth);
  CHECK(answer(asked).find(", sigv4 s3express us-west-2") != std::string::npos);
  CHECK(answer(asked.at("https://store.example")) ==
        "https://base--usw2-az1--x-s3.store.example, sigv4 s3express us-west-2");
}

TEST_CASE("S3 Express: a name without its zone") {
  for (const auto* name : {"base--x-s3", "base--az1--x-s3", "base-usw2-az1--x-s3", "base--xa-s3",
                           "basebase--x-s3", "usw2-az1--x-s3", "a-usw2-az1--xa-s3"}) {
    CAPTURE(name);
    CHECK(refusal(question(exact_copy(name).view()), errc::invalid_bucket,
                  {name, "zone", "--usw2-az1--x-s3"}) == "");
  }
}

TEST_CASE("S3 Express: a name that is no host label") {
  for (const std::string name : {"--x-s3", "--xa-s3", "--usw2-az1--x-s3", "my.base--usw2-az1--x-s3",
                                 "Base--usw2-az1--x-s3", "my_base--usw2-az1--x-s3"}) {
    CAPTURE(name);
    CHECK(refusal(question(exact_copy(name).view()), errc::invalid_bucket,
                  {name, "host label", "S3 Express"}) == "");
  }
}

TEST_CASE("S3 Express: behind an IP address, the bucket is in the path") {
  CHECK(answer(question(express).at("http://127.0.0.1:9000/base")) ==
        "http://127.0.0.1:9000/base/base--usw2-az1--x-s3, sigv4-s3express s3express us-west-2");
}

TEST_CASE("S3 Express: the control endpoint") {
  constexpr auto control = &s3_endpoint_parameters::use_s3_express_control_endpoint;
  CHECK(answer(question(express).with(control).with(dual_stack)) ==
        "https://s3express-control.dualstack.us-west-2.amazonaws.com/base--usw2-az1--x-s3, "
        "sigv4 s3express us-west-2");
  // Access points have none.
  CHECK(answer(question("a--usw2-az1--xa-s3").with(control)) ==
        "https://a--usw2-az1--xa-s3.s3express-usw2-az1.us-west-2.amazonaws.com, "
        "sigv4-s3express s3express us-west-2");
  CHECK(conflict(question(express).with(control).with(accelerate), "S3 Accelerate", "S3 Express") ==
        "");
}

// ── Access points ───────────────────────────────────────────────────────────────────────────────

TEST_CASE("an access point, in the region of its ARN") {
  const std::string signing = ", sigv4 s3 us-west-2";
  const question asked(access_point, "us-east-1");
  CHECK(answer(asked) ==
        "https://name-123456789012.s3-accesspoint.us-west-2.amazonaws.com" + signing);
  CHECK(answer(asked.with(fips)) ==
        "https://name-123456789012.s3-accesspoint-fips.us-west-2.amazonaws.com" + signing);
  CHECK(answer(question("arn:aws:s3:us-west-2:123456789012:accesspoint/name")) == answer(asked));
  CHECK(answer(asked.at("http://store.example:8080/base")) ==
        "http://name-123456789012.store.example:8080/base" + signing);
}

TEST_CASE("an object lambda access point") {
  CHECK(answer(question(object_lambda).with(fips)) ==
        "https://name-123456789012.s3-object-lambda-fips.us-west-2.amazonaws.com, "
        "sigv4 s3-object-lambda us-west-2");
  CHECK(answer(question(object_lambda).at("https://store.example/base")) ==
        "https://name-123456789012.store.example/base, sigv4 s3-object-lambda us-west-2");
  CHECK(conflict(question(object_lambda).with(accelerate), "S3 Accelerate", "S3 Object Lambda") ==
        "");
}

TEST_CASE("a multi-region access point, for all regions") {
  const std::string signing = ", sigv4a s3 *";
  CHECK(answer(question(multi_region)) ==
        "https://mfzwi23gnjvgw.mrap.accesspoint.s3-global.amazonaws.com" + signing);
  CHECK(answer(question("arn:aws-cn:s3::123456789012:accesspoint/alias.mrap", "cn-north-1")) ==
        "https://alias.mrap.accesspoint.s3-global.amazonaws.com.cn" + signing);
  const std::string what = "a multi-region access point";
  CHECK(conflict(question(multi_region).with(dual_stack), "dual-stack", what) == "");
  CHECK(conflict(question(multi_region).with(fips), "FIPS", what) == "");
  CHECK(conflict(question(multi_region).with(accelerate), "S3 Accelerate", what) == "");
  CHECK(conflict(question(multi_region).at("https://store.example"), "a custom endpoint", what) ==
        "");
  CHECK(conflict(question(multi_region).with(path_style), "path-style addressing", "an ARN") == "");
  CHECK(conflict(question(multi_region).with(&question::disable_multi_region_access_points),
                 "this client", what) == "");
}

TEST_CASE("an access point of S3 on Outposts, signed for its one region") {
  const std::string signing = ", sigv4 s3-outposts us-west-2";
  CHECK(answer(question(outposts, "us-east-1")) ==
        "https://name-123456789012.op-01234567890123456.s3-outposts.us-west-2.amazonaws.com" +
            signing);
  CHECK(answer(question(outposts).at("http://store.example/base")) ==
        "http://name-123456789012.op-01234567890123456.store.example/base" + signing);
}

TEST_CASE("an alias of S3 on Outposts") {
  CHECK(answer(question(outposts_alias)) == "https://" + outposts_alias +
                                                ".op-0b1d075431d83bebd.s3-outposts.us-west-2"
                                                ".amazonaws.com, sigv4 s3-outposts us-west-2");
  auto ec2 = outposts_alias;
  ec2[13] = 'e';
  CHECK(answer(question(ec2)) == "https://" + ec2 +
                                     ".ec2.s3-outposts.us-west-2.amazonaws.com, "
                                     "sigv4 s3-outposts us-west-2");
  CHECK(answer(question(ec2).at("http://store.example/base")) ==
        "http://" + ec2 + ".ec2.store.example/base, sigv4 s3-outposts us-west-2");

  auto other = outposts_alias;
  other[13] = 'x';
  CHECK(refusal(question(other), errc::invalid_bucket, {"hardware", "\"x\"", "\"o\" or \"e\""}) ==
        "");
  other = outposts_alias;
  other[14] = '-';
  CHECK(refusal(question(other), errc::invalid_bucket, {"outpost id", "\"-b1d075431d83bebd\""}) ==
        "");
  CHECK(refusal(question("-" + outposts_alias.substr(1)), errc::invalid_bucket, {"host label"}) ==
        "");
  auto beta = outposts_alias;
  beta.replace(beta.size() - 12, 4, "beta");
  CHECK(refusal(question(beta), errc::invalid_bucket, {"beta", "custom endpoint"}) == "");
}

TEST_CASE("S3 Outposts has no options") {
  for (const auto& bucket : {outposts, outposts_alias}) {
    CAPTURE(bucket);
    CHECK(conflict(question(bucket).with(dual_stack), "dual-stack", "S3 Outposts") == "");
    CHECK(conflict(question(bucket).with(fips), "FIPS", "S3 Outposts") == "");
    CHECK(conflict(question(bucket).with(accelerate), "S3 Accelerate", "S3 Outposts") == "");
  }
}

TEST_CASE("an IP address has no subdomains") {
  for (const auto& bucket : {access_point, object_lambda, multi_region, outposts, outposts_alias}) {
    for (const auto* endpoint : {"http://127.0.0.1:9000", "https://[::1]"}) {
      CAPTURE(bucket);
      CHECK(conflict(question(bucket).at(endpoint), "an endpoint that is an IP address", "") == "");
    }
  }
}

TEST_CASE("an ARN of another region, where that is not wanted") {
  for (const auto& bucket : {access_point, object_lambda, outposts}) {
    CAPTURE(bucket);
    const auto asked = question(bucket, "eu-west-1").with(&question::use_arn_region, false);
    CHECK(conflict(asked, "the ARN's region \"us-west-2\"", "the region \"eu-west-1\"") == "");
    CHECK(resolve_s3_endpoint(question(bucket).with(&question::use_arn_region, false)));
    CHECK(conflict(question(bucket, "us-gov-west-1"), "an ARN in the partition aws",
                   "the region \"us-gov-west-1\" in aws-us-gov") == "");
  }
  CHECK(conflict(question(multi_region, "us-gov-west-1"), "an ARN in the partition aws",
                 "the region \"us-gov-west-1\" in aws-us-gov") == "");
}

TEST_CASE("an operation that takes no access points") {
  constexpr auto disabled = &s3_endpoint_parameters::disable_access_points;
  CHECK(conflict(question(access_point).with(disabled), "an access point", "this operation") == "");
  CHECK(conflict(question(object_lambda).with(disabled), "an access point", "this operation") ==
        "");
}

// ── Malformed ARNs, part by part ────────────────────────────────────────────────────────────────

TEST_CASE("an ARN with something wrong") {
  const std::string id(account);
  const std::string outpost = "arn:aws:s3-outposts:us-west-2:" + id + ":";
  struct row {
    std::string arn, word;
  };
  for (const auto& one : {
           // parts that are missing
           row{"arn:", "form"},
           row{"arn:aws:s3", "form"},
           row{"arn:aws:s3:us-west-2:" + id, "form"},
           row{"arn::s3:us-west-2:" + id + ":accesspoint:name", "form"},
           row{"arn:aws::us-west-2:" + id + ":accesspoint:name", "form"},
           row{"arn:aws:s3:us-west-2:" + id + ":", "form"},
           // partition
           row{"arn:aws-cn:s3:us-west-2:" + id + ":accesspoint:name", "partition"},
           row{"arn:nowhere:s3:us-west-2:" + id + ":accesspoint:name", "partition"},
           row{"arn:nowhere:s3::" + id + ":accesspoint:name.mrap", "partition"},
           // service
           row{"arn:aws:sqs:us-west-2:" + id + ":accesspoint:name", "service"},
           row{"arn:aws:sqs:us-west-2:" + id + ":queue", "service"},
           row{"arn:aws:sqs::" + id + ":accesspoint:name", "no region"},
           row{"arn:aws:s3-outposts:us-west-2:" + id + ":accesspoint:name", "service"},
           // region
           row{"arn:aws:s3:us_west_2:" + id + ":accesspoint:name", "region"},
           row{"arn:aws:s3:us.west.2:" + id + ":accesspoint:name", "region"},
           row{"arn:aws:s3-object-lambda::" + id + ":accesspoint:name", "no region"},
           row{"arn:aws:s3-outposts::" + id + ":outpost:op-1:accesspoint:name", "region"},
           // account
           row{"arn:aws:s3:us-west-2::accesspoint:name", "account"},
           row{"arn:aws:s3:us-west-2:1.2:accesspoint:name", "account"},
           row{"arn:aws:s3-object-lambda:us-west-2::accesspoint:name", "account"},
           row{"arn:aws:s3:::accesspoint:name.mrap", "account"},
           row{"arn:aws:s3-outposts:us-west-2:a_b:outpost:op-1:accesspoint:name", "account"},
           // resource: its types
           row{"arn:aws:s3:us-west-2:" + id + "::name", "no resource type"},
           row{"arn:aws:s3:us-west-2:" + id + ":bucket:name", "resource type"},
           row{"arn:aws:s3:us-west-2:" + id + ":accesspoints:name", "resource type"},
           row{"arn:aws:s3:us-west-2:" + id + ":Accesspoint:name", "resource type"},
           row{"arn:aws:s3-object-lambda:us-west-2:" + id + ":bucket:name", "resource type"},
           row{"arn:aws:s3:::photos", "resource type"},
           row{outpost + "outposts:op-1:accesspoint:name", "resource types"},
           row{outpost + "outpost:op-1:bucket:name", "resource types"},
           // resource: the access point
           row{"arn:aws:s3:us-west-2:" + id + ":accesspoint", "no access point"},
           row{"arn:aws:s3:us-west-2:" + id + ":accesspoint:", "no access point"},
           row{"arn:aws:s3:us-west-2:" + id + ":accesspoint:my.name", "access point"},
           row{"arn:aws:s3:us-west-2:" + id + ":accesspoint:evil.example#", "access point"},
           row{"arn:aws:s3:us-west-2:" + id + ":accesspoint:-name", "access point"},
           row{"arn:aws:s3:us-west-2:" + id + ":accesspoint:name:object", "behind"},
           row{"arn:aws:s3:us-west-2:" + id + ":accesspoint:name/", "behind"},
           row{"arn:aws:s3::" + id + ":accesspoint:name.mrap:object", "behind"},
           row{"arn:aws:s3::" + id + ":accesspoint:.mrap", "multi-region access point"},
           row{"arn:aws:s3::" + id + ":accesspoint:a_b.mrap", "multi-region access point"},
           row{"arn:aws:s3:us-west-2:" + id + ":accesspoint:" + std::string(51, 'a'), "63"},
           row{outpost + "outpost:op-1:accesspoint:" + std::string(51, 'a'), "63"},
           // resource: the outpost
           row{outpost + "outpost", "outpost id"},
           row{outpost + "outpost:", "outpost id"},
           row{outpost + "outpost:op_1:accesspoint:name", "outpost id"},
           row{outpost + "outpost:op-1", "no access point"},
           row{outpost + "outpost:op-1:accesspoint", "no access point"},
           row{outpost + "outpost:op-1:accesspoint:", "access point"},
           row{outpost + "outpost:op-1:accesspoint:my.name", "access point"},
           row{outpost + "outpost:op-1:accesspoint:name:object", "behind"},
       }) {
    CAPTURE(one.arn);
    const exact_copy bucket(one.arn);
    CHECK(refusal(question(bucket.view()), errc::invalid_bucket, {one.arn.substr(0, 64), one.word}) ==
          "");
  }
  // The longest that is none
  CHECK(resolve_s3_endpoint(
      question("arn:aws:s3:us-west-2:" + id + ":accesspoint:" + std::string(50, 'a'))));
}

TEST_SUITE_END();
