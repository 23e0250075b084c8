"""Valid and invalid requests, signed in the URL or in a header, and their expected outcomes."""
import datetime
import os
import subprocess
import typing
from urllib.parse import quote, urlsplit

import signing
from message import Request
from signing import Keys

KEY = "a b+c/ü.txt"
CONTENT = b"content of the object\n"

# The cases in which a server departs from presign, and why. In all other cases, servers accept what
# presign accepts, and reject what presign rejects.
DISAGREEMENTS = {
    "wrong region": {"rgw": "does not compare it with its own"},
    "wrong service": {"rgw": "does not compare it with its own"},
    "wrong scope date": {"rgw": "does not compare the two dates"},
    "authorized, wrong region": {"rgw": "as above"},
    "authorized, wrong service": {"rgw": "as above"},
    "authorized, wrong scope date": {"rgw": "as above"},
    "future": {"rgw": "compares only the expiry", "swift": "compares only the expiry"},
    "unsigned x-amz header": {"rgw": "accepts it"},
    "parameter twice": {"rgw": "counts only the last", "swift": "counts only the last"},
    "parameter signed twice": {"rgw": "as above", "swift": "as above"},
    "two signatures": {"swift": "uses the URL's"},
    "host not signed": {"rgw": "does not require it", "swift": "does not require it"},
    "bucket of a tenant": {"swift": "has a host name or an account for each tenant"},
    "right payload hash in a header": {"swift": "expects UNSIGNED-PAYLOAD in each presigned URL"},
}


class Case(typing.NamedTuple):
    name: str
    request: Request
    cause: str = None  # of the rejection, as explain names it; "" if explain cannot be asked
    intended: Request = None    # the request before it was changed on the way, if it was
    apparent_cause: str = None  # what explain names if it knows only what arrived, if that differs
    signing_keys: Keys = None   # if they are not the server's
    server_keys: Keys = None    # if they are not the signer's

    @property
    def is_valid(self):
        return self.cause is None

    def is_accepted_by(self, server):
        return self.is_valid != (server in DISAGREEMENTS.get(self.name, {}))


def environment(keys):
    """Returns the environment for the command."""
    return {"HOME": "/nonexistent", "AWS_ACCESS_KEY_ID": keys.id,
            "AWS_SECRET_ACCESS_KEY": keys.secret, "AWS_SESSION_TOKEN": keys.token,
            **{name: value for name, value in os.environ.items() if "SAN_OPTIONS" in name}}


class Signer:
    """Signs requests for a server, with the settings that the server's script prints."""

    def __init__(self, settings, command):
        self.endpoint = settings["S3_ENDPOINT"]
        self.host = urlsplit(self.endpoint).netloc
        self.port = urlsplit(self.endpoint).port
        self.region = settings["S3_REGION"]
        self.bucket = settings["S3_BUCKET"]
        self.keys = Keys(settings["AWS_ACCESS_KEY_ID"], settings["AWS_SECRET_ACCESS_KEY"])
        self.command = command

    def url(self, *options, bucket=None, key=KEY, keys=None, region=None, endpoint=None):
        """Returns the URL that the command prints for these options."""
        done = subprocess.run(
            [self.command, f"s3://{bucket or self.bucket}/{key}", "--endpoint-url",
             endpoint or self.endpoint, "--region", region or self.region, *options],
            env=environment(keys or self.keys), check=True, capture_output=True, encoding="utf-8",
            timeout=60)
        return done.stdout.rstrip("\n")

    def request(self, url, *headers, method="GET", body=b""):
        """Returns the request that uses the URL."""
        parts = urlsplit(url)
        target = url[url.index(parts.netloc) + len(parts.netloc):]
        return Request(method, target, (("Host", parts.netloc), *headers), body)

    def options(self, **changes):
        return signing.Options(self.keys, self.region, in_hours(0))._replace(**changes)

    def target(self, key):
        return f"/{self.bucket}/{quote(key, safe='/-_.~')}"

    def presigned(self, *headers, method="GET", key=KEY, body=b"", **options):
        """Returns a request with a URL that the command would not print."""
        headers = (("Host", self.host), *headers)
        target = signing.presigned(method, self.target(key), headers, self.options(**options))
        return Request(method, target, headers, body)

    def authorized(self, *headers, method="GET", body=b"", **options):
        """Returns a request that is signed in its headers."""
        target = self.target(KEY)
        headers = (("Host", self.host), *headers)
        headers = signing.authorized(method, target, headers, body, self.options(**options))
        return Request(method, target, headers, body)


