// The credentials and config files of AWS's tools.
// https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html
#include "credentials/aws_file.hpp"

#include "base/text.hpp"

#include <cerrno>
#include <cstdio>

namespace presign::detail {
namespace {

// Stands for a value that continues on the lines below. No setting that presign reads may have such
// a value, and the line break makes it invalid for all of them.
constexpr std::string_view several_lines = "(several lines)\n";

bool is_nothing_or_comment(std::string_view text) noexcept {
  return text.empty() || text.front() == '#' || text.front() == ';';
}

// A '#' or ';' after a blank begins a comment; within a word it is part of it.
std::string_view without_comment(std::string_view value) noexcept {
  const auto begin = std::adjacent_find(value.begin(), value.end(), [](char a, char b) {
    return white_space.find(a) != white_space.npos && (b == '#' || b == ';');
  });
  return trimmed(value.substr(0, static_cast<std::size_t>(begin - value.begin())), white_space);
}

error unreadable(const std::string& path, const std::string& reason) {
  return error_of(errc::invalid_file,
                  {"the file ", quoted_text(path), " cannot be read: ", reason});
}

// Reads a file; one that does not exist is an empty one.
result<wiping_buffer> read_bytes(const std::string& path) {
  constexpr std::size_t max_size = std::size_t{16} << 20;
  wiping_buffer bytes;
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file{std::fopen(path.c_str(), "rb"),
                                                             &std::fclose};
  if (!file) {
    if (errno == ENOENT || errno == ENOTDIR) return bytes;
    return unreadable(path, std::generic_category().message(errno));
  }
  std::setvbuf(file.get(), nullptr, _IONBF, 0);  // no copy of the secrets in a buffer of stdio's
  std::size_t size = 0;
  while (size == bytes.size()) {
    bytes.resize(std::max<std::size_t>(4096, 2 * size));
    size += std::fread(bytes.data() + size, 1, bytes.size() - size, file.get());
    if (std::ferror(file.get())) return unreadable(path, std::generic_category().message(errno));
    if (size > max_size) return unreadable(path, "it has more than 16 MiB");
  }
  bytes.resize(size);
  return bytes;
}

// Reads a line that begins with '['. Returns nothing if it has another form.
std::optional<std::string> section_in(std::string_view line, aws_file_kind kind) {
  const auto end = line.find(']');
  if (end == line.npos) return {};
  if (!is_nothing_or_comment(trimmed(line.substr(end + 1), white_space))) return {};
  const auto text = trimmed(line.substr(1, end - 1), white_space);
  if (kind == aws_file_kind::credentials || text == "default") return joined({"profile ", text});
  const auto blank = std::min(text.find_first_of(white_space), text.size());
  auto name = trimmed(text.substr(blank), white_space);
  const bool is_quoted = name.size() >= 2 && name.front() == name.back() &&
                         (name.front() == '"' || name.front() == '\'');
  if (is_quoted) name = name.substr(1, name.size() - 2);
  return joined({text.substr(0, blank), name.empty() ? "" : " ", name});
}

}  // namespace

result<aws_file> aws_file::read(std::string path, aws_file_kind kind) {
  constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
  auto bytes = read_bytes(path);
  if (!bytes) return bytes.error();
  aws_file file;
  file.path_ = std::move(path);
  file.text_ = *std::move(bytes);
  std::string_view rest{file.text_.data(), file.text_.size()};
  if (begins_with(rest, byte_order_mark)) rest.remove_prefix(byte_order_mark.size());

  std::optional<std::string_view> current;
  auto indent_of_setting = rest.npos;
  std::string prefix;  // of the names of indented lines
  for (std::size_t number = 1; !rest.empty(); ++number) {
    const auto whole = take_until('\n', rest);
    const auto line = trimmed(whole, white_space);
    if (is_nothing_or_comment(line)) continue;

    const auto malformed = [&](std::string_view reason) {
      return error_of(errc::invalid_file, {"line ", std::to_string(number), " of the file ",
                                           quoted_text(file.path_), " is ", reason});
    };
    // A line that is indented below a setting is a setting of a service if that has no value
    // ("s3 ="). Otherwise it continues the value.
    const auto indent = whole.find_first_not_of(white_space);
    const bool is_nested = indent > indent_of_setting;
    if (line.front() == '[' && !is_nested) {
      auto section = section_in(line, kind);
      if (!section) return malformed("not a section: it must be [name], and nothing else");
      current = file.sections_.emplace_back(*std::move(section));
      indent_of_setting = rest.npos;
      file.settings_.push_back({*current, {}, {}});
      continue;
    }
    if (is_nested && prefix.empty()) {
      file.settings_.back().value = several_lines;
      continue;
    }
    const auto equals = line.find('=');
    if (equals == line.npos || equals == 0) {
      return malformed("neither [section] nor setting = value nor # comment");
    }
    if (!current) return malformed("a setting before the first [section]");
    const auto name = lower(trimmed(line.substr(0, equals), white_space));
    const auto value = without_comment(trimmed(line.substr(equals + 1), white_space));
    file.settings_.push_back({*current, is_nested ? prefix + name : name, value});
    if (is_nested) continue;
    indent_of_setting = indent;
    prefix = value.empty() ? name + '.' : "";
  }
  return file;
}

bool aws_file::has_section(std::string_view section) const noexcept {
  return find_in(settings_, [section](const auto& entry) { return entry.section == section; });
}

std::string_view aws_file::find(std::string_view section, std::string_view name) const noexcept {
  std::string_view value;
  for (const auto& entry : settings_) {
    if (entry.section == section && entry.name == name) value = entry.value;
  }
  return value;
}

std::string_view aws_file::find_name(std::string_view section,
                                     std::string_view prefix) const noexcept {
  for (const auto& entry : settings_) {
    if (entry.section == section && begins_with(entry.name, prefix)) return entry.name;
  }
  return {};
}

}  // namespace presign::detail
