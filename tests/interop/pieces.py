"""Random parts of requests, with many that implementations get wrong.

Each function takes a random number generator.
"""
import datetime
import re

EPOCH = datetime.datetime(1970, 1, 1)

LETTERS = "abcdefghijklmnopqrstuvwxyz"
DIGITS = "0123456789"
BASE64 = LETTERS + LETTERS.upper() + DIGITS + "+/"
PRINTABLE = "".join(map(chr, range(0x20, 0x7F)))
TOKEN_CHARACTERS = LETTERS + LETTERS.upper() + DIGITS + "!#$%&'*+-.^_`|~"


def text_of(rng, alphabet, low, high):
    return "".join(rng.choices(alphabet, k=rng.randint(low, high)))


def character(rng, lowest=0):
    """Returns a code point that UTF-8 can encode, most often from ASCII or the edge of a length."""
    kind = rng.random()
    if kind < 0.5:
        return chr(rng.randint(lowest, 0x7F))
    if kind < 0.65:
        return chr(rng.choice([0x7F, 0x80, 0x7FF, 0x800, 0xD7FF, 0xE000, 0xFFFD, 0xFFFF, 0x10000,
                               0x10FFFF]))
    if kind < 0.8:
        return chr(rng.randint(0x80, 0x7FF))
    if kind < 0.9:
        return chr(rng.choice([rng.randint(0x800, 0xD7FF), rng.randint(0xE000, 0xFFFF)]))
    return chr(rng.randint(0x10000, 0x10FFFF))


def any_text(rng, low, high, lowest=0):
    return "".join(character(rng, lowest) for _ in range(rng.randint(low, high)))


PIECES = ["/", "//", ".", "..", "/./", "/../", "~", "%", "%2F", "%2f", "%2E", "+", " ", "  ", "?",
          "#", "&", "=", ";", ":", "@", "\\", "a", "B", "0", "-", "_", "\t", "\n", "\x7f", "é", "漢",
          "e\u0301", "🐈", "\U0010ffff"]


def awkward_text(rng, low, high, lowest=0):
    """Returns text of PIECES, which implementations get wrong, or of any code points."""
    if rng.random() < 0.5:
        return any_text(rng, low, high, lowest)
    return "".join(rng.choices(PIECES, k=rng.randint(low, high)))


def key_of(rng):
    """Returns 1 to 1024 bytes of UTF-8 without a NUL."""
    key = awkward_text(rng, 1, 300 if rng.random() < 0.05 else 20, lowest=1)
    encoded = key.encode()[: 1024 if rng.random() < 0.98 else 1]
    return encoded.decode(errors="ignore") or "k"


# What may stand in a path without being percent-encoded: RFC 3986, section 3.3.
BARE = LETTERS + LETTERS.upper() + DIGITS + "-._~!$&'()*+,;=:@/"


def spelt_path(rng, path):
    """Returns a path percent-encoded in one of many ways, and in a few that hide its segments."""
    spelt = "/"
    for byte in path[1:].encode():
        is_bare = chr(byte) in BARE and rng.random() < 0.8
        spelt += chr(byte) if is_bare else rng.choice(["%{:02X}", "%{:02x}"]).format(byte)
    return spelt + rng.choice(["", "", "/%2e%2E/x", "/arn%3Aaws%2Fx", "/%2F/../a", "//./..", "%2f"])


def time_of(rng):
    # Known difference: Python's strftime does not pad a year below 1000 to four digits.
    kind = rng.random()
    if kind < 0.6:
        low, high = datetime.datetime(2000, 1, 1), datetime.datetime(2040, 1, 1)
    else:
        low, high = datetime.datetime(1000, 1, 1), datetime.datetime(9999, 12, 31, 23, 59, 59)
    seconds = rng.randint(int((low - EPOCH).total_seconds()), int((high - EPOCH).total_seconds()))
    if kind > 0.9:  # the edges of a day
        seconds -= seconds % 86400
        seconds -= rng.choice([0, 1]) if seconds > int((low - EPOCH).total_seconds()) else 0
    return seconds


def expiry_of(rng):
    return rng.choice([1, 60, 3600, 604800, rng.randint(1, 604800)])


def credentials_of(rng):
    id_characters = LETTERS + LETTERS.upper() + DIGITS
    if rng.random() < 0.1:
        id_characters = "".join(c for c in PRINTABLE if c not in " /,")
    secret_length = rng.choice([1, 40, 40, 59, 60, 61, 200])
    secret = text_of(rng, BASE64, secret_length, secret_length)
    if rng.random() < 0.1:
        secret = any_text(rng, 1, 40, lowest=0x20).replace("\x7f", "") or "s"
    token = ""
    if rng.random() < 0.5:
        token = text_of(rng, BASE64, 1, 400) + "=" * rng.randint(0, 2)
    return {"id": text_of(rng, id_characters, 1, 24), "secret": secret, "token": token}


