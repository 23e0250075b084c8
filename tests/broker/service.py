"""Shared by the broker's tests: a running broker, members who use it, and an S3 client."""
import contextlib
import datetime
import hashlib
import hmac
import http.client
import json
import os
import pathlib
import random
import re
import select
import shutil
import signal
import socket
import socketserver
import subprocess
import tempfile
import threading
import time
import typing
import unittest
import urllib.parse

PASSWORD = "correct horse battery"
SEED = os.environ.get("PRESIGN_SEED") or os.urandom(6).hex()


def takes_long(test):
    """Marks a slow test. A run has a third of them, by PRESIGN_SEED, unless PRESIGN_ALL is set."""
    is_in_sample = random.Random(SEED + test.__name__).random() < 1 / 3
    return unittest.skipUnless(os.environ.get("PRESIGN_ALL") or is_in_sample,
                               f"not in the sample of PRESIGN_SEED={SEED}")(test)


def wait_until(condition):
    """Waits until condition() is true, for a minute at most."""
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.01)


class Store(typing.NamedTuple):
    """An object store: by default examples/store, with the key pair of AWS's documentation."""
    endpoint: str
    key_id: str = "AKIAIOSFODNN7EXAMPLE"
    secret: str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
    region: str = "us-east-1"
    bucket: str = "files"
    members_bucket: str = "members"
    role_arn: str = "arn:aws:iam:::role/reader"

    @property
    def keys(self):
        return {"AWS_ACCESS_KEY_ID": self.key_id, "AWS_SECRET_ACCESS_KEY": self.secret}

    def url(self, key, bucket=None):
        return f"{self.endpoint}/{bucket or self.bucket}/{key}"


class Service:
    """A running program. Its output says where it is, on the line that begins with a text."""

    def __init__(self, command, line, environment):
        inherited = {name: value for name, value in os.environ.items()
                     if not name.startswith(("AWS_", "BROKER_"))}
        self.environment = {**inherited, "HOME": "/nonexistent", **environment}
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                        encoding="utf-8", env=self.environment)
        self.log = []
        self.address = None
        for output in self.process.stdout:
            if output.startswith(line):
                self.address = output.split()[-1].rstrip("/")
                break
        self.reader = threading.Thread(target=lambda: self.log.extend(self.process.stderr),
                                       daemon=True)
        self.reader.start()

    def stop(self):
        """Stops the program, and returns its exit status and its log."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(timeout=60)
        self.reader.join(timeout=10)
        self.process.stdout.close()
        self.process.stderr.close()
        log = "".join(self.log)
        assert 0 <= status < 128 and "Sanitizer" not in log, (status, log)
        return status, log

    def resident_kilobytes(self):
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as status:
            return int(re.search(r"VmRSS:\s+(\d+)", status.read())[1])

    def processor_ticks(self):
        with open(f"/proc/{self.process.pid}/stat", encoding="ascii") as status:
            return sum(map(int, status.read().rpartition(")")[2].split()[11:13]))  # utime, stime


# A broker behind a proxy, which the tests then are.
BEHIND_PROXY = {"BROKER_PUBLIC_URL": "http://files.example.com", "BROKER_SESSION_KEY": "k" * 40}


class Broker(Service):

    def __init__(self, program, *arguments, **settings):
        self.program = program
        self.host = urllib.parse.urlsplit(settings.get("BROKER_PUBLIC_URL", "")).netloc
        super().__init__([program, *arguments], "File Access System: ",
                         {"BROKER_PORT": "0", **Store("").keys, **settings})

    def command(self, *arguments):
        """Runs the program with these arguments and the broker's settings, and returns its output."""
        return subprocess.run([self.program, *arguments], env=self.environment, check=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              encoding="utf-8").stdout

    def invite(self, name):
        return self.command("invite", name).split()[0]


class ExampleStore(Service):
    """The program examples/store, which is built next to the broker."""

    def __init__(self, broker_program, folder, port=0):
        program = pathlib.Path(broker_program).parents[1] / "store/store"
        super().__init__([program, f"{folder}/objects.sqlite", str(port)], "The store is at ", Store("").keys)


class DemoBroker(Broker):
    """A broker with its own store, in the given folder or in a temporary one."""

    def __init__(self, program, folder=None, **settings):
        self.own_folder = None if folder else tempfile.mkdtemp(prefix="broker-test-")
        self.own_store = ExampleStore(program, folder or self.own_folder)
        self.store = Store(self.own_store.address)
        super().__init__(program, **{**settings_for(self.store), **settings})

    def stop(self):
        self.own_store.stop()
        outcome = super().stop()
        if self.own_folder:
            shutil.rmtree(self.own_folder, ignore_errors=True)
        return outcome


def settings_for(store):
    """Returns the broker's settings for a store."""
    return {"BROKER_ENDPOINT": store.endpoint, "BROKER_REGION": store.region,
            "BROKER_BUCKET": store.bucket, "BROKER_MEMBERS_BUCKET": store.members_bucket,
            "BROKER_ROLE_ARN": store.role_arn, "BROKER_OPEN_SIGN_UP": "yes", **store.keys}


def on_store(store, program, **settings):
    """Starts a broker on a store that is running."""
    return Broker(program, **{**settings_for(store), **settings})


