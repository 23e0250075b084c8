// The options that several commands share, and the buckets and requests that they describe.
#pragma once

#include "command_line.hpp"

#include <presign/credentials.hpp>
#include <presign/error.hpp>
#include <presign/request.hpp>
#include <presign/s3.hpp>
#include <presign/signer.hpp>
#include <presign/time.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cli {

/// An empty text means that the option was not given.
struct common_options {
  std::string bucket;
  std::string key;

  std::chrono::seconds expires_in{3600};
  std::string profile;
  presign::s3::location location;
  presign::presign_options signing;
};

/// A request for an object.
struct request_options : common_options {
  std::string method = "GET";
  std::vector<presign::name_value> query;
  std::vector<presign::name_value> headers;
  std::string version_id;
  std::string filename;
};

/// Adds the common options and the argument S3Uri. The default name, which must outlive the command
/// line, is appended to a key that is empty or ends in a slash; without it, there must be a key.
void add_common(command_line& line, common_options& options,
                std::optional<std::string_view> default_name = {});
void add_request(command_line& line, request_options& options);

/// Throws invalid_value if options contradict each other.
void check(const request_options& options);

/// Returns the method in upper case. Methods are case-sensitive, and S3 has none in lower case.
std::string read_method(std::string value);

/// Finds the credentials to sign with.
presign::result<presign::credentials> find_credentials(const common_options& options);

/// Returns the bucket at its address. The environment and the profile say what the options do not.
presign::result<presign::s3::bucket> find_bucket(const common_options& options);

presign::request make_request(const presign::s3::bucket& bucket, const request_options& options);

/// The part of a command's help that describes the options of a request.
constexpr std::string_view request_help = R"(
The request:
  --method NAME            The HTTP method that the URL allows (GET)
  --query NAME=VALUE       Add a query parameter; can be given several times
  --header NAME:VALUE      Sign a header, which must then be sent with exactly
                           this value; can be given several times
  --version-id ID          Sign for this version of the object
  --filename NAME          Have browsers save the object under this name (GET
                           and HEAD)
  --stable-window SECONDS  Print the same URL throughout a window of this
                           length; the URL expires up to that much later (0)
)";

/// The part of a command's help that describes the common options.
constexpr std::string_view common_help = R"(
Credentials, endpoint and time:
  --expires-in SECONDS     Time until it expires, 1 to 604800 (3600)
  --region NAME            The bucket's region (from the environment, or the
                           profile, or us-east-1)
  --profile NAME           Take credentials and region from this profile of the
                           AWS files
  --endpoint-url URL       Use another S3 service. The bucket then goes into the
                           URL's path, unless the host is one of Amazon S3's
  --path-style             Put the bucket in the URL's path
  --virtual-host           Put the bucket in the URL's host
  --bucket-endpoint        The endpoint is the bucket's own, such as a custom
                           domain: put the bucket nowhere in the URL
  --dualstack              Use AWS's endpoint for IPv6 as well as IPv4
  --fips                   Use AWS's endpoint validated under FIPS 140
  --accelerate             Use S3 Transfer Acceleration
  --no-express-session     For S3 Express: the session token is not one of
                           CreateSession, but of other temporary credentials
  --date TIME              Sign as of this time, 20130524T000000Z (now)
)";

}  // namespace cli