REGIONS = ["us-east-1", "us-east-2", "us-west-2", "eu-central-1", "ap-southeast-2", "sa-east-1",
           "cn-north-1", "cn-northwest-1", "us-gov-west-1", "me-south-1"]


def label(rng, low=1, high=20):
    inner = text_of(rng, LETTERS + DIGITS + "-", low, high)
    return (inner.strip("-") or "x")


def host_of(rng):
    kind = rng.random()
    if kind < 0.6:
        host = ".".join(label(rng) for _ in range(rng.randint(1, 4)))
        if re.search(r"(^|\.)(\d+|0x[\da-f]*)$", host):  # an IPv4 address to clients, or none
            host += "h"
        if rng.random() < 0.2:
            host = host.upper()
    elif kind < 0.8:
        host = ".".join(str(rng.randint(0, 255)) for _ in range(4))
    else:
        host = rng.choice(["[::1]", "[2001:db8::1]", "[2001:DB8:0:0:0:0:0:A]", "[fe80::1:2]"])
    if rng.random() < 0.4:
        host += f":{rng.choice([80, 443, 8080, 9000, 65535, rng.randint(1, 65535)])}"
    return host


RESERVED_PARAMETERS = {"x-amz-algorithm", "x-amz-credential", "x-amz-date", "x-amz-expires",
                       "x-amz-signedheaders", "x-amz-signature", "x-amz-security-token",
                       "x-amz-s3session-token", "x-amz-region-set"}
S3_PARAMETERS = ["versionId", "partNumber", "uploadId", "acl", "tagging", "list-type", "prefix",
                 "delimiter", "max-keys", "start-after", "response-content-type",
                 "response-content-disposition", "x-id"]
# These sort close to the parameters that signing adds.
NEIGHBOURS = ["X-Amz", "X-Amz-", "X-Amz-A", "X-Amz-Algorithm-", "X-Amz-Credentia", "X-Amz-Dat",
              "X-Amz-Date0", "X-Amz-Expire", "X-Amz-Expires~", "X-Amz-Security",
              "X-Amz-SignedHeader", "X-Amz-SignedHeaders\x00", "X-Amz-Signature-", "X-B",
              "W", "x-amz", "Param", "Param-3",
              "Param3", "param", "~", ""]


def query_of(rng):
    query = []
    for _ in range(rng.choice([0, 0, 1, 2, 3, 8])):
        name = rng.choice([rng.choice(S3_PARAMETERS), rng.choice(NEIGHBOURS),
                           awkward_text(rng, 1, 8)])
        if name.lower() in RESERVED_PARAMETERS:
            continue
        for _ in range(1 if rng.random() < 0.8 else rng.randint(2, 4)):
            query.append([name, rng.choice(["", text_of(rng, PRINTABLE, 1, 10),
                                            awkward_text(rng, 1, 12)])])
    rng.shuffle(query)
    return query


HEADERS = ["Content-Type", "content-md5", "X-Amz-Acl", "x-amz-meta-name", "Range",
           "x-amz-checksum-sha256", "x-amz-server-side-encryption", "If-None-Match", "accept", "a",
           "zz-top"]
# The headers that signing adds, those that botocore does not sign, and "date", which it uses
# instead of x-amz-date.
NOT_SIGNED = {"expect", "user-agent", "x-amzn-trace-id", "date", "host", "authorization",
              "x-amz-date", "x-amz-security-token", "x-amz-content-sha256",
              "x-amz-s3session-token", "x-amz-region-set"}


def header_value(rng):
    # Known difference: botocore also collapses Unicode's spaces (U+00A0, U+3000); the specification
    # says spaces.
    value = rng.choice([text_of(rng, PRINTABLE, 0, 20), text_of(rng, " \tab,;=\"", 0, 12),
                        any_text(rng, 0, 8, lowest=0x20)])
    return "".join(c for c in value if c in " \t" or (not c.isspace() and c != "\x7f"))


def headers_of(rng):
    headers = []
    for _ in range(rng.choice([0, 0, 0, 1, 2, 5])):
        name = rng.choice([rng.choice(HEADERS), text_of(rng, TOKEN_CHARACTERS, 1, 12)])
        if name.lower() in NOT_SIGNED:
            continue
        for _ in range(1 if rng.random() < 0.8 else 3):
            headers.append([rng.choice([name, name.lower(), name.upper()]), header_value(rng)])
    rng.shuffle(headers)
    return headers
