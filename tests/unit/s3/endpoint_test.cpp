// AWS's published cases are in vectors/aws_s3_endpoints_test.cpp; these cases of our own cover what
// those leave out.
#include "s3/endpoint.hpp"

#include "support.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

namespace {

using presign::errc;
using presign::s3::addressing;
using presign::s3::location;
using support::exact_copy;
using support::wrong_error;

constexpr auto fips = &location::fips;
constexpr auto dual_stack = &location::dual_stack;
constexpr auto accelerate = &location::accelerate;

constexpr const char* partitions[] = {"aws",       "aws-cn",    "aws-eusc",  "aws-iso",
                                      "aws-iso-b", "aws-iso-e", "aws-iso-f", "aws-us-gov"};
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

/// A bucket and its location, put together piece by piece.
struct question {
  explicit question(std::string_view of_bucket, std::string_view in_region = "us-west-2")
      : bucket(of_bucket), where{std::string(in_region)} {}
  question with(bool location::*option) const { return with(option, true); }
  question with(addressing style) const { return with(&location::style, style); }
  question at(std::string_view url) const { return with(&location::endpoint, std::string(url)); }
  template <class Value>
  question with(Value location::*option, const Value& value) const {
    auto copy = *this;
    copy.where.*option = value;
    return copy;
  }

  std::string bucket;
  location where;
};

presign::result<presign::request> resolve(const question& asked) {
  return presign::detail::resolve_endpoint(exact_copy(asked.bucket).view(), asked.where);
}

/// "scheme://host/path, how it is signed", or the message.
std::string endpoint_of(const question& asked) {
  const auto request = resolve(asked);
  if (!request) return request.error().message;
  return request->scheme + "://" + request->host + request->path + ", " +
         support::signing_of(*request);
}

std::string rejection(const question& asked, errc code,
                      std::initializer_list<std::string_view> words) {
  return wrong_error(resolve(asked), code, words);
}

std::string conflict(const question& asked, std::string_view one, std::string_view other) {
  return rejection(asked, errc::conflicting_options,
                   {std::string(one) + " cannot be used with " + std::string(other)});
}

std::string multi_region_in(std::string_view partition) {
  return "arn:" + std::string(partition) + ":s3::123456789012:accesspoint:alias.mrap";
}

/// The partition that a region is in, with its domain: a multi-region access point has an address
/// in its own partition only.
std::string partition_of(std::string_view region) {
  for (const std::string name : partitions) {
    const auto request = resolve(question(multi_region_in(name), region));
    if (request) return name + request->host.substr(request->host.find("-global") + 7);
  }
  return "";
}

/// Checks that FIPS, dual-stack and S3 Accelerate conflict with something.
void check_conflicts(const question& asked, std::string_view other) {
  CHECK(conflict(asked.with(fips), "FIPS", other) == "");
  CHECK(conflict(asked.with(dual_stack), "dual-stack", other) == "");
  CHECK(conflict(asked.with(accelerate), "S3 Accelerate", other) == "");
}

/// "bucket|key|region", with where the bucket stands, and whether the host is the global one.
std::string address(std::string_view host, std::string_view path) {
  const auto found = presign::detail::s3_address_of(support::exact_copy(host).view(),
                                                    support::exact_copy(path).view());
  return (found.bucket_is_in_host ? "host " : "path ") + found.bucket + '|' + found.key + '|' +
         found.region + (found.is_global_host ? " global" : "");
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
    CHECK(endpoint_of(photos) == expected("photos.s3"));
    CHECK(endpoint_of(photos.with(dual_stack)) == expected("photos.s3.dualstack"));
    if (one.region == "cn-north-1") continue;
    CHECK(endpoint_of(photos.with(fips)) == expected("photos.s3-fips"));
    CHECK(endpoint_of(photos.with(fips).with(dual_stack)) == expected("photos.s3-fips.dualstack"));
  }
}

