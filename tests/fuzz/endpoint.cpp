// Where a bucket is: an address that presign gives, it can also sign for, in a series as alone, and
// read back.
#include "fuzz.hpp"

#include "base/url.hpp"
#include "s3/endpoint.hpp"

namespace {

using fuzz::require;
using fuzz::require_same;
using presign::time_point;
using std::chrono::hours;
using std::chrono::seconds;

struct question {
  explicit question(fuzz::input in) {
    const auto flags = in.text();
    const auto flag = [&flags](char letter) { return fuzz::input::has(flags, letter); };
    name = in.text();
    where.region = in.text();
    where.endpoint = in.text();
    key = in.text();
    version_id = in.text();
    if (flag('p')) where.style = presign::s3::addressing::path;
    if (flag('v')) where.style = presign::s3::addressing::virtual_host;
    where.fips = flag('f');
    where.dual_stack = flag('d');
    where.accelerate = flag('a');
    where.use_arn_region = !flag('o');
    where.express_session = !flag('x');
  }

  std::string name;
  presign::s3::location where;
  std::string key;
  std::string version_id;
};

const presign::signer& signer() {
  static const presign::signer one{
      presign::credentials{"AKIDEXAMPLE", fuzz::secret_access_key, "token"}};
  return one;
}

presign::presign_options noon() {
  presign::presign_options options;
  options.at = time_point{seconds{1440938160}};
  return options;
}

presign::result<presign::request> service_at(const std::string& url) {
  return presign::detail::resolve_endpoint("", {"us-east-1", url});
}

void check_endpoint_url(const std::string& url, std::string_view whole_input) {
  const auto parsed = service_at(url);
  if (!parsed) return fuzz::check_error(parsed.error(), whole_input);
  const auto again =
      service_at(parsed->scheme + "://" + parsed->host +
                 presign::sigv4::uri_encode(parsed->path, presign::sigv4::slash::keep));
  require(static_cast<bool>(again), "an endpoint that was written can be read", url);
  require_same(again->host, parsed->host, "the host is the same");
  require_same(again->path, parsed->path, "the base path is the same");
}

// A region as AWS names them: "ap-southeast-2".
bool is_usual(std::string_view region) {
  return region == "us-east-1" || region == "ap-southeast-2" || region == "cn-north-1" ||
         region == "us-gov-west-1";
}

// Of AWS's own addresses, what is in front of S3's label is the bucket.
void check_read_back(const question& asked, const presign::request& what) {
  if (!asked.where.endpoint.empty() || !is_usual(asked.where.region)) return;
  if (asked.name.find(':') != asked.name.npos) return;        // an ARN
  if (asked.name.find("--op-s3") != asked.name.npos) return;  // has more before S3's label
  const auto address = presign::detail::s3_address_of(what.host, what.path);
  require_same(address.bucket, asked.name, "the bucket can be read back");
  require_same(address.key, asked.key, "the key can be read back");
  require(asked.where.accelerate || address.region == asked.where.region,
          "the region can be read back", what.host);
}

void check_batch(const presign::s3::bucket& bucket, const presign::request& what,
                 const std::string& key, const std::string& url) {
  presign::batch_options common;
  common.query_parameters = what.query_parameters;
  common.signing = noon();
  const auto batch = signer().batch(bucket, hours{1}, common);
  require(static_cast<bool>(batch), "what can be signed can be signed in a batch");
  std::string same = "before ";
  const auto failure = batch->append(same, key);
  require(!failure, "the same key can be signed in a batch", failure ? failure->message : "");
  const bool is_random = what.algorithm == presign::signing_algorithm::sigv4a;
  const auto size = is_random ? url.rfind('=') : url.size();
  require_same(same.substr(0, 7 + size), "before " + url.substr(0, size),
               "a batch gives the same URL");
}

void check_object(const question& asked, const presign::s3::bucket& bucket,
                  const presign::request& what, std::string_view whole_input) {
  presign::detail::short_text<256> host;
  require(!presign::detail::append_host(host, what.scheme, what.host),
          "the host of a bucket is a host", what.host);
  const auto link = signer().presign(what, hours{1}, noon());
  if (!link) {
    require(what.error().has_value(), "a request for an object can be signed",
            link.error().message);
    return fuzz::check_error(link.error(), whole_input);
  }
  const auto origin = what.scheme + "://" + std::string(host.view()) + "/";
  require(link->url.compare(0, origin.size(), origin) == 0, "a URL goes to the host of the bucket",
          link->url);
  check_read_back(asked, what);
  check_batch(bucket, what, asked.key, link->url);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const question asked{fuzz::input{data, size}};
  const auto whole = fuzz::as_text(data, size);
  check_endpoint_url(asked.where.endpoint, whole);
  const auto bucket = presign::s3::bucket::at(asked.name, asked.where);
  if (!bucket) {
    fuzz::check_error(bucket.error(), whole);
    return 0;
  }
  presign::s3::get_options how;
  how.version_id = asked.version_id;
  check_object(asked, *bucket, bucket->get(asked.key, how), whole);
  const auto list = signer().presign(bucket->list({asked.key}), hours{1}, noon());
  require(static_cast<bool>(list), "a listing can be signed", list ? "" : list.error().message);
  return 0;
}
