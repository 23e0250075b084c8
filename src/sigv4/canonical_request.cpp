// Step: the canonical request, and its hash.
#include "base/crypto.hpp"
#include "base/text_writer.hpp"

#include <presign/sigv4.hpp>

namespace presign::sigv4 {
namespace {

//   <HTTPMethod>\n
//   <CanonicalURI>\n
//   <CanonicalQueryString>\n
//   <CanonicalHeaders>\n        (each header ends in a newline of its own)
//   <SignedHeaders>\n
//   <HashedPayload>
void write(detail::text_writer& out, const canonical_request& parts) {
  out.append(parts.method, "\n",          //
             parts.path, "\n",            //
             parts.query, "\n",           //
             parts.headers, "\n",         //
             parts.signed_headers, "\n",  //
             parts.payload_hash);
}

}  // namespace

std::string canonical_request::text() const {
  std::string text;
  detail::string_writer paper{text};
  write(paper, *this);
  paper.finish();
  return text;
}

result<digest> canonical_request::hash() const {
  detail::hash_writer hash;
  write(hash, *this);
  return hash.finish();
}

result<std::string> payload_hash(std::string_view body) {
  const auto hashed = detail::sha256_of(body);
  if (!hashed) return hashed.error();
  return hex(*hashed);
}

}  // namespace presign::sigv4
