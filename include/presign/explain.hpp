// Explains to people what a presigned URL says, and why a server rejected it.
//
//     presign::explain_options options;
//     options.response = body_of_the_403;
//     auto explanation = presign::explain(url, options);
//     if (explanation && !explanation->findings.empty()) {
//       std::cerr << explanation->findings.front().sentence << '\n';
//     }
//
// explain() asks no server, and any number of threads may call it. Nothing that it returns holds a
// signature, a session token or a secret access key.
#pragma once

#include <presign/credentials.hpp>
#include <presign/error.hpp>
#include <presign/request.hpp>
#include <presign/time.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace presign {

/// Names each thing that can be wrong with a presigned URL.
enum class cause {
  // When
  expired,         ///< it has expired
  not_yet_valid,   ///< its signing time is still to come
  clock,           ///< the server's clock is far from the one that signed, or from ours
  invalid_expiry,  ///< X-Amz-Expires is not a whole number from 1 to 604800

  // What was signed is not what arrived
  method,             ///< another HTTP method
  host,               ///< another host
  port,               ///< the same host with another port, with one too many, or without its own
  path,               ///< another path, in none of the ways below
  encoded_twice,      ///< percent-encoded once more: a space as %2520
  plus_for_space,     ///< '+' taken for a space, or written for one
  path_normalized,    ///< "." and ".." segments or doubled slashes, which a client may remove
  path_prefix,        ///< a folder in front of the path, such as the bucket, on one side only
  parameter_added,    ///< a query parameter too many
  parameter_missing,  ///< a query parameter too few
  parameter_changed,  ///< a query parameter with another value
  parameter_order,    ///< the query in another order
  header_not_sent,    ///< a signed header that did not arrive
  header_changed,     ///< a signed header that arrived with another value
  header_not_signed,  ///< a header that was sent, and should have been signed
  signed_headers,     ///< another list of signed headers
  two_signatures,     ///< an Authorization header next to the URL's signature
  payload_hash,       ///< another payload hash, or a checksum that is not the body's
  algorithm,          ///< another signing algorithm
  date,               ///< another signing time or date
  region,             ///< another region
  service,            ///< another service
  unexplained,        ///< another canonical request, which the response does not show

  // Who signed
  secret,            ///< another secret access key
  access_key,        ///< an access key id that the server does not know, or other credentials
  token_missing,     ///< temporary credentials without their session token
  token_unwanted,    ///< a session token next to a permanent access key
  token_not_signed,  ///< a session token added after signing; for AWS IoT, one that was signed
  token_invalid,     ///< a session token that is damaged, or belongs to other credentials
  token_expired,     ///< the temporary credentials have expired
  permission,        ///< the signer may not do this

  // What the URL is for
  no_such_bucket,  ///< there is no bucket of this name
  no_such_key,     ///< there is no object under this key
  wrong_endpoint,  ///< the bucket is elsewhere
  operation,       ///< the server does not do this: the method, a parameter, the body, or the
                   ///< state of what the URL names does not allow it
  server,          ///< the server is busy or broken

  // What was given to explain
  malformed_url,     ///< not what a presigned URL must be
  plain_http,        ///< anybody on the way can read and use it
  garbled_response,  ///< the server's response is damaged, or could be read only in part
};

/// How sure it is that this is why the server rejects the URL, or would reject it.
enum class certainty {
  certain,   ///< it follows from what was given
  likely,    ///< what it most often is
  possible,  ///< worth a look
  note,      ///< no reason to reject the URL, but good to know
};

/// Returns the name of the enumerator, for logs and JSON: "encoded_twice"; or "unknown".
PRESIGN_EXPORT std::string_view name(cause cause) noexcept;
PRESIGN_EXPORT std::string_view name(certainty certainty) noexcept;  ///< the same: "certain"

/// One thing that is wrong, or may be.
struct finding {
  presign::cause cause;          ///< which
  presign::certainty certainty;  ///< how sure that is
  std::string sentence;          ///< the same for people, with what was seen
};

/// What is known besides the URL. Everything is optional.
struct explain_options {
  std::string method = "GET";  ///< the method that the URL was made for
  /// The signed headers, with the values that were signed. If one is not here, explain() assumes
  /// the value that the server received.
  std::vector<name_value> headers = {};
  /// The body of the server's error response, if any: the XML of S3, or another AWS service's XML
  /// or JSON. HTTP headers may be in front. Text copied from a browser has lost some of it.
  std::string response = {};
  /// The credentials that should have signed. With them, explain() tells whether they made the
  /// signature, and if not, looks for the one mistake that explains it.
  std::optional<credentials> signer = {};
  std::optional<service_rules> rules = {};  ///< in place of service_rules::of(the service)
  std::optional<time_point> at = {};  ///< empty: now; a server time in the response replaces it
};

/// What a presigned URL says, and what is wrong with it. What could not be read is empty.
struct explanation {
  std::string host;  ///< in lower case, with its port unless that is the scheme's own
  std::string path;  ///< raw
  /// If the service is S3: the bucket, raw. If the host names none, it is the path's first segment.
  std::string bucket;
  std::string key;                 ///< if the service is S3: the rest of the path, raw
  bool bucket_is_in_host = false;  ///< false: in the path, or there is none

  signing_algorithm algorithm = signing_algorithm::sigv4;  ///< X-Amz-Algorithm
  std::string access_key_id;                               ///< from X-Amz-Credential
  std::string region;                                      ///< with SigV4A, the region set
  std::string service;                                     ///< its signing name
  std::optional<time_point> signed_at;                     ///< X-Amz-Date
  std::optional<time_point> expires_at;                    ///< X-Amz-Expires after that
  std::string signed_headers;                              ///< "host;range"
  bool has_session_token = false;                          ///< under either of its names

  /// Whether explain_options::signer made this very URL's signature, for this method and headers.
  /// Nothing if there is no signer, its access key id differs, or a signed value is not known.
  std::optional<bool> made_by_signer;

  std::string response_code;     ///< "SignatureDoesNotMatch"
  std::string response_message;  ///< the server's words

  std::vector<finding> findings;  ///< what looks wrong, the most likely first

  /// A difference between the texts that were signed: ours, from the URL, and the server's, from
  /// the request that it received.
  struct difference {
    enum { canonical_request, string_to_sign } text;  ///< which of the two
    std::size_t line;                                 ///< from 1
    std::size_t byte;    ///< from 1, in both lines below; after the end of the shorter one
    std::string ours;    ///< the line, with secrets replaced
    std::string theirs;  ///< the same
  };
  std::optional<difference> first_difference;  ///< if the response shows a text that differs
};

/// Explains a presigned URL and, if there is one, the server's error response. Errors:
/// invalid_endpoint, missing_signature (not a presigned URL), invalid_response, crypto_failure.
PRESIGN_EXPORT result<explanation> explain(std::string_view url,
                                           const explain_options& options = {});

}  // namespace presign
