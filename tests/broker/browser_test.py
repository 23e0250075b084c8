#!/usr/bin/python3
"""Tests the page in a real browser: with the broker and its store, and with a stage that sends the
page what a test says. Takes screenshots in light and dark, and at a phone's width.

    browser_test.py PROGRAM FOLDER [unittest's arguments]

PROGRAM is the broker; FOLDER is for the screenshots. Exits with 77 if there is no Chromium with its
WebDriver (Debian: chromium, chromium-driver). If PRESIGN_AXE names the file axe.min.js of the
npm package axe-core, it also looks for faults of accessibility.
"""
import os
import pathlib
import shutil
import sys
import tempfile
import time
import unittest
import urllib.request

from browser import PAGES, Browser, Stage
from service import PASSWORD, DemoBroker, put_object, wait_until

PROGRAM = FOLDER = ""  # from the command line
PICTURE = (PAGES / "favicon.svg").read_bytes()

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


class StageTest(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        folder = tempfile.mkdtemp(prefix="broker-browser-")
        cls.addClassCleanup(shutil.rmtree, folder, ignore_errors=True)
        # For Chromium, only localhost and HTTPS are secure.
        cls.browser = Browser(folder, "--host-resolver-rules=MAP files.test 127.0.0.1")
        cls.addClassCleanup(cls.browser.stop)

    def setUp(self):
        self.stage = Stage()
        self.addCleanup(self.stage.stop)
        self.addCleanup(lambda: self.assertEqual(self.browser.complaints(), []))

    def open(self, path="/", address=None):
        self.browser.open("about:blank")
        self.browser.open((address or self.stage.address) + path)
        self.browser.wait("return document.getElementById('summary').textContent.match(/items?$/)"
                          "|| !document.getElementById('empty').hidden"
                          "|| !document.getElementById('entrance').hidden", "the page")

    def cells(self, column):
        return self.browser.run("return [...document.querySelectorAll(arguments[0])]"
                                ".map(cell => cell.textContent)", f"tbody .{column}")

    def sort(self, column):
        self.browser.click(f"th[data-column={column}] button")
        return self.browser.names()

    def test_order(self):
        stage = self.stage
        stage.page_size = 2
        stage.put("img10.png", b"x", "2026-11-03T10:00:00Z")
        stage.put("img9.png", b"xxx", "2026-11-01T10:00:00Z")
        stage.put("Übung", b"xx", "garbled")
        stage.put("usage", b"", "2026-11-02T10:00:00Z")
        stage.put("Marker/")
        stage.folders = ["b/", "a10/", "a9/"]  # on the last page
        self.open()
        folders = ["a9", "a10", "b", "Marker"]
        self.assertEqual(self.browser.names(),
                         [*folders, "img9.png", "img10.png", "Übung", "usage"])
        self.assertEqual(self.cells("size")[4:], ["3 bytes", "1 byte", "2 bytes", "0 bytes"])
        self.assertEqual(self.cells("date")[6], "unknown")

        self.assertEqual(self.sort("size"), [*folders, "img9.png", "Übung", "img10.png", "usage"])
        self.assertEqual(self.sort("size"), [*folders, "usage", "img10.png", "Übung", "img9.png"])
        self.assertEqual(self.sort("changed"),
                         [*folders, "img10.png", "usage", "img9.png", "Übung"])
        self.assertEqual(self.browser.run(
            "return [...document.querySelectorAll('th[data-column]')].map(head => head.ariaSort)"),
            [None, None, "descending"])
        self.assertEqual(self.sort("name")[:5], [*folders, "img9.png"])
        self.assertEqual(self.sort("name"),
                         [*folders[::-1], "usage", "Übung", "img10.png", "img9.png"])

        # A marker is not shown in its own folder.
        stage.folders = []
        stage.put("Marker/plan.txt")
        self.browser.click_row("Marker")
        self.browser.wait_text("summary", "1 item")
        self.assertEqual(self.browser.names(), ["plan.txt"])

    def test_filter(self):
        for name in ["Café.txt", "Cafe\u0301.md", "STRASSE", "straße", "caf", "ﬁle"]:
            self.stage.put(name)
        self.open()
        for text, names in [("CAFÉ", {"Café.txt", "Cafe\u0301.md"}), ("fi", {"ﬁle"}),
                            ("cafe\u0301.", {"Café.txt", "Cafe\u0301.md"}),
                            ("strasse", {"straße", "STRASSE"}), ("no", set())]:
            self.browser.type("#filter", text)
            self.assertEqual(set(self.browser.names()), names, text)
        self.assertEqual(self.browser.text("empty"), "No name contains that.")
        self.browser.type("#filter", "caf")
        self.assertEqual(self.browser.text("summary"), "3 of 6 items")

    def test_a_folder_of_20_000_files(self):
        browser, stage = self.browser, self.stage
        for i in range(20_000):
            stage.put(f"file {i}.txt", b"x" * (i % 7))
        stage.page_delay = 0.1
        browser.open("about:blank")
        browser.open(stage.address)
        browser.wait("return /^\\d,000 items so far…$/.test("
                     "document.getElementById('summary').textContent)", "progress")
        self.assertEqual(browser.names()[:2], ["file 0.txt", "file 1.txt"])
        browser.wait_text("summary", "20,000 items")
        self.assertEqual(browser.names()[9], "file 9.txt")
        rows = "return document.querySelectorAll('tbody tr:not(.spacer)').length"
        self.assertLess(browser.run(rows), 300)

        browser.devtools("Performance.enable")
        def busy():
            metrics = browser.devtools("Performance.getMetrics")["metrics"]
            return next(metric["value"] for metric in metrics if metric["name"] == "TaskDuration")
        before = busy()
        time.sleep(5)
        per_second = (busy() - before) / 5
        print(f"the page with 20,000 files works for {per_second * 1000:.0f} ms a second")
        self.assertLess(per_second, 0.2)

        # The last row can be reached, and the rows far from the window are gone.
        browser.run("scrollTo(0, document.body.scrollHeight)")
        browser.wait("return [...document.querySelectorAll('tbody bdi')].at(-1).textContent"
                     " === 'file 19999.txt'", "the last row")
        self.assertLess(browser.run(rows), 300)
        self.assertEqual(browser.run("return document.querySelector('table').ariaRowCount"),
                         "20001")
        self.assertEqual(browser.run(
            "return [...document.querySelectorAll('tr')].at(-1).ariaRowIndex"), "20001")
        browser.devtools("Emulation.setDeviceMetricsOverride", width=390, height=800,
                         deviceScaleFactor=1, mobile=True)
        self.addCleanup(browser.devtools, "Emulation.clearDeviceMetricsOverride")
        browser.run("location.reload()")
        browser.wait_text("summary", "20,000 items")
        self.assertGreater(browser.run("return document.body.scrollHeight"), 20_000 * 50)
        browser.type("#filter", "file 12345")
        self.assertEqual(browser.names(), ["file 12345.txt"])

        # The control that has the focus keeps it, wherever its row moves.
        browser.clear_filter()
        browser.run("document.querySelectorAll('tbody .copy')[3].focus()")
        focused = browser.focused()
        browser.run("document.querySelector('th[data-column=name] button')"
                    ".dispatchEvent(new MouseEvent('click'))")
        self.assertEqual(browser.names()[0], "file 19999.txt")
        self.assertEqual(browser.focused(), focused)

    def test_a_link_is_copied(self):
        self.stage.put("a b.txt", b"x")
        for address in (self.stage.address, self.stage.address.replace("127.0.0.1", "files.test")):
            self.open(address=address)
            self.assertEqual(self.browser.run("return isSecureContext"), "127" in address)
            self.browser.click("tbody .copy")
            self.browser.wait("return document.getElementById('news').textContent"
                              ".match(/^Link copied. It works until .*\\d\\d/)", "a message")
            self.assertEqual(self.browser.focused(), "Copy link to a b.txt")
            self.browser.click("#filter")
            self.browser.press("\ue009", "v")
            self.browser.wait("return document.getElementById('filter').value", "the paste")
            self.assertEqual(self.browser.run("return document.getElementById('filter').value"),
                             f"{self.stage.store_address}/a%20b.txt")

    def test_preview(self):
        browser = self.browser
        self.stage.put("sun.svg", PICTURE)
        self.stage.put("plan.pdf", b"%PDF-1.4")
        self.stage.put("gone.png", b"x")
        self.stage.put("plan.txt", b"x")
        self.open()
        self.assertEqual(
            browser.run("return document.querySelectorAll('button.preview').length"), 3)
        browser.click_row("sun.svg", "preview")
        browser.wait("return document.querySelector('dialog[open] img')?.naturalWidth", "a picture")
        self.assertEqual(browser.text("preview-title"), "sun.svg")
        browser.press("\ue00c")  # Escape
        browser.wait("return !document.querySelector('dialog[open], dialog img')", "the list")
        browser.click_row("plan.pdf", "preview")
        browser.wait("return document.querySelector('dialog[open] iframe')?.src", "a document")
        browser.click("#preview .close")
        del self.stage.objects["plan.pdf"]
        browser.click_row("plan.pdf", "preview")
        browser.wait_text("preview-content", "The file was removed.")
        browser.click("#preview .close")
        del self.stage.objects["gone.png"]
        browser.click_row("gone.png", "preview")
        browser.wait_text("preview-content",
                          "The store did not send a picture. The file may have been removed.")

    def test_a_file_that_the_store_does_not_give(self):
        browser, stage = self.browser, self.stage
        stage.put("here.txt", b"x")
        stage.put("gone.txt", b"x")
        self.open()
        del stage.objects["gone.txt"]
        browser.click_row("gone.txt")
        browser.wait_text("trouble", "The store did not send “gone.txt”: it was removed from this "
                          "folder.")
        self.assertEqual(browser.names(), ["here.txt"])
        browser.click_row("here.txt")
        self.assertEqual(browser.saved("here.txt"), b"x")
        time.sleep(0.5)
        self.assertIn("gone.txt", browser.text("trouble"))  # nothing new
        stage.stop_server(stage.store)
        browser.click_row("here.txt")
        browser.wait_text("trouble", "The store did not send “here.txt”. It may be unreachable, or "
                          "it may not allow this.")
        self.assertEqual(browser.run("return location.href"), stage.address + "/")

    def test_upload(self):
        browser, stage = self.browser, self.stage
        stage.put("docs/old.txt", b"old")
        self.open("/#docs%2F")
        with tempfile.TemporaryDirectory() as folder:
            paths = []
            for name, size in [("new 1.txt", 5), ("Cafe\u0301.txt", 6), ("big.bin", 1001)]:
                paths.append(pathlib.Path(folder) / name)
                paths[-1].write_bytes(b"x" * size)
            choose = browser.find("#chooser") + "/value"
            browser.call("POST", choose, {"text": "\n".join(map(str, paths))})
            browser.wait_text("news", "2 files uploaded.")
            self.assertEqual(browser.text("trouble"),
                             "“big.bin” is larger than 1 KB, the most that can be uploaded.")
            self.assertEqual(browser.names(), ["Café.txt", "new 1.txt", "old.txt"])
            self.assertEqual(stage.objects["docs/Café.txt"][0], b"x" * 6)
            self.assertEqual(stage.requests[-1], ("store", ["key", "policy", "file"]))

            # A file is replaced only if the member agrees.
            for answer, message in [("dismiss", "“new 1.txt” was kept."), ("accept", "")]:
                before = stage.objects["docs/new 1.txt"]
                browser.call("POST", choose, {"text": str(paths[0])})
                end = time.monotonic() + 15
                while time.monotonic() < end:
                    try:
                        browser.call("POST", f"/alert/{answer}", {})
                        break
                    except AssertionError:
                        time.sleep(0.05)
                browser.wait("return document.getElementById('uploading').hidden", "the end")
                browser.wait_text("trouble", message)
                self.assertEqual(stage.objects["docs/new 1.txt"] == before, answer == "dismiss")

        def drop(*names):
            browser.run("const data = new DataTransfer();"
                        f"for (const name of {list(names)}) data.items.add(new File(['x'], name));"
                        "document.body.dispatchEvent(new DragEvent('drop',"
                        "  {dataTransfer: data, bubbles: true, cancelable: true}))")

        # A file can be dropped, too. This one the store does not keep.
        stage.keeps_uploads = False
        drop("lost.txt")
        browser.wait_text("trouble", "“lost.txt” did not arrive. The store may not allow it, or "
                          "the connection broke.")

        # Cancelling stops the file that is being sent, and those after it.
        stage.upload_delay = 30
        def begin_upload():
            before = len(stage.requests)
            drop("a.bin", "b.bin")
            wait_until(lambda: len(stage.requests) > before)
            return len(stage.requests)

        uploads = begin_upload()
        browser.click("#cancel-upload")
        browser.wait_text("trouble", "“a.bin” was cancelled.")
        self.assertEqual(len(stage.requests), uploads)

        # Logging out does, too. Requests after it, without a session, change nothing on the page.
        stage.responses["/logout"] = (200, {}, {})
        uploads = begin_upload()
        stage.responses["/files"] = (401, {}, {"error": "Your session is over. Log in again."})
        browser.click("#account")
        browser.click("#logout")
        browser.wait_text("news", "You are logged out.")
        browser.wait("return document.getElementById('uploading').hidden", "the end")
        self.assertEqual(stage.requests[uploads:], [("/logout", {})])
        self.assertEqual(browser.text("complaint"), "")
        del stage.responses["/files"]
        stage.session["upload"] = False
        self.open()
        self.assertTrue(browser.run("return document.getElementById('upload').hidden"))

    def test_messages_say_why(self):
        browser, stage = self.browser, self.stage
        stage.put("here.txt")
        self.open()
        for answer, message in [
                ((502, {}, b"<html>nginx</html>"),
                 "The service does not work at the moment (error 502). Try again later."),
                ((503, {}, {"error": "The store is busy."}), "The store is busy."),
                ((429, {"Retry-After": "61"}, {"error": "x"}),
                 "Too many attempts. Try again in 61 seconds.")]:
            stage.responses["/files"] = answer
            browser.click("#refresh")
            browser.wait_text("trouble", message)
            self.assertEqual(browser.names(), ["here.txt"])
        browser.devtools("Network.enable")
        offline = {"latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
        browser.devtools("Network.emulateNetworkConditions", offline=True, **offline)
        browser.click("#refresh")
        browser.wait_text("trouble", "You are offline.")
        del stage.responses["/files"]
        browser.devtools("Network.emulateNetworkConditions", offline=False, **offline)
        browser.wait_text("trouble", "")  # the page tries again by itself
        stage.responses["/files"] = (401, {}, {"error": "Log in first."})
        browser.click("#refresh")
        browser.wait_text("complaint", "Your session is over. Log in again.")
        self.assertEqual(browser.run("return document.getElementById('name').value"), "ada")
        self.assertEqual(browser.focused(), "password")

    def test_a_list_that_breaks_off(self):
        for i in range(4):
            self.stage.put(f"{i}.txt")
        self.stage.page_size = 1
        self.stage.page_delay = 0.7
        self.browser.open("about:blank")
        self.browser.open(self.stage.address)
        self.browser.wait_text("summary", "1 item so far…")
        self.stage.responses["/files"] = (503, {}, {"error": "The store is busy."})
        self.stage.page_delay = 0
        self.browser.wait_text("trouble", "The store is busy.")
        self.assertEqual(self.browser.text("summary"), "2 items; the others did not arrive")
        del self.stage.responses["/files"]
        self.browser.click("#refresh")
        self.browser.wait_text("summary", "4 items")
        # A folder that cannot be listed does not show the files of another.
        self.stage.responses["/files"] = (503, {}, {"error": "The store is busy."})
        self.browser.run("location.hash = '#other%2F'")
        self.browser.wait_text("trouble", "The store is busy.")
        self.assertEqual(self.browser.names(), [])
        self.assertTrue(self.browser.run("return document.getElementById('empty').hidden"))

    def test_login(self):
        browser, stage = self.browser, self.stage
        stage.session = {**stage.session, "member": None, "invitation": True}
        stage.responses["/signup"] = (403, {}, {"error": "The invitation is wrong."})
        self.open("/#sign-up/an%2Fna/a%20b")
        self.assertEqual(browser.run("return location.href"), stage.address + "/")
        browser.type("#password", PASSWORD)
        kind = "return document.getElementById('password').type"
        browser.click("#login .reveal")
        self.assertEqual(browser.run(kind), "text")
        browser.click("#enter")
        browser.wait_text("complaint", "The invitation is wrong.")
        self.assertEqual(stage.requests, [("/signup", {"name": "an/na", "password": PASSWORD,
                                                       "invitation": "a b"})])
        browser.click("#switch")
        browser.type("#name", "  ada ")
        stage.responses["/login"] = (200, {}, {"member": "ada"})
        stage.session["member"] = "ada"
        browser.click("#enter")
        browser.wait_text("member", "ada")
        self.assertEqual(stage.requests[-1][1]["name"], "ada")
        self.assertEqual(browser.run(kind), "password")

    def test_account(self):
        browser, stage = self.browser, self.stage
        self.open()
        stage.responses["/password"] = (403, {}, {"error": "The password is wrong."})
        browser.click("#account")
        browser.click("#change-password")
        browser.type("#old-password", "old")
        browser.type("#new-password", "new")
        browser.press("\ue007")  # Enter
        browser.wait_text("password-complaint", "The password is wrong.")
        stage.responses["/password"] = (200, {}, {"member": "ada"})
        browser.click("#change")
        browser.wait_text("news", "The password was changed.")
        self.assertEqual(stage.requests[-1],
                         ("/password", {"password": "old", "new_password": "new"}))
        self.assertFalse(browser.run("return document.querySelector('dialog[open]')"))
        stage.responses["/logout-everywhere"] = (200, {}, {})
        browser.click("#account")
        browser.click("#logout-everywhere")
        browser.wait_text("news", "You are logged out here, and soon on all other devices.")
        self.assertFalse(browser.run("return document.getElementById('entrance').hidden"))

    def test_older_browsers_have_their_own_colors(self):
        styles = (PAGES / "app.css").read_bytes().replace(b"light-dark(", b"unknown(")
        self.stage.responses["/app.css"] = (200, {"Content-Type": "text/css"}, styles)
        self.open()
        colors = self.browser.run(
            "const style = (id) => getComputedStyle(document.getElementById(id));"
            "return [style('filter').borderTopWidth, style('password-dialog').backgroundColor,"
            " style('enter').backgroundColor, style('enter').color]")
        self.assertEqual(colors[0], "1px")
        self.assertNotIn("rgba(0, 0, 0, 0)", colors)
        self.assertNotEqual(colors[2], colors[3])

    def test_accessibility(self):
        axe = os.environ.get("PRESIGN_AXE")
        if not axe:
            self.skipTest("PRESIGN_AXE does not name axe.min.js")
        browser, stage = self.browser, self.stage
        source = pathlib.Path(axe).read_text(encoding="utf-8")
        faults = set()
        def check(state):
            for width in (360, 768, 1440):
                browser.devtools("Emulation.setDeviceMetricsOverride", width=width, height=900,
                                 deviceScaleFactor=1, mobile=width < 400)
                for theme in ("light", "dark"):
                    browser.devtools("Emulation.setEmulatedMedia", features=[
                        {"name": "prefers-color-scheme", "value": theme}])
                    browser.run(source + ";window.axe = axe")
                    self.assertEqual(browser.run(
                        "return document.documentElement.scrollWidth > innerWidth"), False, state)
                    report = browser.call("POST", "/execute/async", {"args": [], "script":
                        "axe.run().then(arguments[0], failure => arguments[0](String(failure)))"})
                    browser.screenshot(f"{FOLDER}/axe-{state}-{width}-{theme}.png")
                    faults.update((state, width, theme, violation["id"], node["html"])
                                  for violation in report["violations"]
                                  for node in violation["nodes"])
        self.addCleanup(browser.devtools, "Emulation.clearDeviceMetricsOverride")
        for key, size in FILES.items():
            stage.put(key.rsplit("/", 1)[-1], b"x" * (size % 5000), "2026-11-25T10:00:00Z")
        stage.put("sun.svg", PICTURE)
        stage.folders = ["holiday/", "work/"]
        self.open()
        check("list")
        browser.click("#account")
        check("menu")
        browser.click("#change-password")
        check("password")
        browser.press("\ue00c")
        browser.click_row("sun.svg", "preview")
        check("preview")
        browser.press("\ue00c")
        browser.click("tbody .copy")
        browser.run("document.getElementById('uploading').hidden = false;"
                    "document.getElementById('trouble').textContent = 'The store is busy.'")
        check("messages")
        browser.type("#filter", "no such file")
        check("nothing")
        stage.session["member"] = None
        self.open("/#sign-up/ada/word")
        check("sign-up")
        self.assertEqual(faults, set(), "\n".join(map(str, sorted(faults))))


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
        browser.wait("return document.querySelectorAll('tbody tr').length", "the list")

    def test_the_story(self):
        browser = self.browser
        self.sign_up()
        self.assertEqual(browser.run("return document.getElementById('member').textContent"), "ada")
        shown = browser.names()
        self.assertEqual(shown[:3], ["dots", "holiday", "work"])
        self.assertIn("<img src=x onerror=alert(1)>.html", shown)
        self.assertEqual(browser.run("return document.querySelectorAll('tbody img').length"), 0)
        self.assertIn("\ufffdgpj.exe", shown)

        # The filter applies while the user types
        browser.type("#filter", "RE")
        self.assertEqual(set(browser.names()), {"Annual report 2026.pdf", "Release notes.md"})
        browser.type("#filter", "nothing has this")
        self.assertEqual(browser.names(), [])
        browser.clear_filter()

        # A download has the right bytes
        key = "Übersicht 漢字 😀.txt"
        browser.click_row(key)
        self.assertEqual(browser.saved(key), (key.encode() * FILES[key])[:FILES[key]])

        # Folders, and back
        browser.click_row("holiday")
        browser.wait("return document.querySelectorAll('tbody tr').length === 2", "the folder")
        self.assertEqual(browser.names(), ["2026", "cat.jpg"])
        browser.call("POST", "/back", {})
        browser.wait("return document.querySelectorAll('tbody tr').length > 5", "the first folder")

        # Out, and in again
        browser.click("#account")
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
        browser.wait("return document.querySelectorAll('tbody tr').length", "the list")
        self.assertEqual(browser.complaints(), [])

    def test_expired_links_are_renewed(self):
        browser = self.browser
        self.sign_up()
        left = browser.run("return document.querySelector('.left').textContent")
        self.assertRegex(left, r"^[3-6]\d:\d\d$|^1:00:00$")
        # The page's clock goes forward an hour. Then the page takes the time from the broker.
        browser.run("window.realNow = Date.now; Date.now = () => window.realNow() + 3600_000;"
                    "window.before = document.querySelector('tbody a[href^=http]');"
                    "window.before.focus()")
        name = browser.focused()
        browser.wait("return document.getElementById('news').textContent === "
                     "'The links were renewed.'", "new links")
        self.assertFalse(browser.run("return window.before.isConnected"))
        self.assertEqual(browser.focused(), name)
        left = browser.run("return document.querySelector('.left').textContent")
        self.assertRegex(left, r"^[3-6]\d:\d\d$|^1:00:00$")

    def test_the_page_says_if_the_service_cannot_be_reached(self):
        browser = self.browser
        self.sign_up()
        self.broker.stop()
        browser.click("#refresh")
        self.assertEqual(
            browser.wait("return document.getElementById('trouble').textContent", "a complaint"),
            "The service cannot be reached. Try again in a moment.")
        self.assertGreater(len(browser.names()), 5)

    def test_the_policy_of_the_page_allows_the_store(self):
        with urllib.request.urlopen(self.broker.address + "/", timeout=60) as response:
            policy = response.headers["Content-Security-Policy"]
        for directive in ("img-src 'self'", "frame-src", "connect-src 'self'"):
            self.assertRegex(policy, rf"{directive} http://127\.0\.0\.1:")

    def test_keyboard_only(self):
        browser = self.browser
        browser.open(self.broker.address + "/")
        browser.wait("return document.activeElement.id === 'name'", "focus in the first field")
        order = []
        for _ in range(3):
            browser.press("\ue004")  # Tab
            order.append(browser.focused())
        self.assertEqual([" ".join(one.split()) for one in order],
                         ["password", "Show password", "enter"])
        browser.press("\ue004")
        browser.press("\ue007")  # Enter
        browser.type("#name", "keys")
        browser.type("#password", PASSWORD)
        browser.press("\ue007")
        browser.wait("return document.querySelectorAll('tbody tr').length", "the list")
        visited = set()
        for _ in range(12):
            browser.press("\ue004")
            visited.add(browser.focused().strip())
        self.assertLessEqual({"account", "filter", "refresh", "Size", "holiday"}, visited)

    def test_screen_reader(self):
        browser = self.browser
        self.sign_up()
        browser.devtools("Accessibility.enable")
        nodes = browser.devtools("Accessibility.getFullAXTree")["nodes"]
        announced = {(node["role"]["value"], node.get("name", {}).get("value", ""))
                     for node in nodes if not node["ignored"]}
        for expected in [("table", "Files, with links that expire"), ("columnheader", "Name"),
                         ("searchbox", "Filter by name"), ("button", "Account of ada"),
                         ("button", "Refresh"), ("navigation", "Folder"), ("status", ""),
                         ("button", "Copy link to Budget.xlsx"),
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
                browser.screenshot(f"{FOLDER}/{name}-{theme}.png")
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
        browser.wait("return document.querySelectorAll('tbody tr').length === 7", "the folder")
        wide(960, 572)
        both_themes("folder")
        browser.run("location.hash = ''")
        browser.wait("return document.querySelectorAll('tbody tr').length > 5", "the first folder")
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
