// Keys in, URLs out.
#pragma once

#include "batch_input.hpp"
#include "options.hpp"

#include <presign/error.hpp>
#include <presign/signer.hpp>
#include <presign/s3.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace cli {

struct batch_options : options {
  char separator = '\n';
  bool json = false;
  std::size_t jobs = 1;
};

/// What became of a chunk.
struct signed_chunk {
  std::string urls;  // a line each
  std::uint64_t entries = 0;
  std::vector<std::string> complaints;  // of entries that have no URL, with their line's number
};

/// Signs chunk after chunk; threads may share one.
class batch_signer {
 public:
  batch_signer(const presign::signer& signer, const presign::s3::bucket& bucket,
               const batch_options& asked)
      : signer_(signer), bucket_(bucket), asked_(asked) {}

  /// Signs all of a chunk at one time, into memory that is used again. Error: what is wrong with
  /// all keys alike.
  presign::result<signed_chunk> sign(const chunk& keys, std::string memory = {}) const;

 private:
  presign::result<presign::url_batch> series() const;
  std::optional<presign::error> append(std::string& urls, std::string_view entry) const;

  const presign::signer signer_;
  const presign::s3::bucket bucket_;
  const batch_options asked_;
};

}  // namespace cli
