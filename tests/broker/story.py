"""Tests of the broker that hold on any store: members sign up, log in, list files and follow links
that expire; nobody else gets anything; the store stops and starts."""
import concurrent.futures
import threading

from service import BEHIND_PROXY, PASSWORD, Member, ask, on_store, put_object, signed_url, takes_long, wait_until

AWKWARD_KEYS = [
    "plain.txt", "with space.txt", "plus+plus", "100%", "%2F", "%25", "a//b", "//", "/leading",
    "a/", "a/../b", "a/./b", ".", "..", "../up", "~tilde", "quote'\"", "&=#?;", "semi;colon",
    "[x]{y}", "back\\slash", "pipe|caret^", "tick`", "star*", "(parens)", "comma,colon:", "at@",
    "dollar$", "exclaim!", "<b>bold</b>", "<script>alert(1)</script>", "\u00e9 NFC", "e\u0301 NFD",
    "漢字.txt", "😀.png", "\u202egpj.exe", " ", "  leading", "trailing  ", "tab\there", "line\nfeed",
    "carriage\rreturn", "\x01control", "\x7fdelete", "\ufeffbom", "nul-less", "x" * 1024, "é" * 512,
    "%2e%2e/x", "+", "++", "?", "#", "a/b/c/d/e", "a", "a/b", "UPPER", "upper", "..a", "a..", "-",
    "_", "con",
]


def content_of(key):
    return b"the content of " + key.encode() if key != "nul-less" else b""


