// The broker's parsers: listings and credentials from the store, settings, cookies and tokens,
// and the store's policies. Values that are written are read back the same. Invalid input is
// rejected with the documented exception, and a reason.
#include "fuzz.hpp"

#include "files.hpp"
#include "log.hpp"
#include "members.hpp"
#include "roles.hpp"
#include "settings.hpp"
#include "store.hpp"
#include "ticket.hpp"

#include <pugixml.hpp>

#include <sstream>

namespace {

using fuzz::require;
using fuzz::require_same;

// The store's response to every request except those for credentials
int status = 200;
std::string response;

constexpr const char* credentials_response =
    "<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASIAEXAMPLE</AccessKeyId>"
    "<SecretAccessKey>wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY</SecretAccessKey>"
    "<SessionToken>token</SessionToken><Expiration>2100-01-01T00:00:00Z</Expiration>"
    "</Credentials></AssumeRoleResult></AssumeRoleResponse>";

// Returns what a parser reads, or nothing if it throws this exception.
template <class Failure, class Read>
auto attempt(Read read) -> std::optional<decltype(read())> {
  try {
    return read();
  } catch (const Failure& failure) {
    require(*failure.what() != '\0', "a rejection has a reason");
    return std::nullopt;
  }
}

// ── Responses of the store
// ─────────────────────────────────────────────────────────────────────────

void add(pugi::xml_node parent, const char* name, const std::string& text) {
  parent.append_child(name).text().set(text.c_str());
}

std::string to_text(const pugi::xml_document& document) {
  std::ostringstream xml;
  document.save(xml, "", pugi::format_raw, pugi::encoding_utf8);
  return xml.str();
}

std::string written(const broker::listing& page) {
  pugi::xml_document document;
  auto root = document.append_child("ListBucketResult");
  add(root, "EncodingType", "url");
  for (const auto& object : page.objects) {
    auto contents = root.append_child("Contents");
    add(contents, "Key", presign::sigv4::uri_encode(object.key));
    add(contents, "Size", std::to_string(object.size));
    add(contents, "LastModified", object.last_modified);
  }
  for (const auto& prefix : page.prefixes) {
    add(root.append_child("CommonPrefixes"), "Prefix", presign::sigv4::uri_encode(prefix));
  }
  if (!page.next.empty()) {
    add(root, "IsTruncated", "true");
    add(root, "NextContinuationToken", page.next);
  }
  return to_text(document);
}

void check_listing(const std::string& xml) {
  const auto page =
      attempt<broker::store_unavailable>([&xml] { return broker::parse_listing(xml); });
  if (!page) return;
  const auto again = broker::parse_listing(written(*page));
  require_same(again.next, page->next, "the next page is the same");
  require(again.prefixes == page->prefixes, "the folders are the same");
  require(std::equal(again.objects.begin(), again.objects.end(), page->objects.begin(),
                     page->objects.end(),
                     [](const auto& a, const auto& b) {
                       return a.key == b.key && a.size == b.size &&
                              a.last_modified == b.last_modified;
                     }),
          "the objects are the same");
}

// Before the credentials of most inputs expire.
const presign::time_point long_ago{};

void check_role(const std::string& xml) {
  const auto credentials = attempt<broker::store_unavailable>(
      [&xml] { return broker::parse_assume_role(xml, long_ago); });
  if (!credentials) return;
  pugi::xml_document document;
  auto element = document.append_child("AssumeRoleResponse")
                     .append_child("AssumeRoleResult")
                     .append_child("Credentials");
  add(element, "AccessKeyId", credentials->access_key_id);
  add(element, "SecretAccessKey", std::string(credentials->secret_access_key.reveal()));
  add(element, "SessionToken", std::string(credentials->session_token.reveal()));
  if (!fuzz::is_in_calendar(*credentials->expires_at)) return;
  add(element, "Expiration", broker::iso8601(*credentials->expires_at));
  const auto again = broker::parse_assume_role(to_text(document), long_ago);
  require_same(again.access_key_id, credentials->access_key_id, "the access key id is the same");
  require_same(again.secret_access_key.reveal(), credentials->secret_access_key.reveal(),
               "the secret is the same");
  require_same(again.session_token.reveal(), credentials->session_token.reveal(),
               "the token is the same");
  require(again.expires_at == credentials->expires_at, "the expiry is the same");
}

broker::settings settings_of(const std::string& endpoint, const std::string& prefix) {
  broker::settings all;
  all.bucket = "files";
  all.members_bucket = "members";
  all.role_arn = "arn:aws:iam:::role/r";
  all.store.endpoint = endpoint;
  all.member_prefix = prefix;
  complete(all);
  return all;
}

const broker::settings& demo_settings() {
  static const auto all = settings_of("http://localhost:9000", "home/{member}/");
  return all;
}

// Checks that a page for the browser has all files that the store lists.
void check_page(const std::string& xml) {
  response = xml;
  broker::file_list list(demo_settings(), [](const broker::ticket&) {});
  const auto page = attempt<broker::store_unavailable>([&list] {
    return list.page({"ada", {}}, {});
  });
  if (!page) return;
  const auto listed = broker::parse_listing(xml);
  require(page->at("files").size() == listed.objects.size(), "all files are on the page");
  for (std::size_t i = 0; i < listed.objects.size(); ++i) {
    const auto& file = page->at("files")[i];
    require(file["key"] == listed.objects[i].key, "a file has its key");
    require(file.contains("url") || file.contains("warning"), "a file has a link, or says why not");
  }
  broker::to_text(*page);
}

void check_member(const std::string& json) {
  response = json;
  static const broker::member_store members(demo_settings());
  attempt<std::runtime_error>([] { return members.is_valid({"ada", {}}); });
  status = 403;
  attempt<broker::store_rejected>([] { return members.is_valid({"ada", {}}); });
  status = 200;
}

// ── The broker's own formats
// ──────────────────────────────────────────────────────────────────────

void check_settings(const std::string& prefix, const std::string& endpoint) {
  const auto all = attempt<std::runtime_error>([&] { return settings_of(endpoint, prefix); });
  if (!all) return;
  require(all->prefix_of("ada").find("{member}") == prefix.npos, "a prefix has one name", prefix);
  require(prefix.find("{member}") == prefix.npos ||
              all->prefix_of("ad").substr(0, all->prefix_of("a").size()) != all->prefix_of("a"),
          "no member's prefix begins another's", prefix);
  presign::s3::bucket::at("files", all->store).value();
}

void check_ticket(const std::string& name, const std::string& text) {
  const presign::secret key{fuzz::secret_access_key};
  const presign::time_point now{std::chrono::seconds{1440938160}};
  const broker::ticket ticket{name, now + std::chrono::seconds{1}, text.size()};
  constexpr auto use = broker::purpose::session;
  const auto sealed = broker::seal(use, ticket, key);
  const auto read = broker::unseal(use, sealed, key, now);
  require(read && read->member == name && read->expires_at == ticket.expires_at &&
              read->epoch == ticket.epoch,
          "a ticket that was sealed is the same", name);
  require(!broker::unseal(use, sealed, key, ticket.expires_at), "a ticket expires");
  require(!broker::unseal(use, sealed, "another key", now), "a ticket is valid only with its key");
  require(!broker::unseal(broker::purpose::invitation, sealed, key, now),
          "a ticket is valid only for its purpose");
  const auto other = broker::unseal(use, text, key, now);
  require(!other || broker::seal(use, *other, key) == text, "no other ticket is valid", text);
}

void check_password(const std::string& password, const std::string& hash) {
  // Hashes that take much memory are slow to check.
  if (hash.rfind("scrypt:", 0) == 0 && hash.size() > 9 && hash[8] != ':') return;
  broker::is_password(password, hash.rfind("$argon2", 0) == 0 ? "" : hash);
}

void check_token(const std::string& name, const std::string& text) {
  const store::role_sessions roles{{"id", fuzz::secret_access_key}};
  const presign::time_point end{std::chrono::seconds{1440938160}};
  const auto credentials = attempt<nlohmann::json::exception>([&] {
    return roles.issue({end, name, "a policy"});
  });
  if (credentials) {
    const auto read = roles.read(std::string(credentials->session_token.reveal()));
    require(read && read->name == name && read->policy == "a policy" && read->expires_at == end,
            "a token that was issued is the same", name);
  }
  require(!roles.read(text), "no other token is valid", text);
}

void check_policy(const std::string& prefix, const std::string& text) {
  store::allows(text, {"s3:GetObject", "arn:aws:s3:::files/" + prefix, ""});
  if (prefix.empty() || prefix.find_first_of("*?$") != prefix.npos) return;
  const auto policy = attempt<nlohmann::json::exception>(
      [&prefix] { return broker::session_policy("files", prefix); });
  if (!policy) return;
  require(store::allows(*policy, {"s3:GetObject", "arn:aws:s3:::files/" + prefix + "x", ""}),
          "a policy allows what is under its prefix", *policy);
  require(!store::allows(*policy, {"s3:GetObject", "arn:aws:s3:::files/", ""}),
          "a policy allows nothing else", *policy);
}

void check_name(const std::string& typed) {
  const auto name = broker::member_name(typed);
  require(!name || broker::member_name(*name) == name, "a member's name stays as it is", typed);
}

}  // namespace

// Replaces http.cpp.
broker::http_response broker::send(const presign::signed_request& request, const std::string&,
                                   const std::string&) {
  return {status, request.method == "POST" ? credentials_response : response};
}

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE", 1);
  setenv("AWS_SECRET_ACCESS_KEY", std::string(fuzz::secret_access_key).c_str(), 1);
  return 0;
}

// The input is a short text on the first line, and a long text after it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::input in{data, size};
  const auto line = in.text();
  const std::string text(in.rest());
  check_listing(text);
  check_role(text);
  check_page(text);
  check_member(text);
  check_settings(line, text);
  check_ticket(line, text);
  check_password(line, text);
  check_token(line, text);
  check_policy(line, text);
  check_name(line);
  return 0;
}
