#include "ways.hpp"

#include "floor.hpp"
#include "workload.hpp"

#include <array>
#include <memory>
#include <stdexcept>
#include <utility>

namespace ways {
namespace {

// A signer is shared by all threads that sign in the same way, as it is meant to be.
using shared_signer = std::shared_ptr<const presign::signer>;

signing by_floor(const presign::credentials& who) {
  const auto signer = std::make_shared<const benchmark_floor::signer>(who);
  auto url = std::make_shared<std::array<char, benchmark_floor::signer::buffer_size>>();
  return [signer, url](const std::string& key) {
    return std::string_view(url->data(), signer->sign(key, url->data()));
  };
}

// By a series, into the memory of the URL before it, or into a new string.
signing by_series(const shared_signer& signer, const presign::request& asked, bool anew) {
  const auto links = signer->batch(asked, workload::expires_in, workload::options()).value();
  const auto url = std::make_shared<std::string>();
  return [links, url, anew](const std::string& key) {
    if (anew) std::string().swap(*url);
    url->clear();
    if (auto failure = links.append(*url, key)) throw std::runtime_error(failure->message);
    return std::string_view(*url);
  };
}

// Each by itself, from bucket and key.
signing one_by_one(const shared_signer& signer, const presign::s3::bucket& bucket) {
  const auto url = std::make_shared<std::string>();
  return [signer, bucket, url, how = workload::options()](const std::string& key) {
    *url = std::move(signer->presign(bucket.get(key), workload::expires_in, how).value().url);
    return std::string_view(*url);
  };
}

// The same by a signer made for the one URL, which derives the signing key.
signing by_new_signer(const presign::credentials& who, const presign::s3::bucket& bucket) {
  const auto url = std::make_shared<std::string>();
  return [who, bucket, url, how = workload::options()](const std::string& key) {
    const presign::signer signer{who};
    *url = std::move(signer.presign(bucket.get(key), workload::expires_in, how).value().url);
    return std::string_view(*url);
  };
}

// Verifies the URL that was signed for the key before, as a server receives it.
template <class Verify>
signing by_verifying(const presign::credentials& who, const presign::s3::bucket& bucket,
                     Verify verify) {
  const presign::signer signer{who};
  std::vector<std::string> urls;
  for (const auto& key : workload::keys(1000)) {
    const auto how = workload::options();
    urls.push_back(signer.presign(bucket.get(key), workload::expires_in, how).value().url);
  }
  presign::received_request received{"GET", {}, {{"host", workload::host}}};
  return [verify, urls, received](const std::string& key) mutable {
    const std::string_view url = urls.at(workload::number_of(key));
    received.target = url.substr(std::string_view("https://").size() + workload::host.size());
    const auto presented = presign::parse_presigned(received);
    if (!verify(presented.value())) throw std::runtime_error("refused");
    return url;
  };
}

presign::request with_more(presign::request what) {
  what.query("response-content-type", "image/jpeg").query("versionId", "3sL4kqtJlcpXroDTDmJ");
  what.query("x-id", "GetObject");
  what.header("range", "bytes=0-1048575").header("x-amz-expected-bucket-owner", "111122223333");
  return what;
}

std::vector<way> make_all() {
  const auto photos = workload::photos();
  const auto by_path = workload::photos(presign::s3::addressing::path);
  std::vector<way> made;
  for (const std::string with : {"", "/token"}) {
    const auto who = with.empty() ? workload::permanent() : workload::temporary();
    const auto signer = std::make_shared<const presign::signer>(who);
    made.push_back({"floor" + with, [=] { return by_floor(who); }});
    const auto series = [signer](const presign::request& asked, bool anew = false) {
      return [=] { return by_series(signer, asked, anew); };
    };
    made.push_back({"series" + with, series(photos.get("key"))});
    made.push_back({"series_to_new_string" + with, series(photos.get("key"), true)});
    made.push_back({"series_path_style" + with, series(by_path.get("key"))});
    made.push_back({"series_with_more" + with, series(with_more(photos.get("key")))});
    made.push_back({"one_by_one" + with, [=] { return one_by_one(signer, photos); }});
    made.push_back({"one_by_one_new_signer" + with, [=] { return by_new_signer(who, photos); }});
    const presign::verifier verifier{who};
    const auto kept = [=](const auto& one) { return verifier.verify(one, workload::at); };
    made.push_back({"verify" + with, [=] { return by_verifying(who, photos, kept); }});
    const auto anew = [=](const auto& one) { return presign::verify(one, who, workload::at); };
    made.push_back({"verify_new_key" + with, [=] { return by_verifying(who, photos, anew); }});
  }
  return made;
}

}  // namespace

const std::vector<way>& all() {
  static const auto made = make_all();
  return made;
}

}  // namespace ways
