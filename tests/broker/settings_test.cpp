#include "settings.hpp"

#include <doctest/doctest.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

broker::settings read(std::vector<std::string> options) {
  options.insert(options.begin(), {"--bucket=files", "--members-bucket=members",
                                   "--role-arn=arn:aws:iam::123456789012:role/reader"});
  broker::settings all;
  CLI::App app;
  app.option_defaults()->take_last();
  add_options(app, all);
  std::reverse(options.begin(), options.end());  // for CLI11
  app.parse(options);
  complete(all);
  return all;
}

class temporary_file {
 public:
  explicit temporary_file(const char* text) { std::ofstream(path) << text; }
  temporary_file(const temporary_file&) = delete;
  temporary_file& operator=(const temporary_file&) = delete;
  ~temporary_file() { std::filesystem::remove(path); }
  const std::string path = std::filesystem::temp_directory_path() / "broker-settings-test";
};

constexpr const char* key_of_32 = "0123456789abcdef0123456789abcdef";

}  // namespace

TEST_SUITE("broker: settings") {
  TEST_CASE("defaults that depend on other settings") {
    const auto on_aws = read({"--region=eu-west-1"});
    CHECK(on_aws.sts.endpoint == "https://sts.eu-west-1.amazonaws.com");
    CHECK(on_aws.public_store.endpoint.empty());
    CHECK(on_aws.session_key.reveal().size() == 32);
    CHECK(on_aws.session_key.reveal() != read({}).session_key.reveal());
    const auto own = read({"--endpoint=http://ceph:7480"});
    CHECK(own.sts.endpoint == "http://ceph:7480");
    CHECK(own.public_store.endpoint == "http://ceph:7480");
    const auto all =
        read({"--endpoint=http://ceph:7480/", "--public-endpoint=https://s3.example.com",
              "--sts-endpoint=http://sts:7480/base"});
    CHECK(all.sts.endpoint == "http://sts:7480/base");
    CHECK(read({"--endpoint=http://files/files2"}).store.endpoint == "http://files/files2");
    CHECK(all.public_store.endpoint == "https://s3.example.com");
  }

  TEST_CASE("STS has a host in each of AWS's partitions") {
    const auto sts = [](const char* region) {
      return read({std::string("--region=") + region}).sts.endpoint;
    };
    CHECK(sts("cn-north-1") == "https://sts.cn-north-1.amazonaws.com.cn");
    CHECK(sts("us-gov-west-1") == "https://sts.us-gov-west-1.amazonaws.com");
    CHECK(sts("us-iso-east-1") == "https://sts.us-iso-east-1.c2s.ic.gov");
    CHECK_THROWS(sts("no region"));
  }

  TEST_CASE("the key may come from a file") {
    const temporary_file file("0123456789abcdef0123456789abcdef\nanother line\n");
    CHECK(read({"--session-key-file", file.path}).session_key.reveal() == key_of_32);
    CHECK_THROWS_AS(read({"--session-key-file=/nonexistent"}), CLI::ValidationError);
    CHECK_THROWS_AS(read({"--ca-file=/nonexistent"}), CLI::ValidationError);
  }

  TEST_CASE("a short key is rejected, and not repeated") {
    const temporary_file file("short secret");
    std::string message;
    try {
      read({"--session-key-file", file.path});
    } catch (const std::runtime_error& failure) {
      message = failure.what();
    }
    CHECK(message.find("BROKER_SESSION_KEY") != std::string::npos);
    CHECK(message.find("secret") == std::string::npos);
  }

  TEST_CASE("without a proxy in front, only this machine can reach the broker") {
    CHECK_FALSE(read({}).secure());
    CHECK(read({"--host=::1"}).host == "::1");
    for (const auto* host : {"0.0.0.0", "::", "10.0.0.1", "localhost.example.com", ""}) {
      CAPTURE(host);
      CHECK_THROWS_AS(read({"--host", host}), std::runtime_error);
    }
  }

  TEST_CASE("with a proxy in front, its URL is an origin, and the key is given") {
    CHECK_THROWS_AS(read({"--public-url=https://files.example.com"}), std::runtime_error);
    const temporary_file file(key_of_32);
    const auto behind = [&file](const std::string& url) {
      return read({"--session-key-file", file.path, "--host=0.0.0.0", "--public-url=" + url});
    };
    CHECK(behind("https://files.example.com:8443").secure());
    CHECK_FALSE(behind("http://intranet").secure());
    CHECK_FALSE(behind("http://[::1]:8443").secure());
    for (const auto* url :
         {"files.example.com", "https://", "https://files.example.com/",
          "https://Files.example.com", "ftp://files.example.com", "https://files.example.com:443",
          "http://intranet:80", "http://é", "https://files.example.com "}) {
      CAPTURE(url);
      CHECK_THROWS_AS(behind(url), std::runtime_error);
    }
  }

  TEST_CASE("what would be wrong later is told at the start") {
    for (const auto& options : std::vector<std::vector<std::string>>{
             {"--bucket=files/"},
             {"--members-bucket=files"},
             {"--members-bucket=s3://members"},
             {"--endpoint=http://ceph:7480", "--bucket=my files"},
             {"--role-arn=reader"},
             {"--member-prefix=*"},
             {"--member-prefix=home/{member}"},
             {"--member-prefix=home/{member}x/"},
             {"--member-prefix=home/{name}/"},
             {"--member-prefix=home/{member}/}"},
             {"--member-prefix=shared", "--upload=true"},
             {"--member-prefix={member}/{member}/"},
             {"--member-prefix=home/{member}/", "--open-sign-up=true"},
             {"--endpoint=ceph:7480"},
             {"--endpoint=http://ceph:7480/files"},
             {"--endpoint=http://ceph:7480/base/files/"},
             {"--public-endpoint=https://"},
             {"--sts-endpoint=http://a b"},
             {"--region=eu west"}}) {
      const auto option = options.back().substr(0, options.back().find('='));
      CHECK_THROWS_WITH_AS(read(options), doctest::Contains(option.c_str()), std::runtime_error);
    }
    CHECK(read({"--member-prefix=home/{member}/"}).prefix_of("ada") == "home/ada/");
    CHECK(read({"--member-prefix=shared/"}).prefix_of("ada") == "shared/");
    CHECK(read({}).prefix_of("ada").empty());
  }
}
