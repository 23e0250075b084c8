// The log: one line per event, to standard error; and how often each event has happened.
#pragma once

#include <presign/request.hpp>
#include <presign/sigv4.hpp>
#include <presign/time.hpp>

#include <nlohmann/json.hpp>

#include <initializer_list>
#include <iostream>
#include <map>
#include <mutex>
#include <sstream>
#include <string>
#include <utility>

namespace broker {

/// Returns a time as S3, STS and JSON write it: "2026-11-23T10:00:00Z".
inline std::string iso8601(presign::time_point when) {
  const auto basic = presign::sigv4::amz_date::at(when).value();  // 20261123T100000Z
  std::string text(basic.text());
  text.insert(13, ":").insert(11, ":").insert(6, "-").insert(4, "-");
  return text;
}

/// Returns JSON as text. A store that breaks the rules may have keys that are not UTF-8.
template <class Json>
std::string to_text(const Json& json, bool as_ascii = false) {
  return json.dump(-1, ' ', as_ascii, Json::error_handler_t::replace);
}

/// Any number of threads may use it.
class event_log {
 public:
  explicit event_log(bool as_json) : as_json_(as_json) {}

  /// Writes `2026-11-23T10:00:00Z login 200 address="192.0.2.1" member="ada"`, or the same as JSON.
  /// Leaves out empty details, escapes all that is not printable ASCII, which could forge a line,
  /// and takes the signatures out of URLs.
  void write(const std::string& event, int status,
             std::initializer_list<std::pair<const char*, std::string>> details) {
    count(event, status);
    const auto time = iso8601(presign::now());
    nlohmann::ordered_json json{{"time", time}, {"event", event}, {"status", status}};
    auto text = time + ' ' + event + ' ' + std::to_string(status);
    for (const auto& [name, value] : details) {
      if (value.empty()) continue;
      json[name] = presign::redact(value);
      text += std::string(" ") + name + '=' + to_text(json[name], true);
    }
    const auto line = as_json_ ? to_text(json, true) : text;
    std::cerr << line + '\n' << std::flush;  // one write, so that threads do not mix their lines
  }

  void count(const std::string& event, int status) {
    const std::lock_guard lock(mutex_);
    ++counts_[{event, status}];
  }

  /// Returns the counts in Prometheus's text format.
  /// https://prometheus.io/docs/instrumenting/exposition_formats/
  std::string metrics() {
    const std::lock_guard lock(mutex_);
    std::ostringstream text;
    text << "# TYPE broker_events_total counter\n";
    for (const auto& [key, count] : counts_) {
      text << "broker_events_total{event=\"" << key.first << "\",status=\"" << key.second << "\"} "
           << count << '\n';
    }
    return text.str();
  }

 private:
  const bool as_json_;
  std::mutex mutex_;
  std::map<std::pair<std::string, int>, std::uint64_t> counts_;
};

}  // namespace broker
