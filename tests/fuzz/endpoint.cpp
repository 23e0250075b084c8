// Endpoints: presign can sign for every bucket that it resolves, alone and in a batch, and can read
// AWS's addresses back.
#include "fuzz.hpp"

#include "base/url.hpp"
#include "s3/endpoint.hpp"

namespace {

using fuzz::require;
using fuzz::require_same;
using presign::time_point;
using std::chrono::hours;
using std::chrono::seconds;

struct scenario {
  explicit scenario(fuzz::input in) {
    const auto flags = in.text();
    const auto flag = [&flags](char letter) { return fuzz::input::has(flags, letter); };
    name = in.text();
    location.region = in.text();
    location.endpoint = in.text();
    key = in.text();
    version_id = in.text();
    if (flag('p')) location.style = presign::s3::addressing::path;
    if (flag('v')) location.style = presign::s3::addressing::virtual_host;
    if (flag('b')) location.style = presign::s3::addressing::bucket_endpoint;
    location.fips = flag('f');
    location.dual_stack = flag('d');
    location.accelerate = flag('a');
    location.use_arn_region = !flag('o');
    location.express_session = !flag('x');
  }

  std::string name;
  presign::s3::location location;
  std::string key;
  std::string version_id;
};

const presign::signer& signer() {
  static const presign::signer signer{
      presign::credentials{"AKIDEXAMPLE", fuzz::secret_access_key, "token"}};
  return signer;
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
  const auto again = service_at(parsed->scheme + "://" + parsed->host +
                                presign::sigv4::uri_encode(parsed->path, false));
  require(static_cast<bool>(again), "an endpoint can be written and parsed again", url);
  require_same(again->host, parsed->host, "the host is the same");
  require_same(again->path, parsed->path, "the base path is the same");
}

// Returns whether this is a region that AWS has, such as "ap-southeast-2".
bool is_usual(std::string_view region) {
  return region == "us-east-1" || region == "ap-southeast-2" || region == "cn-north-1" ||
         region == "us-gov-west-1";
}

// Checks that bucket, key and region can be read back from an address of AWS.
void check_read_back(const scenario& test, const presign::request& request) {
  if (!test.location.endpoint.empty() || !is_usual(test.location.region)) return;
  if (test.name.find(':') != test.name.npos) return;        // an ARN: AWS has no tenants
  if (test.name.find("--op-s3") != test.name.npos) return;  // has more before S3's label
  const auto address = presign::detail::s3_address_of(request.host, request.path);
  require_same(address.bucket, test.name, "the bucket can be read back");
  require_same(address.key, test.key, "the key can be read back");
  require(test.location.accelerate || address.region == test.location.region,
          "the region can be read back", request.host);
}

void check_batch(const presign::s3::bucket& bucket, const presign::request& request,
                 const std::string& key, const std::string& url) {
  presign::batch_options common;
  common.query_parameters = request.query_parameters;
  common.signing = noon();
  const auto batch = signer().batch(bucket, hours{1}, common);
  require(static_cast<bool>(batch), "a bucket that can be signed for has a batch");
  std::string url_of_batch = "before ";
  const auto failure = batch->append(url_of_batch, key);
  require(!failure, "the same key can be signed in a batch", failure ? failure->message : "");
  const bool is_random = request.algorithm == presign::signing_algorithm::sigv4a;
  const auto size = is_random ? url.rfind('=') : url.size();
  require_same(url_of_batch.substr(0, 7 + size), "before " + url.substr(0, size),
               "a batch gives the same URL");
}

void check_object(const scenario& test, const presign::s3::bucket& bucket,
                  const presign::request& request, std::string_view whole_input) {
  presign::detail::text_store host{256};
  require(!presign::detail::append_host(host, request.scheme, request.host),
          "the host of a bucket is a host", request.host);
  const auto link = signer().presign(request, hours{1}, noon());
  if (!link) {
    require(request.error().has_value(), "a request for an object can be signed",
            link.error().message);
    return fuzz::check_error(link.error(), whole_input);
  }
  const auto origin = request.scheme + "://" + std::string(host.view()) + "/";
  require(link->url.compare(0, origin.size(), origin) == 0, "a URL goes to the host of the bucket",
          link->url);
  check_read_back(test, request);
  check_batch(bucket, request, test.key, link->url);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const scenario test{fuzz::input{data, size}};
  const auto whole = fuzz::as_text(data, size);
  check_endpoint_url(test.location.endpoint, whole);
  const auto bucket = presign::s3::bucket::at(test.name, test.location);
  if (!bucket) {
    fuzz::check_error(bucket.error(), whole);
    return 0;
  }
  presign::s3::get_options options;
  options.version_id = test.version_id;
  check_object(test, *bucket, bucket->get(test.key, options), whole);
  const auto list = signer().presign(bucket->list({test.key}), hours{1}, noon());
  require(static_cast<bool>(list), "a listing can be signed", list ? "" : list.error().message);
  return 0;
}
