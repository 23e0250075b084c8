#include "ways.hpp"

#include "floor.hpp"
#include "workload.hpp"

#include <array>
#include <chrono>
#include <memory>
#include <stdexcept>
#include <utility>

namespace ways {
namespace {

using namespace std::chrono_literals;

// All threads of a way share one signer.
using shared_signer = std::shared_ptr<const presign::signer>;

signing by_floor(const presign::credentials& credentials) {
  const auto signer = std::make_shared<const benchmark_floor::signer>(credentials);
  auto url = std::make_shared<std::array<char, benchmark_floor::signer::buffer_size>>();
  return [signer, url](const std::string& key) {
    return std::string_view(url->data(), signer->sign(key, url->data()));
  };
}

// Signs with a batch, into the memory of the previous URL or into a new string.
signing by_batch(const shared_signer& signer, const presign::s3::bucket& bucket, bool to_new_string,
                 presign::batch_options options) {
  options.signing = workload::options();
  const auto batch = signer->batch(bucket, workload::expires_in, options).value();
  const auto url = std::make_shared<std::string>();
  return [batch, url, to_new_string](const std::string& key) {
    if (to_new_string) std::string().swap(*url);
    url->clear();
    if (auto failure = batch.append(*url, key)) throw std::runtime_error(failure->message);
    return std::string_view(*url);
  };
}

// Signs each URL on its own, from bucket and key: all in one second, or each in another second.
signing one_by_one(const shared_signer& signer, const presign::s3::bucket& bucket,
                   std::chrono::seconds apart) {
  const auto url = std::make_shared<std::string>();
  return [=, options = workload::options(), day = workload::at](const std::string& key) mutable {
    *url = std::move(signer->presign(bucket.get(key), workload::expires_in, options).value().url);
    options.at = day + (*options.at - day + apart) % std::chrono::hours{12};
    return std::string_view(*url);
  };
}

// Signs each URL with a new signer, which derives the signing key.
signing by_new_signer(const presign::credentials& credentials, const presign::s3::bucket& bucket) {
  const auto url = std::make_shared<std::string>();
  return [credentials, bucket, url, options = workload::options()](const std::string& key) {
    const presign::signer signer{credentials};
    *url = std::move(signer.presign(bucket.get(key), workload::expires_in, options).value().url);
    return std::string_view(*url);
  };
}

// Verifies the URL that was signed for the key before, as a server receives it.
template <class Verify>
signing by_verifying(const presign::credentials& credentials, const presign::s3::bucket& bucket,
                     Verify verify) {
  const presign::signer signer{credentials};
  std::vector<std::string> urls;
  for (const auto& key : workload::keys(1000)) {
    const auto options = workload::options();
    urls.push_back(signer.presign(bucket.get(key), workload::expires_in, options).value().url);
  }
  presign::received_request received{"GET", {}, {{"host", workload::host}}};
  return [verify, urls, received](const std::string& key) mutable {
    const std::string_view url = urls.at(workload::number_of(key));
    received.target = url.substr(std::string_view("https://").size() + workload::host.size());
    const auto request = presign::parse_request(received);
    if (!verify(request.value())) throw std::runtime_error("rejected");
    return url;
  };
}

presign::batch_options with_more() {
  presign::batch_options options;
  options.query_parameters = {{"response-content-type", "image/jpeg"},
                              {"versionId", "3sL4kqtJlcpXroDTDmJ"},
                              {"x-id", "GetObject"}};
  options.headers = {{"range", "bytes=0-1048575"}, {"x-amz-expected-bucket-owner", "111122223333"}};
  return options;
}

std::vector<way> make_all() {
  const auto photos = workload::photos();
  const auto by_path = workload::photos(presign::s3::addressing::path);
  std::vector<way> result;
  for (const std::string with : {"", "/token"}) {
    const auto credentials = with.empty() ? workload::permanent() : workload::temporary();
    const auto signer = std::make_shared<const presign::signer>(credentials);
    result.push_back({"floor" + with, [=] { return by_floor(credentials); }});
    const auto batch = [signer](const presign::s3::bucket& bucket, bool to_new_string = false,
                                const presign::batch_options& options = {}) {
      return [=] { return by_batch(signer, bucket, to_new_string, options); };
    };
    result.push_back({"batch" + with, batch(photos)});
    result.push_back({"batch_to_new_string" + with, batch(photos, true)});
    result.push_back({"batch_path_style" + with, batch(by_path)});
    result.push_back({"batch_with_more" + with, batch(photos, false, with_more())});
    result.push_back({"one_by_one" + with, [=] { return one_by_one(signer, photos, 0s); }});
    result.push_back({"one_a_second" + with, [=] { return one_by_one(signer, photos, 1s); }});
    result.push_back(
        {"one_by_one_new_signer" + with, [=] { return by_new_signer(credentials, photos); }});
    const presign::verifier verifier{credentials};
    const auto kept = [=](const auto& request) { return verifier.verify(request, {workload::at}); };
    result.push_back({"verify" + with, [=] { return by_verifying(credentials, photos, kept); }});
    const auto with_new_key = [=](const auto& request) {
      return presign::verifier{credentials}.verify(request, {workload::at});
    };
    result.push_back(
        {"verify_new_key" + with, [=] { return by_verifying(credentials, photos, with_new_key); }});
  }
  return result;
}

}  // namespace

const std::vector<way>& all() {
  static const auto result = make_all();
  return result;
}

}  // namespace ways
