#include "explain.hpp"

#include "command_line.hpp"
#include "explanation_output.hpp"
#include "messages.hpp"

#include <presign/credentials.hpp>
#include <presign/explain.hpp>
#include <presign/signer.hpp>

#include <fstream>
#include <iostream>
#include <iterator>
#include <optional>

namespace cli {
namespace {

constexpr auto help_text = R"(Usage: presign explain [OPTIONS] URL

Tells what a presigned URL says: who signed it, for what and until when; and
everything that looks wrong in it. With a server's refusal, tells why it was
refused, and where what was signed and what arrived part. URL is the whole URL,
in quotes, or - to read it from standard input.

Neither the signature nor the session token is printed, nothing is sent, and no
server is asked.

What is known besides the URL:
  --error FILE             The body of the server's refusal, as it came; - reads
                           it from standard input
  --method NAME            The HTTP method that the URL was made for (GET)
  --header NAME:VALUE      A signed header, with the value that was signed; can
                           be given again
  --profile NAME           Take the credentials from this profile of the AWS
                           files
  --date TIME              Explain as of this time, 20130524T000000Z (now)

The output:
  --json                   Print a JSON object

  -h, --help               Print this and exit
  --version                Print the version and exit

With credentials in the environment or in the profile, tells whether these
credentials made the signature, and if not, looks for the mistake after which
they would have. Without, it works all the same.

The exit status is 0 if the URL could be explained, whatever is the matter with
it, 1 if not, and 2 if the command line is not understood.

Examples:
  presign explain - < url.txt
  curl --silent "$URL" > error.xml; presign explain "$URL" --error error.xml
)";

struct explain_command {
  std::string url;
  std::string error_file;
  std::string profile;
  std::optional<presign::time_point> date;
  bool json = false;
  presign::explain_options options;
};

void add_options(CLI::App& app, explain_command& asked) {
  using text = const std::string&;
  prepare(app);
  add(app, "URL", [&asked](text value) { asked.url = value; })->required();
  add(app, "--error", [&asked](text value) { asked.error_file = value; });
  add(app, "--method", [&asked](text value) { asked.options.method = value; });
  add_list(app, "--header", [&asked](text value) {
    auto [name, its_value] = read_pair(value, ':');
    asked.options.headers.push_back({std::move(name), std::move(its_value)});
  });
  add(app, "--profile", [&asked](text value) { asked.profile = value; });
  add(app, "--date", [&asked](text value) { asked.date = read_date(value); });
  add_flag(app, "--json", [&asked] { asked.json = true; });
}

// Who has the URL need not have credentials. Those that were asked for must be there.
presign::result<std::optional<presign::credentials>> find_signer(const std::string& profile) {
  auto found = presign::credentials::find(profile);
  if (found) return std::optional{*std::move(found)};
  if (!profile.empty()) return found.error();
  if (found.error().code != presign::errc::missing_credentials) {
    say("note", "no credentials are used: " + found.error().message);
  }
  return std::optional<presign::credentials>{};
}

presign::result<std::string> read_all(const std::string& path) {
  std::ifstream file;
  if (path != "-") file.open(path, std::ios::binary);
  std::istream& from = path == "-" ? std::cin : file;
  std::string text{std::istreambuf_iterator<char>(from), {}};
  if (path != "-" && !file.is_open()) {
    // The URL may stand where the file's name should.
    return presign::error{presign::errc::invalid_file,
                          "cannot read the file \"" + presign::redact(path) + '"'};
  }
  return text;
}

std::string trimmed(const std::string& text) {
  constexpr auto blanks = " \t\r\n";
  const auto begin = text.find_first_not_of(blanks);
  if (begin == text.npos) return "";
  return text.substr(begin, text.find_last_not_of(blanks) + 1 - begin);
}

presign::result<std::string> explain_it(explain_command& asked) {
  if (asked.url == "-") {
    const auto line = read_all("-");
    if (!line) return line.error();
    asked.url = trimmed(*line);
  }
  std::string answer;
  if (!asked.error_file.empty()) {
    auto body = read_all(asked.error_file);
    if (!body) return body.error();
    answer = *std::move(body);
    if (answer.empty()) {
      return presign::error{presign::errc::invalid_response,
                            "the answer is empty, as every answer to a HEAD is: ask with GET"};
    }
    asked.options.response = answer;
  }
  auto signer = find_signer(asked.profile);
  if (!signer) return signer.error();
  asked.options.signer = *std::move(signer);

  const explained what{asked.options.method,
                       asked.options.signer ? asked.options.signer->access_key_id : "",
                       asked.date.value_or(presign::now())};
  const auto told = presign::explain(asked.url, asked.options, what.at);
  if (!told) return told.error();
  return asked.json ? as_json(*told, what) : as_text(*told, what);
}

}  // namespace

int explain(const std::vector<std::string>& arguments) {
  explain_command asked;
  CLI::App app{"", "presign explain"};
  add_options(app, asked);
  const auto check = [&asked] {
    if (asked.url == "-" && asked.error_file == "-") {
      throw CLI::ValidationError("--error", "and the URL cannot both be read from standard input");
    }
  };
  if (const auto status = parse(app, arguments, help_text, check)) return *status;

  const auto text = explain_it(asked);
  if (!text) return fail(text.error());
  std::cout << *text << '\n';
  return 0;
}

}  // namespace cli
