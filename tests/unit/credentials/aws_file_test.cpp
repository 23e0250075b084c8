#include "credentials/aws_file.hpp"

#include "files.hpp"
#include "support.hpp"

#include <doctest/doctest.h>
#ifndef _WIN32
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#endif

#include <atomic>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <thread>

namespace {

using presign::errc;
using presign::detail::aws_file;
using presign::detail::aws_file_kind;

class written_file {
 public:
  explicit written_file(std::string_view text, aws_file_kind kind = aws_file_kind::credentials)
      : kind_(kind), path_(folder_.write("file", text)) {}

  presign::result<aws_file> read() const { return aws_file::read(path_, kind_); }

  std::string find(std::string_view profile, std::string_view name) const {
    const auto file = read();
    const auto section = "profile " + std::string(profile);
    return file ? std::string(file->find(section, name)) : file.error().message;
  }

 private:
  support::temporary_folder folder_;
  aws_file_kind kind_;
  std::string path_;
};

std::string found(std::string_view text, std::string_view name = "key",
                  std::string_view profile = "p") {
  return written_file(text).find(profile, name);
}

std::string found_in_config(std::string_view text, std::string_view profile = "p") {
  return written_file(text, aws_file_kind::config).find(profile, "key");
}

std::string malformed(std::string_view text, std::string_view line) {
  return support::wrong_error(written_file(text).read(), errc::invalid_file, {line, "/file\""});
}

std::string unreadable(const std::string& path, std::string_view reason) {
  const auto got = aws_file::read(path, aws_file_kind::config);
  return support::wrong_error(got, errc::invalid_file, {path, reason});
}

}  // namespace

TEST_SUITE_BEGIN("aws_file");

TEST_CASE("sections of settings") {
  const written_file file(
      "# about this file\n"
      "[first]\n"
      "key = one\n"
      "other=two\n"
      "\n"
      "; another comment\n"
      "[ second name ]  # with a comment\n"
      "KEY  =  three = 3  \n"
      "empty =\n");
  CHECK(file.find("first", "key") == "one");
  CHECK(file.find("first", "other") == "two");
  CHECK(file.find("second name", "key") == "three = 3");
  CHECK(file.find("second name", "other") == "");
  CHECK(file.find("second name", "empty") == "");
  CHECK(file.find("third", "key") == "");
  CHECK(file.read()->has_section("profile first"));
  CHECK(file.read()->has_section("profile second name"));
  CHECK(!file.read()->has_section("profile second"));
  CHECK(!file.read()->has_section("profile "));
}

TEST_CASE("line breaks of any system, and none at the end") {
  CHECK(found("[p]\r\nkey = value\r\n") == "value");
  CHECK(found("[p]\nkey = value") == "value");
  CHECK(found("\n\n[p]\n\nkey = value\n\n") == "value");
}

TEST_CASE("a byte order mark is ignored") {
  CHECK(found("\xef\xbb\xbf[p]\nkey = value\n") == "value");
  CHECK(malformed("\xef\xbb[p]\nkey = value\n", "line 1") == "");
}

TEST_CASE("a repeated section continues the first, and the last value counts") {
  CHECK(found("[p]\nkey = old\nkey = new\n") == "new");
  CHECK(found("[p]\nkey = old\n[q]\nkey = no\n[p]\nkey = new\n") == "new");
  CHECK(found("[p]\nkey = kept\n[p]\nother = value\n") == "kept");
}

TEST_CASE("comments: whole lines, and after a blank") {
  CHECK(found("[p]\nkey = value # comment\n") == "value");
  CHECK(found("[p]\nkey = value\t; comment\n") == "value");
  CHECK(found("[p]\nkey = va#lu;e\n") == "va#lu;e");
  CHECK(found("[p]\n  # key = value\n") == "");
  CHECK(found("[p]\nkey = a/b+c= # d\n") == "a/b+c=");
}

TEST_CASE("settings may be indented; lines indented below a setting are part of it") {
  CHECK(found("[p]\n  other = x\n  key = value\n") == "value");
  CHECK(found("[p]\nother = x\n  no setting at all\ns3 =\n  key = nested\n") == "");
  CHECK(found("[p]\ns3 =\n  key = nested\nkey = value\n") == "value");
  CHECK(found("[p]\ns3 =\n  x = y\n[q]\n  key = value\n", "key", "q") == "value");
}

