// The credentials and config files of AWS's tools.
// https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html
#include "credentials/aws_file.hpp"

#include "base/error_of.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <memory>
#include <system_error>

namespace presign::detail {
namespace {

constexpr std::string_view blanks = " \t\r";

bool is_comment(std::string_view text) noexcept {
  return !text.empty() && (text.front() == '#' || text.front() == ';');
}

// A '#' or ';' after a blank begins a comment; within a word it is part of it.
std::string_view without_comment(std::string_view value) noexcept {
  for (std::size_t i = 1; i < value.size(); ++i) {
    const bool after_blank = blanks.find(value[i - 1]) != blanks.npos;
    if (after_blank && is_comment(value.substr(i))) return trimmed(value.substr(0, i), blanks);
  }
  return value;
}

// The text between the brackets of "[section]"; nothing where the line is not of that form.
std::optional<std::string_view> section_of(std::string_view line) noexcept {
  const auto end = line.find(']');
  if (end == line.npos) return {};
  const auto rest = trimmed(line.substr(end + 1), blanks);
  if (!rest.empty() && !is_comment(rest)) return {};
  return trimmed(line.substr(1, end - 1), blanks);
}

// The profile that a section of the config file holds; none for "[sso-session x]" and its like.
std::string_view profile_of(std::string_view section) noexcept {
  constexpr std::string_view word = "profile";
  if (section == "default") return section;
  if (!begins_with(section, word)) return {};
  auto name = section.substr(word.size());
  if (name.empty() || blanks.find(name.front()) == blanks.npos) return {};
  name = trimmed(name, blanks);
  const bool is_quoted = name.size() >= 2 && name.front() == name.back() &&
                         (name.front() == '"' || name.front() == '\'');
  return is_quoted ? name.substr(1, name.size() - 2) : name;
}

constexpr std::size_t most_bytes = std::size_t{16} << 20;

struct file_closer {
  void operator()(std::FILE* file) const noexcept { std::fclose(file); }
};

error unreadable(const std::string& path, const std::string& why) {
  return {errc::invalid_file, "the file " + quoted(path) + " cannot be read: " + why};
}

// A file that does not exist is an empty one.
result<wiping_buffer> read_bytes(const std::string& path) {
  wiping_buffer bytes;
  const std::unique_ptr<std::FILE, file_closer> file{std::fopen(path.c_str(), "rb")};
  if (!file) {
    if (errno == ENOENT || errno == ENOTDIR) return bytes;
    return unreadable(path, std::generic_category().message(errno));
  }
  std::setvbuf(file.get(), nullptr, _IONBF, 0);  // no copy of the secrets in a buffer of stdio's
  for (std::size_t size = 0;;) {
    bytes.resize(std::max<std::size_t>(4096, 2 * size));
    size += std::fread(bytes.data() + size, 1, bytes.size() - size, file.get());
    if (std::ferror(file.get())) return unreadable(path, std::generic_category().message(errno));
    if (size > most_bytes) return unreadable(path, "it has more than 16 MiB");
    if (size < bytes.size()) {
      bytes.resize(size);
      return bytes;
    }
  }
}

}  // namespace

result<aws_file> aws_file::read(const std::string& path, aws_file_kind kind) {
  auto bytes = read_bytes(path);
  if (!bytes) return bytes.error();
  aws_file file;
  file.text_ = *std::move(bytes);
  if (auto failure = file.parse(path, kind)) return *std::move(failure);
  return file;
}

std::optional<error> aws_file::parse(const std::string& path, aws_file_kind kind) {
  constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
  constexpr auto none = std::string_view::npos;
  std::string_view rest{text_.data(), text_.size()};
  if (begins_with(rest, byte_order_mark)) rest.remove_prefix(byte_order_mark.size());

  bool in_section = false;
  std::string_view profile;
  std::size_t indent_of_setting = none;
  for (std::size_t number = 1; !rest.empty(); ++number) {
    const auto whole = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(whole.size() + 1, rest.size()));
    const auto line = trimmed(whole, blanks);
    if (line.empty() || is_comment(line)) continue;

    // What is indented below a setting is part of its value: settings of a service ("s3 ="), which
    // say nothing about credentials.
    const auto indent = whole.find_first_not_of(blanks);
    if (indent_of_setting != none && indent > indent_of_setting) continue;

    const auto malformed = [&](std::string_view what) {
      return error_of(errc::invalid_file, {"line ", decimal(number).view(), " of the file ",
                                             quoted(path), " is ", what});
    };
    if (line.front() == '[') {
      const auto section = section_of(line);
      if (!section) return malformed("not a section: it must be [name], and no more");
      in_section = true;
      indent_of_setting = none;
      profile = kind == aws_file_kind::config ? profile_of(*section) : *section;
      if (!profile.empty()) profiles_.push_back(profile);
      continue;
    }
    const auto equals = line.find('=');
    if (equals == none || equals == 0) {
      return malformed("neither [section] nor setting = value nor # comment");
    }
    if (!in_section) return malformed("a setting before the first [section]");
    indent_of_setting = indent;
    if (profile.empty()) continue;
    settings_.push_back({profile, lower(trimmed(line.substr(0, equals), blanks)),
                         without_comment(trimmed(line.substr(equals + 1), blanks))});
  }
  return {};
}

bool aws_file::has_profile(std::string_view profile) const noexcept {
  return std::find(profiles_.begin(), profiles_.end(), profile) != profiles_.end();
}

std::string_view aws_file::find(std::string_view profile, std::string_view name) const noexcept {
  const auto found = std::find_if(settings_.rbegin(), settings_.rend(), [&](const setting& one) {
    return one.profile == profile && one.name == name;
  });
  return found == settings_.rend() ? std::string_view() : found->value;
}

std::string_view aws_file::find_name(std::string_view profile,
                                     std::string_view prefix) const noexcept {
  const auto found = std::find_if(settings_.begin(), settings_.end(), [&](const setting& one) {
    return one.profile == profile && begins_with(one.name, prefix);
  });
  return found == settings_.end() ? std::string_view() : std::string_view(found->name);
}

}  // namespace presign::detail
