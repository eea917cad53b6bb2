// The side form that makes a claim of the picked words: fetched, filled in, sent and refused without leaving the page.
// What is typed in it is kept through every refusal, and nothing closes it without asking.

import { ask, elements, Failure, fieldsOf, send } from "./server.js";
import { askBeforeLosing } from "./sheet.js";
import { say, word } from "./words.js";

const FIRST = ["[role=alert]", ".notice--error", "[aria-invalid=true]", "[name=statement]", "a[href]"];
const CALM = 450; // milliseconds after the last key until similar claims are asked for

export class MarkForm {
  /** `onMarked(key)`: a claim was made, or quoted here as well. */
  constructor({ root, slot, picked, narrow, onMarked }) {
    Object.assign(this, { root, slot, picked, narrow, onMarked });
    this.isDirty = false;
    slot.addEventListener("input", (event) => this.typed(event));
    slot.addEventListener("submit", (event) => this.submit(event));
    slot.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) this.form?.requestSubmit();
    });
    slot.addEventListener("click", (event) => this.click(event));
    picked.addEventListener("change", () => this.follow());
    addEventListener("beforeunload", (event) => {
      if (this.isDirty) event.preventDefault();
    });
  }

  get form() {
    return this.slot.querySelector("form");
  }

  /** Opens the form for a span; asks first where another one holds typed words. */
  async open(span) {
    span = this.picked.offsets.trimmed(span.start, span.end);
    if (!span || !(await this.mayLose())) return;
    this.opening?.abort();
    this.opening = new AbortController();
    const url = this.address(this.root.dataset.markUrl, { start: span.start, end: span.end });
    say(word("marking"), { quiet: true });
    this.slot.setAttribute("aria-busy", "true");
    try {
      const answer = await ask(url, { part: "form", signal: this.opening.signal });
      this.fill(answer.text);
      if (answer.status === 200 && this.form) this.picked.give(span);
      this.focus();
    } catch (error) {
      if (error.name !== "AbortError") this.fail(error);
    } finally {
      this.slot.removeAttribute("aria-busy");
    }
  }

  address(base, values) {
    const url = new URL(base, location.href);
    url.searchParams.set("version", this.root.dataset.version);
    for (const [name, value] of Object.entries(values)) url.searchParams.set(name, value);
    return url.href;
  }

  /** Whether the form may go: it holds nothing typed, or the person said so. */
  async mayLose() {
    if (!this.isDirty) return true;
    if ((await askBeforeLosing()) === "discard") return true;
    this.focus();
    return false;
  }

  /** Closes the form, asking first; whether it is closed. */
  async close() {
    if (!(await this.mayLose())) return false;
    this.empty();
    return true;
  }

  empty() {
    this.isDirty = false;
    this.slot.replaceChildren();
    this.picked.forget();
  }

  fill(text) {
    this.slot.replaceChildren(elements(text));
    this.isDirty = false;
    if (!this.form) return;
    this.tools();
    this.follow();
    const quote = this.slot.querySelector(".mark-form__quote");
    const mark = quote?.querySelector("mark");
    if (mark) quote.scrollTop += mark.getBoundingClientRect().top - quote.getBoundingClientRect().top - 24;
  }

  /** On a narrow screen the form covers the text; a button lets one look at it. */
  tools() {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button button--small button--quiet mark-slot__look";
    button.textContent = word("look");
    button.addEventListener("click", () => {
      const isLow = this.slot.classList.toggle("mark-slot--low");
      button.textContent = word(isLow ? "back-to-form" : "look");
    });
    this.slot.classList.remove("mark-slot--low");
    this.slot.prepend(button);
  }

  focus() {
    const field = FIRST.map((selector) => this.slot.querySelector(selector)).find(Boolean);
    if (!field) return;
    if (!field.matches("input, textarea, select, a")) field.tabIndex = -1;
    field.focus();
  }

  /** The form's words are those that are picked, also after their ends were moved. */
  follow() {
    const { role, home, offsets } = this.picked;
    if (!this.form || role !== "form" || !home) return;
    const fields = this.form.elements;
    if (fields.start) fields.start.value = home.start;
    if (fields.end) fields.end.value = home.end;
    const words = offsets.words(home.start, home.end);
    if (fields.exact) fields.exact.value = words;
    const quote = this.slot.querySelector(".mark-form__quote mark");
    if (!quote || quote.textContent === words) return;
    quote.textContent = words;
    for (const around of this.slot.querySelectorAll(".mark-form__around")) around.remove(); // it is other words now
  }

  // Typing

  typed(event) {
    this.isDirty = true;
    if (["statement", "language"].includes(event.target.name)) {
      clearTimeout(this.waiting);
      this.waiting = setTimeout(() => this.lookForSimilar(), CALM);
    }
  }

  /** Asks anew what was checked before; where one of those claims is chosen already, it stays as it is. */
  async lookForSimilar() {
    const found = this.slot.querySelector("[data-similar]");
    const statement = this.form?.elements.statement;
    if (!found || !statement) return;
    const chosen = found.querySelector("[name=same_as]:checked")?.value;
    if (chosen) return;
    this.looking?.abort();
    this.looking = new AbortController();
    const { start, end } = this.picked.home ?? {};
    const language = this.form.elements.language?.value ?? "";
    const url = this.address(this.root.dataset.similarUrl, { q: statement.value, language, start, end });
    try {
      const answer = await ask(url, { part: "form", signal: this.looking.signal });
      if (answer.status !== 200 || !found.isConnected) return;
      found.replaceChildren(elements(answer.text));
    } catch (error) {
      if (error.name !== "AbortError" && !(error instanceof Failure)) throw error; // old hits are better than none
    }
  }

  // Sending

  async submit(event) {
    const { form } = this;
    if (!form || event.target !== form) return;
    event.preventDefault();
    if (this.isSending) return;
    this.sending(true);
    try {
      const url = form.getAttribute("action") || this.root.dataset.markUrl;
      this.answered(await send(url, fieldsOf(form, event.submitter), this.root.dataset.pageUrl));
    } catch (error) {
      this.fail(error);
    } finally {
      this.sending(false);
    }
  }

  sending(isSending) {
    this.isSending = isSending;
    this.slot.toggleAttribute("aria-busy", isSending);
    if (isSending) say(word("saving"));
  }

  answered({ status, text, location }) {
    if (status === 200 || status === 201) {
      this.empty();
      this.slot.replaceChildren(elements(text));
      this.onMarked(location.split("#claim-")[1] ?? "");
      return;
    }
    if (![409, 422, 503].includes(status)) throw new Failure(word("refused"));
    say("");
    this.fill(text);
    this.isDirty = true;
    this.focus();
  }

  /** Says in the form, or where it would be, why nothing was done. */
  fail(error) {
    if (!(error instanceof Failure)) throw error;
    say("");
    this.slot.querySelector(".mark-slot__failure")?.remove();
    const notice = document.createElement("p");
    notice.className = "mark-slot__failure notice notice--error";
    notice.setAttribute("role", "alert");
    notice.textContent = error.message;
    const buttons = this.form?.querySelector(".button-row");
    if (buttons) buttons.before(notice);
    else this.slot.prepend(notice);
    notice.scrollIntoView({ block: "nearest" });
  }

  click(event) {
    const link = event.target.closest("[data-cancel]");
    if (!link || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    this.close().then((isClosed) => isClosed && this.picked.offsets.root.focus({ preventScroll: true }));
  }
}
