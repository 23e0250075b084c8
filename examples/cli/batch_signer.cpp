#include "batch_signer.hpp"

#include "sign_object.hpp"

#include <nlohmann/json.hpp>
#include <stdexcept>
#include <utility>

namespace cli {
namespace {

using nlohmann::json;

// What an entry in JSON says otherwise than the command line.
void read(const json& entry, options& asked) {
  bool has_key = false;
  for (const auto& [name, value] : entry.items()) {
    if (name == "key") {
      asked.key.append(value.get_ref<const std::string&>());
      has_key = true;
    } else if (name == "method") {
      asked.method = read_method(value.get<std::string>());
    } else if (name == "expires_in") {
      asked.expires_in = std::chrono::seconds{value.get<long long>()};
    } else if (name == "version_id") {
      asked.version_id = value.get<std::string>();
    } else if (name == "filename") {
      asked.filename = value.get<std::string>();
    } else if (name == "query") {
      for (const auto& [one, its] : value.items()) asked.query.push_back({one, its});
    } else if (name == "headers") {
      for (const auto& [one, its] : value.items()) asked.headers.push_back({one, its});
    } else {
      throw std::invalid_argument("there is no option \"" + name + '"');
    }
  }
  if (!has_key) throw std::invalid_argument("it has no \"key\"");
  check(asked);
}

// What nlohmann::json throws quotes its input, which may hold a header's value: it is not shown.
presign::error unreadable(std::string_view why) {
  return {presign::errc::invalid_parameter, "the entry is not understood: " + std::string(why)};
}

}  // namespace

presign::result<presign::url_batch> batch_signer::series() const {
  auto any = asked_;
  any.key.append("key");
  return signer_.batch(make_request(bucket_, any), any.expires_in, signing_options(any));
}

std::optional<presign::error> batch_signer::append(std::string& urls,
                                                       std::string_view entry) const {
  options asked = asked_;
  try {
    read(json::parse(entry), asked);
  } catch (const json::parse_error& failure) {
    return unreadable("it is not JSON at byte " + std::to_string(failure.byte));
  } catch (const json::exception&) {
    return unreadable("a value is not of its option's type");
  } catch (const std::exception& failure) {
    return unreadable(failure.what());
  }
  const auto link =
      signer_.presign(make_request(bucket_, asked), asked.expires_in, signing_options(asked));
  if (!link) return link.error();
  urls.append(link->url);
  return {};
}

presign::result<signed_chunk> batch_signer::sign(const chunk& keys, std::string memory) const {
  const auto links = series();
  if (!links) return links.error();
  signed_chunk made{std::move(memory), 0, {}};
  made.urls.clear();
  std::string key = asked_.key;
  for (std::string_view rest = keys.text; !rest.empty(); ++made.entries) {
    const auto entry = take_entry(rest, asked_.separator);
    key.resize(asked_.key.size());
    key.append(entry);
    auto failure = asked_.json ? append(made.urls, entry) : links->append(made.urls, key);
    if (failure) {
      made.complaints.push_back("line " + std::to_string(keys.first_line + made.entries) + ": " +
                                failure->message);
    } else {
      made.urls.push_back('\n');
    }
  }
  return made;
}

}  // namespace cli
