// The page: login, and a list of files with links that expire.
//
// All text from outside (names of files and members, messages) goes into the page by textContent,
// never as HTML.
"use strict";

const $ = (id) => document.getElementById(id);

// ── Requests to the broker ───────────────────────────────────────────────────────────────────────────

// Returns a response with its status; status 0 if there was none.
async function ask(path, options) {
  try {
    const response = await fetch(path, options);
    return { status: response.status, body: await response.json() };
  } catch {
    return { status: 0, body: { error: "The service cannot be reached." } };
  }
}

const post = (path, fields) => ask(path, { method: "POST", body: new URLSearchParams(fields) });

// ── Login and sign-up ───────────────────────────────────────────────────────────────────────────

const entrance = { signingUp: false, wantsInvitation: false };

function showEntrance(signingUp) {
  entrance.signingUp = signingUp;
  files.stop();
  $("inside").hidden = true;
  $("entrance").hidden = false;
  $("login-purpose").textContent = signingUp
    ? "Choose a name and a password." : "Log in to see your files.";
  $("enter").textContent = signingUp ? "Sign up" : "Log in";
  $("switch-question").textContent = signingUp ? "A member already?" : "New here?";
  $("switch").textContent = signingUp ? "Log in" : "Sign up";
  $("password").autocomplete = signingUp ? "new-password" : "current-password";
  $("password-hint").hidden = !signingUp;
  $("invitation-field").hidden = !(signingUp && entrance.wantsInvitation);
  $("complaint").textContent = "";
  $("name").focus();
}

async function enter(event) {
  event.preventDefault();
  $("enter").disabled = true;
  $("complaint").textContent = "";
  const response = await post(entrance.signingUp ? "/signup" : "/login", new FormData($("login")));
  $("enter").disabled = false;
  if (response.status !== 200) {
    $("complaint").textContent = response.body.error;
    $("password").focus();
    return;
  }
  $("login").reset();
  start();
}

async function leave() {
  const response = await post("/logout", {});
  if (response.status === 200) {
    location.hash = "";
    showEntrance(false);
  } else {
    files.complain(response.body.error);
  }
}

// ── Display ────────────────────────────────────────────────────────────────────────

const kinds = {
  image: "avif bmp gif heic ico jpeg jpg png svg tif tiff webp",
  video: "avi m4v mkv mov mp4 mpeg mpg webm",
  audio: "aac flac m4a mid mp3 ogg opus wav",
  archive: "7z bz2 deb gz iso jar rar rpm tar tgz xz zip zst",
  sheet: "csv ods tsv xls xlsx",
  slides: "key odp ppt pptx",
  document: "doc docx epub md odt pdf rtf tex txt",
  code: "c cc cpp css go h hpp html java js json py rb rs sh sql toml ts xml yaml yml",
};
const kindOfExtension = new Map(Object.entries(kinds).flatMap(
  ([kind, extensions]) => extensions.split(" ").map((one) => [one, kind])));

function kindOf(name) {
  const dot = name.lastIndexOf(".");
  return (dot > 0 && kindOfExtension.get(name.slice(dot + 1).toLowerCase())) || "file";
}

// Returns a name that can be read: control characters become their pictures, and characters that
// change the direction of the text, which could show "gpj.exe" as "exe.jpg", become U+FFFD.
function shown(name) {
  const visible = name
    .replace(/[\u0000-\u001f]/g, (c) => String.fromCharCode(0x2400 + c.charCodeAt(0)))
    .replace(/\u007f/g, "\u2421")
    .replace(/[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, "\ufffd");
  if (visible === "") return "(no name)";
  return visible.trim() === "" ? `“${visible}” (blank)` : visible;
}

function shownSize(bytes) {
  const units = ["bytes", "KB", "MB", "GB", "TB"];
  let unit = 0;
  while (bytes >= 1000 && unit < units.length - 1) {
    bytes /= 1000;
    unit += 1;
  }
  const digits = unit > 0 && bytes < 10 ? 1 : 0;
  return `${bytes.toLocaleString(undefined, { maximumFractionDigits: digits })} ${units[unit]}`;
}

const dates = new Intl.DateTimeFormat(undefined, { dateStyle: "medium" });
const times = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "medium" });

