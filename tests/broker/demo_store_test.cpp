// The parts of the demo store. story_test.py tests its verification, with signatures of other code.
#include "crypto.hpp"
#include "demo_folder.hpp"
#include "demo_listing.hpp"
#include "demo_policy.hpp"
#include "demo_range.hpp"
#include "demo_roles.hpp"
#include "listing.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

using namespace std::chrono_literals;

namespace {

namespace fs = std::filesystem;
using if_there = broker::demo_folder::if_there;

// A folder with a bucket "b", which is removed when the test ends.
struct fixture {
  fs::path path = fs::temp_directory_path() / ("broker-unit-" + broker::random_hex(8));
  broker::demo_folder folder{path};

  fixture() { folder.make_bucket("b"); }
  fixture(const fixture&) = delete;
  fixture& operator=(const fixture&) = delete;
  ~fixture() { fs::remove_all(path); }

  void put(const std::string& key) const { folder.put("b", key, key, if_there::replace); }
  std::string get(const std::string& key) const {
    const auto object = folder.open("b", key);
    if (!object) return "(none)";
    std::string bytes(object->what().size, '\0');
    bytes.resize(static_cast<std::size_t>(object->read(bytes.data(), bytes.size(), 0)));
    return bytes;
  }
  broker::listing list(const std::vector<presign::name_value_view>& parameters) const {
    return broker::parse_listing(broker::list_objects(folder, "b", parameters).value());
  }
};

std::vector<std::string> keys_of(const broker::listing& page) {
  std::vector<std::string> keys;
  for (const auto& object : page.objects) keys.push_back(object.key);
  return keys;
}

const std::vector<std::string> some_keys = {
    "\n",   " ",     "../up", "/", "a", "a/", "a//", "a//b", "a/b", "b", std::string(1024, 'x'),
    "\x7f", "\u00e9"};

}  // namespace