def in_hours(hours):
    return datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=hours)


def timestamp(time):
    return f"{time:%Y%m%dT%H%M%SZ}"


def valid_cases(signer):
    url = signer.url()
    yield Case("get", signer.request(url))
    yield Case("head", signer.request(signer.url("--method", "HEAD"), method="HEAD"))
    yield Case("put", signer.request(
        signer.url("--method", "PUT", key="put"), method="PUT", body=CONTENT))
    yield Case("delete", signer.request(
        signer.url("--method", "DELETE", key="put"), method="DELETE"))
    yield Case("virtual host", signer.request(signer.url("--virtual-host")))
    yield Case("the bucket's own endpoint", signer.request(signer.url(
        "--bucket-endpoint", bucket="another", endpoint=f"http://{signer.bucket}.{signer.host}")))
    yield Case("bucket of a tenant", signer.request(signer.url(bucket=f":{signer.bucket}")))
    yield Case("longest expiry", signer.request(signer.url("--expires-in", "604800")))
    yield Case("signed a moment ahead", signer.request(
        signer.url("--date", timestamp(in_hours(0.1)))))
    yield Case("response parameter", signer.request(
        signer.url("--query", "response-content-type=text/x y+z")))
    yield Case("parameters in another order", signer.request(
        url.split("?")[0] + "?" + "&".join(reversed(url.split("?")[1].split("&")))))
    yield Case("parameter signed twice", signer.request(
        signer.url("--query", "a=1", "--query", "a=2")))
    yield Case("hex digits in lower case", signer.request(url.replace("%C3%BC", "%c3%bc")))
    yield Case("encoded without need", signer.request(url.replace(".txt", "%2Etxt")))
    yield Case("signed header", signer.request(
        signer.url("--header", "range:bytes=0-3"), ("Range", "bytes=0-3")))
    yield Case("signed header with more spaces", signer.request(
        signer.url("--header", "x-amz-meta-a:b c"), ("X-AMZ-Meta-A", "  b   c ")))
    yield Case("unsigned header", signer.request(url, ("X-Other", "1")))
    body_hash = signing.hash_of(CONTENT)
    yield Case("right payload hash in a header", signer.presigned(
        ("x-amz-content-sha256", body_hash), method="PUT", key="put", body=CONTENT,
        payload_hash=body_hash, signed_headers=("host", "x-amz-content-sha256")))
    yield Case("signed by the test", signer.presigned())
    yield Case("authorized", signer.authorized())
    yield Case("authorized put", signer.authorized(method="PUT", body=CONTENT))
    yield Case("authorized put of any payload", signer.authorized(
        method="PUT", body=CONTENT, payload_hash=signing.UNSIGNED_PAYLOAD))


