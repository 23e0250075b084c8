// The causes: their names, and what they mean.
#include "explain/findings.hpp"

#include "sigv4/steps.hpp"

#include <iterator>

namespace presign {
namespace {

struct description {
  std::string_view name;
  std::string_view meaning;  // can stand alone, or after what was seen
};

constexpr auto fixed_query = "the query may not change after signing";

// In the order of the enumerators.
constexpr description descriptions[] = {
    {"expired", "sign a new one"},
    {"not_yet_valid", "the clock that signed is ahead, or the clock of the receiver is behind"},
    {"clock", "the two clocks disagree, or the response belongs to another URL"},
    {"invalid_expiry", "X-Amz-Expires must be a whole number from 1 to 604800"},
    {"method", "a URL works only with the method that it was signed for"},
    {"host",
     "the Host header must arrive as it was signed; a proxy, a client or a redirect may change it"},
    {"port",
     "the Host header must arrive with the port that was signed, and a proxy may change it"},
    {"path", "the path must arrive as it was signed"},
    {"encoded_twice", "paths and queries must be percent-encoded exactly once"},
    {"plus_for_space", "a plus must be signed and sent as %2B, a space as %20"},
    {"path_normalized",
     "browsers and proxies remove \".\", \"..\" and doubled slashes; curl --path-as-is keeps them"},
    {"path_prefix", "nothing may be added to the beginning of a path, or removed, after signing"},
    {"parameter_added", fixed_query},
    {"parameter_missing", fixed_query},
    {"parameter_changed", fixed_query},
    {"parameter_order", "SigV4 sorts the query before it is signed"},
    {"header_not_sent",
     "the signed headers must be sent as they were signed, and a plain link does not send them"},
    {"header_changed", "a signed header must arrive with the value that was signed"},
    {"header_not_signed", "every x-amz-* header that is sent must be signed"},
    {"signed_headers", "the list of signed headers may not change after signing"},
    {"two_signatures", "a presigned URL must be sent without an Authorization header"},
    {"payload_hash",
     "the payload hash and the checksums that are signed must be those of the body"},
    {"algorithm", "sign with the algorithm that the server takes"},
    {"date", "the date of the credential scope must be that of X-Amz-Date"},
    {"region", "sign for the region that the bucket or service is in"},
    {"service", "sign for the service that receives the request"},
    {"unexplained", "the response does not say what differs"},
    {"secret", "the secret access key may not belong to the access key id"},
    {"access_key",
     "the id may be deleted, of another account, partition or store, or lack its session token"},
    {"token_missing", "a URL of temporary credentials must be signed with their session token"},
    {"token_unwanted", "permanent credentials have no session token"},
    {"token_not_signed",
     "the session token must be in the URL when it is signed, except for AWS IoT, which takes it "
     "unsigned"},
    {"token_invalid", "the session token must be valid, and belong to the access key id"},
    {"token_expired", "a URL works no longer than the temporary credentials that signed it"},
    {"permission",
     "a URL can do only what policies of user, role, bucket and encryption key let its signer do"},
    {"no_such_bucket", "there is no such bucket at this address; the signature may be valid"},
    {"no_such_key", "check the key, its letter case, and the version"},
    {"wrong_endpoint",
     "the bucket is in another region or at another address; a redirect does not help, because the "
     "host is signed: sign for the right one"},
    {"operation", "the server does not do what is asked for, whoever signs it"},
    {"server", "the server is busy or broken: try again later"},
    {"malformed_url", "a presigned URL must be used whole, as it was made"},
    {"plain_http", "everybody on the way can read the URL, and use it until it expires"},
    {"garbled_response", "save the response as it arrives, not as a browser shows it"},
};
static_assert(std::size(descriptions) == static_cast<std::size_t>(cause::garbled_response) + 1);

}  // namespace

std::string_view name(cause cause) noexcept {
  const auto index = static_cast<std::size_t>(cause);
  return index < std::size(descriptions) ? descriptions[index].name : "unknown";
}

std::string_view name(certainty certainty) noexcept {
  constexpr std::string_view names[] = {"certain", "likely", "possible", "note"};
  const auto index = static_cast<std::size_t>(certainty);
  return index < std::size(names) ? names[index] : "unknown";
}

finding detail::make_finding(presign::cause cause, presign::certainty certainty, pieces seen) {
  auto sentence = joined(seen);
  if (!sentence.empty()) sentence.append(": ");
  sentence.append(descriptions[static_cast<std::size_t>(cause)].meaning);
  return {cause, certainty, std::move(sentence)};
}

std::string detail::quoted_safely(std::string_view text) { return quoted_text(redact(text)); }

std::string detail::decoded(std::string_view encoded) {
  std::string raw;
  return append_decoded(raw, encoded) ? raw : std::string(encoded);
}

}  // namespace presign
