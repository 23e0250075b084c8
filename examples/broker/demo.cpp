#include "demo.hpp"

#include "crypto.hpp"
#include "demo_store.hpp"
#include "object_store.hpp"

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iterator>

namespace broker {
namespace {

constexpr const char* region = "us-east-1";
constexpr const char* bucket = "files";
constexpr const char* members_bucket = "members";

presign::credentials account_keys() {
  const auto given = presign::credentials::from_environment();
  return given ? *given : presign::credentials{"AKIA" + random_hex(8), random_hex(20)};
}

demo_folder buckets_in(const std::filesystem::path& folder) {
  demo_folder all(folder);
  all.make_bucket(bucket);
  all.make_bucket(members_bucket);
  return all;
}

server_options limits() {
  server_options options;
  options.limits.bytes = 64 << 20;  // an object as a whole
  options.limits.response_time = std::chrono::hours(1);
  return options;
}

}  // namespace

demo::demo(const std::filesystem::path& folder, const setting_lookup& lookup)
    : account_(account_keys()),
      store_(std::make_unique<demo_store>(buckets_in(folder), account_, region, bucket)),
      server_(std::make_unique<http_server>(limits(), [this](const auto& request, auto& response) {
        store_->handle(request, response);
      })) {
  const auto host = lookup("BROKER_HOST").value_or("127.0.0.1");
  endpoint_ = "http://" + host + ':' + std::to_string(server_->bind(host, 0));
  thread_ = std::thread([this] { server_->run(); });
}

demo::~demo() {
  server_->stop();
  thread_.join();
}

// NOLINTBEGIN(concurrency-mt-unsafe): the caller ensures that there is one thread, see demo.hpp.
void demo::set_environment() const {
  setenv("AWS_ACCESS_KEY_ID", account_.access_key_id.c_str(), 1);
  setenv("AWS_SECRET_ACCESS_KEY", std::string(account_.secret_access_key.reveal()).c_str(), 1);
  unsetenv("AWS_SESSION_TOKEN");
}
// NOLINTEND(concurrency-mt-unsafe)

setting_lookup demo::settings_over(setting_lookup others) const {
  return [own = std::map<std::string, std::string>{{"BROKER_ENDPOINT", endpoint_},
                                                   {"BROKER_STS_ENDPOINT", endpoint_},
                                                   {"BROKER_REGION", region},
                                                   {"BROKER_BUCKET", bucket},
                                                   {"BROKER_MEMBERS_BUCKET", members_bucket},
                                                   {"BROKER_ROLE_ARN", demo_store::role_arn}},
          others = std::move(others)](const std::string& name) -> std::optional<std::string> {
    const auto setting = own.find(name);
    return setting == own.end() ? others(name) : setting->second;
  };
}

void put_files(const std::filesystem::path& folder, const settings& config,
               const http_client& http) {
  const object_store store(bucket_at(config.bucket, config.region, config.endpoint), http);
  const auto credentials = presign::credentials::find().value();
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), {}};
    store.create(entry.path().lexically_relative(folder).generic_string(), bytes, credentials);
  }
}

}  // namespace broker
