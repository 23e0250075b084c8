// URLs that were made wrong on purpose, and what real servers answered: OpenStack Swift 2.30.1 with
// its s3api, which shows what it signed, and Ceph RGW 16.2.15, which gives a code alone. All URLs
// are for GET, of examplebucket at localhost; the keys are those of the servers' own test users.
// Of Swift's answers all but the first are without the hex of the texts, which they have too.
#pragma once

#include <presign/explain.hpp>

#include <string_view>

namespace server_refusals {

using presign::cause;

struct refusal {
  std::string_view server;
  std::string_view what;  // was done wrong
  std::string_view url;
  std::string_view at;  // when the server answered
  // The credentials that the server knows
  std::string_view access_key_id;
  std::string_view secret_access_key;
  std::string_view session_token;
  std::string_view answer;
  // The first cause that is to be found
  presign::cause without_secret;
  presign::cause with_secret;
};

inline constexpr refusal all[] = {
    {"swift", "wrong secret",
     "http://localhost:22257/examplebucket/a%20b%2Bc/%C3%BC.txt?X-Amz-Algorithm=AWS4-HMAC-SHA2"
     "56&X-Amz-Credential=test%3Atester%2F20261125%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date="
     "20261125T080549Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=host&X-Amz-Signature=016b6ac6507"
     "3326e9d63b73133eb8b6c5602427cee7d89629426c5e571f28295",
     "2026-11-25T08:05:49Z", "test:tester", "testing", "",
     "<?xml version='1.0' encoding='UTF-8'?>\n"
     "<Error><Code>SignatureDoesNotMatch</Code><Message>The request signature we calculated do"
     "es not match the signature you provided. Check your key and signing method.</Message><Re"
     "questId>tx15155834c48c4bd4b629d-006b0696dd</RequestId><AWSAccessKeyId>test:tester</AWSAc"
     "cessKeyId><StringToSign>AWS4-HMAC-SHA256\n"
     "20261125T080549Z\n"
     "20261125/us-east-1/s3/aws4_request\n"
     "fbb1d03814e1a3123c633fff3760db3f7155430865b1daa88093417b2d4450c2</StringToSign><Signatur"
     "eProvided>016b6ac65073326e9d63b73133eb8b6c5602427cee7d89629426c5e571f28295</SignaturePro"
     "vided><StringToSignBytes>41 57 53 34 2d 48 4d 41 43 2d 53 48 41 32 35 36 0a 32 30 32 36 "
     "31 31 32 35 54 30 38 30 35 34 39 5a 0a 32 30 32 36 31 31 32 35 2f 75 73 2d 65 61 73 74 2"
     "d 31 2f 73 33 2f 61 77 73 34 5f 72 65 71 75 65 73 74 0a 66 62 62 31 64 30 33 38 31 34 65"
     " 31 61 33 31 32 33 63 36 33 33 66 66 66 33 37 36 30 64 62 33 66 37 31 35 35 34 33 30 38 "
     "36 35 62 31 64 61 61 38 38 30 39 33 34 31 37 62 32 64 34 34 35 30 63 32</StringToSignByt"
     "es><CanonicalRequest>GET\n"
     "/examplebucket/a%20b%2Bc/%C3%BC.txt\n"
     "X-Amz-Algorithm=AWS4-HMAC-SHA256&amp;X-Amz-Credential=test%3Atester%2F20261125%2Fus-east"
     "-1%2Fs3%2Faws4_request&amp;X-Amz-Date=20261125T080549Z&amp;X-Amz-Expires=3600&amp;X-Amz-"
     "SignedHeaders=host\n"
     "host:localhost:22257\n"
     "\n"
     "host\n"
     "UNSIGNED-PAYLOAD</CanonicalRequest><CanonicalRequestBytes>47 45 54 0a 2f 65 78 61 6d 70 "
     "6c 65 62 75 63 6b 65 74 2f 61 25 32 30 62 25 32 42 63 2f 25 43 33 25 42 43 2e 74 78 74 0"
     "a 58 2d 41 6d 7a 2d 41 6c 67 6f 72 69 74 68 6d 3d 41 57 53 34 2d 48 4d 41 43 2d 53 48 41"
     " 32 35 36 26 58 2d 41 6d 7a 2d 43 72 65 64 65 6e 74 69 61 6c 3d 74 65 73 74 25 33 41 74 "
     "65 73 74 65 72 25 32 46 32 30 32 36 31 31 32 35 25 32 46 75 73 2d 65 61 73 74 2d 31 25 3"
     "2 46 73 33 25 32 46 61 77 73 34 5f 72 65 71 75 65 73 74 26 58 2d 41 6d 7a 2d 44 61 74 65"
     " 3d 32 30 32 36 31 31 32 35 54 30 38 30 35 34 39 5a 26 58 2d 41 6d 7a 2d 45 78 70 69 72 "
     "65 73 3d 33 36 30 30 26 58 2d 41 6d 7a 2d 53 69 67 6e 65 64 48 65 61 64 65 72 73 3d 68 6"
     "f 73 74 0a 68 6f 73 74 3a 6c 6f 63 61 6c 68 6f 73 74 3a 32 32 32 35 37 0a 0a 68 6f 73 74"
     " 0a 55 4e 53 49 47 4e 45 44 2d 50 41 59 4c 4f 41 44</CanonicalRequestBytes></Error>",
     cause::secret, cause::secret},
    {"swift", "unknown access key id",
     "http://localhost:22257/examplebucket/a%20b%2Bc/%C3%BC.txt?X-Amz-Algorithm=AWS4-HMAC-SHA2"
     "56&X-Amz-Credential=UNKNOWNEXAMPLE%2F20261125%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date"
     "=20261125T080549Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=host&X-Amz-Signature=7a2a00e39a"
     "7286aa0238086ce2d0817610b39d0acbdb510e37fe73e878d58c32",
     "2026-11-25T08:05:49Z", "test:tester", "testing", "",
     "<?xml version='1.0' encoding='UTF-8'?>\n"
     "<Error><Code>SignatureDoesNotMatch</Code><Message>The request signature we calculated do"
     "es not match the signature you provided. Check your key and signing method.</Message><Re"
     "questId>tx38250376ba37497799cc0-006b0696dd</RequestId><AWSAccessKeyId>UNKNOWNEXAMPLE</AW"
     "SAccessKeyId><StringToSign>AWS4-HMAC-SHA256\n"
     "20261125T080549Z\n"
     "20261125/us-east-1/s3/aws4_request\n"
     "293f259f48888ca9137aebf2f98cbd8da03a72af1de20b13276c496c611493cc</StringToSign><Signatur"
     "eProvided>7a2a00e39a7286aa0238086ce2d0817610b39d0acbdb510e37fe73e878d58c32</SignaturePro"
     "vided><CanonicalRequest>GET\n"
     "/examplebucket/a%20b%2Bc/%C3%BC.txt\n"
     "X-Amz-Algorithm=AWS4-HMAC-SHA256&amp;X-Amz-Credential=UNKNOWNEXAMPLE%2F20261125%2Fus-eas"
     "t-1%2Fs3%2Faws4_request&amp;X-Amz-Date=20261125T080549Z&amp;X-Amz-Expires=3600&amp;X-Amz"
     "-SignedHeaders=host\n"
     "host:localhost:22257\n"
     "\n"
     "host\n"
     "UNSIGNED-PAYLOAD</CanonicalRequest></Error>",
     cause::secret, cause::secret},
    {"swift", "other method",
     "http://localhost:22257/examplebucket/a%20b%2Bc/%C3%BC.txt?X-Amz-Algorithm=AWS4-HMAC-SHA2"
     "56&X-Amz-Credential=test%3Atester%2F20261125%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date="
     "20261125T080548Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=host&X-Amz-Signature=d1442116866"
     "40ce0ff709c62e337e67fcb75fde0cd1e694c8ad286316a58cb9c",
     "2026-11-25T08:05:48Z", "test:tester", "testing", "",
     "<?xml version='1.0' encoding='UTF-8'?>\n"
     "<Error><Code>SignatureDoesNotMatch</Code><Message>The request signature we calculated do"
     "es not match the signature you provided. Check your key and signing method.</Message><Re"
     "questId>txbfa81726ecad4e86b256e-006b0696dc</RequestId><AWSAccessKeyId>test:tester</AWSAc"
     "cessKeyId><StringToSign>AWS4-HMAC-SHA256\n"
     "20261125T080548Z\n"
     "20261125/us-east-1/s3/aws4_request\n"
     "2e140eb95670d2fedbefad606d17e7c764021390f7f41cefee02b8b4feb35457</StringToSign><Signatur"
     "eProvided>d144211686640ce0ff709c62e337e67fcb75fde0cd1e694c8ad286316a58cb9c</SignaturePro"
     "vided><CanonicalRequest>PUT\n"
     "/examplebucket/a%20b%2Bc/%C3%BC.txt\n"
     "X-Amz-Algorithm=AWS4-HMAC-SHA256&amp;X-Amz-Credential=test%3Atester%2F20261125%2Fus-east"
     "-1%2Fs3%2Faws4_request&amp;X-Amz-Date=20261125T080548Z&amp;X-Amz-Expires=3600&amp;X-Amz-"
     "SignedHeaders=host\n"
     "host:localhost:22257\n"
     "\n"
     "host\n"
     "UNSIGNED-PAYLOAD</CanonicalRequest></Error>",
     cause::method, cause::method},
    {"swift", "other host",
     "http://example.com:22257/examplebucket/a%20b%2Bc/%C3%BC.txt?X-Amz-Algorithm=AWS4-HMAC-SH"
     "A256&X-Amz-Credential=test%3Atester%2F20261125%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Dat"
     "e=20261125T080548Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=host&X-Amz-Signature=33426260b"
     "fae5967c70ef52eea8c9599d3a02b356cb52d7adc9a836c4c2c839e",
     "2026-11-25T08:05:48Z", "test:tester", "testing", "",
     "<?xml version='1.0' encoding='UTF-8'?>\n"
     "<Error><Code>SignatureDoesNotMatch</Code><Message>The request signature we calculated do"
     "es not match the signature you provided. Check your key and signing method.</Message><Re"
     "questId>txb4a619193e4f44718d009-006b0696dc</RequestId><AWSAccessKeyId>test:tester</AWSAc"
     "cessKeyId><StringToSign>AWS4-HMAC-SHA256\n"
     "20261125T080548Z\n"
     "20261125/us-east-1/s3/aws4_request\n"
     "e446695c36dedf4201225a0b3451647492739851207a6b297349cc29130912cd</StringToSign><Signatur"
     "eProvided>33426260bfae5967c70ef52eea8c9599d3a02b356cb52d7adc9a836c4c2c839e</SignaturePro"
     "vided><CanonicalRequest>GET\n"
     "/examplebucket/a%20b%2Bc/%C3%BC.txt\n"
     "X-Amz-Algorithm=AWS4-HMAC-SHA256&amp;X-Amz-Credential=test%3Atester%2F20261125%2Fus-east"
     "-1%2Fs3%2Faws4_request&amp;X-Amz-Date=20261125T080548Z&amp;X-Amz-Expires=3600&amp;X-Amz-"
     "SignedHeaders=host\n"
     "host:localhost:22257\n"
     "\n"
     "host\n"
     "UNSIGNED-PAYLOAD</CanonicalRequest></Error>",
     cause::host, cause::host},
    {"swift", "other port",
     "http://localhost:22258/examplebucket/a%20b%2Bc/%C3%BC.txt?X-Amz-Algorithm=AWS4-HMAC-SHA2"
     "56&X-Amz-Credential=test%3Atester%2F20261125%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date="
     "20261125T080548Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=host&X-Amz-Signature=78ddd2974a9"
     "ce77e2996bfbb0e294d6e0dc30c2eb87e5cdfa6c777fcf8a4890e",
     "2026-11-25T08:05:48Z", "test:tester", "testing", "",
     "<?xml version='1.0' encoding='UTF-8'?>\n"
     "<Error><Code>SignatureDoesNotMatch</Code><Message>The request signature we calculated do"
     "es not match the signature you provided. Check your key and signing method.</Message><Re"
     "questId>txff50170724e146b090b32-006b0696dc</RequestId><AWSAccessKeyId>test:tester</AWSAc"
     "cessKeyId><StringToSign>AWS4-HMAC-SHA256\n"
     "20261125T080548Z\n"
     "20261125/us-east-1/s3/aws4_request\n"
     "e446695c36dedf4201225a0b3451647492739851207a6b297349cc29130912cd</StringToSign><Signatur"
     "eProvided>78ddd2974a9ce77e2996bfbb0e294d6e0dc30c2eb87e5cdfa6c777fcf8a4890e</SignaturePro"
     "vided><CanonicalRequest>GET\n"
     "/examplebucket/a%20b%2Bc/%C3%BC.txt\n"
     "X-Amz-Algorithm=AWS4-HMAC-SHA256&amp;X-Amz-Credential=test%3Atester%2F20261125%2Fus-east"
     "-1%2Fs3%2Faws4_request&amp;X-Amz-Date=20261125T080548Z&amp;X-Amz-Expires=3600&amp;X-Amz-"
     "SignedHeaders=host\n"
     "host:localhost:22257\n"
     "\n"
     "host\n"
     "UNSIGNED-PAYLOAD</CanonicalRequest></Error>",
     cause::port, cause::port},
    {"swift", "port left out",
     "http://localhost/examplebucket/a%20b%2Bc/%C3%BC.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-A"
     "mz-Credential=test%3Atester%2F20261125%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=202611"
     "25T080548Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=host&X-Amz-Signature=435d14a6b7cac2752"
     "42368fa9a85e31e4c996988914e828017f4e432f571932d",
     "2026-11-25T08:05:48Z", "test:tester", "testing", "",
     "<?xml version='1.0' encoding='UTF-8'?>\n"
     "<Error><Code>SignatureDoesNotMatch</Code><Message>The request signature we calculated do"
     "es not match the signature you provided. Check your key and signing method.</Message><Re"
     "questId>tx7ece7ad1ff9a4b23987a9-006b0696dc</RequestId><AWSAccessKeyId>test:tester</AWSAc"
     "cessKeyId><StringToSign>AWS4-HMAC-SHA256\n"
     "20261125T080548Z\n"
     "20261125/us-east-1/s3/aws4_request\n"
     "e446695c36dedf4201225a0b3451647492739851207a6b297349cc29130912cd</StringToSign><Signatur"
     "eProvided>435d14a6b7cac275242368fa9a85e31e4c996988914e828017f4e432f571932d</SignaturePro"
     "vided><CanonicalRequest>GET\n"
     "/examplebucket/a%20b%2Bc/%C3%BC.txt\n"
     "X-Amz-Algorithm=AWS4-HMAC-SHA256&amp;X-Amz-Credential=test%3Atester%2F20261125%2Fus-east"
     "-1%2Fs3%2Faws4_request&amp;X-Amz-Date=20261125T080548Z&amp;X-Amz-Expires=3600&amp;X-Amz-"
     "SignedHeaders=host\n"
     "host:localhost:22257\n"
     "\n"
     "host\n"
     "UNSIGNED-PAYLOAD</CanonicalRequest></Error>",
     cause::port, cause::port},
    {"swift", "key encoded twice",
     "http://localhost:22257/examplebucket/a%2520b%2Bc/%C3%BC.txt?X-Amz-Algorithm=AWS4-HMAC-SH"
     "A256&X-Amz-Credential=test%3Atester%2F20261125%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Dat"
     "e=20261125T080548Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=host&X-Amz-Signature=d14421168"
     "6640ce0ff709c62e337e67fcb75fde0cd1e694c8ad286316a58cb9c",
     "2026-11-25T08:05:48Z", "test:tester", "testing", "",
     "<?xml version='1.0' encoding='UTF-8'?>\n"
     "<Error><Code>SignatureDoesNotMatch</Code><Message>The request signature we calculated do"
     "es not match the signature you provided. Check your key and signing method.</Message><Re"
     "questId>tx8fde7d6e2a4a48489b385-006b0696dc</RequestId><AWSAccessKeyId>test:tester</AWSAc"
     "cessKeyId><StringToSign>AWS4-HMAC-SHA256\n"
     "20261125T080548Z\n"
     "20261125/us-east-1/s3/aws4_request\n"
     "3c3fc574519b32da89c169522e7d86915a69beb81b73dfc81b53f039f1d5eef0</StringToSign><Signatur"
     "eProvided>d144211686640ce0ff709c62e337e67fcb75fde0cd1e694c8ad286316a58cb9c</SignaturePro"
     "vided><CanonicalRequest>GET\n"
     "/examplebucket/a%2520b%2Bc/%C3%BC.txt\n"
     "X-Amz-Algorithm=AWS4-HMAC-SHA256&amp;X-Amz-Credential=test%3Atester%2F20261125%2Fus-east"
     "-1%2Fs3%2Faws4_request&amp;X-Amz-Date=20261125T080548Z&amp;X-Amz-Expires=3600&amp;X-Amz-"
     "SignedHeaders=host\n"
     "host:localhost:22257\n"
     "\n"
     "host\n"
     "UNSIGNED-PAYLOAD</CanonicalRequest></Error>",
     cause::encoded_twice, cause::encoded_twice},
    {"swift", "path encoded twice to be signed",
     "http://localhost:22257/examplebucket/a%20b%2Bc/%C3%BC.txt?X-Amz-Algorithm=AWS4-HMAC-SHA2"
     "56&X-Amz-Credential=test%3Atester%2F20261125%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date="
     "20261125T080549Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=host&X-Amz-Signature=0aebf374f25"
     "db618942366217ffde59989f01d941b27096cd4126d4eec41c1d3",
     "2026-11-25T08:05:49Z", "test:tester", "testing", "",
     "<?xml version='1.0' encoding='UTF-8'?>\n"
     "<Error><Code>SignatureDoesNotMatch</Code><Message>The request signature we calculated do"
     "es not match the signature you provided. Check your key and signing method.</Message><Re"
     "questId>tx17cbef5687424a6e887b3-006b0696dd</RequestId><AWSAccessKeyId>test:tester</AWSAc"
     "cessKeyId><StringToSign>AWS4-HMAC-SHA256\n"
     "20261125T080549Z\n"
     "20261125/us-east-1/s3/aws4_request\n"
     "fbb1d03814e1a3123c633fff3760db3f7155430865b1daa88093417b2d4450c2</StringToSign><Signatur"
     "eProvided>0aebf374f25db618942366217ffde59989f01d941b27096cd4126d4eec41c1d3</SignaturePro"
     "vided><CanonicalRequest>GET\n"
     "/examplebucket/a%20b%2Bc/%C3%BC.txt\n"
     "X-Amz-Algorithm=AWS4-HMAC-SHA256&amp;X-Amz-Credential=test%3Atester%2F20261125%2Fus-east"
     "-1%2Fs3%2Faws4_request&amp;X-Amz-Date=20261125T080549Z&amp;X-Amz-Expires=3600&amp;X-Amz-"
     "SignedHeaders=host\n"
     "host:localhost:22257\n"
     "\n"
     "host\n"
     "UNSIGNED-PAYLOAD</CanonicalRequest></Error>",
     cause::secret, cause::encoded_twice},
    {"swift", "plus for a space",
     "http://localhost:22257/examplebucket/a+b%2Bc/%C3%BC.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256"
     "&X-Amz-Credential=test%3Atester%2F20261125%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20"
     "261125T080548Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=host&X-Amz-Signature=d144211686640"
     "ce0ff709c62e337e67fcb75fde0cd1e694c8ad286316a58cb9c",
     "2026-11-25T08:05:48Z", "test:tester", "testing", "",
     "<?xml version='1.0' encoding='UTF-8'?>\n"
     "<Error><Code>SignatureDoesNotMatch</Code><Message>The request signature we calculated do"
     "es not match the signature you provided. Check your key and signing method.</Message><Re"
     "questId>tx084c83c87659467b9c970-006b0696dc</RequestId><AWSAccessKeyId>test:tester</AWSAc"
     "cessKeyId><StringToSign>AWS4-HMAC-SHA256\n"
     "20261125T080548Z\n"
     "20261125/us-east-1/s3/aws4_request\n"
     "561432d1de31a7a64e6599404c83a7a2a015711d1410f782a36015b2041542cc</StringToSign><Signatur"
     "eProvided>d144211686640ce0ff709c62e337e67fcb75fde0cd1e694c8ad286316a58cb9c</SignaturePro"
     "vided><CanonicalRequest>GET\n"
     "/examplebucket/a%2Bb%2Bc/%C3%BC.txt\n"
     "X-Amz-Algorithm=AWS4-HMAC-SHA256&amp;X-Amz-Credential=test%3Atester%2F20261125%2Fus-east"
     "-1%2Fs3%2Faws4_request&amp;X-Amz-Date=20261125T080548Z&amp;X-Amz-Expires=3600&amp;X-Amz-"
     "SignedHeaders=host\n"
     "host:localhost:22257\n"
     "\n"
     "host\n"
     "UNSIGNED-PAYLOAD</CanonicalRequest></Error>",
     cause::plus_for_space, cause::plus_for_space},
    {"swift", "parameter added",
     "http://localhost:22257/examplebucket/a%20b%2Bc/%C3%BC.txt?X-Amz-Algorithm=AWS4-HMAC-SHA2"
     "56&X-Amz-Credential=test%3Atester%2F20261125%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date="
     "20261125T080548Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=host&X-Amz-Signature=d1442116866"
     "40ce0ff709c62e337e67fcb75fde0cd1e694c8ad286316a58cb9c&response-content-type=text/html",
     "2026-11-25T08:05:48Z", "test:tester", "testing", "",
     "<?xml version='1.0' encoding='UTF-8'?>\n"
     "<Error><Code>SignatureDoesNotMatch</Code><Message>The request signature we calculated do"
     "es not match the signature you provided. Check your key and signing method.</Message><Re"
     "questId>tx56406804a42444c8a9c6c-006b0696dc</RequestId><AWSAccessKeyId>test:tester</AWSAc"
     "cessKeyId><StringToSign>AWS4-HMAC-SHA256\n"
     "20261125T080548Z\n"
     "20261125/us-east-1/s3/aws4_request\n"
     "96f862668bc8b7ff3c78c30ccf695c4d1671d022292d777803967f4cab4aade3</StringToSign><Signatur"
     "eProvided>d144211686640ce0ff709c62e337e67fcb75fde0cd1e694c8ad286316a58cb9c</SignaturePro"
     "vided><CanonicalRequest>GET\n"
     "/examplebucket/a%20b%2Bc/%C3%BC.txt\n"
     "X-Amz-Algorithm=AWS4-HMAC-SHA256&amp;X-Amz-Credential=test%3Atester%2F20261125%2Fus-east"
     "-1%2Fs3%2Faws4_request&amp;X-Amz-Date=20261125T080548Z&amp;X-Amz-Expires=3600&amp;X-Amz-"
     "SignedHeaders=host&amp;response-content-type=text%2Fhtml\n"
     "host:localhost:22257\n"
     "\n"
     "host\n"
     "UNSIGNED-PAYLOAD</CanonicalRequest></Error>",
     cause::secret, cause::parameter_added},
    {"swift", "hash of nothing for the payload",
     "http://localhost:22257/examplebucket/a%20b%2Bc/%C3%BC.txt?X-Amz-Algorithm=AWS4-HMAC-SHA2"
     "56&X-Amz-Credential=test%3Atester%2F20261125%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date="
     "20261125T080549Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=host&X-Amz-Signature=51789da57f4"
     "f6a711cd27ed72d3ce0672fcc828cdff51f8c040ba4936d58b89a",
     "2026-11-25T08:05:49Z", "test:tester", "testing", "",
     "<?xml version='1.0' encoding='UTF-8'?>\n"
     "<Error><Code>SignatureDoesNotMatch</Code><Message>The request signature we calculated do"
     "es not match the signature you provided. Check your key and signing method.</Message><Re"
     "questId>tx4dcef52d1a7f4fe6a9094-006b0696dd</RequestId><AWSAccessKeyId>test:tester</AWSAc"
     "cessKeyId><StringToSign>AWS4-HMAC-SHA256\n"
     "20261125T080549Z\n"
     "20261125/us-east-1/s3/aws4_request\n"
     "fbb1d03814e1a3123c633fff3760db3f7155430865b1daa88093417b2d4450c2</StringToSign><Signatur"
     "eProvided>51789da57f4f6a711cd27ed72d3ce0672fcc828cdff51f8c040ba4936d58b89a</SignaturePro"
     "vided><CanonicalRequest>GET\n"
     "/examplebucket/a%20b%2Bc/%C3%BC.txt\n"
     "X-Amz-Algorithm=AWS4-HMAC-SHA256&amp;X-Amz-Credential=test%3Atester%2F20261125%2Fus-east"
     "-1%2Fs3%2Faws4_request&amp;X-Amz-Date=20261125T080549Z&amp;X-Amz-Expires=3600&amp;X-Amz-"
     "SignedHeaders=host\n"
     "host:localhost:22257\n"
     "\n"
     "host\n"
     "UNSIGNED-PAYLOAD</CanonicalRequest></Error>",
     cause::secret, cause::payload_hash},
    {"swift", "signed header changed",
     "http://localhost:22257/examplebucket/a%20b%2Bc/%C3%BC.txt?X-Amz-Algorithm=AWS4-HMAC-SHA2"
     "56&X-Amz-Credential=test%3Atester%2F20261125%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date="
     "20261125T080549Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=host%3Brange%3Bx-amz-meta-a&X-Am"
     "z-Signature=cb0920f8fa64714e84f4ba8bd7f2b166dcc2e455fa74a680615791ae0b912ca2",
     "2026-11-25T08:05:49Z", "test:tester", "testing", "",
     "<?xml version='1.0' encoding='UTF-8'?>\n"
     "<Error><Code>SignatureDoesNotMatch</Code><Message>The request signature we calculated do"
     "es not match the signature you provided. Check your key and signing method.</Message><Re"
     "questId>tx8cd66d5fdaa6477c8ee8a-006b0696dd</RequestId><AWSAccessKeyId>test:tester</AWSAc"
     "cessKeyId><StringToSign>AWS4-HMAC-SHA256\n"
     "20261125T080549Z\n"
     "20261125/us-east-1/s3/aws4_request\n"
     "d582ec6348cf9677f448f5a0a5056c7deff89b3cd81cf30c85a75862b5954c94</StringToSign><Signatur"
     "eProvided>cb0920f8fa64714e84f4ba8bd7f2b166dcc2e455fa74a680615791ae0b912ca2</SignaturePro"
     "vided><CanonicalRequest>GET\n"
     "/examplebucket/a%20b%2Bc/%C3%BC.txt\n"
     "X-Amz-Algorithm=AWS4-HMAC-SHA256&amp;X-Amz-Credential=test%3Atester%2F20261125%2Fus-east"
     "-1%2Fs3%2Faws4_request&amp;X-Amz-Date=20261125T080549Z&amp;X-Amz-Expires=3600&amp;X-Amz-"
     "SignedHeaders=host%3Brange%3Bx-amz-meta-a\n"
     "host:localhost:22257\n"
     "range:bytes=0-3\n"
     "x-amz-meta-a:c\n"
     "\n"
     "host;range;x-amz-meta-a\n"
     "UNSIGNED-PAYLOAD</CanonicalRequest></Error>",
     cause::header_changed, cause::header_changed},
    {"swift", "signed header not sent",
     "http://localhost:22257/examplebucket/a%20b%2Bc/%C3%BC.txt?X-Amz-Algorithm=AWS4-HMAC-SHA2"
     "56&X-Amz-Credential=test%3Atester%2F20261125%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date="
     "20261125T080549Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=host%3Brange%3Bx-amz-meta-a&X-Am"
     "z-Signature=cb0920f8fa64714e84f4ba8bd7f2b166dcc2e455fa74a680615791ae0b912ca2",
     "2026-11-25T08:05:49Z", "test:tester", "testing", "",
     "<?xml version='1.0' encoding='UTF-8'?>\n"
     "<Error><Code>SignatureDoesNotMatch</Code><Message>The request signature we calculated do"
     "es not match the signature you provided. Check your key and signing method.</Message><Re"
     "questId>tx1a57e9974b014dbdb7989-006b0696dd</RequestId></Error>",
     cause::header_not_sent, cause::header_not_sent},
    {"swift", "unsigned x-amz header",
     "http://localhost:22257/examplebucket/a%20b%2Bc/%C3%BC.txt?X-Amz-Algorithm=AWS4-HMAC-SHA2"
     "56&X-Amz-Credential=test%3Atester%2F20261125%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date="
     "20261125T080548Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=host&X-Amz-Signature=d1442116866"
     "40ce0ff709c62e337e67fcb75fde0cd1e694c8ad286316a58cb9c",
     "2026-11-25T08:05:49Z", "test:tester", "testing", "",
     "<?xml version='1.0' encoding='UTF-8'?>\n"
     "<Error><Code>AccessDenied</Code><Message>There were headers present in the request which"
     " were not signed</Message><RequestId>tx36dc279943d74adda1f84-006b0696dd</RequestId><Head"
     "ersNotSigned>x-amz-meta-a</HeadersNotSigned></Error>",
     cause::header_not_signed, cause::header_not_signed},
    {"swift", "expired",
     "http://localhost:22257/examplebucket/a%20b%2Bc/%C3%BC.txt?X-Amz-Algorithm=AWS4-HMAC-SHA2"
     "56&X-Amz-Credential=test%3Atester%2F20261125%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date="
     "20261125T070549Z&X-Amz-Expires=60&X-Amz-SignedHeaders=host&X-Amz-Signature=843e9cfca01b9"
     "3472621afdaa0f9264f4b4cd1937fac6b294810e20b4c30fc58",
     "2026-11-25T08:05:49Z", "test:tester", "testing", "",
     "<?xml version='1.0' encoding='UTF-8'?>\n"
     "<Error><Code>AccessDenied</Code><Message>Request has expired</Message><RequestId>tx3c320"
     "49a829b492ebcb1b-006b0696dd</RequestId></Error>",
     cause::expired, cause::expired},
    {"swift", "expires 604801",
     "http://localhost:22257/examplebucket/a%20b%2Bc/%C3%BC.txt?X-Amz-Algorithm=AWS4-HMAC-SHA2"
     "56&X-Amz-Credential=test%3Atester%2F20261125%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date="
     "20261125T080548Z&X-Amz-Expires=604801&X-Amz-SignedHeaders=host&X-Amz-Signature=6a5631397"
     "2c5849cda555ffaf59a5901f458e476a3705af8eaf31a7d6862f607",
     "2026-11-25T08:05:49Z", "test:tester", "testing", "",
     "<?xml version='1.0' encoding='UTF-8'?>\n"
     "<Error><Code>AuthorizationQueryParametersError</Code><Message>X-Amz-Expires must be less"
     " than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 sec"
     "onds</Message><RequestId>txdb5def5cf3ec4f4298e15-006b0696dd</RequestId></Error>",
     cause::invalid_expiry, cause::invalid_expiry},
    {"swift", "expires abc",
     "http://localhost:22257/examplebucket/a%20b%2Bc/%C3%BC.txt?X-Amz-Algorithm=AWS4-HMAC-SHA2"
     "56&X-Amz-Credential=test%3Atester%2F20261125%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date="
     "20261125T080548Z&X-Amz-Expires=abc&X-Amz-SignedHeaders=host&X-Amz-Signature=6a1cd969813c"
     "39dd4b3f0dcaf70b5dc863b338f58c4d9290a35c0f1d7e1ffec2",
     "2026-11-25T08:05:49Z", "test:tester", "testing", "",
     "<?xml version='1.0' encoding='UTF-8'?>\n"
     "<Error><Code>AuthorizationQueryParametersError</Code><Message>X-Amz-Expires should be a "
     "number</Message><RequestId>tx9c75be50da854dee94772-006b0696dd</RequestId></Error>",
     cause::invalid_expiry, cause::invalid_expiry},
    {"swift", "wrong region",
     "http://localhost:22257/examplebucket/a%20b%2Bc/%C3%BC.txt?X-Amz-Algorithm=AWS4-HMAC-SHA2"
     "56&X-Amz-Credential=test%3Atester%2F20261125%2Feu-central-1%2Fs3%2Faws4_request&X-Amz-Da"
     "te=20261125T080549Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=host&X-Amz-Signature=31b55b7a"
     "546c35394dd61da1d4378850df3e48ce44970003e9ea643f1a792f4f",
     "2026-11-25T08:05:49Z", "test:tester", "testing", "",
     "<?xml version='1.0' encoding='UTF-8'?>\n"
     "<Error><Code>AuthorizationQueryParametersError</Code><Message>Error parsing the X-Amz-Cr"
     "edential parameter; the region 'eu-central-1' is wrong; expecting 'us-east-1'</Message><"
     "RequestId>tx3d2e8fe9f7de4f25b5373-006b0696dd</RequestId><Region>us-east-1</Region></Erro"
     "r>",
     cause::region, cause::region},
    {"swift", "wrong service",
     "http://localhost:22257/examplebucket/a%20b%2Bc/%C3%BC.txt?X-Amz-Algorithm=AWS4-HMAC-SHA2"
     "56&X-Amz-Credential=test%3Atester%2F20261125%2Fus-east-1%2Fsts%2Faws4_request&X-Amz-Date"
     "=20261125T080549Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=host&X-Amz-Signature=86097019cf"
     "c9d185bcb092c3879115e2daf5cfa7058cedc8fd2d59161163b6b4",
     "2026-11-25T08:05:49Z", "test:tester", "testing", "",
     "<?xml version='1.0' encoding='UTF-8'?>\n"
     "<Error><Code>AuthorizationQueryParametersError</Code><Message>Error parsing the X-Amz-Cr"
     "edential parameter; incorrect service \"sts\". This endpoint belongs to \"s3\".</Message"
     "><RequestId>txcfcd28f1d93d4866975cc-006b0696dd</RequestId></Error>",
     cause::service, cause::service},
    {"swift", "wrong scope date",
     "http://localhost:22257/examplebucket/a%20b%2Bc/%C3%BC.txt?X-Amz-Algorithm=AWS4-HMAC-SHA2"
     "56&X-Amz-Credential=test%3Atester%2F20261124%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date="
     "20261125T080549Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=host&X-Amz-Signature=0127cc9c099"
     "2ebfe58de3b5a4a869b678b0a62222c80e42c9cd8ec794a5213b6",
     "2026-11-25T08:05:49Z", "test:tester", "testing", "",
     "<?xml version='1.0' encoding='UTF-8'?>\n"
     "<Error><Code>AuthorizationQueryParametersError</Code><Message>Invalid credential date \""
     "20261124\". This date is not the same as X-Amz-Date: \"20261125\".</Message><RequestId>t"
     "x3705777015bc4220abe39-006b0696dd</RequestId></Error>",
     cause::date, cause::date},
    {"rgw", "wrong secret",
     "http://localhost:27423/examplebucket/a%20b%2Bc/%C3%BC.txt?X-Amz-Algorithm=AWS4-HMAC-SHA2"
     "56&X-Amz-Credential=OWNEREXAMPLE%2F20261125%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=2"
     "0261125T080601Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=host&X-Amz-Signature=c7df142f959a"
     "1969f0c2fd6708e0ba63ea628d422c43ac5f8368b44cb783b979",
     "2026-11-25T08:06:01Z", "OWNEREXAMPLE", "secretoftheowner", "",
     "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>AccessDenied</Code><Message></Mes"
     "sage><RequestId>tx00000509475b8c3290bba-006b0696e9-100e-default</RequestId><HostId>100e-"
     "default-default</HostId></Error>",
     cause::permission, cause::secret},
    {"rgw", "key encoded twice",
     "http://localhost:27423/examplebucket/a%2520b%2Bc/%C3%BC.txt?X-Amz-Algorithm=AWS4-HMAC-SH"
     "A256&X-Amz-Credential=OWNEREXAMPLE%2F20261125%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date"
     "=20261125T080601Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=host&X-Amz-Signature=5e03ad8286"
     "8a58a29f10d7e4bf3a820be61ff79b7bb34c9eb846b186c27201ad",
     "2026-11-25T08:06:01Z", "OWNEREXAMPLE", "secretoftheowner", "",
     "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>AccessDenied</Code><Message></Mes"
     "sage><RequestId>tx000000d44adfe7ae3d653-006b0696e9-100e-default</RequestId><HostId>100e-"
     "default-default</HostId></Error>",
     cause::encoded_twice, cause::encoded_twice},
    {"rgw", "plus for a space",
     "http://localhost:27423/examplebucket/a+b%2Bc/%C3%BC.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256"
     "&X-Amz-Credential=OWNEREXAMPLE%2F20261125%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=202"
     "61125T080601Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=host&X-Amz-Signature=5e03ad82868a58"
     "a29f10d7e4bf3a820be61ff79b7bb34c9eb846b186c27201ad",
     "2026-11-25T08:06:01Z", "OWNEREXAMPLE", "secretoftheowner", "",
     "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>AccessDenied</Code><Message></Mes"
     "sage><RequestId>tx0000059c3a3b40f53d0b3-006b0696e9-100e-default</RequestId><HostId>100e-"
     "default-default</HostId></Error>",
     cause::plus_for_space, cause::plus_for_space},
    {"rgw", "path signed with + for a space",
     "http://localhost:27423/examplebucket/a%20b%2Bc/%C3%BC.txt?X-Amz-Algorithm=AWS4-HMAC-SHA2"
     "56&X-Amz-Credential=OWNEREXAMPLE%2F20261125%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=2"
     "0261125T080601Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=host&X-Amz-Signature=72d498a6e818"
     "8b82635adac97ce2d47a705f377c9aa2b79a41cbd862b8d55963",
     "2026-11-25T08:06:01Z", "OWNEREXAMPLE", "secretoftheowner", "",
     "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>AccessDenied</Code><Message></Mes"
     "sage><RequestId>tx00000614d68683ccf121c-006b0696e9-100e-default</RequestId><HostId>100e-"
     "default-default</HostId></Error>",
     cause::permission, cause::plus_for_space},
    {"rgw", "path signed in lower case",
     "http://localhost:27423/examplebucket/a%20b%2Bc/%C3%BC.txt?X-Amz-Algorithm=AWS4-HMAC-SHA2"
     "56&X-Amz-Credential=OWNEREXAMPLE%2F20261125%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=2"
     "0261125T080601Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=host&X-Amz-Signature=fd4fbc4694fa"
     "72def27405f31f71007d0b68110ae5d47a3d255bd7e7c3394c05",
     "2026-11-25T08:06:01Z", "OWNEREXAMPLE", "secretoftheowner", "",
     "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>AccessDenied</Code><Message></Mes"
     "sage><RequestId>tx000006af7e78cc7278a13-006b0696e9-100e-default</RequestId><HostId>100e-"
     "default-default</HostId></Error>",
     cause::permission, cause::path},
    {"rgw", "parameter added",
     "http://localhost:27423/examplebucket/a%20b%2Bc/%C3%BC.txt?X-Amz-Algorithm=AWS4-HMAC-SHA2"
     "56&X-Amz-Credential=OWNEREXAMPLE%2F20261125%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=2"
     "0261125T080601Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=host&X-Amz-Signature=5e03ad82868a"
     "58a29f10d7e4bf3a820be61ff79b7bb34c9eb846b186c27201ad&response-content-type=text/html",
     "2026-11-25T08:06:01Z", "OWNEREXAMPLE", "secretoftheowner", "",
     "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>AccessDenied</Code><Message></Mes"
     "sage><RequestId>tx00000a6c8e49e0311a7f0-006b0696e9-100e-default</RequestId><HostId>100e-"
     "default-default</HostId></Error>",
     cause::permission, cause::parameter_added},
    {"rgw", "hash of nothing for the payload",
     "http://localhost:27423/examplebucket/a%20b%2Bc/%C3%BC.txt?X-Amz-Algorithm=AWS4-HMAC-SHA2"
     "56&X-Amz-Credential=OWNEREXAMPLE%2F20261125%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=2"
     "0261125T080601Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=host&X-Amz-Signature=8d12c347c021"
     "433e1340ecc2597be02601d56ae88cc156f2dbdf11be8b6d482c",
     "2026-11-25T08:06:01Z", "OWNEREXAMPLE", "secretoftheowner", "",
     "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>AccessDenied</Code><Message></Mes"
     "sage><RequestId>tx0000086c27b7bf96a7b9d-006b0696e9-100e-default</RequestId><HostId>100e-"
     "default-default</HostId></Error>",
     cause::permission, cause::payload_hash},
    {"rgw", "other method",
     "http://localhost:27423/examplebucket/a%20b%2Bc/%C3%BC.txt?X-Amz-Algorithm=AWS4-HMAC-SHA2"
     "56&X-Amz-Credential=OWNEREXAMPLE%2F20261125%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=2"
     "0261125T080601Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=host&X-Amz-Signature=5e03ad82868a"
     "58a29f10d7e4bf3a820be61ff79b7bb34c9eb846b186c27201ad",
     "2026-11-25T08:06:01Z", "OWNEREXAMPLE", "secretoftheowner", "",
     "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>AccessDenied</Code><Message></Mes"
     "sage><RequestId>tx00000eb77c6d7db63c61a-006b0696e9-100e-default</RequestId><HostId>100e-"
     "default-default</HostId></Error>",
     cause::permission, cause::unexplained},
    {"rgw", "token not signed",
     "http://localhost:27423/examplebucket/a%20b%2Bc/%C3%BC.txt?X-Amz-Algorithm=AWS4-HMAC-SHA2"
     "56&X-Amz-Credential=JKDyPwS6CzjcW35xNJe%2F20261125%2Fus-east-1%2Fs3%2Faws4_request&X-Amz"
     "-Date=20261125T080601Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=host&X-Amz-Signature=331d6"
     "00453e61f1578ac93a7e7af3193551a3996e5b6b5dacb68ce604413451c&X-Amz-Security-Token=rQaT0ic"
     "MiaWdfY4RFFYfAoF%2Bh0uMlnkSZQoIX3LOCBVSjYzsHCQOFAIDzxq5jeEtHumaCH5dd2hypuyevWK8%2BIrOgnS"
     "VVVHWWFKN32t6Clikc4A1qvX2Ry7u9pP86%2FqcpWBefF6uB8yOv%2FlymzvYLDXmabvCnZ64sh3LZMGEqxgJhnB"
     "8kjS8YpewbSujrQhD94Kby2VYw98ww8KlZ8YvVlT90ENLh5h60npYbqgMVAPVq7VPk7Py5VTdUvRZdHbgrLc%2Fj"
     "nNDUaYX9Wi8rC4C0kHZuPfhNDYSZQ%2BsMyXTAH2KZPqIiIGhWCGWKwPlnF14",
     "2026-11-25T08:06:01Z", "JKDyPwS6CzjcW35xNJe", "BQPGWYF7TWD434VWKAMQ954XF0XQKP1OQU41EH0",
     "rQaT0icMiaWdfY4RFFYfAoF+h0uMlnkSZQoIX3LOCBVSjYzsHCQOFAIDzxq5jeEtHumaCH5dd2hypuyevWK8+IrO"
     "gnSVVVHWWFKN32t6Clikc4A1qvX2Ry7u9pP86/qcpWBefF6uB8yOv/lymzvYLDXmabvCnZ64sh3LZMGEqxgJhnB8"
     "kjS8YpewbSujrQhD94Kby2VYw98ww8KlZ8YvVlT90ENLh5h60npYbqgMVAPVq7VPk7Py5VTdUvRZdHbgrLc/jnND"
     "UaYX9Wi8rC4C0kHZuPfhNDYSZQ+sMyXTAH2KZPqIiIGhWCGWKwPlnF14",
     "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>SignatureDoesNotMatch</Code><Mess"
     "age></Message><RequestId>tx0000071bf43f7411308f6-006b0696e9-100e-default</RequestId><Hos"
     "tId>100e-default-default</HostId></Error>",
     cause::method, cause::token_not_signed},
    {"rgw", "token taken out",
     "http://localhost:27423/examplebucket/a%20b%2Bc/%C3%BC.txt?X-Amz-Algorithm=AWS4-HMAC-SHA2"
     "56&X-Amz-Credential=JKDyPwS6CzjcW35xNJe%2F20261125%2Fus-east-1%2Fs3%2Faws4_request&X-Amz"
     "-Date=20261125T080601Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=host&X-Amz-Signature=8b7c7"
     "417f215a0f8e47dc8e0050a4209653dd5308c8ed48109a070fccc806133",
     "2026-11-25T08:06:01Z", "JKDyPwS6CzjcW35xNJe", "BQPGWYF7TWD434VWKAMQ954XF0XQKP1OQU41EH0",
     "rQaT0icMiaWdfY4RFFYfAoF+h0uMlnkSZQoIX3LOCBVSjYzsHCQOFAIDzxq5jeEtHumaCH5dd2hypuyevWK8+IrO"
     "gnSVVVHWWFKN32t6Clikc4A1qvX2Ry7u9pP86/qcpWBefF6uB8yOv/lymzvYLDXmabvCnZ64sh3LZMGEqxgJhnB8"
     "kjS8YpewbSujrQhD94Kby2VYw98ww8KlZ8YvVlT90ENLh5h60npYbqgMVAPVq7VPk7Py5VTdUvRZdHbgrLc/jnND"
     "UaYX9Wi8rC4C0kHZuPfhNDYSZQ+sMyXTAH2KZPqIiIGhWCGWKwPlnF14",
     "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>AccessDenied</Code><Message></Mes"
     "sage><RequestId>tx000007c2de18adfaf1acc-006b0696e9-100e-default</RequestId><HostId>100e-"
     "default-default</HostId></Error>",
     cause::permission, cause::token_missing},
    {"rgw", "garbage token",
     "http://localhost:27423/examplebucket/a%20b%2Bc/%C3%BC.txt?X-Amz-Algorithm=AWS4-HMAC-SHA2"
     "56&X-Amz-Credential=JKDyPwS6CzjcW35xNJe%2F20261125%2Fus-east-1%2Fs3%2Faws4_request&X-Amz"
     "-Date=20261125T080601Z&X-Amz-Expires=3600&X-Amz-Security-Token=garbage&X-Amz-SignedHeade"
     "rs=host&X-Amz-Signature=8699dc0108f0ea335929a9a665e77d3eaf66c35879c9176dbbe68e09a01c2506",
     "2026-11-25T08:06:01Z", "JKDyPwS6CzjcW35xNJe", "BQPGWYF7TWD434VWKAMQ954XF0XQKP1OQU41EH0",
     "rQaT0icMiaWdfY4RFFYfAoF+h0uMlnkSZQoIX3LOCBVSjYzsHCQOFAIDzxq5jeEtHumaCH5dd2hypuyevWK8+IrO"
     "gnSVVVHWWFKN32t6Clikc4A1qvX2Ry7u9pP86/qcpWBefF6uB8yOv/lymzvYLDXmabvCnZ64sh3LZMGEqxgJhnB8"
     "kjS8YpewbSujrQhD94Kby2VYw98ww8KlZ8YvVlT90ENLh5h60npYbqgMVAPVq7VPk7Py5VTdUvRZdHbgrLc/jnND"
     "UaYX9Wi8rC4C0kHZuPfhNDYSZQ+sMyXTAH2KZPqIiIGhWCGWKwPlnF14",
     "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>AccessDenied</Code><Message></Mes"
     "sage><RequestId>tx00000f0b43687cc032459-006b0696e9-100e-default</RequestId><HostId>100e-"
     "default-default</HostId></Error>",
     cause::permission, cause::token_invalid},
    {"rgw", "temporary, wrong secret",
     "http://localhost:27423/examplebucket/a%20b%2Bc/%C3%BC.txt?X-Amz-Algorithm=AWS4-HMAC-SHA2"
     "56&X-Amz-Credential=JKDyPwS6CzjcW35xNJe%2F20261125%2Fus-east-1%2Fs3%2Faws4_request&X-Amz"
     "-Date=20261125T080601Z&X-Amz-Expires=3600&X-Amz-Security-Token=rQaT0icMiaWdfY4RFFYfAoF%2"
     "Bh0uMlnkSZQoIX3LOCBVSjYzsHCQOFAIDzxq5jeEtHumaCH5dd2hypuyevWK8%2BIrOgnSVVVHWWFKN32t6Clikc"
     "4A1qvX2Ry7u9pP86%2FqcpWBefF6uB8yOv%2FlymzvYLDXmabvCnZ64sh3LZMGEqxgJhnB8kjS8YpewbSujrQhD9"
     "4Kby2VYw98ww8KlZ8YvVlT90ENLh5h60npYbqgMVAPVq7VPk7Py5VTdUvRZdHbgrLc%2FjnNDUaYX9Wi8rC4C0kH"
     "ZuPfhNDYSZQ%2BsMyXTAH2KZPqIiIGhWCGWKwPlnF14&X-Amz-SignedHeaders=host&X-Amz-Signature=be8"
     "bdcaa10e8736a7af32a4aacd075a7066ec208b3819214937a84674186de2c",
     "2026-11-25T08:06:01Z", "JKDyPwS6CzjcW35xNJe", "BQPGWYF7TWD434VWKAMQ954XF0XQKP1OQU41EH0",
     "rQaT0icMiaWdfY4RFFYfAoF+h0uMlnkSZQoIX3LOCBVSjYzsHCQOFAIDzxq5jeEtHumaCH5dd2hypuyevWK8+IrO"
     "gnSVVVHWWFKN32t6Clikc4A1qvX2Ry7u9pP86/qcpWBefF6uB8yOv/lymzvYLDXmabvCnZ64sh3LZMGEqxgJhnB8"
     "kjS8YpewbSujrQhD94Kby2VYw98ww8KlZ8YvVlT90ENLh5h60npYbqgMVAPVq7VPk7Py5VTdUvRZdHbgrLc/jnND"
     "UaYX9Wi8rC4C0kHZuPfhNDYSZQ+sMyXTAH2KZPqIiIGhWCGWKwPlnF14",
     "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>SignatureDoesNotMatch</Code><Mess"
     "age></Message><RequestId>tx000006c6460c3328978ca-006b0696e9-100e-default</RequestId><Hos"
     "tId>100e-default-default</HostId></Error>",
     cause::method, cause::secret},
    {"rgw", "expired",
     "http://localhost:27423/examplebucket/a%20b%2Bc/%C3%BC.txt?X-Amz-Algorithm=AWS4-HMAC-SHA2"
     "56&X-Amz-Credential=OWNEREXAMPLE%2F20261125%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=2"
     "0261125T070601Z&X-Amz-Expires=60&X-Amz-SignedHeaders=host&X-Amz-Signature=09534d79aa3874"
     "3ee247a3ba4fa17c5a4e82552c49a7be3ea8065b7d46be7b4f",
     "2026-11-25T08:06:01Z", "OWNEREXAMPLE", "secretoftheowner", "",
     "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>AccessDenied</Code><Message></Mes"
     "sage><RequestId>tx00000ab664dda656c0da9-006b0696e9-100e-default</RequestId><HostId>100e-"
     "default-default</HostId></Error>",
     cause::expired, cause::expired},
    {"rgw", "wrong payload hash in a header",
     "http://localhost:27423/examplebucket/put?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credenti"
     "al=OWNEREXAMPLE%2F20261125%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20261125T080601Z&X"
     "-Amz-Expires=3600&X-Amz-SignedHeaders=host%3Bx-amz-content-sha256&X-Amz-Signature=0b9532"
     "d179a41ccd1859b85e4a01500477961678ecd53031a1c2984ca1d933a4",
     "2026-11-25T08:06:01Z", "OWNEREXAMPLE", "secretoftheowner", "",
     "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>XAmzContentSHA256Mismatch</Code><"
     "Message></Message><BucketName>examplebucket</BucketName><RequestId>tx00000e4a05a63a49ec7"
     "e8-006b0696e9-100e-default</RequestId><HostId>100e-default-default</HostId></Error>",
     cause::payload_hash, cause::payload_hash},
    {"rgw", "signature cut short",
     "http://localhost:27423/examplebucket/a%20b%2Bc/%C3%BC.txt?X-Amz-Algorithm=AWS4-HMAC-SHA2"
     "56&X-Amz-Credential=OWNEREXAMPLE%2F20261125%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=2"
     "0261125T080601Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=host&X-Amz-Signature=5e03ad82868a"
     "58a29f10d7e4bf3a820be61ff79b7bb34c9eb846b186c27201a",
     "2026-11-25T08:06:01Z", "OWNEREXAMPLE", "secretoftheowner", "",
     "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>AccessDenied</Code><Message></Mes"
     "sage><RequestId>tx0000032a9e0911305d42d-006b0696e9-100e-default</RequestId><HostId>100e-"
     "default-default</HostId></Error>",
     cause::malformed_url, cause::malformed_url},
};

}  // namespace server_refusals
