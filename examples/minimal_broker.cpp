// The smallest broker: a page of links to the files of a private bucket.
//
//     minimal_broker BUCKET ROLE_ARN [PORT]
//
// For each view of the page it assumes the role with STS, lists the bucket with the temporary
// credentials of the role, and presigns a GET of each object. No file passes through the broker.
//
// Its own credentials and the region come from the environment or a profile, as with AWS's tools;
// for another store, set AWS_ENDPOINT_URL. Browsers ask for BROKER_PASSWORD, if it is set; the user
// is "member". It listens on 127.0.0.1. On the internet, it also needs a proxy with TLS in front.
#include <presign/presign.hpp>

#include <httplib.h>
#include <openssl/crypto.h>
#include <pugixml.hpp>

#include <cstdlib>
#include <iostream>
#include <stdexcept>

namespace {

using namespace std::chrono_literals;

std::string setting(const char* name, const std::string& otherwise = {}) {
  const char* const value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): nobody sets it
  return value && *value ? value : otherwise;
}

/// Sends a request that is signed, and returns the response's XML.
pugi::xml_document send(const presign::signed_request& call, const std::string& body = {}) {
  const auto path_begins = call.url.find('/', call.url.find("://") + 3);
  httplib::Client client(call.url.substr(0, path_begins));
  client.set_url_encode(false);  // the URL is encoded, and signed as it is
  client.set_connection_timeout(3s);
  client.set_read_timeout(10s);
  httplib::Request request;
  request.method = call.method;
  request.path = call.url.substr(path_begins);
  request.body = body;
  for (const auto& [name, value] : call.headers) request.headers.emplace(name, value);
  const auto response = client.send(request);
  if (!response) throw std::runtime_error("no response: " + to_string(response.error()));
  if (response->status != 200) throw std::runtime_error("the store sent: " + response->body);
  pugi::xml_document document;
  constexpr auto options = pugi::parse_cdata | pugi::parse_escapes | pugi::parse_ws_pcdata;
  if (!document.load_string(response->body.c_str(), options)) throw std::runtime_error("not XML");
  return document;
}

/// https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
presign::credentials assume_role(const std::string& role_arn) {
  const auto region = presign::find_region().value();
  const auto aws = "https://sts." + region + ".amazonaws.com";
  const auto endpoint = setting("AWS_ENDPOINT_URL_STS", setting("AWS_ENDPOINT_URL", aws));
  const auto body = presign::sigv4::canonical_query({{"Action", "AssumeRole"},
                                                     {"Version", "2011-06-15"},
                                                     {"RoleArn", role_arn},
                                                     {"RoleSessionName", "minimal_broker"},
                                                     {"DurationSeconds", "3600"}});
  const presign::s3::location sts{region, endpoint, presign::s3::addressing::bucket_endpoint};
  auto request = presign::s3::bucket::at("sts", sts).value().list();  // it reads the endpoint
  request.query_parameters.clear();
  request.method = "POST";
  request.service = "sts";
  request.payload_hash = presign::sigv4::payload_hash(body).value();
  request.header("content-type", "application/x-www-form-urlencoded");
  const presign::signer own{presign::credentials::find().value()};
  const auto response = send(own.sign(request).value(), body);
  const auto element = response.document_element().child("AssumeRoleResult").child("Credentials");
  return {element.child_value("AccessKeyId"), element.child_value("SecretAccessKey"),
          element.child_value("SessionToken"),
          presign::parse_iso8601(element.child_value("Expiration")).value()};
}

/// https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
std::vector<std::string> list(const presign::s3::bucket& bucket, const presign::signer& signer) {
  std::vector<std::string> keys;
  presign::s3::list_options options;
  do {
    const auto response = send(signer.sign(bucket.list(options)).value());
    const auto page = response.document_element();
    for (const auto each : page.children("Contents")) keys.emplace_back(each.child_value("Key"));
    options.continuation_token = page.child_value("NextContinuationToken");
  } while (!options.continuation_token.empty());
  return keys;
}

std::string escaped(const std::string& text) {
  std::string html;
  for (const char letter : text) {
    const bool is_markup = letter == '&' || letter == '<' || letter == '"';
    html += is_markup ? "&#" + std::to_string(letter) + ';' : std::string{letter};
  }
  return html;
}

std::string page_of_links(const presign::s3::bucket& bucket, const std::string& role_arn) {
  const presign::signer signer{assume_role(role_arn)};
  std::string page = "<!doctype html><meta charset=utf-8><title>Files</title><h1>Files</h1><ul>";
  for (const auto& key : list(bucket, signer)) {
    if (const auto link = signer.presign(bucket.get(key), 1h))
      page += "<li><a href=\"" + escaped(link->url) + "\">" + escaped(key) + "</a>\n";
  }
  return page + "</ul><p>The links work for an hour at most. Reload the page for new ones.";
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc < 3 || argc > 4) throw std::invalid_argument("minimal_broker BUCKET ROLE_ARN [PORT]");
  const auto bucket = presign::s3::bucket::find(argv[1]).value();
  const auto password = setting("BROKER_PASSWORD");
  const auto login = httplib::make_basic_authentication_header("member", password).second;

  httplib::Server server;
  server.Get("/", [&](const httplib::Request& request, httplib::Response& response) {
    const auto given = request.get_header_value("Authorization");
    const bool is_same = given.size() == login.size() &&
                         CRYPTO_memcmp(given.data(), login.data(), login.size()) == 0;
    const auto host = request.get_header_value("Host");
    const auto name = host.substr(0, host.find(':'));
    const bool is_local = name == "127.0.0.1" || name == "localhost";
    response.set_header("Cache-Control", "no-store");
    // Without a password: another site could lead its own name here, and read the page.
    if (password.empty() ? !is_local : !is_same) {
      response.set_header("WWW-Authenticate", "Basic realm=\"files\", charset=\"UTF-8\"");
      response.status = 401;
      return;
    }
    try {
      response.set_content(page_of_links(bucket, argv[2]), "text/html; charset=utf-8");
    } catch (const std::exception& failure) {
      std::cerr << presign::redact(failure.what()) << '\n';
      response.status = 502;
      response.set_content("The store cannot be reached. Try again later.", "text/plain");
    }
  });
  server.set_socket_options([](int socket) {  // not SO_REUSEPORT, which would let two have the port
    const int yes = 1;
    setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  });
  const int port = argc == 4 ? std::stoi(argv[3]) : 8080;
  if (!server.bind_to_port("127.0.0.1", port)) throw std::runtime_error("the port is taken");
  std::cout << "http://127.0.0.1:" << port << '/' << std::endl;
  server.listen_after_bind();
} catch (const std::exception& failure) {
  std::cerr << "minimal_broker: " << failure.what() << '\n';
  return 1;
}
