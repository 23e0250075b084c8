#include "batch.hpp"

#include "batch_input.hpp"
#include "batch_signer.hpp"
#include "bucket.hpp"
#include "command_line.hpp"
#include "messages.hpp"
#include "progress.hpp"

#include <presign/credentials.hpp>
#include <presign/signer.hpp>

#include <deque>
#include <future>
#include <iostream>
#include <utility>

namespace cli {
namespace {

constexpr auto help_text = R"(Usage: presign batch [OPTIONS] S3Uri < KEYS

Prints a URL for each key on standard input, a line each, in their order. S3Uri
is s3://bucket, or s3://bucket/text, where the text is put before each key as it
is. A key is a line, as it is: it is percent-encoded here, and nothing in it is
decoded. A key that no object can have gets no URL; it is reported with the
number of its line, and the rest goes on.

The input:
  -0, --null               Keys end in a NUL, not in a line break
  --json                   Each line is a JSON object: "key", and what else is
                           to be its own: "method", "expires_in", "version_id",
                           "filename", and objects "query" and "headers"
  --jobs N                 Sign with so many threads, 1 to 256 (1)

Each URL:
  --method NAME            The HTTP method that the URL allows (GET)
  --query NAME=VALUE       Add a query parameter; can be given again
  --header NAME:VALUE      Sign a header, which must then be sent with exactly
                           this value; can be given again
  --version-id ID          This version of the object
  --filename NAME          Have browsers save the object under this name (GET
                           and HEAD)
  --stable-window SECONDS  Give the same URL all through a window of this
                           length; the URL lives up to that much longer (0)

Where, who and when:
  --expires-in SECONDS     How long the URLs live, 1 to 604800 (3600)
  --region NAME            The bucket's region (from the environment, or the
                           profile, or us-east-1)
  --profile NAME           Take credentials and region from this profile of the
                           AWS files
  --endpoint-url URL       Another S3 service. The bucket then stands in the
                           URL's path, unless the host is one of S3's own
  --path-style             Put the bucket in the URL's path
  --virtual-host           Put the bucket in the URL's host
  --dualstack              AWS's endpoint for IPv6 as well as IPv4
  --fips                   AWS's endpoint validated under FIPS 140
  --accelerate             S3 Transfer Acceleration
  --date TIME              Sign as of this time, 20130524T000000Z (now)

  -h, --help               Print this and exit
  --version                Print the version and exit

Environment is that of presign; see presign --help. Exit status: 0 if all went
well, 1 if a key got no URL or no URL could be made at all, 2 if the command
line was not understood.

Examples:
  presign batch s3://examplebucket < keys.txt
  presign batch s3://examplebucket/photos/ --expires-in 600 --jobs 2
  presign batch s3://examplebucket --json
)";

std::size_t read_jobs(const std::string& value) {
  const auto number = read_number(value, "threads");
  if (number < 1 || number > 256) throw invalid_value("must be 1 to 256, got " + value);
  return static_cast<std::size_t>(number);
}

void add_options(CLI::App& app, batch_options& asked) {
  add_common(app, asked, "");
  add_request(app, asked);
  add_flag(app, "-0,--null", [&asked] { asked.separator = '\0'; });
  add_flag(app, "--json", [&asked] { asked.json = true; });
  add(app, "--jobs", [&asked](const std::string& value) { asked.jobs = read_jobs(value); });
}

// Chunks are read one after another, signed by threads of their own where there is more than one
// job, and written in their order. No more of them are in memory than there are jobs.
class pipeline {
 public:
  pipeline(const batch_signer& signer, const batch_options& asked)
      : signer_(signer), asked_(asked), input_(asked.separator), shown_(batch_input::size()) {}

  int run() {
    while (auto keys = input_.next()) {
      const auto policy = asked_.jobs > 1 ? std::launch::async : std::launch::deferred;
      const auto bytes = keys->text.size();
      auto sign = [this, own = *std::move(keys), memory = std::move(memory_)]() mutable {
        return signer_.sign(own, std::move(memory));
      };
      auto made = std::async(policy, std::move(sign));
      waiting_.push_back({std::move(made), bytes});
      if (waiting_.size() == asked_.jobs && !write_next()) return 1;
    }
    while (!waiting_.empty()) {
      if (!write_next()) return 1;
    }
    shown_.clear();
    if (!input_.error().empty()) say("error", input_.error());
    return all_signed_ && input_.error().empty() ? 0 : 1;
  }

 private:
  struct job {
    std::future<presign::result<signed_chunk>> made;
    std::size_t bytes;
  };

  // False where there is no sense in going on.
  bool write_next() {
    auto next = std::move(waiting_.front());
    waiting_.pop_front();
    auto made = next.made.get();
    if (!made) {
      shown_.clear();
      fail(made.error());
      return false;
    }
    if (!made->complaints.empty()) {
      shown_.clear();
      all_signed_ = false;
    }
    for (const auto& one : made->complaints) say("error", one);
    std::cout << made->urls << std::flush;
    shown_.advance(made->entries, next.bytes);
    memory_ = std::move(made->urls);
    return static_cast<bool>(std::cout);
  }

  const batch_signer& signer_;
  const batch_options& asked_;
  batch_input input_;
  progress shown_;
  std::deque<job> waiting_;
  std::string memory_;  // of what was written last
  bool all_signed_ = true;
};

}  // namespace

int batch(const std::vector<std::string>& arguments) {
  batch_options asked;
  CLI::App app{"", "presign batch"};
  add_options(app, asked);
  if (const auto status = parse(app, arguments, help_text, [&asked] { check(asked); })) {
    return *status;
  }
  const auto who = presign::credentials::find(asked.profile);
  if (!who) return fail(who.error());
  const auto bucket = find_bucket(asked);
  if (!bucket) return fail(bucket.error());
  const batch_signer signer{presign::signer{*who}, *bucket, asked};
  if (const auto made = signer.sign({}); !made)
    return fail(made.error());  // before it waits for keys
  return pipeline{signer, asked}.run();
}

}  // namespace cli