TEST_CASE("lines indented below a setting without a value are settings of a service") {
  const std::string text =
      "[p]\ns3 =\n    Key = value  # comment\n  # key = no\n\n  other=a=b\nkey = top\n";
  CHECK(found(text, "s3.key") == "value");
  CHECK(found(text, "s3.other") == "a=b");
  CHECK(found(text) == "top");
  CHECK(found(text, "key", "q") == "");
  CHECK(found("[p]\ns3 =\n  key = one\nsqs =\n  key = two\n", "s3.key") == "one");
  CHECK(found("[p]\nregion = x\n  key = continued\n", "region.key") == "");
}

TEST_CASE("a value that goes on below its line is none that is valid, and is not shown") {
  const std::string text = "[p]\nregion = x\n  secret = y\n z\nkey = value\n";
  CHECK(found(text, "region") == "(several lines)\n");
  CHECK(found(text, "secret") == "");
  CHECK(found(text) == "value");
}

TEST_CASE("the config file has sections of other kinds") {
  const auto file = written_file(
                        "[services dev]\ns3 =\n  endpoint_url = http://localhost:9000\n"
                        "sqs =\n  endpoint_url = no\n[profile dev]\nservices = dev\n"
                        "[sso-session dev]\nkey = no\n[services 'my own']\nkey = value\n",
                        aws_file_kind::config)
                        .read();
  REQUIRE(file);
  CHECK(file->find("services dev", "s3.endpoint_url") == "http://localhost:9000");
  CHECK(file->find("profile dev", "services") == "dev");
  CHECK(file->find("profile dev", "s3.endpoint_url") == "");
  CHECK(file->find("profile dev", "key") == "");
  CHECK(file->find("services my own", "key") == "value");
  CHECK(file->has_section("services dev"));
  CHECK(!file->has_section("services default"));
  CHECK(!file->has_section("profile my own"));
}

TEST_CASE("the config file names its profiles [profile NAME]") {
  CHECK(found_in_config("[profile p]\nkey = value\n") == "value");
  CHECK(found_in_config("[profile\tp ]\nkey = value\n") == "value");
  CHECK(found_in_config("[profile \"p\"]\nkey = value\n") == "value");
  CHECK(found_in_config("[profile 'two words']\nkey = value\n", "two words") == "value");
  CHECK(found_in_config("[default]\nkey = value\n", "default") == "value");
  CHECK(found_in_config("[profile default]\nkey = value\n", "default") == "value");
  CHECK(found_in_config("[p]\nkey = value\n") == "");
  CHECK(found_in_config("[profilep]\nkey = value\n") == "");
  CHECK(found_in_config("[profile]\nkey = value\n", "") == "");
  CHECK(found_in_config("[sso-session p]\nkey = value\n") == "");
  CHECK(found_in_config("[services p]\ns3 =\n  key = value\n") == "");
}

TEST_CASE("the credentials file names its profiles [NAME]") {
  CHECK(found("[profile p]\nkey = value\n") == "");
  CHECK(found("[profile p]\nkey = value\n", "key", "profile p") == "value");
}

TEST_CASE("a setting by the beginning of its name") {
  const auto file =
      written_file("[p]\nregion = x\nSSO_Session = s\nsso_role_name = r\n[q]\nsso_z = 1\n").read();
  REQUIRE(file);
  CHECK(file->find_name("profile p", "sso_") == "sso_session");
  CHECK(file->find_name("profile q", "sso_") == "sso_z");
  CHECK(file->find_name("profile p", "role_arn") == "");
}

TEST_CASE("an invalid line is reported by its number, and not shown") {
  CHECK(malformed("[p]\nkey = value\nhunter2\n", "line 3") == "");
  CHECK(malformed("[p\n", "line 1") == "");
  CHECK(malformed("[p] key = value\n", "line 1") == "");
  CHECK(malformed("[p]\n= value\n", "line 2") == "");
  CHECK(malformed("[p]\ns3 =\n  key value\n", "line 3") == "");
  CHECK(malformed("[p]\ns3 =\n  = value\n", "line 3") == "");
  CHECK(malformed("[p]\ns3 =\n  [q]\n", "line 3") == "");
  CHECK(malformed("key = value\n[p]\n", "line 1") == "");
  CHECK(malformed(std::string_view("\0\0\0\0", 4), "line 1") == "");
  const auto got = written_file("[p]\nhunter2\n").read();
  CHECK(got.error().message.find("hunter2") == std::string::npos);
}