TEST_CASE("the partition of a region, by its name") {
  struct row {
    const char *regions, *partition;
  };
  for (const auto& one : {
           row{"us-east-1 mx-central-1 aws-global", "aws.amazonaws.com"},
           row{"cn-north-1 cn-northwest-1 aws-cn-global cn-center2-17", "aws-cn.amazonaws.com.cn"},
           row{"us-gov-east-1 us-gov-west-1 aws-us-gov-global", "aws-us-gov.amazonaws.com"},
           row{"us-iso-east-1 us-iso-west-1 aws-iso-global", "aws-iso.c2s.ic.gov"},
           row{"us-isob-east-1 us-isob-north-3 aws-iso-b-global", "aws-iso-b.sc2s.sgov.gov"},
           row{"eu-isoe-west-1 aws-iso-e-global", "aws-iso-e.cloud.adc-e.uk"},
           row{"us-isof-south-1 us-isof-east-1 aws-iso-f-global", "aws-iso-f.csp.hci.ic.gov"},
           row{"eusc-de-east-1", "aws-eusc.amazonaws.eu"},
           // no known prefix, or nothing known after it
           row{"auto snow s3-external-1 cn cn-north cn--1 cn-north-x cn-north-1x cn-north-east-1 "
               "cnx-north-1 xcn-north-1 CN-north-1 us-gov-1 us-gov-west aws-global-1 "
               "aws-cn-globals eusc-fr-west-1 us-isog-east-1",
               "aws.amazonaws.com"},
       }) {
    for (const auto& region : support::words(one.regions)) {
      CAPTURE(region);
      CHECK(partition_of(region) == one.partition);
    }
  }
}

TEST_CASE("the partition of an ARN, by its name") {
  for (const auto* name : partitions) {
    CAPTURE(name);
    CHECK(resolve(question(multi_region_in(name), "")));
  }
  for (const std::string_view name : {"AWS", "aws-", "aws-gov", "aw", "amazonaws.com"}) {
    CAPTURE(name);
    CHECK(rejection(question(multi_region_in(name)), errc::invalid_bucket, {"partition"}) == "");
  }
}

TEST_CASE("aws-global with S3 Accelerate and dual-stack") {
  CHECK(endpoint_of(question("photos", "aws-global").with(accelerate).with(dual_stack)) ==
        "https://photos.s3-accelerate.dualstack.us-east-1.amazonaws.com, sigv4 s3 us-east-1");
}

TEST_CASE("aliases of access points are names like others") {
  CHECK(endpoint_of(question("name-metadata-s3alias")) ==
        "https://name-metadata-s3alias.s3.us-west-2.amazonaws.com, sigv4 s3 us-west-2");
  CHECK(endpoint_of(question("name-metadata--ol-s3")) ==
        "https://name-metadata--ol-s3.s3.us-west-2.amazonaws.com, sigv4 s3 us-west-2");
  // Too short to be one of an Outpost
  CHECK(endpoint_of(question("name--op-s3")) ==
        "https://name--op-s3.s3.us-west-2.amazonaws.com, sigv4 s3 us-west-2");
}

TEST_CASE("S3 Accelerate needs the bucket in the host") {
  CHECK(conflict(question("my.photos").with(accelerate), "S3 Accelerate", "path-style") == "");
  CHECK(conflict(question("Photos").with(accelerate), "S3 Accelerate", "path-style") == "");
  CHECK(conflict(question("photos").with(accelerate).with(addressing::path), "S3 Accelerate",
                 "path-style") == "");
  CHECK(conflict(question("photos", "cn-north-1").with(accelerate), "S3 Accelerate",
                 "the region \"cn-north-1\" in aws-cn") == "");
}

TEST_CASE("what never goes together, whatever the bucket") {
  for (const auto& bucket : {std::string(), std::string("photos"), access_point, object_lambda,
                             multi_region, outposts, outposts_alias, express}) {
    CAPTURE(bucket);
    const question asked(bucket);
    CHECK(conflict(asked.with(accelerate).with(fips), "S3 Accelerate", "FIPS") == "");
    check_conflicts(asked.at("https://store.example"), "a custom endpoint");
    CHECK(conflict(question(bucket, "cn-north-1").with(fips), "FIPS",
                   "the region \"cn-north-1\"") == "");
    const bool has_region = bucket.substr(0, 4) == "arn:";
    if (!has_region) {
      CHECK(rejection(question(bucket, ""), errc::invalid_region,
                      {"region", "us-east-1", "\"\""}) == "");
    }
    CHECK(rejection(question(bucket, "evil.example/"), errc::invalid_region, {"evil.example/"}) ==
          "");
  }
}

TEST_CASE("a bucket goes after a base path, or before a host") {
  CHECK(endpoint_of(question("photos").at("https://store.example/base")) ==
        "https://photos.store.example/base, sigv4 s3 us-west-2");
  CHECK(endpoint_of(question("photos").with(addressing::path).at("https://store.example/base")) ==
        "https://store.example/base/photos, sigv4 s3 us-west-2");
  CHECK(endpoint_of(question("my.photos").at("http://store.example")) ==
        "http://my.photos.store.example, sigv4 s3 us-west-2");
  CHECK(endpoint_of(question("my.photos").at("http://127.0.0.1:9000")) ==
        "http://127.0.0.1:9000/my.photos, sigv4 s3 us-west-2");
}

