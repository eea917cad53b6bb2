// The sentence or the claim at which one is, on the way through the text with J, K and C: drawn, scrolled to, focused
// and said.

import { say, shortened, word } from "./words.js";
import { Claims } from "./sentences.js";

const TOP = 0.16; // of the window's height: a place above or below these is scrolled to
const BOTTOM = 0.62;
const TRIES = 4; // the text above a far place gets its real height only when it is near

export class Here {
  constructor({ text, offsets, paint, layer, sentences, claims, card, list }) {
    Object.assign(this, { text, offsets, paint, sentences, claims, card, list });
    this.kind = "";
    this.place = null;
    this.focused = null;
    this.sign = document.createElement("span"); // a line in the margin beside it
    this.sign.className = "here";
    this.sign.hidden = true;
    layer.append(this.sign);
    this.layer = layer;
  }

  get sentence() {
    return this.kind === "sentence" ? this.place : null;
  }

  get claim() {
    return this.kind === "claim" ? this.place : null;
  }

  /** The next (step 1) or the one before (-1), of sentences or claims. */
  step(kind, step, { every = false } = {}) {
    const all =
      kind === "claim"
        ? this.claims.all.filter(({ item }) => !item.hidden)
        : every
          ? this.sentences.all
          : this.sentences.walked;
    if (!all.length) {
      say(word(kind === "claim" ? "no-claims" : "no-sentences"));
      return;
    }
    const source = kind === "claim" ? this.claims : this.sentences;
    let next;
    if (kind === this.kind && all.includes(this.place)) next = all[all.indexOf(this.place) + step];
    else next = source.beside(this.from(step), step, all);
    this.go(kind, next ?? (this.place && this.kind === kind ? this.place : all.at(step > 0 ? -1 : 0)));
  }

  /** Where a walk begins: at the place one is, else at what the window shows. */
  from(step) {
    if (this.place) return this.place.start - (step > 0 ? 1 : 0);
    const index = this.offsets.blocks.findIndex((block) => block.getBoundingClientRect().bottom > innerHeight * TOP);
    return index < 0 ? -1 : this.offsets.starts[index] - 1;
  }

  /** Goes to a sentence or a claim of the page. */
  go(kind, place, { focus = true, quiet = false } = {}) {
    this.kind = kind;
    this.place = place;
    this.draw();
    this.scroll();
    this.card.pin(place.start);
    this.list.mark(kind === "claim" ? place.item : null);
    if (focus) this.focus();
    if (!quiet) this.announce();
  }

  leave() {
    if (!this.place) return;
    this.kind = "";
    this.place = null;
    this.draw();
    this.list.mark(null);
  }

  /** After the lists were read anew. */
  refresh() {
    if (!this.place) return;
    const { start, end, item } = this.place;
    const all = this.kind === "claim" ? this.claims.all : this.sentences.all;
    const own = all.filter((each) => each.item.id === item.id);
    const again = own.find((each) => each.start === start || each.end === end) ?? own[0];
    if (!again) this.leave();
    else this.place = again;
    this.draw();
    this.list.mark(this.claim?.item ?? null, { brings: false });
  }

  draw() {
    this.paint.set("current", this.place ? [this.place] : []);
    this.sign.hidden = !this.place;
    this.stand();
  }

  /** Puts the line beside the text. */
  stand() {
    if (!this.place) return;
    const origin = this.layer.getBoundingClientRect();
    const box = this.offsets.range(this.place.start, this.place.end).getBoundingClientRect();
    this.sign.style.translate = `0 ${box.top - origin.top}px`;
    this.sign.style.blockSize = `${box.height}px`;
  }

  scroll(tries = TRIES) {
    const box = this.offsets.range(this.place.start, this.place.end).getBoundingClientRect();
    const isNear = box.top >= innerHeight * TOP && Math.min(box.bottom, box.top + 120) <= innerHeight * BOTTOM;
    const before = scrollY;
    if (isNear) return;
    scrollBy({ top: box.top - innerHeight * (TOP + 0.12), behavior: "instant" });
    if (tries > 1 && scrollY !== before) requestAnimationFrame(() => this.place && this.scroll(tries - 1));
  }

  focus() {
    const element = this.offsets.element(this.place.start);
    if (this.focused && this.focused !== element) this.focused.removeAttribute("tabindex");
    element.tabIndex = -1;
    element.focus({ preventScroll: true });
    this.focused = element;
  }

  get hasFocus() {
    return Boolean(this.focused && document.activeElement === this.focused);
  }

  announce() {
    const { item, start, end } = this.place;
    const isClaim = this.kind === "claim";
    const isSuggested = this.sentences.isSuggested.has(this.place);
    const all = isClaim ? this.claims.all : isSuggested ? this.sentences.suggested : this.sentences.all;
    const words = isClaim ? Claims.words(this.place) : this.offsets.words(start, end);
    const name = isClaim ? "claim" : isSuggested ? "suggestion" : "sentence";
    const number = all.indexOf(this.place) + 1;
    const reasons = [...item.querySelectorAll(".sentence__score, .reasons, .stage")].map((each) => each.textContent);
    const said = word(name, { number, all: all.length, words: shortened(words, 200) });
    say([said, ...reasons].join(". ").replace(/\s+/g, " "), { quiet: true });
  }
}
