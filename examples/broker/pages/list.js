// The list of a folder: its rows, their order, the filter, and links that expire.
import {
  $, ask, copy, count, dateElement, decoded, element, folded, icon, kindOf, say, shown,
  shownDuration, shownSize, shownTime,
} from "./base.js";

const longestLife = 3600_000;  // of a link, in milliseconds
const retryAfter = 10_000;
const chunkSize = 50;

// ── Items ───────────────────────────────────────────────────────────────────────────────────────

const hashOf = (folder) => `#${encodeURIComponent(folder)}`;

function folderItem(key, parent) {
  const name = key.slice(parent.length, -1);
  return { key, name, isFolder: true, folded: folded(name) };
}

// A date that cannot be parsed is before all others.
function fileItem(file) {
  const changed = Date.parse(file.last_modified);
  return {
    ...file, isFolder: false, folded: folded(file.name),
    changed: Number.isNaN(changed) ? -Infinity : changed, ends: Date.parse(file.expires_at),
  };
}

// Adds a page of a listing. Some programs make a folder by an empty object whose key is the
// folder's. It is shown as a folder, and not at all in the folder itself.
function addPage(items, page, folder) {
  for (const key of page.folders) items.set(key, folderItem(key, folder));
  for (const file of page.files) {
    const isMarker = file.key.endsWith("/") && file.size === 0;
    if (!isMarker) items.set(file.key, fileItem(file));
    else if (file.key !== folder) items.set(file.key, folderItem(file.key, folder));
  }
}

const order = { column: "name", sign: 1 };
const names = new Intl.Collator(undefined, { numeric: true });

// Folders come first, always by name. Files that are equal are ordered by name, too.
function compare(a, b) {
  const nameSign = order.column === "name" ? order.sign : 1;
  return b.isFolder - a.isFolder
    || (order.column !== "name" && !a.isFolder
      && order.sign * (a[order.column] - b[order.column]))
    || nameSign * names.compare(a.name, b.name)
    || (a.key < b.key ? -1 : 1);
}

// ── What can be done with a file ────────────────────────────────────────────────────────────────

// Returns the file with a valid link: one that expired while the machine slept is renewed first.
async function renewed(file) {
  if (!(file.ends <= list.now())) return file;
  await list.renew();
  return list.items.find((item) => item.key === file.key) ?? file;
}

// Opens the link in a hidden frame, which may run no script. A file that the browser saves causes
// no "load" event there, but a response with an error does, and it never replaces the page.
async function download(event, file) {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const { folder } = list;
  const { url } = await renewed(file);
  const frame = element("iframe", { src: url, hidden: true, sandbox: "allow-downloads" });
  frame.addEventListener("load", async () => {
    frame.remove();
    if (!await list.load()) return;
    const isGone = list.folder === folder && !list.items.some((item) => item.key === file.key);
    list.complain(`The store did not send “${shown(file.name)}”${isGone
      ? ": it was removed from this folder."
      : ". It may be unreachable, or it may not allow this."}`);
  });
  setTimeout(() => frame.remove(), 600_000);
  document.body.append(frame);
}

async function copyLink(file) {
  const { url, ends } = await renewed(file);
  say(await copy(url) ? `Link copied. It works until ${shownTime(ends)}.`
    : "The browser does not allow copying. Use the menu of the file's link.");
}

const canPreview = (file) =>
  file.preview && !file.warning && (kindOf(file.name) === "image" || navigator.pdfViewerEnabled);

// Gets the file with a key, if there is one.
export async function listed(key) {
  const { status, body } = await ask(`/files?${new URLSearchParams({ prefix: key, max: 1 })}`);
  if (status !== 200) return { error: body.error };
  return { file: body.files.find((file) => file.key === key) };
}

const notice = (textContent) => element("p", { className: "notice", textContent });

function picture(src, alt) {
  const image = element("img", { src, alt });
  image.addEventListener("error", () => image.replaceWith(
    notice("The store did not send a picture. The file may have been removed.")));
  return image;
}

// A frame does not tell whether it shows the file or an error of the store, so the list is asked.
async function pages(key, src, title) {
  const { file, error } = await listed(key);
  return file ? element("iframe", { src, title }) : notice(error ?? "The file was removed.");
}

let previewed = null;  // the file whose preview was opened last

async function preview(file) {
  previewed = file;
  const { key, preview: src, name } = await renewed(file);
  const alt = shown(name);
  $("preview-title").textContent = alt;
  $("preview").showModal();
  const content = kindOf(name) === "image" ? picture(src, alt) : await pages(key, src, alt);
  if (previewed === file && $("preview").open) $("preview-content").replaceChildren(content);
}

// ── Rows ────────────────────────────────────────────────────────────────────────────────────────

