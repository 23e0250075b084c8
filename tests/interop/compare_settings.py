#!/usr/bin/python3
"""Signs URLs under random environments, AWS files and options with the command presign and with the
code of `aws s3 presign`, and compares the URLs.

    compare_settings.py PROGRAM [--count 150] [--seed TEXT] [--only N]

PROGRAM is presign. The seed is printed; --seed, or PRESIGN_SEED in the environment, repeats a run,
and --only repeats one question of it.

The AWS CLI's version 2 is asked if Python can import it (Debian: awscli); otherwise botocore, with
the few settings that version 2 has changed. Both read the same environment and files in this
process. A setting that is newer than they are is not asked about. Exits with 77 if both are missing.

adapted() and departure() below list where presign differs, and why. Any other difference is a
failure.
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile
from urllib.parse import parse_qs, urlsplit

import by_seed

try:
    import awscli  # in version 2, "botocore" is then the CLI's own
except ImportError:
    awscli = None
try:
    import botocore.session
    from botocore import UNSIGNED, configprovider, loaders, signers
    from botocore.config import Config
except ImportError:
    print("neither the AWS CLI nor botocore is installed: nothing to compare with")
    sys.exit(77)
IS_CLI = awscli is not None and "awscli" in botocore.session.__file__
if not IS_CLI:  # Version 2 signs for the host of the region.
    # pylint: disable-next=protected-access
    signers._should_use_global_endpoint = lambda client: False

LOADER = loaders.create_loader()
KNOWN = set(configprovider.BOTOCORE_DEFAUT_SESSION_VARIABLES)
KNOWS_ENDPOINTS = hasattr(configprovider, "ConfiguredEndpointProvider")
HOME = tempfile.TemporaryDirectory()
FILES = {"AWS_CONFIG_FILE": pathlib.Path(HOME.name) / "config",
         "AWS_SHARED_CREDENTIALS_FILE": pathlib.Path(HOME.name) / "credentials"}

# ── Questions ───────────────────────────────────────────────────────────────────────────────────

REGIONS = ["us-east-1", "us-west-2", "eu-central-1", "us-gov-west-1", "cn-north-1", "aws-global",
           "fips-us-east-1", "us-west-2-fips", "fips-us-gov-west-1", "s3-external-1"]
ENDPOINTS = ["https://storage.example.com", "http://localhost:9000", "http://10.0.0.1:9000",
             "https://example.com:8443/base", "https://s3-accelerate.amazonaws.com"]
BUCKETS = ["bucket", "bucket", "my.bucket", "My_Bucket",
           "arn:aws:s3:us-west-2:123456789012:accesspoint:ap",
           "arn:aws-us-gov:s3:us-gov-west-1:123456789012:accesspoint:ap",
           "arn:aws:s3-object-lambda:us-east-1:123456789012:accesspoint/ap"]
BOOLEANS = ["true", "false", "True", "FALSE"] * 6 + ["yes", "1"]
STYLES = ["auto", "path", "virtual"] * 5 + ["sideways"]
NESTED = {"addressing_style": STYLES, "use_accelerate_endpoint": BOOLEANS,
          "use_dualstack_endpoint": BOOLEANS, "use_arn_region": BOOLEANS,
          "payload_signing_enabled": BOOLEANS, "max_concurrent_requests": ["20"],
          "signature_version": ["s3v4"] * 9 + ["s3"], "us_east_1_regional_endpoint": ["regional"],
          "s3_disable_multiregion_access_points": BOOLEANS}
PROFILE = {"region": REGIONS, "output": ["json"], "use_fips_endpoint": BOOLEANS,
           "use_dualstack_endpoint": BOOLEANS, "s3_use_arn_region": BOOLEANS,
           "max_attempts": ["3"], "sts_regional_endpoints": ["regional"],
           "s3_disable_express_session_auth": ["true", "false"], "endpoint_url": ENDPOINTS,
           "services": ["mine", "mine", "other"],
           "ignore_configured_endpoint_urls": BOOLEANS}
VARIABLES = {"AWS_REGION": REGIONS, "AWS_DEFAULT_REGION": REGIONS, "AWS_PROFILE": ["a", "b"],
             "AWS_DEFAULT_PROFILE": ["a", "b"], "AWS_USE_FIPS_ENDPOINT": BOOLEANS,
             "AWS_USE_DUALSTACK_ENDPOINT": BOOLEANS, "AWS_S3_USE_ARN_REGION": BOOLEANS,
             "AWS_SESSION_TOKEN": ["new-token"], "AWS_SECURITY_TOKEN": ["old-token"],
             "AWS_MAX_ATTEMPTS": ["2"], "AWS_ENDPOINT_URL": ENDPOINTS,
             "AWS_ENDPOINT_URL_S3": ENDPOINTS, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": BOOLEANS,
             "AWS_S3_DISABLE_MULTIREGION_ACCESS_POINTS": BOOLEANS}


def some_of(rng, choices, probability):
    """Returns some of the settings, each with one of its values."""
    return {name: rng.choice(values) for name, values in choices.items()
            if rng.random() < probability and is_known(name)}


def is_known(name):
    """Returns whether the code that is asked is as new as a setting."""
    name = name.lower().removeprefix("aws_")
    if name.startswith(("endpoint_url", "ignore_conf", "services")):
        return KNOWS_ENDPOINTS
    return name in KNOWN or name != "s3_disable_express_session_auth"


def block(rng, settings):
    indent = " " * rng.randint(1, 4)
    return "".join(f"{indent}{name}{rng.choice([' = ', '=', '  ='])}{value}\n"
                   for name, value in settings.items())


def profile(rng, title, is_config):
    text = f"[{title}]\n"
    if rng.random() < 0.5 or title == "default":
        token = rng.choice(["", "aws_session_token = t\n", "aws_security_token = s\n"])
        text += f"aws_access_key_id = AK{title[-1]}{is_config}\naws_secret_access_key = s\n{token}"
    settings = some_of(rng, PROFILE, 0.2 if is_config else 0.03)
    text += "".join(f"{name} = {value}\n" for name, value in settings.items())
    nested = some_of(rng, NESTED, 0.25)
    if is_config and nested and rng.random() < 0.6:
        text += "s3 =\n" + block(rng, nested)
    return text + rng.choice(["", "\n", "# a comment\n", "cli_pager =\n"])


def question_of(rng):
    config = "".join(profile(rng, title, True) for title in ("default", "profile a", "profile b"))
    if KNOWS_ENDPOINTS:
        config += "[services mine]\ndynamodb =\n  endpoint_url = http://localhost:8000\n"
        if rng.random() < 0.8:
            config += "s3 =\n" + block(rng, {"endpoint_url": rng.choice(ENDPOINTS)})
    keys = "".join(profile(rng, title, False) for title in ("default", "a", "b"))
    variables = some_of(rng, VARIABLES, 0.12)
    if rng.random() < 0.5:
        variables.update(AWS_ACCESS_KEY_ID="AKenv", AWS_SECRET_ACCESS_KEY="secret")
    options = some_of(rng, {"region": REGIONS, "endpoint-url": ENDPOINTS, "profile": ["a", "b"],
                            "no-sign-request": [""]}, 0.1)
    return {"bucket": rng.choice(BUCKETS), "key": rng.choice(["key", "a b/ü+~.txt", "x//y"]),
            "variables": variables, "options": options, "config": config, "credentials": keys}


# ── Results ─────────────────────────────────────────────────────────────────────────────────────


def parts_of(url):
    url = urlsplit(url)
    return {"address": f"{url.scheme}://{url.netloc}{url.path}",
            **{name: value for name, [value] in parse_qs(url.query).items()}}


def session_of(question):
    table = {} if IS_CLI else {
        "region": ("region", ["AWS_REGION", "AWS_DEFAULT_REGION"], None, None),
        "profile": (None, ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"], None, None)}
    session = botocore.session.Session(session_vars=table, profile=question["options"].get("profile"))
    session.register_component("data_loader", LOADER)
    return session


def by_aws(question, session):
    """Returns the parts of the AWS CLI's URL, or its error."""
    options = question["options"]
    # Version 2 signs with SigV4 alone.
    config = {} if IS_CLI else {"signature_version": "s3v4",
                                "s3": {"us_east_1_regional_endpoint": "regional"}}
    if "no-sign-request" in options:
        config["signature_version"] = UNSIGNED
    session.set_default_client_config(Config(**config))
    try:
        client = session.create_client("s3", region_name=options.get("region"),
                                       endpoint_url=options.get("endpoint-url"))
        return parts_of(client.generate_presigned_url(
            "get_object", {"Bucket": question["bucket"], "Key": question["key"]}, ExpiresIn=60))
    except Exception as failure:  # pylint: disable=broad-exception-caught
        return {"error": f"{type(failure).__name__}: {failure}"}


