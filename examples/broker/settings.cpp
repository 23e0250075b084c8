#include "settings.hpp"

#include <sodium.h>
#include <CLI/CLI.hpp>

#include <cstdlib>
#include <fstream>
#include <regex>
#include <stdexcept>
#include <string_view>
#include <tuple>

namespace broker {
namespace {

constexpr std::string_view member_placeholder = "{member}";
constexpr std::size_t shortest_key = 32;  // bytes

void require(bool condition, const std::string& message) {
  if (!condition) throw std::runtime_error(message);
}

// The host names of each partition end in another way: the library knows them.
std::string aws_sts(const std::string& region) {
  const auto s3 = presign::s3::bucket::at("example", {region}).value().list().host;
  return "https://sts" + s3.substr(s3.find('.' + region + '.'));
}

void read_key(settings& all) {
  std::string key;
  if (!all.session_key_file.empty()) {
    require(bool(std::getline(std::ifstream(all.session_key_file), key)),
            "--session-key-file cannot be read, or is empty");
    // NOLINTNEXTLINE(concurrency-mt-unsafe): there is only one thread yet.
  } else if (const char* const value = std::getenv("BROKER_SESSION_KEY")) {
    key = value;
  } else {
    require(!all.behind_proxy(),
            "BROKER_SESSION_KEY is missing: all brokers behind a proxy need the same");
    key.resize(shortest_key);
    randombytes_buf(key.data(), key.size());
    all.is_random_key = true;
  }
  all.session_key = key;
  sodium_memzero(key.data(), key.size());
  require(all.session_key.reveal().size() >= shortest_key,
          "BROKER_SESSION_KEY, or the file that --session-key-file names, must have 32 characters "
          "or more");
}

}  // namespace

std::string settings::prefix_of(const std::string& member) const {
  auto prefix = member_prefix;
  const auto placeholder = prefix.find(member_placeholder);
  if (placeholder != prefix.npos) prefix.replace(placeholder, member_placeholder.size(), member);
  return prefix;
}

void add_options(CLI::App& app, settings& all) {
  const auto option = [&app](const std::string& name, auto& value, const char* meaning) {
    std::string variable = "BROKER_";
    for (const char c : name)
      variable.push_back(c == '-' ? '_' : static_cast<char>(std::toupper(c)));
    return app.add_option("--" + name, value, meaning)->envname(variable)->capture_default_str();
  };
  option("host", all.host, "the address to listen on");
  option("port", all.port, "the port to listen on; 0: any free one")->check(CLI::Range(65535));
  option("public-url", all.public_url, "https://NAME, where a proxy in front is reached");
  option("log-json", all.log_as_json, "whether the log's lines are JSON");
  option("session-key-file", all.session_key_file,
         "a file with the key that seals sessions and invitations, the same for all brokers; or "
         "the key itself in the environment, as BROKER_SESSION_KEY [a new one at each start]")
      ->check(CLI::ExistingFile);
  option("session-seconds", all.session_seconds, "how long a login lasts")
      ->check(CLI::Range(1, 366 * 24 * 3600));
  option("open-sign-up", all.open_sign_up, "whether anybody may sign up, without an invitation");
  option("region", all.region, "the region of the store");
  option("endpoint", all.store.endpoint, "the URL of the store for the broker [AWS]");
  option("public-endpoint", all.public_store.endpoint,
         "the URL of the store for browsers [--endpoint]");
  option("sts-endpoint", all.sts.endpoint, "the URL of STS [--endpoint, or AWS's in the region]");
  option("bucket", all.bucket, "the bucket with the files")->required();
  option("members-bucket", all.members_bucket, "the bucket with the members, for the broker alone")
      ->required();
  option("ca-file", all.ca_file, "the certificate authorities of the store [the system's]")
      ->check(CLI::ExistingFile);
  option("role-arn", all.role_arn, "the role that may read the files")->required();
  option("role-seconds", all.role_seconds, "how long credentials of the role last")
      ->check(CLI::Range(900, 12 * 3600));
  option("member-prefix", all.member_prefix,
         "the prefix a member may see, such as home/{member}/ [all]");
  option("upload", all.upload, "whether members may upload, if the role allows it");
}

void complete(settings& all) {
  require(all.bucket != all.members_bucket,
          "--members-bucket must not be --bucket: members would be among the files");
  // As if it were --members-bucket: members would be its objects "members/members/…".
  require((all.store.endpoint + '/').find('/' + all.bucket + '/', 8) == std::string::npos,
          "--endpoint must not have the bucket of --bucket in its path");
  // It is compared with what browsers send, which is in lower case and has no path.
  require(
      !all.behind_proxy() ||
          std::regex_match(all.public_url,
                           std::regex("(https(?!.*:443$)|http(?!.*:80$))://[a-z0-9.:_\\[\\]-]+")),
      "--public-url must be like https://files.example.com, in lower case, without a default port");
  require(all.behind_proxy() || all.host == "127.0.0.1" || all.host == "::1",
          "--host may be 127.0.0.1 or ::1, and another address only if --public-url says that a "
          "proxy with TLS stands in front");
  require(all.role_arn.rfind("arn:", 0) == 0,
          "--role-arn must be like arn:aws:iam::123456789012:role/reader");
  const auto& prefix = all.member_prefix;
  const auto placeholder = prefix.find(member_placeholder);
  // "home/{member}" would be the beginning of other members' folders, too. The other characters
  // have a meaning in policies.
  require(placeholder == prefix.find("{member}/") &&
              all.prefix_of("").find_first_of("*?${}") == prefix.npos,
          "--member-prefix may have {member} once, with a '/' after it, and no other * ? $ { or }");
  require(!all.upload || prefix.empty() || prefix.back() == '/',
          "--upload needs a --member-prefix with a '/' at its end");
  require(!all.open_sign_up || placeholder == prefix.npos,
          "--open-sign-up and --member-prefix: a folder would be given to whoever takes its name");
  presign::s3::location aws;  // without an endpoint, only the region can be invalid
  const std::string any = "example";
  for (const auto& [name, location, bucket] :
       {std::tuple("--region: ", &aws, any),
        std::tuple("--public-endpoint: ", &all.public_store, any),
        std::tuple("--sts-endpoint: ", &all.sts, any), std::tuple("--endpoint: ", &all.store, any),
        std::tuple("--bucket: ", &all.store, all.bucket),
        std::tuple("--members-bucket: ", &all.store, all.members_bucket)}) {
    location->region = all.region;
    // Other stores have buckets in the path: few have a host name for each.
    if (!location->endpoint.empty()) location->style = presign::s3::addressing::path;
    const auto valid = presign::s3::bucket::at(bucket, *location);
    require(bool(valid), name + valid.error().message);
  }
  if (all.public_store.endpoint.empty()) all.public_store = all.store;
  if (all.sts.endpoint.empty()) {
    all.sts.endpoint = all.store.endpoint.empty() ? aws_sts(all.region) : all.store.endpoint;
  }
  all.sts.style = presign::s3::addressing::bucket_endpoint;  // STS has no buckets
  read_key(all);
}

}  // namespace broker
