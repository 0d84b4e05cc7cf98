/* What the pages do beyond plain HTML. Everything here is a comfort: without it the pages read and send all the same. */
"use strict";

const POLL_MS = 10000;
const AGAIN_MS = 30000;

/*
 * The one stream of a page. A hidden page closes it, so that forgotten tabs hold nothing; when there is no stream
 * (too many watch, or no connection) every part is fetched again from time to time instead.
 */
class LiveSource extends EventTarget {
  constructor(url) {
    super();
    this.url = url;
    this.names = new Set();
    this.readyState = EventSource.CONNECTING;
    document.addEventListener("visibilitychange", () => (document.hidden ? this.rest() : this.open()));
    window.addEventListener("pagehide", () => this.rest());
    window.addEventListener("pageshow", () => this.open());
    window.setInterval(() => this.poll(), POLL_MS);
    this.open();
  }

  addEventListener(name, listener) {
    super.addEventListener(name, listener);
    this.names.add(name);
    this.follow(name);
  }

  follow(name) {
    if (this.source) this.source.addEventListener(name, () => this.dispatchEvent(new Event(name)));
  }

  open() {
    if (this.source || document.hidden || this.closed) return;
    const source = new EventSource(this.url);
    this.source = source;
    this.names.forEach((name) => this.follow(name));
    source.onopen = () => {
      this.tellAll(); /* what happened before the stream was there is not told again */
      this.readyState = EventSource.OPEN;
    };
    source.onerror = () => {
      this.readyState = EventSource.CONNECTING;
      if (source.readyState === EventSource.CLOSED && this.source === source) {
        this.source = null;
        window.setTimeout(() => this.open(), AGAIN_MS);
      }
    };
  }

  rest() {
    this.readyState = EventSource.CONNECTING;
    if (this.source) this.source.close();
    this.source = null;
  }

  close() {
    this.closed = true;
    this.rest();
  }

  poll() {
    if (!this.closed && !document.hidden && this.readyState !== EventSource.OPEN) this.tellAll();
  }

  tellAll() {
    this.names.forEach((name) => this.dispatchEvent(new Event(name)));
  }
}

let live = null;

/* Drafts: the server keeps them; this browser keeps what the server has not got yet. */

const draftKey = (form) => `loalang-draft-${form.dataset.draft}`;
const draftFields = ["title", "text", "source", "language", "repeat", "status", "corrections", "paper"];

function draftOf(form) {
  const data = new FormData(form);
  return Object.fromEntries(draftFields.map((name) => [name, data.get(name) ?? ""]));
}

function keepLocally(form) {
  try {
    localStorage.setItem(draftKey(form), JSON.stringify(draftOf(form)));
  } catch {
    /* a full or forbidden store: the server's draft remains */
  }
}

function forgetLocally(name) {
  try {
    localStorage.removeItem(`loalang-draft-${name}`);
  } catch {
    /* as above */
  }
}

function restore(form) {
  let kept = null;
  try {
    kept = JSON.parse(localStorage.getItem(draftKey(form)));
  } catch {
    return;
  }
  const shown = draftOf(form);
  if (!kept || draftFields.every((name) => (kept[name] ?? "") === shown[name]) || !(kept.text || kept.title || kept.paper)) return;
  for (const name of draftFields) {
    const field = form.elements[name];
    if (field && typeof kept[name] === "string" && kept[name] !== "") field.value = kept[name];
  }
  const notice = document.getElementById("draft-restored");
  notice.textContent = form.dataset.restored;
  notice.hidden = false;
  form.dispatchEvent(new Event("input", { bubbles: true }));
}

