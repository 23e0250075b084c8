#include "settings.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string>

namespace {

using values = std::map<std::string, std::string>;

broker::settings read(values given) {
  given.insert({{"BROKER_BUCKET", "files"},
                {"BROKER_MEMBERS_BUCKET", "members"},
                {"BROKER_ROLE_ARN", "arn:aws:iam::123456789012:role/reader"}});
  return broker::read_settings([given](const std::string& name) -> std::optional<std::string> {
    const auto setting = given.find(name);
    return setting == given.end() ? std::nullopt : std::optional(setting->second);
  });
}

values read_file(const std::string& text) {
  std::istringstream file(text);
  return broker::read_settings_file(file);
}

}  // namespace

TEST_SUITE("broker: settings") {
  TEST_CASE("defaults that depend on other settings") {
    const auto on_aws = read({{"BROKER_REGION", "eu-west-1"}});
    CHECK(on_aws.sts_endpoint == "https://sts.eu-west-1.amazonaws.com");
    CHECK(on_aws.public_endpoint.empty());
    CHECK(on_aws.session_key.reveal().size() == 64);
    CHECK(on_aws.session_key.reveal() != read({}).session_key.reveal());
    const auto own = read({{"BROKER_ENDPOINT", "http://ceph:7480"}});
    CHECK(own.sts_endpoint == "http://ceph:7480");
    CHECK(own.public_endpoint == "http://ceph:7480");
    const auto all = read({{"BROKER_ENDPOINT", "http://ceph:7480"},
                           {"BROKER_PUBLIC_ENDPOINT", "https://s3.example.com"},
                           {"BROKER_STS_ENDPOINT", "http://sts:7480"}});
    CHECK(all.sts_endpoint == "http://sts:7480");
    CHECK(all.public_endpoint == "https://s3.example.com");
  }

  TEST_CASE("STS has a host in each of AWS's partitions") {
    const auto sts = [](const char* region) {
      return read({{"BROKER_REGION", region}}).sts_endpoint;
    };
    CHECK(sts("cn-north-1") == "https://sts.cn-north-1.amazonaws.com.cn");
    CHECK(sts("us-gov-west-1") == "https://sts.us-gov-west-1.amazonaws.com");
    CHECK(sts("us-iso-east-1") == "https://sts.us-iso-east-1.c2s.ic.gov");
    CHECK_THROWS(sts("no region"));
  }

  TEST_CASE("a secret may come from a file") {
    const auto path = std::filesystem::temp_directory_path() / "broker-settings-test";
    std::ofstream(path) << "from a file\n";
    CHECK(read({{"BROKER_INVITATION_FILE", path.string()}}).invitation == "from a file");
    CHECK_THROWS_AS(read({{"BROKER_INVITATION", "x"}, {"BROKER_INVITATION_FILE", path.string()}}),
                    std::runtime_error);
    std::filesystem::remove(path);
    CHECK_THROWS_AS(read({{"BROKER_INVITATION_FILE", path.string()}}), std::runtime_error);
    CHECK_THROWS_AS(read({{"BROKER_CA_FILE", path.string()}}), std::runtime_error);
    CHECK(read_file("BROKER_INVITATION_FILE=/x\n").size() == 1);
  }

  TEST_CASE("an empty value counts as not set") {
    CHECK(read({{"BROKER_PORT", ""}}).port == 8080);
    CHECK_THROWS_AS(read({{"BROKER_BUCKET", ""}}), std::runtime_error);
  }

  TEST_CASE("browsers use TLS with the broker, or with the proxy in front") {
    CHECK_FALSE(read({}).secure());
    CHECK(read({{"BROKER_BEHIND_PROXY", "yes"}}).secure());
    CHECK(read({{"BROKER_TLS_CERTIFICATE", "c"}, {"BROKER_TLS_KEY", "k"}}).secure());
  }

  TEST_CASE("a file of settings") {
    const auto file = read_file("# where\n\nBROKER_PORT=81\nBROKER_INVITATION=a=b # c\n");
    CHECK(file == values{{"BROKER_PORT", "81"}, {"BROKER_INVITATION", "a=b # c"}});
    for (const auto* bad : {"BROKER_PORT", "BROKER_PROT=81", "PORT=81", " BROKER_PORT=81", "=81"}) {
      CAPTURE(bad);
      CHECK_THROWS_AS(read_file(bad), std::runtime_error);
    }
  }

  TEST_CASE("a message names the setting, and no secret") {
    std::string message;
    try {
      read({{"BROKER_SESSION_KEY", "short secret"}});
    } catch (const std::runtime_error& failure) {
      message = failure.what();
    }
    CHECK(message.find("BROKER_SESSION_KEY") != std::string::npos);
    CHECK(message.find("secret") == std::string::npos);
  }
}
