// Runs the demo store for `broker --demo`, and sets up the broker's environment.
#pragma once

#include "http_client.hpp"
#include "http_server.hpp"
#include "settings.hpp"

#include <filesystem>
#include <memory>
#include <string>
#include <thread>

namespace broker {

class demo_store;

/// The demo store, which serves on its own port until it is destroyed.
class demo {
 public:
  /// Keeps the objects in a folder, which it creates if necessary. The account's keys are those of
  /// the environment (AWS_ACCESS_KEY_ID, …), or new ones. Throws std::exception if it cannot
  /// start.
  demo(const std::filesystem::path& folder, const setting_lookup& lookup);
  ~demo();

  /// Sets up the environment as for any other store. Call it before there are other threads.
  void set_environment() const;

  /// Returns the settings for this store; all others are unchanged.
  setting_lookup settings_over(setting_lookup others) const;

 private:
  std::string endpoint_;
  presign::credentials account_;
  std::unique_ptr<demo_store> store_;
  std::unique_ptr<http_server> server_;
  std::thread thread_;
};

/// Uploads the files below a folder to the bucket, by presigned URLs, with their paths as keys.
/// Keeps objects that exist.
void put_files(const std::filesystem::path& folder, const settings& config,
               const http_client& http);

}  // namespace broker
