#!/usr/bin/python3
"""Sends good and broken requests to a real S3 server, and compares its verdicts with presign's.

    live_test.py swift|rgw PRESIGN SIGN_REQUESTS CHECK_REQUEST [--answers FOLDER]
                 [--count 1000] [--seed TEXT] [--only N]

The last three are programs. First come the cases of cases.py: what presign accepts the server has
to serve, and the reverse, except DISAGREEMENTS; and presign explain has to name the cause of each
refusal. Then come random requests that presign signs, half of them with a character changed. The
seed is printed; --seed, or PRESIGN_SEED in the environment, repeats a run, and --only repeats one
request of it. --answers keeps the server's answers to the cases, a JSON file for each.

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
    more = argparse.ArgumentParser(add_help=False)
    more.add_argument("server", choices=["swift", "rgw"])
    more.add_argument("presign", help="the command")
    more.add_argument("signer", metavar="sign_requests")
    more.add_argument("--answers", type=pathlib.Path, help="a folder for the server's answers")
    return by_seed.parse_arguments(__doc__, "check_request", "request", 1000, [more])


# ── Verdicts ────────────────────────────────────────────────────────────────────────────────────


def is_served(answer):
    """Whether the server took the request for good. What is not there it cannot serve, and says so
    only to those who may know."""
    return answer.status < 300 or answer.code in ("NoSuchKey", "NoSuchBucket")


def verdict(ask, request, by, keys=None):
    """presign's, as a receiver that has these keys."""
    in_header = any(name.lower() == "authorization" for name, _ in request.headers)
    return ask({
        "signed_in": "header" if in_header else "query",
        "method": request.method,
        "target": request.target,
        "headers": request.headers,
        "payload_hash": signing.hash_of(request.body),
        "region": by.region,
        "credentials": (keys or by.keys)._asdict(),
    })


# ── Cases ───────────────────────────────────────────────────────────────────────────────────────


def take_role(by, arn):
    """Temporary credentials, from a server with STS."""
    query = urlencode({"Action": "AssumeRole", "Version": "2011-06-15", "RoleSessionName": "test",
                       "RoleArn": arn}, quote_via=quote)
    headers = (("Host", by.host),)
    target = signing.presigned("POST", "/?" + query, headers,
                               by.how(service="sts", payload_hash=signing.hash_of(b"")))
    answer = send(Request("POST", target, headers), by.port).body.decode()
    return signing.Keys(*[re.search(f"<{name}>(.*?)</{name}>", answer)[1]
                          for name in ["AccessKeyId", "SecretAccessKey", "SessionToken"]])


def keep(folder, server_name, case, by, answer):
    """Everything about a case, for a person or another test."""
    name = re.sub("[^a-z0-9]+", "-", case.name.lower())
    settings = {
        "server": server_name,
        "case": case.name,
        "cause": case.cause,
        "method": case.request.method,
        "url": case.request.url,
        "meant_url": (case.meant or case.request).url,
        "meant_headers": (case.meant or case.request).headers,
        "headers": case.request.headers,
        "request_body": case.request.body.decode(),
        "is_served": is_served(answer),
        "status": answer.status,
        "body": answer.body.decode(),
        "signed_by": (case.signed_by or case.known or by.keys)._asdict(),
        "known": (case.known or by.keys)._asdict(),
    }
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{server_name}-{name}.json").write_text(
        json.dumps(settings, indent=1, ensure_ascii=False) + "\n")


def differences(arguments, case, by, ask, tally):
    """Where a case does not end as it says."""
    answer = send(case.request, by.port)
    if arguments.answers:
        keep(arguments.answers, arguments.server, case, by, answer)
    known = case.known or by.keys
    ours = verdict(ask, case.request, by, known)
    if ours["accepted"] != case.is_good:
        yield f"presign says {ours}"
    if is_served(answer) != case.is_served_by(arguments.server):
        yield f"{arguments.server} answers {answer}"
    elif case.cause and not is_served(answer):
        tally["explained"] += 1
        yield from explanation.differences(arguments.presign, arguments.server, case, answer, known)


def check_cases(arguments, by, temporary):
    """Whether all cases end as they say."""
    tally = collections.Counter()
    with by_seed.Program(arguments.program) as program:
        for case in cases.all_cases(by, temporary):
            found = list(differences(arguments, case, by, program.ask, tally))
            tally["cases"] += 1
            tally["failures"] += bool(found)
            if found:
                print("\n  ".join([f"\n{case.name}: {case.request.method} {case.request.url}",
                                   *found]))
    print("{cases} cases, {explained} refusals explained, {failures} failures".format_map(tally))
    return tally["failures"] == 0


# ── Random requests ─────────────────────────────────────────────────────────────────────────────


def comparison(server_name, by, sign, tally):
    """What by_seed.run calls, to sign with sign_requests. The tally counts agreement."""

    def compare(rng, ask):
        link = sign(random_requests.request_of(rng, server_name, by))
        host, target = re.match("http://([^/]*)(.*)", link["url"]).groups()
        request = Request(link["method"], target, (("Host", host), *map(tuple, link["headers"])))
        if rng.random() < 0.5:
            request = random_requests.changed(rng, server_name, request)
        answer = send(request, by.port)
        ours = verdict(ask, request, by)
        if ours["accepted"] != is_served(answer):
            return request[:3], [f"{server_name}: {answer}, presign: {ours}"]
        tally["accepted" if ours["accepted"] else "refused"] += 1
        return request[:3], []

    return compare


def main():
    arguments = parse_arguments()
    with server.running(arguments.server) as running:
        settings = running.settings
        by = cases.Signer(settings, arguments.presign)
        put = send(by.sent(by.url("--method", "PUT"), method="PUT", body=cases.CONTENT), by.port)
        if put.status != 200:
            sys.exit(f"The object could not be put there: {put}")
        temporary = take_role(by, settings["ROLE_ARN"]) if "ROLE_ARN" in settings else None
        good = check_cases(arguments, by, temporary)
        tally = collections.Counter()
        with by_seed.Program(arguments.signer) as signer:
            compare = comparison(arguments.server, by, signer.ask, tally)
            good &= by_seed.run(arguments, "request", compare)
        print("{accepted} requests accepted by both, {refused} refused by both".format_map(tally))
    sys.exit(not good)


if __name__ == "__main__":
    main()
