// Prints the request that uploads one object of a given type within 15 minutes: the method with the
// URL, then each header that must be sent.
//
//     put_url BUCKET KEY CONTENT-TYPE
//
// The content type is signed, so S3 rejects an upload with any other. A server would give these
// lines to the page that uploads. Nothing here throws.
#include <presign/presign.hpp>

#include <iostream>

namespace {

int report(const presign::error& failure) {
  std::cerr << failure.message << '\n';
  return 1;
}

}  // namespace

// NOLINTNEXTLINE(bugprone-exception-escape): only std::bad_alloc, and value() of an error.
int main(int argc, char** argv) {
  using namespace std::chrono_literals;
  if (argc != 4) {
    std::cerr << "usage: put_url BUCKET KEY CONTENT-TYPE\n";
    return 1;
  }
  const auto credentials = presign::credentials::find();
  if (!credentials) return report(credentials.error());
  const auto bucket = presign::s3::bucket::find(argv[1]);
  if (!bucket) return report(bucket.error());

  const presign::signer signer{*credentials};
  const auto upload = bucket->put(argv[2]).header("content-type", argv[3]);
  const auto link = signer.presign(upload, 15min);
  if (!link) return report(link.error());

  std::cout << link->method << ' ' << link->url << '\n';
  for (const auto& [name, value] : link->headers) std::cout << name << ": " << value << '\n';
}
