// What a server's refusal means for a presigned URL: a table.
// https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
#include "explain/refusal.hpp"

#include "base/text.hpp"

#include <string>
#include <string_view>

namespace presign::detail {
namespace {

struct row {
  std::string_view code;
  std::string_view words;  // in the message; none: whatever it says, where no row above has them
  presign::cause cause;
  presign::certainty certainty;
  std::string_view sentence;
  std::string error_body::*detail = nullptr;  // what the answer adds to that
};

constexpr auto certain = certainty::certain;
constexpr auto likely = certainty::likely;
constexpr auto possible = certainty::possible;

constexpr std::string_view is_over = "the server says that the URL's time is over";
constexpr std::string_view bad_expiry = "X-Amz-Expires must be a whole number from 1 to 604800";
constexpr std::string_view is_elsewhere =
    "the bucket is in another region or at another address; a redirect does not help, as the host "
    "is signed: sign for the right one";
constexpr std::string_view unknown_key =
    "the server does not know the access key id: it is deleted, of another account, partition or "
    "store, or temporary and without its session token";
constexpr std::string_view broken_server =
    "the server is busy or broken, which is no matter of the URL: try again later";

// The rows of a code stand together, those with words first.
constexpr row rows[] = {
    {"AccessDenied", "expired", cause::expired, certain, is_over},
    {"AccessDenied", "not yet valid", cause::not_yet_valid, certain,
     "the server says that the signing time is still to come: the clock that signed is ahead of "
     "its"},
    {"AccessDenied", "not signed", cause::header_not_signed, certain,
     "a header was sent that must be signed, or not be sent", &error_body::headers_not_signed},
    {"AccessDenied", "", cause::permission, possible,
     "who signed may not do this: a URL can do no more than its signer, whom policies of the user, "
     "the role, the bucket and the encryption key limit"},
    {"AccessDenied", "", cause::secret, possible,
     "the signature or the access key id is wrong: some servers, Ceph's among them, say no more "
     "than this of any URL that they refuse"},
    {"AccessDenied", "", cause::token_invalid, possible,
     "the session token is damaged, dead, or not the one that goes with the access key id"},
    {"AccessDenied", "", cause::no_such_key, possible,
     "there is no such object: S3 does not say so to one who may not list the bucket"},

    {"SignatureDoesNotMatch", "", cause::method, possible,
     "the URL was used with another method than it was signed for"},
    {"SignatureDoesNotMatch", "", cause::header_changed, possible,
     "a signed header was not sent, or not with the value that was signed"},
    {"SignatureDoesNotMatch", "", cause::host, possible,
     "the Host header that arrived is not the one signed: a proxy changes it, or a port is "
     "missing"},
    {"SignatureDoesNotMatch", "", cause::encoded_twice, possible,
     "the path or the query was encoded once more, or decoded, after signing"},
    {"SignatureDoesNotMatch", "", cause::parameter_added, possible,
     "a query parameter was added, changed or lost after signing"},
    {"SignatureDoesNotMatch", "", cause::token_not_signed, possible,
     "the session token was added after signing, or changed"},
    {"SignatureDoesNotMatch", "", cause::secret, possible, "the secret access key is another"},

    {"ExpiredToken", "", cause::token_expired, certain,
     "the temporary credentials that signed are dead, and their URLs with them, however late the "
     "URL's own end"},
    {"ExpiredTokenException", "", cause::token_expired, certain,
     "the temporary credentials that signed are dead, and their URLs with them"},
    {"RequestExpired", "", cause::expired, certain, is_over},
    {"ExpiredRequest", "", cause::expired, certain, is_over},
    {"RequestTimeTooSkewed", "", cause::clock, certain,
     "the signing time is too far from the server's clock; for a presigned URL some stores ask for "
     "this, and Amazon S3 does not"},

    {"InvalidToken", "", cause::token_invalid, certain,
     "the session token is damaged, or not the one that goes with the access key id"},
    {"InvalidSecurity", "", cause::token_invalid, likely,
     "the credentials are not good, or their session token is not"},
    {"InvalidAccessKeyId", "", cause::access_key, certain, unknown_key},
    {"InvalidClientTokenId", "", cause::access_key, certain, unknown_key},
    {"UnrecognizedClientException", "", cause::access_key, certain, unknown_key},

    {"AuthorizationQueryParametersError", "less than a week", cause::invalid_expiry, certain,
     bad_expiry},
    {"AuthorizationQueryParametersError", "X-Amz-Expires", cause::invalid_expiry, certain,
     bad_expiry},
    {"AuthorizationQueryParametersError", "region", cause::region, certain,
     "the URL is signed for another region than the server's", &error_body::region},
    {"AuthorizationQueryParametersError", "service", cause::service, certain,
     "the URL is signed for another service than the server's"},
    {"AuthorizationQueryParametersError", "date", cause::date, certain,
     "the date of the credential scope must be that of X-Amz-Date"},
    {"AuthorizationQueryParametersError", "", cause::malformed_url, certain,
     "a parameter that signing adds is missing, or not as it must be"},
    {"AuthorizationHeaderMalformed", "region", cause::region, certain,
     "the request is signed for another region than the server's", &error_body::region},
    {"AuthorizationHeaderMalformed", "service", cause::service, certain,
     "the request is signed for another service than the server's"},
    {"AuthorizationHeaderMalformed", "date", cause::date, certain,
     "the date of the credential scope must be that of X-Amz-Date"},
    {"AuthorizationHeaderMalformed", "", cause::malformed_url, likely,
     "a parameter that signing adds is missing, or an Authorization header was sent"},
    {"IncompleteSignature", "", cause::malformed_url, certain,
     "a parameter that signing adds is missing, or not as it must be"},
    {"MissingAuthenticationToken", "", cause::malformed_url, likely,
     "the signature did not arrive: the query was cut off on its way"},

    {"InvalidArgument", "Only one auth mechanism", cause::two_signatures, certain,
     "an Authorization header was sent beside the URL's own signature: send none"},
    {"InvalidArgument", "X-Amz-Algorithm", cause::algorithm, certain,
     "the server does not take this signing algorithm"},
    {"InvalidArgument", "", cause::malformed_url, possible,
     "a parameter that arrived is not as the server takes it"},
    {"InvalidRequest", "AWS4-HMAC-SHA256", cause::algorithm, certain,
     "the bucket's region takes Signature Version 4 alone, and the URL has another"},
    {"InvalidRequest", "", cause::operation, possible,
     "the method or its parameters do not suit what the URL names"},
    {"MethodNotAllowed", "", cause::operation, certain,
     "what the URL names does not take this method"},
    {"XAmzContentSHA256Mismatch", "", cause::payload_hash, certain,
     "the body does not hash to the payload hash that was sent or signed"},
    {"BadDigest", "", cause::payload_hash, certain,
     "the body does not hash to what was sent or signed of it"},

    {"PermanentRedirect", "", cause::wrong_endpoint, certain, is_elsewhere, &error_body::endpoint},
    {"TemporaryRedirect", "", cause::wrong_endpoint, certain, is_elsewhere, &error_body::endpoint},
    {"Redirect", "", cause::wrong_endpoint, certain, is_elsewhere, &error_body::endpoint},
    {"IllegalLocationConstraintException", "", cause::wrong_endpoint, certain, is_elsewhere},
    {"NoSuchBucket", "", cause::no_such_bucket, certain,
     "there is no such bucket at this address; the signature may be good"},
    {"NoSuchKey", "", cause::no_such_key, certain,
     "the URL was accepted, and there is no object with this key"},
    {"NoSuchVersion", "", cause::no_such_key, certain,
     "the URL was accepted, and the object has no such version"},

    {"SlowDown", "", cause::server, certain, broken_server},
    {"ServiceUnavailable", "", cause::server, certain, broken_server},
    {"InternalError", "", cause::server, certain, broken_server},
};

}  // namespace

std::vector<finding> meaning_of(const error_body& answer) {
  std::vector<finding> findings;
  for (const auto& one : rows) {
    if (one.code != answer.code || answer.message.find(one.words) == std::string::npos) continue;
    std::string sentence(one.sentence);
    if (one.detail && !(answer.*one.detail).empty()) {
      sentence.append(": ").append(quoted(answer.*one.detail));
    }
    findings.push_back({one.cause, one.certainty, std::move(sentence)});
    if (!one.words.empty()) break;
  }
  if (findings.empty() && !answer.code.empty()) {
    findings.push_back({cause::unexplained, possible,
                        "the server refused the URL with a code that says nothing of its own about "
                        "presigned URLs"});
  }
  return findings;
}

}  // namespace presign::detail
