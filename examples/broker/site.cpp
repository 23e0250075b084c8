#include "site.hpp"

#include <arpa/inet.h>
#include <sodium.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <regex>
#include <stdexcept>
#include <system_error>

namespace broker {
namespace {

using namespace std::chrono_literals;
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
httplib::Server::HandlerResponse reject_unusual(const Request& request, Response& response) {
  const_cast<Request&>(request).ranges.clear();
  if (request.target.size() > longest_target) {
    response.status = 414;
  } else if (request.has_header("Transfer-Encoding")) {
    response.status = 411;
  } else if (request.has_header("Content-Encoding") || request.is_multipart_form_data()) {
    response.status = 415;
  } else {
    return httplib::Server::HandlerResponse::Unhandled;
  }
  return httplib::Server::HandlerResponse::Handled;
}

// Wipes a form, which may hold passwords.
void wipe(const Request& request) {
  auto& form = const_cast<Request&>(request);
  sodium_memzero(form.body.data(), form.body.size());
  for (auto& [name, value] : form.params) sodium_memzero(value.data(), value.size());
}

std::string cookie_of(const Request& request, const std::string& name) {
  const auto cookies = "; " + request.get_header_value("Cookie") + ';';
  const auto wanted = "; " + name + '=';
  const auto at = cookies.find(wanted);
  if (at == cookies.npos) return {};
  const auto begin = at + wanted.size();
  return cookies.substr(begin, cookies.find(';', begin) - begin);
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

// ── Every request ───────────────────────────────────────────────────────────────────────────────

site::site(const settings& config)
    : settings_(config),
      identity_(config),
      files_(config,
             [this](const ticket& session) {
               if (!identity_.is_valid(session)) throw session_is_over();
             }),
      log_(config.log_as_json) {}

// The policy allows only what the program itself serves, links to the store, and nothing inline: a
// script that gets into a page through a file's name would not run.
httplib::Headers site::common_headers() const {
  const auto store = files_.origin();
  httplib::Headers headers{
      {"Content-Security-Policy",
       "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' " + store +
           "; connect-src 'self' " + store + "; frame-src " + store +
           "; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"},
      {"X-Content-Type-Options", "nosniff"},
      {"Referrer-Policy", "same-origin"},
      {"Cross-Origin-Opener-Policy", "same-origin"},
      {"Cross-Origin-Resource-Policy", "same-origin"}};
  if (settings_.secure()) headers.emplace("Strict-Transport-Security", "max-age=31536000");
  return headers;
}

void site::set_up(httplib::Server& server) {
  using handler = void (site::*)(const Request&, Response&);
  server.new_task_queue = [] { return new httplib::ThreadPool(threads); };
  server.set_keep_alive_max_count(1);  // a connection that waits would hold a thread
  server.set_payload_max_length(longest_body);
  server.set_default_headers(common_headers());
  server.set_pre_routing_handler(reject_unusual);
  server.set_exception_handler([this](const auto& request, auto& response, const auto& failure) {
    report(request, response, failure);
  });
  server.set_error_handler([](const auto&, auto& response) {
    if (response.body.empty()) {
      reply(response, {{"error", "There is nothing here."}}, response.status);
    }
  });
  server.set_logger([this](const auto& request, const auto& response) {
    log_.count("request", response.status);
    wipe(request);
  });

  const auto open = [this](handler handle) {
    return [this, handle](const Request& request, Response& response) {
      check(request);
      (this->*handle)(request, response);
    };
  };
  const auto in_turn = [this, open](gate& turn, const char* event, handler handle) {
    return [this, &turn, event, handle = open(handle)](const Request& request, Response& response) {
      const gate::visit visit(turn);
      if (!visit) {
        log_.count(event, 503);
        throw error_response(503, "Many people are here. Try again in a moment.");
      }
      handle(request, response);
    };
  };
  for (const auto& file : page_files()) {
    server.Get(file.path, [this, file](const auto& request, auto& response) {
      check(request);
      show(file, request, response);
    });
  }
  server.Get("/session", open(&site::show_session));
  server.Post("/logout", open(&site::log_out));
  server.Get("/files", in_turn(listing_, "files", &site::show_files));
  if (settings_.upload) server.Get("/upload", in_turn(listing_, "upload", &site::show_upload));
  server.Post("/signup", in_turn(entering_, "signup", &site::sign_up));
  server.Post("/login", in_turn(entering_, "login", &site::log_in));
  server.Post("/password", in_turn(entering_, "password", &site::change_password));
  server.Post("/logout-everywhere", in_turn(entering_, "logout", &site::log_out_everywhere));
  server.Get("/healthz", [](const auto&, auto& response) { reply(response, {{"status", "ok"}}); });
  server.Get("/metrics", [this](const auto&, auto& response) {
    response.set_content(log_.metrics(), "text/plain; version=0.0.4");
  });
}

// Another name that leads to this machine may be one of a stranger's site, whose address changes.
void site::check(const Request& request) const {
  static const std::regex local("(127\\.0\\.0\\.1|localhost|\\[::1\\])(:[0-9]{1,5})?");
  const auto host = request.get_header_value("Host");
  const auto& url = settings_.public_url;
  const bool is_own = settings_.behind_proxy() ? host == url.substr(url.find("://") + 3)
                                               : std::regex_match(host, local);
  if (!is_own) throw error_response(421, "This is not the address of this site.");
  const auto origin = settings_.behind_proxy() ? url : "http://" + host;
  if (request.method == "POST" && !is_from_same_site(request, origin)) {
    throw error_response(403, "The request came from another site.");
  }
  if (request.method == "POST" && request.target.find('?') != std::string::npos) {
    throw error_response(400, "A password has no place in a URL.");
  }
}

void site::report(const Request& request, Response& response, std::exception_ptr thrown) {
  const auto fail = [&](int status, const char* sentence, const std::exception& reason) {
    log("failure", request, status, "", reason.what());
    reply(response, {{"error", sentence}}, status);
  };
  try {
    std::rethrow_exception(std::move(thrown));
  } catch (const error_response& failure) {
    if (failure.wait.count() > 0) {
      response.set_header("Retry-After", std::to_string(failure.wait.count()));
    }
    reply(response, {{"error", failure.what()}}, failure.status);
  } catch (const store_unavailable& reason) {
    fail(503, "The store does not respond correctly. Try again in a moment.", reason);
  } catch (const store_rejected& reason) {
    if (reason.code == "InvalidArgument") {
      return fail(400, "The store does not know this folder, or this part of it. Start again.",
                  reason);
    }
    fail(502, "The store rejects requests. Tell whoever runs this service.", reason);
  } catch (const std::system_error& reason) {  // from presign, such as: no credentials
    fail(500, "The service is not set up correctly. Tell whoever runs it.", reason);
  } catch (const std::exception& reason) {
    fail(500, "Something went wrong. Tell whoever runs this service.", reason);
  }
}

void site::log(const std::string& event, const Request& request, int status,
               const std::string& member, const std::string& error) {
  std::map<std::string, std::string> details{
      {"address", address_of(request, settings_.behind_proxy())}};
  if (!member.empty()) details["member"] = member;
  if (!error.empty()) details["error"] = error;
  log_.write(event, status, details);
}

// ── Cookies ─────────────────────────────────────────────────────────────────────────────────────

// Browsers accept a cookie with __Host- only over TLS and from the same host.
std::string site::cookie_name(purpose use) const {
  const std::string name = use == purpose::session ? "session" : "browser";
  return settings_.secure() ? "__Host-" + name : name;
}

// SameSite=Strict: no other site's link, form or script sends it along.
void site::set_cookie(Response& response, purpose use, const std::string& value,
                      std::chrono::seconds life) const {
  response.headers.emplace("Set-Cookie", cookie_name(use) + '=' + value +
                                             "; Path=/; Max-Age=" + std::to_string(life.count()) +
                                             "; HttpOnly; SameSite=Strict" +
                                             (settings_.secure() ? "; Secure" : ""));
}

std::optional<ticket> site::session_of(const Request& request) const {
  return unseal(purpose::session, cookie_of(request, cookie_name(purpose::session)),
                settings_.session_key);
}

ticket site::required_session(const Request& request) const {
  auto session = session_of(request);
  if (!session) throw session_is_over();
  return *std::move(session);
}

void site::show_session(const Request& request, Response& response) {
  const auto session = session_of(request);
  reply(response, {{"member", session ? json(session->member) : json()},
                   {"expires_at", session ? json(iso8601(session->expires_at)) : json()},
                   {"root", session ? settings_.prefix_of(session->member) : ""},
                   {"invitation", !settings_.open_sign_up},
                   {"upload", settings_.upload}});
}

// ── Sign-up, login and log-out ──────────────────────────────────────────────────────────────────

attempt site::attempt_of(const Request& request) const {
  const auto field = [&request](const char* name) -> std::string_view {
    const auto found = request.params.find(name);
    return found == request.params.end() ? std::string_view("") : found->second;  // no nullptr
  };
  return {std::string(field("name")), field("password"), field("invitation"),
          address_of(request, settings_.behind_proxy()),
          cookie_of(request, cookie_name(purpose::browser))};
}

// Runs the action, and sets the cookies of a new session.
void site::enter(const std::string& event, const attempt& typed, const Request& request,
                 Response& response, const std::function<member()>& action) {
  try {
    const auto account = action();
    log(event, request, 200, account.name);
    const auto give = [&](purpose use, std::chrono::seconds life) {
      const ticket ticket{account.name, presign::now() + life, account.epoch};
      set_cookie(response, use, seal(use, ticket, settings_.session_key), life);
    };
    give(purpose::session, std::chrono::seconds(settings_.session_seconds));
    give(purpose::browser, life_of_browser_ticket);
    reply(response, {{"member", account.name}});
  } catch (const error_response& failure) {
    log(event, request, failure.status, typed.name.substr(0, 64));
    throw;
  }
}

void site::sign_up(const Request& request, Response& response) {
  const auto typed = attempt_of(request);
  enter("signup", typed, request, response, [&] { return identity_.sign_up(typed); });
}

void site::log_in(const Request& request, Response& response) {
  const auto typed = attempt_of(request);
  enter("login", typed, request, response, [&] { return identity_.log_in(typed); });
}

void site::change_password(const Request& request, Response& response) {
  const auto session = required_session(request);
  auto typed = attempt_of(request);
  typed.name = session.member;
  const auto new_password = request.params.find("new_password");
  if (new_password == request.params.end())
    throw error_response(400, "The new password is missing.");
  enter("password", typed, request, response, [&] {
    auto account = identity_.change_password(typed, new_password->second);
    files_.forget(account.name);
    return account;
  });
}

void site::log_out(const Request&, Response& response) {
  set_cookie(response, purpose::session, "", {});
  reply(response, json::object());
}

void site::log_out_everywhere(const Request& request, Response& response) {
  const auto session = required_session(request);
  if (!identity_.is_valid(session)) throw session_is_over();
  identity_.end_sessions(session.member);
  files_.forget(session.member);
  log("logout", request, 200, session.member);
  log_out(request, response);
}

// ── Files ───────────────────────────────────────────────────────────────────────────────────────

// The store would reject another prefix too: the policy of the session says what the member may do.
std::string site::prefix_of(const Request& request, const ticket& session) const {
  auto root = settings_.prefix_of(session.member);
  if (!request.has_param("prefix")) return root;
  auto prefix = request.get_param_value("prefix");
  if (prefix.compare(0, root.size(), root) != 0)
    throw error_response(403, "These are not your files.");
  return prefix;
}

void site::show_files(const Request& request, Response& response) {
  const auto session = required_session(request);
  presign::s3::list_options options;
  options.prefix = prefix_of(request, session);
  options.delimiter = request.get_param_value("delimiter");
  options.continuation_token = request.get_param_value("next");
  const auto most = request.get_param_value("max");
  static const std::regex valid("|[1-9][0-9]{0,2}|1000");
  if (!std::regex_match(most, valid)) throw error_response(400, "max is a number from 1 to 1000.");
  if (!most.empty()) options.max_keys = std::stoi(most);
  reply(response, files_.page(session, options));
  log("files", request, 200, session.member);
}

void site::show_upload(const Request& request, Response& response) {
  const auto session = required_session(request);
  const auto folder = prefix_of(request, session);
  if (!folder.empty() && folder.back() != '/')
    throw error_response(400, "A folder ends with a slash.");
  reply(response, files_.upload(session, folder));
  log("upload", request, 200, session.member);
}

}  // namespace broker
