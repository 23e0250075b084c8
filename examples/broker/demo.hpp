// What `broker --demo` needs around the demo store: a running server, and a broker's environment.
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

/// The demo store, serving on its own port until it is destroyed.
class demo {
 public:
  /// Keeps the objects in a folder, which it creates if necessary. The account's keys are those of
  /// the environment (AWS_ACCESS_KEY_ID, …), or new ones. Throws std::exception if it cannot
  /// start.
  demo(const std::filesystem::path& folder, const setting_lookup& lookup);
  ~demo();

  /// Sets up the environment as for any other store. Not to be called when there are threads that
  /// read it.
  void set_environment() const;

  /// The settings that follow from it; all others are as they were.
  setting_lookup settings_over(setting_lookup others) const;

 private:
  std::string endpoint_;
  presign::credentials account_;
  std::unique_ptr<demo_store> store_;
  std::unique_ptr<http_server> server_;
  std::thread thread_;
};

/// Puts the files below a folder in the bucket, by presigned URLs, each under its path there as the
/// key. Objects that are there already stay.
void put_files(const std::filesystem::path& folder, const settings& how, const http_client& http);

}  // namespace broker
