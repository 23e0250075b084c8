#!/usr/bin/python3
"""Sends valid and invalid requests to a real S3 server, and compares its verdicts with presign's.

    live_test.py swift|rgw PRESIGN SIGN_REQUESTS CHECK_REQUEST [--responses FOLDER]
                 [--count 1000] [--seed TEXT] [--only N]

The last three are programs. First come the cases of cases.py: except for DISAGREEMENTS, the server
has to accept what presign accepts, and reject what presign rejects; and presign explain has to name
the cause of each rejection. Then come random requests that presign signs, half of them with a
character changed. The seed is printed; --seed, or PRESIGN_SEED in the environment, repeats a run,
and --only repeats one request of it. --responses keeps the server's response to each case in a JSON
file.

Exits with 77 if the server is not installed.
"""
import argparse
import collections
import json
import pathlib
import re
import sys
from urllib.parse import quote, urlencode

import by_seed
import cases
import explanation
import random_requests
import server
import signing
from message import Request, send


def parse_arguments():
    parent = argparse.ArgumentParser(add_help=False)
    parent.add_argument("server", choices=["swift", "rgw"])
    parent.add_argument("presign", help="the command")
    parent.add_argument("sign_requests")
    parent.add_argument("--responses", type=pathlib.Path,
                        help="a folder for the server's responses")
    return by_seed.parse_arguments(__doc__, "check_request", "request", 1000, [parent])


# ── Verdicts ────────────────────────────────────────────────────────────────────────────────────


def is_accepted(response):
    """Returns whether the server accepted the signature. Only then does it say that an object or a
    bucket does not exist."""
    return response.status < 300 or response.code in ("NoSuchKey", "NoSuchBucket")


def verdict(ask, request, signer, keys=None):
    """Returns presign's verdict, as a receiver that has these keys."""
    in_header = any(name.lower() == "authorization" for name, _ in request.headers)
    return ask({
        "place": "headers" if in_header else "query",
        "method": request.method,
        "target": request.target,
        "headers": request.headers,
        "payload_hash": signing.hash_of(request.body),
        "region": signer.region,
        "credentials": (keys or signer.keys)._asdict(),
    })


# ── Cases ───────────────────────────────────────────────────────────────────────────────────────


def take_role(signer, arn):
    """Returns temporary credentials, from a server with STS."""
    query = urlencode({"Action": "AssumeRole", "Version": "2011-06-15", "RoleSessionName": "test",
                       "RoleArn": arn}, quote_via=quote)
    headers = (("Host", signer.host),)
    target = signing.presigned("POST", "/?" + query, headers,
                               signer.options(service="sts", payload_hash=signing.hash_of(b"")))
    response = send(Request("POST", target, headers), signer.port).body.decode()
    return signing.Keys(*[re.search(f"<{name}>(.*?)</{name}>", response)[1]
                          for name in ["AccessKeyId", "SecretAccessKey", "SessionToken"]])


def keep(folder, server_name, case, signer, response):
    """Writes everything about a case to a file, for a person or another test."""
    name = re.sub("[^a-z0-9]+", "-", case.name.lower())
    settings = {
        "server": server_name,
        "case": case.name,
        "cause": case.cause,
        "method": case.request.method,
        "url": case.request.url,
        "intended_url": (case.intended or case.request).url,
        "intended_headers": (case.intended or case.request).headers,
        "headers": case.request.headers,
        "request_body": case.request.body.decode(),
        "is_accepted": is_accepted(response),
        "status": response.status,
        "body": response.body.decode(),
        "signing_keys": (case.signing_keys or case.server_keys or signer.keys)._asdict(),
        "server_keys": (case.server_keys or signer.keys)._asdict(),
    }
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{server_name}-{name}.json").write_text(
        json.dumps(settings, indent=1, ensure_ascii=False) + "\n")


def differences(arguments, case, signer, ask, tally):
    """Yields a message for each difference from the outcome that the case expects."""
    response = send(case.request, signer.port)
    if arguments.responses:
        keep(arguments.responses, arguments.server, case, signer, response)
    keys = case.server_keys or signer.keys
    ours = verdict(ask, case.request, signer, keys)
    if ours["accepted"] != case.is_valid:
        yield f"presign says {ours}"
    if is_accepted(response) != case.is_accepted_by(arguments.server):
        yield f"{arguments.server} responds with {response}"
    elif case.cause and not is_accepted(response):
        tally["explained"] += 1
        yield from explanation.differences(arguments.presign, arguments.server, case, response,
                                           keys)


def check_cases(arguments, signer, temporary):
    """Checks all cases, and returns whether they have the outcome that they expect."""
    tally = collections.Counter()
    with by_seed.Program(arguments.program) as program:
        for case in cases.all_cases(signer, temporary):
            messages = list(differences(arguments, case, signer, program.ask, tally))
            tally["cases"] += 1
            tally["failures"] += bool(messages)
            if messages:
                print("\n  ".join([f"\n{case.name}: {case.request.method} {case.request.url}",
                                   *messages]))
    print("{cases} cases, {explained} rejections explained, {failures} failures".format_map(tally))
    return tally["failures"] == 0


# ── Random requests ─────────────────────────────────────────────────────────────────────────────


def comparison(server_name, signer, sign, tally):
    """Returns the function that by_seed.run calls for each request. It signs with sign_requests and
    counts verdicts on which both agree."""

    def compare(rng, ask):
        link = sign(random_requests.request_of(rng, server_name, signer))
        host, target = re.match("http://([^/]*)(.*)", link["url"]).groups()
        request = Request(link["method"], target, (("Host", host), *map(tuple, link["headers"])))
        if rng.random() < 0.5:
            request = random_requests.changed(rng, server_name, request)
        response = send(request, signer.port)
        ours = verdict(ask, request, signer)
        if ours["accepted"] != is_accepted(response):
            return request[:3], [f"{server_name}: {response}, presign: {ours}"]
        tally["accepted" if ours["accepted"] else "rejected"] += 1
        return request[:3], []

    return compare


def main():
    arguments = parse_arguments()
    with server.running(arguments.server) as running:
        settings = running.settings
        signer = cases.Signer(settings, arguments.presign)
        upload = signer.request(signer.url("--method", "PUT"), method="PUT", body=cases.CONTENT)
        response = send(upload, signer.port)
        if response.status != 200:
            sys.exit(f"The object could not be uploaded: {response}")
        temporary = take_role(signer, settings["ROLE_ARN"]) if "ROLE_ARN" in settings else None
        passed = check_cases(arguments, signer, temporary)
        tally = collections.Counter()
        with by_seed.Program(arguments.sign_requests) as program:
            compare = comparison(arguments.server, signer, program.ask, tally)
            passed &= by_seed.run(arguments, "request", compare)
        print("{accepted} requests accepted by both, {rejected} rejected by both".format_map(tally))
    sys.exit(not passed)


if __name__ == "__main__":
    main()
