// What explain() draws on: the sources of findings, and what they share.
// Cold functions, and all that only they call, are compiled for size: a request has failed already.
#pragma once

#include "base/text.hpp"
#include "base/url.hpp"
#include "verify/verify.hpp"

#include <presign/explain.hpp>

namespace presign::detail {

inline constexpr auto certain = certainty::certain;
inline constexpr auto likely = certainty::likely;
inline constexpr auto possible = certainty::possible;

/// The pieces of a sentence.
using pieces = std::initializer_list<std::string_view>;

/// Makes a finding. Its sentence is what was seen, if anything, and then what each finding of this
/// cause means.
[[gnu::cold]] finding make_finding(cause cause, certainty certainty, pieces seen = {});

/// Quotes text, with secrets replaced.
std::string quoted_safely(std::string_view text);

/// Returns the name of a parameter "name=value".
inline std::string_view name_of(std::string_view parameter) {
  return parameter.substr(0, parameter.find('='));
}

/// Returns the text percent-decoded, or as it is if an escape is broken.
std::string decoded(std::string_view encoded);

inline bool is_s3(const unverified_request& request) { return begins_with(request.service, "s3"); }

/// What the host of a multi-region access point has after its alias.
inline constexpr std::string_view multi_region = ".accesspoint.s3-global.";

/// Returns what can be found without the secret and without a server's response, at this time.
[[gnu::cold]] std::vector<finding> check_url(const url_parts& url, const parsed_request& parsed,
                                             const service_rules& rules, time_point at);

/// What the response says, as far as explain() uses it. What it does not say is empty.
/// https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
struct error_response {
  std::string code = {};  ///< "SignatureDoesNotMatch"
  std::string message = {};
  std::string canonical_request = {};  ///< as the server computed it from what it received
  std::string string_to_sign = {};
  std::string signature = {};           ///< that arrived
  std::string region = {};              ///< the region that the server expected
  std::string endpoint = {};            ///< where the bucket is
  std::string headers_not_signed = {};  ///< headers that had to be signed
  std::string argument_name = {};       ///< of an InvalidArgument
  std::string key = {};                 ///< of the object that the response is about
  std::string server_time = {};
  std::string left_out = {};  ///< what could not be read as it was sent, in words
};

/// Reads the elements of the first <Error>, or else the JSON of an error, or else a text that has
/// an error code in it. Broken XML is read as far as possible. Attributes, CDATA and entities other
/// than XML's five are not known. Takes time and memory in proportion to the text.
/// Error: invalid_response.
[[gnu::cold]] result<error_response> parse_error_response(std::string_view body);

struct code_findings {
  std::vector<finding> findings;       ///< the most likely cause first
  bool signature_is_accepted = false;  ///< the server sends this code only after that
  bool names_value = false;            ///< the response says which value is wrong, or right
};

/// Returns what the error code may mean: at least that it is not known.
[[gnu::cold]] code_findings findings_of(const error_response& response);

using difference = explanation::difference;

struct canonical_diff {
  std::vector<finding> findings;  ///< none if the texts are equal
  std::optional<difference> first_difference;
};

/// Compares the texts that a URL gives with those that the server computed from the request that it
/// received, as far as its response has them. A header line of ours without a value is unknown: it
/// is taken to be the server's.
[[gnu::cold]] canonical_diff compare(std::string_view canonical_request,
                                     std::string_view string_to_sign,
                                     const error_response& response);

/// Returns the one mistake with which the credentials, which are those of the request's access key
/// id, would have made the signature; nothing if there is none, or more than one at once.
/// Error: crypto_failure.
[[gnu::cold]] result<std::optional<finding>> find_mistake(const credentials& credentials,
                                                          const unverified_request& request,
                                                          const service_rules& rules,
                                                          const url_parts& url);

}  // namespace presign::detail
