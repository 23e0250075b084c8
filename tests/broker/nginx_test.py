#!/usr/bin/python3
"""Tests the broker behind the real nginx, with the configuration that stands next to the broker:
what nginx passes on and what it limits, and how many clients, fast and slow, it can have at once.

    nginx_test.py PROGRAM [unittest's arguments]

PROGRAM is the broker. All servers listen on 127.0.0.1, and the clients' addresses begin with 127.,
too. Exits with 77 if there is no nginx.
"""
import concurrent.futures
import contextlib
import gzip
import http.client
import os
import pathlib
import pwd
import re
import shutil
import socket
import socketserver
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import urllib.parse

import service
from service import PASSWORD, ExampleStore, Member, Response, Store, on_store, put_object, wait_until
from story import AWKWARD_KEYS, Story

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "pages"))
# pylint: disable=wrong-import-position
from blocks import commands

PROGRAM = ""  # from the command line
BROKER_FOLDER = pathlib.Path(__file__).resolve().parents[2] / "examples/broker"
NAME = "files.example.com"
SETTINGS = {"BROKER_PUBLIC_URL": "https://" + NAME, "BROKER_SESSION_KEY": "k" * 40}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


class Nginx:
    """A running nginx with the broker's configuration, in front of brokers at these addresses."""

    address = "https://" + NAME
    host = None  # that of the address

    def __init__(self, *brokers):
        self.folder = tempfile.mkdtemp(prefix="nginx-test-")
        self.http_port, self.https_port = free_port(), free_port()
        self.make_certificate()
        path = pathlib.Path(self.folder, "nginx.conf")
        path.write_text(self.configuration(brokers), encoding="utf-8")
        self.process = subprocess.Popen(
            ["nginx", "-c", path, "-e", f"{self.folder}/error.log", "-g", "daemon off;"])
        self.wait_until_it_listens()
        service.CONNECTIONS["https"] = lambda host, timeout: Connection(self)

    def make_certificate(self):
        certificate = f"{self.folder}/fullchain.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes",
                        "-subj", "/CN=" + NAME, "-addext", "subjectAltName=DNS:" + NAME,
                        "-keyout", f"{self.folder}/privkey.pem", "-out", certificate],
                       check=True, capture_output=True)
        self.tls = ssl.create_default_context(cafile=certificate)

    def configuration(self, brokers):
        """Returns the configuration with ports, files and a user of this machine."""
        text = (BROKER_FOLDER / "nginx.conf").read_text(encoding="utf-8")
        temporary = "".join(f" {kind}_temp_path {self.folder}/{kind};"
                            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        for pattern, replacement in [
                (r"user www-data;", f"user {pwd.getpwuid(os.getuid()).pw_name};"),
                (r"/run/nginx.pid", f"{self.folder}/pid"),
                (r"/var/log/nginx|/var/www/html|/etc/letsencrypt/live/[^/]+", self.folder),
                (r"server 127.0.0.1:8080;", " ".join(f"server {broker};" for broker in brokers)),
                (r"listen \[::\].*", ""),
                (r"listen 80", f"listen 127.0.0.1:{self.http_port}"),
                (r"listen 443", f"listen 127.0.0.1:{self.https_port}"),
                (r"http {", "http {" + temporary)]:
            text, count = re.subn(pattern, replacement, text)
            assert count > 0, pattern
        return text

    def wait_until_it_listens(self):
        for _ in range(100):
            with contextlib.suppress(ConnectionRefusedError), self.connect():
                return
            assert self.process.poll() is None, "nginx ended"
            time.sleep(0.1)
        raise AssertionError("nginx does not listen")

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=30)
        shutil.rmtree(self.folder)

    def connect(self, source="127.0.0.1", name=NAME):
        """Returns a TLS connection from this address to the server with this name."""
        plain = socket.create_connection(("127.0.0.1", self.https_port), 60, (source, 0))
        return self.tls.wrap_socket(plain, server_hostname=name)

    def send(self, text, source="127.0.0.1"):
        """Sends the beginning of a request, and returns the connection."""
        connection = self.connect(source)
        connection.sendall(text.replace("\n", "\r\n").replace("HOST", "Host: " + NAME).encode())
        return connection

    def ask(self, path, method="GET", body=None, headers=(), source="127.0.0.1"):
        with contextlib.closing(Connection(self, source)) as connection:
            connection.request(method, path, body, dict(headers))
            return Response(connection.getresponse())

    def ask_over_http(self, path, host):
        with contextlib.closing(
                http.client.HTTPConnection("127.0.0.1", self.http_port)) as connection:
            connection.request("GET", path, headers={"Host": host})
            return Response(connection.getresponse())


