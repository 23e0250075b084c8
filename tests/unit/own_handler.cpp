// A program without exceptions that replaces what happens if a value is missing.
#include <presign/presign.hpp>

#include <cstdio>
#include <cstdlib>

void presign::on_missing_value(const error& failure) {
  std::printf("%s\n", failure.message.c_str());
  std::exit(failure.code == errc::invalid_bucket ? 0 : 1);
}

int main() {
  const auto bucket = presign::s3::bucket::at("", {"us-east-1"});
  return bucket->get("cat.jpg").path.empty() ? 2 : 3;
}
