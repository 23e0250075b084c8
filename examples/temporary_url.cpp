// Shows what happens if temporary credentials expire before the URL that they signed.
//
//     temporary_url BUCKET KEY
//
// A URL stops working when the credentials that signed it expire, whatever its own expiry says. If
// that time is known (AWS_CREDENTIAL_EXPIRATION, next to AWS_SESSION_TOKEN), callers choose: report
// when the URL stops working, clamp its expiry to that time, or fail.
#include <presign/presign.hpp>

#include <array>
#include <exception>
#include <iostream>
#include <stdexcept>
#include <string>
#include <utility>

namespace {

std::string text(presign::time_point time) {
  return std::string(presign::sigv4::amz_date::at(time).value().text());
}

}  // namespace

int main(int argc, char** argv) try {
  using namespace std::chrono_literals;
  using presign::on_credential_expiry;
  if (argc != 3) throw std::invalid_argument("usage: temporary_url BUCKET KEY");

  const auto credentials = presign::credentials::from_environment().value();
  const auto bucket = presign::s3::bucket::find(argv[1]).value();
  const presign::signer signer{credentials};
  std::cout << "credentials: valid until "
            << (credentials.expires_at ? text(*credentials.expires_at) : "(unknown)") << '\n';

  constexpr std::array policies{std::pair{"report", on_credential_expiry::report},
                                std::pair{"clamp", on_credential_expiry::clamp},
                                std::pair{"fail", on_credential_expiry::fail}};
  for (const auto& [name, policy] : policies) {
    presign::presign_options options;
    options.when_credentials_expire_first = policy;
    const auto link = signer.presign(bucket.get(argv[2]), 12h, options);
    if (link) {
      std::cout << name << ": valid until " << text(link->expires_at) << ", " << link->url << '\n';
      for (const auto warning : link->warnings) {
        std::cout << name << ": " << describe(warning) << '\n';
      }
    } else {
      std::cout << name << ": " << link.error().message << '\n';
    }
  }
} catch (const std::exception& failure) {
  std::cerr << failure.what() << '\n';
  return 1;
}
