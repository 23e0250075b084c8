#!/usr/bin/python3
"""Tests the page in a real browser: sign-up, login, the list, a download, links that expire. Takes
screenshots in light and dark, and at a phone's width.

    browser_test.py PROGRAM FOLDER [unittest's arguments]

PROGRAM is the broker; FOLDER is for the screenshots. Exits with 77 if there is no Chromium with its
WebDriver (Debian: chromium, chromium-driver).
"""
import base64
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.error
import urllib.request

from service import PASSWORD, DemoBroker, put_object

PROGRAM = FOLDER = ""  # from the command line

# https://www.w3.org/TR/webdriver2/#elements
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"

FILES = {
    "Annual report 2026.pdf": 2_481_133, "Budget.xlsx": 48_210, "Team photo.jpg": 3_912_004,
    "Release notes.md": 4_120, "Interview.mp3": 18_442_190, "Launch.mp4": 64_000,
    "backup-2026-11-20.tar.gz": 910_220, "Talk.pptx": 5_310_400, "signer.cpp": 12_804,
    "Übersicht 漢字 😀.txt": 812, "LICENSE": 11_358, "<img src=x onerror=alert(1)>.html": 42,
    "\u202egpj.exe": 7, "dots/../here.txt": 9, "holiday/cat.jpg": 1_204_000,
    "holiday/2026/sea.jpg": 2_204_000, "holiday/2026/hill.jpg": 1_881_000, "work/plan.docx": 31_000,
    "work/Accounts/2026.xlsx": 48_210, "work/Annual report.pdf": 2_481_133,
    "work/Demonstration.mp4": 64_000, "work/Team photo.jpg": 3_912_004, "work/Talk.pptx": 5_310_400,
    "work/release-1.0.tar.gz": 910_220,
}


class Browser:
    """A headless Chromium, driven by W3C WebDriver. It writes only to the folder."""

    def __init__(self, folder, *arguments):
        self.downloads = pathlib.Path(folder) / "downloads"  # Chromium saves no file in HOME itself
        self.driver = subprocess.Popen(["chromedriver", "--port=0"], stdout=subprocess.PIPE,
                                       stderr=subprocess.DEVNULL, encoding="utf-8",
                                       env={**os.environ, "HOME": folder})
        for line in self.driver.stdout:
            if "started successfully on port" in line:
                self.base = f"http://127.0.0.1:{line.rstrip().rstrip('.').split()[-1]}/session"
                break
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

    def press(self, key):
        actions = [{"type": kind, "value": key} for kind in ("keyDown", "keyUp")]
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

    def names(self):
        return self.run("return [...document.querySelectorAll('#rows tr:not([hidden]) bdi')]"
                        ".map(name => name.textContent)")

    def screenshot(self, name):
        picture = self.call("GET", "/screenshot")
        (pathlib.Path(FOLDER) / f"{name}.png").write_bytes(base64.b64decode(picture))

    def complaints(self):
        """Returns the messages of the browser's console, except about expected error responses."""
        log = self.call("POST", "/se/log", {"type": "browser"})
        return [entry["message"] for entry in log
                if "Failed to load resource" not in entry["message"]]


