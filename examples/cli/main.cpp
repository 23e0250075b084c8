// presign: `aws s3 presign` without the rest of the AWS CLI, and with what it leaves out.
//
//   command line ─► options ─► request ─► presigned_url ─► URL, JSON or curl command
//   presign post ─► options ─► policy ──► presigned_post ─► JSON, HTML or curl command
//   presign batch ─► options, keys ─► url_batch ─► URLs
//   presign explain ─► options ─────────► explanation ────► text or JSON
#include "batch.hpp"
#include "explain.hpp"
#include "messages.hpp"
#include "post.hpp"
#include "sign_object.hpp"

#include <algorithm>
#include <iostream>
#include <string>
#include <vector>

namespace {

// A command is a function from its arguments to the exit status. The one without a name signs an
// object; a word in front of the arguments, which no object can be (it has a '/'), names another.
int run(std::vector<std::string> arguments) {
  const auto name = arguments.empty() ? "" : arguments.front();
  const auto command = name == "post"      ? cli::post
                       : name == "batch"   ? cli::batch
                       : name == "explain" ? cli::explain
                                           : cli::sign_object;
  if (command != cli::sign_object) arguments.erase(arguments.begin());
  return command(arguments);
}

}  // namespace

int main(int argc, char** argv) {
  const int status = run({argv + std::min(argc, 1), argv + argc});
  if (!std::cout.flush()) {
    cli::say("error", "standard output could not be written");
    return 1;
  }
  return status;
}
