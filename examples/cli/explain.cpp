#include "command_line.hpp"
#include "commands.hpp"
#include "explanation_text.hpp"
#include "json.hpp"
#include "options.hpp"
#include "text.hpp"

#include <presign/credentials.hpp>
#include <presign/explain.hpp>
#include <presign/signer.hpp>

#include <cerrno>
#include <cstdio>
#include <iostream>
#include <optional>
#include <system_error>

namespace cli {
namespace {

constexpr auto help_text = R"(Usage: presign explain [OPTIONS] URL

Prints what a presigned URL says: who signed it, for what, and when it expires;
and everything that looks wrong in it. With the server's error response, prints
why the server rejected it, and where the signed request and the request that
arrived differ. URL is the whole URL, in quotes, or - for standard input.

The signature and the session token are not printed. Nothing is sent.

The input:
  --error FILE             The server's error response: its body, unchanged, or
                           what curl -i shows; - reads it from standard input
  --method NAME            The HTTP method that the URL was signed for (GET)
  --header NAME:VALUE      A signed header, with the value that was signed; can
                           be given several times
  --profile NAME           Take the credentials from this profile of the AWS
                           files
  --date TIME              Explain as of this time, 20130524T000000Z (now)

The output:
  --json                   Print a JSON object

  -h, --help               Print this and exit
  --version                Print the version and exit

If there are credentials in the environment or in the profile, presign says
whether they made the signature, and if not, looks for the mistake that explains
it. Credentials are optional.

Exit status: 0 if the URL was explained, even if something is wrong with it, 1
if it cannot be explained, 2 if the command line is not valid.

Examples:
  presign explain - < url.txt
  curl --silent "$URL" > error.xml; presign explain "$URL" --error error.xml
)";

struct explain_input {
  std::string url;
  std::string error_file;
  std::string profile;
  bool json = false;
  presign::explain_options options;
};

void add_options(command_line& line, explain_input& input) {
  line.argument("URL", [&input](const std::string& value) { input.url = value; });
  line.option("--error", input.error_file);
  line.option("--method", input.options.method, read_method);
  line.list("--header", ':', input.options.headers);
  line.option("--profile", input.profile);
  line.option("--date", input.options.at, read_date);
  line.flag("--json", input.json, true);
}

// Credentials are optional, except those of a profile that the user named.
presign::result<std::optional<presign::credentials>> find_signer(const std::string& profile) {
  auto credentials = presign::credentials::find(profile);
  if (credentials) return std::optional{*std::move(credentials)};
  if (!profile.empty()) return credentials.error();
  if (credentials.error().code != presign::errc::missing_credentials) {
    say("note", "no credentials are used: " + credentials.error().message);
  }
  return std::optional<presign::credentials>{};
}

presign::result<std::string> read_all(const std::string& path) {
  constexpr std::size_t most = std::size_t{1} << 20;
  std::string text(most + 1, '\0');
  const bool is_file = path != "-";
  auto* const file = is_file ? std::fopen(path.c_str(), "rb") : stdin;
  if (file) text.resize(std::fread(text.data(), 1, text.size(), file));
  const int code = !file || std::ferror(file) ? errno : 0;
  if (file && is_file) std::fclose(file);
  if (code != 0) {
    // The user may have given the URL in place of the file's name.
    const auto name = is_file ? "the file \"" + presign::redact(path) + '"' : "standard input";
    return presign::error{presign::errc::invalid_file,
                          "cannot read " + name + ": " + std::generic_category().message(code)};
  }
  if (text.size() > most) {
    return presign::error{presign::errc::invalid_file,
                          "the input is larger than 1 MiB: neither a URL nor an error response is"};
  }
  return text;
}

// Removes what comes along when a URL is pasted, and a byte order mark.
std::string trimmed(const std::string& text) {
  constexpr auto blanks = " \t\r\n\"'<>";
  const auto begin = text.find_first_not_of(std::string(blanks) + "\xef\xbb\xbf");
  if (begin == text.npos) return "";
  return text.substr(begin, text.find_last_not_of(blanks) + 1 - begin);
}

presign::result<std::string> explain(explain_input& input) {
  const bool is_from_input = input.url == "-";
  if (is_from_input) {
    auto text = read_all("-");
    if (!text) return text.error();
    input.url = *std::move(text);
  }
  input.url = trimmed(input.url);
  if (is_from_input && input.url.empty()) {
    return presign::error{presign::errc::invalid_file, "standard input is empty"};
  }
  if (!input.error_file.empty()) {
    auto body = read_all(input.error_file);
    if (!body) return body.error();
    if (body->empty()) {
      return presign::error{presign::errc::invalid_response,
                            "the response is empty, as responses to HEAD are; send a GET instead"};
    }
    input.options.response = *std::move(body);
  }
  auto signer = find_signer(input.profile);
  if (!signer) return signer.error();
  input.options.signer = *std::move(signer);

  if (!input.options.at) input.options.at = presign::now();
  const auto explanation = presign::explain(input.url, input.options);
  if (!explanation) return explanation.error();
  return input.json ? as_json(*explanation, input.options) : as_text(*explanation, input.options);
}

}  // namespace

int explain(const std::vector<std::string>& arguments) {
  explain_input input;
  command_line line{"presign explain", help_text};
  add_options(line, input);
  const auto check = [&input] {
    if (input.url == "-" && input.error_file == "-") {
      throw invalid_value("the URL and --error cannot both be read from standard input");
    }
  };
  if (const auto status = line.parse(arguments, check)) return *status;

  const auto text = explain(input);
  if (!text) return fail(text.error());
  std::cout << *text << '\n';
  return 0;
}

}  // namespace cli