function shownTime(milliseconds) {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
  const two = (number) => String(number).padStart(2, "0");
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const minutesAndSeconds = `${two(minutes)}:${two(seconds % 60)}`;
  return hours > 0 ? `${hours}:${minutesAndSeconds}` : minutesAndSeconds;
}

function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  svg.setAttribute("class", `icon ${name}`);
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `/icons.svg#${name}`);
  svg.append(use);
  return svg;
}

// ── Rows ────────────────────────────────────────────────────────────────────────────────────────

const hashOf = (folder) => `#${encodeURIComponent(folder)}`;

function folderRow(folder, parent) {
  const name = folder.slice(parent.length, -1);
  const link = element("a", { href: hashOf(folder) }, icon("folder"),
    element("bdi", { textContent: shown(name) }));
  return { name, line: element("tr", { className: "folder" },
    element("th", { scope: "row" }, link),
    element("td", { className: "size" }), element("td", { className: "date" }),
    element("td", { className: "life" })) };
}

// If browsers rewrite a link before they send it, it still works elsewhere.
function copyButton(url) {
  const button = element("button",
    { type: "button", className: "small", textContent: "Copy link" });
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(url);
    $("news").textContent = "Link copied.";
  });
  return button;
}

function warningOf(file) {
  const text = file.url
    ? "Browsers change this link before they send it. Use curl --path-as-is." : file.warning;
  return element("p", { className: "warning" }, icon("warning"),
    element("span", { textContent: text }), ...(file.url ? [copyButton(file.url)] : []));
}

function fileRow(file) {
  const label = [icon(kindOf(file.name)), element("bdi", { textContent: shown(file.name) })];
  const link = file.url && !file.warning
    ? element("a", { href: file.url, rel: "noreferrer" }, ...label)
    : element("span", { className: "no-link" }, ...label);
  const title = element("th", { scope: "row" }, link);
  if (file.warning) title.append(warningOf(file));

  const changed = new Date(file.last_modified);
  const left = element("span", { className: "left" });
  const life = element("td", { className: "life" });
  if (file.expires_at) life.append(element("span", { className: "ring" }), left);
  return { name: file.name, ends: Date.parse(file.expires_at), link, left, life,
    line: element("tr", {}, title,
      element("td", { className: "size", textContent: shownSize(file.size) }),
      element("td", { className: "date" }, element("time",
        { dateTime: file.last_modified, title: times.format(changed),
          textContent: dates.format(changed) })), life) };
}

// ── The list ────────────────────────────────────────────────────────────────────────────────────

const longestLife = 3600_000;  // of a link, in milliseconds
const retryAfter = 10_000;

