// A request on its way to be signed, by the steps that all ways of signing share.
#include "signer/draft.hpp"

#include "base/hex.hpp"
#include "base/host.hpp"
#include "signer/request_check.hpp"
#include "sigv4/uri_encode.hpp"

#include <presign/sigv4.hpp>
#include <presign/sigv4a.hpp>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

namespace presign::detail {

draft::draft(const signer_state& signer, const request& what)
    : rules(what.rules ? *what.rules : service_rules::of(what.service)),
      signer_(signer),
      what_(what) {}

std::optional<error> draft::begin(time_point at) {
  if (auto failure = check(what_)) return failure;
  if (auto failure = find_start(at)) return failure;
  payload_hash = what_.payload_hash.empty() ? sigv4::empty_payload_hash : what_.payload_hash;
  origin_.append(what_.scheme, "://");
  return append_host(origin_, what_.scheme, what_.host);
}

// What the signer has kept of this second was checked then.
std::optional<error> draft::find_start(time_point at) {
  if (uses_sigv4a()) return make_sigv4a_start(at);
  if (!signer_.starts.find(start_, at, what_.region, what_.service)) {
    if (auto failure = make_start(at)) return failure;
  }
  mac_.emplace(start_.mac);
  if (!mac_->is_sound()) return hash_refusal();
  return {};
}

std::optional<error> draft::make_start(time_point at) {
  if (auto failure = check_scope(what_)) return failure;
  if (auto failure =
          start_.make(signer_.who.secret_access_key.reveal(), at, what_.region, what_.service)) {
    return failure;
  }
  signer_.starts.keep(start_);
  return {};
}

std::optional<error> draft::make_sigv4a_start(time_point at) {
  if (auto failure = check_scope(what_)) return failure;
  const auto date = sigv4::amz_date::at(at);
  if (!date) return date.error();
  start_.at = at;
  date->text().copy(start_.date.data(), start_.date.size());
  return {};
}

void draft::write_headers(std::initializer_list<header_view> ours) {
  std::array<header_view, 8> few;
  std::vector<header_view> many;
  const auto count = 1 + ours.size() + what_.headers.size();
  if (count > few.size()) many.resize(count);
  auto* const headers = many.empty() ? few.data() : many.data();

  auto* end = headers;
  *end++ = {"host", origin_.view().substr(what_.scheme.size() + 3)};
  end = std::copy_if(ours.begin(), ours.end(), end,
                     [](const auto& one) { return !one.name.empty(); });
  for (const auto& one : what_.headers) *end++ = {one.name, one.value};
  sort_headers(headers, end);
  write_header_lines(headers, end, header_lines_);
  write_header_names(headers, end, signed_headers_);
}

// The canonical request's path is a slice of the URL, and its query what was copied there: what is
// signed cannot drift from what is sent. Only S3 signs the path as it stands in the URL; for others
// it is made from the raw one.
std::optional<error> draft::sign(std::string_view path, std::string_view rest, string_writer& url,
                                 signature_text& signature) const {
  url.append(origin_.view());
  const auto path_at = url.size();
  append_encoded(url, path, sigv4::slash::keep);
  append_encoded(url, rest, sigv4::slash::keep);
  const auto path_size = url.size() - path_at;
  if (!query_.view().empty()) url.append("?", query_.view());

  std::string other_path;
  if (rules.normalize_path || rules.encode_path_twice) {
    other_path = sigv4::canonical_path(std::string(path).append(rest), rules);
  }
  const sigv4::canonical_request canonical{
      what_.method,     other_path.empty() ? url.view(path_at).substr(0, path_size) : other_path,
      query_.view(),    header_lines(),
      signed_headers(), payload_hash};
  const auto hashed = canonical.hash();
  if (!hashed) return hashed.error();
  return append_signature(*hashed, signature);
}

std::optional<error> draft::append_signature(const sigv4::digest& hashed, text_writer& out) const {
  if (uses_sigv4a()) {
    if (!signer_.sigv4a_key) return signer_.sigv4a_key.error();
    const auto date = sigv4::amz_date::at(start_.at);
    if (!date) return date.error();
    const auto scope = sigv4a::credential_scope(*date, what_.service);
    const auto signature =
        sigv4a::signature(*signer_.sigv4a_key, sigv4a::string_to_sign(*date, scope, hashed));
    if (!signature) return signature.error();
    out.append(*signature);
    return {};
  }
  const auto signature = mac_->finish(hex_digits(hashed).view());
  if (!signature) return signature.error();
  out.append(hex_digits(*signature).view());
  return {};
}

// The largest that it can be.
std::size_t draft::url_size(std::size_t path_size) const {
  constexpr std::string_view names = "?&X-Amz-S3session-Token=&X-Amz-Signature=";
  const std::size_t signature = uses_sigv4a() ? 144 : 64;
  const auto token = sends_token_unsigned() ? signer_.encoded_token.reveal().size() : 0;
  return origin_.view().size() + 3 * path_size + query_.view().size() + token + names.size() +
         signature;
}

std::optional<error> draft::presign(std::string_view path, std::string_view rest,
                                    std::string& url) const {
  string_writer out{url, url_size(path.size() + rest.size())};
  signature_text signature;
  if (auto failure = sign(path, rest, out, signature)) return failure;
  if (sends_token_unsigned()) {
    out.append("&", token_parameter(), "=", signer_.encoded_token.reveal());
  }
  out.append("&X-Amz-Signature=", signature.view());
  out.finish();
  return {};
}

}  // namespace presign::detail
