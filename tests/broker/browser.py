"""Shared by the tests of the page: a browser, and a stage that sends the page what a test says."""
import base64
import contextlib
import datetime
import email
import http.server
import json
import mimetypes
import os
import pathlib
import subprocess
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

PAGES = pathlib.Path(__file__).parents[2] / "examples/broker/pages"

# https://www.w3.org/TR/webdriver2/#elements
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"


class Browser:
    """A headless Chromium, driven by W3C WebDriver. It writes only to the folder."""

    def __init__(self, folder, *arguments):
        self.downloads = pathlib.Path(folder) / "downloads"  # Chromium saves no file in HOME itself
        port = None
        for _ in range(5):  # it may choose a port that is free for IPv6 alone, and ends
            self.driver = subprocess.Popen(["chromedriver", "--port=0"], stdout=subprocess.PIPE,
                                           stderr=subprocess.DEVNULL, encoding="utf-8",
                                           env={**os.environ, "HOME": folder})
            port = next((line.rstrip().rstrip(".").split()[-1] for line in self.driver.stdout
                         if "started successfully on port" in line), None)
            if port:
                break
            self.stop_driver()
        self.base = f"http://127.0.0.1:{port}/session"
        # Without the sandbox it can run as root, and without /dev/shm in a container.
        options = {"args": ["--headless=new", "--no-sandbox", "--disable-dev-shm-usage",
                            "--disable-gpu", "--hide-scrollbars", "--window-size=1280,900",
                            "--lang=en-US", *arguments],
                   "prefs": {"download.default_directory": str(self.downloads)}}
        try:
            session = self.call("POST", "", {"capabilities": {"alwaysMatch": {
                "browserName": "chrome", "goog:chromeOptions": options,
                "goog:loggingPrefs": {"browser": "ALL"}}}})
        except BaseException:
            self.stop_driver()
            raise
        self.base += "/" + session["sessionId"]

    def stop(self):
        try:
            self.call("DELETE", "")
        finally:
            self.stop_driver()

    def stop_driver(self):
        self.driver.terminate()
        self.driver.wait(timeout=30)
        self.driver.stdout.close()

    def call(self, method, path, body=None):
        request = urllib.request.Request(self.base + path, method=method,
                                         data=None if body is None else json.dumps(body).encode())
        try:
            with urllib.request.urlopen(request, timeout=60) as response:
                return json.load(response)["value"]
        except urllib.error.HTTPError as failure:
            raise AssertionError(failure.read().decode()) from None

    def open(self, url):
        self.call("POST", "/url", {"url": url})

    def run(self, script, *arguments):
        return self.call("POST", "/execute/sync", {"script": script, "args": list(arguments)})

    def devtools(self, command, **parameters):
        return self.call("POST", "/goog/cdp/execute", {"cmd": command, "params": parameters})

    def find(self, selector):
        element = self.call("POST", "/element", {"using": "css selector", "value": selector})
        return "/element/" + element[ELEMENT]

    def click(self, selector):
        self.call("POST", self.find(selector) + "/click", {})

    def type(self, selector, text):
        element = self.find(selector)
        self.call("POST", element + "/clear", {})
        self.call("POST", element + "/value", {"text": text})

    def clear_filter(self):
        self.run("const filter = document.getElementById('filter');"
                 "filter.value = ''; filter.dispatchEvent(new Event('input'))")

    def press(self, *keys):
        actions = [{"type": "keyDown", "value": key} for key in keys]
        actions += [{"type": "keyUp", "value": key} for key in reversed(keys)]
        self.call("POST", "/actions",
                  {"actions": [{"type": "key", "id": "keys", "actions": actions}]})

    def move_mouse_away(self):
        move = {"type": "pointerMove", "x": 0, "y": 0, "duration": 0}
        self.call("POST", "/actions",
                  {"actions": [{"type": "pointer", "id": "mouse", "actions": [move]}]})

    def focused(self):
        return self.run("return document.activeElement.id || document.activeElement.textContent")

    def wait(self, script, description, seconds=30):
        """Waits until the script returns a true value, and returns it."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            value = self.run(script)
            if value:
                return value
            time.sleep(0.05)
        raise AssertionError(f"{description}: not within {seconds} seconds")

    def text(self, identifier):
        return self.run("return document.getElementById(arguments[0]).textContent", identifier)

    def wait_text(self, identifier, expected):
        end = time.monotonic() + 30
        while (text := self.text(identifier)) != expected:
            if time.monotonic() > end:
                raise AssertionError(f"{identifier} is {text!r}, not {expected!r}")
            time.sleep(0.05)

    def saved(self, name):
        """Waits for a download, and returns its bytes."""
        end = time.monotonic() + 15
        while not (self.downloads / name).exists() and time.monotonic() < end:
            time.sleep(0.05)
        return (self.downloads / name).read_bytes()

    def names(self):
        return self.run("return [...document.querySelectorAll('tbody bdi')]"
                        ".map(name => name.textContent)")

    def click_row(self, name, control="name"):
        """Clicks as a person does: without a person, a browser allows only one download."""
        element = self.run("return [...document.querySelectorAll('tbody tr')]"
                           ".find(row => row.querySelector('bdi')?.textContent === arguments[0])"
                           ".getElementsByClassName(arguments[1])[0]", name, control)
        self.call("POST", f"/element/{element[ELEMENT]}/click", {})

    def screenshot(self, path):
        pathlib.Path(path).write_bytes(base64.b64decode(self.call("GET", "/screenshot")))

    def complaints(self):
        """Returns the messages of the browser's console, except about expected error responses."""
        log = self.call("POST", "/se/log", {"type": "browser"})
        return [entry["message"] for entry in log
                if "Failed to load resource" not in entry["message"]]


