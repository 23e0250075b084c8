// The parts of examples/store. story_test.py tests its verification, with signatures of other code.
#include "store.hpp"
#include "list_objects.hpp"
#include "objects.hpp"
#include "roles.hpp"

#include <doctest/doctest.h>

#include <sys/stat.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

using namespace std::chrono_literals;

namespace {

namespace fs = std::filesystem;
using store::if_there;

// A new file of a store. It is removed when the test ends.
struct fixture {
  std::string folder = (fs::temp_directory_path() / "store-test-XXXXXX").string();
  std::string file = std::string(::mkdtemp(folder.data())) + "/objects";
  store::object_table objects{file};

  fixture() = default;
  fixture(const fixture&) = delete;
  fixture& operator=(const fixture&) = delete;
  ~fixture() { fs::remove_all(folder); }

  void put(const std::string& key) const { objects.put("b", key, key, if_there::replace); }
  std::string get(const std::string& key) const {
    const auto object = objects.get("b", key);
    return object ? object->bytes : "(none)";
  }
  broker::listing list(const store::parameters& query) const {
    return broker::parse_listing(store::list_objects(objects, "b", query).value());
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

TEST_SUITE("broker: store") {
  TEST_CASE_FIXTURE(fixture, "any key is kept under its own name") {
    for (const auto& key : some_keys) put(key);
    for (const auto& key : some_keys) {
      CAPTURE(key);
      CHECK(get(key) == key);
    }
    CHECK(get("a/b/c") == "(none)");
    objects.remove("b", "a");
    CHECK(get("a") == "(none)");
    CHECK(get("a/b") == "a/b");
    objects.remove("b", "a");
  }

  TEST_CASE_FIXTURE(fixture, "an object is as large as its bytes, and is replaced as a whole") {
    const std::string bytes("one\0two", 7);
    CHECK(objects.put("b", "key", bytes, if_there::keep));
    CHECK_FALSE(objects.put("b", "key", "other", if_there::keep));
    CHECK(objects.get("b", "key")->bytes == bytes);
    CHECK(objects.list("b", "").at(0).size == "7");
    const auto etag = objects.get("b", "key")->etag;
    CHECK(objects.put("b", "key", "", if_there::replace));
    CHECK(objects.get("b", "key")->bytes.empty());
    CHECK(objects.get("b", "key")->etag != etag);
    CHECK_FALSE(objects.get("c", "key"));
  }

  TEST_CASE_FIXTURE(fixture, "another program sees the same objects") {
    const store::object_table again(file);
    put("key");
    CHECK(again.get("b", "key")->bytes == "key");
    CHECK_FALSE(again.put("b", "key", "x", if_there::keep));
  }

  TEST_CASE_FIXTURE(fixture, "if many threads create an object, one succeeds") {
    std::vector<std::thread> threads;
    std::vector<int> created(8);
    for (std::size_t i = 0; i < created.size(); ++i) {
      threads.emplace_back([&, i] {
        created[i] = objects.put("b", "key", std::to_string(i), if_there::keep) ? 1 : 0;
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
    for (const auto& [name, value] :
         std::vector<presign::name_value>{{"max-keys", "-1"},
                                          {"max-keys", "x"},
                                          {"max-keys", "1x"},
                                          {"encoding-type", "xml"},
                                          {"continuation-token", "%"},
                                          {"continuation-token", "%zz"},
                                          {"continuation-token", "\xe3"}}) {
      CHECK_FALSE(store::list_objects(objects, "b", {{name, value}}));
    }
  }

  TEST_CASE("a role session is read back, and nobody else can issue one") {
    const store::role_sessions roles({"id", "key"});
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
    CHECK_FALSE(store::role_sessions({"id", "other"}).read(token));
  }

  TEST_CASE("a policy allows nothing unless all of it is understood") {
    const std::string statement =
        R"("Effect":"Allow","Action":["s3:GetObject"],"Resource":["arn:aws:s3:::b/*"])";
    const std::string narrow = R"("Condition":{"StringLike":{"s3:prefix":["a*"]}})";
    const auto policy = [](const std::string& inside) {
      return R"({"Version":"2012-10-17","Statement":[{)" + inside + "}]}";
    };
    const store::access wanted{"s3:GetObject", "arn:aws:s3:::b/key", "abc"};
    CHECK(store::allows(policy(statement), wanted));
    CHECK(store::allows(policy(statement + ',' + narrow), wanted));
    CHECK_FALSE(
        store::allows(policy(statement + ',' + narrow), {wanted.action, wanted.resource, "b"}));
    CHECK_FALSE(store::allows(policy(statement), {"s3:GetObjects", wanted.resource, ""}));
    CHECK_FALSE(store::allows(policy(statement), {wanted.action, "arn:aws:s3:::b", ""}));
    const auto other = R"("Effect":"Allow","Action":["s3:*"],"Resource":[)";
    for (const auto& bad : {
             std::string(),
             std::string("{}"),
             std::string("[]"),
             std::string("null"),
             policy(""),
             policy(statement + "},{" + R"("Effect":"Deny","Action":["s3:*"],"Resource":["*"])"),
             policy(statement + "},{" + other + R"("*"],"Sid":"x")"),
             policy(statement + "},{" + other + R"("a*b"])"),
             policy(statement + "},{" + other + R"("${aws:username}"])"),
             policy(statement + R"(,"NotAction":["s3:*"])"),
             policy(statement + R"(,"Condition":{})"),
             policy(statement + R"(,"Condition":{"IpAddress":{"aws:SourceIp":["::/0"]}})"),
             policy(statement + R"(,"Condition":{"StringLike":{"s3:prefix":["a*"],"x":["b"]}})"),
             policy(statement +
                    R"(,"Condition":{"StringLike":{"s3:prefix":["a*"]},"Null":{"x":["b"]}})"),
             policy(R"("Effect":"Allow","Action":"s3:GetObject","Resource":["*"])"),
             policy(R"("Effect":"Allow","Action":["s3:*Object"],"Resource":["*"])"),
             policy(R"("Effect":"Allow","Action":["s3:?etObject"],"Resource":["*"])"),
             policy(R"("Effect":"Allow","Action":["s3:GetObject",1],"Resource":["*"])"),
             policy(R"("Effect":1,"Action":["s3:*"],"Resource":["*"])"),
             R"({"Version":"2012-10-17","Statement":{"a":{)" + statement + "}}}",
             R"({"Version":"2008-10-17","Statement":[{)" + statement + "}]}",
             R"({"Version":"2012-10-17","Id":"x","Statement":[{)" + statement + "}]}",
         }) {
      CAPTURE(bad);
      CHECK_FALSE(store::allows(bad, wanted));
    }
  }

  TEST_CASE_FIXTURE(fixture, "other users of the machine can read nothing") {
    const auto others = fs::perms::group_all | fs::perms::others_all;
    put("key");
    for (const auto& entry : fs::directory_iterator(folder)) {
      CHECK((entry.status().permissions() & others) == fs::perms::none);
    }
  }

  TEST_CASE_FIXTURE(fixture, "a file of another kind is rejected, and stays as it is") {
    const auto picture = folder + "/picture.jpg";
    std::ofstream(picture) << std::string(5000, 'x');
    CHECK_THROWS_AS(store::object_table{picture}, std::runtime_error);
    CHECK_THROWS_AS(store::object_table{folder}, std::runtime_error);
    CHECK(fs::file_size(picture) == 5000);
  }
}
