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
    "wrong region": {"rgw": "does not know its region"},
    "wrong service": {"rgw": "knows no other service"},
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
    cause: str = None      # of its refusal, as explain is to name it: a pattern. None: it is good
    url: str = None        # that its holder has, where it is not the one that is sent
    signed_by: Keys = None  # where they are not those that the server has
    known: Keys = None     # those that the server has, where they are not the signer's

    @property
    def is_good(self):
        return self.cause is None

    def is_served_by(self, server):
        return self.is_good != (server in DISAGREEMENTS.get(self.name, {}))


class Signer:
    """Signs requests for a server, as the server's script tells of it."""

    def __init__(self, told, command):
        self.endpoint = told["S3_ENDPOINT"]
        self.host = urlsplit(self.endpoint).netloc
        self.port = urlsplit(self.endpoint).port
        self.region = told["S3_REGION"]
        self.bucket = told["S3_BUCKET"]
        self.keys = Keys(told["AWS_ACCESS_KEY_ID"], told["AWS_SECRET_ACCESS_KEY"])
        self.command = command

    def url(self, *options, key=KEY, keys=None, region=None, endpoint=None):
        """What the command makes of these options."""
        keys = keys or self.keys
        env = {"HOME": "/nonexistent", "AWS_ACCESS_KEY_ID": keys.id,
               "AWS_SECRET_ACCESS_KEY": keys.secret, "AWS_SESSION_TOKEN": keys.token,
               **{name: value for name, value in os.environ.items() if "SAN_OPTIONS" in name}}
        done = subprocess.run(
            [self.command, f"s3://{self.bucket}/{key}", "--endpoint-url", endpoint or self.endpoint,
             "--region", region or self.region, *options],
            env=env, check=True, capture_output=True, encoding="utf-8", timeout=60)
        return done.stdout.rstrip("\n")

    def sent(self, url, *headers, method="GET", body=b""):
        """The request that uses the URL, whatever its host, here."""
        target = url[url.index("/", len("http://")):]
        return Request(method, target, (("Host", self.host), *headers), body)

    def how(self, **changes):
        return How(self.keys, self.region)._replace(**changes)

    def target(self, key, query=""):
        return f"/{self.bucket}/{quote(key, safe='/-_.~')}" + ("?" + query if query else "")

    def presigned(self, *headers, method="GET", key=KEY, query="", body=b"", expires="3600",
                  payload_hash=signing.UNSIGNED_PAYLOAD, token_is_signed=True, **how):
        """A request such as the command does not make."""
        headers = (("Host", self.host), *headers)
        target = signing.presigned(method, self.target(key, query), headers, self.how(**how),
                                   expires, payload_hash, token_is_signed)
        return Request(method, target, headers, body)

    def authorized(self, *headers, method="GET", body=b"", payload_hash=None, **how):
        """A request that is signed in its headers."""
        headers = (("Host", self.host), *headers)
        target = self.target(KEY)
        signed = signing.authorized(method, target, headers, self.how(**how),
                                    payload_hash or signing.hash_of(body))
        return Request(method, target, signed, body)


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
    """A good URL, and what is made of it."""
    url = by.url()
    yield Case("key encoded twice", by.sent(url.replace("a%20b", "a%2520b")), "encoded twice")
    yield Case("plus for a space", by.sent(url.replace("a%20b", "a+b")), r"\+.* space")
    yield Case("broken escape", by.sent(url.replace("a%20b", "a%2gb")), "%2g")
    yield Case("other key", by.sent(url.replace(".txt", ".png")), "path")
    yield Case("other method", by.sent(url, method="PUT", body=CONTENT), "method")
    yield Case("other method, without an answer's body", by.sent(url, method="HEAD"), "method")

    for name, endpoint in [("other host", by.endpoint.replace("localhost", "example.com")),
                           ("other port", by.endpoint.replace(str(by.port), str(by.port + 1))),
                           ("port left out", "http://localhost")]:
        signed = by.url(endpoint=endpoint)
        yield Case(name, by.sent(signed), "host", url=signed)

    yield Case("life made longer", by.sent(url.replace("=3600", "=7200")), "parameter")
    yield Case("parameter added", by.sent(url + "&response-content-type=text/html"), "parameter")
    yield Case("parameter twice", by.sent(url + "&X-Amz-Expires=3600"), "twice")
    yield Case("parameter in lower case", by.sent(
        url.replace("X-Amz-Expires", "x-amz-expires")), "x-amz-expires")
    with_parameter = by.url("--query", "response-content-type=text/plain")
    yield Case("parameter changed", by.sent(with_parameter.replace("plain", "html")), "parameter")
    yield Case("parameter taken out", by.sent(
        with_parameter.replace("&response-content-type=text%2Fplain", "")), "parameter")

    with_headers = by.url("--header", "range:bytes=0-3", "--header", "x-amz-meta-a:b")
    yield Case("signed headers not sent", by.sent(with_headers), "range.*not sent")
    yield Case("signed header not sent", by.sent(with_headers, ("Range", "bytes=0-3")),
               "x-amz-meta-a.*not sent")
    yield Case("signed header changed", by.sent(
        with_headers, ("Range", "bytes=0-3"), ("x-amz-meta-a", "c")), "x-amz-meta-a")
    yield Case("unsigned x-amz header", by.sent(url, ("x-amz-meta-a", "b")),
               "x-amz-meta-a.*not signed")

    yield Case("signature in upper case", by.sent(url[:-64] + url[-64:].upper()), "signature")
    yield Case("signature cut short", by.sent(url[:-1]), "signature")
    yield Case("no signature", by.sent(url[:url.index("&X-Amz-Signature")]), "X-Amz-Signature")
    yield Case("other algorithm", by.sent(url.replace("SHA256", "SHA512")), "algorithm")
    yield Case("scope cut short", by.sent(url.replace("%2Faws4_request", "")), "X-Amz-Credential")
    yield Case("two signatures", by.authorized()._replace(target=by.sent(url).target), "two")


