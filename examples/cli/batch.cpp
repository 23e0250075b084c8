#include "batch_io.hpp"
#include "command_line.hpp"
#include "commands.hpp"
#include "json.hpp"
#include "options.hpp"
#include "text.hpp"

#include <presign/signer.hpp>

#include <algorithm>
#include <deque>
#include <future>
#include <iostream>
#include <utility>

namespace cli {
namespace {

constexpr auto help_text = R"(Usage: presign batch [OPTIONS] S3Uri < KEYS

Prints a URL for each key on standard input, one per line, in the order of the
keys. S3Uri is s3://bucket, or s3://bucket/text to put the text before each key.
Each line is a key. Give keys unencoded: presign percent-encodes them, and
decodes nothing in them. A key that no object can have gets no URL. It is
reported with the number of its line, and the other keys are signed.

The input:
  -0, --null               Keys end in NUL instead of a line break
  --json                   Each line is a JSON object with a "key", and with
                           options for this key alone: "method", "expires_in",
                           "version_id", "filename", and the objects "query"
                           and "headers"
  --jobs N                 Sign with this number of threads, 1 to 256 (1)
)";

constexpr auto more_help_text = R"(
  -h, --help               Print this and exit
  --version                Print the version and exit

The environment is that of presign; see presign --help. Exit status: 0 after
success, 1 if a key got no URL or nothing can be signed, 2 if the command line
is not valid.

Examples:
  presign batch s3://examplebucket < keys.txt
  presign batch s3://examplebucket/photos/ --expires-in 600 --jobs 2
  presign batch s3://examplebucket --json
)";

struct batch_options : request_options {
  char separator = '\n';
  bool json = false;
  std::size_t jobs = 1;
};

std::size_t read_jobs(const std::string& value) {
  const auto number = read_number(value, "threads");
  if (number < 1 || number > 256) throw invalid_value("must be 1 to 256, got " + value);
  return static_cast<std::size_t>(number);
}

void add_options(command_line& line, batch_options& options) {
  add_common(line, options, "");
  add_request(line, options);
  line.flag("-0,--null", options.separator, '\0');
  line.flag("--json", options.json, true);
  line.option("--jobs", options.jobs, read_jobs);
}

// ── Signing ─────────────────────────────────────────────────────────────────────────────────────

struct signed_chunk {
  std::string urls;  // one a line
  std::uint64_t entries = 0;
  std::size_t bytes = 0;  // of the input
  // With the places of the entries
  std::vector<std::string> errors;  // of entries without a URL
  std::vector<std::string> warnings;
};

// Signs chunk after chunk. Threads may share it.
struct batch_signer {
  const presign::signer signer;
  const presign::s3::bucket bucket;
  const batch_options options;

  // Prepares what all URLs share. Fails if no key can be signed.
  presign::result<presign::url_batch> prepare() const {
    const auto common = make_request(bucket, options);
    // Nothing may be put before the keys, but a text that is not valid makes each key invalid.
    if (common.error() && !options.key.empty()) return *common.error();
    return signer.batch(bucket, options.expires_in,
                        {common.method, common.query_parameters, common.headers,
                         common.payload_hash, options.signing});
  }

  // Signs a chunk, with one signing time, and reuses the memory. Fails as prepare() does.
  presign::result<signed_chunk> sign(const chunk& keys, std::string memory) const {
    const auto links = prepare();
    if (!links) return links.error();
    const auto& common = links->common().warnings;  // which batch() prints
    signed_chunk result;
    result.urls = std::move(memory);
    result.urls.clear();
    result.bytes = keys.text.size();
    std::string key = options.key;
    for (std::string_view rest = keys.text; !rest.empty(); ++result.entries) {
      const auto entry = take_entry(rest, options.separator);
      key.resize(options.key.size());
      key.append(entry);
      std::vector<presign::warning> warnings;
      const auto failure = options.json ? append_entry(result.urls, entry, warnings)
                                        : links->append(result.urls, key);
      const auto with_place = [&](std::string_view message) {
        const auto place = place_of(keys.first_line + result.entries, options.separator);
        return place + ": " + std::string(message);
      };
      if (failure) {
        result.errors.push_back(with_place(failure->message));
      } else {
        result.urls.push_back('\n');
      }
      for (const auto warning : warnings) {
        if (std::find(common.begin(), common.end(), warning) != common.end()) continue;
        result.warnings.push_back(with_place(presign::describe(warning)));
      }
    }
    return result;
  }

  // Appends the URL of an entry in JSON.
  std::optional<presign::error> append_entry(std::string& urls, std::string_view entry,
                                             std::vector<presign::warning>& warnings) const {
    request_options own = options;  // of this entry
    if (auto failure = read_entry(entry, own)) return failure;
    const auto link = signer.presign(make_request(bucket, own), own.expires_in, own.signing);
    if (!link) return link.error();
    urls.append(link->url);
    warnings = link->warnings;
    return {};
  }
};

// Reads one chunk after another, has threads sign them if there are several jobs, and writes them
// in their order. Keeps no more of them in memory than there are jobs.
class pipeline {
 public:
  explicit pipeline(const batch_signer& signer)
      : signer_(signer), input_(signer.options.separator) {}

  int run() {
    const auto jobs = signer_.options.jobs;
    const auto policy = jobs > 1 ? std::launch::async : std::launch::deferred;
    while (auto keys = input_.next()) {
      auto sign = [this, keys = *std::move(keys), memory = std::move(memory_)]() mutable {
        return signer_.sign(keys, std::move(memory));
      };
      waiting_.push_back(std::async(policy, std::move(sign)));
      if (waiting_.size() == jobs && !write_next()) return 1;
    }
    while (!waiting_.empty()) {
      if (!write_next()) return 1;
    }
    progress_.clear();
    if (!input_.error().empty()) say("error", input_.error());
    return all_signed_ && input_.error().empty() ? 0 : 1;
  }

 private:
  // Returns false if there is no point in going on.
  bool write_next() {
    auto chunk = waiting_.front().get();
    waiting_.pop_front();
    if (!chunk) {
      progress_.clear();
      fail(chunk.error());
      return false;
    }
    if (!chunk->errors.empty() || !chunk->warnings.empty()) progress_.clear();
    all_signed_ = all_signed_ && chunk->errors.empty();
    for (const auto& message : chunk->warnings) say("warning", message);
    for (const auto& message : chunk->errors) say("error", message);
    std::cout << chunk->urls << std::flush;
    progress_.advance(chunk->entries, chunk->bytes);
    memory_ = std::move(chunk->urls);
    return static_cast<bool>(std::cout);
  }

  const batch_signer& signer_;
  batch_input input_;
  progress progress_;
  std::deque<std::future<presign::result<signed_chunk>>> waiting_;
  std::string memory_;  // of the chunk that was written last
  bool all_signed_ = true;
};

}  // namespace

int batch(const std::vector<std::string>& arguments) {
  batch_options options;
  command_line line{
      "presign batch",
      std::string(help_text).append(request_help).append(common_help).append(more_help_text)};
  add_options(line, options);
  if (const auto status = line.parse(arguments, [&options] { check(options); })) return *status;

  const auto credentials = find_credentials(options);
  if (!credentials) return fail(credentials.error());
  const auto bucket = find_bucket(options);
  if (!bucket) return fail(bucket.error());
  const batch_signer signer{presign::signer{*credentials}, *bucket, options};
  const auto links = signer.prepare();  // reports what is wrong before it waits for keys
  if (!links) return fail(links.error());
  for (const auto warning : links->common().warnings) say("warning", presign::describe(warning));
  return pipeline{signer}.run();
}

}  // namespace cli