function nameCell(item) {
  const label = [icon(item.isFolder ? "folder" : kindOf(item.name)),
    element("bdi", { textContent: shown(item.name) })];
  const cell = element("th", { scope: "row" });
  if (item.isFolder) {
    cell.append(element("a", { className: "name", href: hashOf(item.key) }, ...label));
  } else if (item.url && !item.warning) {
    const onclick = (event) => download(event, item);
    cell.append(element("a",
      { className: "name", href: item.url, rel: "noreferrer", onclick }, ...label));
  } else {
    cell.append(element("span", { className: "no-link" }, ...label));
  }
  if (item.warning) {
    const textContent = item.url
      ? "Browsers change this link before they send it. Use curl --path-as-is." : item.warning;
    cell.append(element("p", { className: "warning" }, icon("warning"),
      element("span", { textContent })));
  }
  return cell;
}

function iconButton(name, label, onclick) {
  return element("button", { type: "button", className: name, title: label, onclick }, icon(name),
    element("span", { className: "unseen", textContent: label }));
}

function makeRow(item, index) {
  const cells = ["size", "date", "life", "actions"].map((className) =>
    element("td", { className }));
  const className = item.isFolder ? "folder" : "";
  const line = element("tr", { className }, nameCell(item), ...cells);
  line.setAttribute("aria-rowindex", index + 2);  // the first row is the head
  const row = { item, line };
  if (item.isFolder) return row;

  const [size, date, life, actions] = cells;
  const name = shown(item.name);
  size.textContent = shownSize(item.size);
  date.append(dateElement(item.last_modified));
  if (item.ends) {
    row.ring = element("span", { className: "ring" });
    row.left = element("span", { className: "left" });
    life.append(row.ring, row.left);
  }
  if (canPreview(item)) {
    actions.append(iconButton("preview", `Preview ${name}`, () => preview(item)));
  }
  if (item.url) actions.append(iconButton("copy", `Copy link to ${name}`, () => copyLink(item)));
  return row;
}

function countDown(row, now) {
  const left = row.item.ends - now;
  row.left.textContent = left > 0 ? shownDuration(left) : "expired";
  const share = Math.min(1, Math.max(0, left / longestLife)).toFixed(2);
  if (share !== row.share) row.ring.style.setProperty("--share", share);
  row.share = share;
  row.line.classList.toggle("ending", left < 300_000);
}

// Some rows of the table. They exist only while they are near the window; otherwise an empty row of
// the same height keeps their place, so that a folder with many thousands of files stays quick.
class Chunk {
  body = element("tbody");
  items = [];
  rows = [];

  constructor(first) { this.first = first; }

  set(items, height) {
    const isSame = items.length === this.items.length
      && items.every((item, i) => item === this.items[i]);
    const keepsPlace = this.rows.length === 0 && items.length === this.items.length;
    this.items = items;
    if (isSame || keepsPlace) return;
    if (this.rows.length > 0 || this.first === 0) this.fill();
    else this.empty(height);
  }

  fill() {
    this.rows = this.items.map((item, i) => makeRow(item, this.first + i));
    for (const row of this.rows) if (row.left) countDown(row, list.now());
    this.body.replaceChildren(...this.rows.map((row) => row.line));
  }

  empty(height) {
    this.rows = [];
    const cell = element("td", { colSpan: 5 });
    cell.style.height = `${height}px`;
    this.body.replaceChildren(element("tr", { className: "spacer", ariaHidden: "true" }, cell));
  }
}

const chunkObserver = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting, boundingClientRect } of entries) {
    const chunk = list.chunks.find(({ body }) => body === target);
    if (!chunk) continue;
    const isFilled = chunk.rows.length > 0;
    if (isIntersecting && !isFilled) chunk.fill();
    // A row that has the focus stays, even if it is scrolled away.
    if (!isIntersecting && isFilled && !target.contains(document.activeElement)) {
      chunk.empty(boundingClientRect.height);
    }
  }
}, { rootMargin: "600px" });

// ── The list ────────────────────────────────────────────────────────────────────────────────────

