"""Random requests that both servers and presign are to judge alike."""
import re
import time

import pieces
import signing

# Parameters that ask for something else than an object, and headers that can keep a server from
# giving it.
OPERATIONS = {"acl", "tagging", "uploadId", "partNumber", "versionId"}
CONDITIONS = {"content-md5", "if-none-match", "range", "x-amz-acl", "x-amz-checksum-sha256",
              "x-amz-server-side-encryption"}
SIGNATURE = "X-Amz-Signature"
CONTROL = re.compile("[\x00-\x1f\x7f]")
BROKEN_ESCAPE = re.compile("%(?![0-9A-Fa-f]{2})")


def query_of(rng, server_name):
    # Known difference: of a parameter that is there more than once, servers see the last one alone.
    for name, value in dict(pieces.query_of(rng)).items():
        # Known difference: Swift sorts the names before it encodes them.
        is_sorted = server_name != "swift" or name == signing.encode(name)
        # Known difference: RGW closes the connection if a header of its response would have a
        # control character.
        can_be_answered = not (name.startswith("response-") and CONTROL.search(value))
        if name not in OPERATIONS and is_sorted and can_be_answered:
            yield name, value


def headers_of(rng, server_name):
    for name, value in pieces.headers_of(rng):
        # Known difference: Swift takes these two bytes, which UTF-8 is full of, for blanks.
        blanks = server_name == "swift" and set(value.encode()) & {0x85, 0xA0}
        if name.lower() not in CONDITIONS and not blanks:
            yield name, value


def request_of(rng, server_name, by):
    """For sign_requests."""
    return {
        "kind": rng.choice(["presign", "presign", "sign"]),
        "credentials": by.keys._asdict(),
        "at": int(time.time()) - rng.randint(0, 600),
        "expires": rng.randint(3600, 604800),
        "method": rng.choice(["GET", "GET", "GET", "PUT", "DELETE"]),
        "scheme": "http",
        "host": by.host,
        "path": f"/{by.bucket}/{pieces.key_of(rng)}",
        "service": "s3",
        "region": by.region,
        "query": list(query_of(rng, server_name)),
        "headers": list(headers_of(rng, server_name)),
        "payload_hash": "",
    }


def changed_text(rng, text):
    """The text with one character less, more or other than it was."""
    at = rng.randrange(1, max(2, len(text)))
    one = rng.choice([c for c in pieces.PRINTABLE if c not in (" ", text[at:at + 1])])
    return rng.choice([text[:at] + text[at + 1:], text[:at] + one + text[at:],
                       text[:at] + one + text[at + 1:]])


def is_judged_otherwise(server_name, request):
    """Whether the server accepts the request although it is malformed.

    Known differences: RGW takes the '%' of a broken escape for itself, ignores the case of
    X-Amz-Signature, and does not look at the character after the algorithm of the Authorization
    header. Without a signature, which a '?' in the bucket's name hides, it says that the bucket
    does not exist.
    """
    path, _, query = request.target.partition("?")
    names = [parameter.partition("=")[0] for parameter in query.split("&")]
    authorization = dict(request.headers).get("authorization", f"{signing.ALGORITHM} ")
    return server_name == "rgw" and (
        BROKEN_ESCAPE.search(request.target)
        or path.count("/") == 1
        or any(name.lower() == SIGNATURE.lower() and name != SIGNATURE for name in names)
        or not authorization.startswith(f"{signing.ALGORITHM} "))


def changed(rng, server_name, request):
    """The request with one character changed, of its target or of a header's value."""
    other = with_change(rng, server_name, request)
    return request if is_judged_otherwise(server_name, other) else other


def with_change(rng, server_name, request):
    # Known difference: Swift finds what it looks for anywhere in the Authorization header.
    places = [at for at, (name, _) in enumerate(request.headers)
              if server_name != "swift" or name != "authorization"]
    if rng.random() < 0.7:
        return request._replace(target=changed_text(rng, request.target))
    headers = list(request.headers)
    at = rng.choice(places)
    headers[at] = (headers[at][0], changed_text(rng, headers[at][1]))
    return request._replace(headers=tuple(headers))