function watchDraft(form) {
  let timer = 0;
  let dirty = false;
  let sending = false;
  const body = () => new URLSearchParams([...new FormData(form)].filter(([, value]) => typeof value === "string"));
  const save = async () => {
    dirty = false;
    try {
      const answer = await fetch(form.dataset.draftUrl, { method: "POST", body: body(), headers: { "HX-Request": "true" } });
      if (answer.status === 401) return signedOut();
      if (!answer.ok) throw new Error(String(answer.status));
      document.getElementById("draft-status").textContent = await answer.text();
      if (!dirty) forgetLocally(form.dataset.draft);
    } catch {
      dirty = true;
    }
    return undefined;
  };
  form.addEventListener("input", () => {
    dirty = true;
    keepLocally(form);
    window.clearTimeout(timer);
    timer = window.setTimeout(save, 2000);
  });
  form.addEventListener("submit", () => {
    sending = true;
    window.clearTimeout(timer);
  });
  const leave = () => {
    if (dirty && !sending) navigator.sendBeacon(form.dataset.draftUrl, body());
  };
  document.addEventListener("visibilitychange", () => document.hidden && leave());
  window.addEventListener("pagehide", leave);
  if ("fresh" in form.dataset) forgetLocally(form.dataset.draft); /* the server changed the text on request */
  else restore(form);
}

function signedOut() {
  const { signedOut: words, signIn, close } = document.body.dataset;
  if (document.getElementById("signed-out")) return;
  const toast = document.createElement("div");
  toast.id = "signed-out";
  toast.className = "notice notice-warn toast";
  toast.setAttribute("role", "alert");
  const link = document.createElement("a");
  link.href = `${signIn}?next=${encodeURIComponent(location.pathname + location.search)}`;
  link.textContent = words;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button";
  button.textContent = close;
  button.addEventListener("click", () => toast.remove());
  toast.append(link, button);
  document.body.append(toast);
}

/* One press, one act. The server makes a second press harmless; this makes it unlikely. */

function once(form, event) {
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  for (const button of form.querySelectorAll("button:not([type=button])")) button.setAttribute("aria-disabled", "true");
}

function asked(form, button) {
  const question = button?.dataset.confirm ?? form.dataset.confirm;
  return question && !form.dataset.agreed ? question : null;
}

function ask(form, button, question) {
  const dialog = document.createElement("dialog");
  const text = document.createElement("p");
  const acts = document.createElement("div");
  const no = document.createElement("button");
  const yes = document.createElement("button");
  text.textContent = question;
  text.id = "dialog-question";
  dialog.setAttribute("aria-labelledby", text.id);
  acts.className = "acts gap-above";
  [no.className, yes.className] = ["button", "button button-stop"];
  [no.textContent, yes.textContent] = [document.body.dataset.no, document.body.dataset.yes];
  [no.type, yes.type] = ["button", "button"];
  no.addEventListener("click", () => dialog.close());
  yes.addEventListener("click", () => {
    dialog.close();
    form.dataset.agreed = "yes";
    form.requestSubmit(button);
  });
  dialog.addEventListener("close", () => {
    dialog.remove();
    live?.tellAll();
  });
  acts.append(no, yes);
  dialog.append(text, acts);
  document.body.append(dialog);
  dialog.showModal();
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  const question = asked(form, event.submitter);
  if (question) {
    event.preventDefault();
    event.stopImmediatePropagation();
    ask(form, event.submitter, question);
    return;
  }
  if ("forget" in form.dataset || "forget" in (event.submitter?.dataset ?? {})) forgetLocally("new");
  if ("once" in form.dataset) once(form, event);
});

window.addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("[aria-disabled]")) button.removeAttribute("aria-disabled");
  }
});

/* Small comforts in forms */

function count(area) {
  const limit = Number(area.dataset.limit);
  const length = [...area.value.trim().normalize("NFC")].length;
  const shown = document.getElementById(area.dataset.count);
  shown.textContent = length.toLocaleString("vi-VN");
  shown.parentElement.classList.toggle("fault", length > limit);
}

function tally(name) {
  const boxes = [...document.querySelectorAll(`input[name="${name}"]`)];
  const chosen = boxes.filter((box) => box.checked);
  const households = chosen.reduce((sum, box) => sum + Number(box.dataset.households), 0);
  for (const shown of document.querySelectorAll(`[data-tally="${name}"]`)) {
    shown.textContent = shown.dataset.tallyWords
      .replace("#", chosen.length)
      .replace("#", boxes.length)
      .replace("#", households.toLocaleString("vi-VN"));
  }
  for (const all of document.querySelectorAll(`[data-all="${name}"]`)) {
    all.checked = boxes.length > 0 && chosen.length === boxes.length;
    all.indeterminate = chosen.length > 0 && !all.checked;
  }
}