// ── Custom endpoints ────────────────────────────────────────────────────────────────────────────
//
// What is no endpoint is tested in bucket_test.cpp.

TEST_CASE("the parts of an endpoint") {
  const auto request = resolve(question("").at("HTTPS://Store.Example:8443/a%20b//c/")).value();
  CHECK(request.scheme == "https");
  CHECK(request.host == "store.example:8443");
  CHECK(request.path == "/a b//c");
  CHECK(resolve(question("").at("http://h:80"))->host == "h");
  CHECK(resolve(question("").at("http://h/"))->path == "");
}

TEST_CASE("an endpoint of the bucket's own") {
  const auto at = [](std::string_view bucket, std::string_view url) {
    return question(bucket, "auto").at(url).with(addressing::bucket_endpoint);
  };
  for (const std::string_view bucket : {"photos", "My_Photos", "a.b", "tenant:photos", "ab"}) {
    CAPTURE(bucket);
    CHECK(endpoint_of(at(bucket, "https://images.example.com")) ==
          "https://images.example.com, sigv4 s3 auto");
    CHECK(endpoint_of(at(bucket, "http://localhost:9000/a/")) ==
          "http://localhost:9000/a, sigv4 s3 auto");
    CHECK(endpoint_of(at(bucket, "https://10.0.0.1")) == "https://10.0.0.1, sigv4 s3 auto");
    CHECK(endpoint_of(at(bucket, "https://photos.s3.us-west-2.amazonaws.com")) ==
          "https://photos.s3.us-west-2.amazonaws.com, sigv4 s3 auto");
  }
  constexpr std::string_view own = "an endpoint of the bucket's own";
  CHECK(rejection(at("photos", ""), errc::conflicting_options,
                  {std::string(own) + " is asked for, but none is given"}) == "");
  check_conflicts(at("photos", "https://h.example"), "a custom endpoint");
  CHECK(conflict(at(express, "https://h.example"), own, "S3 Express") == "");
  CHECK(conflict(at(outposts_alias, "https://h.example"), own, "S3 Outposts") == "");
  for (const auto& arn : {access_point, object_lambda, multi_region, outposts}) {
    CHECK(conflict(at(arn, "https://h.example"), own, "an ARN") == "");
  }
}

// https://docs.ceph.com/en/latest/radosgw/multitenancy/
TEST_CASE("a bucket with a tenant, in the path of an endpoint that is not AWS's") {
  for (const std::string bucket : {"tenant:photos", ":photos", "a_1:my.photos"}) {
    CAPTURE(bucket);
    CHECK(endpoint_of(question(bucket, "r").at("https://ceph.example/base")) ==
          "https://ceph.example/base/" + bucket + ", sigv4 s3 r");
    CHECK(endpoint_of(question(bucket, "r").at("http://ceph:8080").with(addressing::path)) ==
          "http://ceph:8080/" + bucket + ", sigv4 s3 r");
    CHECK(rejection(question(bucket, "r").at("http://h.example").with(addressing::virtual_host),
                    errc::invalid_bucket, {bucket, "cannot be a host name"}) == "");
    for (const auto& asked :
         {question(bucket), question(bucket).with(dual_stack), question(bucket, "cn-north-1"),
          question(bucket).at("https://s3.us-east-2.amazonaws.com:8443")}) {
      CHECK(rejection(asked, errc::invalid_bucket, {bucket, "tenant", "Ceph"}) == "");
    }
  }
}

TEST_CASE("an endpoint that names the bucket gives a warning") {
  const auto warnings = [](const question& asked) { return resolve(asked).value().warnings(); };
  const std::vector expected{presign::warning::bucket_in_endpoint};
  for (const auto* url :
       {"https://photos.s3.us-west-2.amazonaws.com", "https://PHOTOS.s3.amazonaws.com",
        "https://photos.h.example:8443/base", "https://photos", "https://photos:9000",
        "https://s3.amazonaws.com/photos", "https://h.example/photos/",
        "http://10.0.0.1/base/photos"}) {
    CAPTURE(url);
    const auto asked = question("photos").at(url);
    CHECK(warnings(asked) == expected);
    CHECK(warnings(asked.with(addressing::path)) == expected);
    CHECK(warnings(asked.with(addressing::bucket_endpoint)).empty());
  }
  CHECK(warnings(question("a.b").at("https://a.b")) == expected);
  for (const auto* url :
       {"", "https://h.example", "https://photos2.example", "https://x.photos.org",
        "https://my-photos.example", "https://h.example/photos/base", "https://h.example/my-photos",
        "https://h.example/photos2"}) {
    CAPTURE(url);
    CHECK(warnings(question("photos").at(url)).empty());
  }
  CHECK(warnings(question("").at("https://h.example/")).empty());
}