# ── The stage ───────────────────────────────────────────────────────────────────────────────────


def serve(respond):
    """Starts a server. respond(path, query, content type, body) returns status, headers, body."""

    class Handler(http.server.BaseHTTPRequestHandler):

        def handle_request(self):
            url = urllib.parse.urlsplit(self.path)
            query = dict(urllib.parse.parse_qsl(url.query, keep_blank_values=True))
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            status, headers, body = respond(url.path, query, self.headers["Content-Type"], body)
            self.send_response(status)
            for name, value in {**headers, "Content-Length": len(body)}.items():
                self.send_header(name, value)
            self.end_headers()
            with contextlib.suppress(ConnectionError):  # of a page that has cancelled
                self.wfile.write(body)

        do_GET = do_POST = handle_request

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


class Stage:
    """Plays the broker, which serves the page's files, and on another origin the store."""

    def __init__(self):
        self.objects = {}   # by key: the bytes, and when they changed
        self.folders = []   # at the end of each listing
        self.responses = {}  # by path: (status, headers, body) to send instead
        self.requests = []  # the paths and the fields of POST requests
        self.session = {"member": "ada", "root": "", "invitation": False, "upload": True}
        self.page_size = 1000
        self.page_delay = 0
        self.keeps_uploads = True
        self.upload_delay = 0
        self.broker, self.store = serve(self.as_broker), serve(self.as_store)
        self.address, self.store_address = (
            f"http://127.0.0.1:{server.server_port}" for server in (self.broker, self.store))

    def stop(self):
        for server in (self.broker, self.store):
            self.stop_server(server)

    @staticmethod
    def stop_server(server):
        server.shutdown()
        server.server_close()

    def put(self, key, body=b"", changed="2026-11-25T10:00:00Z"):
        self.objects[key] = (body, changed)

    def as_broker(self, path, query, content_type, body):
        if content_type:
            self.requests.append((path, dict(urllib.parse.parse_qsl(body.decode()))))
        if path in self.responses:
            status, headers, body = self.responses[path]
            return status, headers, body if isinstance(body, bytes) else json.dumps(body).encode()
        if path == "/session":
            return 200, {}, json.dumps(self.session).encode()
        if path == "/files":
            return 200, {}, json.dumps(self.listing(query)).encode()
        if path == "/upload":
            return 200, {}, json.dumps({
                "url": self.store_address, "most_bytes": 1000,
                "fields": {"key": query["prefix"] + "${filename}", "policy": "p"}}).encode()
        name = path[1:] or "index.html"
        return 200, {
            "Content-Type":
                "text/javascript" if name.endswith(".js") else mimetypes.guess_type(name)[0],
            "Content-Security-Policy":
                "default-src 'none'; script-src 'self'; style-src 'self'; base-uri 'none'; "
                f"img-src 'self' {self.store_address}; frame-src {self.store_address}; "
                f"connect-src 'self' {self.store_address}; form-action 'self'; "
                "frame-ancestors 'none'"}, (PAGES / name).read_bytes()

    def listing(self, query):
        time.sleep(self.page_delay)
        page_size = int(query.get("max", self.page_size))
        keys = [key for key in sorted(self.objects)
                if key.startswith(query["prefix"]) and key > query.get("next", "")]
        now = datetime.datetime.now(datetime.timezone.utc)
        end = (now + datetime.timedelta(minutes=50)).isoformat()
        files = []
        for key in keys[:page_size]:
            body, changed = self.objects[key]
            url = f"{self.store_address}/{urllib.parse.quote(key)}"
            files.append({"key": key, "name": key.split("/")[-1], "size": len(body), "url": url,
                          "last_modified": changed, "expires_at": end})
            if key.endswith((".svg", ".png", ".pdf")):
                files[-1]["preview"] = url + "?inline"
        is_last = len(keys) <= page_size
        return {"files": files, "folders": self.folders if is_last and "delimiter" in query else [],
                "next": None if is_last else keys[page_size - 1], "now": now.isoformat()}

    def as_store(self, path, query, content_type, body):
        if content_type:
            form = email.message_from_bytes(f"Content-Type: {content_type}\n\n".encode() + body)
            fields = {part.get_param("name", header="Content-Disposition"):
                      part.get_payload(decode=True) for part in form.get_payload()}
            self.requests.append(("store", list(fields)))
            time.sleep(self.upload_delay)
            if self.keeps_uploads:
                self.put(fields["key"].decode(), fields["file"],
                         datetime.datetime.now(datetime.timezone.utc).isoformat())
            return 204, {}, b""
        entry = self.objects.get(urllib.parse.unquote(path[1:]))
        if not entry:
            return 404, {"Content-Type": "application/xml"}, b"<Error/>"
        return 200, {"Content-Type": mimetypes.guess_type(path)[0] or "text/plain",
                     "Content-Disposition": "inline" if query else "attachment"}, entry[0]
