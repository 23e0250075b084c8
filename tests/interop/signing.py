"""Signs any request, valid or not, independently of presign.

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


class Options(typing.NamedTuple):
    """What to sign with the request. None stands for the correct value."""
    keys: Keys
    region: str
    at: datetime.datetime
    service: str = "s3"
    expires: str = "3600"
    scope_date: str = None
    signed_headers: tuple = ("host",)
    canonical_path: str = None
    payload_hash: str = None
    token_is_signed: bool = True

    @property
    def timestamp(self):
        return f"{self.at:%Y%m%dT%H%M%SZ}"

    @property
    def scope(self):
        date = self.scope_date or self.timestamp[:8]
        return f"{date}/{self.region}/{self.service}/aws4_request"

    @property
    def credential(self):
        return f"{self.keys.id}/{self.scope}"


def hash_of(body):
    return hashlib.sha256(body).hexdigest()


def encode(text):
    return quote(text, safe="-_.~")


def with_parameters(target, *added):
    return target + ("&" if "?" in target else "?") + "&".join(
        f"{encode(name)}={encode(value)}" for name, value in added)


def canonical_request(method, target, headers, options):
    path, _, query = target.partition("?")
    parameters = sorted(pair.split("=", 1) for pair in query.split("&") if pair)
    values = {}
    for name, value in headers:
        values.setdefault(name.lower(), []).append(" ".join(value.split()))
    lines = [f"{name}:{','.join(values[name])}" for name in options.signed_headers]
    return "\n".join([method, options.canonical_path or path, "&".join(map("=".join, parameters)),
                      *lines, "", ";".join(options.signed_headers), options.payload_hash])


def signature(method, target, headers, options):

    def digest(key, message):
        return hmac.new(key, message.encode(), hashlib.sha256).digest()

    request_hash = hash_of(canonical_request(method, target, headers, options).encode())
    string_to_sign = "\n".join([ALGORITHM, options.timestamp, options.scope, request_hash])
    key = f"AWS4{options.keys.secret}".encode()
    for part in options.scope.split("/"):
        key = digest(key, part)
    return digest(key, string_to_sign).hex()


def presigned(method, target, headers, options):
    """Returns the target with a signature in its query."""
    options = options._replace(payload_hash=options.payload_hash or UNSIGNED_PAYLOAD)
    token = [("X-Amz-Security-Token", options.keys.token)] if options.keys.token else []
    target = with_parameters(
        target, ("X-Amz-Algorithm", ALGORITHM), ("X-Amz-Credential", options.credential),
        ("X-Amz-Date", options.timestamp), ("X-Amz-Expires", options.expires),
        ("X-Amz-SignedHeaders", ";".join(options.signed_headers)),
        *(token if options.token_is_signed else []))
    return with_parameters(target, ("X-Amz-Signature", signature(method, target, headers, options)),
                           *([] if options.token_is_signed else token))


def authorized(method, target, headers, body, options):
    """Returns the headers, followed by those that signing adds."""
    payload_hash = options.payload_hash or hash_of(body)
    added = [("x-amz-content-sha256", payload_hash), ("x-amz-date", options.timestamp)]
    signed_headers = sorted([*options.signed_headers, *(name for name, _ in added)])
    options = options._replace(payload_hash=payload_hash, signed_headers=tuple(signed_headers))
    headers = (*headers, *added)
    return (*headers, ("Authorization",
                       f"{ALGORITHM} Credential={options.credential}, "
                       f"SignedHeaders={';'.join(options.signed_headers)}, "
                       f"Signature={signature(method, target, headers, options)}"))
