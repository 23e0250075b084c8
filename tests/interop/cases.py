"""Requests with a presigned URL or a signed header, good and broken, and what becomes of them."""
import datetime
import os
import subprocess
import typing
from urllib.parse import quote, urlsplit

import signing
from message import Request
from signing import How, Keys

KEY = "a b+c/ü.txt"
CONTENT = b"content of the object\n"

# Where a server does not do as presign does, and why. Of all other cases, what presign accepts the
# server serves, and what presign refuses the server refuses.
DISAGREEMENTS = {
    "wrong region": {"rgw": "does not compare it with its own"},
    "wrong service": {"rgw": "does not compare it with its own"},
    "wrong scope date": {"rgw": "does not compare the two dates"},
    "authorized, wrong region": {"rgw": "as above"},
    "authorized, wrong service": {"rgw": "as above"},
    "authorized, wrong scope date": {"rgw": "as above"},
    "future": {"rgw": "looks at the end alone", "swift": "looks at the end alone"},
    "unsigned x-amz header": {"rgw": "lets it pass"},
    "parameter twice": {"rgw": "counts the last one alone", "swift": "counts the last one alone"},
    "parameter signed twice": {"rgw": "as above", "swift": "as above"},
    "two signatures": {"swift": "takes the URL's"},
    "host not signed": {"rgw": "does not insist", "swift": "does not insist"},
    "right payload hash in a header": {"swift": "expects UNSIGNED-PAYLOAD in each presigned URL"},
}


class Case(typing.NamedTuple):
    name: str
    request: Request
    cause: str = None       # of its refusal, by explain's word; "" where explain is not for it
    meant: Request = None   # what was to be sent, where that was changed on the way
    guess: str = None       # the cause by what arrived alone, where the true one does not show
    signed_by: Keys = None  # where they are not those that the server has
    known: Keys = None      # those that the server has, where they are not the signer's

    @property
    def is_good(self):
        return self.cause is None

    def is_served_by(self, server):
        return self.is_good != (server in DISAGREEMENTS.get(self.name, {}))


def environment(keys):
    """For the command."""
    return {"HOME": "/nonexistent", "AWS_ACCESS_KEY_ID": keys.id,
            "AWS_SECRET_ACCESS_KEY": keys.secret, "AWS_SESSION_TOKEN": keys.token,
            **{name: value for name, value in os.environ.items() if "SAN_OPTIONS" in name}}


class Signer:
    """Signs requests for a server, as the server's script tells of it."""

    def __init__(self, settings, command):
        self.endpoint = settings["S3_ENDPOINT"]
        self.host = urlsplit(self.endpoint).netloc
        self.port = urlsplit(self.endpoint).port
        self.region = settings["S3_REGION"]
        self.bucket = settings["S3_BUCKET"]
        self.keys = Keys(settings["AWS_ACCESS_KEY_ID"], settings["AWS_SECRET_ACCESS_KEY"])
        self.command = command

    def url(self, *options, key=KEY, keys=None, region=None, endpoint=None):
        """What the command makes of these options."""
        done = subprocess.run(
            [self.command, f"s3://{self.bucket}/{key}", "--endpoint-url", endpoint or self.endpoint,
             "--region", region or self.region, *options],
            env=environment(keys or self.keys), check=True, capture_output=True, encoding="utf-8",
            timeout=60)
        return done.stdout.rstrip("\n")

    def sent(self, url, *headers, method="GET", body=b""):
        """The request that uses the URL."""
        parts = urlsplit(url)
        target = url[url.index(parts.netloc) + len(parts.netloc):]
        return Request(method, target, (("Host", parts.netloc), *headers), body)

    def how(self, **changes):
        return How(self.keys, self.region, in_hours(0))._replace(**changes)

    def target(self, key):
        return f"/{self.bucket}/{quote(key, safe='/-_.~')}"

    def presigned(self, *headers, method="GET", key=KEY, body=b"", **how):
        """A request with a URL such as the command does not make."""
        headers = (("Host", self.host), *headers)
        target = signing.presigned(method, self.target(key), headers, self.how(**how))
        return Request(method, target, headers, body)

    def authorized(self, *headers, method="GET", body=b"", **how):
        """A request that is signed in its headers."""
        target = self.target(KEY)
        headers = (("Host", self.host), *headers)
        return Request(method, target,
                       signing.authorized(method, target, headers, body, self.how(**how)), body)


def in_hours(hours):
    return datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=hours)


def timestamp(when):
    return f"{when:%Y%m%dT%H%M%SZ}"