def changed_cases(signer):
    """Valid requests that are changed on the way."""
    intended = signer.request(signer.url())

    def case(name, cause, *change, apparent_cause=None, intended=intended):
        return Case(name, intended.with_target(*change), cause, intended, apparent_cause)

    yield case("key encoded twice", "encoded_twice", "a%20b", "a%2520b")
    yield case("plus for a space", "plus_for_space", "a%20b", "a+b")
    yield case("broken escape", "path", "a%20b", "a%2gb", apparent_cause="malformed_url")
    yield case("other key", "path", ".txt", ".png", apparent_cause="secret")
    yield case("expiry raised", "parameter_changed", "=3600", "=7200", apparent_cause="secret")
    yield case("parameter added", "parameter_added", "?", "?response-content-type=text/html&")
    yield case("parameter twice", "parameter_added", "?", "?X-Amz-Expires=3600&")
    with_parameter = signer.request(signer.url("--query", "response-content-type=text/plain"))
    yield case("parameter changed", "parameter_changed", "plain", "html", apparent_cause="secret",
               intended=with_parameter)
    yield case("parameter removed", "parameter_missing", "&response-content-type=text%2Fplain",
               "", apparent_cause="secret", intended=with_parameter)

    # The server rejects these before it compares signatures, and its response shows nothing.
    yield case("parameter in lower case", "unexplained", "X-Amz-Expires", "x-amz-expires",
               apparent_cause="malformed_url")
    yield case("other algorithm", "algorithm", "SHA256", "SHA512")
    yield case("scope cut short", "unexplained", "%2Faws4_request", "",
               apparent_cause="malformed_url")
    signature = intended.target[-64:]
    yield case("no signature", "unexplained", "&X-Amz-Signature=" + signature, "",
               apparent_cause="malformed_url")
    # The signed text is correct, and only the response's SignatureProvided shows what arrived.
    yield case("signature in upper case", "malformed_url", signature, signature.upper())
    yield case("signature cut short", "malformed_url", signature, signature[1:])

    yield Case("other method", intended._replace(method="PUT", body=CONTENT), "method", intended)
    yield Case("other method, and no body in the response", intended._replace(method="HEAD"), "",
               intended)
    yield Case("unsigned x-amz header", intended.with_header("x-amz-meta-a", "b"),
               "header_not_signed", intended)
    yield Case("two signatures", signer.authorized()._replace(target=intended.target),
               "unexplained", intended)
    next_port = signer.endpoint.replace(str(signer.port), str(signer.port + 1))
    for name, cause, apparent_cause, endpoint in [
            ("other host", "host", "secret", signer.endpoint.replace("localhost", "example.com")),
            ("other port", "port", "secret", next_port),
            ("port left out", "port", None, "http://localhost")]:
        intended = signer.request(signer.url(endpoint=endpoint))
        yield Case(name, intended.with_header("Host", signer.host), cause, intended, apparent_cause)
    intended = signer.request(
        signer.url("--header", "range:bytes=0-3", "--header", "x-amz-meta-a:b"),
        ("Range", "bytes=0-3"), ("x-amz-meta-a", "b"))
    yield Case("signed header not sent", intended.without("Range"), "header_not_sent", intended)
    yield Case("signed header changed", intended.with_header("x-amz-meta-a", "c"),
               "header_changed", intended)


