// A signed form as text: a JSON object, an HTML page, or a curl command.
#pragma once

#include <presign/post.hpp>

#include <string>
#include <vector>

namespace cli {

std::string as_json(const presign::presigned_post& form);

/// A page with the form, where the fields that have the name of one of these can be edited. A
/// Content-Type among them becomes that of the file, when one is chosen.
std::string as_html(const presign::presigned_post& form,
                    const std::vector<presign::form_field>& editable);

std::string as_curl(const presign::presigned_post& form);

}  // namespace cli
