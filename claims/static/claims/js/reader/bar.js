// The bar with what can be done with the picked words: below them on a wide screen, at the bottom of a narrow one.

import { part } from "./words.js";

const GAP = 26; // pixels between the words and the bar: the handle stands there

export class Bar {
  /** `actions`: what each button does, by its data-do. `dock`: where it stands on a narrow screen. */
  constructor({ picked, handles, sentences, layer, dock, narrow, mayMark, maySetAside, actions }) {
    Object.assign(this, { picked, handles, sentences, layer, dock, narrow, mayMark, maySetAside });
    this.bar = part("reader-bar");
    this.bar.lang = document.documentElement.lang;
    this.bar.hidden = true;
    this.bar.addEventListener("click", (event) => {
      const button = event.target.closest("[data-do]");
      if (button) actions[button.dataset.do]();
    });
    this.bar.addEventListener("keydown", (event) => this.walk(event));
    picked.addEventListener("change", () => this.show());
    narrow.addEventListener("change", () => this.show());
  }

  show() {
    const { role, span, home } = this.picked;
    const offered = {
      mark: role === "new" && this.mayMark && !home,
      use: role === "new" && this.mayMark && Boolean(home),
      save: role === "move",
      aside: role === "new" && this.maySetAside && this.sentences.isWithinOne(span),
      drop: role === "new",
      leave: role === "move",
    };
    for (const button of this.bar.querySelectorAll("[data-do]")) button.hidden = !offered[button.dataset.do];
    this.bar.hidden = role !== "new" && role !== "move";
    const where = this.narrow.matches ? this.dock : this.layer;
    if (this.bar.parentElement !== where) where.append(this.bar);
    this.place();
  }

  /** Below the last of the words, within the text's column. */
  place() {
    if (this.bar.hidden || this.narrow.matches) return;
    const origin = this.layer.getBoundingClientRect();
    const { x, bottom } = this.handles.edge("end");
    const furthest = Math.max(0, origin.width - this.bar.offsetWidth);
    const left = Math.min(Math.max(0, x - origin.left - this.bar.offsetWidth / 2), furthest);
    this.bar.style.translate = `${left}px ${bottom - origin.top + GAP}px`;
  }

  /** Arrow keys walk through a toolbar. */
  walk(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const buttons = [...this.bar.querySelectorAll("[data-do]:not([hidden])")];
    const at = buttons.indexOf(document.activeElement);
    buttons[(at + step + buttons.length) % buttons.length].focus();
    event.preventDefault();
  }
}
