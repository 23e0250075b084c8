#include "site.hpp"

#include "files.hpp"
#include "limits.hpp"
#include "log.hpp"
#include "members.hpp"
#include "origin.hpp"
#include "ticket.hpp"

#include <sodium.h>
#include <nlohmann/json.hpp>

#include <chrono>
#include <functional>
#include <mutex>
#include <regex>
#include <set>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace broker {
namespace {

using namespace std::chrono_literals;
using httplib::Request;
using httplib::Response;
using nlohmann::json;

constexpr std::size_t threads = 96;  // the gates hold 80; pages need none
constexpr std::size_t longest_body = 16 << 10;
constexpr std::size_t longest_target = 8 << 10;  // a key of 1024 bytes, and a continuation token
constexpr std::chrono::seconds life_of_browser_ticket = 24h * 365;

// An error response: its status, and a sentence for the visitor.
struct error_response : std::runtime_error {
  error_response(int response_status, const char* sentence, std::chrono::seconds time_to_wait = {})
      : runtime_error(sentence), status(response_status), wait(time_to_wait) {}
  int status;
  std::chrono::seconds wait;  // before another try; zero: no matter how long
};

error_response session_is_over() { return {401, "Your session is over. Log in again."}; }

error_response wrong_password() { return {403, "Name or password is wrong."}; }

// Rejects a new password that is too short, too long, or like "aaaaaaaaaa".
void check_new_password(std::string_view password) {
  const bool is_too_long = password.size() > 1024;  // 256 characters in UTF-8
  std::size_t characters = 0;
  std::set<std::string_view> different;
  while (!password.empty()) {
    std::size_t size = 1;
    while (size < password.size() && (password[size] & 0xc0) == 0x80) ++size;  // in UTF-8
    different.insert(password.substr(0, size));
    password.remove_prefix(size);
    ++characters;
  }
  if (is_too_long || characters < 10 || characters > 256 || different.size() < 4) {
    throw error_response(422, "A password has 10 to 256 characters, at least 4 of them different.");
  }
}

// Tries that were taken. Unless they are kept, the destructor gives them back.
class tries {
 public:
  ~tries() {
    for (const auto& [limit, name] : taken_) limit->give_back(name);
  }
  void take(throttle& limit, const std::string& name) {
    const auto wait = limit.take(name);
    if (wait.count() > 0) {
      throw error_response(429, "Too many attempts. Wait a little, then try again.", wait);
    }
    taken_.emplace_back(&limit, name);
  }
  void keep() { taken_.clear(); }

 private:
  std::vector<std::pair<throttle*, std::string>> taken_;
};

void reply(Response& response, const json& body, int status = 200) {
  response.status = status;
  response.set_header("Cache-Control", "no-store");
  response.set_content(to_text(body), "application/json");
}

// Browsers may keep the page, which is the same for everybody, and ask whether it has changed.
void show(const page_file& file, const Request& request, Response& response) {
  response.set_header("ETag", file.etag);
  response.set_header("Cache-Control", "no-cache");
  // A proxy that compresses has made it weak: W/"…".
  const auto known = request.get_header_value("If-None-Match");
  response.status = known.find(file.etag) != known.npos ? 304 : 200;
  if (response.status == 304) return;
  response.set_content(file.body.data(), file.body.size(), file.content_type);
}

// Rejects what cpp-httplib would read without end, inflate or parse, or match with a regular
// expression that takes stack for each byte. Nothing here has ranges.
httplib::Server::HandlerResponse reject_unusual(const Request& request, Response&) {
  const_cast<Request&>(request).ranges.clear();
  if (request.target.size() > longest_target) throw error_response(414, "The URL is too long.");
  if (request.has_header("Transfer-Encoding")) throw error_response(411, "A length is missing.");
  if (request.has_header("Content-Encoding") || request.is_multipart_form_data()) {
    throw error_response(415, "The body is not a form that is read here.");
  }
  return httplib::Server::HandlerResponse::Unhandled;
}

// Wipes a form, which may hold passwords.
void wipe(const Request& request) {
  auto& form = const_cast<Request&>(request);
  sodium_memzero(form.body.data(), form.body.size());
  for (auto& [name, value] : form.params) sodium_memzero(value.data(), value.size());
}

// The policy allows only what the program itself serves, links to the store, and nothing inline: a
// script that gets into a page through a file's name would not run.
httplib::Headers common_headers(const settings& config) {
  const auto link = presign::s3::bucket::at(config.bucket, config.public_store).value().list();
  const auto store = link.scheme + "://" + link.host;
  httplib::Headers headers{
      {"Content-Security-Policy",
       "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' " + store +
           "; connect-src 'self' " + store + "; frame-src " + store +
           "; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"},
      {"X-Content-Type-Options", "nosniff"},
      {"Referrer-Policy", "same-origin"},
      {"Cross-Origin-Opener-Policy", "same-origin"},
      {"Cross-Origin-Resource-Policy", "same-origin"}};
  if (config.secure()) headers.emplace("Strict-Transport-Security", "max-age=31536000");
  return headers;
}

// A request, its response, and what is known of the visitor.
struct visit {
  const Request& request;
  Response& response;
  std::string address;
  std::optional<ticket> session;
  std::string name;  // of the session's member, or as it was typed

