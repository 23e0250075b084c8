#include "site.hpp"

#include "address.hpp"
#include "iso8601.hpp"
#include "log.hpp"
#include "pages.hpp"
#include "same_site.hpp"
#include "store_error.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <string_view>
#include <system_error>

namespace broker {
namespace {

using nlohmann::json;

// Allows only what the program itself serves, and nothing inline: a script that gets into a page
// through a file's name would not run.
constexpr std::pair<const char*, const char*> common_headers[] = {
    {"Content-Security-Policy",
     "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
     "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"},
    {"X-Content-Type-Options", "nosniff"},
    {"Referrer-Policy", "same-origin"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
};

void reply(httplib::Response& response, int status, const json& body) {
  response.status = status;
  response.set_header("Cache-Control", "no-store");
  // A store that breaks the rules may have keys that are not UTF-8.
  response.set_content(body.dump(-1, ' ', false, json::error_handler_t::replace),
                       "application/json");
}

void fail(httplib::Response& response, int status, const char* sentence) {
  reply(response, status, {{"error", sentence}});
}

std::string path_of(const httplib::Request& request) {
  return request.target.substr(0, request.target.find('?'));
}

// The pages are the same for everybody. Browsers may keep them, and ask whether they have changed.
void show(const page& file, const httplib::Request& request, httplib::Response& response) {
  response.set_header("ETag", std::string(file.etag));
  response.set_header("Cache-Control", "no-cache");
  if (request.get_header_value("If-None-Match") == file.etag) {
    response.status = 304;
    return;
  }
  response.set_content(file.body.data(), file.body.size(), std::string(file.content_type));
}

struct sentence {
  int status;
  const char* text;
};

sentence sentence_of(verdict result) {
  switch (result) {
    case verdict::welcome: return {200, ""};
    case verdict::wrong: return {403, "Name or password is wrong."};
    case verdict::name_taken: return {409, "This name is taken."};
    case verdict::bad_name:
      return {422, "A name has 2 to 64 characters: letters a to z, digits, and . _ - @"};
    case verdict::bad_password:
      return {422, "A password has 10 to 256 characters, 4 of them different."};
    case verdict::bad_invitation: return {403, "The invitation is wrong."};
    case verdict::too_often: return {429, "Too many attempts. Wait a little, then try again."};
    case verdict::busy: return {503, "Many people are logging in. Try again in a moment."};
  }
  return {500, ""};
}

}  // namespace

void site::handle(const httplib::Request& request, httplib::Response& response) {
  for (const auto& [name, value] : common_headers) response.set_header(name, value);
  if (settings_.secure()) response.set_header("Strict-Transport-Security", "max-age=31536000");
  try {
    route(request, response);
  } catch (const store_unavailable& failure) {
    log(failure.what());
    fail(response, 503, "The store cannot be reached. Try again in a moment.");
  } catch (const store_rejected& rejected) {
    log(rejected.what());
    if (rejected.code == "InvalidArgument") {
      return fail(response, 400, "The store does not know this part of the list. Start again.");
    }
    fail(response, 502, "The store rejects requests. Tell whoever runs this service.");
  } catch (const std::system_error& failure) {  // from presign, such as: no credentials
    log(failure.what());
    fail(response, 500, "The service is not set up correctly. Tell whoever runs it.");
  }
}

void site::route(const httplib::Request& request, httplib::Response& response) {
  const auto path = path_of(request);
  const bool is_read = request.method == "GET" || request.method == "HEAD";
  const bool is_post = request.method == "POST";
  if (is_post && !is_from_same_site(request)) {
    return fail(response, 403, "The request came from another site.");
  }
  const auto* const page = find_page(path);
  if (page && is_read) return show(*page, request, response);
  if (path == "/healthz" && is_read) return reply(response, 200, {{"status", "ok"}});
  if (path == "/session" && is_read) return show_session(request, response);
  if (path == "/logout" && is_post) return leave(response);
  const gate::visit visit(store_);
  if (!visit) return fail(response, 503, "The store is busy. Try again in a moment.");
  if (path == "/files" && is_read) return show_files(request, response);
  if (path == "/signup" && is_post) return enter(request, response, &identity::sign_up);
  if (path == "/login" && is_post) return enter(request, response, &identity::log_in);
  fail(response, 404, "There is nothing here.");
}

// ── Login ───────────────────────────────────────────────────────────────────────────────────────

void site::enter(const httplib::Request& request, httplib::Response& response,
                 outcome (identity::*action)(const attempt&)) {
  if (request.target.find('?') != std::string::npos) {
    return fail(response, 400, "A password has no place in a URL.");
  }
  const auto name = request.get_param_value("name");
  const auto password = request.get_param_value("password");
  const auto invitation = request.get_param_value("invitation");
  const auto outcome = (identity_.*action)(
      {name, password, invitation, address_of(request, settings_.behind_proxy)});

  const auto [status, text] = sentence_of(outcome.result);
  log(path_of(request) + ' ' + std::to_string(status) + ' ' +
      std::string(outcome.result == verdict::welcome ? outcome.member : name.substr(0, 64)) +
      " from " + address_of(request, settings_.behind_proxy));
  if (outcome.result != verdict::welcome) {
    if (outcome.wait.count() > 0) {
      response.set_header("Retry-After", std::to_string(outcome.wait.count()));
    }
    return fail(response, status, text);
  }
  const session login{outcome.member, presign::now() + settings_.session_duration};
  response.set_header("Set-Cookie",
                      cookie(seal(login, settings_.session_key), settings_.session_duration));
  reply(response, 200, {{"member", outcome.member}});
}

void site::leave(httplib::Response& response) const {
  response.set_header("Set-Cookie", cookie("", std::chrono::seconds(0)));
  reply(response, 200, json::object());
}

// ── The session cookie ──────────────────────────────────────────────────────────────────────────

// Browsers accept a cookie with __Host- only over TLS and from the same host.
std::string site::cookie_name() const { return settings_.secure() ? "__Host-session" : "session"; }

// SameSite=Strict: no other site's link, form or script sends it along.
std::string site::cookie(const std::string& value, std::chrono::seconds max_age) const {
  return cookie_name() + '=' + value + "; Path=/; Max-Age=" + std::to_string(max_age.count()) +
         "; HttpOnly; SameSite=Strict" + (settings_.secure() ? "; Secure" : "");
}

std::optional<session> site::session_of(const httplib::Request& request) const {
  const auto cookies = request.get_header_value("Cookie");
  const auto wanted = cookie_name() + '=';
  for (std::string_view rest = cookies; !rest.empty();) {
    const auto pair = rest.substr(0, rest.find("; "));
    if (pair.substr(0, wanted.size()) == wanted) {
      return unseal(pair.substr(wanted.size()), settings_.session_key);
    }
    rest.remove_prefix(std::min(rest.size(), pair.size() + 2));
  }
  return std::nullopt;
}

void site::show_session(const httplib::Request& request, httplib::Response& response) const {
  const auto session = session_of(request);
  reply(response, 200,
        {{"member", session ? json(session->member) : json()},
         {"expires_at", session ? json(iso8601(session->expires_at)) : json()},
         {"root", session ? prefix_of(settings_, session->member) : ""},
         {"invitation", !settings_.invitation.empty()}});
}

// ── Files ───────────────────────────────────────────────────────────────────────────────────────

void site::show_files(const httplib::Request& request, httplib::Response& response) {
  const auto session = session_of(request);
  if (!session) return fail(response, 401, "Log in first.");

  presign::s3::list_options options;
  const auto root = prefix_of(settings_, session->member);
  options.prefix = request.has_param("prefix") ? request.get_param_value("prefix") : root;
  // The store would reject it too: the policy of the session says what the member may see.
  if (options.prefix.compare(0, root.size(), root) != 0) {
    return fail(response, 403, "These are not your files.");
  }
  options.delimiter = request.get_param_value("delimiter");
  options.continuation_token = request.get_param_value("next");
  const auto most = request.get_param_value("max");
  if (!most.empty()) {
    int number = 0;
    const auto [stop, failure] = std::from_chars(most.data(), most.data() + most.size(), number);
    if (failure != std::errc{} || stop != most.data() + most.size() || number < 1 ||
        number > 1000) {
      return fail(response, 400, "max is a number from 1 to 1000.");
    }
    options.max_keys = number;
  }
  reply(response, 200, files_.page(session->member, options));
}

}  // namespace broker
