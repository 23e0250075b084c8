// presign: `aws s3 presign` without the rest of the AWS CLI, and with more features.
//
//   presign ─────────► options ─► request ─► presigned_url ──► URL, JSON or curl command
//   presign post ────► options ─► policy ──► presigned_post ─► JSON, HTML or curl command
//   presign batch ───► options, keys ──────► url_batch ──────► URLs
//   presign explain ─► options ────────────► explanation ────► text or JSON
#include "commands.hpp"
#include "text.hpp"

#include <algorithm>
#include <exception>
#include <iostream>
#include <string>
#include <vector>

namespace {

// A word before the other arguments names a command. No object can have such a name, since it has a
// '/'. Without the word, the command signs one URL.
int run(std::vector<std::string> arguments) {
  const bool is_help = !arguments.empty() && arguments.front() == "help";
  if (is_help) arguments.erase(arguments.begin());
  const auto name = arguments.empty() ? "" : arguments.front();
  const auto command = name == "post"      ? cli::post
                       : name == "batch"   ? cli::batch
                       : name == "explain" ? cli::explain
                                           : cli::sign;
  if (is_help) return command({"--help"});
  if (command != cli::sign) arguments.erase(arguments.begin());
  return command(arguments);
}

}  // namespace

int main(int argc, char** argv) try {
  const int status = run({argv + std::min(argc, 1), argv + argc});
  if (!std::cout.flush()) {
    cli::say("error", "cannot write to standard output");
    return 1;
  }
  return status;
} catch (const std::exception& failure) {  // there is no memory, or no thread
  cli::say("error", failure.what());
  return 1;
}