  // Returns what was typed into a field, or "". A copy would not be wiped.
  std::string_view field(const char* field_name) const {
    const auto found = request.params.find(field_name);
    if (found == request.params.end()) return "";  // not a null pointer
    return found->second;
  }
};

class site : public httplib::Server {
 public:
  explicit site(const settings& config)
      : settings_(config),
        members_(config),
        files_(config,
               [this](const ticket& session) {
                 if (!members_.is_valid(session)) throw session_is_over();
               }),
        log_(config.log_as_json) {
    // cpp-httplib would let two brokers have one port, and each would get some of the requests.
    set_socket_options([](int socket) {
      const int yes = 1;
      setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    });
    new_task_queue = [this] {
      ::listen(svr_sock_, SOMAXCONN);  // cpp-httplib lets 5 connections wait in the kernel
      return new httplib::ThreadPool(threads);
    };
    set_keep_alive_max_count(1);  // a connection that waits would hold a thread
    set_payload_max_length(longest_body);
    set_default_headers(common_headers(config));
    set_pre_routing_handler(reject_unusual);
    set_exception_handler([this](const auto& request, auto& response, auto thrown) {
      fail(request, response, thrown);
    });
    set_error_handler([](const auto&, auto& response) {
      if (response.body.empty()) {
        reply(response, {{"error", "There is nothing here."}}, response.status);
      }
    });
    set_logger([this](const auto& request, const auto& response) {
      log_.count("request", response.status);
      wipe(request);
    });

    for (const auto& file : page_files()) {
      Get(file.path, [this, file](const auto& request, auto& response) {
        check(request);
        show(file, request, response);
      });
    }
    Get("/session", route(&site::show_session));
    Post("/logout", route(&site::log_out));
    Get("/files", in_turn(listing_, "files", &site::show_files));
    if (config.upload) Get("/upload", in_turn(listing_, "upload", &site::show_upload));
    Post("/signup", in_turn(entering_, "signup", &site::sign_up));
    Post("/login", in_turn(entering_, "login", &site::log_in));
    Post("/password", in_turn(entering_, "password", &site::change_password));
    Post("/logout-everywhere", in_turn(entering_, "logout", &site::log_out_everywhere));
    Get("/healthz", [](const auto&, auto& response) { reply(response, {{"status", "ok"}}); });
    Get("/metrics", [this](const auto&, auto& response) {
      response.set_content(log_.metrics(), "text/plain; version=0.0.4");
    });
  }

 private:
  using action = std::function<json(site&, visit&)>;  // returns the response

  // ── Every request ─────────────────────────────────────────────────────────────────────────────

  // Rejects requests for another host name, which a stranger's site could lead to this machine, and
  // those that another site's page sends.
  void check(const Request& request) const {
    static const std::regex local("(127\\.0\\.0\\.1|localhost|\\[::1\\])(:[0-9]{1,5})?");
    const auto host = request.get_header_value("Host");
    const auto origin = (settings_.secure() ? "https://" : "http://") + host;
    const bool is_own =
        settings_.behind_proxy() ? origin == settings_.public_url : std::regex_match(host, local);
    if (!is_own) throw error_response(421, "This is not the address of this site.");
    if (request.method != "POST") return;
    if (!is_from_same_site(request, origin)) {
      throw error_response(403, "The request came from another site.");
    }
    if (request.target.find('?') != std::string::npos) {
      throw error_response(400, "A password has no place in a URL.");
    }
  }

  visit visit_of(const Request& request, Response& response) const {
    check(request);
    return {request, response, address_of(request, settings_.behind_proxy()),
            unseal(purpose::session, cookie_of(request, purpose::session), settings_.session_key),
            request.get_param_value("name")};
  }

  Handler route(const action& act) {
    return [this, act](const Request& request, Response& response) {
      auto visit = visit_of(request, response);
      reply(response, act(*this, visit));
    };
  }