TEST_CASE("IP addresses and single labels, with a port or without") {
  const auto in_path = [](const std::string& host, addressing style) {
    const auto request = resolve(question("photos").with(style).at("http://" + host));
    return !request ? "neither" : request->path.empty() ? "no" : "yes";
  };
  for (const std::string port : {"", ":9000"}) {
    CAPTURE(port);
    for (const std::string host :
         {"10.0.0.1", "127.0.0.1", "255.255.255.255", "[::1]", "[2001:db8::1.2.3.4]"}) {
      CAPTURE(host);
      CHECK(in_path(host + port, addressing::automatic) == "yes");
      CHECK(in_path(host + port, addressing::virtual_host) == "neither");
    }
    for (const std::string host : {"localhost", "minio", "a-b", "x1"}) {
      CAPTURE(host);
      CHECK(in_path(host + port, addressing::automatic) == "yes");
      CHECK(in_path(host + port, addressing::virtual_host) == "no");
    }
    for (const std::string host :
         {"store.example", "10.0.0.1.example", "256.0.0.1.example", "1.2.3.store"}) {
      CAPTURE(host);
      CHECK(in_path(host + port, addressing::automatic) == "no");
      CHECK(in_path(host + port, addressing::virtual_host) == "no");
    }
  }
}

// ── S3 Express ──────────────────────────────────────────────────────────────────────────────────

TEST_CASE("S3 Express: the zone is a part of the host") {
  CHECK(endpoint_of(question(express)) ==
        "https://base--usw2-az1--x-s3.s3express-usw2-az1.us-west-2.amazonaws.com, "
        "sigv4-s3express s3express us-west-2");
  CHECK(endpoint_of(
            question("a--use1-lax1-az1--xa-s3", "eusc-de-east-1").with(dual_stack).with(fips)) ==
        "https://a--use1-lax1-az1--xa-s3.s3express-fips-use1-lax1-az1.dualstack.eusc-de-east-1"
        ".amazonaws.eu, sigv4-s3express s3express eusc-de-east-1");
}

TEST_CASE("S3 Express: other tokens than those of CreateSession") {
  const auto asked = question(express).with(&location::express_session, false);
  CHECK(endpoint_of(asked).find(", sigv4 s3express us-west-2") != std::string::npos);
  CHECK(endpoint_of(asked.at("https://store.example")) ==
        "https://base--usw2-az1--x-s3.store.example, sigv4 s3express us-west-2");
}

TEST_CASE("S3 Express: a name without its zone") {
  for (const auto* name : {"base--x-s3", "base--az1--x-s3", "base-usw2-az1--x-s3", "base--xa-s3",
                           "basebase--x-s3", "usw2-az1--x-s3", "a-usw2-az1--xa-s3"}) {
    CAPTURE(name);
    CHECK(rejection(question(exact_copy(name).view()), errc::invalid_bucket,
                    {name, "zone", "--usw2-az1--x-s3"}) == "");
  }
}

TEST_CASE("S3 Express: a name that is no host label") {
  for (const std::string name : {"--x-s3", "--xa-s3", "--usw2-az1--x-s3", "my.base--usw2-az1--x-s3",
                                 "Base--usw2-az1--x-s3", "my_base--usw2-az1--x-s3"}) {
    CAPTURE(name);
    CHECK(rejection(question(exact_copy(name).view()), errc::invalid_bucket,
                    {name, "host label", "S3 Express"}) == "");
  }
}

TEST_CASE("S3 Express: under an IP address, the bucket is in the path") {
  CHECK(endpoint_of(question(express).at("http://127.0.0.1:9000/base")) ==
        "http://127.0.0.1:9000/base/base--usw2-az1--x-s3, sigv4-s3express s3express us-west-2");
}