class Connection(http.client.HTTPSConnection):
    """A connection to files.example.com, which is where that nginx is."""

    def __init__(self, nginx, source="127.0.0.1"):
        super().__init__(NAME, context=nginx.tls)
        self.nginx, self.source = nginx, source

    def connect(self):
        self.sock = self.nginx.connect(self.source)


class BehindNginx(unittest.TestCase):
    """Has a store, brokers on it, and nginx in front of them."""

    brokers_at_once = 1

    @classmethod
    def setUpClass(cls):
        folder = tempfile.mkdtemp(prefix="nginx-test-store-")
        cls.addClassCleanup(shutil.rmtree, folder)
        own_store = ExampleStore(PROGRAM, folder)
        cls.addClassCleanup(own_store.stop)
        cls.store = Store(own_store.address)
        cls.brokers = [on_store(cls.store, PROGRAM, **SETTINGS)
                       for _ in range(cls.brokers_at_once)]
        for broker in cls.brokers:
            cls.addClassCleanup(broker.stop)
        cls.nginx = Nginx(*(broker.address.split("://")[1] for broker in cls.brokers))
        cls.addClassCleanup(cls.nginx.stop)

    def post(self, path, source, headers=(), **fields):
        return self.nginx.ask(path, "POST", urllib.parse.urlencode(fields),
                              {**FORM, **dict(headers)}, source)


class OneBrokerTest(Story, BehindNginx):

    test_two_brokers_over_one_store = None  # does not use nginx

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.begin(PROGRAM, cls.nginx, cls.store, AWKWARD_KEYS)


class TwoBrokersTest(OneBrokerTest):

    brokers_at_once = 2