const files = {
  folder: "",
  root: "",
  rows: [],
  clockOff: 0,  // what to add to this machine's clock to have the broker's
  turn: 0,      // of the load that counts: what comes of an earlier one is dropped
  nextTry: 0,
  timer: 0,

  now() { return Date.now() + this.clockOff; },

  start(root) {
    this.root = root;
    this.timer ||= setInterval(() => this.tick(), 1000);
    this.open();
  },

  stop() {
    clearInterval(this.timer);
    this.timer = 0;
    this.turn += 1;
    this.show([]);
  },

  complain(text) { $("trouble").textContent = text; },

  // Goes to the folder that the address names.
  open() {
    let folder = "";
    try {
      folder = decodeURIComponent(location.hash.slice(1));
    } catch { /* no folder has such a name */ }
    this.folder = folder || this.root;
    $("filter").value = "";
    this.showCrumbs();
    this.load("");
  },

  // Gets all pages, shows them, and says so.
  async load(news) {
    const turn = ++this.turn;
    this.nextTry = Infinity;
    $("table").setAttribute("aria-busy", "true");
    const found = await this.get(() => turn === this.turn);
    if (turn !== this.turn) return;
    $("table").removeAttribute("aria-busy");
    if (found.status === 401) return showEntrance(false);
    this.nextTry = this.now() + retryAfter;
    this.complain(found.status === 200 ? "" : found.error);
    if (found.status !== 200) return;
    this.show(found.rows);
    $("news").textContent = news;
  },

  async get(isWanted) {
    const rows = [];
    const asked = new URLSearchParams({ prefix: this.folder, delimiter: "/" });
    do {
      const { status, body } = await ask(`/files?${asked}`);
      if (status !== 200) return { status, error: body.error };
      this.clockOff = Date.parse(body.now) - Date.now();
      rows.push(...body.folders.map((one) => folderRow(one, this.folder)),
        ...body.files.map(fileRow));
      asked.set("next", body.next ?? "");
    } while (asked.get("next") && isWanted());
    return { status: 200, rows };
  },

  show(rows) {
    this.rows = rows;
    $("rows").replaceChildren(...rows.map((one) => one.line));
    this.filter();
    this.tick();
  },

  showCrumbs() {
    const parts = this.folder.slice(this.root.length).split("/").slice(0, -1);
    const crumbs = [["All files", this.root],
      ...parts.map((name, i) => [shown(name),
        this.root + parts.slice(0, i + 1).map((one) => `${one}/`).join("")])];
    $("crumbs").replaceChildren(...crumbs.map(([label, folder], i) => {
      const link = element("a", { href: hashOf(folder) }, element("bdi", { textContent: label }));
      if (i === crumbs.length - 1) link.setAttribute("aria-current", "page");
      return element("li", {}, link);
    }));
    document.title = `${crumbs.at(-1)[0]} – File Access System`;
  },

  filter() {
    const wanted = $("filter").value.toLowerCase();
    let count = 0;
    for (const row of this.rows) {
      row.line.hidden = !row.name.toLowerCase().includes(wanted);
      if (!row.line.hidden) count += 1;
    }
    const all = this.rows.length;
    const items = all === 1 ? "1 item" : `${all.toLocaleString()} items`;
    $("summary").textContent = wanted ? `${count.toLocaleString()} of ${items}` : items;
    $("summary").hidden = all === 0;
    $("table").hidden = count === 0;
    $("empty").hidden = count > 0;
    $("empty").textContent = all === 0 ? "There is nothing here yet." : "No name contains that.";
    return $("summary").textContent;
  },

  // Updates the countdowns once a second. If a link has expired, gets all of them again.
  tick() {
    const now = this.now();
    let anyEnded = false;
    for (const row of this.rows) {
      if (!row.ends) continue;
      const left = row.ends - now;
      row.left.textContent = left > 0 ? shownTime(left) : "expired";
      row.life.style.setProperty("--share", Math.min(1, Math.max(0, left / longestLife)));
      row.line.classList.toggle("ending", left < 300_000);
      anyEnded ||= left <= 0;
    }
    if (anyEnded && !document.hidden && now >= this.nextTry) this.renew();
  },

  renew() { return this.load("The links were renewed."); },

  // A link that expired while the machine slept is renewed before it is followed.
  async follow(event) {
    const row = this.rows.find((one) => one.link && one.link.contains(event.target));
    if (!row || row.ends > this.now()) return;
    event.preventDefault();
    await this.renew();
    const fresh = this.rows.find((one) => one.name === row.name && one.link);
    if (fresh && fresh.ends > this.now()) fresh.link.click();
  },
};

// ── Start ───────────────────────────────────────────────────────────────────────────────────────

async function start() {
  const { status, body } = await ask("/session");
  entrance.wantsInvitation = body.invitation;
  if (!body.member) {
    showEntrance(false);
    $("complaint").textContent = status === 200 ? "" : body.error;
    return;
  }
  $("member").textContent = body.member;
  $("entrance").hidden = true;
  $("inside").hidden = false;
  files.start(body.root);
}

$("login").addEventListener("submit", enter);
$("switch").addEventListener("click", () => showEntrance(!entrance.signingUp));
$("logout").addEventListener("click", leave);
$("filter").addEventListener("input", () => { $("news").textContent = files.filter(); });
$("refresh").addEventListener("click", () => files.load("The list is up to date."));
$("rows").addEventListener("click", (event) => files.follow(event));
window.addEventListener("hashchange", () => { if (files.timer) files.open(); });
start();
