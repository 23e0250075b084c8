"""Signs whatever it is told to, right or wrong, as presign will not.

The steps are those of
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""
import datetime
import hashlib
import hmac
import typing
from urllib.parse import quote

ALGORITHM = "AWS4-HMAC-SHA256"
UNSIGNED_PAYLOAD = "UNSIGNED-PAYLOAD"


class Keys(typing.NamedTuple):
    id: str
    secret: str
    token: str = ""


class How(typing.NamedTuple):
    """What a signature says besides the request. None stands for what is right."""
    keys: Keys
    region: str
    service: str = "s3"
    at: datetime.datetime = None
    scope_date: str = None
    signed_headers: tuple = ("host",)
    canonical_path: str = None

    @property
    def timestamp(self):
        return f"{self.at or datetime.datetime.now(datetime.timezone.utc):%Y%m%dT%H%M%SZ}"


def scope_of(how, timestamp):
    return f"{how.scope_date or timestamp[:8]}/{how.region}/{how.service}/aws4_request"


def hash_of(body):
    return hashlib.sha256(body).hexdigest()


def encode(text):
    return quote(text, safe="-_.~")


def digest(key, message):
    return hmac.new(key, message.encode(), hashlib.sha256).digest()


def signature_of(method, target, headers, payload_hash, how, timestamp):
    path, _, query = target.partition("?")
    lines = {}
    for name, value in headers:
        lines.setdefault(name.lower(), []).append(" ".join(value.split()))
    canonical_request = "\n".join([
        method, how.canonical_path or path,
        "&".join("=".join(one) for one in sorted(one.split("=", 1) for one in query.split("&")
                                                 if one)),
        *[f"{name}:{','.join(lines[name])}" for name in how.signed_headers], "",
        ";".join(how.signed_headers), payload_hash])
    scope = scope_of(how, timestamp)
    string_to_sign = "\n".join([ALGORITHM, timestamp, scope, hash_of(canonical_request.encode())])
    key = f"AWS4{how.keys.secret}".encode()
    for part in scope.split("/"):
        key = digest(key, part)
    return digest(key, string_to_sign).hex()


def presigned(method, target, headers, how, expires="3600", payload_hash=UNSIGNED_PAYLOAD,
              token_is_signed=True):
    """The target with a signature in its query."""
    timestamp = how.timestamp
    parameters = [
        ("X-Amz-Algorithm", ALGORITHM),
        ("X-Amz-Credential", f"{how.keys.id}/{scope_of(how, timestamp)}"),
        ("X-Amz-Date", timestamp),
        ("X-Amz-Expires", expires),
        ("X-Amz-SignedHeaders", ";".join(how.signed_headers))]
    token = [("X-Amz-Security-Token", how.keys.token)] if how.keys.token else []
    if token_is_signed:
        parameters += token

    def with_parameters(url, added):
        return url + ("&" if "?" in url else "?") + "&".join(f"{encode(name)}={encode(value)}"
                                                              for name, value in added)

    target = with_parameters(target, parameters)
    signature = signature_of(method, target, headers, payload_hash, how, timestamp)
    target = with_parameters(target, [("X-Amz-Signature", signature)])
    return target if token_is_signed else with_parameters(target, token)


def authorized(method, target, headers, how, payload_hash):
    """The headers with those that sign them. How's signed headers are those besides."""
    timestamp = how.timestamp
    headers = [*headers, ("x-amz-content-sha256", payload_hash), ("x-amz-date", timestamp)]
    if how.keys.token:
        headers.append(("x-amz-security-token", how.keys.token))
    names = {*how.signed_headers,
             *(name.lower() for name, _ in headers if name.startswith("x-amz-"))}
    how = how._replace(signed_headers=tuple(sorted(names)))
    signature = signature_of(method, target, headers, payload_hash, how, timestamp)
    return (*headers, ("Authorization",
                       f"{ALGORITHM} Credential={how.keys.id}/{scope_of(how, timestamp)}, "
                       f"SignedHeaders={';'.join(how.signed_headers)}, Signature={signature}"))
