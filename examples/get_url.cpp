// Prints a URL that lets anybody download one object for an hour.
//
//     get_url BUCKET KEY
//
// Credentials and region come from the environment or from a profile, as with the AWS tools.
#include <presign/presign.hpp>

#include <exception>
#include <iostream>
#include <stdexcept>

int main(int argc, char** argv) try {
  using namespace std::chrono_literals;
  if (argc != 3) throw std::invalid_argument("usage: get_url BUCKET KEY");

  const presign::signer signer{presign::credentials::find().value()};
  const auto bucket = presign::s3::bucket::find(argv[1]).value();
  const auto link = signer.presign(bucket.get(argv[2]), 1h).value();
  std::cout << link.url << '\n';
} catch (const std::exception& failure) {  // value() throws if there is an error
  std::cerr << failure.what() << '\n';
  return 1;
}
