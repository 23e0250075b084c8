// One request, by the six steps of AWS's page "Create a signed AWS API request":
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
//
// append_url() takes the steps in order. What all URLs of a batch share is done before, once:
// prepare() begins step 3 and takes step 4, write_headers() and write_query() do most of step 1.
#include "signer/prepared_request.hpp"

#include "base/text.hpp"
#include "base/url.hpp"
#include "sigv4/signing_names.hpp"

#include <charconv>

namespace presign::detail {

signer_state::signer_state(presign::credentials given)
    : credentials(std::move(given)),
      error(check(credentials)),
      encoded_id(sigv4::uri_encode(credentials.access_key_id)),
      encoded_token(sigv4::uri_encode(credentials.session_token.reveal())),
      sigv4a_key(sigv4a::signing_key::derive(credentials.access_key_id,
                                             credentials.secret_access_key.reveal())) {}

// ── Preparing ───────────────────────────────────────────────────────────────────────────────────

prepared_request::prepared_request(const signer_state& signer, const request& request,
                                   std::chrono::seconds expires_in, const presign_options& options)
    : signer_(signer), request_(request) {
  const auto validity = validity_of(signer.credentials, expires_in, options);
  if (!error_ && !validity) error_ = validity.error();
  if (!error_) error_ = prepare(validity->signed_at);
  if (error_) return;
  if (rules_.unsigned_payload && request_.payload_hash.empty()) {
    canonical_.payload_hash = sigv4::unsigned_payload;
  }
  // Headers first: X-Amz-SignedHeaders in the query lists them.
  const name_value_view added{"x-amz-content-sha256", canonical_.payload_hash};
  const bool sends_hash =
      rules_.content_sha256_header && canonical_.payload_hash != sigv4::unsigned_payload;
  write_headers(&added, &added + (sends_hash ? 1 : 0));
  write_query(validity->expires);
  details_.method = request_.method;
  details_.signed_at = validity->signed_at;
  details_.expires_at = validity->expires_at;
  details_.warnings = warnings_of(signer_.credentials, request_, *validity);
}

prepared_request::prepared_request(const signer_state& signer, const request& request,
                                   time_point signed_at)
    : signer_(signer), request_(request) {
  if (!error_) error_ = prepare(signed_at);
  if (!error_) error_ = check_not_expired(signer_.credentials, signed_at);
  if (error_) return;
  std::array<name_value_view, 4> added;
  auto* end = added.data();
  *end++ = {"x-amz-date", date_->text()};
  if (uses_sigv4a()) *end++ = {"x-amz-region-set", request_.region};
  if (signs_token()) *end++ = {token_header(rules_), token()};
  // Receivers know a hash from the body, and a literal only from the header.
  const auto hash = canonical_.payload_hash;
  const bool is_literal = hash.size() != sigv4::empty_payload_hash.size() || !is_hex(hash);
  if (rules_.content_sha256_header || is_literal) *end++ = {"x-amz-content-sha256", hash};
  write_headers(added.data(), end);
  if (sends_token_unsigned()) {
    details_.headers.push_back({std::string(token_header(rules_)), std::string(token())});
  }
  query_writer{texts_, request_.query_parameters}.finish();
  canonical_.query = texts_.take();
  details_.warnings = warnings_of(signer_.credentials, request_, {});
}

// Checks the request, and computes what signing in the URL and in the headers share.
std::optional<error> prepared_request::prepare(time_point signed_at) {
  if (auto failure = check(request_)) return failure;
  const auto date = sigv4::amz_date::at(signed_at);
  if (!date) return date.error();
  date_ = *date;
  canonical_.method = request_.method;
  canonical_.payload_hash =
      request_.payload_hash.empty() ? sigv4::empty_payload_hash : request_.payload_hash;
  if (request_.path_is_encoded) {
    std::string raw;
    append_decoded(raw, request_.path);
    canonical_.path = texts_.keep(canonical_path_of(request_.path, raw, rules_));
  } else if (rules_.normalize_path || rules_.encode_path_twice) {
    canonical_.path = texts_.keep(sigv4::canonical_path(request_.path, rules_));
  }
  texts_.append(request_.scheme, "://");
  if (auto failure = append_host(texts_, request_.scheme, request_.host)) return failure;
  origin_ = texts_.take();

  // Step 3, except for the hash of the canonical request, which is not known yet.
  append_string_to_sign_prefix(texts_, scope());
  string_to_sign_prefix_ = texts_.take();
  // Step 4: derive the signing key.
  if (uses_sigv4a() && !signer_.sigv4a_key) return signer_.sigv4a_key.error();
  if (uses_sigv4a()) return {};
  const auto key = signer_.keys.find_or_derive(signer_.credentials.secret_access_key.reveal(),
                                               *date_, request_.region, request_.service);
  if (!key.is_valid()) return hash_failure();
  hmac_.emplace(key.midstate());
  hmac_->update(string_to_sign_prefix_);
  if (!hmac_->is_valid()) return hash_failure();
  return {};
}

// Step 1: writes the canonical headers: host, those that signing adds, and the caller's.
void prepared_request::write_headers(const name_value_view* added,
                                     const name_value_view* added_end) {
  std::array<name_value_view, 8> few;
  std::vector<name_value_view> many;
  const auto count = 1 + static_cast<std::size_t>(added_end - added) + request_.headers.size();
  if (count > few.size()) many.resize(count);
  auto* const begin = many.empty() ? few.data() : many.data();
  auto* end = begin;
  *end++ = {"host", origin_.substr(request_.scheme.size() + 3)};
  end = std::copy(added, added_end, end);
  for (const auto& each : request_.headers) *end++ = {each.name, each.value};
  sort_headers(begin, end);
  write_header_lines(begin, end, texts_);
  canonical_.headers = texts_.take();
  canonical_.signed_headers = "host";
  if (count == 1) return;  // users of the URL send host anyway
  write_header_names(canonical_.headers, texts_);
  canonical_.signed_headers = texts_.take();
  // The others are sent as they are signed: headers of one name make one line.
  for (auto lines = canonical_.headers; !lines.empty();) {
    auto value = take_until('\n', lines);
    const auto name = take_until(':', value);
    if (name != "host") details_.headers.push_back({std::string(name), std::string(value)});
  }
}

// Step 1: writes the canonical query, which is the caller's parameters and those that signing adds.
void prepared_request::write_query(std::chrono::seconds expires) {
  std::array<char, 20> digits;  // std::to_string takes longer
  const auto* const end = std::to_chars(digits.begin(), digits.end(), expires.count()).ptr;
  query_writer query{texts_, request_.query_parameters};
  query.add("X-Amz-Algorithm", algorithm_name(request_.algorithm));
  query.add("X-Amz-Credential", signer_.encoded_id, "%2F");
  append_scope(texts_, scope(), "%2F");  // continues the value of X-Amz-Credential
  query.add("X-Amz-Date", date_->text());
  query.add("X-Amz-Expires",
            std::string_view(digits.data(), static_cast<std::size_t>(end - digits.data())));
  if (uses_sigv4a()) query.add_raw("X-Amz-Region-Set", request_.region);
  if (signs_token()) query.add(token_parameter(rules_), signer_.encoded_token.reveal());
  query.add_raw("X-Amz-SignedHeaders", canonical_.signed_headers);
  query.finish();
  canonical_.query = texts_.take();
  if (!sends_token_unsigned()) return;
  texts_.append("&", token_parameter(rules_), "=", signer_.encoded_token.reveal());
  unsigned_token_ = texts_.take();
}

// ── Signing ─────────────────────────────────────────────────────────────────────────────────────

std::optional<error> prepared_request::append_url(std::string& url, std::string_view key) const {
  constexpr std::size_t signature_size = sizeof("?&X-Amz-Signature=") + 144;  // in SigV4A
  string_writer out{url, origin_.size() + 3 * (request_.path.size() + key.size()) +
                             canonical_.query.size() + unsigned_token_.size() + signature_size};
  // Step 1: create the canonical request. The query is the one in the URL, and for S3 so is the
  // path: what is signed is what is sent.
  const auto canonical = append_unsigned_url(out, key);
  // Step 2: create a hash of the canonical request.
  const auto hash = canonical.hash();
  if (!hash) return hash.error();
  // Steps 3 to 6: the hash completes the string to sign, the key that prepare() has derived signs
  // it, and the signature is added to the request. Some services take the session token unsigned.
  out.append(unsigned_token_, "&X-Amz-Signature=");
  if (auto failure = append_signature(out, *hash)) return failure;
  out.finish();
  return {};
}

result<signed_request> prepared_request::sign() const {
  signed_request signed_request{
      {}, request_.method, details_.headers, date_->time(), details_.warnings};
  string_writer url{signed_request.url};
  const auto hash = append_unsigned_url(url, {}).hash();
  if (!hash) return hash.error();
  url.finish();
  // "Authorization: Algorithm Credential=…, SignedHeaders=…, Signature=…"
  std::string authorization;
  string_writer value{authorization, 512};
  value.append(algorithm_name(request_.algorithm),
               " Credential=", signer_.credentials.access_key_id, "/");
  append_scope(value, scope());
  value.append(", SignedHeaders=", canonical_.signed_headers, ", Signature=");
  if (auto failure = append_signature(value, *hash)) return *std::move(failure);
  value.finish();
  signed_request.headers.push_back({"authorization", std::move(authorization)});
  return signed_request;
}

// Step 1: appends the URL up to its signature, and returns the canonical request. S3 signs slices
// of the URL. The path that other services sign lacks the key, but only S3's batches have one.
sigv4::canonical_request prepared_request::append_unsigned_url(string_writer& out,
                                                               std::string_view key) const {
  out.append(origin_);
  const auto path_at = out.size();
  request_.path_is_encoded ? out.append(request_.path) : append_encoded(out, request_.path, false);
  append_encoded(out, key, false);
  const auto path_size = out.size() - path_at;
  if (!canonical_.query.empty()) out.append("?", canonical_.query);
  auto canonical = canonical_;
  if (canonical.path.empty()) canonical.path = out.view(path_at).substr(0, path_size);
  return canonical;
}

// Steps 3 and 5. In SigV4, the HMAC has absorbed all of the string to sign except for the hash.
std::optional<error> prepared_request::append_signature(text_writer& out,
                                                        const digest& hash) const {
  const hex_digits hashed(hash);
  if (uses_sigv4a()) {
    const auto signature =
        sigv4a::signature(*signer_.sigv4a_key, joined({string_to_sign_prefix_, hashed.view()}));
    if (!signature) return signature.error();
    out.append(*signature);
    return {};
  }
  digest mac;
  if (!hmac_->finish_with(hashed.view(), mac)) return hash_failure();
  out.append(hex_digits(mac).view());
  return {};
}

}  // namespace presign::detail