class Forwarder:
    """A port that forwards to another port and can be cut, as if the store stopped."""

    def __init__(self):
        self.target = None  # "http://host:port"; None while it is cut
        self.delay = 0  # seconds before each connection
        self.served = 0  # the connections that have ended
        lock = threading.Lock()
        forwarder = self

        class Connection(socketserver.BaseRequestHandler):

            def handle(self):
                target = forwarder.target
                if target is None:
                    return
                host, port = target.split("://")[1].split(":")
                time.sleep(forwarder.delay)
                with contextlib.suppress(OSError), socket.create_connection((host, port)) as store:
                    ends = {self.request: store, store: self.request}
                    while forwarder.target == target:
                        for ready in select.select(list(ends), [], [], 0.05)[0]:
                            piece = ready.recv(65536)
                            if not piece:
                                with lock:
                                    forwarder.served += 1
                                return
                            ends[ready].sendall(piece)

        socketserver.ThreadingTCPServer.daemon_threads = True
        self.server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Connection)
        self.endpoint = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


class Response:

    def __init__(self, http_response):
        self.status = http_response.status
        self.headers = http_response.headers
        self.body = http_response.read()

    def json(self):
        return json.loads(self.body)


# What ask() sends by, for each scheme. A test that has a proxy adds "https".
CONNECTIONS = {"http": http.client.HTTPConnection}


def ask(url, method="GET", body=None, headers=None):
    """Sends a request with exactly the URL's target, and returns the response."""
    scheme, rest = url.split("://", 1)
    host, _, target = rest.partition("/")
    with contextlib.closing(CONNECTIONS[scheme](host, timeout=60)) as connection:
        connection.request(method, "/" + target, body, headers or {})
        return Response(connection.getresponse())


class Member:
    """A visitor of the broker, with the cookies of a session and of a browser that is known."""

    def __init__(self, broker, cookie=None, browser=None):
        self.address = broker.address
        self.host = broker.host
        self.cookie = cookie
        self.browser = browser

    def headers(self):
        cookies = "; ".join(filter(None, [self.cookie, self.browser]))
        return {**({"Cookie": cookies} if cookies else {}),
                **({"Host": self.host} if self.host else {})}

    def post(self, path, headers=None, **fields):
        response = ask(self.address + path, "POST", urllib.parse.urlencode(fields),
                     {"Content-Type": "application/x-www-form-urlencoded", **self.headers(),
                      **(headers or {})})
        for cookie in response.headers.get_all("Set-Cookie", []):
            pair = cookie.split(";")[0]
            if "session=" in pair:
                self.cookie = pair
            else:
                self.browser = pair
        return response

    def get(self, path, **parameters):
        query = "?" + urllib.parse.urlencode(parameters) if parameters else ""
        return ask(self.address + path + query, headers=self.headers())

    def sign_up(self, name, password=PASSWORD, **fields):
        return self.post("/signup", name=name, password=password, **fields)

    def log_in(self, name, password=PASSWORD, **fields):
        return self.post("/login", name=name, password=password, **fields)

    def all_files(self, **parameters):
        """Returns all files, all folders, and the number of pages."""
        files, folders, pages = [], [], 0
        next_page = ""
        while True:
            response = self.get("/files", next=next_page, **parameters)
            assert response.status == 200, (response.status, response.body)
            page = response.json()
            files += page["files"]
            folders += page["folders"]
            pages += 1
            next_page = page["next"]
            if not next_page:
                return files, folders, pages


# ── An S3 client that does not use presign ──────────────────────────────────────────────────────


def hashed(key, text):
    return hmac.digest(key, text.encode(), "sha256")


def signed_url(store, method, path, query=(), headers=(), now=None):
    """Returns a presigned URL that is valid for five minutes. The path and the query are raw.

    https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
    """
    now = (now or datetime.datetime.now(datetime.timezone.utc)).strftime("%Y%m%dT%H%M%SZ")
    scope = f"{now[:8]}/{store.region}/s3/aws4_request"
    host = store.endpoint.split("://")[1]
    headers = sorted([("host", host), *headers])
    names = ";".join(name for name, _ in headers)
    parameters = [*query, ("X-Amz-Algorithm", "AWS4-HMAC-SHA256"), ("X-Amz-Date", now),
                  ("X-Amz-Credential", f"{store.key_id}/{scope}"), ("X-Amz-Expires", "300"),
                  ("X-Amz-SignedHeaders", names)]
    encode = lambda text: urllib.parse.quote(text, safe="-_.~")
    query = "&".join(sorted(f"{encode(name)}={encode(value)}" for name, value in parameters))
    path = urllib.parse.quote(path, safe="/-_.~")
    request = "\n".join([method, path, query, *(f"{name}:{value}" for name, value in headers), "",
                         names, "UNSIGNED-PAYLOAD"])
    key = b"AWS4" + store.secret.encode()
    for part in scope.split("/"):
        key = hashed(key, part)
    to_sign = "\n".join(["AWS4-HMAC-SHA256", now, scope,
                         hashlib.sha256(request.encode()).hexdigest()])
    return f"{store.endpoint}{path}?{query}&X-Amz-Signature={hashed(key, to_sign).hex()}"


def put_object(store, key, body, bucket=None):
    response = ask(signed_url(store, "PUT", f"/{bucket or store.bucket}/{key}"), "PUT", body)
    assert response.status == 200, (key, response.status, response.body)