class LimitsTest(BehindNginx):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for i in range(30):
            put_object(cls.store, f"a file with a long name {i}", b"")
        cls.member = Member(cls.nginx)
        assert cls.member.sign_up("ada").status == 200

    # ── Names and addresses ──

    def test_http_leads_to_https(self):
        response = self.nginx.ask_over_http("/files?prefix=a%2Fb", NAME)
        self.assertEqual((response.status, response.headers["Location"]),
                         (301, f"https://{NAME}/files?prefix=a%2Fb"))
        challenge = "/.well-known/acme-challenge/token"
        self.assertEqual(self.nginx.ask_over_http(challenge, NAME).status, 404)

    def test_other_names_are_refused(self):
        self.assertEqual(self.nginx.ask_over_http("/", "other.example.com").status, 421)
        self.assertEqual(self.nginx.ask("/", headers={"Host": "other.example.com"}).status, 421)
        with self.assertRaisesRegex(ssl.SSLError, "unrecognized name"):
            self.nginx.connect(name="other.example.com")

    def test_an_address_cannot_be_forged(self):
        messages = set()
        of_the_broker = "Too many attempts. Wait a little, then try again."
        for i in range(60):
            forged = {name: f"192.0.2.{i}" for name in ("X-Forwarded-For", "X-Real-IP")}
            response = self.post("/signup", "127.0.0.2", forged, name="?", password=PASSWORD)
            messages.add(response.json()["error"])
            if of_the_broker in messages:
                break
            time.sleep(0.5 if response.status == 429 else 0)
        self.assertIn(of_the_broker, messages)
        self.assertEqual(self.post("/signup", "127.0.0.3", name="?", password=PASSWORD).status, 422)

    def test_an_ipv6_client_is_its_network(self):
        text = (BROKER_FOLDER / "nginx.conf").read_text(encoding="utf-8")
        patterns = re.findall(r'"~(\S+)" \$network;', text)
        self.assertEqual(len(patterns), 2)
        for address, expected in {
                "2001:db8:1:2:3:4:5:6": "2001:db8:1:2:", "2001:db8:1:2::1": "2001:db8:1:2:",
                "2001:db8:1::5": "2001:db8:1", "2001:db8::a:b:c:d": "2001:db8", "::1": "::1",
                "192.0.2.1": "192.0.2.1"}.items():
            matches = filter(None, (re.match(pattern, address) for pattern in patterns))
            client = next((match["network"] for match in matches), address)
            self.assertEqual(client, expected)

    def test_metrics_are_not_for_the_public(self):
        for path in ["/metrics", "/metrics?a", "//metrics", "/%6Detrics", "/./metrics",
                     "/a/../metrics", "/metrics/", "/metrics%20", "/METRICS"]:
            response = self.nginx.ask(path)
            self.assertEqual(response.status, 404, path)
            self.assertNotIn(b"broker_events", response.body)
        own = service.ask(self.brokers[0].address + "/metrics")
        self.assertIn(b'broker_events_total{event="signup",status="200"} 1', own.body)

    # ── Limits ──

    def assert_too_many(self, response):
        self.assertEqual((response.status, response.headers["Retry-After"]), (429, "5"))
        self.assertIn("Too many requests", response.json()["error"])

    def test_requests_at_once(self):
        with contextlib.ExitStack() as connections:
            for _ in range(50):
                connections.enter_context(self.nginx.send(
                    "PUT / HTTP/1.1\nHOST\nContent-Length: 9\n\n1", "127.0.0.4"))
            wait_until(lambda: self.nginx.ask("/", source="127.0.0.4").status != 200)  # it has read all
            self.assert_too_many(self.nginx.ask("/", source="127.0.0.4"))
            self.assertEqual(self.nginx.ask("/", source="127.0.0.5").status, 200)

    def test_listings_at_once(self):
        with contextlib.ExitStack() as connections:
            for _ in range(10):
                connections.enter_context(self.nginx.send(
                    "GET /files HTTP/1.1\nHOST\nContent-Length: 9\n\n1", "127.0.0.9"))
            wait_until(lambda: self.nginx.ask("/files", source="127.0.0.9").status != 401)
            self.assert_too_many(self.nginx.ask("/files", source="127.0.0.9"))
            self.assertEqual(self.nginx.ask("/", source="127.0.0.9").status, 200)
            self.assertEqual(self.nginx.ask("/files", source="127.0.0.10").status, 401)

    def test_posts_a_second(self):
        with contextlib.closing(Connection(self.nginx, "127.0.0.6")) as connection:
            def log_in():  # by one connection, which is faster than 2 a second on any machine
                connection.request("POST", "/login", "name=&password=", FORM)
                return Response(connection.getresponse())
            responses = [log_in() for _ in range(60)]
        self.assertEqual([response.status for response in responses[:30]], [403] * 30)
        self.assert_too_many(responses[-1])
        self.assertEqual(self.nginx.ask("/", source="127.0.0.6").status, 200)
        self.assertEqual(self.post("/login", "127.0.0.7", name="", password="").status, 403)

    def test_large_requests(self):
        response = self.post("/login", "127.0.0.8", name="x" * 17000)
        self.assertEqual((response.status, b"nginx" in response.body), (413, True))
        self.assertEqual(self.nginx.ask("/files?prefix=" + "x" * 9000).status, 414)
        self.assertEqual(self.nginx.ask("/", headers={"Cookie": "x" * 9000}).status, 400)

    def time_until_closed(self, connection, piece=b""):
        """Sends a piece each second until nginx closes the connection. Returns how long it took."""
        begin = time.monotonic()
        connection.settimeout(1)
        with connection, contextlib.suppress(ConnectionError):
            while time.monotonic() - begin < 30:
                connection.sendall(piece)
                with contextlib.suppress(TimeoutError):
                    if connection.recv(4096) == b"":
                        break
        return time.monotonic() - begin

    def test_slow_requests_end(self):
        start = "POST /login HTTP/1.1\nHOST\n"
        clients = [
            (socket.create_connection(("127.0.0.1", self.nginx.https_port)),),  # begins no TLS
            (self.nginx.connect(),),
            (self.nginx.send(start),),
            (self.nginx.send(start + "X-Slow: "), b"x"),
            (self.nginx.send(start + "Content-Length: 9\n\nname="),)]
        with concurrent.futures.ThreadPoolExecutor() as pool:
            times = list(pool.map(lambda client: self.time_until_closed(*client), clients))
        for took in times:
            self.assertTrue(3 < took < 25, times)  # 10 seconds, on a machine that is not slow

    def test_slow_bodies_stay_in_the_memory_of_nginx(self):
        port = int(self.brokers[0].address.split(":")[-1])
        def begin_login(number):
            return self.nginx.send("POST /login HTTP/1.1\nHOST\nContent-Length: 16000\n\n"
                                   + "x" * 12000, f"127.0.1.{number % 10}")
        with concurrent.futures.ThreadPoolExecutor(20) as pool, contextlib.ExitStack() as closing:
            for connection in pool.map(begin_login, range(100)):  # the broker has 96 threads
                closing.enter_context(connection)
            table = pathlib.Path("/proc/net/tcp").read_text(encoding="ascii")
            self.assertNotRegex(table, f": [0-9A-F]+:{port:04X} [0-9A-F:]+ 01 ")  # established
            self.assertEqual(self.member.get("/files").status, 200)
        log = pathlib.Path(self.nginx.folder, "error.log").read_text(encoding="utf-8")
        self.assertNotIn("buffered to a temporary file", log)

    # ── Compression ──

    def test_what_is_compressed(self):
        cookie = {"Cookie": self.member.cookie}
        accepting = {**cookie, "Accept-Encoding": "gzip"}
        for path in ("/", "/app.js", "/app.css", "/icons.svg", "/files"):
            plain = self.nginx.ask(path, headers=cookie)
            packed = self.nginx.ask(path, headers=accepting)
            self.assertEqual(packed.headers["Content-Encoding"], "gzip", path)
            self.assertEqual(packed.headers["Vary"], "Accept-Encoding")
            self.assertLess(len(packed.body), len(plain.body) * 0.6)
            self.assertEqual(gzip.decompress(packed.body)[:50], plain.body[:50])
            if path != "/files":
                etag = packed.headers["ETag"]
                again = self.nginx.ask(path, headers={**accepting, "If-None-Match": etag})
                self.assertEqual((again.status, again.body), (304, b""), etag)
        for path, method in (("/session", "GET"), ("/login", "POST"), ("/signup", "POST")):
            response = self.nginx.ask(path, method, "name=" + "x" * 5000, {**accepting, **FORM})
            self.assertNotIn("Content-Encoding", response.headers, path)


