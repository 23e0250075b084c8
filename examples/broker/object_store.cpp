#include "object_store.hpp"

#include <presign/signer.hpp>

#include <pugixml.hpp>

#include <chrono>

namespace broker {
namespace {

using namespace std::chrono_literals;

// Used at once; the rest is for clocks that differ.
constexpr auto life = 5min;

}  // namespace

presign::s3::bucket bucket_at(const std::string& name, const std::string& region,
                              const std::string& endpoint) {
  using presign::s3::addressing;
  const auto style = endpoint.empty() ? addressing::automatic : addressing::path;
  return presign::s3::bucket::at(name, {region, endpoint, style}).value();
}

store_refused refusal(const std::string& operation, const http_answer& answer) {
  pugi::xml_document document;
  document.load_buffer(answer.body.data(), answer.body.size());
  const auto error = document.document_element();  // in STS's answers, one level further down
  const auto* code = (error.child("Error") ? error.child("Error") : error).child_value("Code");
  return {operation + ": " + std::to_string(answer.status) + ' ' + code, answer.status};
}

std::optional<std::string> object_store::get(const std::string& key,
                                             const presign::credentials& who) const {
  auto answer = send(bucket_.get(key), who);
  if (answer.status == 404) return std::nullopt;
  if (answer.status != 200) throw refusal("GetObject", answer);
  return std::move(answer.body);
}

bool object_store::create(const std::string& key, const std::string& body,
                          const presign::credentials& who) const {
  const auto answer = send(bucket_.put(key).header("if-none-match", "*"), who, body);
  // 409: another request was creating it at the same time.
  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
  if (answer.status == 412 || answer.status == 409) return false;
  if (answer.status != 200) throw refusal("PutObject", answer);
  return true;
}

void object_store::put(const std::string& key, const std::string& body,
                       const presign::credentials& who) const {
  const auto answer = send(bucket_.put(key), who, body);
  if (answer.status != 200) throw refusal("PutObject", answer);
}

std::string object_store::list(const presign::s3::list_options& what,
                               const presign::credentials& who) const {
  auto answer = send(bucket_.list(what), who);
  if (answer.status != 200) throw refusal("ListObjectsV2", answer);
  return std::move(answer.body);
}

http_answer object_store::send(const presign::request& what, const presign::credentials& who,
                               const std::string& body) const {
  auto answer = http_.send(presign::signer{who}.presign(what, life).value(), body);
  if (answer.status >= 500) {
    throw store_unavailable("the store responds with " + std::to_string(answer.status));
  }
  return answer;
}

}  // namespace broker