document.addEventListener("change", (event) => {
  const { all } = event.target.dataset ?? {};
  if (all) for (const box of document.querySelectorAll(`input[name="${all}"]`)) box.checked = event.target.checked;
  const name = all ?? event.target.name;
  if (name && document.querySelector(`[data-tally="${name}"]`)) tally(name);
});

document.addEventListener("input", (event) => {
  if (event.target.dataset?.count) count(event.target);
  if (event.target.type === "range") {
    const shown = event.target.form?.querySelector(`output[for="${event.target.id}"]`);
    if (shown) shown.textContent = `${event.target.value} %`;
  }
});

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-pick]");
  if (!button) return;
  const field = document.getElementById(button.dataset.pick);
  const picker = button.parentElement.querySelector("input[type=date]");
  picker.onchange = () => {
    const [year, month, day] = picker.value.split("-");
    if (day) field.value = `${day}/${month}/${year}`;
    field.dispatchEvent(new Event("change", { bubbles: true }));
  };
  picker.showPicker();
});

/* What is read: a choice fills its field, Enter presses the panel's own button and not that of the form around it. */

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-fill]");
  if (button) document.getElementById(button.dataset.fill).value = button.textContent;
});

document.addEventListener("keydown", (event) => {
  const { enter } = event.target.dataset ?? {};
  const button = enter && event.key === "Enter" && event.target.closest(".well").querySelector(`[data-scope="${enter}"]`);
  if (!button) return;
  event.preventDefault();
  button.click();
});

/* A part that came: a converted text goes into its field, a decision into the draft, the keyboard to what was opened. */

function takeIn(part) {
  const held = (selector) => (part.matches(selector) ? part : part.querySelector(selector));
  const converted = held("[data-converted]");
  if (converted) {
    const field = document.getElementById(converted.dataset.converted);
    field.value = converted.value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    converted.remove();
  }
  held("[name=corrections]")?.dispatchEvent(new Event("input", { bubbles: true }));
  const opened = held("[data-focus]");
  if (!opened) return;
  focused = null;
  opened.focus();
}

/* A part that is fetched again takes neither the focus of the keyboard nor the ground under an open question. */

const purpose = (one) => one.getAttribute("href") ?? one.form?.getAttribute("action") ?? one.textContent;
const alike = (where, tag, wanted) => [...where.querySelectorAll(tag)].filter((one) => purpose(one) === wanted);
let focused = null;

document.addEventListener("htmx:beforeSwap", (event) => {
  const { target } = event.detail;
  const one = document.activeElement;
  if (document.querySelector("dialog[open]")) event.detail.shouldSwap = false;
  focused = null;
  if (one === target || !target.contains(one)) return;
  focused = { tag: one.tagName, wanted: purpose(one), at: alike(target, one.tagName, purpose(one)).indexOf(one) };
});

document.addEventListener("htmx:afterSwap", (event) => {
  takeIn(event.target);
  if (!focused || event.target.contains(document.activeElement)) return;
  const found = alike(event.target, focused.tag, focused.wanted);
  (found[focused.at] ?? found[0])?.focus({ preventScroll: true });
});

document.addEventListener("htmx:responseError", (event) => {
  if (event.detail.xhr.status === 401) signedOut();
});

if (window.htmx) {
  window.htmx.createEventSource = (url) => {
    live = new LiveSource(url);
    return live;
  };
}

document.addEventListener("DOMContentLoaded", () => {
  document.documentElement.classList.add("scripted");
  for (const form of document.querySelectorAll("form[data-draft]")) watchDraft(form);
  for (const done of document.querySelectorAll("[data-draft-done]")) {
    forgetLocally("new");
    forgetLocally(done.dataset.draftDone);
  }
  for (const area of document.querySelectorAll("[data-count]")) count(area);
  for (const shown of document.querySelectorAll("[data-tally]")) tally(shown.dataset.tally);
  document.querySelector("[data-focus]")?.focus();
});
