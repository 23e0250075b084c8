#include <presign/presign.hpp>

#include <iostream>

int main() {
  const presign::signer signer{presign::credentials{"AKIAIOSFODNN7EXAMPLE", "example"}};
  const auto bucket = presign::s3::bucket::at("examplebucket", {"us-east-2"}).value();
  std::cout << signer.presign(bucket.get("cat.jpg"), std::chrono::hours{1}).value().url << '\n';
}
