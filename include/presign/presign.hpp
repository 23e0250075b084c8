// presign: signed URLs for S3 and for any other service that takes AWS Signature Version 4.
//
//   credentials ──┐
//                 ├─► signer ─► presign(request, 1h) ─► presigned_url
//   s3::bucket ───┴─► request
//
//     using namespace std::chrono_literals;
//     auto credentials = presign::credentials::from_environment();
//     auto photos = presign::s3::bucket::at("examplebucket", {"us-east-2"});
//     presign::signer signer{*credentials};
//
//     auto link = signer.presign(photos->get("holiday/cat.jpg"), 1h);
//     if (!link) return report(link.error());
//     std::cout << link->url << '\n';
//
// Three rules hold everywhere:
// - You pass raw bytes; presign percent-encodes them, once.
// - Errors are values (result<T>); a message names the input and what is allowed, never a secret.
// - Nothing is global: no state, no locks, no I/O except in the functions that find credentials,
//   a region or a bucket.
#pragma once

// What most programs need.
#include <presign/credentials.hpp>
#include <presign/s3.hpp>
#include <presign/signer.hpp>

// Upload forms.
#include <presign/post.hpp>

// The receiving side, and why a URL was rejected. A library can be built without these:
// PRESIGN_VERIFY and PRESIGN_EXPLAIN in CMake.
#ifndef PRESIGN_NO_VERIFY
#include <presign/verify.hpp>
#endif
#ifndef PRESIGN_NO_EXPLAIN
#include <presign/explain.hpp>
#endif

// The steps of SigV4, one by one, and what the headers above share.
#include <presign/error.hpp>
#include <presign/request.hpp>
#include <presign/sigv4.hpp>
#include <presign/time.hpp>
#include <presign/version.hpp>
