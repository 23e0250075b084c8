// A small store that speaks S3's protocol and STS's, over a folder: for the demonstration, for
// tests, and as an example of the receiving side. It checks every request with presign::verifier.
//
//     GET, HEAD, PUT, DELETE /bucket/key      PUT with If-None-Match: *, GET with Range
//     GET /bucket?list-type=2                 ListObjectsV2
//     POST /                                  AssumeRole
//
// There is one account, with one key pair, which may do everything; and one role, which may list
// and read one bucket.
#pragma once

#include "demo_folder.hpp"
#include "demo_policy.hpp"
#include "demo_roles.hpp"

#include <presign/credentials.hpp>
#include <presign/verify.hpp>

#include <httplib.h>

#include <optional>
#include <string>

namespace broker {

class demo_store {
 public:
  /// The role may read this bucket.
  demo_store(demo_folder folder, presign::credentials account, std::string region,
             const std::string& bucket_to_read);

  static constexpr const char* role_arn = "arn:aws:iam:::role/reader";

  /// Handles a request. Any number of threads may call it.
  void handle(const httplib::Request& request, httplib::Response& response) const;

 private:
  // A request whose signature was verified, and its sender.
  struct verified_request {
    presign::unverified_request request;
    std::optional<role_session> session;  // none: the account itself
  };

  verified_request authenticate(const httplib::Request& request, const char* service) const;
  void require(const verified_request& caller, const wish& wish) const;

  void assume_role(const httplib::Request& request, httplib::Response& response) const;
  void serve_object(const httplib::Request& request, httplib::Response& response) const;
  void list(const verified_request& caller, const std::string& bucket,
            httplib::Response& response) const;
  void get(const verified_request& caller, const httplib::Request& request,
           const std::string& bucket, const std::string& key, httplib::Response& response) const;
  void put(const httplib::Request& request, const std::string& bucket,
           const std::string& key) const;

  demo_folder folder_;
  presign::credentials account_;
  std::string region_;
  std::string role_policy_;
  demo_roles roles_;
};

}  // namespace broker