class OutagesTest(unittest.TestCase):

    def setUp(self):
        folder = tempfile.mkdtemp(prefix="nginx-test-store-")
        self.addCleanup(shutil.rmtree, folder)
        self.own_store = ExampleStore(PROGRAM, folder)
        self.addCleanup(self.own_store.stop)
        self.ports = [free_port(), free_port()]

    def start_broker(self, port):
        broker = on_store(Store(self.own_store.address), PROGRAM, BROKER_PORT=str(port), **SETTINGS)
        self.addCleanup(broker.stop)
        return broker

    def start_nginx(self, *ports):
        nginx = Nginx(*(f"127.0.0.1:{port}" for port in ports))
        self.addCleanup(nginx.stop)
        return nginx

    def test_a_broker_that_stops_is_passed_over(self):
        first, second = map(self.start_broker, self.ports)
        nginx = self.start_nginx(*self.ports)
        ada = Member(nginx)
        self.assertEqual(ada.sign_up("ada").status, 200)
        is_over = threading.Event()
        def load():
            statuses = set()
            while not is_over.is_set():
                statuses.add(ada.get("/files").status)
            return statuses
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            work = [pool.submit(load) for _ in range(4)]
            time.sleep(1)
            first.stop()
            time.sleep(1)
            is_over.set()
        self.assertEqual(set().union(*(loop.result() for loop in work)), {200})
        for _ in range(4):  # a POST that could not be sent goes to the other broker
            self.assertEqual(Member(nginx).log_in("ada").status, 200)
        second.stop()
        response = ada.get("/files")
        self.assertEqual((response.status, response.headers["Retry-After"]), (503, "5"))
        self.assertIn("starting again", response.json()["error"])
        self.start_broker(self.ports[1])
        wait_until(lambda: ada.get("/files").status == 200)

    def test_no_post_is_sent_twice(self):
        received = []
        class Dying(socketserver.BaseRequestHandler):
            def handle(self):
                received.append(self.request.recv(1 << 16)[:4])
        server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Dying)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        self.start_broker(self.ports[0])
        ports = (server.server_address[1], self.ports[0])
        member = Member(self.start_nginx(*ports))
        self.assertEqual(member.sign_up("ada").status, 503)
        self.assertEqual(received, [b"POST"])
        self.assertEqual(member.sign_up("ada").status, 200)  # else 409
        self.assertEqual(received, [b"POST"])
        self.start_nginx(*ports)
        self.assertEqual(member.get("/files").status, 200)
        self.assertEqual(received, [b"POST", b"GET "])

    def test_a_store_that_stops_does_not_stop_the_brokers(self):
        for port in self.ports:
            self.start_broker(port)
        ada = Member(self.start_nginx(*self.ports))
        self.assertEqual(ada.sign_up("ada").status, 200)
        self.own_store.stop()
        for _ in range(6):
            response = ada.get("/files")
            self.assertEqual(response.status, 503)
            self.assertIn("The store does not respond", response.json()["error"])
            self.assertEqual(ada.get("/session").json()["member"], "ada")


