// Where a bucket is by the settings of AWS's tools, with botocore's rules for them.
// https://docs.aws.amazon.com/sdkref/latest/guide/settings-reference.html
#include "base/text.hpp"
#include "base/url.hpp"
#include "credentials/aws_file.hpp"
#include "s3/endpoint.hpp"

namespace presign::s3 {
namespace {

using detail::quoted_text;
using variable_names = std::initializer_list<const char*>;
using texts = std::initializer_list<std::string_view>;

// Completes a location. The first setting that is not valid fails it.
class location_finder {
 public:
  location_finder(const detail::profile& profile, std::string_view bucket, s3::location& location)
      : profile_(profile), bucket_(bucket), location_(location) {}

  std::optional<error> apply() {
    const auto beside_s3 = profile_.find({}, {"s3"});  // "s3 = …", on one line
    if (!beside_s3.empty()) {
      fail(errc::invalid_parameter, {"the settings of s3 must stand on the lines below it, got ",
                                     detail::quoted_text(beside_s3)});
    }
    choose({}, {"s3.signature_version"}, {"s3v4", "v4"});  // fails for any other version
    find_endpoint();
    find_region();
    find_variant();
    find_style();
    location_.express_session &=
        !is_true({"AWS_S3_DISABLE_EXPRESS_SESSION_AUTH"}, {"s3_disable_express_session_auth"});
    return failure_;
  }

 private:
  [[gnu::cold]] void fail(errc code, std::initializer_list<std::string_view> sentence) {
    if (!failure_) failure_ = detail::error_of(code, sentence);
  }

  // Returns a setting's value in lower case. Fails if it is not one of those that are allowed.
  std::string choose(variable_names variables, texts settings, texts allowed) {
    const auto value = profile_.find(variables, settings);
    auto choice = detail::lower(value);
    const auto is_choice = [&choice](auto each) { return each == choice; };
    if (value.empty() || detail::find_in(allowed, is_choice)) return choice;
    std::string name(*settings.begin());
    for (const auto* variable : variables) name.append(" (").append(variable).append(")");
    fail(errc::invalid_parameter, {"the setting ", name, " must be ",
                                   detail::joined(allowed, " or "), ", got ", quoted_text(value)});
    return {};
  }

  bool is_true(variable_names variables, texts settings) {
    return choose(variables, settings, {"true", "false"}) == "true";
  }

  void find_endpoint() {
    if (!location_.endpoint.empty() ||
        is_true({"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"}, {"ignore_configured_endpoint_urls"})) {
      return;
    }
    auto url = detail::environment({"AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"});
    const auto services = profile_.find({}, {"services"});
    if (url.empty() && !services.empty()) {
      const auto section = detail::joined({"services ", services});
      if (!profile_.config.has_section(section)) {
        fail(errc::invalid_file,
             {"the profile ", quoted_text(profile_.name), " has services = ", quoted_text(services),
              ", a section that is not in ", quoted_text(profile_.config.path())});
      }
      url = profile_.config.find(section, "s3.endpoint_url");
    }
    if (url.empty()) url = profile_.find({}, {"endpoint_url"});
    location_.endpoint = url;
  }

  void find_region() {
    auto& region = location_.region;
    const bool is_given = !region.empty();
    if (!is_given) {
      const auto configured = detail::region_in(profile_);
      if (!configured && !is_arn()) failure_ = failure_.value_or(configured.error());
      if (configured) region = *configured;
    }
    // A region such as "fips-us-east-1" is an old way to ask for FIPS.
    const auto plain = detail::replaced(detail::replaced(region, "fips-", ""), "-fips", "");
    location_.fips |= plain != region && location_.endpoint.empty();
    region = plain;
    // "s3-external-1" is an old address in us-east-1.
    if (region == "s3-external-1") region = "us-east-1";

    location_.use_arn_region &=
        choose({"AWS_S3_USE_ARN_REGION"}, {"s3_use_arn_region", "s3.use_arn_region"},
               {"true", "false"}) != "false";
    if (is_true(
            {"AWS_S3_DISABLE_MULTIREGION_ACCESS_POINTS"},
            {"s3_disable_multiregion_access_points", "s3.s3_disable_multiregion_access_points"}) &&
        is_arn() && detail::contains(bucket_, ":s3::")) {
      fail(errc::conflicting_options, {"a multi-region access point cannot be used, as the setting "
                                       "s3_disable_multiregion_access_points is true"});
    }
    if (is_arn() && location_.use_arn_region && !is_given) region.clear();
  }

  // A custom endpoint is used as it is: FIPS and dual-stack choose among AWS's.
  void find_variant() {
    location_.accelerate |= is_true({}, {"s3.use_accelerate_endpoint"});
    if (!location_.endpoint.empty()) return;
    location_.fips |= is_true({"AWS_USE_FIPS_ENDPOINT"}, {"use_fips_endpoint"});
    location_.dual_stack |= is_true({}, {"s3.use_dualstack_endpoint"}) ||
                            is_true({"AWS_USE_DUALSTACK_ENDPOINT"}, {"use_dualstack_endpoint"});
  }

  void find_style() {
    const auto style = choose({}, {"s3.addressing_style"}, {"auto", "path", "virtual"});
    const bool is_in_host = is_arn() || detail::ends_with(bucket_, "--x-s3") ||
                            detail::ends_with(bucket_, "--xa-s3") || location_.accelerate;
    if (location_.style != addressing::automatic || is_in_host) return;
    const auto url = detail::split_url(location_.endpoint);
    const bool is_aws = !url || detail::is_s3_host(detail::without_port(url->authority));
    if (style == "path" || (!is_aws && style != "virtual")) location_.style = addressing::path;
    if (!is_aws && style == "virtual") location_.style = addressing::virtual_host;
  }

  bool is_arn() const noexcept { return detail::looks_like_arn(bucket_); }

  const detail::profile& profile_;
  const std::string_view bucket_;
  s3::location& location_;
  std::optional<error> failure_;
};

}  // namespace

[[gnu::cold]] result<bucket> bucket::find(std::string_view name, std::string_view profile_name,
                                          s3::location location) {
  const auto profile = detail::read_profile(profile_name);
  if (!profile) return profile.error();
  if (auto failure = location_finder(*profile, name, location).apply()) return *std::move(failure);
  auto found = at(name, location);
  const auto region_set =
      profile->find({"AWS_SIGV4A_SIGNING_REGION_SET"}, {"sigv4a_signing_region_set"});
  if (found && found->common_.algorithm == signing_algorithm::sigv4a && !region_set.empty()) {
    found->common_.region = region_set;
  }
  return found;
}

}  // namespace presign::s3
