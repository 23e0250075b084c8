// presign: `aws s3 presign` without the rest of the AWS CLI, and with what it leaves out.
//
//   command line ─► options ─► request ─► presigned_url ─► URL, JSON or curl command
#include "messages.hpp"
#include "sign_object.hpp"

#include <algorithm>
#include <iostream>

// A command is a function from its arguments to the exit status. The one without a name signs an
// object; a word in front of the arguments, which no object can be (it has a '/'), would name
// another.
int main(int argc, char** argv) {
  const int status = cli::sign_object({argv + std::min(argc, 1), argv + argc});
  if (!std::cout.flush()) {
    cli::say("error", "standard output could not be written");
    return 1;
  }
  return status;
}
