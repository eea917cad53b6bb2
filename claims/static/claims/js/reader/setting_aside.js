// Sentences set aside and brought back without leaving the page, and undone with U.

import { Failure, fieldsOf, send } from "./server.js";
import { part, say, word } from "./words.js";

export class SettingAside {
  /** `onAsked(sentence)`: somebody wants to set it aside; `onDone(sentence, isAside)`: the page shows that it is. */
  constructor({ root, sentences, card, live, onAsked, onDone }) {
    Object.assign(this, { root, sentences, card, live, onAsked, onDone });
    this.undone = []; // the places of what this page set aside, the last at the end
    root.addEventListener("submit", (event) => this.submit(event));
    root.addEventListener("click", (event) => this.click(event));
  }

  get may() {
    return this.root.dataset.maySetAside === "yes";
  }

  /** A link to the page that asks for the reason asks for it here. */
  click(event) {
    const link = event.target.closest("a[href]");
    if (!link || !this.may || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    if (link.pathname !== new URL(this.root.dataset.setAsideUrl, location.href).pathname) return;
    event.preventDefault();
    const sentence = this.sentences.at(Number(new URL(link.href).searchParams.get("start")));
    if (sentence) this.onAsked(sentence);
  }

  isIts(form) {
    const { setAsideUrl, bringBackUrl } = this.root.dataset;
    const action = new URL(form.action, location.href).pathname;
    if (action === new URL(setAsideUrl, location.href).pathname) return "aside";
    return action === new URL(bringBackUrl, location.href).pathname ? "back" : "";
  }

  /** Asks for the reason to set a sentence aside, beside what is known of it. */
  ask(sentence) {
    this.card.pin(sentence.start);
    this.card.fold(false);
    const item = this.card.card.querySelector("[data-sentence]");
    if (!item || "aside" in item.dataset) return;
    const form = part("reader-aside");
    form.elements.version.value = this.root.dataset.version;
    form.elements.start.value = sentence.start;
    form.elements.end.value = sentence.end;
    item.querySelector(".aside-form")?.remove();
    item.append(form);
    form.elements.reason.focus();
    form.scrollIntoView({ block: "nearest" });
  }

  submit(event) {
    const kind = this.isIts(event.target);
    if (!kind) return;
    event.preventDefault();
    const item = event.target.closest("[data-sentence]");
    if (item) this.send(event.target, Number(item.dataset.start), kind, event.submitter);
  }

  async send(form, start, kind, button = null) {
    if (form.dataset.sending) return;
    form.dataset.sending = "yes";
    const hadFocus = form.contains(document.activeElement);
    try {
      const answer = await send(form.getAttribute("action"), fieldsOf(form, button), this.root.dataset.pageUrl);
      if (answer.status >= 400) {
        this.refuse(form, answer);
        return;
      }
      this.card.isTyped = false;
      if (kind === "aside") this.undone.push(start);
      else this.undone = this.undone.filter((each) => each !== start);
      await this.live.refresh();
      const touch = matchMedia("(hover: none) and (pointer: coarse)").matches;
      say(word(kind === "back" ? "brought-back" : touch ? "set-aside-touch" : "set-aside"));
      this.onDone(this.sentences.at(start), kind === "aside", hadFocus);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      say(error.message);
    } finally {
      delete form.dataset.sending;
    }
  }

  /** Shows why not beside the form; what was typed stays. */
  refuse(form, { text }) {
    const page = new DOMParser().parseFromString(text, "text/html");
    const why = page.querySelector(".field__errors, .notice__body, .notice, [role=alert]")?.textContent.trim();
    form.querySelector(".refusal")?.remove();
    const line = document.createElement("p");
    line.className = "refusal";
    line.setAttribute("role", "alert");
    line.textContent = why || word("refused");
    form.append(line);
    form.elements.reason?.focus();
  }

  /** Brings back what was set aside last. */
  undo() {
    const start = this.undone.at(-1);
    const sentence = start === undefined ? null : this.sentences.at(start);
    const form = [...(sentence?.item.querySelectorAll("form") ?? [])].find((each) => this.isIts(each) === "back");
    if (!form) {
      this.undone.pop();
      say(word("nothing-to-undo"));
      return;
    }
    this.send(form, start, "back");
  }
}
