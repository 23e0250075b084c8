// Times as S3, STS and JSON write them: "2026-11-23T10:00:00Z".
#pragma once

#include <presign/sigv4.hpp>
#include <presign/time.hpp>

#include <string>

namespace broker {

inline std::string iso8601(presign::time_point when) {
  const auto basic = presign::sigv4::amz_date::at(when).value();  // 20261123T100000Z
  std::string text(basic.text());
  text.insert(13, ":").insert(11, ":").insert(6, "-").insert(4, "-");
  return text;
}

}  // namespace broker
