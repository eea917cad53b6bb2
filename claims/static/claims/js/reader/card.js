// What is known of one place in the text: the claims that stand there and the sentence with its score and reasons. It
// is the very item of the lists that the server wrote, shown beside the text, or at the bottom of a narrow screen.

import { word } from "./words.js";

export class Card {
  constructor({ aside, dock, narrow, sentences, claims }) {
    Object.assign(this, { aside, dock, narrow, sentences, claims });
    this.pinned = null; // a position
    this.shown = null;
    this.card = document.createElement("section");
    this.card.className = "card";
    this.card.hidden = true;
    this.card.setAttribute("aria-label", word("here"));
    this.card.addEventListener("input", () => (this.isTyped = true));
    this.head = document.createElement("button"); // on a narrow screen it folds the rest away
    this.head.type = "button";
    this.head.className = "card__head";
    this.head.addEventListener("click", () => this.fold(!this.isFolded));
    this.body = document.createElement("ul");
    this.body.className = "card__items";
    this.card.append(this.head, this.body);
    this.fold(true);
    narrow.addEventListener("change", () => this.stand());
    this.stand();
  }

  stand() {
    (this.narrow.matches ? this.dock : this.aside).append(this.card);
  }

  /** Shows a place until another one is asked for. */
  pin(position) {
    this.pinned = position;
    this.isTyped = false;
    this.show(position);
  }

  /** Shows a place while the pointer rests there; null goes back to the pinned one. */
  peek(position) {
    if (this.isTyped || this.card.contains(document.activeElement)) return;
    const found = position === null ? null : this.what(position);
    this.show(found?.length ? position : this.pinned, found ?? undefined);
  }

  hide() {
    this.pinned = null;
    this.isTyped = false;
    this.show(null);
  }

  /** After the lists changed; what is being typed stays. */
  refresh() {
    if (!this.isTyped) this.show(this.pinned, undefined, true);
  }

  /** The items of a place: its claims, then its sentence. A single claim is not repeated beside the list. */
  what(position) {
    const sentence = this.sentences.at(position);
    const claims = this.claims.at(position);
    const shown = claims.length > 1 || this.narrow.matches ? claims : [];
    return [...new Set([...shown, ...(sentence ? [sentence] : [])].map(({ item }) => item))];
  }

  show(position, items = position === null ? [] : this.what(position), isChanged = false) {
    const key = items.map((item) => item.id).join(" ");
    if (key === this.shown && !isChanged) return;
    this.shown = key;
    const facts = items.at(-1)?.querySelector(".sentence__facts, .marked__statement")?.textContent ?? "";
    this.head.textContent = facts.replace(/\s+/g, " ").trim();
    this.body.replaceChildren(...items.map(copied));
    this.card.hidden = !items.length;
    if (!isChanged) this.fold(true);
  }

  fold(isFolded) {
    this.isFolded = isFolded;
    this.card.classList.toggle("card--folded", isFolded);
    this.head.setAttribute("aria-expanded", String(!isFolded));
  }

  /** The form of the shown sentence with that address, e.g. the one that sets it aside. */
  form(address) {
    return [...this.card.querySelectorAll("form")].find((form) => form.getAttribute("action") === address) ?? null;
  }
}

/** A copy of a list item whose ids are its own. */
function copied(item) {
  const copy = item.cloneNode(true);
  copy.hidden = false;
  copy.dataset.copy = item.id;
  for (const each of [copy, ...copy.querySelectorAll("[id], [for], [aria-describedby], [aria-labelledby]")]) {
    if (each.id) each.id = `card-${each.id}`;
    if (each.htmlFor) each.htmlFor = `card-${each.htmlFor}`;
    for (const name of ["aria-describedby", "aria-labelledby"]) {
      const ids = each.getAttribute(name);
      if (ids) each.setAttribute(name, ids.replace(/\S+/g, "card-$&"));
    }
  }
  return copy;
}