class Command:
    """The command, as a program that by_seed asks."""
    has_ended = False

    def __init__(self, path):
        self.path = path

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def close(self):
        return 0

    def ask(self, arguments):
        done = subprocess.run([self.path, *arguments], capture_output=True, encoding="utf-8",
                              check=False)
        return {"error": done.stderr} if done.returncode else parts_of(done.stdout.rstrip("\n"))


# ── Departures ──────────────────────────────────────────────────────────────────────────────────


def adapted(question, session):
    """Returns the question for the AWS CLI if presign takes it otherwise.

    - Without a region, presign takes us-east-1, and signs for its host instead of the global one.
    - s3-external-1 is us-east-1. The AWS CLI makes it part of a host that does not exist.
    - For aws-global, us-east-1 signs, under an endpoint too.
    - An ARN's region counts, unless use_arn_region is false: the one that is configured may be of
      another partition.
    """
    options = dict(question["options"])
    region = options.get("region") or session.get_config_variable("region")
    s3_settings = session.get_config_variable("s3") or {}
    if region in (None, "s3-external-1"):
        options["region"] = "us-east-1"
    if region == "aws-global" and "/aws-global/" in by_aws(question, session).get(
            "X-Amz-Credential", ""):
        options["region"] = "us-east-1"
    arn = question["bucket"].split(":")
    if len(arn) > 1 and "region" not in question["options"] and (
            region is None or s3_settings.get("use_arn_region", True)):
        options["region"] = ("fips-" if "fips" in (region or "") else "") + arn[3]
    return dict(question, options=options)