  // Actions that need the store wait for their turn, and are logged.
  Handler in_turn(gate& turn, const char* event, const action& act) {
    return [this, &turn, event, act](const Request& request, Response& response) {
      auto visit = visit_of(request, response);
      try {
        const std::unique_lock place(turn, std::try_to_lock);
        if (!place) throw error_response(503, "Many people are here. Try again in a moment.");
        reply(response, act(*this, visit));
        log(event, 200, visit);
      } catch (const error_response& failure) {
        log(event, failure.status, visit);
        throw;
      }
    };
  }

  // Replies to a request for which something was thrown.
  void fail(const Request& request, Response& response, const std::exception_ptr& thrown) {
    const auto report = [&](int status, const char* sentence, const std::exception& reason) {
      log_.write(
          "failure", status,
          {{"address", address_of(request, settings_.behind_proxy())}, {"error", reason.what()}});
      reply(response, {{"error", sentence}}, status);
    };
    try {
      std::rethrow_exception(thrown);
    } catch (const error_response& failure) {
      if (failure.wait.count() > 0) {
        response.set_header("Retry-After", std::to_string(failure.wait.count()));
      }
      reply(response, {{"error", failure.what()}}, failure.status);
    } catch (const store_unavailable& reason) {
      report(503, "The store does not respond correctly. Try again in a moment.", reason);
    } catch (const store_rejected& reason) {
      if (reason.status == 414 || reason.code == "InvalidArgument") {
        report(400, "The store does not know this folder, or this part of it. Start again.",
               reason);
      } else {
        report(502, "The store rejects requests. Tell whoever runs this service.", reason);
      }
    } catch (const std::system_error& reason) {  // from presign, such as: no credentials
      report(500, "The service is not set up correctly. Tell whoever runs it.", reason);
    } catch (const std::exception& reason) {
      report(500, "Something went wrong. Tell whoever runs this service.", reason);
    }
  }

  // Requests without a session, and those that find no place to wait, are only counted.
  void log(const char* event, int status, const visit& visit) {
    if (status == 401 || status == 503) return log_.count(event, status);
    log_.write(event, status, {{"address", visit.address}, {"member", visit.name.substr(0, 64)}});
  }

  // ── Sessions ──────────────────────────────────────────────────────────────────────────────────

  // Browsers accept a cookie with __Host- only over TLS and from the same host.
  std::string cookie_name(purpose use) const {
    const std::string name = use == purpose::session ? "session" : "browser";
    return settings_.secure() ? "__Host-" + name : name;
  }

  std::string cookie_of(const Request& request, purpose use) const {
    const auto cookies = "; " + request.get_header_value("Cookie") + ';';
    const auto wanted = "; " + cookie_name(use) + '=';
    const auto at = cookies.find(wanted);
    if (at == cookies.npos) return {};
    const auto begin = at + wanted.size();
    return cookies.substr(begin, cookies.find(';', begin) - begin);
  }

  // SameSite=Strict: no other site's link, form or script sends it along.
  void set_cookie(visit& visit, purpose use, const member& account,
                  std::chrono::seconds life) const {
    const ticket ticket{account.name, presign::now() + life, account.epoch};
    visit.response.headers.emplace(
        "Set-Cookie", cookie_name(use) + '=' + seal(use, ticket, settings_.session_key) +
                          "; Path=/; Max-Age=" + std::to_string(life.count()) +
                          "; HttpOnly; SameSite=Strict" + (settings_.secure() ? "; Secure" : ""));
  }

  // Returns the session, whose member takes the place of a name that was typed.
  static const ticket& session_of(visit& visit) {
    visit.name = visit.session.value_or(ticket{}).member;
    if (!visit.session) throw session_is_over();
    return *visit.session;
  }

  json show_session(const visit& visit) {
    const auto& session = visit.session;
    return {{"member", session ? json(session->member) : json()},
            {"expires_at", session ? json(iso8601(session->expires_at)) : json()},
            {"root", session ? settings_.prefix_of(session->member) : ""},
            {"invitation", !settings_.open_sign_up},
            {"upload", settings_.upload}};
  }

  // Sets the cookies of a new session.
  json enter(visit& visit, const member& account) {
    visit.name = account.name;
    set_cookie(visit, purpose::session, account, std::chrono::seconds(settings_.session_seconds));
    set_cookie(visit, purpose::browser, account, life_of_browser_ticket);
    return {{"member", account.name}};
  }

  json sign_up(visit& visit) {
    const auto password = visit.field("password");
    tries tries;
    tries.take(by_address_, visit.address);
    tries.keep();  // whatever comes of it
    const auto name = member_name(visit.name);
    if (!name) {
      throw error_response(422,
                           "A name has 2 to 64 characters: letters a to z, digits, and . _ - @");
    }
    const auto invited =
        unseal(purpose::invitation, visit.field("invitation"), settings_.session_key);
    if (!settings_.open_sign_up && (!invited || invited->member != *name)) {
      throw error_response(403, "The invitation is wrong, has expired, or is for another name.");
    }
    check_new_password(password);
    // The epoch is random: an operator may have removed another member of this name.
    const member account{*name, hash_password(password), iso8601(presign::now()),
                         randombytes_random()};
    if (!members_.create(account)) throw error_response(409, "This name is taken.");
    return enter(visit, account);
  }