TEST_SUITE("broker: demo store") {
  TEST_CASE_FIXTURE(fixture, "any key is kept under its own name, within the folder") {
    for (const auto& key : some_keys) put(key);
    for (const auto& key : some_keys) {
      CAPTURE(key);
      CHECK(get(key) == key);
    }
    for (const auto& entry : fs::recursive_directory_iterator(path)) {
      const auto name = entry.path().filename().string();
      CHECK((name == "b" || name[0] == '+' || name[0] == '='));
    }
    CHECK(get("a/b/c") == "(none)");
    folder.remove("b", "a");
    CHECK(get("a") == "(none)");
    CHECK(get("a/b") == "a/b");
    folder.remove("b", "a");
  }

  TEST_CASE_FIXTURE(fixture, "if many threads create an object, one succeeds") {
    std::vector<std::thread> threads;
    std::vector<int> created(8);
    for (std::size_t i = 0; i < created.size(); ++i) {
      threads.emplace_back([&, i] {
        created[i] = folder.put("b", "key", std::to_string(i), if_there::keep) ? 1 : 0;
      });
    }
    for (auto& thread : threads) thread.join();
    std::string winner;
    for (std::size_t i = 0; i < created.size(); ++i) {
      if (created[i] == 1) winner += std::to_string(i);
    }
    CHECK(winner.size() == 1);
    CHECK(get("key") == winner);
  }

  TEST_CASE_FIXTURE(fixture, "an open object does not change if it is replaced") {
    put("key");
    const auto object = folder.open("b", "key");
    folder.put("b", "key", "other", if_there::replace);
    char bytes[3];
    CHECK(object->read(bytes, 3, 0) == 3);
    CHECK(std::string(bytes, 3) == "key");
    CHECK(get("key") == "other");
  }

  TEST_CASE_FIXTURE(fixture, "a listing has all keys in order, encoded or not") {
    for (const auto& key : some_keys) put(key);
    CHECK(keys_of(list({})) == some_keys);
    CHECK(keys_of(list({{"encoding-type", "url"}})) == some_keys);
    CHECK(keys_of(list({{"prefix", "a/"}})) ==
          std::vector<std::string>{"a/", "a//", "a//b", "a/b"});
    CHECK(keys_of(list({{"start-after", "a//b"}, {"prefix", "a"}})) ==
          std::vector<std::string>{"a/b"});
  }

  TEST_CASE_FIXTURE(fixture, "pages of any size hold each key and each prefix once") {
    for (const auto& key : some_keys) put(key);
    for (const std::string delimiter : {"", "/", "//"}) {
      for (int size = 1; size <= 15; ++size) {
        CAPTURE(size);
        std::vector<std::string> keys, prefixes;
        std::string token;
        do {
          const auto page = list({{"delimiter", delimiter},
                                  {"max-keys", std::to_string(size)},
                                  {"continuation-token", token}});
          for (const auto& key : keys_of(page)) keys.push_back(key);
          for (const auto& common : page.prefixes) prefixes.push_back(common);
          CHECK(page.objects.size() + page.prefixes.size() <= static_cast<std::size_t>(size));
          token = page.next;
        } while (!token.empty());
        const auto whole = list({{"delimiter", delimiter}});
        CHECK(keys == keys_of(whole));
        CHECK(prefixes == whole.prefixes);
      }
    }
    CHECK(list({{"max-keys", "0"}}).objects.empty());
    CHECK(list({{"max-keys", "0"}}).next.empty());
  }

  TEST_CASE_FIXTURE(fixture, "invalid parameters are rejected") {
    for (const auto& bad : std::vector<presign::name_value_view>{
             {"max-keys", "-1"}, {"max-keys", "x"}, {"max-keys", "1x"}, {"encoding-type", "xml"}}) {
      CHECK_FALSE(broker::list_objects(folder, "b", {bad}));
    }
  }

  TEST_CASE("a role session is read back, and nobody else can issue one") {
    const broker::demo_roles roles("key");
    const auto end = presign::now() + 1h;
    const auto credentials = roles.issue({end, "ada", "{\"a policy\": 1}"});
    const std::string token(credentials.session_token.reveal());
    const auto session = roles.read(token);
    REQUIRE(session);
    CHECK(session->expires_at == end);
    CHECK(session->name == "ada");
    CHECK(session->policy == "{\"a policy\": 1}");
    const auto again = roles.credentials_of(token, *session);
    CHECK(again.access_key_id == credentials.access_key_id);
    CHECK(again.secret_access_key.reveal() == credentials.secret_access_key.reveal());
    CHECK(again.expires_at == end);
    for (std::size_t at = 0; at < token.size(); ++at) {
      auto forged = token;
      forged[at] = static_cast<char>(forged[at] ^ 1);
      CHECK_FALSE(roles.read(forged));
      CHECK_FALSE(roles.read(token.substr(0, at)));
    }
    CHECK_FALSE(broker::demo_roles("other").read(token));
  }

  TEST_CASE("a policy is rejected unless all of it is understood") {
    const std::string statement =
        R"("Effect":"Allow","Action":["s3:GetObject"],"Resource":["arn:aws:s3:::b/*"])";
    const auto policy = [](const std::string& inside) {
      return R"({"Version":"2012-10-17","Statement":[{)" + inside + "}]}";
    };
    CHECK(broker::is_policy(policy(statement)));
    CHECK(broker::is_policy(
        policy(statement + R"(,"Condition":{"StringLike":{"s3:prefix":["a*"]}})")));
    for (const auto& bad : {
             std::string(),
             std::string("{}"),
             std::string("[]"),
             std::string("null"),
             policy(""),
             policy(statement + R"(,"NotAction":["s3:*"])"),
             policy(statement + R"(,"Condition":{})"),
             policy(statement + R"(,"Condition":{"IpAddress":{"aws:SourceIp":["::/0"]}})"),
             policy(statement + R"(,"Condition":{"StringLike":{"s3:prefix":["a"],"x":["b"]}})"),
             policy(R"("Effect":"Deny","Action":["s3:GetObject"],"Resource":["*"])"),
             policy(R"("Effect":"Allow","Action":"s3:GetObject","Resource":["*"])"),
             policy(R"("Effect":"Allow","Action":["s3:*Object"],"Resource":["*"])"),
             policy(R"("Effect":"Allow","Action":["s3:?etObject"],"Resource":["*"])"),
             policy(R"("Effect":"Allow","Action":[1],"Resource":["*"])"),
             policy(R"("Effect":1,"Action":["a"],"Resource":["*"])"),
         }) {
      CAPTURE(bad);
      CHECK_FALSE(broker::is_policy(bad));
    }
  }

  TEST_CASE("one range of bytes") {
    const auto range = [](const char* header, std::uint64_t size = 10) {
      const auto result = broker::read_range(header, size);
      return !result ? std::string("outside")
             : result->is_whole
                 ? std::string("whole")
                 : std::to_string(result->first) + '+' + std::to_string(result->size);
    };
    CHECK(range("bytes=0-0") == "0+1");
    CHECK(range("bytes=2-5") == "2+4");
    CHECK(range("bytes=2-") == "2+8");
    CHECK(range("bytes=2-99") == "2+8");
    CHECK(range("bytes=-3") == "7+3");
    CHECK(range("bytes=-99") == "0+10");
    CHECK(range("bytes=10-") == "outside");
    CHECK(range("bytes=-0") == "outside");
    CHECK(range("bytes=0-0", 0) == "outside");
    CHECK(range("bytes=-1", 0) == "outside");
    for (const auto* other : {"", "bytes=", "bytes=-", "bytes=5-2", "bytes=a-b", "bytes=0-1,3-4",
                              "lines=0-1", "bytes=99999999999999999999-", "bytes=0-x"}) {
      CAPTURE(other);
      CHECK(range(other) == "whole");
    }
  }
}
