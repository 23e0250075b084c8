// The page: login, the member's account, uploads. list.js has the list of files.
import { $, ask, count, decoded, post, say, shown, shownSize } from "./base.js";
import { list, listed } from "./list.js";

// ── Login and sign-up ───────────────────────────────────────────────────────────────────────────

const entrance = { signingUp: false, wantsInvitation: false };

function showEntrance(signingUp, complaint = "") {
  entrance.signingUp = signingUp;
  list.stop();
  sending?.abort();
  for (const dialog of document.querySelectorAll("dialog[open]")) dialog.close();
  $("inside").hidden = true;
  $("entrance").hidden = false;
  $("login-purpose").textContent = signingUp
    ? "Choose a name and a password." : "Log in to see your files.";
  $("enter").textContent = signingUp ? "Sign up" : "Log in";
  $("switch-question").textContent = signingUp ? "Already a member?" : "New here?";
  $("switch").textContent = signingUp ? "Log in" : "Sign up";
  $("password").autocomplete = signingUp ? "new-password" : "current-password";
  $("password-hint").hidden = !signingUp;
  $("invitation-field").hidden = !(signingUp && entrance.wantsInvitation);
  $("complaint").textContent = complaint;
  $($("name").value ? "password" : "name").focus();
}

// An invitation's link, /#sign-up/NAME/INVITATION, fills in the form. Browsers send no server what
// is after the '#', and the page takes it out of the address. A folder's name has no '/' there.
function takeInvitation() {
  if (!location.hash.startsWith("#sign-up/")) return false;
  const [, name, invitation = ""] = location.hash.split("/").map(decoded);
  history.replaceState(null, "", location.pathname);
  $("name").value = name;
  $("invitation").value = invitation;
  showEntrance(true);
  return true;
}

async function enter(event) {
  event.preventDefault();
  $("name").value = $("name").value.trim();
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
  hidePasswords();
  start();
}

// ── The account ─────────────────────────────────────────────────────────────────────────────────

async function leave(path, news) {
  const { status, body } = await post(path, {});
  if (status === 200) {
    history.replaceState(null, "", location.pathname);
    showEntrance(false);
    say(news);
  } else if (status !== 401) {
    list.complain(body.error);
  }
}

function sessionIsOver() {
  if (!list.timer) return;  // the member has logged out
  $("name").value = $("member").textContent;
  showEntrance(false, "Your session is over. Log in again.");
}

function askForPassword() {
  $("password-form").reset();
  $("password-member").value = $("member").textContent;
  $("password-complaint").textContent = "";
  $("password-dialog").showModal();
}

async function changePassword(event) {
  event.preventDefault();
  $("password-complaint").textContent = "";
  $("change").disabled = true;
  const response = await post("/password", new FormData($("password-form")));
  $("change").disabled = false;
  if (response.status !== 200) {
    $("password-complaint").textContent = response.body.error;
  } else {
    $("password-dialog").close();
    say("The password was changed.");
  }
}

function togglePassword(event) {
  const button = event.currentTarget;
  const isShown = button.ariaPressed === "true";
  button.ariaPressed = String(!isShown);
  button.previousElementSibling.type = isShown ? "password" : "text";
}

function hidePasswords() {
  for (const button of document.querySelectorAll(".reveal[aria-pressed=true]")) button.click();
}

// ── Uploads ─────────────────────────────────────────────────────────────────────────────────────

// Sends a file to the store, and returns what went wrong. The store is another origin: the page may
// send it a form, but cannot read the response, so the list tells whether the file arrived.
async function upload(folder, file, signal) {
  const key = folder + file.name.normalize();
  const name = `“${shown(file.name)}”`;
  try {
    await file.slice(0, 1).arrayBuffer();
  } catch {
    return `${name} cannot be read. A folder cannot be uploaded.`;
  }
  const before = await listed(key);
  if (before.error) return `${name} was not sent. ${before.error}`;
  if (signal.aborted) return `${name} was cancelled.`;
  if (before.file && !confirm(`Replace ${name}, which is there already?`)) {
    return `${name} was kept.`;
  }
  const { status, body } = await ask(`/upload?${new URLSearchParams({ prefix: folder })}`);
  if (status !== 200) return `${name} was not sent. ${body.error}`;
  if (file.size > body.most_bytes) {
    return `${name} is larger than ${shownSize(body.most_bytes)}, the most that can be uploaded.`;
  }
  const form = new FormData();
  for (const [field, value] of Object.entries({ ...body.fields, key })) form.append(field, value);
  form.append("file", file);
  try {
    await fetch(body.url, { method: "POST", mode: "no-cors", body: form, signal });
  } catch { /* the list tells */ }

  const after = await listed(key);
  if (after.error) return `It is not known whether ${name} arrived. ${after.error}`;
  const hasArrived = after.file?.size === file.size
    && after.file.last_modified !== before.file?.last_modified;
  if (hasArrived) return "";
  return signal.aborted ? `${name} was cancelled.`
    : `${name} did not arrive. The store may not allow it, or the connection broke.`;
}