TEST_CASE("S3 Express: an access point, and what conflicts") {
  CHECK(endpoint_of(question("a--usw2-az1--xa-s3")) ==
        "https://a--usw2-az1--xa-s3.s3express-usw2-az1.us-west-2.amazonaws.com, "
        "sigv4-s3express s3express us-west-2");
  CHECK(conflict(question(express).with(accelerate), "S3 Accelerate", "S3 Express") == "");
  for (const auto& bucket : {express, std::string("a--usw2-az1--xa-s3")}) {
    CHECK(conflict(question(bucket).with(addressing::path), "path-style addressing",
                   "S3 Express") == "");
  }
}

// ── Access points ───────────────────────────────────────────────────────────────────────────────

TEST_CASE("an access point, in the region of its ARN") {
  const std::string signing = ", sigv4 s3 us-west-2";
  const question asked(access_point, "us-east-1");
  CHECK(endpoint_of(asked) ==
        "https://name-123456789012.s3-accesspoint.us-west-2.amazonaws.com" + signing);
  CHECK(endpoint_of(asked.with(fips)) ==
        "https://name-123456789012.s3-accesspoint-fips.us-west-2.amazonaws.com" + signing);
  CHECK(endpoint_of(question("arn:aws:s3:us-west-2:123456789012:accesspoint/name")) ==
        endpoint_of(asked));
  CHECK(endpoint_of(asked.at("http://store.example:8080/base")) ==
        "http://name-123456789012.store.example:8080/base" + signing);
}

TEST_CASE("an object lambda access point") {
  CHECK(endpoint_of(question(object_lambda).with(fips)) ==
        "https://name-123456789012.s3-object-lambda-fips.us-west-2.amazonaws.com, "
        "sigv4 s3-object-lambda us-west-2");
  CHECK(endpoint_of(question(object_lambda).at("https://store.example/base")) ==
        "https://name-123456789012.store.example/base, sigv4 s3-object-lambda us-west-2");
  CHECK(conflict(question(object_lambda).with(accelerate), "S3 Accelerate", "S3 Object Lambda") ==
        "");
}

TEST_CASE("a multi-region access point, for all regions") {
  const std::string signing = ", sigv4a s3 *";
  CHECK(endpoint_of(question(multi_region)) ==
        "https://mfzwi23gnjvgw.mrap.accesspoint.s3-global.amazonaws.com" + signing);
  CHECK(endpoint_of(question("arn:aws-cn:s3::123456789012:accesspoint/alias.mrap", "cn-north-1")) ==
        "https://alias.mrap.accesspoint.s3-global.amazonaws.com.cn" + signing);
  const std::string what = "a multi-region access point";
  check_conflicts(question(multi_region), what);
  CHECK(conflict(question(multi_region).at("https://store.example"), "a custom endpoint", what) ==
        "");
  CHECK(conflict(question(multi_region).with(addressing::path), "path-style addressing",
                 "an ARN") == "");
}

TEST_CASE("an access point of S3 on Outposts, signed for its one region") {
  const std::string signing = ", sigv4 s3-outposts us-west-2";
  CHECK(endpoint_of(question(outposts, "us-east-1")) ==
        "https://name-123456789012.op-01234567890123456.s3-outposts.us-west-2.amazonaws.com" +
            signing);
  CHECK(endpoint_of(question("arn:aws:s3-outposts:us-west-2:123456789012:outpost/op-1:accesspoint/"
                             "name")) ==
        "https://name-123456789012.op-1.s3-outposts.us-west-2.amazonaws.com" + signing);
  CHECK(endpoint_of(question(outposts).at("http://store.example/base")) ==
        "http://name-123456789012.op-01234567890123456.store.example/base" + signing);
}

TEST_CASE("an alias of S3 on Outposts") {
  CHECK(endpoint_of(question(outposts_alias)) == "https://" + outposts_alias +
                                                     ".op-0b1d075431d83bebd.s3-outposts.us-west-2"
                                                     ".amazonaws.com, sigv4 s3-outposts us-west-2");
  auto ec2 = outposts_alias;
  ec2[13] = 'e';
  CHECK(endpoint_of(question(ec2)) == "https://" + ec2 +
                                          ".ec2.s3-outposts.us-west-2.amazonaws.com, "
                                          "sigv4 s3-outposts us-west-2");
  CHECK(endpoint_of(question(ec2).at("http://store.example/base")) ==
        "http://" + ec2 + ".ec2.store.example/base, sigv4 s3-outposts us-west-2");

  auto other = outposts_alias;
  other[13] = 'x';
  CHECK(rejection(question(other), errc::invalid_bucket, {"hardware", "\"x\"", "\"o\" or \"e\""}) ==
        "");
  other = outposts_alias;
  other[14] = '-';
  CHECK(rejection(question(other), errc::invalid_bucket, {"outpost id", "\"-b1d075431d83bebd\""}) ==
        "");
  CHECK(rejection(question("-" + outposts_alias.substr(1)), errc::invalid_bucket, {"host label"}) ==
        "");
  auto beta = outposts_alias;
  beta.replace(beta.size() - 12, 4, "beta");
  CHECK(rejection(question(beta), errc::invalid_bucket, {"beta", "custom endpoint"}) == "");
}

