#include "store.hpp"

#include <curl/curl.h>

#include <chrono>
#include <memory>

namespace broker {
namespace {

constexpr long most_milliseconds = 10000;  // for a whole call, from the lookup of the host on
constexpr long most_milliseconds_to_connect = 3000;
constexpr std::size_t most_header_bytes = 64 << 10;
// A page of 1000 keys of 1024 bytes, each byte encoded as three, has about 3.5 MB.
constexpr std::size_t most_body_bytes = 16 << 20;

struct limited_text {
  std::size_t most;
  std::string text;
};

// If it takes fewer bytes than it gets, libcurl ends the call.
std::size_t append(char* bytes, std::size_t size, std::size_t count, void* to) {
  auto& [most, text] = *static_cast<limited_text*>(to);
  if (size * count > most - text.size()) return 0;
  text.append(bytes, size * count);
  return size * count;
}

struct free_list {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using header_list = std::unique_ptr<curl_slist, free_list>;

void add(header_list& headers, const std::string& line) {
  auto* const longer = curl_slist_append(headers.get(), line.c_str());
  if (!longer) throw std::bad_alloc();
  headers.release();  // NOLINT(bugprone-unused-return-value): it is a part of the longer list
  headers.reset(longer);
}

// Returns how far the store's clock is ahead of this machine's, by the response's Date header.
std::chrono::seconds clock_ahead(CURL* call) {
  curl_header* date = nullptr;
  if (curl_easy_header(call, "Date", 0, CURLH_HEADER, -1, &date) != CURLHE_OK) return {};
  const auto seconds = curl_getdate(date->value, nullptr);
  if (seconds < 0) return {};
  return presign::time_point(std::chrono::seconds(seconds)) - presign::now();
}

}  // namespace

http_client::http_client(std::string ca_file) : ca_file_(std::move(ca_file)) {
  curl_global_init(CURL_GLOBAL_DEFAULT);
}

http_response http_client::send(const std::string& method, const std::string& url,
                                const std::vector<presign::name_value>& headers,
                                const std::string& body) const {
  const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> call(curl_easy_init(),
                                                                 curl_easy_cleanup);
  const auto set = [&call](CURLoption option, auto value) {
    if (curl_easy_setopt(call.get(), option, value) != CURLE_OK) throw std::bad_alloc();
  };
  limited_text received{most_body_bytes, {}};
  limited_text received_headers{most_header_bytes, {}};
  header_list lines;
  for (const auto& [name, value] : headers)
    add(lines, std::string(name).append(": ").append(value));
  add(lines, "Expect:");  // without a value: libcurl does not send its own

  set(CURLOPT_URL, url.c_str());
  set(CURLOPT_PATH_AS_IS, 1L);  // the path is signed as it is, with "." and ".."
  set(CURLOPT_CUSTOMREQUEST, method.c_str());
  if (!body.empty() || method != "GET") {
    set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
    set(CURLOPT_POSTFIELDS, body.data());
    if (method != "POST") add(lines, "Content-Type:");
  }
  set(CURLOPT_HTTPHEADER, lines.get());
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_PROXY, "");
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_TIMEOUT_MS, most_milliseconds);
  set(CURLOPT_CONNECTTIMEOUT_MS, most_milliseconds_to_connect);
  set(CURLOPT_HEADERFUNCTION, append);
  set(CURLOPT_HEADERDATA, static_cast<void*>(&received_headers));
  set(CURLOPT_WRITEFUNCTION, append);
  set(CURLOPT_WRITEDATA, static_cast<void*>(&received));
  if (!ca_file_.empty()) set(CURLOPT_CAINFO, ca_file_.c_str());

  const auto outcome = curl_easy_perform(call.get());
  if (outcome != CURLE_OK) {
    throw store_unavailable(method + ' ' + url.substr(0, url.find('?')) + ": " +
                            curl_easy_strerror(outcome));
  }
  long status = 0;
  curl_easy_getinfo(call.get(), CURLINFO_RESPONSE_CODE, &status);
  return {static_cast<int>(status), std::move(received.text), clock_ahead(call.get())};
}

}  // namespace broker