TEST_CASE("any bytes give a file or an error, at every length") {
  std::string text = "[p]\nkey = value # c\n s3 =\r\n  x\n\xef\xbb\xbf[\xff]\n" +
                     support::all_bytes() + "\n[q]=\n";
  for (std::size_t size = 0; size <= text.size(); ++size) {
    const auto got = written_file(text.substr(0, size)).read();
    if (!got) CHECK(got.error().code == errc::invalid_file);
  }
}

TEST_CASE("a file that does not exist has no profiles") {
  const support::temporary_folder folder;
  const auto missing = aws_file::read(folder.path("missing"), aws_file_kind::config);
  REQUIRE(missing);
  CHECK(!missing->has_section("profile default"));
  const auto below_a_file =
      aws_file::read(folder.write("file", "") + "/below", aws_file_kind::config);
  REQUIRE(below_a_file);
  CHECK(!below_a_file->has_section("profile default"));
}

TEST_CASE("a folder, or a file too large, cannot be read") {
  const support::temporary_folder folder;
  CHECK(unreadable(folder.path("."), "") == "");
  CHECK(unreadable(folder.write("large", std::string((std::size_t{16} << 20) + 1, '#')),
                   "16 MiB") == "");
}

#ifndef _WIN32
TEST_CASE("at most 16 MiB are read of an endless file, or of one of 100 MB") {
  const support::temporary_folder folder;
  const auto large = folder.write("large", "[p]\n");
  std::filesystem::resize_file(large, 100'000'000);
  CHECK(unreadable(large, "16 MiB") == "");
  CHECK(unreadable("/dev/zero", "16 MiB") == "");
}

TEST_CASE("a circle of links cannot be read") {
  const support::temporary_folder folder;
  std::filesystem::create_symlink(folder.path("b"), folder.path("a"));
  std::filesystem::create_symlink(folder.path("a"), folder.path("b"));
  CHECK(unreadable(folder.path("a"), "/a\"") == "");
}

// Nobody forbids root anything: a child is nobody.
TEST_CASE("a file that may not be read cannot be read") {
  const support::temporary_folder folder;
  const auto path = folder.write("file", "[p]\n");
  std::filesystem::permissions(path, std::filesystem::perms::none);
  const auto child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    constexpr uid_t nobody = 65534;
    if (geteuid() == 0 && setuid(nobody) != 0) _exit(1);
    _exit(unreadable(path, "").empty() ? 0 : 2);
  }
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  CHECK(status == 0);
}

// As `<(program)` gives one to a command.
TEST_CASE("a pipe is read to its end") {
  const support::temporary_folder folder;
  const auto path = folder.path("pipe");
  REQUIRE(mkfifo(path.c_str(), 0600) == 0);
  std::thread writer([&path] {
    std::ofstream pipe(path);
    pipe << "[p]\n" << std::flush << "key = " << std::flush << std::string(10'000, 'v');
  });
  const auto file = aws_file::read(path, aws_file_kind::credentials);
  writer.join();
  REQUIRE(file);
  CHECK(file->find("profile p", "key").size() == 10'000);
}

#endif

TEST_CASE("a file that is changed while it is read is one or the other, or half of one") {
  const support::temporary_folder folder;
  const std::string before = "[p]\nkey = " + std::string(20'000, 'b') + "\n";
  const std::string after = "[p]\nkey = " + std::string(9'000, 'a') + "\n";
  const auto path = folder.write("file", before);
  std::atomic<bool> is_over{false};
  std::thread writer([&] {
    while (!is_over) {
      for (const auto& text : {after, before}) std::ofstream(path, std::ios::binary) << text;
    }
  });
  for (int i = 0; i < 2000; ++i) {
    const auto got = aws_file::read(path, aws_file_kind::credentials);
    if (!got) {
      CHECK(got.error().code == errc::invalid_file);
      continue;
    }
    const auto value = got->find("profile p", "key");
    CHECK(value.size() <= 20'000);
    CHECK(value.find_first_not_of("ab") == value.npos);
  }
  is_over = true;
  writer.join();
}

TEST_CASE("a file of 16 MiB is read") {
  std::string text(std::size_t{16} << 20, '#');
  const std::string_view end = "\n[p]\nkey = value";
  text.replace(text.size() - end.size(), end.size(), end);
  CHECK(found(text) == "value");
}

TEST_CASE("files about as large as the buffer") {
  for (const std::size_t size : {4094U, 4095U, 4096U, 4097U, 8191U, 8192U, 8193U}) {
    std::string text = "[p]\nkey = ";
    text.append(size - text.size(), 'x');
    CAPTURE(size);
    CHECK(found(text).size() == size - 10);
  }
}

TEST_SUITE_END();
