#define OPENSSL_SUPPRESS_DEPRECATED

#include "floor.hpp"

#include "workload.hpp"

#include <presign/sigv4.hpp>

#include <array>
#include <cstring>

namespace benchmark_floor {
namespace {

using presign::sigv4::digest;

constexpr std::array<bool, 256> make_bare() {
  std::array<bool, 256> bare{};
  for (unsigned c = 0; c < 256; ++c) {
    bare[c] = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
              c == '-' || c == '.' || c == '_' || c == '~' || c == '/';
  }
  return bare;
}
constexpr auto bare = make_bare();

char* put(char* out, std::string_view text) {
  std::memcpy(out, text.data(), text.size());
  return out + text.size();
}

char* put_encoded(char* out, std::string_view raw) {
  constexpr char digits[] = "0123456789ABCDEF";
  for (const char c : raw) {
    const auto byte = static_cast<unsigned char>(c);
    if (bare[byte]) {
      *out++ = c;
    } else {
      *out++ = '%';
      *out++ = digits[byte >> 4];
      *out++ = digits[byte & 15];
    }
  }
  return out;
}

constexpr std::array<std::array<char, 2>, 256> make_hex() {
  std::array<std::array<char, 2>, 256> pairs{};
  constexpr char digits[] = "0123456789abcdef";
  for (unsigned byte = 0; byte < 256; ++byte) pairs[byte] = {digits[byte >> 4], digits[byte & 15]};
  return pairs;
}
constexpr auto hex_pairs = make_hex();

char* put_hex(char* out, const digest& bytes) {
  for (const auto byte : bytes) {
    std::memcpy(out, hex_pairs[byte].data(), 2);
    out += 2;
  }
  return out;
}

SHA256_CTX padded(const digest& key, unsigned char pad) {
  unsigned char block[SHA256_CBLOCK];
  std::memset(block, pad, sizeof block);
  for (std::size_t i = 0; i < key.size(); ++i) block[i] = static_cast<unsigned char>(key[i] ^ pad);
  SHA256_CTX context;
  SHA256_Init(&context);
  SHA256_Update(&context, block, sizeof block);
  return context;
}

}  // namespace

signer::signer(const presign::credentials& credentials) {
  namespace sigv4 = presign::sigv4;
  const auto date = sigv4::amz_date::at(workload::at).value();
  const auto scope = sigv4::credential_scope(date, workload::region, "s3");
  const auto token = credentials.session_token.reveal();
  origin_ = "https://" + std::string(workload::host);
  query_ = "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=" +
           sigv4::uri_encode(credentials.access_key_id + '/' + scope) +
           "&X-Amz-Date=" + std::string(date.text()) + "&X-Amz-Expires=3600" +
           (token.empty() ? "" : "&X-Amz-Security-Token=" + sigv4::uri_encode(token)) +
           "&X-Amz-SignedHeaders=host";
  remainder_ = "\nhost:" + std::string(workload::host) + "\n\nhost\nUNSIGNED-PAYLOAD";

  const auto key = sigv4::signing_key::derive(credentials.secret_access_key.reveal(), date,
                                              workload::region, "s3")
                       .value();
  inner_ = padded(key.reveal(), 0x36);
  outer_ = padded(key.reveal(), 0x5c);
  const auto head = "AWS4-HMAC-SHA256\n" + std::string(date.text()) + '\n' + scope + '\n';
  SHA256_Update(&inner_, head.data(), head.size());
}

std::size_t signer::sign(std::string_view key, char* url) const {
  char request[buffer_size];
  char* end = put(request, "GET\n/");
  end = put_encoded(end, key);
  const std::string_view path(request + 4, static_cast<std::size_t>(end - request) - 4);
  *end++ = '\n';
  end = put(end, query_);
  end = put(end, remainder_);

  digest hash;
  SHA256_CTX context;
  SHA256_Init(&context);
  SHA256_Update(&context, request, static_cast<std::size_t>(end - request));
  SHA256_Final(hash.data(), &context);

  char hex[64];
  put_hex(hex, hash);
  context = inner_;
  SHA256_Update(&context, hex, sizeof hex);
  SHA256_Final(hash.data(), &context);
  context = outer_;
  SHA256_Update(&context, hash.data(), hash.size());
  SHA256_Final(hash.data(), &context);

  end = put(url, origin_);
  end = put(end, path);
  *end++ = '?';
  end = put(end, query_);
  end = put(end, "&X-Amz-Signature=");
  end = put_hex(end, hash);
  return static_cast<std::size_t>(end - url);
}

}  // namespace benchmark_floor
