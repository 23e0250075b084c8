// Invalid URLs, and the responses of real servers: OpenStack Swift 2.30.1 with its s3api, which
// shows what it signed, and Ceph RGW 16.2.15, which shows only a code. All URLs are for GET, of
// examplebucket at localhost, and are those that were signed, unless "as it was sent" is added. The
// keys are those of the servers' test users. All of Swift's responses except the first are shown
// without the hex of the texts.
#pragma once

#include <presign/explain.hpp>

#include <string_view>

namespace s3_error_responses {

using presign::cause;

struct error_response {
  std::string_view server;
  std::string_view what;  // the mistake
  std::string_view url;
  std::string_view at;  // the time of the response
  // The credentials that the server knows
  std::string_view access_key_id;
  std::string_view secret_access_key;
  std::string_view session_token;
  std::string_view response;
  // The first cause that explain must find
  presign::cause without_secret;
  presign::cause with_secret;
};

inline constexpr error_response all[] = {
    {"swift", "wrong secret",
     "http://localhost:21125/examplebucket/a%20b%2Bc/%C3%BC.txt?X-Amz-Algorithm=AWS4-HMAC-SHA2"
     "56&X-Amz-Credential=test%3Atester%2F20261125%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date="
     "20261125T081119Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=host&X-Amz-Signature=cdf91f21982"
     "c2ec18e22bd707be14d43d8311ea47d63a32841ed37f3131e2338",
     "2026-11-25T08:11:19Z", "test:tester", "testing", "",
     "<?xml version='1.0' encoding='UTF-8'?>\n"
     "<Error><Code>SignatureDoesNotMatch</Code><Message>The request signature we calculated do"
     "es not match the signature you provided. Check your key and signing method.</Message><Re"
     "questId>txfe321bf433fa4e67a4cea-006b069827</RequestId><AWSAccessKeyId>test:tester</AWSAc"
     "cessKeyId><StringToSign>AWS4-HMAC-SHA256\n"
     "20261125T081119Z\n"
     "20261125/us-east-1/s3/aws4_request\n"
     "6a521e335228f604b3c5b99c799ff1ed9c68a9e386676af253762a16dd42dd75</StringToSign><Signatur"
     "eProvided>cdf91f21982c2ec18e22bd707be14d43d8311ea47d63a32841ed37f3131e2338</SignaturePro"
     "vided><StringToSignBytes>41 57 53 34 2d 48 4d 41 43 2d 53 48 41 32 35 36 0a 32 30 32 36 "
     "31 31 32 35 54 30 38 31 31 31 39 5a 0a 32 30 32 36 31 31 32 35 2f 75 73 2d 65 61 73 74 2"
     "d 31 2f 73 33 2f 61 77 73 34 5f 72 65 71 75 65 73 74 0a 36 61 35 32 31 65 33 33 35 32 32"
     " 38 66 36 30 34 62 33 63 35 62 39 39 63 37 39 39 66 66 31 65 64 39 63 36 38 61 39 65 33 "
     "38 36 36 37 36 61 66 32 35 33 37 36 32 61 31 36 64 64 34 32 64 64 37 35</StringToSignByt"
     "es><CanonicalRequest>GET\n"
     "/examplebucket/a%20b%2Bc/%C3%BC.txt\n"
     "X-Amz-Algorithm=AWS4-HMAC-SHA256&amp;X-Amz-Credential=test%3Atester%2F20261125%2Fus-east"
     "-1%2Fs3%2Faws4_request&amp;X-Amz-Date=20261125T081119Z&amp;X-Amz-Expires=3600&amp;X-Amz-"
     "SignedHeaders=host\n"
     "host:localhost:21125\n"
     "\n"
     "host\n"
     "UNSIGNED-PAYLOAD</CanonicalRequest><CanonicalRequestBytes>47 45 54 0a 2f 65 78 61 6d 70 "
     "6c 65 62 75 63 6b 65 74 2f 61 25 32 30 62 25 32 42 63 2f 25 43 33 25 42 43 2e 74 78 74 0"
     "a 58 2d 41 6d 7a 2d 41 6c 67 6f 72 69 74 68 6d 3d 41 57 53 34 2d 48 4d 41 43 2d 53 48 41"
     " 32 35 36 26 58 2d 41 6d 7a 2d 43 72 65 64 65 6e 74 69 61 6c 3d 74 65 73 74 25 33 41 74 "
     "65 73 74 65 72 25 32 46 32 30 32 36 31 31 32 35 25 32 46 75 73 2d 65 61 73 74 2d 31 25 3"
     "2 46 73 33 25 32 46 61 77 73 34 5f 72 65 71 75 65 73 74 26 58 2d 41 6d 7a 2d 44 61 74 65"
     " 3d 32 30 32 36 31 31 32 35 54 30 38 31 31 31 39 5a 26 58 2d 41 6d 7a 2d 45 78 70 69 72 "
     "65 73 3d 33 36 30 30 26 58 2d 41 6d 7a 2d 53 69 67 6e 65 64 48 65 61 64 65 72 73 3d 68 6"
     "f 73 74 0a 68 6f 73 74 3a 6c 6f 63 61 6c 68 6f 73 74 3a 32 31 31 32 35 0a 0a 68 6f 73 74"
     " 0a 55 4e 53 49 47 4e 45 44 2d 50 41 59 4c 4f 41 44</CanonicalRequestBytes></Error>",
     cause::secret, cause::secret},
    {"swift", "unknown access key id",
     "http://localhost:21125/examplebucket/a%20b%2Bc/%C3%BC.txt?X-Amz-Algorithm=AWS4-HMAC-SHA2"
     "56&X-Amz-Credential=UNKNOWNEXAMPLE%2F20261125%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date"
     "=20261125T081119Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=host&X-Amz-Signature=65471913e5"
     "9746d657783e11a31e8b8d3805f1725eef9b51fe8aee53778ce48a",
     "2026-11-25T08:11:19Z", "test:tester", "testing", "",
     "<?xml version='1.0' encoding='UTF-8'?>\n"
     "<Error><Code>SignatureDoesNotMatch</Code><Message>The request signature we calculated do"
     "es not match the signature you provided. Check your key and signing method.</Message><Re"
     "questId>tx1a57a220bcfd4f20af391-006b069827</RequestId><AWSAccessKeyId>UNKNOWNEXAMPLE</AW"
     "SAccessKeyId><StringToSign>AWS4-HMAC-SHA256\n"
     "20261125T081119Z\n"
     "20261125/us-east-1/s3/aws4_request\n"
     "e47e8968f53ad232e3b6eeb9211d632c884c2a3123ac7968e106825800b941b4</StringToSign><Signatur"
     "eProvided>65471913e59746d657783e11a31e8b8d3805f1725eef9b51fe8aee53778ce48a</SignaturePro"
     "vided><CanonicalRequest>GET\n"
     "/examplebucket/a%20b%2Bc/%C3%BC.txt\n"
     "X-Amz-Algorithm=AWS4-HMAC-SHA256&amp;X-Amz-Credential=UNKNOWNEXAMPLE%2F20261125%2Fus-eas"
     "t-1%2Fs3%2Faws4_request&amp;X-Amz-Date=20261125T081119Z&amp;X-Amz-Expires=3600&amp;X-Amz"
     "-SignedHeaders=host\n"
     "host:localhost:21125\n"
     "\n"
     "host\n"
     "UNSIGNED-PAYLOAD</CanonicalRequest></Error>",
     cause::secret, cause::access_key},
    {"swift", "other method",
     "http://localhost:21125/examplebucket/a%20b%2Bc/%C3%BC.txt?X-Amz-Algorithm=AWS4-HMAC-SHA2"
     "56&X-Amz-Credential=test%3Atester%2F20261125%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date="
     "20261125T081119Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=host&X-Amz-Signature=98215addf44"
     "e24762a3b2d420c85007d790e175f95315f11b533a3819d9999a2",
     "2026-11-25T08:11:19Z", "test:tester", "testing", "",
     "<?xml version='1.0' encoding='UTF-8'?>\n"
     "<Error><Code>SignatureDoesNotMatch</Code><Message>The request signature we calculated do"
     "es not match the signature you provided. Check your key and signing method.</Message><Re"
     "questId>tx388acd002bda4d828b705-006b069827</RequestId><AWSAccessKeyId>test:tester</AWSAc"
     "cessKeyId><StringToSign>AWS4-HMAC-SHA256\n"
     "20261125T081119Z\n"
     "20261125/us-east-1/s3/aws4_request\n"
     "bb06c41dc71c20ce96212f36f47a33426e862d085a9caa0ff7554419dd263f24</StringToSign><Signatur"
     "eProvided>98215addf44e24762a3b2d420c85007d790e175f95315f11b533a3819d9999a2</SignaturePro"
     "vided><CanonicalRequest>PUT\n"
     "/examplebucket/a%20b%2Bc/%C3%BC.txt\n"
     "X-Amz-Algorithm=AWS4-HMAC-SHA256&amp;X-Amz-Credential=test%3Atester%2F20261125%2Fus-east"
     "-1%2Fs3%2Faws4_request&amp;X-Amz-Date=20261125T081119Z&amp;X-Amz-Expires=3600&amp;X-Amz-"
     "SignedHeaders=host\n"
     "host:localhost:21125\n"
     "\n"
     "host\n"
     "UNSIGNED-PAYLOAD</CanonicalRequest></Error>",
     cause::method, cause::method},
    {"swift", "other host",
     "http://example.com:21125/examplebucket/a%20b%2Bc/%C3%BC.txt?X-Amz-Algorithm=AWS4-HMAC-SH"
     "A256&X-Amz-Credential=test%3Atester%2F20261125%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Dat"
     "e=20261125T081119Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=host&X-Amz-Signature=c3824b813"
     "1c934bcfbeb45558d1948dfc4f9b29e152b3492e3418c6af2d7d5ff",
     "2026-11-25T08:11:19Z", "test:tester", "testing", "",
     "<?xml version='1.0' encoding='UTF-8'?>\n"
     "<Error><Code>SignatureDoesNotMatch</Code><Message>The request signature we calculated do"
     "es not match the signature you provided. Check your key and signing method.</Message><Re"
     "questId>tx3007561758a946ddbcfa3-006b069827</RequestId><AWSAccessKeyId>test:tester</AWSAc"
     "cessKeyId><StringToSign>AWS4-HMAC-SHA256\n"
     "20261125T081119Z\n"
     "20261125/us-east-1/s3/aws4_request\n"
     "6a521e335228f604b3c5b99c799ff1ed9c68a9e386676af253762a16dd42dd75</StringToSign><Signatur"
     "eProvided>c3824b8131c934bcfbeb45558d1948dfc4f9b29e152b3492e3418c6af2d7d5ff</SignaturePro"
     "vided><CanonicalRequest>GET\n"
     "/examplebucket/a%20b%2Bc/%C3%BC.txt\n"
     "X-Amz-Algorithm=AWS4-HMAC-SHA256&amp;X-Amz-Credential=test%3Atester%2F20261125%2Fus-east"
     "-1%2Fs3%2Faws4_request&amp;X-Amz-Date=20261125T081119Z&amp;X-Amz-Expires=3600&amp;X-Amz-"
     "SignedHeaders=host\n"
     "host:localhost:21125\n"
     "\n"
     "host\n"
     "UNSIGNED-PAYLOAD</CanonicalRequest></Error>",
     cause::host, cause::host},
    {"swift", "other port",
     "http://localhost:21126/examplebucket/a%20b%2Bc/%C3%BC.txt?X-Amz-Algorithm=AWS4-HMAC-SHA2"
     "56&X-Amz-Credential=test%3Atester%2F20261125%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date="
     "20261125T081119Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=host&X-Amz-Signature=e5e03e3b8db"
     "236226132e15e460926427d50f2b766f76953a8e50b61d054cf81",
     "2026-11-25T08:11:19Z", "test:tester", "testing", "",
     "<?xml version='1.0' encoding='UTF-8'?>\n"
     "<Error><Code>SignatureDoesNotMatch</Code><Message>The request signature we calculated do"
     "es not match the signature you provided. Check your key and signing method.</Message><Re"
     "questId>txfbf1709c947d4ccb80914-006b069827</RequestId><AWSAccessKeyId>test:tester</AWSAc"
     "cessKeyId><StringToSign>AWS4-HMAC-SHA256\n"
     "20261125T081119Z\n"
     "20261125/us-east-1/s3/aws4_request\n"
     "6a521e335228f604b3c5b99c799ff1ed9c68a9e386676af253762a16dd42dd75</StringToSign><Signatur"
     "eProvided>e5e03e3b8db236226132e15e460926427d50f2b766f76953a8e50b61d054cf81</SignaturePro"
     "vided><CanonicalRequest>GET\n"
     "/examplebucket/a%20b%2Bc/%C3%BC.txt\n"
     "X-Amz-Algorithm=AWS4-HMAC-SHA256&amp;X-Amz-Credential=test%3Atester%2F20261125%2Fus-east"
     "-1%2Fs3%2Faws4_request&amp;X-Amz-Date=20261125T081119Z&amp;X-Amz-Expires=3600&amp;X-Amz-"
     "SignedHeaders=host\n"
     "host:localhost:21125\n"
     "\n"
     "host\n"
     "UNSIGNED-PAYLOAD</CanonicalRequest></Error>",
     cause::port, cause::port},
    {"swift", "port left out",
     "http://localhost/examplebucket/a%20b%2Bc/%C3%BC.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-A"
     "mz-Credential=test%3Atester%2F20261125%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=202611"
     "25T081119Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=host&X-Amz-Signature=af20d5bb26a0cc790"
     "98dc28fb981e09234f03c83ddd325831fbc2a4d9b5000c6",
     "2026-11-25T08:11:19Z", "test:tester", "testing", "",
     "<?xml version='1.0' encoding='UTF-8'?>\n"
     "<Error><Code>SignatureDoesNotMatch</Code><Message>The request signature we calculated do"
     "es not match the signature you provided. Check your key and signing method.</Message><Re"
     "questId>txd0735a2f8dc94708b85d2-006b069827</RequestId><AWSAccessKeyId>test:tester</AWSAc"
     "cessKeyId><StringToSign>AWS4-HMAC-SHA256\n"
     "20261125T081119Z\n"
     "20261125/us-east-1/s3/aws4_request\n"
     "6a521e335228f604b3c5b99c799ff1ed9c68a9e386676af253762a16dd42dd75</StringToSign><Signatur"
     "eProvided>af20d5bb26a0cc79098dc28fb981e09234f03c83ddd325831fbc2a4d9b5000c6</SignaturePro"
     "vided><CanonicalRequest>GET\n"
     "/examplebucket/a%20b%2Bc/%C3%BC.txt\n"
     "X-Amz-Algorithm=AWS4-HMAC-SHA256&amp;X-Amz-Credential=test%3Atester%2F20261125%2Fus-east"
     "-1%2Fs3%2Faws4_request&amp;X-Amz-Date=20261125T081119Z&amp;X-Amz-Expires=3600&amp;X-Amz-"
     "SignedHeaders=host\n"
     "host:localhost:21125\n"
     "\n"
     "host\n"
     "UNSIGNED-PAYLOAD</CanonicalRequest></Error>",
     cause::port, cause::port},
    {"swift", "key encoded twice",
     "http://localhost:21125/examplebucket/a%20b%2Bc/%C3%BC.txt?X-Amz-Algorithm=AWS4-HMAC-SHA2"
     "56&X-Amz-Credential=test%3Atester%2F20261125%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date="
     "20261125T081119Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=host&X-Amz-Signature=98215addf44"
     "e24762a3b2d420c85007d790e175f95315f11b533a3819d9999a2",
     "2026-11-25T08:11:19Z", "test:tester", "testing", "",
     "<?xml version='1.0' encoding='UTF-8'?>\n"
     "<Error><Code>SignatureDoesNotMatch</Code><Message>The request signature we calculated do"
     "es not match the signature you provided. Check your key and signing method.</Message><Re"
     "questId>txfa6faa258b554b26a0beb-006b069827</RequestId><AWSAccessKeyId>test:tester</AWSAc"
     "cessKeyId><StringToSign>AWS4-HMAC-SHA256\n"
     "20261125T081119Z\n"
     "20261125/us-east-1/s3/aws4_request\n"
     "1f0f929e5c9325eb724921a2156bbae97638ed632de1b068439708c26392f0f4</StringToSign><Signatur"
     "eProvided>98215addf44e24762a3b2d420c85007d790e175f95315f11b533a3819d9999a2</SignaturePro"
     "vided><CanonicalRequest>GET\n"
     "/examplebucket/a%2520b%2Bc/%C3%BC.txt\n"
     "X-Amz-Algorithm=AWS4-HMAC-SHA256&amp;X-Amz-Credential=test%3Atester%2F20261125%2Fus-east"
     "-1%2Fs3%2Faws4_request&amp;X-Amz-Date=20261125T081119Z&amp;X-Amz-Expires=3600&amp;X-Amz-"
     "SignedHeaders=host\n"
     "host:localhost:21125\n"
     "\n"
     "host\n"
     "UNSIGNED-PAYLOAD</CanonicalRequest></Error>",
     cause::encoded_twice, cause::encoded_twice},
    {"swift", "key encoded twice, as it was sent",
     "http://localhost:21125/examplebucket/a%2520b%2Bc/%C3%BC.txt?X-Amz-Algorithm=AWS4-HMAC-SH"
     "A256&X-Amz-Credential=test%3Atester%2F20261125%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Dat"
     "e=20261125T081119Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=host&X-Amz-Signature=98215addf"
     "44e24762a3b2d420c85007d790e175f95315f11b533a3819d9999a2",
     "2026-11-25T08:11:19Z", "test:tester", "testing", "",
     "<?xml version='1.0' encoding='UTF-8'?>\n"
     "<Error><Code>SignatureDoesNotMatch</Code><Message>The request signature we calculated do"
     "es not match the signature you provided. Check your key and signing method.</Message><Re"
     "questId>txfa6faa258b554b26a0beb-006b069827</RequestId><AWSAccessKeyId>test:tester</AWSAc"
     "cessKeyId><StringToSign>AWS4-HMAC-SHA256\n"
     "20261125T081119Z\n"
     "20261125/us-east-1/s3/aws4_request\n"
     "1f0f929e5c9325eb724921a2156bbae97638ed632de1b068439708c26392f0f4</StringToSign><Signatur"
     "eProvided>98215addf44e24762a3b2d420c85007d790e175f95315f11b533a3819d9999a2</SignaturePro"
     "vided><CanonicalRequest>GET\n"
     "/examplebucket/a%2520b%2Bc/%C3%BC.txt\n"
     "X-Amz-Algorithm=AWS4-HMAC-SHA256&amp;X-Amz-Credential=test%3Atester%2F20261125%2Fus-east"
     "-1%2Fs3%2Faws4_request&amp;X-Amz-Date=20261125T081119Z&amp;X-Amz-Expires=3600&amp;X-Amz-"
     "SignedHeaders=host\n"
     "host:localhost:21125\n"
     "\n"
     "host\n"
     "UNSIGNED-PAYLOAD</CanonicalRequest></Error>",
     cause::encoded_twice, cause::encoded_twice},
    {"swift", "path encoded twice to be signed",
     "http://localhost:21125/examplebucket/a%20b%2Bc/%C3%BC.txt?X-Amz-Algorithm=AWS4-HMAC-SHA2"
     "56&X-Amz-Credential=test%3Atester%2F20261125%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date="
     "20261125T081119Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=host&X-Amz-Signature=c173f408a5b"
     "06467db825353ce5ff3e90e9526aed19684d102218190319f32aa",
     "2026-11-25T08:11:19Z", "test:tester", "testing", "",
     "<?xml version='1.0' encoding='UTF-8'?>\n"
     "<Error><Code>SignatureDoesNotMatch</Code><Message>The request signature we calculated do"
     "es not match the signature you provided. Check your key and signing method.</Message><Re"
     "questId>txc63c7527e8d640d6a70c5-006b069827</RequestId><AWSAccessKeyId>test:tester</AWSAc"
     "cessKeyId><StringToSign>AWS4-HMAC-SHA256\n"
     "20261125T081119Z\n"
     "20261125/us-east-1/s3/aws4_request\n"
     "6a521e335228f604b3c5b99c799ff1ed9c68a9e386676af253762a16dd42dd75</StringToSign><Signatur"
     "eProvided>c173f408a5b06467db825353ce5ff3e90e9526aed19684d102218190319f32aa</SignaturePro"
     "vided><CanonicalRequest>GET\n"
     "/examplebucket/a%20b%2Bc/%C3%BC.txt\n"
     "X-Amz-Algorithm=AWS4-HMAC-SHA256&amp;X-Amz-Credential=test%3Atester%2F20261125%2Fus-east"
     "-1%2Fs3%2Faws4_request&amp;X-Amz-Date=20261125T081119Z&amp;X-Amz-Expires=3600&amp;X-Amz-"
     "SignedHeaders=host\n"
     "host:localhost:21125\n"
     "\n"
     "host\n"
     "UNSIGNED-PAYLOAD</CanonicalRequest></Error>",
     cause::secret, cause::encoded_twice},
    {"swift", "plus for a space",
     "http://localhost:21125/examplebucket/a%20b%2Bc/%C3%BC.txt?X-Amz-Algorithm=AWS4-HMAC-SHA2"
     "56&X-Amz-Credential=test%3Atester%2F20261125%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date="
     "20261125T081119Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=host&X-Amz-Signature=98215addf44"
     "e24762a3b2d420c85007d790e175f95315f11b533a3819d9999a2",
     "2026-11-25T08:11:19Z", "test:tester", "testing", "",
     "<?xml version='1.0' encoding='UTF-8'?>\n"
     "<Error><Code>SignatureDoesNotMatch</Code><Message>The request signature we calculated do"
     "es not match the signature you provided. Check your key and signing method.</Message><Re"
     "questId>tx25f5b9d9714c427695693-006b069827</RequestId><AWSAccessKeyId>test:tester</AWSAc"
     "cessKeyId><StringToSign>AWS4-HMAC-SHA256\n"
     "20261125T081119Z\n"
     "20261125/us-east-1/s3/aws4_request\n"
     "6296a6e68765d51300f55eed1358c42b31e6313b56aa10a09d0b0782c3ce88df</StringToSign><Signatur"
     "eProvided>98215addf44e24762a3b2d420c85007d790e175f95315f11b533a3819d9999a2</SignaturePro"
     "vided><CanonicalRequest>GET\n"
     "/examplebucket/a%2Bb%2Bc/%C3%BC.txt\n"
     "X-Amz-Algorithm=AWS4-HMAC-SHA256&amp;X-Amz-Credential=test%3Atester%2F20261125%2Fus-east"
     "-1%2Fs3%2Faws4_request&amp;X-Amz-Date=20261125T081119Z&amp;X-Amz-Expires=3600&amp;X-Amz-"
     "SignedHeaders=host\n"
     "host:localhost:21125\n"
     "\n"
     "host\n"
     "UNSIGNED-PAYLOAD</CanonicalRequest></Error>",
     cause::plus_for_space, cause::plus_for_space},
    {"swift", "plus for a space, as it was sent",
     "http://localhost:21125/examplebucket/a+b%2Bc/%C3%BC.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256"
     "&X-Amz-Credential=test%3Atester%2F20261125%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20"
     "261125T081119Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=host&X-Amz-Signature=98215addf44e2"
     "4762a3b2d420c85007d790e175f95315f11b533a3819d9999a2",
     "2026-11-25T08:11:19Z", "test:tester", "testing", "",
     "<?xml version='1.0' encoding='UTF-8'?>\n"
     "<Error><Code>SignatureDoesNotMatch</Code><Message>The request signature we calculated do"
     "es not match the signature you provided. Check your key and signing method.</Message><Re"
     "questId>tx25f5b9d9714c427695693-006b069827</RequestId><AWSAccessKeyId>test:tester</AWSAc"
     "cessKeyId><StringToSign>AWS4-HMAC-SHA256\n"
     "20261125T081119Z\n"
     "20261125/us-east-1/s3/aws4_request\n"
     "6296a6e68765d51300f55eed1358c42b31e6313b56aa10a09d0b0782c3ce88df</StringToSign><Signatur"
     "eProvided>98215addf44e24762a3b2d420c85007d790e175f95315f11b533a3819d9999a2</SignaturePro"
     "vided><CanonicalRequest>GET\n"
     "/examplebucket/a%2Bb%2Bc/%C3%BC.txt\n"
     "X-Amz-Algorithm=AWS4-HMAC-SHA256&amp;X-Amz-Credential=test%3Atester%2F20261125%2Fus-east"
     "-1%2Fs3%2Faws4_request&amp;X-Amz-Date=20261125T081119Z&amp;X-Amz-Expires=3600&amp;X-Amz-"
     "SignedHeaders=host\n"
     "host:localhost:21125\n"
     "\n"
     "host\n"
     "UNSIGNED-PAYLOAD</CanonicalRequest></Error>",
     cause::plus_for_space, cause::plus_for_space},
    {"swift", "other key",
     "http://localhost:21125/examplebucket/a%20b%2Bc/%C3%BC.txt?X-Amz-Algorithm=AWS4-HMAC-SHA2"
     "56&X-Amz-Credential=test%3Atester%2F20261125%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date="
     "20261125T081119Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=host&X-Amz-Signature=98215addf44"
     "e24762a3b2d420c85007d790e175f95315f11b533a3819d9999a2",
     "2026-11-25T08:11:19Z", "test:tester", "testing", "",
     "<?xml version='1.0' encoding='UTF-8'?>\n"
     "<Error><Code>SignatureDoesNotMatch</Code><Message>The request signature we calculated do"
     "es not match the signature you provided. Check your key and signing method.</Message><Re"
     "questId>tx4b1d7693953148679f3ba-006b069827</RequestId><AWSAccessKeyId>test:tester</AWSAc"
     "cessKeyId><StringToSign>AWS4-HMAC-SHA256\n"
     "20261125T081119Z\n"
     "20261125/us-east-1/s3/aws4_request\n"
     "00909326aaa1af51f530776068e6ddf4936703a835e4e789c0b2a4b62e9539f9</StringToSign><Signatur"
     "eProvided>98215addf44e24762a3b2d420c85007d790e175f95315f11b533a3819d9999a2</SignaturePro"
     "vided><CanonicalRequest>GET\n"
     "/examplebucket/a%20b%2Bc/%C3%BC.png\n"
     "X-Amz-Algorithm=AWS4-HMAC-SHA256&amp;X-Amz-Credential=test%3Atester%2F20261125%2Fus-east"
     "-1%2Fs3%2Faws4_request&amp;X-Amz-Date=20261125T081119Z&amp;X-Amz-Expires=3600&amp;X-Amz-"
     "SignedHeaders=host\n"
     "host:localhost:21125\n"
     "\n"
     "host\n"
     "UNSIGNED-PAYLOAD</CanonicalRequest></Error>",
     cause::path, cause::path},
    {"swift", "parameter added",
     "http://localhost:21125/examplebucket/a%20b%2Bc/%C3%BC.txt?X-Amz-Algorithm=AWS4-HMAC-SHA2"
     "56&X-Amz-Credential=test%3Atester%2F20261125%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date="
     "20261125T081119Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=host&X-Amz-Signature=98215addf44"
     "e24762a3b2d420c85007d790e175f95315f11b533a3819d9999a2",
     "2026-11-25T08:11:19Z", "test:tester", "testing", "",
     "<?xml version='1.0' encoding='UTF-8'?>\n"
     "<Error><Code>SignatureDoesNotMatch</Code><Message>The request signature we calculated do"
     "es not match the signature you provided. Check your key and signing method.</Message><Re"
     "questId>tx899dbac813c044bba4e1c-006b069827</RequestId><AWSAccessKeyId>test:tester</AWSAc"
     "cessKeyId><StringToSign>AWS4-HMAC-SHA256\n"
     "20261125T081119Z\n"
     "20261125/us-east-1/s3/aws4_request\n"
     "238efb3be7d125871cfb22a3253b90871041bc80f45a76ad83de2ff644a9814f</StringToSign><Signatur"
     "eProvided>98215addf44e24762a3b2d420c85007d790e175f95315f11b533a3819d9999a2</SignaturePro"
     "vided><CanonicalRequest>GET\n"
     "/examplebucket/a%20b%2Bc/%C3%BC.txt\n"
     "X-Amz-Algorithm=AWS4-HMAC-SHA256&amp;X-Amz-Credential=test%3Atester%2F20261125%2Fus-east"
     "-1%2Fs3%2Faws4_request&amp;X-Amz-Date=20261125T081119Z&amp;X-Amz-Expires=3600&amp;X-Amz-"
     "SignedHeaders=host&amp;response-content-type=text%2Fhtml\n"
     "host:localhost:21125\n"
     "\n"
     "host\n"
     "UNSIGNED-PAYLOAD</CanonicalRequest></Error>",
     cause::parameter_added, cause::parameter_added},
    {"swift", "parameter added, as it was sent",
     "http://localhost:21125/examplebucket/a%20b%2Bc/%C3%BC.txt?response-content-type=text/htm"
     "l&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=test%3Atester%2F20261125%2Fus-east-1"
     "%2Fs3%2Faws4_request&X-Amz-Date=20261125T081119Z&X-Amz-Expires=3600&X-Amz-SignedHeaders="
     "host&X-Amz-Signature=98215addf44e24762a3b2d420c85007d790e175f95315f11b533a3819d9999a2",
     "2026-11-25T08:11:19Z", "test:tester", "testing", "",
     "<?xml version='1.0' encoding='UTF-8'?>\n"
     "<Error><Code>SignatureDoesNotMatch</Code><Message>The request signature we calculated do"
     "es not match the signature you provided. Check your key and signing method.</Message><Re"
     "questId>tx899dbac813c044bba4e1c-006b069827</RequestId><AWSAccessKeyId>test:tester</AWSAc"
     "cessKeyId><StringToSign>AWS4-HMAC-SHA256\n"
     "20261125T081119Z\n"
     "20261125/us-east-1/s3/aws4_request\n"
     "238efb3be7d125871cfb22a3253b90871041bc80f45a76ad83de2ff644a9814f</StringToSign><Signatur"
     "eProvided>98215addf44e24762a3b2d420c85007d790e175f95315f11b533a3819d9999a2</SignaturePro"
     "vided><CanonicalRequest>GET\n"
     "/examplebucket/a%20b%2Bc/%C3%BC.txt\n"
     "X-Amz-Algorithm=AWS4-HMAC-SHA256&amp;X-Amz-Credential=test%3Atester%2F20261125%2Fus-east"
     "-1%2Fs3%2Faws4_request&amp;X-Amz-Date=20261125T081119Z&amp;X-Amz-Expires=3600&amp;X-Amz-"
     "SignedHeaders=host&amp;response-content-type=text%2Fhtml\n"
     "host:localhost:21125\n"
     "\n"
     "host\n"
     "UNSIGNED-PAYLOAD</CanonicalRequest></Error>",
     cause::secret, cause::parameter_added},
    {"swift", "parameter changed",
     "http://localhost:21125/examplebucket/a%20b%2Bc/%C3%BC.txt?X-Amz-Algorithm=AWS4-HMAC-SHA2"
     "56&X-Amz-Credential=test%3Atester%2F20261125%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date="
     "20261125T081119Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=host&response-content-type=text%"
     "2Fplain&X-Amz-Signature=9ac0d33f35f28aeddab69f31791053a97af575255f45070cf5222e2c97182c4a",
     "2026-11-25T08:11:19Z", "test:tester", "testing", "",
     "<?xml version='1.0' encoding='UTF-8'?>\n"
     "<Error><Code>SignatureDoesNotMatch</Code><Message>The request signature we calculated do"
     "es not match the signature you provided. Check your key and signing method.</Message><Re"
     "questId>txb7d49ccb580343c595cca-006b069827</RequestId><AWSAccessKeyId>test:tester</AWSAc"
     "cessKeyId><StringToSign>AWS4-HMAC-SHA256\n"
     "20261125T081119Z\n"
     "20261125/us-east-1/s3/aws4_request\n"
     "238efb3be7d125871cfb22a3253b90871041bc80f45a76ad83de2ff644a9814f</StringToSign><Signatur"
     "eProvided>9ac0d33f35f28aeddab69f31791053a97af575255f45070cf5222e2c97182c4a</SignaturePro"
     "vided><CanonicalRequest>GET\n"
     "/examplebucket/a%20b%2Bc/%C3%BC.txt\n"
     "X-Amz-Algorithm=AWS4-HMAC-SHA256&amp;X-Amz-Credential=test%3Atester%2F20261125%2Fus-east"
     "-1%2Fs3%2Faws4_request&amp;X-Amz-Date=20261125T081119Z&amp;X-Amz-Expires=3600&amp;X-Amz-"
     "SignedHeaders=host&amp;response-content-type=text%2Fhtml\n"
     "host:localhost:21125\n"
     "\n"
     "host\n"
     "UNSIGNED-PAYLOAD</CanonicalRequest></Error>",
     cause::parameter_changed, cause::parameter_changed},
    {"swift", "parameter removed",
     "http://localhost:21125/examplebucket/a%20b%2Bc/%C3%BC.txt?X-Amz-Algorithm=AWS4-HMAC-SHA2"
     "56&X-Amz-Credential=test%3Atester%2F20261125%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date="
     "20261125T081119Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=host&response-content-type=text%"
     "2Fplain&X-Amz-Signature=9ac0d33f35f28aeddab69f31791053a97af575255f45070cf5222e2c97182c4a",
     "2026-11-25T08:11:19Z", "test:tester", "testing", "",
     "<?xml version='1.0' encoding='UTF-8'?>\n"
     "<Error><Code>SignatureDoesNotMatch</Code><Message>The request signature we calculated do"
     "es not match the signature you provided. Check your key and signing method.</Message><Re"
     "questId>tx5b3d4b42840f4e5bbbff3-006b069827</RequestId><AWSAccessKeyId>test:tester</AWSAc"
     "cessKeyId><StringToSign>AWS4-HMAC-SHA256\n"
     "20261125T081119Z\n"
     "20261125/us-east-1/s3/aws4_request\n"
     "6a521e335228f604b3c5b99c799ff1ed9c68a9e386676af253762a16dd42dd75</StringToSign><Signatur"
     "eProvided>9ac0d33f35f28aeddab69f31791053a97af575255f45070cf5222e2c97182c4a</SignaturePro"
     "vided><CanonicalRequest>GET\n"
     "/examplebucket/a%20b%2Bc/%C3%BC.txt\n"
     "X-Amz-Algorithm=AWS4-HMAC-SHA256&amp;X-Amz-Credential=test%3Atester%2F20261125%2Fus-east"
     "-1%2Fs3%2Faws4_request&amp;X-Amz-Date=20261125T081119Z&amp;X-Amz-Expires=3600&amp;X-Amz-"
     "SignedHeaders=host\n"
     "host:localhost:21125\n"
     "\n"
     "host\n"
     "UNSIGNED-PAYLOAD</CanonicalRequest></Error>",
     cause::parameter_missing, cause::parameter_missing},
    {"swift", "hash of an empty payload",
     "http://localhost:21125/examplebucket/a%20b%2Bc/%C3%BC.txt?X-Amz-Algorithm=AWS4-HMAC-SHA2"
     "56&X-Amz-Credential=test%3Atester%2F20261125%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date="
     "20261125T081119Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=host&X-Amz-Signature=d7c63244421"
     "353675e7673730849f26fcbfa6fec4d724aa2293382f997cd5c6d",
     "2026-11-25T08:11:19Z", "test:tester", "testing", "",
     "<?xml version='1.0' encoding='UTF-8'?>\n"
     "<Error><Code>SignatureDoesNotMatch</Code><Message>The request signature we calculated do"
     "es not match the signature you provided. Check your key and signing method.</Message><Re"
     "questId>txdee7736449e147c3b090e-006b069827</RequestId><AWSAccessKeyId>test:tester</AWSAc"
     "cessKeyId><StringToSign>AWS4-HMAC-SHA256\n"
     "20261125T081119Z\n"
     "20261125/us-east-1/s3/aws4_request\n"
     "6a521e335228f604b3c5b99c799ff1ed9c68a9e386676af253762a16dd42dd75</StringToSign><Signatur"
     "eProvided>d7c63244421353675e7673730849f26fcbfa6fec4d724aa2293382f997cd5c6d</SignaturePro"
     "vided><CanonicalRequest>GET\n"
     "/examplebucket/a%20b%2Bc/%C3%BC.txt\n"
     "X-Amz-Algorithm=AWS4-HMAC-SHA256&amp;X-Amz-Credential=test%3Atester%2F20261125%2Fus-east"
     "-1%2Fs3%2Faws4_request&amp;X-Amz-Date=20261125T081119Z&amp;X-Amz-Expires=3600&amp;X-Amz-"
     "SignedHeaders=host\n"
     "host:localhost:21125\n"
     "\n"
     "host\n"
     "UNSIGNED-PAYLOAD</CanonicalRequest></Error>",
     cause::secret, cause::payload_hash},
    {"swift", "signed header changed",
     "http://localhost:21125/examplebucket/a%20b%2Bc/%C3%BC.txt?X-Amz-Algorithm=AWS4-HMAC-SHA2"
     "56&X-Amz-Credential=test%3Atester%2F20261125%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date="
     "20261125T081119Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=host%3Brange%3Bx-amz-meta-a&X-Am"
     "z-Signature=445e3f38a99d3d38fc564b4ed0ffa10e262cd5713d707684cefcbada8a27bbf3",
     "2026-11-25T08:11:19Z", "test:tester", "testing", "",
     "<?xml version='1.0' encoding='UTF-8'?>\n"
     "<Error><Code>SignatureDoesNotMatch</Code><Message>The request signature we calculated do"
     "es not match the signature you provided. Check your key and signing method.</Message><Re"
     "questId>tx6f07a5deb39c4116a0faa-006b069827</RequestId><AWSAccessKeyId>test:tester</AWSAc"
     "cessKeyId><StringToSign>AWS4-HMAC-SHA256\n"
     "20261125T081119Z\n"
     "20261125/us-east-1/s3/aws4_request\n"
     "fd72ff1352e06d594cbea7893e8824df1d305367ead1c0e4e3f14a232d47c803</StringToSign><Signatur"
     "eProvided>445e3f38a99d3d38fc564b4ed0ffa10e262cd5713d707684cefcbada8a27bbf3</SignaturePro"
     "vided><CanonicalRequest>GET\n"
     "/examplebucket/a%20b%2Bc/%C3%BC.txt\n"
     "X-Amz-Algorithm=AWS4-HMAC-SHA256&amp;X-Amz-Credential=test%3Atester%2F20261125%2Fus-east"
     "-1%2Fs3%2Faws4_request&amp;X-Amz-Date=20261125T081119Z&amp;X-Amz-Expires=3600&amp;X-Amz-"
     "SignedHeaders=host%3Brange%3Bx-amz-meta-a\n"
     "host:localhost:21125\n"
     "range:bytes=0-3\n"
     "x-amz-meta-a:c\n"
     "\n"
     "host;range;x-amz-meta-a\n"
     "UNSIGNED-PAYLOAD</CanonicalRequest></Error>",
     cause::header_changed, cause::header_changed},
    {"swift", "signed header not sent",
     "http://localhost:21125/examplebucket/a%20b%2Bc/%C3%BC.txt?X-Amz-Algorithm=AWS4-HMAC-SHA2"
     "56&X-Amz-Credential=test%3Atester%2F20261125%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date="
     "20261125T081119Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=host%3Brange%3Bx-amz-meta-a&X-Am"
     "z-Signature=445e3f38a99d3d38fc564b4ed0ffa10e262cd5713d707684cefcbada8a27bbf3",
     "2026-11-25T08:11:19Z", "test:tester", "testing", "",
     "<?xml version='1.0' encoding='UTF-8'?>\n"
     "<Error><Code>SignatureDoesNotMatch</Code><Message>The request signature we calculated do"
     "es not match the signature you provided. Check your key and signing method.</Message><Re"
     "questId>tx6c0884cce1a2450abddde-006b069827</RequestId></Error>",
     cause::header_not_sent, cause::header_not_sent},
    {"swift", "unsigned x-amz header",
     "http://localhost:21125/examplebucket/a%20b%2Bc/%C3%BC.txt?X-Amz-Algorithm=AWS4-HMAC-SHA2"
     "56&X-Amz-Credential=test%3Atester%2F20261125%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date="
     "20261125T081119Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=host&X-Amz-Signature=98215addf44"
     "e24762a3b2d420c85007d790e175f95315f11b533a3819d9999a2",
     "2026-11-25T08:11:19Z", "test:tester", "testing", "",
     "<?xml version='1.0' encoding='UTF-8'?>\n"
     "<Error><Code>AccessDenied</Code><Message>There were headers present in the request which"
     " were not signed</Message><RequestId>tx782e6ec879d94d698744b-006b069827</RequestId><Head"
     "ersNotSigned>x-amz-meta-a</HeadersNotSigned></Error>",
     cause::header_not_signed, cause::header_not_signed},
    {"swift", "expired",
     "http://localhost:21125/examplebucket/a%20b%2Bc/%C3%BC.txt?X-Amz-Algorithm=AWS4-HMAC-SHA2"
     "56&X-Amz-Credential=test%3Atester%2F20261125%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date="
     "20261125T071119Z&X-Amz-Expires=60&X-Amz-SignedHeaders=host&X-Amz-Signature=844b3c15ac669"
     "a74f2461e7e99cf4947187b7e2f6ed0eaab7a7a772295a4a9d5",
     "2026-11-25T08:11:19Z", "test:tester", "testing", "",
     "<?xml version='1.0' encoding='UTF-8'?>\n"
     "<Error><Code>AccessDenied</Code><Message>Request has expired</Message><RequestId>tx87c50"
     "54c0f904e2ca144a-006b069827</RequestId></Error>",
     cause::expired, cause::expired},
    {"swift", "expires 604801",
     "http://localhost:21125/examplebucket/a%20b%2Bc/%C3%BC.txt?X-Amz-Algorithm=AWS4-HMAC-SHA2"
     "56&X-Amz-Credential=test%3Atester%2F20261125%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date="
     "20261125T081118Z&X-Amz-Expires=604801&X-Amz-SignedHeaders=host&X-Amz-Signature=f95dd00b3"
     "9a20a313a6a9d02eaecb93de47f37893f79e813c67b35cfbaebc17c",
     "2026-11-25T08:11:19Z", "test:tester", "testing", "",
     "<?xml version='1.0' encoding='UTF-8'?>\n"
     "<Error><Code>AuthorizationQueryParametersError</Code><Message>X-Amz-Expires must be less"
     " than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 sec"
     "onds</Message><RequestId>tx0c1f71ea6bcc472693a77-006b069827</RequestId></Error>",
     cause::invalid_expiry, cause::invalid_expiry},
    {"swift", "expires abc",
     "http://localhost:21125/examplebucket/a%20b%2Bc/%C3%BC.txt?X-Amz-Algorithm=AWS4-HMAC-SHA2"
     "56&X-Amz-Credential=test%3Atester%2F20261125%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date="
     "20261125T081118Z&X-Amz-Expires=abc&X-Amz-SignedHeaders=host&X-Amz-Signature=305e8f658216"
     "843992c7c2f84eb6bfe4825253bbbb442c8a5826074853e8dc14",
     "2026-11-25T08:11:19Z", "test:tester", "testing", "",
     "<?xml version='1.0' encoding='UTF-8'?>\n"
     "<Error><Code>AuthorizationQueryParametersError</Code><Message>X-Amz-Expires should be a "
     "number</Message><RequestId>tx2d4bb27216d24d95ac4f9-006b069827</RequestId></Error>",
     cause::invalid_expiry, cause::invalid_expiry},
    {"swift", "wrong region",
     "http://localhost:21125/examplebucket/a%20b%2Bc/%C3%BC.txt?X-Amz-Algorithm=AWS4-HMAC-SHA2"
     "56&X-Amz-Credential=test%3Atester%2F20261125%2Feu-central-1%2Fs3%2Faws4_request&X-Amz-Da"
     "te=20261125T081119Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=host&X-Amz-Signature=87222313"
     "58aef31ac5a8e94e38a54bc5d3efbd8b7402cdb4b143feedf562ace5",
     "2026-11-25T08:11:19Z", "test:tester", "testing", "",
     "<?xml version='1.0' encoding='UTF-8'?>\n"
     "<Error><Code>AuthorizationQueryParametersError</Code><Message>Error parsing the X-Amz-Cr"
     "edential parameter; the region 'eu-central-1' is wrong; expecting 'us-east-1'</Message><"
     "RequestId>txb93551790171458fbd0ea-006b069827</RequestId><Region>us-east-1</Region></Erro"
     "r>",
     cause::region, cause::region},
    {"swift", "wrong service",
     "http://localhost:21125/examplebucket/a%20b%2Bc/%C3%BC.txt?X-Amz-Algorithm=AWS4-HMAC-SHA2"
     "56&X-Amz-Credential=test%3Atester%2F20261125%2Fus-east-1%2Fsts%2Faws4_request&X-Amz-Date"
     "=20261125T081119Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=host&X-Amz-Signature=036d3ac861"
     "bb3fcdd6acca5a3309e3889a46f3ea35fb976de8dea903c1a9de08",
     "2026-11-25T08:11:19Z", "test:tester", "testing", "",
     "<?xml version='1.0' encoding='UTF-8'?>\n"
     "<Error><Code>AuthorizationQueryParametersError</Code><Message>Error parsing the X-Amz-Cr"
     "edential parameter; incorrect service \"sts\". This endpoint belongs to \"s3\".</Message"
     "><RequestId>txf21a213a62914e9caf1cd-006b069827</RequestId></Error>",
     cause::service, cause::service},
    {"swift", "wrong scope date",
     "http://localhost:21125/examplebucket/a%20b%2Bc/%C3%BC.txt?X-Amz-Algorithm=AWS4-HMAC-SHA2"
     "56&X-Amz-Credential=test%3Atester%2F20261124%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date="
     "20261125T081119Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=host&X-Amz-Signature=3e63dc258f6"
     "75386f8423b4f4f30f3226507563da6e656cff27e1f41bb6eec24",
     "2026-11-25T08:11:19Z", "test:tester", "testing", "",
     "<?xml version='1.0' encoding='UTF-8'?>\n"
     "<Error><Code>AuthorizationQueryParametersError</Code><Message>Invalid credential date \""
     "20261124\". This date is not the same as X-Amz-Date: \"20261125\".</Message><RequestId>t"
     "x813ea3380b3142199a7d0-006b069827</RequestId></Error>",
     cause::date, cause::date},
    {"rgw", "wrong secret",
     "http://localhost:22553/examplebucket/a%20b%2Bc/%C3%BC.txt?X-Amz-Algorithm=AWS4-HMAC-SHA2"
     "56&X-Amz-Credential=OWNEREXAMPLE%2F20261125%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=2"
     "0261125T081124Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=host&X-Amz-Signature=366cfaf39e9c"
     "cce22d368f5aa72aabcbcaa9b8290f9b453feb6a486e19f70a23",
     "2026-11-25T08:11:24Z", "OWNEREXAMPLE", "secretoftheowner", "",
     "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>AccessDenied</Code><Message></Mes"
     "sage><RequestId>tx00000c6087685131bad10-006b06982c-100c-default</RequestId><HostId>100c-"
     "default-default</HostId></Error>",
     cause::permission, cause::secret},
    {"rgw", "unknown access key id",
     "http://localhost:22553/examplebucket/a%20b%2Bc/%C3%BC.txt?X-Amz-Algorithm=AWS4-HMAC-SHA2"
     "56&X-Amz-Credential=UNKNOWNEXAMPLE%2F20261125%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date"
     "=20261125T081124Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=host&X-Amz-Signature=103d9f22b2"
     "fe9da96fbf7f5af92af1ae1cfada32c9755861805ddc0ef2244355",
     "2026-11-25T08:11:24Z", "OWNEREXAMPLE", "secretoftheowner", "",
     "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>AccessDenied</Code><Message></Mes"
     "sage><RequestId>tx00000d7d4889fa55ccc20-006b06982c-100c-default</RequestId><HostId>100c-"
     "default-default</HostId></Error>",
     cause::permission, cause::access_key},
    {"rgw", "other port",
     "http://localhost:22554/examplebucket/a%20b%2Bc/%C3%BC.txt?X-Amz-Algorithm=AWS4-HMAC-SHA2"
     "56&X-Amz-Credential=OWNEREXAMPLE%2F20261125%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=2"
     "0261125T081124Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=host&X-Amz-Signature=58b5e8c8e8ce"
     "589142b3b9851ddfe75ad9f4c36fb13710bd04c39216294b3d71",
     "2026-11-25T08:11:24Z", "OWNEREXAMPLE", "secretoftheowner", "",
     "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>AccessDenied</Code><Message></Mes"
     "sage><RequestId>tx00000497fe9adb38ea6a3-006b06982c-100c-default</RequestId><HostId>100c-"
     "default-default</HostId></Error>",
     cause::permission, cause::unexplained},
    {"rgw", "key encoded twice, as it was sent",
     "http://localhost:22553/examplebucket/a%2520b%2Bc/%C3%BC.txt?X-Amz-Algorithm=AWS4-HMAC-SH"
     "A256&X-Amz-Credential=OWNEREXAMPLE%2F20261125%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date"
     "=20261125T081124Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=host&X-Amz-Signature=5c9d045cda"
     "861459b308f97831860ca79b979857eea271f8ebb6b712a1a8fed2",
     "2026-11-25T08:11:24Z", "OWNEREXAMPLE", "secretoftheowner", "",
     "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>AccessDenied</Code><Message></Mes"
     "sage><RequestId>tx00000884ada1d33423ab9-006b06982c-100c-default</RequestId><HostId>100c-"
     "default-default</HostId></Error>",
     cause::encoded_twice, cause::encoded_twice},
    {"rgw", "plus for a space, as it was sent",
     "http://localhost:22553/examplebucket/a+b%2Bc/%C3%BC.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256"
     "&X-Amz-Credential=OWNEREXAMPLE%2F20261125%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=202"
     "61125T081124Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=host&X-Amz-Signature=5c9d045cda8614"
     "59b308f97831860ca79b979857eea271f8ebb6b712a1a8fed2",
     "2026-11-25T08:11:24Z", "OWNEREXAMPLE", "secretoftheowner", "",
     "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>AccessDenied</Code><Message></Mes"
     "sage><RequestId>tx00000228dadcb7ce40610-006b06982c-100c-default</RequestId><HostId>100c-"
     "default-default</HostId></Error>",
     cause::plus_for_space, cause::plus_for_space},
    {"rgw", "path signed with + for a space",
     "http://localhost:22553/examplebucket/a%20b%2Bc/%C3%BC.txt?X-Amz-Algorithm=AWS4-HMAC-SHA2"
     "56&X-Amz-Credential=OWNEREXAMPLE%2F20261125%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=2"
     "0261125T081124Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=host&X-Amz-Signature=794a0db16f38"
     "6c6829cbb92803871065e6c10d0cb9966193b8ca3b161d735cd4",
     "2026-11-25T08:11:24Z", "OWNEREXAMPLE", "secretoftheowner", "",
     "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>AccessDenied</Code><Message></Mes"
     "sage><RequestId>tx00000b89049b92f7206a0-006b06982c-100c-default</RequestId><HostId>100c-"
     "default-default</HostId></Error>",
     cause::permission, cause::plus_for_space},
    {"rgw", "path signed in lower case",
     "http://localhost:22553/examplebucket/a%20b%2Bc/%C3%BC.txt?X-Amz-Algorithm=AWS4-HMAC-SHA2"
     "56&X-Amz-Credential=OWNEREXAMPLE%2F20261125%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=2"
     "0261125T081124Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=host&X-Amz-Signature=885840df4a41"
     "f794ce325712a1b4590714826877c77aa9def820f0e488547f84",
     "2026-11-25T08:11:24Z", "OWNEREXAMPLE", "secretoftheowner", "",
     "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>AccessDenied</Code><Message></Mes"
     "sage><RequestId>tx0000055693fdb8c1b2627-006b06982c-100c-default</RequestId><HostId>100c-"
     "default-default</HostId></Error>",
     cause::permission, cause::path},
    {"rgw", "parameter added, as it was sent",
     "http://localhost:22553/examplebucket/a%20b%2Bc/%C3%BC.txt?response-content-type=text/htm"
     "l&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=OWNEREXAMPLE%2F20261125%2Fus-east-1%"
     "2Fs3%2Faws4_request&X-Amz-Date=20261125T081124Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=h"
     "ost&X-Amz-Signature=5c9d045cda861459b308f97831860ca79b979857eea271f8ebb6b712a1a8fed2",
     "2026-11-25T08:11:24Z", "OWNEREXAMPLE", "secretoftheowner", "",
     "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>AccessDenied</Code><Message></Mes"
     "sage><RequestId>tx00000f10ab91ea9d7e7b2-006b06982c-100c-default</RequestId><HostId>100c-"
     "default-default</HostId></Error>",
     cause::permission, cause::parameter_added},
    {"rgw", "hash of an empty payload",
     "http://localhost:22553/examplebucket/a%20b%2Bc/%C3%BC.txt?X-Amz-Algorithm=AWS4-HMAC-SHA2"
     "56&X-Amz-Credential=OWNEREXAMPLE%2F20261125%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=2"
     "0261125T081124Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=host&X-Amz-Signature=108b9411242a"
     "29612d263986eab10959427c25cd5f1d6096a8dd894cf56fbc9a",
     "2026-11-25T08:11:24Z", "OWNEREXAMPLE", "secretoftheowner", "",
     "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>AccessDenied</Code><Message></Mes"
     "sage><RequestId>tx00000ad264070a00af0d0-006b06982c-100c-default</RequestId><HostId>100c-"
     "default-default</HostId></Error>",
     cause::permission, cause::payload_hash},
    {"rgw", "token not signed",
     "http://localhost:22553/examplebucket/a%20b%2Bc/%C3%BC.txt?X-Amz-Algorithm=AWS4-HMAC-SHA2"
     "56&X-Amz-Credential=TclxGuWNakmEW7E6y1C%2F20261125%2Fus-east-1%2Fs3%2Faws4_request&X-Amz"
     "-Date=20261125T081124Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=host&X-Amz-Signature=eab6d"
     "01186bf6d5ace083185963e340daf36eccbca45ada8c20c825b206687be&X-Amz-Security-Token=gxFZzln"
     "KR3pmuBJhStbHw7T5%2Fiuc1rFBBxg3BtZ0SZDYffh9FeCpQSnS2xWTm6t6dZdfxf2Z%2BZ5PLrXwuvhOQJYx6vy"
     "%2FfL92MpmpGavOTZjrziuhj9T2QELaRul8i9wEMxgLzEMDNINYT%2FjSVLtTCaWwvSWPGfgFjJB%2FUQoP21e%2"
     "BPvmAzbzfvCETbsa1ph02pbzQWT1twG9vAa5WWOGwJujKn1IeMk1Dbi92EBZEZrAL8qcwHRCZqmGV5xcInw9JKKs"
     "W5fzXQQN0MRyPLtq0skAfSNw53Q4TRCUpXHL8IhL%2FXJSbRYpdY%2BEotBl1XpQj",
     "2026-11-25T08:11:24Z", "TclxGuWNakmEW7E6y1C", "U4DEPCXFO1SNSC4ANPPRPVF9FXPYFUV14M0XBQ1",
     "gxFZzlnKR3pmuBJhStbHw7T5/iuc1rFBBxg3BtZ0SZDYffh9FeCpQSnS2xWTm6t6dZdfxf2Z+Z5PLrXwuvhOQJYx"
     "6vy/fL92MpmpGavOTZjrziuhj9T2QELaRul8i9wEMxgLzEMDNINYT/jSVLtTCaWwvSWPGfgFjJB/UQoP21e+PvmA"
     "zbzfvCETbsa1ph02pbzQWT1twG9vAa5WWOGwJujKn1IeMk1Dbi92EBZEZrAL8qcwHRCZqmGV5xcInw9JKKsW5fzX"
     "QQN0MRyPLtq0skAfSNw53Q4TRCUpXHL8IhL/XJSbRYpdY+EotBl1XpQj",
     "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>SignatureDoesNotMatch</Code><Mess"
     "age></Message><RequestId>tx000008b4b1abe32674f57-006b06982c-100c-default</RequestId><Hos"
     "tId>100c-default-default</HostId></Error>",
     cause::token_not_signed, cause::token_not_signed},
    {"rgw", "token removed, as it was sent",
     "http://localhost:22553/examplebucket/a%20b%2Bc/%C3%BC.txt?X-Amz-Algorithm=AWS4-HMAC-SHA2"
     "56&X-Amz-Credential=TclxGuWNakmEW7E6y1C%2F20261125%2Fus-east-1%2Fs3%2Faws4_request&X-Amz"
     "-Date=20261125T081124Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=host&X-Amz-Signature=613fe"
     "902546f61093d8d965b19e921e9e65863e7ef5cab5504b6fcca085189bf",
     "2026-11-25T08:11:24Z", "TclxGuWNakmEW7E6y1C", "U4DEPCXFO1SNSC4ANPPRPVF9FXPYFUV14M0XBQ1",
     "gxFZzlnKR3pmuBJhStbHw7T5/iuc1rFBBxg3BtZ0SZDYffh9FeCpQSnS2xWTm6t6dZdfxf2Z+Z5PLrXwuvhOQJYx"
     "6vy/fL92MpmpGavOTZjrziuhj9T2QELaRul8i9wEMxgLzEMDNINYT/jSVLtTCaWwvSWPGfgFjJB/UQoP21e+PvmA"
     "zbzfvCETbsa1ph02pbzQWT1twG9vAa5WWOGwJujKn1IeMk1Dbi92EBZEZrAL8qcwHRCZqmGV5xcInw9JKKsW5fzX"
     "QQN0MRyPLtq0skAfSNw53Q4TRCUpXHL8IhL/XJSbRYpdY+EotBl1XpQj",
     "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>AccessDenied</Code><Message></Mes"
     "sage><RequestId>tx00000c075de8f72f8d83c-006b06982c-100c-default</RequestId><HostId>100c-"
     "default-default</HostId></Error>",
     cause::permission, cause::token_missing},
    {"rgw", "garbage token",
     "http://localhost:22553/examplebucket/a%20b%2Bc/%C3%BC.txt?X-Amz-Algorithm=AWS4-HMAC-SHA2"
     "56&X-Amz-Credential=TclxGuWNakmEW7E6y1C%2F20261125%2Fus-east-1%2Fs3%2Faws4_request&X-Amz"
     "-Date=20261125T081124Z&X-Amz-Expires=3600&X-Amz-Security-Token=garbage&X-Amz-SignedHeade"
     "rs=host&X-Amz-Signature=b37a257f7234f13a242de987331f4411cb2b8b4dece279214168ffbb5078d8a1",
     "2026-11-25T08:11:24Z", "TclxGuWNakmEW7E6y1C", "U4DEPCXFO1SNSC4ANPPRPVF9FXPYFUV14M0XBQ1",
     "gxFZzlnKR3pmuBJhStbHw7T5/iuc1rFBBxg3BtZ0SZDYffh9FeCpQSnS2xWTm6t6dZdfxf2Z+Z5PLrXwuvhOQJYx"
     "6vy/fL92MpmpGavOTZjrziuhj9T2QELaRul8i9wEMxgLzEMDNINYT/jSVLtTCaWwvSWPGfgFjJB/UQoP21e+PvmA"
     "zbzfvCETbsa1ph02pbzQWT1twG9vAa5WWOGwJujKn1IeMk1Dbi92EBZEZrAL8qcwHRCZqmGV5xcInw9JKKsW5fzX"
     "QQN0MRyPLtq0skAfSNw53Q4TRCUpXHL8IhL/XJSbRYpdY+EotBl1XpQj",
     "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>AccessDenied</Code><Message></Mes"
     "sage><RequestId>tx000009bbd122f44f7fb85-006b06982c-100c-default</RequestId><HostId>100c-"
     "default-default</HostId></Error>",
     cause::permission, cause::token_invalid},
    {"rgw", "temporary, wrong secret",
     "http://localhost:22553/examplebucket/a%20b%2Bc/%C3%BC.txt?X-Amz-Algorithm=AWS4-HMAC-SHA2"
     "56&X-Amz-Credential=TclxGuWNakmEW7E6y1C%2F20261125%2Fus-east-1%2Fs3%2Faws4_request&X-Amz"
     "-Date=20261125T081124Z&X-Amz-Expires=3600&X-Amz-Security-Token=gxFZzlnKR3pmuBJhStbHw7T5%"
     "2Fiuc1rFBBxg3BtZ0SZDYffh9FeCpQSnS2xWTm6t6dZdfxf2Z%2BZ5PLrXwuvhOQJYx6vy%2FfL92MpmpGavOTZj"
     "rziuhj9T2QELaRul8i9wEMxgLzEMDNINYT%2FjSVLtTCaWwvSWPGfgFjJB%2FUQoP21e%2BPvmAzbzfvCETbsa1p"
     "h02pbzQWT1twG9vAa5WWOGwJujKn1IeMk1Dbi92EBZEZrAL8qcwHRCZqmGV5xcInw9JKKsW5fzXQQN0MRyPLtq0s"
     "kAfSNw53Q4TRCUpXHL8IhL%2FXJSbRYpdY%2BEotBl1XpQj&X-Amz-SignedHeaders=host&X-Amz-Signature"
     "=101cb9d24278af3bb968f504d8882fa7dad8f6b3cd6c57cadf32ae267b8248b1",
     "2026-11-25T08:11:24Z", "TclxGuWNakmEW7E6y1C", "U4DEPCXFO1SNSC4ANPPRPVF9FXPYFUV14M0XBQ1",
     "gxFZzlnKR3pmuBJhStbHw7T5/iuc1rFBBxg3BtZ0SZDYffh9FeCpQSnS2xWTm6t6dZdfxf2Z+Z5PLrXwuvhOQJYx"
     "6vy/fL92MpmpGavOTZjrziuhj9T2QELaRul8i9wEMxgLzEMDNINYT/jSVLtTCaWwvSWPGfgFjJB/UQoP21e+PvmA"
     "zbzfvCETbsa1ph02pbzQWT1twG9vAa5WWOGwJujKn1IeMk1Dbi92EBZEZrAL8qcwHRCZqmGV5xcInw9JKKsW5fzX"
     "QQN0MRyPLtq0skAfSNw53Q4TRCUpXHL8IhL/XJSbRYpdY+EotBl1XpQj",
     "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>SignatureDoesNotMatch</Code><Mess"
     "age></Message><RequestId>tx0000080094f51c649f0ee-006b06982c-100c-default</RequestId><Hos"
     "tId>100c-default-default</HostId></Error>",
     cause::method, cause::secret},
    {"rgw", "expired",
     "http://localhost:22553/examplebucket/a%20b%2Bc/%C3%BC.txt?X-Amz-Algorithm=AWS4-HMAC-SHA2"
     "56&X-Amz-Credential=OWNEREXAMPLE%2F20261125%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=2"
     "0261125T071124Z&X-Amz-Expires=60&X-Amz-SignedHeaders=host&X-Amz-Signature=5a85e947825bd3"
     "b2100de18ce8fdf7d67c27856dd77a2de6478628dbfc44a0c2",
     "2026-11-25T08:11:24Z", "OWNEREXAMPLE", "secretoftheowner", "",
     "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>AccessDenied</Code><Message></Mes"
     "sage><RequestId>tx00000f89bed19a76aa8a9-006b06982c-100c-default</RequestId><HostId>100c-"
     "default-default</HostId></Error>",
     cause::expired, cause::expired},
    {"rgw", "wrong payload hash in a header",
     "http://localhost:22553/examplebucket/put?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credenti"
     "al=OWNEREXAMPLE%2F20261125%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20261125T081124Z&X"
     "-Amz-Expires=3600&X-Amz-SignedHeaders=host%3Bx-amz-content-sha256&X-Amz-Signature=791031"
     "1f9924955637d6e33e20bf25457316562ef7ad123a190ac85122d5e973",
     "2026-11-25T08:11:24Z", "OWNEREXAMPLE", "secretoftheowner", "",
     "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>XAmzContentSHA256Mismatch</Code><"
     "Message></Message><BucketName>examplebucket</BucketName><RequestId>tx0000098c011dc70ab67"
     "76-006b06982c-100c-default</RequestId><HostId>100c-default-default</HostId></Error>",
     cause::payload_hash, cause::payload_hash},
    {"rgw", "signature cut short, as it was sent",
     "http://localhost:22553/examplebucket/a%20b%2Bc/%C3%BC.txt?X-Amz-Algorithm=AWS4-HMAC-SHA2"
     "56&X-Amz-Credential=OWNEREXAMPLE%2F20261125%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=2"
     "0261125T081124Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=host&X-Amz-Signature=c9d045cda861"
     "459b308f97831860ca79b979857eea271f8ebb6b712a1a8fed2",
     "2026-11-25T08:11:24Z", "OWNEREXAMPLE", "secretoftheowner", "",
     "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>AccessDenied</Code><Message></Mes"
     "sage><RequestId>tx00000ffa06538782d042c-006b06982c-100c-default</RequestId><HostId>100c-"
     "default-default</HostId></Error>",
     cause::malformed_url, cause::malformed_url},
};

// The error codes that Amazon S3 publishes, with those of its Select, replication and tagging.
// https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
struct published_codes {
  std::string_view codes;  // separated by ' '
  cause what;
  presign::certainty how_sure;  // without credentials and without a message
  bool is_after;                // only known after the signature was accepted
};

inline constexpr published_codes all_codes[] = {
    {"AccessControlListNotSupported AccessPointAlreadyOwnedByYou BucketAlreadyExists "
     "BucketAlreadyOwnedByYou BucketHasAccessPointsAttached BucketNotEmpty ClientTokenConflict "
     "ConditionalRequestConflict InvalidBucketAclWithObjectOwnership "
     "InvalidBucketState InvalidObjectState InvalidPart InvalidPartOrder InvalidRange "
     "KMS.DisabledException KMS.InvalidKeyUsageException KMS.KMSInvalidStateException "
     "KMS.NotFoundException NoSuchAsyncRequest NoSuchBucketPolicy NoSuchCORSConfiguration "
     "NoSuchLifecycleConfiguration NoSuchObjectLockConfiguration NoSuchResource NoSuchTagSet "
     "NoSuchUpload NoSuchWebsiteConfiguration NoTransformationDefined NotModified "
     "ObjectLockConfigurationNotFoundError OperationAborted OwnershipControlsNotFoundError "
     "PreconditionFailed ReplicationConfigurationNotFoundError RestoreAlreadyInProgress "
     "ServerSideEncryptionConfigurationNotFoundError TooManyAccessPoints TooManyBuckets "
     "TooManyMultiRegionAccessPointregionsError TooManyMultiRegionAccessPoints TooManyTags",
     cause::operation, presign::certainty::certain, true},
    {"ConnectionClosedByRequester EntityTooLarge EntityTooSmall IncompleteBody "
     "IncorrectNumberOfFilesInPostRequest InlineDataTooLarge InvalidHttpMethod "
     "InvalidPolicyDocument KeyTooLongError MalformedPOSTRequest MaxMessageLengthExceeded "
     "MaxPostPreDataLengthExceededError MetadataTooLarge MethodNotAllowed MissingContentLength "
     "NotImplemented RequestHeaderSectionTooLarge RequestIsNotMultiPartContent RequestTimeout "
     "ResponseInterrupted UserKeyMustBeSpecified",
     cause::operation, presign::certainty::certain, false},
    {"InvalidTag TagPolicyException UnsupportedArgument", cause::operation,
     presign::certainty::likely, false},
    {"InvalidArgument AmbiguousGrantByEmailAddress IllegalSqlFunctionArgument "
     "IllegalVersioningConfigurationException InvalidAddressingHeader "
     "InvalidBucketOwnerAWSAccountID InvalidCast InvalidColumnIndex InvalidCompressionFormat "
     "InvalidDataSource InvalidDataType InvalidEncryptionAlgorithmError InvalidExpressionType "
     "InvalidFileHeaderInfo InvalidJsonType InvalidKeyPath InvalidLocationConstraint "
     "InvalidQuoteFields InvalidRegion InvalidRequest InvalidRequestParameter "
     "InvalidSOAPRequest InvalidScanRange InvalidStorageClass InvalidTableAlias "
     "InvalidTargetBucketForLogging InvalidTextEncoding InvalidURI MalformedACLError "
     "MalformedPolicy MalformedTrailerError MalformedXML MissingAttachment "
     "MissingRequestBodyError MissingRequiredParameter MissingSecurityElement "
     "MissingSecurityHeader UnexpectedContent UnexpectedIPError "
     "UnresolvableGrantByEmailAddress",
     cause::operation, presign::certainty::possible, false},
    {"NoSuchKey NoSuchVersion", cause::no_such_key, presign::certainty::certain, true},
    {"InvalidAccessPoint InvalidAccessPointAliasError InvalidBucketName NoSuchAccessPoint "
     "NoSuchBucket NoSuchMultiRegionAccessPoint",
     cause::no_such_bucket, presign::certainty::certain, false},
    {"EndpointNotFound IncorrectEndpoint PermanentRedirect PermanentRedirectControlError "
     "Redirect TemporaryRedirect",
     cause::wrong_endpoint, presign::certainty::certain, false},
    {"IllegalLocationConstraintException InvalidHostHeader", cause::wrong_endpoint,
     presign::certainty::likely, false},
    {"BadDigest XAmzContentSHA256Mismatch", cause::payload_hash, presign::certainty::certain, true},
    {"InvalidDigest", cause::payload_hash, presign::certainty::likely, false},
    {"AccessDenied", cause::permission, presign::certainty::possible, false},
    {"AccountProblem AllAccessDisabled InvalidPayer NotSignedUp UnauthorizedAccess "
     "UnauthorizedAccessError",
     cause::permission, presign::certainty::likely, false},
    {"Busy InternalError ServiceUnavailable SlowDown", cause::server, presign::certainty::certain,
     false},
    {"InvalidSignature SignatureDoesNotMatch", cause::method, presign::certainty::possible, false},
    {"ExpiredToken", cause::token_expired, presign::certainty::certain, false},
    {"InvalidSessionException TokenRefreshRequired", cause::token_expired,
     presign::certainty::likely, false},
    {"InvalidToken UnsupportedSignature", cause::token_invalid, presign::certainty::likely, false},
    {"InvalidSecurity", cause::access_key, presign::certainty::likely, false},
    {"InvalidAccessKeyId", cause::access_key, presign::certainty::certain, false},
    {"RequestTimeTooSkewed", cause::expired, presign::certainty::likely, false},
    {"AuthorizationHeaderMalformed AuthorizationQueryParametersError MissingAuthenticationToken",
     cause::malformed_url, presign::certainty::likely, false},
    {"CredentialsNotSupported CrossLocationLoggingProhibited DeviceNotActiveError "
     "DuplicateHeaderName NoLoggingStatusForKey NotDeviceOwnerError "
     "RequestTorrentOfBucketError TokenCodeInvalidError AmbiguousFieldName "
     "CSVEscapingRecordDelimiter CSVParsingError CSVUnescapedQuote CastFailed ColumnTooLong "
     "EmptyRequestBody EvaluatorBindingDoesNotExist EvaluatorInvalidArguments "
     "EvaluatorInvalidTimestampFormatPattern EvaluatorInvalidTimestampFormatPatternSymbol "
     "EvaluatorInvalidTimestampFormatPatternSymbolForParsing "
     "EvaluatorInvalidTimestampFormatPatternToken EvaluatorLikePatternInvalidEscapeSequence "
     "EvaluatorNegativeLimit EvaluatorTimestampFormatPatternDuplicateFields "
     "EvaluatorTimestampFormatPatternHourClockAmPmMismatch "
     "EvaluatorUnterminatedTimestampFormatPatternToken ExpressionTooLong ExternalEvalException "
     "IncorrectSqlFunctionArgumentType IntegerOverflow JSONParsingError LexerInvalidChar "
     "LexerInvalidIONLiteral LexerInvalidLiteral LexerInvalidOperator LikeInvalidInputs "
     "MaxOperatorsExceeded MultipleDataSourcesUnsupported NumberFormatError "
     "ObjectSerializationConflict OverMaxColumn OverMaxParquetBlockSize OverMaxRecordSize "
     "ParquetParsingError ParquetUnsupportedCompressionCodec "
     "ParseAsteriskIsNotAloneInSelectList ParseCannotMixSqbAndWildcardInSelectList "
     "ParseCastArity ParseEmptySelect ParseExpected2TokenTypes ParseExpectedArgumentDelimiter "
     "ParseExpectedDatePart ParseExpectedExpression ParseExpectedIdentForAlias "
     "ParseExpectedIdentForAt ParseExpectedIdentForGroupName ParseExpectedKeyword "
     "ParseExpectedLeftParenAfterCast ParseExpectedLeftParenBuiltinFunctionCall "
     "ParseExpectedLeftParenValueConstructor ParseExpectedMember ParseExpectedNumber "
     "ParseExpectedRightParenBuiltinFunctionCall ParseExpectedTokenType ParseExpectedTypeName "
     "ParseExpectedWhenClause ParseInvalidContextForWildcardInSelectList "
     "ParseInvalidPathComponent ParseInvalidTypeParam ParseMalformedJoin "
     "ParseMissingIdentAfterAt ParseNonUnaryAgregateFunctionCall ParseSelectMissingFrom "
     "ParseUnExpectedKeyword ParseUnexpectedOperator ParseUnexpectedTerm ParseUnexpectedToken "
     "ParseUnknownOperator ParseUnsupportedAlias ParseUnsupportedCallWithStar "
     "ParseUnsupportedCase ParseUnsupportedCaseClause ParseUnsupportedLiteralsGroupBy "
     "ParseUnsupportedSelect ParseUnsupportedSyntax ParseUnsupportedToken TruncatedInput "
     "UnrecognizedFormatException UnsupportedFunction UnsupportedParquetType "
     "UnsupportedRangeHeader UnsupportedScanRangeInput UnsupportedSqlOperation "
     "UnsupportedSqlStructure UnsupportedStorageClass UnsupportedSyntax "
     "UnsupportedTypeForQuerying ValueParseFailure",
     cause::unexplained, presign::certainty::possible, false},
};

}  // namespace s3_error_responses
