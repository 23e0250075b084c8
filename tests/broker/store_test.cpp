// The parts of examples/store. story_test.py tests its verification, with signatures of other code.
#include "store.hpp"
#include "folder.hpp"
#include "list_objects.hpp"
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

// A path below a new folder, which is removed when the test ends.
struct temporary_path {
  std::string top = (fs::temp_directory_path() / "store-test-XXXXXX").string();
  fs::path path;

  temporary_path() : path(fs::path(::mkdtemp(top.data())) / "store") {}
  temporary_path(const temporary_path&) = delete;
  temporary_path& operator=(const temporary_path&) = delete;
  ~temporary_path() { fs::remove_all(top); }

  void write(const fs::path& name) const { std::ofstream(path / name) << "written"; }
};

// A store's folder with a bucket "b".
struct fixture : temporary_path {
  store::folder folder{path, {"b"}};

  void put(const std::string& key) const { folder.put("b", key, key, if_there::replace); }
  std::string get(const std::string& key) const {
    const auto object = folder.open("b", key);
    if (!object) return "(none)";
    std::string bytes(static_cast<std::size_t>(object->what().size), '\0');
    bytes.resize(static_cast<std::size_t>(object->read(bytes.data(), bytes.size(), 0)));
    return bytes;
  }
  broker::listing list(const std::vector<presign::name_value_view>& parameters) const {
    return broker::parse_listing(store::list_objects(folder, "b", parameters).value());
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
      CHECK_FALSE(store::list_objects(folder, "b", {bad}));
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
    const store::wish wish{"s3:GetObject", "arn:aws:s3:::b/key", "abc"};
    CHECK(store::allows(policy(statement), wish));
    CHECK(store::allows(policy(statement + ',' + narrow), wish));
    CHECK_FALSE(store::allows(policy(statement + ',' + narrow), {wish.action, wish.resource, "b"}));
    CHECK_FALSE(store::allows(policy(statement), {"s3:GetObjects", wish.resource, ""}));
    CHECK_FALSE(store::allows(policy(statement), {wish.action, "arn:aws:s3:::b", ""}));
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
      CHECK_FALSE(store::allows(bad, wish));
    }
  }

  TEST_CASE_FIXTURE(fixture, "other users of the machine can read nothing") {
    CHECK((fs::status(path).permissions() & fs::perms::all) == fs::perms::owner_all);
  }

  TEST_CASE_FIXTURE(fixture, "files that are not objects are ignored") {
    put("key");
    fs::create_directory(path / "b/folder");
    for (const auto* name : {"b/notes.txt", "b/=a b", "b/=%zz", "b/=%", "b/=%41", "b/folder/=x",
                             "b/+x", "notes.txt"}) {
      write(name);
    }
    CHECK(keys_of(list({})) == std::vector<std::string>{"key"});
  }

  TEST_CASE_FIXTURE(fixture, "links are not followed") {
    put("key");
    const std::string long_key(300, 'x');
    fs::create_directory(fs::path(top) / "outside");
    std::ofstream(fs::path(top) / "secret") << "secret";
    fs::create_symlink(fs::path(top) / "secret", path / "b/=link");
    fs::create_directory_symlink(fs::path(top) / "outside",
                                 path / "b" / ('+' + std::string(200, 'x')));
    CHECK(get("link") == "(none)");
    CHECK(keys_of(list({})) == std::vector<std::string>{"key"});
    CHECK_THROWS(folder.put("b", "link", "x", if_there::replace));
    CHECK_THROWS(folder.put("b", long_key, "x", if_there::replace));
    CHECK(fs::is_empty(fs::path(top) / "outside"));
  }

  TEST_CASE_FIXTURE(fixture, "an upload that fails leaves nothing") {
    fs::create_directory(path / "b/=key");
    CHECK_THROWS(folder.put("b", "key", "x", if_there::replace));
    CHECK_FALSE(folder.put("b", "key", "x", if_there::keep));
    CHECK(std::distance(fs::directory_iterator(path), {}) == 1);
  }

  TEST_CASE_FIXTURE(fixture, "what a killed upload left is removed at a later start") {
    write("draft-killed");
    write("draft-running");
    fs::last_write_time(path / "draft-killed", fs::file_time_type::clock::now() - 2h);
    const store::folder again(path, {"b"});
    CHECK_FALSE(fs::exists(path / "draft-killed"));
    CHECK(fs::exists(path / "draft-running"));
  }

  TEST_CASE_FIXTURE(temporary_path, "a folder with other files is refused, and stays as it is") {
    fs::create_directory(path);
    write("picture.jpg");
    const auto before = fs::status(path).permissions();
    CHECK_THROWS_AS(store::folder(path, {"b"}), std::runtime_error);
    CHECK(fs::status(path).permissions() == before);
    CHECK_FALSE(fs::exists(path / "b"));
  }
}
