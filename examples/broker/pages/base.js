// What the parts of the page share: requests to the broker, elements, and how text is shown.
//
// All text from outside (names of files and members, messages) goes into the page by textContent,
// never as HTML.

export const $ = (id) => document.getElementById(id);

// ── Requests to the broker ──────────────────────────────────────────────────────────────────────

// Returns the status and the body of a response. The status is 0 if there was no valid response.
// If the session is over, the window gets the event "sessionover" first.
export async function ask(path, options) {
  let response;
  try {
    response = await fetch(path, { signal: AbortSignal.timeout(60_000), ...options });
    const body = await response.json();
    const seconds = Number(response.headers.get("Retry-After"));
    if (response.status === 429 && seconds > 0) {
      body.error = `Too many attempts. Try again in ${wait(seconds)}.`;
    }
    if (response.status === 401) dispatchEvent(new Event("sessionover"));
    return { status: response.status, body };
  } catch {
    return { status: 0, body: { error: reason(response) } };
  }
}

// If the broker does not run, a proxy in front of it sends a page of its own.
function reason(response) {
  if (!navigator.onLine) return "You are offline.";
  return response && !response.ok
    ? `The service does not work at the moment (error ${response.status}). Try again later.`
    : "The service cannot be reached. Try again in a moment.";
}

const wait = (seconds) =>
  seconds < 120 ? count(seconds, "second") : count(Math.ceil(seconds / 60), "minute");

export const post = (path, fields) =>
  ask(path, { method: "POST", body: new URLSearchParams(fields) });

// ── Elements ────────────────────────────────────────────────────────────────────────────────────

export function element(tag, properties = {}, ...children) {
  const node = Object.assign(document.createElement(tag), properties);
  node.append(...children);
  return node;
}

export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  svg.setAttribute("class", `icon ${name}`);
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `/icons.svg#${name}`);
  svg.append(use);
  return svg;
}

let newsTimer = 0;

// Shows a message for some seconds; screen readers read it out.
export function say(text) {
  clearTimeout(newsTimer);
  $("news").textContent = text;
  newsTimer = setTimeout(() => { $("news").textContent = ""; }, 6000);
}

// Copies a text, and returns whether it is in the clipboard. Browsers have navigator.clipboard only
// with HTTPS, and on localhost.
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const focused = document.activeElement;
    const field = element("textarea", { value: text, className: "unseen" });
    document.body.append(field);
    field.select();
    const isCopied = document.execCommand("copy");
    field.remove();
    focused.focus({ preventScroll: true });
    return isCopied;
  }
}

// ── Text ────────────────────────────────────────────────────────────────────────────────────────

// Returns a name that can be read: control characters become their pictures, and characters that
// change the direction of the text, which could show "gpj.exe" as "exe.jpg", become U+FFFD.
export function shown(name) {
  const visible = name
    .replace(/[\u0000-\u001f]/g, (c) => String.fromCharCode(0x2400 + c.charCodeAt(0)))
    .replace(/\u007f/g, "\u2421")
    .replace(/[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, "\ufffd");
  if (visible === "") return "(no name)";
  return visible.trim() === "" ? `“${visible}” (blank)` : visible;
}

// Decodes a part of an address; one that is not valid becomes empty.
export function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}

// Returns what the filter compares: texts that differ only in case, in accents or in how Unicode
// composes their characters become the same. It is upper case so that "ß" matches "ss".
export const folded = (text) =>
  text.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").toUpperCase();

export const count = (number, noun) =>
  `${number.toLocaleString()} ${noun}${number === 1 ? "" : "s"}`;

export function shownSize(bytes) {
  if (bytes < 1000) return count(bytes, "byte");
  const units = ["KB", "MB", "GB", "TB"];
  let size = bytes / 1000;
  while (size >= 1000 && units.length > 1) {
    size /= 1000;
    units.shift();
  }
  const maximumFractionDigits = size < 10 ? 1 : 0;
  return `${size.toLocaleString(undefined, { maximumFractionDigits })} ${units[0]}`;
}

const dates = new Intl.DateTimeFormat(undefined, { dateStyle: "medium" });
const moments = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "medium" });
const times = new Intl.DateTimeFormat(undefined, { timeStyle: "short" });

export const shownTime = (milliseconds) => times.format(milliseconds);

// Returns the element for a date; a store may send one that cannot be parsed.
export function dateElement(text) {
  const date = new Date(text);
  if (Number.isNaN(date.getTime())) return element("span", { textContent: "unknown" });
  return element("time",
    { dateTime: text, title: moments.format(date), textContent: dates.format(date) });
}

// Returns a duration, from 0 to less than a day, as "1:00:00" or "59:59".
export function shownDuration(milliseconds) {
  const time = new Date(Math.ceil(milliseconds / 1000) * 1000).toISOString().slice(11, 19);
  return time.replace(/^00:|^0/, "");
}

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
  ([kind, extensions]) => extensions.split(" ").map((extension) => [extension, kind])));

export function kindOf(name) {
  const dot = name.lastIndexOf(".");
  return (dot > 0 && kindOfExtension.get(name.slice(dot + 1).toLowerCase())) || "file";
}
