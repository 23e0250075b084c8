#include "sign_object.hpp"

#include "messages.hpp"
#include "options.hpp"
#include "output.hpp"
#include "request.hpp"

#include <presign/credentials.hpp>
#include <presign/presigner.hpp>

#include <iostream>

namespace cli {
namespace {

// As with the AWS CLI, us-east-1 where nothing names a region.
presign::result<std::string> choose_region(const options& asked) {
  if (!asked.region.empty()) return asked.region;
  auto found = presign::find_region(asked.profile);
  if (found || found.error().code != presign::errc::missing_region) return found;
  say("note", "no region is configured, using us-east-1");
  return std::string("us-east-1");
}

presign::result<presign::presigned_url> sign(const options& asked) {
  const auto who = presign::credentials::find(asked.profile);
  if (!who) return who.error();
  const auto region = choose_region(asked);
  if (!region) return region.error();
  const auto request = make_request(asked, *region);
  if (!request) return request.error();

  presign::presign_options how;
  how.at = asked.date;
  how.stable_window = asked.stable_window;
  return presign::presigner{*who}.presign(*request, asked.expires_in, how);
}

int fail(const presign::error& why) {
  say("error", why.message);
  return 1;
}

}  // namespace

int sign_object(const std::vector<std::string>& arguments) {
  const auto parsed = parse(arguments);
  if (const int* status = std::get_if<int>(&parsed)) return *status;
  const auto& asked = std::get<options>(parsed);

  const auto link = sign(asked);
  if (!link) return fail(link.error());
  const auto text = write(*link, asked.output);
  if (!text) return fail(text.error());
  for (const auto one : link->warnings) say("warning", presign::describe(one));
  std::cout << *text << '\n';
  return 0;
}

}  // namespace cli