@unittest.skipUnless(os.environ.get("PRESIGN_ALL"), "takes long")
class LoadTest(BehindNginx):

    browsers = 150

    def visit(self, number):
        """Loads the page, logs in and lists the files. Returns how many seconds each took."""
        seconds = {}
        with contextlib.closing(Connection(self.nginx, f"127.0.2.{number + 1}")) as connection:
            def ask(part, path, method="GET", body=None, **headers):
                begin = time.monotonic()
                for _ in range(60):
                    connection.request(method, path, body, headers)
                    response = Response(connection.getresponse())
                    if response.status != 503:
                        break
                    connection.close()  # opens again
                    time.sleep(1)
                self.assertEqual(response.status, 200, (path, response.body))
                seconds[part] = seconds.get(part, 0) + time.monotonic() - begin
                return response
            for path in ("/", "/app.js", "/app.css"):
                ask("page", path)
            form = urllib.parse.urlencode({"name": f"member-{number}", "password": PASSWORD})
            login = ask("login", "/login", "POST", form, **FORM)
            ask("listing", "/files", Cookie=login.headers["Set-Cookie"].split(";")[0])
        return seconds

    def visit_at_once(self):
        """Returns the median, the 95th percentile and the maximum for each part of the visits."""
        with concurrent.futures.ThreadPoolExecutor(self.browsers) as pool:
            visits = list(pool.map(self.visit, range(self.browsers)))
        parts = {part: sorted(visit[part] for visit in visits) for part in visits[0]}
        return {part: [times[len(times) // 2], times[len(times) * 95 // 100], times[-1]]
                for part, times in parts.items()}

    def be_slow(self, is_over):
        """Keeps 400 connections that are idle, or send a byte of a request each two seconds."""
        beginnings = ["", "GET / HTTP/1.1\nHOST\n\n", "GET / HTTP/1.1\nHOST\nX-Slow: ",
                      "POST /login HTTP/1.1\nHOST\nContent-Length: 999\n\nname="]
        with contextlib.ExitStack() as all_connections:
            connections = {}
            for round_number in range(300):
                for i in range(400):
                    kind = i % len(beginnings)
                    try:
                        if round_number % 10 == 0 and kind < 2:  # nginx has closed it meanwhile
                            raise OSError
                        connections[i].sendall(b"x" if kind > 1 else b"")
                    except (OSError, KeyError):
                        source = f"127.0.{3 + kind}.{i // 4 + 1}"
                        connections[i] = self.nginx.send(beginnings[kind], source)
                        all_connections.enter_context(connections[i])
                if is_over.wait(2):
                    return

    def test_150_browsers_and_400_slow_clients(self):
        for i in range(100):
            put_object(self.store, f"file {i}", b"")
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            def sign_up(number):
                return self.post("/signup", f"127.0.2.{number + 1}", name=f"member-{number}",
                                 password=PASSWORD).status
            self.assertEqual(set(pool.map(sign_up, range(self.browsers))), {200})
            alone = self.visit_at_once()
            is_over = threading.Event()
            slow = pool.submit(self.be_slow, is_over)
            time.sleep(5)
            among_slow = self.visit_at_once()
            is_over.set()
            slow.result()
        for part, seconds in alone.items():
            print(part, *("median {:.2f} s, p95 {:.2f} s, max {:.2f} s;".format(*times)
                          for times in (seconds, among_slow[part])))
            self.assertLess(among_slow[part][1], 3 * seconds[1] + 1, part)


class OperatingTest(BehindNginx):
    """The commands of operating.md, below another folder than /, and the unit of systemd."""

    def setUp(self):
        self.root = tempfile.mkdtemp(prefix="broker-installed-")
        self.addCleanup(shutil.rmtree, self.root)
        for folder in ("etc/systemd/system", "usr/local/bin", "build/examples"):
            os.makedirs(f"{self.root}/{folder}")
        os.symlink(os.path.dirname(PROGRAM), f"{self.root}/build/examples/broker")
        os.symlink(BROKER_FOLDER.parent, f"{self.root}/examples")
        self.run_commands(commands("examples/broker/operating.md", "sudo install"))
        self.unit = pathlib.Path(self.root, "etc/systemd/system/broker@.service")

    def run_commands(self, text):
        script = 'sudo() { "$@"; }\n' + re.sub(r"(?<![\w/:.-])/(?!dev/)", f"{self.root}/", text)
        return subprocess.run(["bash", "-euc", script], cwd=self.root, check=True,
                              stdout=subprocess.PIPE, encoding="utf-8",
                              env={"PATH": f"{self.root}/usr/local/bin:{os.defpath}"}).stdout

    def values(self, name):
        return re.findall(f"^{name}=(.*)$", self.unit.read_text(encoding="utf-8"), re.MULTILINE)

    def test_install_invite_and_start(self):
        folder = pathlib.Path(self.root, "etc/broker")
        self.assertEqual([oct(path.stat().st_mode)[-3:] for path in (folder, *folder.iterdir())],
                         ["700", "600", "600", "600"])
        settings = {**service.settings_for(self.store), "BROKER_OPEN_SIGN_UP": "no",
                    "BROKER_PUBLIC_URL": "https://" + NAME,
                    "BROKER_PORT": "1", "BROKER_SESSION_KEY_FILE": "session-key"}
        folder.joinpath("settings").write_text("".join(
            f"{name}={value}\n" for name, value in settings.items() if "AWS" not in name))
        folder.joinpath("aws-credentials").write_text("[default]\n" + "".join(
            f"{name.lower()} = {value}\n" for name, value in self.store.keys.items()))
        invitation = self.run_commands(
            commands("examples/broker/operating.md", "invite ada")).split()[0]

        environment = dict(pair.split("=", 1) for pair in self.values("Environment"))
        for path in self.values("EnvironmentFile"):
            environment.update(line.split("=", 1)
                               for line in pathlib.Path(self.root + path).read_text().splitlines())
        for credential in self.values("LoadCredential"):  # what systemd copies to %d
            name, path = credential.split(":")
            self.assertEqual(path, f"/etc/broker/{name}")
        expanded = lambda text: text.replace("%d", str(folder)).replace("%i", "0")
        environment = {name: expanded(value) for name, value in environment.items()}
        [command] = self.values("ExecStart")
        broker = service.Service(expanded(self.root + command).split(), "File Access System: ", environment)
        self.addCleanup(broker.stop)
        broker.host = NAME
        self.assertEqual(Member(broker).sign_up("ada").status, 403)
        self.assertEqual(Member(broker).sign_up("ada", invitation=invitation).status, 200)

    @unittest.skipUnless(shutil.which("systemd-analyze"), "no systemd")
    def test_the_unit(self):
        text = self.unit.read_text(encoding="utf-8")
        self.unit.write_text(text.replace("/usr/local/bin/broker", PROGRAM), encoding="utf-8")
        for command in (["verify", str(self.unit).replace("@", "@8080")],
                        ["security", "--offline=true", "--threshold=15", str(self.unit)]):
            done = subprocess.run(["systemd-analyze", "--no-pager", *command],
                                  capture_output=True, encoding="utf-8")
            self.assertEqual((done.returncode, done.stderr), (0, ""), done.stdout[-500:])


if __name__ == "__main__":
    PROGRAM = os.path.abspath(sys.argv.pop(1))
    if not shutil.which("nginx"):
        print("skipped: no nginx")
        sys.exit(77)
    unittest.main()