TEST_CASE("S3 Outposts has no options") {
  CHECK(conflict(question(outposts_alias).with(addressing::path), "path-style addressing",
                 "S3 Outposts") == "");
  for (const auto& bucket : {outposts, outposts_alias}) {
    CAPTURE(bucket);
    check_conflicts(question(bucket), "S3 Outposts");
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

TEST_CASE("an ARN of another region, if only one is allowed") {
  for (const auto& bucket : {access_point, object_lambda, outposts}) {
    CAPTURE(bucket);
    const auto asked = question(bucket, "eu-west-1").with(&location::use_arn_region, false);
    CHECK(conflict(asked, "the ARN's region \"us-west-2\"", "the region \"eu-west-1\"") == "");
    CHECK(resolve(question(bucket).with(&location::use_arn_region, false)));
    CHECK(conflict(question(bucket, "us-gov-west-1"), "an ARN in the partition aws",
                   "the region \"us-gov-west-1\" in aws-us-gov") == "");
  }
  CHECK(conflict(question(multi_region, "us-gov-west-1"), "an ARN in the partition aws",
                 "the region \"us-gov-west-1\" in aws-us-gov") == "");
}

TEST_CASE("names that begin almost as ARNs do are names of buckets") {
  for (const auto* name : {"arn", "arn-aws", "ARN:aws:s3:r:1:a", " arn:aws:s3:r:1:a", "urn:a"}) {
    CAPTURE(name);
    const auto asked = question(name).at("https://h.example").with(addressing::path);
    CHECK(resolve(asked)->path == std::string("/") + name);
  }
}

// ── Malformed ARNs, part by part ────────────────────────────────────────────────────────────────

TEST_CASE("a malformed ARN in an endpoint") {
  const std::string id(account);
  const std::string outpost = "arn:aws:s3-outposts:us-west-2:" + id + ":";
  const std::string form = "; it must be accesspoint:NAME, and a bucket is given by its name";
  const std::string of_outpost = "; it must be outpost:ID:accesspoint:NAME";
  struct row {
    std::string arn, word;
  };
  for (const auto& one : {
           // parts that are missing
           row{"arn:", "of the form"},
           row{"arn:aws", "of the form"},
           row{"arn:aws:s3", "of the form"},
           row{"arn:aws:s3:us-west-2", "of the form"},
           row{"arn:aws:s3:us-west-2:" + id, "of the form"},
           row{"arn::s3:us-west-2:" + id + ":accesspoint:name", "of the form"},
           row{"arn:aws::us-west-2:" + id + ":accesspoint:name", "of the form"},
           row{"arn:aws:s3:us-west-2:" + id + ":", "of the form"},
           row{"arn:::::", "of the form"},
           row{"arn::::::", "of the form"},
           // partition
           row{"arn:aws-cn:s3:us-west-2:" + id + ":accesspoint:name", "partition"},
           row{"arn:nowhere:s3:us-west-2:" + id + ":accesspoint:name", "partition"},
           row{"arn:nowhere:s3::" + id + ":accesspoint:name.mrap", "partition"},
           // service
           row{"arn:aws:sqs:us-west-2:" + id + ":accesspoint:name", "service"},
           row{"arn:aws:sqs:us-west-2:" + id + ":queue", "service"},
           row{"arn:aws:sqs::" + id + ":accesspoint:name", "service"},
           row{outpost + "accesspoint:name", of_outpost},
           // region
           row{"arn:aws:s3:us_west_2:" + id + ":accesspoint:name", "region"},
           row{"arn:aws:s3:us.west.2:" + id + ":accesspoint:name", "region"},
           row{"arn:aws:s3-object-lambda::" + id + ":accesspoint:name", "no region"},
           row{"arn:aws:s3-outposts::" + id + ":outpost:op-1:accesspoint:name", "no region"},
           // account
           row{"arn:aws:s3:us-west-2::accesspoint:name", "account"},
           row{"arn:aws:s3:us-west-2:1.2:accesspoint:name", "account"},
           row{"arn:aws:s3-object-lambda:us-west-2::accesspoint:name", "account"},
           row{"arn:aws:s3:::accesspoint:name.mrap", "account"},
           row{"arn:aws:s3-outposts:us-west-2:a_b:outpost:op-1:accesspoint:name", "account"},
           // resource: its types
           row{"arn:aws:s3:us-west-2:" + id + "::name", form},
           row{"arn:aws:s3:us-west-2:" + id + ":bucket:name", form},
           row{"arn:aws:s3:us-west-2:" + id + ":accesspoints:name", form},
           row{"arn:aws:s3:us-west-2:" + id + ":Accesspoint:name", form},
           row{"arn:aws:s3-object-lambda:us-west-2:" + id + ":bucket:name", "accesspoint:NAME"},
           row{"arn:aws:s3:::photos", form},
           row{outpost + "outposts:op-1:accesspoint:name", of_outpost},
           row{outpost + "outpost:op-1:bucket:name", of_outpost},
           // resource: the access point
           row{"arn:aws:s3:us-west-2:" + id + ":accesspoint", form},
           row{"arn:aws:s3:us-west-2:" + id + ":accesspoint:", form},
           row{"arn:aws:s3:us-west-2:" + id + ":accesspoint:my.name", "access point"},
           row{"arn:aws:s3:us-west-2:" + id + ":accesspoint:evil.example#", "access point"},
           row{"arn:aws:s3:us-west-2:" + id + ":accesspoint:-name", "access point"},
           row{"arn:aws:s3:us-west-2:" + id + ":accesspoint:name:object", form},
           row{"arn:aws:s3:us-west-2:" + id + ":accesspoint:name/", form},
           row{"arn:aws:s3::" + id + ":accesspoint:name.mrap:object", form},
           row{"arn:aws:s3:us-west-2:" + id + ":accesspoint::name", form},
           row{"arn:aws:s3::" + id + ":accesspoint:.mrap", "multi-region access point"},
           row{"arn:aws:s3::" + id + ":accesspoint:a_b.mrap", "dots separate the parts"},
           row{"arn:aws:s3:us-west-2:" + id + ":accesspoint:" + std::string(51, 'a'), "63"},
           row{outpost + "outpost:op-1:accesspoint:" + std::string(51, 'a'), "63"},
           // resource: the outpost
           row{outpost + "outpost", of_outpost},
           row{outpost + "outpost:", of_outpost},
           row{outpost + "outpost::accesspoint:name", "outpost id"},
           row{outpost + "outpost:op_1:accesspoint:name", "outpost id"},
           row{outpost + "outpost:op-1", of_outpost},
           row{outpost + "outpost:op-1:accesspoint", of_outpost},
           row{outpost + "outpost:op-1:accesspoint:", of_outpost},
           row{outpost + "outpost:op-1:accesspoint:my.name", "access point"},
           row{outpost + "outpost:op-1:accesspoint:name:object", of_outpost},
       }) {
    CAPTURE(one.arn);
    const exact_copy bucket(one.arn);
    CHECK(rejection(question(bucket.view()), errc::invalid_bucket,
                    {one.arn.substr(0, 64), one.word}) == "");
  }
  // The longest that is none
  CHECK(resolve(question("arn:aws:s3:us-west-2:" + id + ":accesspoint:" + std::string(50, 'a'))));
}

TEST_SUITE_END();

TEST_SUITE_BEGIN("s3_address");

TEST_CASE("an AWS host names the bucket and the region") {
  CHECK(address("b.s3.us-east-2.amazonaws.com", "/a/k") == "host b|a/k|us-east-2");
  CHECK(address("a.dotted.b.s3.us-east-2.amazonaws.com", "/k") == "host a.dotted.b|k|us-east-2");
  CHECK(address("s3.us-east-2.amazonaws.com", "/b/a/k") == "path b|a/k|us-east-2");
  CHECK(address("b.s3.dualstack.us-east-2.amazonaws.com", "/k") == "host b|k|us-east-2");
  CHECK(address("b.s3-fips.us-gov-west-1.amazonaws.com", "/k") == "host b|k|us-gov-west-1");
  CHECK(address("b.s3-fips.dualstack.us-east-2.amazonaws.com", "/") == "host b||us-east-2");
  CHECK(address("b.s3-us-west-2.amazonaws.com", "/k") == "host b|k|us-west-2");
  CHECK(address("b.s3.cn-north-1.amazonaws.com.cn", "/k") == "host b|k|cn-north-1");
  CHECK(address("s3.eusc-de-east-1.amazonaws.eu", "/b/k") == "path b|k|eusc-de-east-1");
  CHECK(address("b--use1-az4--x-s3.s3express-use1-az4.us-east-1.amazonaws.com", "/k") ==
        "host b--use1-az4--x-s3|k|us-east-1");
  CHECK(address("name-123456789012.s3-accesspoint.us-east-2.amazonaws.com", "/k") ==
        "host name-123456789012|k|us-east-2");
  CHECK(address("s3.s3.us-east-2.amazonaws.com", "/k") == "host s3|k|us-east-2");
}

TEST_CASE("AWS hosts without a region") {
  CHECK(address("b.s3.amazonaws.com", "/k") == "host b|k| global");
  CHECK(address("s3.amazonaws.com", "/b/k") == "path b|k| global");
  CHECK(address("b.s3-accelerate.amazonaws.com", "/k") == "host b|k|");
  CHECK(address("b.s3-accelerate.dualstack.amazonaws.com", "/k") == "host b|k|");
  CHECK(address("alias.mrap.accesspoint.s3-global.amazonaws.com", "/k") ==
        "host alias.mrap.accesspoint|k|");
}

TEST_CASE("with any other host, the bucket is taken to be in the path") {
  CHECK(address("localhost:9000", "/b/a//k") == "path b|a//k|");
  CHECK(address("b.s3.example.com", "/b/k") == "path b|k|");
  CHECK(address("s3.us-east-2.amazonaws.com.example.com", "/b/k") == "path b|k|");
  for (const auto* host :
       {"xs3.us-east-2.amazonaws.com", "sts.us-east-2.amazonaws.com",
        "b.s3.us-east-2.us-east-2.amazonaws.com", "", "amazonaws.com", ".amazonaws.com",
        "xamazonaws.com", "s3amazonaws.com", "s3.xamazonaws.com", "s3.amazonaws.com.example.com",
        "s3.example.com", "s3.amazonaws.co"}) {
    CAPTURE(host);
    CHECK(address(host, "/b/k") == "path b|k|");
  }
  CHECK(address("h", "/b") == "path b||");
  CHECK(address("h", "/") == "path ||");
  CHECK(address("h", "") == "path ||");
  CHECK(address("h", "//k") == "path |k|");
}

TEST_CASE("the bucket in a host of other stores") {
  const auto bucket = [](std::string_view host) {
    const auto found = presign::detail::s3_address_of(support::exact_copy(host).view(), "/a/b");
    CHECK(found.key == (found.bucket_is_in_host ? "a/b" : "b"));
    CHECK_FALSE(found.is_global_host);
    return found.bucket_is_in_host ? found.bucket : "path: " + found.bucket;
  };
  CHECK(bucket("photos.0123abcd.r2.cloudflarestorage.com") == "photos");
  CHECK(bucket("photos.0123abcd.eu.r2.cloudflarestorage.com") == "photos");
  CHECK(bucket("my.photos.nyc3.digitaloceanspaces.com:443") == "my.photos");
  CHECK(bucket("photos.nyc3.cdn.digitaloceanspaces.com") == "photos");
  CHECK(bucket("my.s3.photos.0123abcd.r2.cloudflarestorage.com") == "my.s3.photos");
  CHECK(bucket("photos.s3.nyc3.digitaloceanspaces.com") == "photos.s3");
  CHECK(bucket("photos.s3.wasabisys.com") == "photos");
  CHECK(bucket("photos.s3.s3.wasabisys.com") == "photos.s3");
  CHECK(bucket("photos.s3.eu-central-1.wasabisys.com") == "photos");
  CHECK(bucket("photos.s3.us-west-004.backblazeb2.com") == "photos");
  for (const auto* host :
       {"0123abcd.r2.cloudflarestorage.com", "0123abcd.eu.r2.cloudflarestorage.com",
        "nyc3.digitaloceanspaces.com", "s3.wasabisys.com", "s3.us-west-004.backblazeb2.com",
        "r2.cloudflarestorage.com", ".r2.cloudflarestorage.com", "photos.s3.example.com"}) {
    CAPTURE(host);
    CHECK(bucket(host) == "path: a");
  }
}

TEST_SUITE_END();