let sending = null;  // aborts the uploads under way, if there are any

async function uploadAll(files) {
  if (sending || files.length === 0) return;
  sending = new AbortController();
  const { signal } = sending;
  $("upload").disabled = true;
  $("uploading").hidden = false;
  const { folder } = list;
  const problems = [];
  let arrived = 0;
  for (const [i, file] of files.entries()) {
    $("upload-text").textContent =
      `Uploading ${shown(file.name)}, ${shownSize(file.size)} (${i + 1} of ${files.length})…`;
    const problem = await upload(folder, file, signal);
    if (problem) problems.push(problem);
    else arrived += 1;
    if (signal.aborted) break;
  }
  sending = null;
  $("upload").disabled = false;
  $("uploading").hidden = true;
  if (!list.timer || !await list.load()) return;
  list.complain(problems.join("\n"));
  if (arrived > 0) say(`${count(arrived, "file")} uploaded.`);
}

// Without this, a file that is dropped would replace the page.
function drag(event) {
  if (!event.dataTransfer.types.includes("Files")) return;
  event.preventDefault();
  const isPossible = list.timer > 0 && !$("upload").hidden && !sending;
  const isInside = event.type === "dragover" || event.relatedTarget !== null;
  event.dataTransfer.dropEffect = isPossible ? "copy" : "none";
  document.body.classList.toggle("dropping", isPossible && isInside);
  if (isPossible && event.type === "drop") uploadAll([...event.dataTransfer.files]);
}

// ── Start ───────────────────────────────────────────────────────────────────────────────────────

async function start() {
  const { status, body } = await ask("/session");
  entrance.wantsInvitation = body.invitation;
  if (takeInvitation()) return;
  if (!body.member) {
    showEntrance(false, status === 200 ? "" : body.error);
    return;
  }
  $("member").textContent = body.member;
  $("upload").hidden = !body.upload;
  $("entrance").hidden = true;
  $("inside").hidden = false;
  list.start(body.root);
}

function on(id, kind, action) { $(id).addEventListener(kind, action); }

on("login", "submit", enter);
on("switch", "click", () => showEntrance(!entrance.signingUp));
on("logout", "click", () => leave("/logout", "You are logged out."));
on("logout-everywhere", "click", () =>
  leave("/logout-everywhere", "You are logged out here, and soon on all other devices."));
on("account-menu", "click", () => $("account-menu").hidePopover());
on("change-password", "click", askForPassword);
on("password-form", "submit", changePassword);
on("password-dialog", "close", hidePasswords);
on("preview", "close", () => $("preview-content").replaceChildren());
on("filter", "input", () => list.show());
on("refresh", "click", () => list.load("The list is up to date."));
on("upload", "click", () => $("chooser").click());
on("cancel-upload", "click", () => sending?.abort());
on("chooser", "change", () => {
  uploadAll([...$("chooser").files]);
  $("chooser").value = "";
});
for (const button of document.querySelectorAll(".reveal")) {
  button.addEventListener("click", togglePassword);
}
for (const button of document.querySelectorAll("dialog .close")) {
  button.addEventListener("click", () => button.closest("dialog").close());
}
for (const head of document.querySelectorAll("th[data-column]")) {
  head.firstElementChild.addEventListener("click", () => list.sort(head.dataset.column));
}
for (const kind of ["dragover", "dragleave", "drop"]) addEventListener(kind, drag);
addEventListener("beforeunload", (event) => { if (sending) event.preventDefault(); });
addEventListener("hashchange", () => { if (!takeInvitation() && list.timer) list.open(); });
addEventListener("sessionover", sessionIsOver);
addEventListener("online", () => { if (list.timer) list.load(); });
start();
