// Signs AWS's published example, and fails unless the signature is the published one:
// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
#include <presign/presign.hpp>

#include <iostream>
#include <string>
#include <system_error>

int main() try {
  using namespace std::chrono_literals;
  const std::string signature = "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404";

  const presign::signer signer{
      presign::credentials{"AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"}};
  const auto bucket =
      presign::s3::bucket::at("examplebucket", {"us-east-1", "https://s3.amazonaws.com"}).value();
  presign::presign_options options;
  options.at = presign::sigv4::amz_date::parse("20130524T000000Z").value().time();
  const auto link = signer.presign(bucket.get("test.txt"), 24h, options).value();
  if (link.url.find("&X-Amz-Signature=" + signature) == std::string::npos) {
    std::cerr << link.url << '\n';
    return 1;
  }
  // An error is recognised, thrown or not, on this side of the library's edge.
  if (signer.presign(bucket.get(""), 24h).error().code != presign::errc::invalid_key) return 1;
  try {
    signer.presign(bucket.get(""), 24h).value();
    return 1;
  } catch (const std::system_error& failure) {
    return failure.code() == presign::errc::invalid_key ? 0 : 1;
  }
} catch (const std::exception& failure) {
  std::cerr << failure.what() << '\n';
  return 1;
}
