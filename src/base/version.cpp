#include <presign/version.hpp>

namespace presign {

std::string_view version() noexcept { return "0.1.0"; }

}  // namespace presign