def good_cases(by):
    url = by.url()
    yield Case("get", by.sent(url))
    yield Case("head", by.sent(by.url("--method", "HEAD"), method="HEAD"))
    yield Case("put", by.sent(by.url("--method", "PUT", key="put"), method="PUT", body=CONTENT))
    yield Case("delete", by.sent(by.url("--method", "DELETE", key="put"), method="DELETE"))
    yield Case("virtual host", by.sent(by.url("--virtual-host")))
    yield Case("longest life", by.sent(by.url("--expires-in", "604800")))
    yield Case("signed a moment ahead", by.sent(by.url("--date", timestamp(in_hours(0.1)))))
    yield Case("response parameter", by.sent(
        by.url("--query", "response-content-type=text/x y+z")))
    yield Case("parameters in another order", by.sent(
        url.split("?")[0] + "?" + "&".join(reversed(url.split("?")[1].split("&")))))
    yield Case("parameter signed twice", by.sent(by.url("--query", "a=1", "--query", "a=2")))
    yield Case("hex digits in lower case", by.sent(url.replace("%C3%BC", "%c3%bc")))
    yield Case("encoded without need", by.sent(url.replace(".txt", "%2Etxt")))
    yield Case("signed header", by.sent(
        by.url("--header", "range:bytes=0-3"), ("Range", "bytes=0-3")))
    yield Case("signed header with more spaces", by.sent(
        by.url("--header", "x-amz-meta-a:b c"), ("X-AMZ-Meta-A", "  b   c ")))
    yield Case("unsigned header", by.sent(url, ("X-Other", "1")))
    right = signing.hash_of(CONTENT)
    yield Case("right payload hash in a header", by.presigned(
        ("x-amz-content-sha256", right), method="PUT", key="put", body=CONTENT, payload_hash=right,
        signed_headers=("host", "x-amz-content-sha256")))
    yield Case("signed by the test", by.presigned())
    yield Case("authorized", by.authorized())
    yield Case("authorized put", by.authorized(method="PUT", body=CONTENT))
    yield Case("authorized put of any payload", by.authorized(
        method="PUT", body=CONTENT, payload_hash=signing.UNSIGNED_PAYLOAD))


def changed_cases(by):
    """Good requests, and what arrives of them."""
    meant = by.sent(by.url())

    def case(name, cause, *replaced, guess=None, meant=meant):
        return Case(name, meant.with_target(*replaced), cause, meant, guess)

    yield case("key encoded twice", "encoded_twice", "a%20b", "a%2520b")
    yield case("plus for a space", "plus_for_space", "a%20b", "a+b")
    yield case("broken escape", "path", "a%20b", "a%2gb", guess="malformed_url")
    yield case("other key", "path", ".txt", ".png", guess="secret")
    yield case("life made longer", "parameter_changed", "=3600", "=7200", guess="secret")
    yield case("parameter added", "parameter_added", "?", "?response-content-type=text/html&")
    yield case("parameter twice", "parameter_added", "?", "?X-Amz-Expires=3600&")
    with_parameter = by.sent(by.url("--query", "response-content-type=text/plain"))
    yield case("parameter changed", "parameter_changed", "plain", "html", guess="secret",
               meant=with_parameter)
    yield case("parameter taken out", "parameter_missing", "&response-content-type=text%2Fplain",
               "", guess="secret", meant=with_parameter)

    # The server does not come to compare signatures, and there is nothing to see in its answer.
    yield case("parameter in lower case", "unexplained", "X-Amz-Expires", "x-amz-expires",
               guess="malformed_url")
    yield case("other algorithm", "unexplained", "SHA256", "SHA512", guess="algorithm")
    yield case("scope cut short", "unexplained", "%2Faws4_request", "", guess="malformed_url")
    signature = meant.target[-64:]
    yield case("no signature", "unexplained", "&X-Amz-Signature=" + signature, "",
               guess="malformed_url")
    # What was signed is right, and the answer does not show the signature that arrived.
    yield case("signature in upper case", "secret", signature, signature.upper(),
               guess="malformed_url")
    yield case("signature cut short", "secret", signature, signature[1:], guess="malformed_url")

    yield Case("other method", meant._replace(method="PUT", body=CONTENT), "method", meant)
    yield Case("other method, and no body in the answer", meant._replace(method="HEAD"), "", meant)
    yield Case("unsigned x-amz header", meant.plus("x-amz-meta-a", "b"), "header_not_signed", meant)
    yield Case("two signatures", by.authorized()._replace(target=meant.target), "unexplained",
               meant)
    for name, cause, guess, endpoint in [
            ("other host", "host", "secret", by.endpoint.replace("localhost", "example.com")),
            ("other port", "port", "secret", by.endpoint.replace(str(by.port), str(by.port + 1))),
            ("port left out", "port", None, "http://localhost")]:
        meant = by.sent(by.url(endpoint=endpoint))
        yield Case(name, meant.plus("Host", by.host), cause, meant, guess)
    meant = by.sent(by.url("--header", "range:bytes=0-3", "--header", "x-amz-meta-a:b"),
                    ("Range", "bytes=0-3"), ("x-amz-meta-a", "b"))
    yield Case("signed header not sent", meant.without("Range"), "header_not_sent", meant)
    yield Case("signed header changed", meant.plus("x-amz-meta-a", "c"), "header_changed", meant)


