// Uploads from a browser: an HTML form, and the signed policy of what it may upload.
//
//     auto form = signer.presign_post(photos->post("holiday/${filename}")
//                                         .field("acl", "private")
//                                         .starts_with("Content-Type", "image/")
//                                         .content_length_range(1, 10'000'000),
//                                     1h);
//
// The form goes to form->url as multipart/form-data in UTF-8: form->fields, what the page adds to
// them, and the file, last, as the field "file".
// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-UsingHTTPPOST.html
#pragma once

#include <presign/error.hpp>
#include <presign/signer.hpp>
#include <presign/request.hpp>
#include <presign/time.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace presign {

/// A field of a form. Names are compared without regard to case.
struct form_field {
  std::string name;   ///< "acl"
  std::string value;  ///< raw UTF-8
};

namespace s3 {

/// What a form may upload into a bucket; bucket::post makes one. S3 takes a form only if each of
/// its fields meets a condition of the policy: those of the key, the bucket and the signature are
/// written by themselves, the others by the functions below, which return the policy, so that
/// calls can be chained. What is wrong with their arguments is told by signer::presign_post.
///
/// Names and values are raw UTF-8. S3 replaces the variable ${filename} in any value by the name of
/// the file, and compares then: the condition of such a value is that it begins with what stands
/// before the variable.
/// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
class PRESIGN_EXPORT post_policy {
 public:
  /// @{
  /// The form sends this field with this value: acl, tagging, Content-Type, x-amz-meta-…,
  /// success_action_redirect, success_action_status. It must arrive so, unless starts_with() names
  /// it too. A field that begins with x-ignore- may arrive with any value.
  /// Errors: invalid_field for a name that is not an HTTP field name or was given already, and for
  /// a value that is not UTF-8; reserved_name.
  post_policy& field(std::string name, std::string value) &;
  post_policy&& field(std::string name, std::string value) && {
    return std::move(field(std::move(name), std::move(value)));
  }
  /// @}

  /// @{
  /// The form's value of this field, which may be "key", must begin so; with an empty prefix it may
  /// be any. The form must have the field: give it with field(), or let the page add it.
  /// Errors: invalid_field, reserved_name.
  post_policy& starts_with(std::string name, std::string prefix) &;
  post_policy&& starts_with(std::string name, std::string prefix) && {
    return std::move(starts_with(std::move(name), std::move(prefix)));
  }
  /// @}

  /// @{
  /// The file must have so many bytes, the bounds included. Called again, it replaces them.
  /// Error: invalid_parameter where least is negative or greater than most.
  post_policy& content_length_range(std::int64_t least, std::int64_t most) &;
  post_policy&& content_length_range(std::int64_t least, std::int64_t most) && {
    return std::move(content_length_range(least, most));
  }
  /// @}

 private:
  friend class bucket;
  friend class presign::signer;

  post_policy(request address, std::string_view bucket, std::string_view key)
      : address_(std::move(address)), bucket_(bucket), fields_{{"key", std::string(key)}} {}

  void note(std::optional<error> flaw);
  std::string document(std::string_view expiration, const std::vector<form_field>& fields) const;

  request address_;  // where the form goes; holds the first flaw
  std::string bucket_;
  std::vector<form_field> fields_;
  std::vector<form_field> prefixes_;
  std::optional<std::pair<std::int64_t, std::int64_t>> length_range_;
};

}  // namespace s3

/// A signed form, and what there is to know about it.
struct presigned_post {
  /// The form's action, where it is posted to.
  std::string url;
  /// To be sent with exactly these values, but for those that starts_with() lets differ.
  std::vector<form_field> fields;
  time_point signed_at;  ///< the signing time, x-amz-date
  /// When the form stops to work: its policy's expiration or that of the credentials, whichever is
  /// earlier.
  time_point expires_at;
  std::vector<warning> warnings;  ///< what to know about it
};

}  // namespace presign
