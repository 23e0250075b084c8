#include "site.hpp"

#include "files.hpp"
#include "identity.hpp"
#include "limits.hpp"
#include "log.hpp"
#include "ticket.hpp"

#include <arpa/inet.h>
#include <sodium.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <functional>
#include <mutex>
#include <regex>
#include <system_error>

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

error_response session_is_over() { return {401, "Your session is over. Log in again."}; }

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

std::string last_forwarded_for(const Request& request) {
  const auto count = request.get_header_value_count("X-Forwarded-For");
  if (count == 0) return request.remote_addr;
  const auto list = request.get_header_value("X-Forwarded-For", count - 1);
  const auto begin = list.find_last_of(", ");
  return begin == list.npos ? list : list.substr(begin + 1);
}

// Removes a port, which some proxies add: "192.0.2.1:80", "[2001:db8::1]:80".
std::string without_port(const std::string& text) {
  if (text.substr(0, 1) == "[") return text.substr(1, text.find(']') - 1);
  const auto colon = text.find(':');
  return colon == text.rfind(':') ? text.substr(0, colon) : text;
}

// The policy allows only what the program itself serves, links to the store, and nothing inline: a
// script that gets into a page through a file's name would not run.
httplib::Headers common_headers(const settings& config, const std::string& store) {
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

struct visit : visitor {
  const Request& request;
  Response& response;
  std::unique_lock<gate> turn = {};  // until the response is written
};

class site : public httplib::Server {
 public:
  explicit site(const settings& config)
      : settings_(config),
        identity_(config),
        files_(config,
               [this](const ticket& session) {
                 if (!identity_.is_valid(session)) throw session_is_over();
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
    set_default_headers(common_headers(config, files_.origin()));
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

  // Another name that leads to this machine may be one of a stranger's site, whose address changes.
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

  visitor visitor_of(const Request& request) const {
    return {address_of(request, settings_.behind_proxy()),
            unseal(purpose::session, cookie_of(request, purpose::session), settings_.session_key),
            cookie_of(request, purpose::browser), request.get_param_value("name"), request.params};
  }

  Handler route(const action& act) {
    return [this, act](const Request& request, Response& response) {
      check(request);
      visit visit{visitor_of(request), request, response};
      reply(response, act(*this, visit));
    };
  }

  // Actions that need the store wait for their turn, and are logged. Requests without a session,
  // and those that find no place to wait, are only counted.
  Handler in_turn(gate& turn, const char* event, const action& act) {
    return route([&turn, event, act](site& self, visit& visit) {
      visit.turn = std::unique_lock(turn, std::try_to_lock);
      if (!visit.turn) {
        self.log_.count(event, 503);
        throw error_response(503, "Many people are here. Try again in a moment.");
      }
      try {
        auto body = act(self, visit);
        self.log(event, 200, visit);
        return body;
      } catch (const error_response& failure) {
        if (failure.status == 401) {
          self.log_.count(event, 401);
        } else {
          self.log(event, failure.status, visit);
        }
        throw;
      }
    });
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

  void log(const char* event, int status, const visit& visit) {
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

  json sign_up(visit& visit) { return enter(visit, identity_.sign_up(visit)); }

  json log_in(visit& visit) { return enter(visit, identity_.log_in(visit)); }

  json change_password(visit& visit) {
    session_of(visit);
    if (visit.field("new_password").empty())
      throw error_response(400, "The new password is missing.");
    const auto account = identity_.change_password(visit);
    files_.forget(account.name);
    return enter(visit, account);
  }

  json log_out(visit& visit) {
    set_cookie(visit, purpose::session, {}, 0s);
    return json::object();
  }

  json log_out_everywhere(visit& visit) {
    if (!identity_.end_sessions(session_of(visit))) throw session_is_over();
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
  identity identity_;
  file_list files_;
  event_log log_;
  // Requests that wait for the store. Logins also wait for hashes, so a flood of them stops no
  // listing.
  gate listing_{24, 16};
  gate entering_{24, 16};
};

}  // namespace

std::string address_of(const Request& request, bool behind_proxy) {
  auto address = behind_proxy ? without_port(last_forwarded_for(request)) : request.remote_addr;
  in6_addr ipv6;
  if (inet_pton(AF_INET6, address.c_str(), &ipv6) != 1) return address;
  std::array<char, INET6_ADDRSTRLEN> text;
  if (IN6_IS_ADDR_V4MAPPED(&ipv6)) {
    return inet_ntop(AF_INET, &ipv6.s6_addr[12], text.data(), text.size());
  }
  std::fill(ipv6.s6_addr + 8, ipv6.s6_addr + 16, static_cast<unsigned char>(0));
  return inet_ntop(AF_INET6, &ipv6, text.data(), text.size());
}

bool is_from_same_site(const Request& request, const std::string& origin) {
  if (request.has_header("Sec-Fetch-Site")) {
    return request.get_header_value("Sec-Fetch-Site") == "same-origin";
  }
  return !request.has_header("Origin") || request.get_header_value("Origin") == origin;
}

std::unique_ptr<httplib::Server> make_site(const settings& config) {
  return std::make_unique<site>(config);
}

}  // namespace broker
