// Keeps what is typed into <form data-draft="address">: two seconds after the last key and when the page is hidden, the
// changed fields go to the desk, as a draft that nobody else sees. Until they have arrived they also lie in this
// window's own storage, so that a login that ended, or a desk that does not answer, loses nothing.

const AFTER = 2000; // milliseconds since the last key
const AGAIN = 15000; // after a failure

const NOT_KEPT = /^(csrfmiddlewaretoken|opened_at|disputed|stand-.*)$/;

for (const form of document.querySelectorAll("form[data-draft]")) keep(form);

function keep(form) {
  const state = form.querySelector("[data-draft-state]");
  const words = form.querySelector("[data-draft-words]").content;
  const address = form.dataset.draft;
  const place = `draft ${form.dataset.draftOf} ${address}`;
  const known = read(form, { asSent: true }); // what the desk has, as far as this page knows
  let waiting = []; // what the window still has of before, until the person says what becomes of it
  let timer;
  let sending = null;
  let done = false;

  const say = (name, values = {}) => {
    const sentence = words.querySelector(`[data-word=${name}]`).textContent;
    state.textContent = sentence.replace(/\{(\w+)\}/g, (hole, key) => values[key] ?? hole);
    state.classList.toggle("draft-state--failed", name !== "kept");
  };

  const changed = () => [...read(form)].filter(([name, texts]) => !same(texts, known.get(name)));

  /** Puts into this window's storage what the desk does not have. */
  const copy = () => {
    const fields = new Map([...waiting, ...changed()]);
    if (fields.size) remember(place, { opened: form.dataset.draftOpened, fields: [...fields] });
    else forget(place);
  };

  const later = (wait) => {
    clearTimeout(timer);
    timer = setTimeout(send, wait);
  };

  /** Sends what changed; `last`: the page may be gone before an answer comes. */
  async function send({ last = false } = {}) {
    const fields = changed();
    clearTimeout(timer);
    if (done || !fields.length) return;
    if (sending && !last) {
      later(AFTER);
      return;
    }
    sending = new AbortController();
    try {
      const answer = await post(fields, { last, signal: sending.signal });
      if (answer.status === 204) {
        for (const [name, texts] of fields) known.set(name, texts);
        if (!changed().length) delete form.dataset.changed; // nothing would be lost by leaving
        copy();
        say("kept", { time: clock() });
      } else if (answer.redirected || answer.status === 401) {
        say("logged-out");
        later(AGAIN);
      } else if (answer.status === 422) {
        say("refused", { reason: await answer.text() });
      } else {
        throw new Error(answer.statusText);
      }
    } catch (error) {
      if (error.name === "AbortError") return;
      say("no-answer");
      later(AGAIN);
    } finally {
      sending = null;
    }
  }

  async function post(fields, { last, signal }) {
    const request = (keepalive) => {
      const body = new URLSearchParams({
        csrfmiddlewaretoken: token(form),
        opened_at: form.dataset.draftOpened,
      });
      for (const [name, texts] of fields) for (const text of texts) body.append(name, text);
      return fetch(address, { method: "POST", body, keepalive, signal, credentials: "same-origin" });
    };
    // What outlives its page may be no longer than 64 KB; then it is sent as long as the page lives.
    const answer = await request(last).catch((error) => (last ? request(false) : Promise.reject(error)));
    if (answer.status !== 403) return answer;
    await refresh(); // logged in again elsewhere: the page's token is void
    return request(false);
  }

  form.addEventListener("input", () => {
    copy();
    later(AFTER);
  });
  form.addEventListener("change", () => later(AFTER));
  form.addEventListener("submit", (event) => {
    if (event.submitter?.formTarget) return; // it opens another window, and this page stays
    done = true;
    clearTimeout(timer);
    sending?.abort();
  });
  window.addEventListener("pageshow", () => {
    done = false;
  });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) send({ last: true });
  });
  window.addEventListener("pagehide", () => send({ last: true }));
  for (const discard of document.querySelectorAll("[data-draft-discard]")) {
    discard.addEventListener("submit", () => {
      done = true;
      delete form.dataset.changed;
      forget(place);
    });
  }

  waiting = left(form, place);
  if (waiting.length) {
    const opened = recall(place).opened;
    offer(form, waiting, (wanted) => {
      if (wanted) {
        const first = String(Math.min(Number(opened), Number(form.dataset.draftOpened)));
        form.dataset.draftOpened = form.elements.opened_at.value = first;
        for (const [name, texts] of waiting) write(form, name, texts);
      }
      waiting = [];
      copy();
      if (wanted) form.dispatchEvent(new Event("input", { bubbles: true }));
    });
  }
  if (changed().length) later(0); // the browser brought back what was typed here before
}

