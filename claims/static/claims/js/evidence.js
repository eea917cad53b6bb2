// Evidence on the claim's page: what is cited is looked up while the excerpt is typed, letters press the buttons, an
// item's form opens in its place. Everything works without this file, by forms and pages of their own.

import { ask, elements, Failure, fieldsOf, send } from "./reader/server.js";
import { word } from "./reader/words.js";

const TYPED = "textarea, select, input:not([type=radio]):not([type=checkbox]), [contenteditable]";

const letter = (event) =>
  !event.ctrlKey && !event.metaKey && !event.altKey && !event.isComposing && /^[a-z]$/i.test(event.key)
    ? event.key.toLowerCase()
    : "";

const isTyping = (event) => event.target.closest(TYPED) !== null;

// Adding

const form = document.querySelector("[data-cite]");

if (form) {
  const slots = ["cite-line", "cite-details"].map((id) => document.getElementById(id));
  const { cited, excerpt } = form.elements;
  const plain = (text) => text.replace(/\s+/g, " ").trim();
  let asked = form.elements.shown.value; // the words that the fields in the slot were filled for
  let looking = null;
  let isChanged = form.querySelector(".quick__details").open; // somebody wrote into those fields

  slots.at(-1).addEventListener("input", () => (isChanged = true));

  const lookUp = () => {
    const words = plain(cited.value);
    if (!words || words === asked || isChanged) return looking ?? Promise.resolve();
    asked = words;
    const url = new URL(form.action);
    url.searchParams.set("cited", words);
    looking = ask(url.href, { part: "form" })
      .then(({ status, text }) => {
        if (status !== 200 || asked !== words || isChanged) return;
        const found = elements(text);
        for (const slot of slots) slot.replaceChildren(...found.getElementById(slot.id).childNodes);
      })
      .catch((error) => {
        if (!(error instanceof Failure)) throw error;
        asked = ""; // the form shows it when it is sent
      });
    return looking;
  };

  let waiting;
  cited.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(lookUp, 500);
  });
  cited.addEventListener("change", lookUp);

  // What is sent is what was shown: sending waits for the answer.
  form.addEventListener(
    "submit",
    (event) => {
      clearTimeout(waiting);
      if (plain(cited.value) === asked && !looking) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      lookUp().then(() => {
        looking = null;
        asked = plain(cited.value);
        setTimeout(() => form.requestSubmit(event.submitter)); // not while this very event is on its way
      });
    },
    { capture: true },
  );

  const grow = () => {
    excerpt.style.height = "auto";
    excerpt.style.height = `${Math.min(excerpt.scrollHeight + 2, innerHeight * 0.6)}px`;
  };
  excerpt.addEventListener("input", grow);
  if (excerpt.value) grow();

  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      form.requestSubmit();
      return;
    }
    const key = letter(event);
    if (!key || isTyping(event)) return;
    const sign = [...form.querySelectorAll(".keyed__one kbd")].find((kbd) => kbd.textContent.toLowerCase() === key);
    const button = sign?.closest("label").querySelector("input");
    if (!button) return;
    event.preventDefault();
    event.stopPropagation();
    button.click();
    button.focus();
  });
}

// Items

const items = () => [...document.querySelectorAll("[data-item]")];

const walk = (item, step) => {
  const all = items();
  const next = all[all.indexOf(item) + step];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
};

document.addEventListener("keydown", (event) => {
  if (isTyping(event) || document.querySelector("dialog[open]")) return;
  const key = letter(event);
  const item = event.target.closest?.("[data-item]");
  if (key === "u" && event.target.matches("body, #evidence *") && !event.target.closest("[data-cite]")) {
    document.querySelector("[data-undo]")?.click();
    return;
  }
  if (!item || event.target.closest("[data-opened]")) return;
  const arrow = event.altKey && !event.ctrlKey && { ArrowUp: "up", ArrowDown: "down" }[event.key];
  const wanted = arrow || key;
  if (!wanted) return;
  if (wanted === "j" || wanted === "k") walk(item, wanted === "j" ? 1 : -1);
  else {
    const button = item.querySelector(`[data-press="${wanted}"]`);
    if (!button) return;
    button.click();
  }
  event.preventDefault();
});

