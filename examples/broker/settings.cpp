#include "settings.hpp"

#include "crypto.hpp"

#include <presign/s3.hpp>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <stdexcept>
#include <string_view>

namespace broker {
namespace {

void read(const std::string& text, std::string& value) { value = text; }

void read(const std::string& text, presign::secret& value) { value = text; }

void read(const std::string& text, int& value) {
  const auto* const end = text.data() + text.size();
  const auto [stop, failure] = std::from_chars(text.data(), end, value);
  if (failure != std::errc{} || stop != end || value < 0) {
    throw std::runtime_error("must be a whole number, got \"" + text + '"');
  }
}

void read(const std::string& text, std::chrono::seconds& value) {
  int seconds = 0;
  read(text, seconds);
  value = std::chrono::seconds(seconds);
}

void read(const std::string& text, bool& value) {
  if (text != "yes" && text != "no") {
    throw std::runtime_error("must be yes or no, got \"" + text + '"');
  }
  value = text == "yes";
}

template <auto member>
void set(settings& all, const std::string& text) {
  read(text, all.*member);
}

struct setting {
  const char* name;
  const char* meaning;
  void (*set)(settings&, const std::string&);
};

constexpr setting known[] = {
    {"BROKER_HOST", "the address to listen on [127.0.0.1]", set<&settings::host>},
    {"BROKER_PORT", "the port to listen on; 0: any free one [8080]", set<&settings::port>},
    {"BROKER_TLS_CERTIFICATE", "a file with the certificate and its chain, for HTTPS",
     set<&settings::tls_certificate>},
    {"BROKER_TLS_KEY", "a file with the certificate's private key", set<&settings::tls_key>},
    {"BROKER_BEHIND_PROXY", "yes if a proxy in front uses HTTPS and sets X-Forwarded-For [no]",
     set<&settings::behind_proxy>},
    {"BROKER_SESSION_KEY",
     "signs the session cookies, the same for all brokers, 32 characters or "
     "more [a new one at each start]",
     set<&settings::session_key>},
    {"BROKER_SESSION_SECONDS", "how long a login lasts [43200]", set<&settings::session_duration>},
    {"BROKER_INVITATION", "a word that people need to sign up [none]", set<&settings::invitation>},
    {"BROKER_REGION", "the region of the store [us-east-1]", set<&settings::region>},
    {"BROKER_ENDPOINT", "the URL of the store for the broker [AWS]", set<&settings::endpoint>},
    {"BROKER_PUBLIC_ENDPOINT", "the URL of the store for browsers [BROKER_ENDPOINT]",
     set<&settings::public_endpoint>},
    {"BROKER_STS_ENDPOINT", "the URL of STS [BROKER_ENDPOINT, or AWS's in the region]",
     set<&settings::sts_endpoint>},
    {"BROKER_BUCKET", "the bucket with the files (required)", set<&settings::bucket>},
    {"BROKER_MEMBERS_BUCKET", "the bucket with the members, for the broker alone (required)",
     set<&settings::members_bucket>},
    {"BROKER_CA_FILE", "a file with the certificate authorities of the store [the system's]",
     set<&settings::ca_file>},
    {"BROKER_ROLE_ARN", "the role that may read the files (required)", set<&settings::role_arn>},
    {"BROKER_ROLE_SECONDS", "how long credentials of the role last, 900 or more [3600]",
     set<&settings::role_session>},
    {"BROKER_MEMBER_PREFIX", "the prefix a member may see, such as home/{member}/ [all]",
     set<&settings::member_prefix>},
};

void require(bool condition, const char* message) {
  if (!condition) throw std::runtime_error(message);
}

// "home/{member}" would be the beginning of other members' folders, too.
bool is_prefix_of_one_member(const std::string& prefix) {
  constexpr std::string_view placeholder = "{member}";
  const auto at = prefix.find(placeholder);
  return at == prefix.npos || (prefix[at + placeholder.size()] == '/' &&
                               prefix.find(placeholder, at + 1) == prefix.npos);
}

void check(const settings& all) {
  require(!all.bucket.empty(), "BROKER_BUCKET is missing");
  require(!all.members_bucket.empty(), "BROKER_MEMBERS_BUCKET is missing");
  require(all.bucket != all.members_bucket,
          "BROKER_BUCKET and BROKER_MEMBERS_BUCKET must differ: members would be among the files");
  require(!all.role_arn.empty(), "BROKER_ROLE_ARN is missing");
  require(all.port <= 65535, "BROKER_PORT must be at most 65535");
  require(all.session_key.reveal().size() >= 32,
          "BROKER_SESSION_KEY must have at least 32 characters");
  require(all.session_duration > std::chrono::seconds(0),
          "BROKER_SESSION_SECONDS must be at least 1");
  require(all.role_session >= std::chrono::minutes(15), "BROKER_ROLE_SECONDS must be at least 900");
  require(all.tls_certificate.empty() == all.tls_key.empty(),
          "BROKER_TLS_CERTIFICATE and BROKER_TLS_KEY go together");
  require(all.member_prefix.find_first_of("*?$") == std::string::npos,
          "BROKER_MEMBER_PREFIX has a character with a special meaning in policies");
  require(all.ca_file.empty() || std::ifstream(all.ca_file), "BROKER_CA_FILE cannot be read");
  require(is_prefix_of_one_member(all.member_prefix),
          "BROKER_MEMBER_PREFIX must have {member} once at most, and a '/' after it");
}

// The host names of each partition end in another way: the library knows them.
std::string aws_sts(const std::string& region) {
  const auto s3 = presign::s3::bucket::at("example", {region}).value().list().host;
  const auto in_region = '.' + region + '.';
  return "https://sts" + s3.substr(s3.find(in_region));
}

void fill_in(settings& all) {
  if (all.session_key.empty()) all.session_key = random_hex(32);
  if (all.public_endpoint.empty()) all.public_endpoint = all.endpoint;
  if (all.sts_endpoint.empty()) {
    all.sts_endpoint = all.endpoint.empty() ? aws_sts(all.region) : all.endpoint;
  }
}

// Returns a setting's value: NAME, or the first line of the file NAME_FILE.
std::optional<std::string> value_of(const std::string& name, const setting_lookup& lookup) {
  auto value = lookup(name);
  const auto path = lookup(name + "_FILE");
  if (!path || path->empty()) return value;
  if (value && !value->empty()) throw std::runtime_error("is set, and " + name + "_FILE, too");
  std::ifstream file(*path);
  std::string line;
  if (!std::getline(file, line)) throw std::runtime_error("cannot be read from " + *path);
  return line;
}

}  // namespace

settings read_settings(const setting_lookup& lookup) {
  settings all;
  for (const auto& setting : known) {
    try {
      const auto value = value_of(setting.name, lookup);
      if (value && !value->empty()) setting.set(all, *value);
    } catch (const std::runtime_error& wrong) {
      throw std::runtime_error(setting.name + std::string(" ") + wrong.what());
    }
  }
  fill_in(all);
  check(all);
  return all;
}

std::map<std::string, std::string> read_settings_file(std::istream& file) {
  std::map<std::string, std::string> values;
  std::string line;
  for (int number = 1; std::getline(file, line); ++number) {
    if (line.empty() || line[0] == '#') continue;
    const auto equals = line.find('=');
    const auto name = line.substr(0, equals);
    const bool is_known =
        std::any_of(std::begin(known), std::end(known), [&name](const setting& candidate) {
          return name == candidate.name || name == candidate.name + std::string("_FILE");
        });
    if (equals == std::string::npos || !is_known) {
      throw std::runtime_error("line " + std::to_string(number) +
                               " of the settings file is not a setting");
    }
    values[name] = line.substr(equals + 1);
  }
  return values;
}

std::string describe_settings() {
  std::string text;
  for (const auto& setting : known) {
    text.append("  ").append(setting.name);
    text.append(26 - std::string_view(setting.name).size(), ' ')
        .append(setting.meaning)
        .push_back('\n');
  }
  return text;
}

}  // namespace broker
