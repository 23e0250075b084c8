// Step: the canonical request, and its hash.
#include "crypto.hpp"
#include "text_or_hash.hpp"

#include <presign/sigv4.hpp>

namespace presign::sigv4 {
namespace {

//   <HTTPMethod>\n
//   <CanonicalURI>\n
//   <CanonicalQueryString>\n
//   <CanonicalHeaders>\n        (each header ends in a newline of its own)
//   <SignedHeaders>\n
//   <HashedPayload>
template <class Sink>
void write(Sink& sink, const canonical_request& parts) {
  sink.update(parts.method);
  sink.update("\n");
  sink.update(parts.path);
  sink.update("\n");
  sink.update(parts.query);
  sink.update("\n");
  sink.update(parts.headers);
  sink.update("\n");
  sink.update(parts.signed_headers);
  sink.update("\n");
  sink.update(parts.payload_hash);
}

}  // namespace

std::string canonical_request::text() const {
  detail::text_sink paper;
  write(paper, *this);
  return std::move(paper.text);
}

result<digest> canonical_request::hash() const {
  detail::sha256 hash;
  write(hash, *this);
  return hash.finish();
}

result<std::string> payload_hash(std::string_view body) {
  const auto hashed = detail::sha256_of(body);
  if (!hashed) return hashed.error();
  return hex(*hashed);
}

}  // namespace presign::sigv4
