// Uploads from a browser: an HTML form, and the signed policy of what it may upload.
//
//     auto form = signer.presign_post(photos->post("holiday/${filename}")
//                                         .field("acl", "private")
//                                         .starts_with("Content-Type", "image/")
//                                         .content_length_range(1, 10'000'000),
//                                     1h);
//
// The page posts the form to form->url as multipart/form-data in UTF-8: form->fields, the fields
// that the page adds, and at the end the file, as the field "file".
// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-UsingHTTPPOST.html
#pragma once

#include <presign/request.hpp>
#include <presign/signer.hpp>
#include <presign/time.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace presign {

namespace s3 {

/// What a form may upload into a bucket; bucket::post makes one. S3 takes a form only if each field
/// meets a condition of the policy. Those for the key, the bucket and the signature are added
/// automatically, the others by the functions below, whose calls can be chained. If an argument is
/// not valid, signer::presign_post reports it.
///
/// Names and values are raw UTF-8. Before S3 checks a value, it replaces ${filename} with the
/// file's name, so such a value need only begin with the text before the variable.
/// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
class PRESIGN_EXPORT post_policy {
 public:
  /// Adds a field: acl, tagging, Content-Type, x-amz-meta-…, success_action_redirect,
  /// success_action_status. The form must send this value, unless starts_with() names the field too
  /// or its name begins with x-ignore-. Errors: reserved_name, invalid_field (the name is not an
  /// HTTP header name or was given already, or the value is not UTF-8).
  post_policy& field(std::string name, std::string value);

  /// Lets this field, which may be "key", have any value that begins with the prefix. It must be in
  /// the form: by field(), or added by the page. Errors: reserved_name, invalid_field (also if the
  /// field's value, unless it is empty, or another prefix of the field begins differently).
  post_policy& starts_with(std::string name, std::string prefix);

  /// Limits the size of the file to min through max bytes. A second call replaces the first.
  /// Error: invalid_parameter if min is negative or greater than max.
  post_policy& content_length_range(std::int64_t min, std::int64_t max);

 private:
  friend class bucket;
  friend class presign::signer;

  post_policy(request address, std::string_view bucket, std::string_view key)
      : address_(std::move(address)), bucket_(bucket), fields_{{"key", std::string(key)}} {}

  std::string document(std::string_view expiration, const std::vector<name_value>& fields) const;

  request address_;  // where the form goes; holds the first error
  std::string bucket_;
  std::vector<name_value> fields_;
  std::vector<name_value> prefixes_ = {};
  std::optional<std::pair<std::int64_t, std::int64_t>> length_range_ = {};
};

}  // namespace s3

/// A signed form.
struct presigned_post {
  std::string url;  ///< the form's action: the URL that it is posted to
  /// The fields to send, with exactly these values unless starts_with() allows others.
  std::vector<name_value> fields;
  time_point signed_at;  ///< the signing time, x-amz-date
  /// When the form stops working: when the policy or the credentials expire, whichever is earlier.
  time_point expires_at;
  std::vector<warning> warnings;  ///< what to know about the form
};

}  // namespace presign
