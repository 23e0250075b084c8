// Writes the inputs that fuzzing begins with: the published vectors, servers' responses, and a
// valid text of each other kind.
//
//     fuzz_seeds FOLDER      FOLDER/request/1, FOLDER/received/2, …
#include "../vectors/aws_s3_endpoints.hpp"
#include "../vectors/aws_suite_signing.hpp"
#include "../vectors/s3_error_responses.hpp"

#include <presign/presign.hpp>

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

namespace {

/// An input, field by field, as fuzz::input reads it.
class seed {
 public:
  seed& add(std::string_view field) {
    for (const char c : field) {
      if (c == '\n' || c == '\\') text_.push_back('\\');
      text_.push_back(c);
    }
    text_.push_back('\n');
    return *this;
  }

  /// Appends text that the target reads unchanged, at the end.
  seed& rest(std::string_view text) {
    text_.append(text);
    return *this;
  }

  void write(const std::filesystem::path& folder) const {
    static int number = 0;
    std::filesystem::create_directories(folder);
    std::ofstream(folder / std::to_string(++number), std::ios::binary) << text_;
  }

 private:
  std::string text_;
};

using folder = std::filesystem::path;
using algorithm = presign::signing_algorithm;

// ── AWS's signing test suite ────────────────────────────────────────────────────────────────────

void write_request(const folder& root, const suite::sigv4_case& test, algorithm by,
                   bool path_is_encoded) {
  seed request;
  request.add(std::string("Rs") + (test.normalize_ ? "n" : "") + (test.sign_body_ ? "h" : "") +
              (by == algorithm::sigv4a ? "a" : "") + (path_is_encoded ? "e2" : ""));
  const std::string path(test.path_);
  request.add(test.method_).add("https").add(suite::host);
  request.add(path_is_encoded ? path : http::decoded(path));
  request.add(suite::service).add(suite::region).add(suite::payload_hash_of(test));
  request.add(suite::access_key_id).add("").add(test.token_);
  request.add("1440938160").add("3600").add("0").add("0").add("0");  // times
  request.add("1").add("x");                                         // a change
  for (const auto& [name, value] : suite::parameters_of(test)) request.add("?" + name).add(value);
  for (const auto& [name, value] : suite::headers_of(test)) request.add(name).add(value);
  request.write(root / "request");
}

void write_received(const folder& root, const suite::sigv4_case& test, suite::signing way,
                    algorithm by) {
  const auto signature = test.expected(way, by).signature;
  const auto message = suite::signed_request(test, way, by, signature);
  std::string_view text = message;
  const auto take = [&text](std::string_view end) {
    const auto piece = text.substr(0, text.find(end));
    text.remove_prefix(std::min(piece.size() + end.size(), text.size()));
    return piece;
  };
  seed received;
  received.add(take(" ")).add(take(" HTTP/1.1\n")).add("");
  while (text.find(':') < text.find('\n')) {
    received.add(take(":"));
    received.add(take("\n"));
  }
  received.write(root / "received");
}

// Writes a path that can be decoded more than once.
void write_escaped_path(const folder& root) {
  seed{}
      .add("GET")
      .add(
          "/%252541?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F20150830%2F"
          "us-east-1%2Fs3%2Faws4_request&X-Amz-Date=20150830T123600Z&X-Amz-SignedHeaders=host&"
          "X-Amz-Expires=3600&X-Amz-Signature=" +
          std::string(64, '0'))
      .add("")
      .add("Host")
      .add("example.amazonaws.com")
      .write(root / "received");
}

void write_steps(const folder& root, const suite::sigv4_case& test) {
  seed steps;
  steps.add(http::decoded(test.path_)).add(suite::timestamp).add("1440938160");
  for (const auto& [name, value] : suite::parameters_of(test)) steps.add(name).add(value);
  for (const auto& [name, value] : suite::headers_of(test)) steps.add(name).add(value);
  steps.write(root / "steps");
}

void write_suite(const folder& root) {
  for (const auto& test : suite::cases) {
    write_steps(root, test);
    for (const auto by : {algorithm::sigv4, algorithm::sigv4a}) {
      for (const bool is_encoded : {false, true}) write_request(root, test, by, is_encoded);
      write_received(root, test, suite::signing::by_query, by);
      write_received(root, test, suite::signing::by_header, by);
    }
  }
}

// ── Endpoints, and servers' responses
// ─────────────────────────────────────────────────────────────

template <class Row>
void write_endpoint(const folder& root, const Row& row) {
  std::string flags;
  if (row.flags & s3_endpoints::fips) flags.push_back('f');
  if (row.flags & s3_endpoints::dual_stack) flags.push_back('d');
  if (row.flags & s3_endpoints::accelerate) flags.push_back('a');
  if (row.flags & s3_endpoints::path_style) flags.push_back('p');
  if (row.flags & s3_endpoints::no_express_session) flags.push_back('x');
  if (row.flags & s3_endpoints::own_region_only) flags.push_back('o');
  seed{}
      .add(flags)
      .add(row.bucket)
      .add(row.region)
      .add(row.endpoint)
      .add("a key")
      .add("")
      .write(root / "endpoint");
}

void write_endpoints(const folder& root) {
  for (const auto& row : s3_endpoints::resolved) write_endpoint(root, row);
  for (const auto& row : s3_endpoints::rejected) write_endpoint(root, row);
}

void write_responses(const folder& root) {
  for (const auto& test : s3_error_responses::all) {
    seed{}.add(test.url).add("GET").rest(test.response).write(root / "response");
    // The same with the query in the URL's path, too.
    std::string url(test.url);
    const auto query_at = url.find('?');
    url.insert(query_at, "&" + url.substr(query_at + 1));
    seed{}.add(url).add("GET").rest(test.response).write(root / "response");
  }
  for (const std::string code : {"ExpiredToken", "InvalidAccessKeyId", "NoSuchBucket", "NoSuchKey",
                                 "RequestTimeTooSkewed"}) {
    seed{}
        .add(s3_error_responses::all[0].url)
        .add("GET")
        .rest("<Error><Code>" + code + "</Code><Message>\xf0\x9f\x98\x80&#65;</Message></Error>")
        .write(root / "response");
  }
}

// ── Formats without published vectors
// ───────────────────────────────────────────────────────────────

void write_forms(const folder& root) {
  // https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-post-example.html
  seed{}
      .add("sigv4examplebucket")
      .add("us-east-1")
      .add("")
      .add("user/user1/${filename}")
      .add("AKIAIOSFODNN7EXAMPLE")
      .add("token==")
      .add("1451347200")
      .add("129600")
      .add("acl")
      .add("public-read")
      .add("success_action_redirect")
      .add("http://sigv4examplebucket.s3.amazonaws.com/done.html")
      .add("^Content-Type")
      .add("image/")
      .add("x-amz-meta-uuid")
      .add("14365123651274")
      .add("^x-amz-meta-tag")
      .add("")
      .add("x-ignore-this")
      .add("at all")
      .add("#")
      .add("10485760")
      .write(root / "form");
}

void write_profiles(const folder& root) {
  seed{}
      .rest(
          "# a comment\n[default]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\n"
          "aws_secret_access_key=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY ; another\n\n"
          "[ work ] # more\nAWS_ACCESS_KEY_ID = AKIDEXAMPLE\r\naws_session_token = a = b#c\n")
      .write(root / "profile");
  seed{}
      .rest(
          "\xef\xbb\xbf[profile \"work\"]\nregion = us-east-2\ns3 =\n  region = inner\n"
          "role_arn = arn:aws:iam::1:role/x\n[sso-session x]\nsso_start_url = y\n"
          "[profile a]\naws_access_key_id = A\naws_secret_access_key = S\n")
      .write(root / "profile");
}

void write_broker(const folder& root) {
  const auto write = [&root](std::string_view line, std::string_view text) {
    seed{}.add(line).rest(text).write(root / "broker");
  };
  write("bytes=0-99",
        "<ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Name>files</Name>"
        "<EncodingType>url</EncodingType><IsTruncated>true</IsTruncated>"
        "<NextContinuationToken>next</NextContinuationToken><Contents><Key>a%2Bb+c/%C3%BC</Key>"
        "<LastModified>2026-11-23T10:00:00Z</LastModified><ETag>&quot;e&quot;</ETag>"
        "<Size>12</Size></Contents><CommonPrefixes><Prefix>d/</Prefix></CommonPrefixes>"
        "</ListBucketResult>");
  write("ada@example.com",
        "<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASIA</AccessKeyId>"
        "<SecretAccessKey>secret</SecretAccessKey><SessionToken>token&lt;</SessionToken>"
        "<Expiration>2026-11-23T10:00:00Z</Expiration></Credentials></AssumeRoleResult>"
        "</AssumeRoleResponse>");
  write("home/ada/",
        "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":"
        "[\"s3:ListBucket\"],\"Resource\":[\"arn:aws:s3:::files\"],\"Condition\":"
        "{\"StringLike\":{\"s3:prefix\":[\"home/ada/*\"]}}}]}");
  write("home/{member}/", "https://ceph.example.com:7480/base/");
  write("", "{\"name\":\"ada\",\"password_hash\":\"scrypt:15:8:3:a:b\",\"since\":\"2026\"}");
  write("", "<Error><Code>NoSuchKey</Code><Message>no</Message></Error>");
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 2) return 2;
  const folder root = arguments[1];
  write_suite(root);
  write_escaped_path(root);
  write_endpoints(root);
  write_responses(root);
  write_forms(root);
  write_profiles(root);
  write_broker(root);
}