class Story:
    """A mixin for a test class, which calls begin()."""

    page_sizes = (1, 2, 7)
    accepted_changes = frozenset()  # of a link, by the store

    @classmethod
    def begin(cls, program, broker, store, keys):
        """Uploads these keys to the store, and signs up a member at the broker."""
        cls.program, cls.broker, cls.store, cls.keys = program, broker, store, keys
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            for _ in pool.map(lambda key: put_object(store, key, content_of(key)), keys):
                pass
        cls.ada = Member(broker)
        assert cls.ada.sign_up("Ada").status == 200

    def stranger(self):
        return Member(self.broker)

    def another_broker(self, store, **settings):
        broker = on_store(store, self.program, **settings)
        self.addCleanup(broker.stop)
        return broker

    def test_sign_up_log_in_and_out(self):
        grace = self.stranger()
        self.assertEqual(grace.sign_up("Grace.Hopper@example.com").json(),
                         {"member": "grace.hopper@example.com"})
        self.assertEqual(grace.get("/session").json()["member"], "grace.hopper@example.com")
        self.assertEqual(grace.post("/logout").status, 200)
        self.assertIsNone(grace.get("/session").json()["member"])
        self.assertEqual(grace.get("/files").status, 401)
        self.assertEqual(grace.log_in("GRACE.hopper@example.COM").status, 200)
        self.assertEqual(grace.get("/files").status, 200)

    def test_every_link_gives_the_bytes_of_its_file(self):
        files, folders, _ = self.ada.all_files()
        self.assertEqual(folders, [])
        listed = {file["key"]: file for file in files}
        self.assertEqual(sorted(listed), sorted(set(self.keys)))
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            responses = list(pool.map(ask, (file["url"] for file in listed.values())))
        for (key, file), response in zip(listed.items(), responses):
            with self.subTest(key=key):
                self.assertEqual((response.status, response.body), (200, content_of(key)))
                self.assertEqual(file["size"], len(content_of(key)))
                self.assertTrue(response.headers["Content-Disposition"].startswith("attachment"))

    def test_a_link_is_named_as_its_file(self):
        files, _, _ = self.ada.all_files(prefix="漢")
        response = ask(files[0]["url"])
        self.assertIn("filename*=UTF-8''%E6%BC%A2%E5%AD%97.txt",
                      response.headers["Content-Disposition"])

    def test_keys_that_browsers_rewrite_have_a_warning(self):
        files, _, _ = self.ada.all_files()
        warned = {file["key"] for file in files if "warning" in file}
        self.assertEqual(warned, {"a/../b", "a/./b", ".", "..", "../up"})

    def test_folders_and_pages(self):
        files, folders, _ = self.ada.all_files(prefix="a/", delimiter="/")
        self.assertEqual([file["key"] for file in files], ["a/", "a/b"])
        self.assertEqual(folders, ["a/../", "a/./", "a//", "a/b/"])
        whole, _, _ = self.ada.all_files()
        for most in self.page_sizes:
            files, _, pages = self.ada.all_files(max=most)
            self.assertEqual([file["key"] for file in files], [file["key"] for file in whole])
            self.assertEqual(pages, -(-len(whole) // most))
            with_folders, folders, _ = self.ada.all_files(max=most, delimiter="/")
            again, all_folders, _ = self.ada.all_files(delimiter="/")
            self.assertEqual([file["key"] for file in with_folders],
                             [file["key"] for file in again])
            self.assertEqual(folders, all_folders)

    def test_a_stranger_gets_nothing(self):
        self.assertEqual(self.stranger().get("/files").status, 401)
        self.assertEqual(self.stranger().log_in("ada", "another password").status, 403)
        self.assertEqual(self.stranger().log_in("nobody").status, 403)
        store = self.store
        self.assertEqual(ask(store.url("plain.txt")).status, 403)
        self.assertEqual(ask(store.url("members/ada.json", store.members_bucket)).status, 403)
        forged = signed_url(store._replace(secret="guessed"), "GET", f"/{store.bucket}/plain.txt")
        self.assertEqual(ask(forged).status, 403)

    def test_a_link_that_was_tampered_with_is_rejected(self):
        url = self.ada.all_files(prefix="plain.txt")[0][0]["url"]
        self.assertEqual(ask(url).status, 200)
        signature = url[-64:]
        changes = {
            "another file": url.replace("plain.txt", "with%20space.txt"),
            "another bucket": url.replace(f"/{self.store.bucket}/plain.txt",
                                          f"/{self.store.members_bucket}/members/ada.json"),
            "a longer validity": url.replace("X-Amz-Expires=", "X-Amz-Expires=1"),
            "another name to save under": url.replace("%22plain", "%22other"),
            "a changed signature": url[:-1] + ("0" if url[-1] != "0" else "1"),
            "no signature": url.replace("&X-Amz-Signature=" + signature, ""),
            "two signatures": url + "&X-Amz-Signature=" + signature,
            "an additional parameter": url + "&response-content-type=text%2Fhtml",
        }
        for change, changed in changes.items():
            with self.subTest(change):
                self.assertNotEqual(changed, url)
                expected = 200 if change in self.accepted_changes else 403
                self.assertEqual(ask(changed).status, expected)
        for method in ("PUT", "DELETE", "HEAD", "POST"):
            self.assertEqual(ask(url, method, b"" if method in ("PUT", "POST") else None).status,
                             403, method)

    @takes_long
    def test_two_brokers_over_one_store(self):
        key = {"BROKER_SESSION_KEY": "k" * 40}
        first, second = (self.another_broker(self.store, **key) for _ in range(2))
        eve = Member(first)
        self.assertEqual(eve.sign_up("eve").status, 200)
        self.assertEqual(Member(second).log_in("eve").status, 200)
        self.assertEqual(Member(second, eve.cookie).get("/files").status, 200)
        self.assertEqual(Member(second).sign_up("eve").status, 409)

        for name in (f"twin{i}" for i in range(6)):
            with concurrent.futures.ThreadPoolExecutor(4) as pool:
                tries = [(f"{name} password {i}", Member(broker))
                         for i, broker in enumerate([first, second, first, second])]
                statuses = list(pool.map(lambda t: t[1].sign_up(name, t[0]).status, tries))
            self.assertEqual(sorted(statuses), [200, 409, 409, 409])
            winner = tries[statuses.index(200)][0]
            self.assertEqual(Member(second).log_in(name, winner).status, 200)

    def two_sessions(self, name):
        """Returns two brokers over the store, and two sessions of a new member at the first."""
        key = {"BROKER_SESSION_KEY": "k" * 40}
        broker, other = (self.another_broker(self.store, **key) for _ in range(2))
        member, again = Member(broker), Member(broker)
        self.assertEqual(member.sign_up(name).status, 200)
        self.assertEqual(again.log_in(name).status, 200)
        self.assertEqual((member.get("/files").status, again.get("/files").status), (200, 200))
        return broker, other, member, again

    def test_log_out_everywhere(self):
        broker, other, eva, again = self.two_sessions("eva")
        stolen = eva.cookie
        self.assertEqual(eva.post("/logout-everywhere").status, 200)
        for member in (eva, again, Member(broker, stolen), Member(other, stolen)):
            self.assertEqual(member.get("/files").status, 401)
            self.assertEqual(member.post("/logout-everywhere").status, 401)
        self.assertEqual(eva.log_in("eva").status, 200)
        self.assertEqual(eva.get("/files").status, 200)

    def test_a_change_of_password(self):
        broker, other, eva, again = self.two_sessions("evi")
        new = "another good password"
        self.assertEqual(Member(broker).post("/password", password=PASSWORD,
                                             new_password=new).status, 401)
        for password, wanted, status in [("wrong", new, 403), (PASSWORD, "short", 422),
                                         (PASSWORD, "a" * 20, 422)]:
            self.assertEqual(eva.post("/password", password=password, new_password=wanted).status,
                             status)
        self.assertEqual(eva.post("/password", password=PASSWORD).status, 400)
        stolen = eva.cookie
        self.assertEqual(eva.post("/password", password=PASSWORD, new_password=new).status, 200)
        for member in (again, Member(broker, stolen), Member(other, stolen)):
            self.assertEqual(member.get("/files").status, 401)
        self.assertEqual(eva.get("/files").status, 200)
        self.assertEqual(Member(other, eva.cookie).get("/files").status, 200)
        self.assertEqual(Member(broker).log_in("evi").status, 403)
        self.assertEqual(Member(broker).log_in("evi", new).status, 200)

    def check_outage(self, store, stop, start):
        """Checks that nothing is lost if the store stops and starts under load."""
        broker = self.another_broker(store, **BEHIND_PROXY)
        def sign_up(name):
            return Member(broker).post("/signup", {"X-Forwarded-For": name}, name=name,
                                       password=PASSWORD).status
        def log_in(name):
            return Member(broker).post("/login", {"X-Forwarded-For": name}, name=name,
                                       password=PASSWORD).status
        bea = Member(broker)
        self.assertEqual(bea.sign_up("bea").status, 200)
        is_over = threading.Event()
        signed_up, seen = [], set()
        def load(worker):
            for i in range(1000):
                if is_over.is_set():
                    return
                name = f"member-{worker}-{i}"
                status = sign_up(name)
                if status == 200:
                    signed_up.append(name)
                seen.update({status, bea.get("/files").status})
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            work = [pool.submit(load, worker) for worker in range(4)]
            wait_until(lambda: len(signed_up) > 2)
            stop()
            during_outage = bea.get("/files")
            # Failures of the store do not count as failed logins.
            self.assertEqual({log_in("bea") for _ in range(15)}, {503})
            wait_until(lambda: 503 in seen)
            start()
            before = len(signed_up)
            wait_until(lambda: len(signed_up) > before)
            is_over.set()
            for worker in work:
                worker.result()
        self.assertEqual(during_outage.status, 503)
        self.assertIn("store does not respond", during_outage.json()["error"])
        self.assertEqual(seen, {200, 503})
        [file] = bea.all_files(prefix="plain.txt")[0]
        self.assertEqual(ask(file["url"]).body, content_of("plain.txt"))
        self.assertEqual({log_in(name) for name in ["bea", *signed_up]}, {200})
