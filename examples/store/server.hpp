// A small store that speaks S3's protocol and STS's, over a file of SQLite: an example of the
// receiving side, and a store for demonstrations and tests. It checks every request with
// presign::verifier.
//
//     GET, HEAD, PUT, DELETE /bucket/key      PUT with If-None-Match: *, GET with Range
//     GET /bucket?list-type=2                 ListObjectsV2
//     POST /                                  AssumeRole
//
// There is one account, with one key pair, which may do everything; and one role, which may list
// and read one bucket.
#pragma once

#include "objects.hpp"
#include "roles.hpp"

#include <presign/verify.hpp>

#include <httplib.h>

namespace store {

struct settings {
  object_table objects;
  presign::verifier account;
  role_sessions sessions;
};

/// Gives the server its handlers, which refer to the settings.
void set_up(httplib::Server& http, const settings& store);

}  // namespace store
