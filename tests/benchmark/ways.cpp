#include "ways.hpp"

#include "floor.hpp"
#include "workload.hpp"

#include <array>
#include <memory>

namespace ways {
namespace {

// A presigner is shared by all threads that sign in the same way, as it is meant to be.
using shared_presigner = std::shared_ptr<const presign::presigner>;

signing by_floor(const presign::credentials& who) {
  const auto signer = std::make_shared<const benchmark_floor::signer>(who);
  auto url = std::make_shared<std::array<char, benchmark_floor::signer::buffer_size>>();
  return [signer, url](const std::string& key) {
    return std::string_view(url->data(), signer->sign(key, url->data()));
  };
}

// From the bucket and the key to a new string.
signing returned(const shared_presigner& signer) {
  auto url = std::make_shared<std::string>();
  return [signer, url, photos = workload::photos(),
          how = workload::options()](const std::string& key) {
    *url = signer->presign(photos.get(key), workload::expires_in, how).value().url;
    return std::string_view(*url);
  };
}

std::vector<way> make_all() {
  std::vector<way> made;
  for (const bool token : {false, true}) {
    const auto who = token ? workload::temporary() : workload::permanent();
    const std::string with = token ? "/token" : "";
    const auto signer = std::make_shared<const presign::presigner>(who);
    made.push_back({"floor" + with, [who] { return by_floor(who); }});
    made.push_back({"returned" + with, [signer] { return returned(signer); }});
  }
  return made;
}

}  // namespace

const std::vector<way>& all() {
  static const auto made = make_all();
  return made;
}

}  // namespace ways
