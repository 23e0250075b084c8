#include "post.hpp"

#include "bucket.hpp"
#include "command_line.hpp"
#include "form_output.hpp"
#include "messages.hpp"
#include "text.hpp"

#include <presign/credentials.hpp>
#include <presign/post.hpp>
#include <presign/signer.hpp>

#include <cstdint>
#include <iostream>
#include <optional>
#include <set>

namespace cli {
namespace {

constexpr auto help_text = R"(Usage: presign post [OPTIONS] S3Uri

Prints a form that allows whoever has it to upload files into an S3 bucket from
a browser, as long as the form lives. S3Uri is s3://bucket/key, the key as it
is, in which ${filename} stands for the name of the file; it is added to a key
that ends in a slash, and to the bucket alone.

What may be uploaded:
  --max-size BYTES         Files of so many bytes at the most
  --min-size BYTES         Files of so many bytes at the least (0); needs
                           --max-size
  --field NAME=VALUE       Have the form send this field, which must arrive with
                           exactly this value: acl, Content-Type, tagging,
                           success_action_redirect, x-amz-meta-...; can be
                           given again
  --starts-with NAME=PREFIX
                           Let this field arrive with any value that begins so;
                           the form has it with that of --field, or the prefix;
                           can be given again

Where, who and when:
  --expires-in SECONDS     How long the form lives, 1 to 604800 (3600)
  --region NAME            The bucket's region (from the environment, or the
                           profile, or us-east-1)
  --profile NAME           Take credentials and region from this profile of the
                           AWS files
  --endpoint-url URL       Another S3 service. The bucket then stands in the
                           URL's path, unless the host is one of S3's own
  --path-style             Put the bucket in the URL's path
  --virtual-host           Put the bucket in the URL's host
  --dualstack              AWS's endpoint for IPv6 as well as IPv4
  --fips                   AWS's endpoint validated under FIPS 140
  --accelerate             S3 Transfer Acceleration
  --date TIME              Sign as of this time, 20130524T000000Z (now)

The output:
  --json                   Print a JSON object that tells all about the form
                           (unless one of these is given)
  --html                   Print a page with the form
  --curl                   Print a curl command that sends the form, with the
                           file named by $FILE

  -h, --help               Print this and exit
  --version                Print the version and exit

Environment and exit status are those of presign; see presign --help.

Examples:
  presign post s3://examplebucket/uploads/ --max-size 10000000 --html
  presign post s3://examplebucket/cat.jpg --field Content-Type=image/jpeg --curl
  presign post s3://examplebucket/img/ --starts-with Content-Type=image/
)";

enum class form_format { json, html, curl };

struct post_options : common_options {
  std::int64_t min_size = 0;
  std::optional<std::int64_t> max_size;
  std::vector<presign::form_field> fields;
  std::vector<presign::form_field> prefixes;
  form_format output = form_format::json;
};

void add_options(CLI::App& app, post_options& asked) {
  using text = const std::string&;
  add_common(app, asked, "${filename}");
  auto* max_size = add(app, "--max-size",
                       [&asked](text value) { asked.max_size = read_number(value, "bytes"); });
  add(app, "--min-size", [&asked](text value) {
    asked.min_size = read_number(value, "bytes");
  })->needs(max_size);
  add_list(app, "--field", [&asked](text value) {
    auto [name, its_value] = read_pair(value);
    asked.fields.push_back({std::move(name), std::move(its_value)});
  });
  add_list(app, "--starts-with", [&asked](text value) {
    auto [name, prefix] = read_pair(value);
    asked.prefixes.push_back({std::move(name), std::move(prefix)});
  });

  auto* json = add_flag(app, "--json", [&asked] { asked.output = form_format::json; });
  auto* html = add_flag(app, "--html", [&asked] { asked.output = form_format::html; });
  add_flag(app, "--curl", [&asked] { asked.output = form_format::curl; })
      ->excludes(json)
      ->excludes(html);
  html->excludes(json);
}

// Each field that may arrive with several values is in the form, so that it works as it is.
presign::s3::post_policy make_policy(const presign::s3::bucket& bucket, const post_options& asked) {
  auto policy = bucket.post(asked.key);
  std::set<std::string> given{"key"};
  for (const auto& one : asked.fields) {
    policy.field(one.name, one.value);
    given.insert(lower(one.name));
  }
  for (const auto& one : asked.prefixes) {
    policy.starts_with(one.name, one.value);
    if (given.insert(lower(one.name)).second) policy.field(one.name, one.value);
  }
  if (asked.max_size) policy.content_length_range(asked.min_size, *asked.max_size);
  return policy;
}

presign::result<presign::presigned_post> sign(const post_options& asked) {
  const auto who = presign::credentials::find(asked.profile);
  if (!who) return who.error();
  const auto bucket = find_bucket(asked);
  if (!bucket) return bucket.error();

  presign::presign_options how;
  how.at = asked.date;
  return presign::signer{*who}.presign_post(make_policy(*bucket, asked), asked.expires_in, how);
}

std::string write(const presign::presigned_post& form, const post_options& asked) {
  switch (asked.output) {
    case form_format::curl: return as_curl(form);
    case form_format::html: return as_html(form, asked.prefixes);
    case form_format::json: break;
  }
  return as_json(form);
}

}  // namespace

int post(const std::vector<std::string>& arguments) {
  post_options asked;
  CLI::App app{"", "presign post"};
  add_options(app, asked);
  if (const auto status = parse(app, arguments, help_text)) return *status;

  const auto form = sign(asked);
  if (!form) return fail(form.error());
  for (const auto one : form->warnings) say("warning", presign::describe(one));
  std::cout << write(*form, asked) << '\n';
  return 0;
}

}  // namespace cli
