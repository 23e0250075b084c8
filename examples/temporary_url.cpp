// Shows what becomes of a URL whose temporary credentials die before it does.
//
//     temporary_url BUCKET KEY
//
// A URL dies with the credentials that signed it, whatever its own expiry says. Where their end is
// known (AWS_CREDENTIAL_EXPIRATION, beside AWS_SESSION_TOKEN), the caller chooses: sign and report
// the true end, end the URL with them, or refuse.
#include <presign/presign.hpp>

#include <array>
#include <exception>
#include <iostream>
#include <stdexcept>
#include <string>
#include <utility>

namespace {

std::string text(presign::time_point when) {
  return std::string(presign::sigv4::amz_date::at(when).value().text());
}

}  // namespace

int main(int argc, char** argv) try {
  using namespace std::chrono_literals;
  using presign::on_credential_expiry;
  if (argc != 3) throw std::invalid_argument("usage: temporary_url BUCKET KEY");

  const auto who = presign::credentials::from_environment().value();
  const auto bucket = presign::s3::bucket::at(argv[1], {presign::find_region().value()}).value();
  const presign::signer signer{who};
  std::cout << "credentials: good until " << (who.expires_at ? text(*who.expires_at) : "(not told)")
            << '\n';

  constexpr std::array policies{std::pair{"report", on_credential_expiry::report},
                                std::pair{"clamp", on_credential_expiry::clamp},
                                std::pair{"fail", on_credential_expiry::fail}};
  for (const auto& [name, policy] : policies) {
    presign::presign_options options;
    options.when_credentials_expire_first = policy;
    const auto link = signer.presign(bucket.get(argv[2]), 12h, options);
    if (link) {
      std::cout << name << ": good until " << text(link->expires_at) << ", " << link->url << '\n';
      for (const auto one : link->warnings) std::cout << name << ": " << describe(one) << '\n';
    } else {
      std::cout << name << ": " << link.error().message << '\n';
    }
  }
} catch (const std::exception& failure) {
  std::cerr << failure.what() << '\n';
  return 1;
}