class BrowserTest(unittest.TestCase):

    def setUp(self):
        folder = tempfile.mkdtemp(prefix="broker-browser-")
        self.addCleanup(shutil.rmtree, folder, ignore_errors=True)
        self.broker = DemoBroker(PROGRAM)
        self.addCleanup(self.broker.stop)
        for key, size in FILES.items():
            put_object(self.broker.store, key, (key.encode() * (size // 4 + 1))[:size])
        self.browser = Browser(folder)
        self.addCleanup(self.browser.stop)

    def sign_up(self, name="ada"):
        browser = self.browser
        browser.open(self.broker.address + "/")
        browser.wait("return !document.getElementById('entrance').hidden", "the login page")
        browser.click("#switch")
        browser.type("#name", name)
        browser.type("#password", PASSWORD)
        browser.click("#enter")
        browser.wait("return document.querySelectorAll('#rows tr').length", "the list")

    def test_the_story(self):
        browser = self.browser
        self.sign_up()
        self.assertEqual(browser.run("return document.getElementById('member').textContent"), "ada")
        shown = browser.names()
        self.assertEqual(shown[:3], ["dots", "holiday", "work"])
        self.assertIn("<img src=x onerror=alert(1)>.html", shown)
        self.assertEqual(browser.run("return document.querySelectorAll('#rows img').length"), 0)
        self.assertIn("\ufffdgpj.exe", shown)

        # The filter applies while the user types
        browser.type("#filter", "RE")
        self.assertEqual(set(browser.names()), {"Annual report 2026.pdf", "Release notes.md"})
        browser.type("#filter", "nothing has this")
        self.assertEqual(browser.names(), [])
        browser.run("const f = document.getElementById('filter');"
                    "f.value = ''; f.dispatchEvent(new Event('input'))")

        # A download has the right bytes
        browser.run("[...document.querySelectorAll('#rows a')]"
                    ".find(link => link.textContent.includes('漢字')).click()")
        saved = browser.downloads / "Übersicht 漢字 😀.txt"
        end = time.monotonic() + 15
        while not saved.exists() and time.monotonic() < end:
            time.sleep(0.05)
        key = saved.name
        self.assertEqual(saved.read_bytes(), (key.encode() * FILES[key])[:FILES[key]])

        # Folders, and back
        browser.run("[...document.querySelectorAll('#rows a')]"
                    ".find(link => link.textContent === 'holiday').click()")
        browser.wait("return document.querySelectorAll('#rows tr').length === 2", "the folder")
        self.assertEqual(browser.names(), ["2026", "cat.jpg"])
        browser.call("POST", "/back", {})
        browser.wait("return document.querySelectorAll('#rows tr').length > 5", "the first folder")

        # Out, and in again
        browser.click("#logout")
        browser.wait("return !document.getElementById('entrance').hidden", "the login page")
        browser.type("#name", "ada")
        browser.type("#password", "not the password")
        browser.click("#enter")
        self.assertEqual(
            browser.wait("return document.getElementById('complaint').textContent", "a complaint"),
            "Name or password is wrong.")
        browser.type("#password", PASSWORD)
        browser.click("#enter")
        browser.wait("return document.querySelectorAll('#rows tr').length", "the list")
        self.assertEqual(browser.complaints(), [])

    def test_expired_links_are_renewed(self):
        browser = self.browser
        self.sign_up()
        left = browser.run("return document.querySelector('.left').textContent")
        self.assertRegex(left, r"^[3-6]\d:\d\d$|^1:00:00$")
        # The page's clock goes forward an hour. Then the page takes the time from the broker.
        browser.run("window.realNow = Date.now; Date.now = () => window.realNow() + 3600_000;"
                    "window.before = document.querySelector('#rows a[href^=http]')")
        browser.wait("return document.getElementById('news').textContent === "
                     "'The links were renewed.'", "new links")
        self.assertFalse(browser.run("return window.before.isConnected"))
        left = browser.run("return document.querySelector('.left').textContent")
        self.assertRegex(left, r"^[3-6]\d:\d\d$|^1:00:00$")

    def test_the_page_says_if_the_service_cannot_be_reached(self):
        browser = self.browser
        self.sign_up()
        self.broker.stop()
        browser.click("#refresh")
        self.assertEqual(
            browser.wait("return document.getElementById('trouble').textContent", "a complaint"),
            "The service cannot be reached.")
        self.assertGreater(len(browser.names()), 5)

    def test_keyboard_only(self):
        browser = self.browser
        browser.open(self.broker.address + "/")
        browser.wait("return document.activeElement.id === 'name'", "focus in the first field")
        order = []
        for _ in range(3):
            browser.press("\ue004")  # Tab
            order.append(browser.focused())
        self.assertEqual(order, ["password", "enter", "switch"])
        browser.press("\ue007")  # Enter
        browser.type("#name", "keys")
        browser.type("#password", PASSWORD)
        browser.press("\ue007")
        browser.wait("return document.querySelectorAll('#rows tr').length", "the list")
        visited = set()
        for _ in range(12):
            browser.press("\ue004")
            visited.add(browser.focused().strip())
        self.assertLessEqual({"logout", "filter", "refresh", "holiday"}, visited)

    def test_screen_reader(self):
        browser = self.browser
        self.sign_up()
        browser.devtools("Accessibility.enable")
        nodes = browser.devtools("Accessibility.getFullAXTree")["nodes"]
        announced = {(node["role"]["value"], node.get("name", {}).get("value", ""))
                     for node in nodes if not node["ignored"]}
        for expected in [("table", "Files, with links that expire"), ("columnheader", "Name"),
                         ("searchbox", "Filter by name"), ("button", "Log out"),
                         ("button", "Refresh"), ("navigation", "Folder"), ("status", ""),
                         ("link", "holiday"), ("rowheader", "Budget.xlsx")]:
            self.assertIn(expected, announced)
        unnamed = [role for role, name in announced
                   if role in ("button", "link", "textbox", "searchbox") and not name]
        self.assertEqual(unnamed, [])

    def test_screenshots(self):
        browser = self.browser
        def both_themes(name):
            browser.move_mouse_away()
            for theme in ("light", "dark"):
                browser.devtools("Emulation.setEmulatedMedia", features=[
                    {"name": "prefers-color-scheme", "value": theme}])
                browser.screenshot(f"{name}-{theme}")
        def wide(width, height, is_phone=False):
            browser.devtools("Emulation.setDeviceMetricsOverride", width=width, height=height,
                             deviceScaleFactor=2, mobile=is_phone)
        wide(1280, 860)
        browser.open(self.broker.address + "/")
        browser.wait("return !document.getElementById('entrance').hidden", "the login page")
        both_themes("login")
        self.sign_up()
        both_themes("files")
        browser.run("location.hash = '#dots%2F..%2F'")
        browser.wait("return document.querySelectorAll('.warning').length", "the warning")
        both_themes("warning")
        browser.run("location.hash = '#work%2F'")
        browser.wait("return document.querySelectorAll('#rows tr').length === 7", "the folder")
        wide(960, 532)
        both_themes("folder")
        browser.run("location.hash = ''")
        browser.wait("return document.querySelectorAll('#rows tr').length > 5", "the first folder")
        wide(390, 844, True)
        both_themes("phone")
        overflow = browser.run("return document.documentElement.scrollWidth > innerWidth")
        self.assertFalse(overflow, "the page is wider than the phone")


if __name__ == "__main__":
    PROGRAM, FOLDER = sys.argv.pop(1), sys.argv.pop(1)
    if not (shutil.which("chromedriver") and shutil.which("chromium")):
        print("skipped: no chromium with its WebDriver")
        sys.exit(77)
    os.makedirs(FOLDER, exist_ok=True)
    unittest.main()
