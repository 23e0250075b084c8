// An error whose sentence is put together.
#pragma once

#include <presign/error.hpp>

#include <initializer_list>
#include <string_view>

namespace presign::detail {

/// The pieces of the sentence stand one behind the other. Out of line, so that what seldom happens
/// takes little of the code that it happens in.
error error_of(errc code, std::initializer_list<std::string_view> sentence);

}  // namespace presign::detail
