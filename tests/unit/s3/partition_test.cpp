#include "s3/endpoint.hpp"

#include "support.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

namespace {

using presign::detail::partition_named;
using presign::detail::partition_of;
using presign::detail::s3_address_of;
using support::exact_copy;

}  // namespace

TEST_SUITE_BEGIN("partition");

TEST_CASE("the regions of each, and the domain") {
  struct row {
    std::string_view region, partition, dns_suffix;
  };
  for (const auto& one : {
           row{"us-east-1", "aws", "amazonaws.com"},
           row{"mx-central-1", "aws", "amazonaws.com"},
           row{"aws-global", "aws", "amazonaws.com"},
           row{"cn-north-1", "aws-cn", "amazonaws.com.cn"},
           row{"cn-northwest-1", "aws-cn", "amazonaws.com.cn"},
           row{"aws-cn-global", "aws-cn", "amazonaws.com.cn"},
           row{"us-gov-east-1", "aws-us-gov", "amazonaws.com"},
           row{"us-gov-west-1", "aws-us-gov", "amazonaws.com"},
           row{"aws-us-gov-global", "aws-us-gov", "amazonaws.com"},
           row{"us-iso-east-1", "aws-iso", "c2s.ic.gov"},
           row{"us-iso-west-1", "aws-iso", "c2s.ic.gov"},
           row{"aws-iso-global", "aws-iso", "c2s.ic.gov"},
           row{"us-isob-east-1", "aws-iso-b", "sc2s.sgov.gov"},
           row{"us-isob-west-1", "aws-iso-b", "sc2s.sgov.gov"},
           row{"aws-iso-b-global", "aws-iso-b", "sc2s.sgov.gov"},
           row{"eu-isoe-west-1", "aws-iso-e", "cloud.adc-e.uk"},
           row{"aws-iso-e-global", "aws-iso-e", "cloud.adc-e.uk"},
           row{"us-isof-south-1", "aws-iso-f", "csp.hci.ic.gov"},
           row{"us-isof-east-1", "aws-iso-f", "csp.hci.ic.gov"},
           row{"aws-iso-f-global", "aws-iso-f", "csp.hci.ic.gov"},
           row{"eusc-de-east-1", "aws-eusc", "amazonaws.eu"},
       }) {
    CAPTURE(one.region);
    const auto& found = partition_of(exact_copy(one.region).view());
    CHECK(found.name == one.partition);
    CHECK(found.dns_suffix == "." + std::string(one.dns_suffix));
  }
}

TEST_CASE("an unknown region is in the partition whose prefix it has") {
  CHECK(partition_of("cn-center_2-17").name == "aws-cn");
  CHECK(partition_of("us-isob-north-3").name == "aws-iso-b");
}

TEST_CASE("a region with no known prefix is in the partition aws") {
  for (const std::string_view region : {"",
                                        "auto",
                                        "snow",
                                        "s3-external-1",
                                        "cn",
                                        "cn-",
                                        "cn-north",
                                        "cn-north-",
                                        "cn--1",
                                        "cn-north-x",
                                        "cn-north-1x",
                                        "cn-north-east-1",
                                        "cnx-north-1",
                                        "xcn-north-1",
                                        "CN-north-1",
                                        "us-gov-1",
                                        "us-gov-west",
                                        "aws-global-1",
                                        "aws-cn-globals",
                                        "eusc-fr-west-1",
                                        "us-isog-east-1"}) {
    CAPTURE(region);
    CHECK(partition_of(exact_copy(region).view()).name == "aws");
  }
}

TEST_CASE("a partition is found by its name") {
  for (const std::string_view name : {"aws", "aws-cn", "aws-eusc", "aws-iso", "aws-iso-b",
                                      "aws-iso-e", "aws-iso-f", "aws-us-gov"}) {
    CAPTURE(name);
    const auto* found = partition_named(exact_copy(name).view());
    REQUIRE(found != nullptr);
    CHECK(found->name == name);
    CHECK(partition_of(found->global_region).name == name);
  }
  for (const std::string_view name : {"", "AWS", "aws-", "aws-gov", "aw", "amazonaws.com"}) {
    CAPTURE(name);
    CHECK(partition_named(exact_copy(name).view()) == nullptr);
  }
}

TEST_CASE("hosts under an AWS domain") {
  const auto region = [](std::string_view host) {
    const auto address = s3_address_of(exact_copy(host).view(), "");
    return address.is_global_host ? "global" : address.region;
  };
  CHECK(region("s3.us-east-2.amazonaws.com") == "us-east-2");
  CHECK(region("s3.cn-north-1.amazonaws.com.cn") == "cn-north-1");
  CHECK(region("s3.eusc-de-east-1.amazonaws.eu") == "eusc-de-east-1");
  CHECK(region("s3.amazonaws.com") == "global");
  for (const auto host :
       {"", "amazonaws.com", ".amazonaws.com", "xamazonaws.com", "s3amazonaws.com",
        "s3.xamazonaws.com", "s3.amazonaws.com.example.com", "s3.example.com", "s3.amazonaws.co"}) {
    CAPTURE(host);
    CHECK(region(host) == "");
  }
}

TEST_SUITE_END();