  // Returns the member whose name and password were typed.
  member authenticate(const visit& visit) {
    const auto password = visit.field("password");
    const auto name = member_name(visit.name);
    if (!name) throw wrong_password();
    // They are taken before the password is checked: otherwise many logins at once could all use
    // the last one.
    tries tries;
    const auto cookie = cookie_of(visit.request, purpose::browser);
    const auto browser = unseal(purpose::browser, cookie, settings_.session_key);
    if (browser && browser->member == *name) {
      tries.take(by_browser_, cookie);
    } else {
      tries.take(by_address_, visit.address);
      tries.take(by_member_and_address_, *name + ' ' + visit.address);
      tries.take(by_member_, *name);
    }
    auto account = members_.find(*name);
    if (!account) hash_password(password);  // takes as long as for a known member
    if (!account || !is_password(password, account->password_hash)) {
      tries.keep();
      throw wrong_password();
    }
    if (account->disabled) throw error_response(403, "This account is disabled.");
    if (is_old(account->password_hash)) {
      const auto hash = hash_password(password);
      members_.update(*name, [&](member& stored) {  // unless the password was changed meanwhile
        if (stored.password_hash == account->password_hash) stored.password_hash = hash;
      });
    }
    return *std::move(account);
  }

  json log_in(visit& visit) { return enter(visit, authenticate(visit)); }

  // Logs in, replaces the password, and ends all sessions of the member.
  json change_password(visit& visit) {
    session_of(visit);
    const auto password = visit.field("new_password");
    if (password.empty()) throw error_response(400, "The new password is missing.");
    check_new_password(password);
    auto account = authenticate(visit);
    const auto hash = hash_password(password);
    members_.update(account.name, [&](member& stored) {
      stored.password_hash = hash;
      ++stored.epoch;
      account = stored;
    });
    files_.forget(account.name);
    return enter(visit, account);
  }

  json log_out(visit& visit) {
    set_cookie(visit, purpose::session, {}, 0s);
    return json::object();
  }

  json log_out_everywhere(visit& visit) {
    const auto& session = session_of(visit);
    const auto end_sessions = [](member& account) { ++account.epoch; };
    if (!members_.is_valid(session) || !members_.update(session.member, end_sessions)) {
      throw session_is_over();
    }
    files_.forget(visit.name);
    return log_out(visit);
  }

  // ── Files ─────────────────────────────────────────────────────────────────────────────────────

  // The policy of the session says what the member may see, so the store would reject another
  // prefix too.
  std::string prefix_of(visit& visit) const {
    auto root = settings_.prefix_of(session_of(visit).member);
    if (!visit.request.has_param("prefix")) return root;
    auto prefix = visit.request.get_param_value("prefix");
    if (prefix.rfind(root, 0) != 0) throw error_response(403, "These are not your files.");
    return prefix;
  }

  json show_files(visit& visit) {
    static const std::regex valid("|[1-9][0-9]{0,2}|1000");
    presign::s3::list_options options;
    options.prefix = prefix_of(visit);
    options.delimiter = visit.request.get_param_value("delimiter");
    options.continuation_token = visit.request.get_param_value("next");
    const auto most = visit.request.get_param_value("max");
    if (!std::regex_match(most, valid))
      throw error_response(400, "max is a number from 1 to 1000.");
    if (!most.empty()) options.max_keys = std::stoi(most);
    return files_.page(*visit.session, options);
  }

  json show_upload(visit& visit) {
    const auto folder = prefix_of(visit);
    if (!folder.empty() && folder.back() != '/') {
      throw error_response(400, "A folder ends with a slash.");
    }
    return files_.upload(*visit.session, folder);
  }

  const settings& settings_;
  member_store members_;
  file_list files_;
  event_log log_;
  // Requests that wait for the store. Logins also wait for hashes, so a flood of them stops no
  // listing.
  gate listing_{24, 16};
  gate entering_{24, 16};

  throttle by_address_{30, 10s};
  throttle by_member_and_address_{10, 20s};
  // Loosely: strangers who know a name must not lock its member out. In a browser in which the
  // member has logged in before, nobody else's tries count.
  throttle by_member_{100, 5s};
  throttle by_browser_{10, 20s};
};

}  // namespace

std::unique_ptr<httplib::Server> make_site(const settings& config) {
  return std::make_unique<site>(config);
}

}  // namespace broker