def missigned_cases(by):
    """Signed as it should not be."""
    yield Case("wrong region", by.sent(by.url(region="eu-central-1")), "region")
    yield Case("wrong service", by.presigned(service="sts"), "service")
    yield Case("wrong scope date", by.presigned(scope_date=f"{in_hours(-24):%Y%m%d}"), "date")
    wrong = by.keys._replace(secret="anothersecret")
    yield Case("wrong secret", by.sent(by.url(keys=wrong)), "secret", signed_by=wrong)
    wrong = by.keys._replace(id="UNKNOWNEXAMPLE")
    yield Case("unknown access key id", by.sent(by.url(keys=wrong)), "access_key", signed_by=wrong)

    yield Case("expired", by.sent(by.url("--expires-in", "60", "--date", timestamp(in_hours(-1)))),
               "expired")
    yield Case("future", by.sent(by.url("--date", timestamp(in_hours(12)))), "not_yet_valid")
    for expires in ["0", "-1", "604801", "abc", ""]:
        # A second ago: Swift gives 0 seconds the one in which they were signed.
        yield Case(f"expires {expires}", by.presigned(expires=expires, at=in_hours(-1 / 3600)),
                   "invalid_expiry")

    path = by.target(KEY)
    yield Case("path encoded twice to be signed", by.presigned(
        canonical_path=path.replace("%", "%25")), "encoded_twice")
    yield Case("path signed with + for a space", by.presigned(
        canonical_path=path.replace("%20", "+")), "plus_for_space")
    yield Case("path signed in lower case", by.presigned(canonical_path=path.lower()), "path")
    yield Case("hash of nothing for the payload", by.presigned(
        payload_hash=signing.hash_of(b"")), "payload_hash")
    wrong = signing.hash_of(CONTENT[::-1])
    yield Case("wrong payload hash in a header", by.presigned(
        ("x-amz-content-sha256", wrong), method="PUT", key="put", body=CONTENT, payload_hash=wrong,
        signed_headers=("host", "x-amz-content-sha256")), "payload_hash")
    with_range = ("Range", "bytes=0-3")
    yield Case("host not signed", by.presigned(with_range, signed_headers=("range",)),
               "malformed_url")
    yield Case("signed headers not sorted", by.presigned(
        with_range, signed_headers=("range", "host")), "malformed_url")


def authorized_cases(by):
    """Broken, and signed in the header: explain is for URLs."""

    def case(name, request, signed_by=None):
        return Case("authorized, " + name, request, "", signed_by=signed_by)

    yield case("other method", by.authorized()._replace(method="HEAD"))
    yield case("other body", by.authorized(method="PUT", body=CONTENT)._replace(body=CONTENT[::-1]))
    yield case("signed header not sent", by.authorized(
        ("range", "bytes=0-3"), signed_headers=("host", "range")).without("range"))
    yield case("long ago", by.authorized(at=in_hours(-1)))
    yield case("far ahead", by.authorized(at=in_hours(1)))
    yield case("wrong region", by.authorized(region="eu-central-1"))
    yield case("wrong service", by.authorized(service="sts"))
    yield case("wrong scope date", by.authorized(scope_date=f"{in_hours(-24):%Y%m%d}"))
    wrong = by.keys._replace(secret="anothersecret")
    yield case("wrong secret", by.authorized(keys=wrong), wrong)


def temporary_cases(by, temporary):
    """With temporary credentials."""

    def case(name, request, cause=None, signed_by=temporary, meant=None):
        return Case(name, request, cause, meant, signed_by=signed_by, known=temporary)

    good = by.sent(by.url(keys=temporary))
    yield case("temporary", good)
    token = "&X-Amz-Security-Token=" + signing.encode(temporary.token)
    yield case("token taken out", good.with_target(token, ""), "token_missing", meant=good)
    yield case("token not signed", by.presigned(keys=temporary, token_is_signed=False),
               "token_not_signed")
    wrong = temporary._replace(token="")
    yield case("token left out by the signer", by.sent(by.url(keys=wrong)), "token_missing", wrong)
    wrong = temporary._replace(token="garbage")
    yield case("garbage token", by.sent(by.url(keys=wrong)), "token_invalid", wrong)
    wrong = temporary._replace(secret="anothersecret")
    yield case("temporary, wrong secret", by.sent(by.url(keys=wrong)), "secret", wrong)
    wrong = by.keys._replace(token=temporary.token)
    yield Case("token of other keys", by.sent(by.url(keys=wrong)), "token_unwanted",
               signed_by=wrong)


def all_cases(by, temporary=None):
    yield from good_cases(by)
    yield from changed_cases(by)
    yield from missigned_cases(by)
    yield from authorized_cases(by)
    if temporary:
        yield from temporary_cases(by, temporary)