/** What lies in this window's storage for the form and is not what the form says. */
function left(form, place) {
  const now = read(form);
  return (recall(place)?.fields ?? []).filter(([name, texts]) => now.has(name) && !same(texts, now.get(name)));
}

/** Asks whether words that never reached the desk go back into the form; `decide` is told. */
function offer(form, fields, decide) {
  const notice = form.querySelector("[data-draft-copy]").content.firstElementChild.cloneNode(true);
  notice.querySelector("[data-fields]").textContent = fields.map(([name]) => label(form, name)).join(", ");
  for (const [button, wanted] of [["put", true], ["forget", false]]) {
    notice.querySelector(`[data-do=${button}]`).addEventListener("click", () => {
      notice.remove();
      decide(wanted);
    });
  }
  form.before(notice);
}

function label(form, name) {
  const field = form.querySelector(`[name="${CSS.escape(name)}"]`);
  const legend = field?.type === "radio" ? field.closest("fieldset")?.querySelector("legend") : null;
  const words = legend ?? field?.labels?.[0];
  return words?.firstChild?.textContent.trim() ?? name;
}

/** Name -> what would be sent for it; nothing chosen is an empty text. `asSent`: as the page came from the desk. */
function read(form, { asSent = false } = {}) {
  const found = new Map();
  for (const field of form.elements) {
    if (!field.name || NOT_KEPT.test(field.name) || ["submit", "button", "file"].includes(field.type)) continue;
    const texts = found.get(field.name) ?? [];
    if (["checkbox", "radio"].includes(field.type)) {
      if (asSent ? field.defaultChecked : field.checked) texts.push(field.value);
    } else if (field.options) {
      const chosen = [...field.options].filter((option) => (asSent ? option.defaultSelected : option.selected));
      texts.push(...(chosen.length ? chosen : [...field.options].slice(0, 1)).map((option) => option.value));
    } else {
      texts.push(asSent ? field.defaultValue : field.value);
    }
    found.set(field.name, texts);
  }
  for (const [name, texts] of found) if (!texts.length) found.set(name, [""]);
  return found;
}

function write(form, name, texts) {
  for (const field of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
    if (["checkbox", "radio"].includes(field.type)) field.checked = texts.includes(field.value);
    else field.value = texts[0];
  }
}

function same(some, others) {
  return JSON.stringify(some) === JSON.stringify(others);
}

function clock() {
  return new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
}

function token(from) {
  return from.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
}

async function refresh() {
  const page = await fetch(window.location.href, { credentials: "same-origin" });
  const fresh = token(new DOMParser().parseFromString(await page.text(), "text/html"));
  if (!fresh) return;
  for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = fresh;
}

// This window's storage; a browser may have it switched off.

function remember(place, copy) {
  try {
    window.sessionStorage.setItem(place, JSON.stringify(copy));
  } catch {
    // The desk's own draft is the one that counts.
  }
}

function recall(place) {
  try {
    return JSON.parse(window.sessionStorage.getItem(place));
  } catch {
    return null;
  }
}

function forget(place) {
  try {
    window.sessionStorage.removeItem(place);
  } catch {
    // Then there is nothing to forget.
  }
}