def departure(question):
    """Returns a pattern of the errors with which presign may fail although the AWS CLI does not.

    - A boolean other than true and false is false for the AWS CLI; a style that is none is auto.
    - signature_version = s3, which version 2 ignores, asks for another signature.
    - Under an endpoint, a bucket that cannot be a host label contradicts addressing_style = virtual.
    - Nothing can stand before an IP address.
    """
    text = question["config"] + question["credentials"] + " ".join(question["variables"].values())
    patterns = []
    if re.search(r"\b(yes|1|sideways)\b", text):
        patterns.append("must be true or false|must be auto or path or virtual")
    if re.search(r"signature_version *= *s3$", text, re.MULTILINE):
        patterns.append("must be s3v4 or v4")
    if "virtual" in question["config"]:
        patterns.append("cannot be a host name before")
    if question["bucket"].startswith("arn:"):
        patterns.append("an endpoint that is an IP address cannot be used with an ARN")
    return "|".join(patterns)


def is_outdated(question, theirs):
    """Returns whether AWS's rules of before 2023 differ here from those of today, which have FIPS in
    path style, but not in China, and dots before a host under http."""
    return not KNOWS_ENDPOINTS and (
        "Path-style addressing cannot be used with FIPS" in theirs.get("error", "") or
        theirs.get("address", "").startswith("https://s3-fips.cn-") or
        question["bucket"] == "my.bucket" and theirs.get("address", "").startswith("http:"))


def compare(rng, ask):
    question = question_of(rng)
    for variable, path in FILES.items():
        path.write_text(question["config" if "CONFIG" in variable else "credentials"],
                        encoding="utf-8")
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    os.environ.update(question["variables"], **{name: str(path) for name, path in FILES.items()})
    session = session_of(question)
    theirs = by_aws(adapted(question, session), session)
    arguments = [f"s3://{question['bucket']}/{question['key']}", "--expires-in", "60"]
    for name, value in question["options"].items():
        arguments += [f"--{name}", value] if value else [f"--{name}"]
    if "X-Amz-Date" in theirs:
        arguments += ["--date", theirs["X-Amz-Date"]]
    ours = ask(arguments)
    if is_outdated(question, theirs):
        return question, []
    allowed = departure(question)
    by_seed.tally(ours, theirs, "URLs")
    if "error" in ours and ("error" in theirs or allowed and re.search(allowed, ours["error"])):
        return question, []
    return question, [f"{name}: presign {ours.get(name)}, aws {theirs.get(name)}"
                      for name in sorted({*ours, *theirs}) if ours.get(name) != theirs.get(name)]


def main():
    arguments = by_seed.parse_arguments(__doc__, "presign", "question", 150)
    arguments.program = os.path.abspath(arguments.program)
    print(f"{'the AWS CLI' if IS_CLI else 'botocore'} "
          f"{'with' if KNOWS_ENDPOINTS else 'without'} endpoints in its settings", flush=True)
    by_seed.run_with_tally(arguments, compare, Command)


if __name__ == "__main__":
    main()
