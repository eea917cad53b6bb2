// Pointing at the text: a mouse selects as everywhere, and what is selected is picked; a tap picks the sentence under
// it; a click or a pointer that rests shows what is known of a place.

const REST = 120; // milliseconds until a resting pointer counts
const SETTLED = 500; // milliseconds after which a selection made by finger counts

export class Pointing {
  /** `onPlace(position)`: a place was clicked; `onRest(position or null)`: a mouse rests on it, or left the text. */
  constructor({ text, offsets, picked, sentences, onPlace, onRest }) {
    Object.assign(this, { text, offsets, picked, sentences, onPlace, onRest });
    this.isNew = false; // whether the browser's selection changed since it was looked at
    this.pointer = "mouse";
    this.isDown = false;
    document.addEventListener("selectionchange", () => this.changed());
    document.addEventListener("pointerdown", (event) => this.down(event));
    document.addEventListener("pointerup", () => this.up());
    document.addEventListener("pointercancel", () => (this.isDown = false));
    document.addEventListener("keyup", (event) => {
      if (event.key === "Shift") this.take();
    });
    text.addEventListener("click", (event) => this.click(event));
    text.addEventListener("pointermove", (event) => this.move(event));
    text.addEventListener("pointerleave", (event) => {
      if (event.pointerType === "mouse") this.rest(null);
    });
  }

  down(event) {
    this.pointer = event.pointerType;
    this.isDown = this.text.contains(event.target);
  }

  up() {
    this.isDown = false;
    if (this.pointer !== "touch") setTimeout(() => this.take()); // a click on the selection ends it only now
  }

  changed() {
    this.isNew = true;
    if (this.pointer !== "touch") return;
    clearTimeout(this.settling);
    this.settling = setTimeout(() => this.take({ isNative: true }), SETTLED);
  }

  /** The browser's own selection, if it lies in the text: {start, end}. */
  selected() {
    const selection = document.getSelection();
    if (!selection.rangeCount || selection.isCollapsed) return null;
    if (!this.text.contains(selection.anchorNode) && !this.text.contains(selection.focusNode)) return null;
    return this.offsets.span(selection.getRangeAt(0));
  }

  /** Picks what the browser has selected, if that is new. */
  take({ isNative = false } = {}) {
    if (!this.isNew) return;
    this.isNew = false;
    const span = this.selected();
    if (!span) return;
    if (this.picked.role === "move") this.picked.become("move", span);
    else this.picked.take(span, { isNative });
  }

  /** Selects in the browser what is picked, after the text under it was replaced. */
  selectAgain(span) {
    const range = this.offsets.range(span.start, span.end);
    document.getSelection().setBaseAndExtent(
      range.startContainer,
      range.startOffset,
      range.endContainer,
      range.endOffset,
    );
    setTimeout(() => (this.isNew = false)); // the event of it comes later
  }

  click(event) {
    if (event.target.closest(".reader__layer") || event.detail > 1 || this.selected()) return;
    const position = this.offsets.under(event.clientX, event.clientY);
    if (position === null) return;
    if (this.pointer === "touch") this.tap(position);
    else if (this.picked.role === "new") this.picked.drop();
    this.onPlace(position);
  }

  tap(position) {
    const { picked } = this;
    if (picked.role === "move") return;
    if (picked.role === "new" && picked.span.start <= position && position < picked.span.end) return;
    const sentence = this.sentences.at(position);
    if (sentence) picked.take({ start: sentence.start, end: sentence.end });
  }

  move(event) {
    if (event.pointerType !== "mouse" || event.buttons || event.target.closest(".reader__layer")) return;
    const { clientX, clientY } = event;
    clearTimeout(this.resting);
    this.resting = setTimeout(() => this.rest(this.offsets.under(clientX, clientY)), REST);
  }

  rest(position) {
    clearTimeout(this.resting);
    this.onRest(position);
  }
}
