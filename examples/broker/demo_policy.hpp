// The little of IAM's policy language that the demo store understands: Allow, with Action, Resource
// and a Condition on s3:prefix. It rejects everything else.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
#pragma once

#include <string>

namespace broker {

struct wish {
  std::string action;    // "s3:GetObject"
  std::string resource;  // "arn:aws:s3:::bucket/key"
  std::string prefix;    // of a listing
};

/// Returns whether this store understands all of the policy.
bool is_policy(const std::string& text);

/// Returns whether a valid policy allows the wish.
bool allows(const std::string& text, const wish& wish);

}  // namespace broker
