#include "sign_object.hpp"

#include "bucket.hpp"
#include "messages.hpp"
#include "output.hpp"

#include <presign/credentials.hpp>
#include <presign/signer.hpp>

#include <iostream>

namespace cli {

presign::request make_request(const presign::s3::bucket& bucket, const options& asked) {
  presign::s3::get_options what;
  what.version_id = asked.version_id;
  if (!asked.filename.empty()) {
    what.response_content_disposition = presign::s3::content_disposition(asked.filename);
  }
  auto request = bucket.get(asked.key, what);
  request.method = asked.method;
  for (const auto& one : asked.query) request.query(one.name, one.value);
  for (const auto& one : asked.headers) request.header(one.name, one.value);
  return request;
}

presign::presign_options signing_options(const options& asked) {
  presign::presign_options how;
  how.at = asked.date;
  how.stable_window = asked.stable_window;
  return how;
}

namespace {

presign::result<presign::presigned_url> sign(const options& asked) {
  const auto who = presign::credentials::find(asked.profile);
  if (!who) return who.error();
  const auto bucket = find_bucket(asked);
  if (!bucket) return bucket.error();

  return presign::signer{*who}.presign(make_request(*bucket, asked), asked.expires_in,
                                          signing_options(asked));
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