// An item's form in its place

let opened = null;

const close = () => {
  opened?.remove();
  opened = null;
};

const fill = (place, text) => {
  const part = elements(text).querySelector("[data-part=evidence]");
  if (!part?.querySelector("form")) throw new Failure("");
  for (const each of part.querySelectorAll("[id], [for], [aria-describedby]")) {
    if (each.id) each.id = `in-place-${each.id}`;
    for (const name of ["for", "aria-describedby"]) {
      const ids = each.getAttribute(name);
      if (ids) each.setAttribute(name, ids.replace(/\S+/g, "in-place-$&"));
    }
  }
  for (const link of part.querySelectorAll("a[href^='#']")) {
    link.setAttribute("href", link.getAttribute("href").replace("#", "#in-place-"));
  }
  place.replaceChildren(part);
  place.querySelector("[role=alert], [aria-invalid=true], [name=excerpt]")?.focus();
};

const open = async (link) => {
  if (opened?.dataset.changed) {
    opened.querySelector("textarea")?.focus(); // what is typed there is not lost
    return;
  }
  try {
    const { status, text } = await ask(link.href);
    if (status !== 200) throw new Failure("");
    close();
    opened = document.createElement("div");
    opened.className = "in-place";
    opened.dataset.opened = "";
    link.closest("[data-item]").querySelector(".evidence__body").append(opened);
    fill(opened, text);
    opened.scrollIntoView({ block: "nearest" });
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    close();
    location.assign(link.href); // its own page says what is the matter
  }
};

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-edit]");
  if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    open(link);
  }
  const back = event.target.closest("[data-opened] .button--quiet");
  if (back?.matches("a")) {
    event.preventDefault();
    const item = opened.closest("[data-item]");
    close();
    item.focus();
  }
});

document.addEventListener("input", (event) => {
  const place = event.target.closest("[data-opened]");
  if (place) place.dataset.changed = "yes";
});

addEventListener("beforeunload", (event) => {
  if (opened?.dataset.changed) event.preventDefault();
});

document.addEventListener("submit", async (event) => {
  const place = event.target.closest("[data-opened]");
  if (!place) return;
  event.preventDefault();
  if (place.ariaBusy === "true") return;
  place.ariaBusy = "true";
  try {
    const form = event.target;
    const answer = await send(form.action, fieldsOf(form, event.submitter), form.action, { redirect: "manual" });
    if (answer.isElsewhere) {
      delete place.dataset.changed;
      location.hash = place.closest("[data-item]").id;
      location.reload();
      return;
    }
    if (answer.status === 401) throw new Failure(word("logged-out"));
    if (![200, 409, 422, 503].includes(answer.status)) throw new Failure(word("refused"));
    fill(place, answer.text);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    place.querySelector(".in-place__failure")?.remove();
    const notice = document.createElement("p");
    notice.className = "in-place__failure notice notice--error";
    notice.setAttribute("role", "alert");
    notice.textContent = error.message;
    place.querySelector(".button-row")?.before(notice);
  } finally {
    place.ariaBusy = "false";
  }
});

document.addEventListener("keydown", (event) => {
  if (!event.target.closest("[data-opened]")) return;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) event.target.closest("form")?.requestSubmit();
  if (event.key === "Escape" && !opened.dataset.changed) {
    const item = opened.closest("[data-item]");
    close();
    item.focus();
  }
});

// Back at the item that was worked on, so that the next key goes there.
document.querySelector("[data-undo]")?.focus();
const here = location.hash.startsWith("#evidence-") && document.getElementById(location.hash.slice(1));
if (here) here.focus();