def missigned_cases(signer):
    """Requests that are signed incorrectly."""
    yield Case("wrong region", signer.request(signer.url(region="eu-central-1")), "region")
    yield Case("wrong service", signer.presigned(service="sts"), "service")
    yield Case("wrong scope date", signer.presigned(scope_date=f"{in_hours(-24):%Y%m%d}"), "date")
    wrong = signer.keys._replace(secret="anothersecret")
    yield Case("wrong secret", signer.request(signer.url(keys=wrong)), "secret", signing_keys=wrong)
    wrong = signer.keys._replace(id="UNKNOWNEXAMPLE")
    yield Case("unknown access key id", signer.request(signer.url(keys=wrong)), "access_key",
               signing_keys=wrong)

    yield Case("expired", signer.request(
        signer.url("--expires-in", "60", "--date", timestamp(in_hours(-1)))), "expired")
    yield Case("future", signer.request(signer.url("--date", timestamp(in_hours(12)))),
               "not_yet_valid")
    for expires in ["0", "-1", "604801", "abc", ""]:
        # A second ago: Swift accepts a URL with 0 seconds in the second in which it was signed.
        yield Case(f"expires {expires}", signer.presigned(expires=expires, at=in_hours(-1 / 3600)),
                   "invalid_expiry")

    path = signer.target(KEY)
    yield Case("path encoded twice to be signed", signer.presigned(
        canonical_path=path.replace("%", "%25")), "encoded_twice")
    yield Case("path signed with + for a space", signer.presigned(
        canonical_path=path.replace("%20", "+")), "plus_for_space")
    yield Case("path signed in lower case", signer.presigned(canonical_path=path.lower()), "path")
    yield Case("hash of an empty payload", signer.presigned(
        payload_hash=signing.hash_of(b"")), "payload_hash")
    wrong = signing.hash_of(CONTENT[::-1])
    yield Case("wrong payload hash in a header", signer.presigned(
        ("x-amz-content-sha256", wrong), method="PUT", key="put", body=CONTENT, payload_hash=wrong,
        signed_headers=("host", "x-amz-content-sha256")), "payload_hash")
    with_range = ("Range", "bytes=0-3")
    yield Case("host not signed", signer.presigned(with_range, signed_headers=("range",)),
               "malformed_url")
    yield Case("signed headers not sorted", signer.presigned(
        with_range, signed_headers=("range", "host")), "malformed_url")


def authorized_cases(signer):
    """Invalid requests that are signed in a header, for which explain cannot be asked."""

    def case(name, request, signing_keys=None):
        return Case("authorized, " + name, request, "", signing_keys=signing_keys)

    yield case("other method", signer.authorized()._replace(method="HEAD"))
    yield case("other body",
               signer.authorized(method="PUT", body=CONTENT)._replace(body=CONTENT[::-1]))
    yield case("signed header not sent", signer.authorized(
        ("range", "bytes=0-3"), signed_headers=("host", "range")).without("range"))
    yield case("long ago", signer.authorized(at=in_hours(-1)))
    yield case("far ahead", signer.authorized(at=in_hours(1)))
    yield case("wrong region", signer.authorized(region="eu-central-1"))
    yield case("wrong service", signer.authorized(service="sts"))
    yield case("wrong scope date", signer.authorized(scope_date=f"{in_hours(-24):%Y%m%d}"))
    wrong = signer.keys._replace(secret="anothersecret")
    yield case("wrong secret", signer.authorized(keys=wrong), wrong)


def temporary_cases(signer, temporary):
    """Requests that are signed with temporary credentials."""

    def case(name, request, cause=None, signing_keys=temporary, intended=None):
        return Case(name, request, cause, intended, signing_keys=signing_keys,
                    server_keys=temporary)

    valid = signer.request(signer.url(keys=temporary))
    yield case("temporary", valid)
    token = "&X-Amz-Security-Token=" + signing.encode(temporary.token)
    yield case("token removed", valid.with_target(token, ""), "token_missing", intended=valid)
    yield case("token not signed", signer.presigned(keys=temporary, token_is_signed=False),
               "token_not_signed")
    wrong = temporary._replace(token="")
    yield case("token left out by the signer", signer.request(signer.url(keys=wrong)),
               "token_missing", wrong)
    wrong = temporary._replace(token="garbage")
    yield case("garbage token", signer.request(signer.url(keys=wrong)), "token_invalid", wrong)
    wrong = temporary._replace(secret="anothersecret")
    yield case("temporary, wrong secret", signer.request(signer.url(keys=wrong)), "secret", wrong)
    wrong = signer.keys._replace(token=temporary.token)
    yield Case("token of other keys", signer.request(signer.url(keys=wrong)), "token_unwanted",
               signing_keys=wrong)


def all_cases(signer, temporary=None):
    yield from valid_cases(signer)
    yield from changed_cases(signer)
    yield from missigned_cases(signer)
    yield from authorized_cases(signer)
    if temporary:
        yield from temporary_cases(signer, temporary)
