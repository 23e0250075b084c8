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
constexpr std::pair<const char*, const char*> with_every_answer[] = {
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
  // Keys of a store that breaks the rule may not be UTF-8.
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
void show(const page& what, const httplib::Request& request, httplib::Response& response) {
  response.set_header("ETag", std::string(what.etag));
  response.set_header("Cache-Control", "no-cache");
  if (request.get_header_value("If-None-Match") == what.etag) {
    response.status = 304;
    return;
  }
  response.set_content(what.body.data(), what.body.size(), std::string(what.content_type));
}

struct sentence {
  int status;
  const char* text;
};

sentence sentence_of(verdict what) {
  switch (what) {
    case verdict::welcome: return {200, ""};
    case verdict::wrong: return {403, "Name or password is wrong."};
    case verdict::name_taken: return {409, "This name is taken."};
    case verdict::bad_name:
      return {422, "A name has 2 to 64 characters: letters a to z, digits, and . _ - @"};
    case verdict::bad_password: return {422, "A password has 10 to 256 characters."};
    case verdict::bad_invitation: return {403, "The invitation is not right."};
    case verdict::too_often: return {429, "Too many tries. Wait a little, then try again."};
    case verdict::busy: return {503, "Many people are logging in. Try again in a moment."};
  }
  return {500, ""};
}

}  // namespace

void site::handle(const httplib::Request& request, httplib::Response& response) {
  for (const auto& [name, value] : with_every_answer) response.set_header(name, value);
  if (settings_.secure()) response.set_header("Strict-Transport-Security", "max-age=31536000");
  try {
    route(request, response);
  } catch (const store_unavailable& failure) {
    log(failure.what());
    fail(response, 503, "The store cannot be reached. Try again in a moment.");
  } catch (const store_refused& refused) {
    log(refused.what());
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
  if (path == "/session" && is_read) return show_session(request, response);
  if (path == "/files" && is_read) return show_files(request, response);
  if (path == "/signup" && is_post) return enter(request, response, &identity::sign_up);
  if (path == "/login" && is_post) return enter(request, response, &identity::log_in);
  if (path == "/logout" && is_post) return leave(response);
  fail(response, 404, "There is nothing here.");
}

// ── Login ───────────────────────────────────────────────────────────────────────────────────────

void site::enter(const httplib::Request& request, httplib::Response& response,
                 outcome (identity::*way_in)(const attempt&)) {
  if (request.target.find('?') != std::string::npos) {
    return fail(response, 400, "A password has no place in a URL.");
  }
  const auto name = request.get_param_value("name");
  const auto password = request.get_param_value("password");
  const auto invitation = request.get_param_value("invitation");
  const auto result = (identity_.*way_in)(
      {name, password, invitation, address_of(request, settings_.behind_proxy)});

  const auto [status, text] = sentence_of(result.what);
  if (result.what != verdict::welcome) {
    if (result.wait.count() > 0) {
      response.set_header("Retry-After", std::to_string(result.wait.count()));
    }
    return fail(response, status, text);
  }
  const session fresh{result.member, presign::now() + settings_.session_life};
  response.set_header("Set-Cookie",
                      cookie(seal(fresh, settings_.session_key), settings_.session_life));
  reply(response, 200, {{"member", result.member}});
}

void site::leave(httplib::Response& response) const {
  response.set_header("Set-Cookie", cookie("", std::chrono::seconds(0)));
  reply(response, 200, json::object());
}

// ── The session cookie ──────────────────────────────────────────────────────────────────────────

// Browsers take a cookie with __Host- only over TLS and from this very host.
std::string site::cookie_name() const { return settings_.secure() ? "__Host-session" : "session"; }

// SameSite=Strict: no other site's link, form or script sends it along.
std::string site::cookie(const std::string& value, std::chrono::seconds life) const {
  return cookie_name() + '=' + value + "; Path=/; Max-Age=" + std::to_string(life.count()) +
         "; HttpOnly; SameSite=Strict" + (settings_.secure() ? "; Secure" : "");
}

std::optional<session> site::session_of(const httplib::Request& request) const {
  const auto cookies = request.get_header_value("Cookie");
  const auto wanted = cookie_name() + '=';
  for (std::string_view rest = cookies; !rest.empty();) {
    const auto one = rest.substr(0, rest.find("; "));
    if (one.substr(0, wanted.size()) == wanted) {
      return unseal(one.substr(wanted.size()), settings_.session_key);
    }
    rest.remove_prefix(std::min(rest.size(), one.size() + 2));
  }
  return std::nullopt;
}

void site::show_session(const httplib::Request& request, httplib::Response& response) const {
  const auto who = session_of(request);
  reply(response, 200,
        {{"member", who ? json(who->member) : json()},
         {"expires_at", who ? json(iso8601(who->expires_at)) : json()},
         {"root", who ? prefix_of(settings_, who->member) : ""},
         {"invitation", !settings_.invitation.empty()}});
}

// ── Files ───────────────────────────────────────────────────────────────────────────────────────

void site::show_files(const httplib::Request& request, httplib::Response& response) {
  const auto who = session_of(request);
  if (!who) return fail(response, 401, "Log in first.");

  presign::s3::list_options what;
  const auto root = prefix_of(settings_, who->member);
  what.prefix = request.has_param("prefix") ? request.get_param_value("prefix") : root;
  // The store would reject it too: the policy of the session says what the member may see.
  if (what.prefix.compare(0, root.size(), root) != 0) {
    return fail(response, 403, "These are not your files.");
  }
  what.delimiter = request.get_param_value("delimiter");
  what.continuation_token = request.get_param_value("next");
  const auto most = request.get_param_value("max");
  if (!most.empty()) {
    int number = 0;
    const auto [stop, failure] = std::from_chars(most.data(), most.data() + most.size(), number);
    if (failure != std::errc{} || stop != most.data() + most.size() || number < 1 ||
        number > 1000) {
      return fail(response, 400, "max is a number from 1 to 1000.");
    }
    what.max_keys = number;
  }
  reply(response, 200, files_.page(who->member, what));
}

}  // namespace broker
