// Sends requests by libcurl. The fuzz target of the broker has other responses instead.
#include "store.hpp"

#include <curl/curl.h>

#include <memory>

namespace broker {
namespace {

struct limited_text {
  std::size_t most;
  std::string text;
};

// If it takes fewer bytes than it gets, libcurl gives up.
std::size_t append(char* bytes, std::size_t size, std::size_t count, void* to) {
  auto& [most, text] = *static_cast<limited_text*>(to);
  if (size * count > most - text.size()) return 0;
  text.append(bytes, size * count);
  return size * count;
}

std::chrono::seconds clock_ahead(CURL* curl) {
  curl_header* date = nullptr;
  if (curl_easy_header(curl, "Date", 0, CURLH_HEADER, -1, &date) != CURLHE_OK) return {};
  const auto seconds = curl_getdate(date->value, nullptr);
  if (seconds < 0) return {};
  return presign::time_point(std::chrono::seconds(seconds)) - presign::now();
}

}  // namespace

http_response send(const presign::signed_request& request, const std::string& body,
                   const std::string& ca_file) {
  [[maybe_unused]] static const auto once = curl_global_init(CURL_GLOBAL_DEFAULT);
  const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl(curl_easy_init(),
                                                                 curl_easy_cleanup);
  const auto set = [&curl](CURLoption option, auto value) {
    if (curl_easy_setopt(curl.get(), option, value) != CURLE_OK) throw std::bad_alloc();
  };
  // Names without a value keep libcurl from sending these headers on its own.
  const std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> headers(
      curl_slist_append(curl_slist_append(nullptr, "Expect:"), "Content-Type:"),
      curl_slist_free_all);
  for (const auto& [name, value] : request.headers) {
    const auto line = std::string(name).append(": ").append(value);
    if (!headers || !curl_slist_append(headers.get(), line.c_str())) throw std::bad_alloc();
  }
  limited_text received_headers{64 << 10, {}};
  // A page of 1000 keys of 1024 bytes, each byte encoded as three, has about 3.5 MB.
  limited_text received{16 << 20, {}};

  set(CURLOPT_URL, request.url.c_str());
  set(CURLOPT_PATH_AS_IS, 1L);  // the path is signed as it is, with "." and ".."
  set(CURLOPT_CUSTOMREQUEST, request.method.c_str());
  if (request.method != "GET") {
    set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
    set(CURLOPT_POSTFIELDS, body.data());
  }
  set(CURLOPT_HTTPHEADER, headers.get());
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_PROXY, "");
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_TIMEOUT, 10L);  // for everything, from the lookup of the host on
  set(CURLOPT_CONNECTTIMEOUT, 3L);
  set(CURLOPT_HEADERFUNCTION, append);
  set(CURLOPT_HEADERDATA, static_cast<void*>(&received_headers));
  set(CURLOPT_WRITEFUNCTION, append);
  set(CURLOPT_WRITEDATA, static_cast<void*>(&received));
  if (!ca_file.empty()) set(CURLOPT_CAINFO, ca_file.c_str());

  const auto outcome = curl_easy_perform(curl.get());
  if (outcome != CURLE_OK) {
    throw store_unavailable(request.method + ' ' + request.url.substr(0, request.url.find('?')) +
                            ": " + curl_easy_strerror(outcome));
  }
  long status = 0;
  curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
  return {static_cast<int>(status), std::move(received.text), clock_ahead(curl.get())};
}

}  // namespace broker