export const list = {
  folder: "",
  root: "",
  items: [],           // all, in order
  chunks: [],          // the rows of those that the filter lets through
  isNew: true,         // the items are not yet those of the folder
  more: "",            // what the summary adds if not all pages are here
  firstEnd: Infinity,  // when the first link expires
  clockOff: 0,         // what to add to this machine's clock to have the broker's
  turn: 0,             // of the load that counts: what comes of an earlier one is dropped
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
    this.complain("");
    this.replace([], "");
  },

  complain(text) { $("trouble").textContent = text; },

  // Goes to the folder that the address names.
  open() {
    this.folder = decoded(location.hash.slice(1)) || this.root;
    this.isNew = true;
    $("filter").value = "";
    $("empty").hidden = true;
    $("summary").textContent = "Loading…";
    this.showCrumbs();
    scrollTo(0, 0);
    this.load();
  },

  // Gets all pages, and returns whether they came. The pages of a folder that was just opened are
  // shown as they come; later, the new list replaces the old one as a whole.
  async load(news = "") {
    const turn = ++this.turn;
    const isGrowing = this.isNew || this.more !== "";
    this.nextTry = Infinity;
    $("table").ariaBusy = "true";
    const items = new Map();
    const asked = new URLSearchParams({ prefix: this.folder, delimiter: "/" });
    do {
      const { status, body } = await ask(`/files?${asked}`);
      if (turn !== this.turn) return false;
      if (status !== 200) return this.fail(body.error);
      this.clockOff = Date.parse(body.now) - Date.now();
      addPage(items, body, this.folder);
      asked.set("next", body.next ?? "");
      if (isGrowing || !body.next) {
        this.replace([...items.values()], body.next ? " so far…" : "");
      }
    } while (asked.get("next"));
    this.nextTry = this.now() + retryAfter;
    this.complain("");
    if (news) say(news);
    return true;
  },

  fail(error) {
    this.nextTry = this.now() + retryAfter;
    const isPart = this.isNew || this.more;
    this.replace(this.isNew ? [] : this.items, isPart ? "; the others did not arrive" : "");
    this.complain(error);
    return false;
  },

  replace(items, more) {
    this.isNew = false;
    this.more = more;
    this.items = items.sort(compare);
    this.firstEnd = items.reduce((first, { ends }) => (ends < first ? ends : first), Infinity);
    $("table").ariaBusy = null;
    this.show();
  },

  // Shows the items that the filter lets through. The control that has the focus keeps it.
  show() {
    const wanted = folded($("filter").value);
    const items = this.items.filter((item) => item.folded.includes(wanted));
    const focused = this.rows().find(({ line }) => line.contains(document.activeElement));
    const control = document.activeElement?.className;

    $("table").hidden = items.length === 0;
    $("table").setAttribute("aria-rowcount", this.more ? -1 : items.length + 1);
    this.showChunks(items);
    if (focused && !focused.line.isConnected) this.focus(items, focused.item.key, control);

    const all = this.items.length;
    $("empty").hidden = items.length > 0 || (all === 0 && this.more !== "");
    $("empty").textContent = all === 0 ? "There is nothing here yet." : "No name contains that.";
    const some = wanted ? `${items.length.toLocaleString()} of ` : "";
    $("summary").textContent = all === 0 ? "" : `${some}${count(all, "item")}${this.more}`;
  },

  showChunks(items) {
    const needed = Math.ceil(items.length / chunkSize);
    for (const chunk of this.chunks.splice(needed)) {
      chunkObserver.unobserve(chunk.body);
      chunk.body.remove();
    }
    let rowHeight = 0;
    for (let i = 0; i < needed; ++i) {
      if (i === this.chunks.length) {
        this.chunks.push(new Chunk(i * chunkSize));
        $("table").append(this.chunks[i].body);
        chunkObserver.observe(this.chunks[i].body);
      }
      const part = items.slice(i * chunkSize, (i + 1) * chunkSize);
      this.chunks[i].set(part, part.length * rowHeight);
      if (i === 0) rowHeight = this.chunks[0].body.getBoundingClientRect().height / part.length;
    }
  },

  focus(items, key, control) {
    const index = items.findIndex((item) => item.key === key);
    if (index < 0) return;
    const chunk = this.chunks[Math.floor(index / chunkSize)];
    if (chunk.rows.length === 0) chunk.fill();
    const { line } = chunk.rows[index % chunkSize];
    line.getElementsByClassName(control)[0]?.focus({ preventScroll: true });
  },

  rows() { return this.chunks.flatMap((chunk) => chunk.rows); },

  // Sizes and dates begin with the largest and the latest.
  sort(column) {
    if (column === order.column) order.sign *= -1;
    else Object.assign(order, { column, sign: column === "name" ? 1 : -1 });
    for (const head of document.querySelectorAll("th[data-column]")) {
      const direction = order.sign > 0 ? "ascending" : "descending";
      head.ariaSort = head.dataset.column === column ? direction : null;
    }
    this.items.sort(compare);
    this.show();
  },

  showCrumbs() {
    const parts = this.folder.slice(this.root.length).split("/").slice(0, -1);
    const crumbs = [["All files", this.root],
      ...parts.map((name, i) => [shown(name),
        this.root + parts.slice(0, i + 1).map((part) => `${part}/`).join("")])];
    const hadFocus = document.querySelector("#crumbs :focus, #table :focus");
    $("crumbs").replaceChildren(...crumbs.map(([label, folder], i) => {
      const link = element("a", { href: hashOf(folder) }, element("bdi", { textContent: label }));
      if (i === crumbs.length - 1) link.setAttribute("aria-current", "page");
      return element("li", {}, link);
    }));
    if (hadFocus) $("crumbs").lastElementChild.firstElementChild.focus({ preventScroll: true });
    $("heading").textContent = crumbs.at(-1)[0];
    document.title = `${crumbs.at(-1)[0]} – File Access System`;
  },

  // Updates the countdowns once a second. If a link has expired, gets all of them again.
  tick() {
    if (document.hidden) return;
    const now = this.now();
    for (const row of this.rows()) if (row.left) countDown(row, now);
    if (this.firstEnd <= now && now >= this.nextTry) this.renew();
  },

  renew() { return this.load("The links were renewed."); },
};