def missigned_cases(by):
    """Signed as it should not be."""
    yield Case("wrong region", by.sent(by.url(region="eu-central-1")), "region")
    yield Case("wrong service", by.presigned(service="sts"), "service")
    yield Case("wrong scope date", by.presigned(scope_date=f"{in_hours(-24):%Y%m%d}"), "date")
    wrong = by.keys._replace(secret="anothersecret")
    yield Case("wrong secret", by.sent(by.url(keys=wrong)), "secret", signed_by=wrong)
    wrong = by.keys._replace(id="UNKNOWNEXAMPLE")
    yield Case("unknown access key id", by.sent(by.url(keys=wrong)), "access key id",
               signed_by=wrong)

    yield Case("expired", by.sent(by.url("--expires-in", "60", "--date", timestamp(in_hours(-1)))),
               "expired")
    yield Case("future", by.sent(by.url("--date", timestamp(in_hours(12)))), "not .*yet")
    for expires in ["0", "-1", "604801", "abc", ""]:
        # Signed a second ago: 0 seconds have passed for Swift, which looks at the end alone.
        yield Case(f"expires {expires}", by.presigned(expires=expires, at=in_hours(-1 / 3600)),
                   "X-Amz-Expires")

    path = by.target(KEY)
    yield Case("path encoded twice to be signed", by.presigned(
        canonical_path=path.replace("%", "%25")), "encoded twice")
    yield Case("path signed with + for a space", by.presigned(
        canonical_path=path.replace("%20", "+")), r"\+.* space")
    yield Case("path signed in lower case", by.presigned(canonical_path=path.lower()), "signature")
    yield Case("hash of nothing for the payload", by.presigned(
        payload_hash=signing.hash_of(b"")), "payload")
    wrong = signing.hash_of(CONTENT[::-1])
    yield Case("wrong payload hash in a header", by.presigned(
        ("x-amz-content-sha256", wrong), method="PUT", key="put", body=CONTENT, payload_hash=wrong,
        signed_headers=("host", "x-amz-content-sha256")), "payload")
    with_range = ("Range", "bytes=0-3")
    yield Case("host not signed", by.presigned(with_range, signed_headers=("range",)), "host")
    yield Case("signed headers not sorted", by.presigned(
        with_range, signed_headers=("range", "host")), "X-Amz-SignedHeaders")


def authorized_cases(by):
    """Broken, and signed in the header."""
    yield Case("authorized, other method", by.authorized()._replace(method="HEAD"), "method")
    yield Case("authorized, other body", by.authorized(
        method="PUT", body=CONTENT)._replace(body=CONTENT[::-1]), "payload")
    yield Case("authorized, header not sent", by.authorized(
        ("range", "bytes=0-3"), signed_headers=("host", "range")).without("range"), "range")
    yield Case("authorized long ago", by.authorized(at=in_hours(-1)), "clock")
    yield Case("authorized far ahead", by.authorized(at=in_hours(1)), "clock")
    yield Case("authorized, wrong region", by.authorized(region="eu-central-1"), "region")
    yield Case("authorized, wrong service", by.authorized(service="sts"), "service")
    yield Case("authorized, wrong scope date", by.authorized(
        scope_date=f"{in_hours(-24):%Y%m%d}"), "date")
    wrong = by.keys._replace(secret="anothersecret")
    yield Case("authorized, wrong secret", by.authorized(keys=wrong), "secret", signed_by=wrong)


def temporary_cases(by, temporary):
    """With temporary credentials."""

    def case(name, request, cause=None, signed_by=temporary):
        return Case(name, request, cause, signed_by=signed_by, known=temporary)

    url = by.url(keys=temporary)
    yield case("temporary", by.sent(url))
    yield case("token not signed", by.presigned(keys=temporary, token_is_signed=False), "token")
    token = "&X-Amz-Security-Token=" + signing.encode(temporary.token)
    yield case("token taken out", by.sent(url.replace(token, "")), "token")
    wrong = temporary._replace(token="")
    yield case("token left out by the signer", by.sent(by.url(keys=wrong)), "token", wrong)
    wrong = temporary._replace(token="garbage")
    yield case("garbage token", by.sent(by.url(keys=wrong)), "token", wrong)
    wrong = temporary._replace(secret="anothersecret")
    yield case("temporary, wrong secret", by.sent(by.url(keys=wrong)), "secret", wrong)
    wrong = by.keys._replace(token=temporary.token)
    yield Case("token of other keys", by.sent(by.url(keys=wrong)), "token", signed_by=wrong)


def all_cases(by, temporary=None):
    yield from good_cases(by)
    yield from changed_cases(by)
    yield from missigned_cases(by)
    yield from authorized_cases(by)
    if temporary:
        yield from temporary_cases(by, temporary)
