// The public signer. prepared_request.cpp has the steps.
#include "s3/endpoint.hpp"
#include "signer/prepared_request.hpp"

namespace presign {

using detail::prepared_request;
using std::chrono::seconds;

signer::signer(credentials credentials)
    : state_(std::make_shared<const detail::signer_state>(std::move(credentials))) {}

result<presigned_url> signer::presign(const request& request, seconds expires_in,
                                      const presign_options& options) const {
  prepared_request prepared(*state_, request, expires_in, options);
  if (prepared.error()) return *prepared.error();
  auto link = prepared.take_details();
  if (auto failure = prepared.append_url(link.url)) return *std::move(failure);
  return link;
}

result<signed_request> signer::sign(const request& request, const sign_options& options) const {
  const prepared_request prepared(*state_, request, options.at ? *options.at : now());
  if (prepared.error()) return *prepared.error();
  return prepared.sign();
}

// ── Many URLs ───────────────────────────────────────────────────────────────────────────────────

struct url_batch::state {
  state(std::shared_ptr<const detail::signer_state> with, presign::request without_key,
        seconds expires_in, const presign_options& options)
      : signer(std::move(with)),
        request(std::move(without_key)),
        prepared(*signer, request, expires_in, options) {}

  const std::shared_ptr<const detail::signer_state> signer;
  const presign::request request;  // its path is what comes before the key
  const prepared_request prepared;
};

result<url_batch> signer::batch(const s3::bucket& bucket, seconds expires_in,
                                const batch_options& options) const {
  auto request = bucket.common_;
  request.path.append("/");
  request.method = options.method;
  request.query_parameters = options.query_parameters;
  request.headers = options.headers;
  request.payload_hash = options.payload_hash;
  const auto state = std::make_shared<const url_batch::state>(state_, std::move(request),
                                                              expires_in, options.signing);
  if (state->prepared.error()) return *state->prepared.error();
  return url_batch(state);
}

std::optional<error> url_batch::append(std::string& url, std::string_view key) const {
  if (auto failure = detail::check_key(key)) return failure;
  return state_->prepared.append_url(url, key);
}

const presigned_url& url_batch::common() const noexcept { return state_->prepared.details(); }

}  // namespace presign
