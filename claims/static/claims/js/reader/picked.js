// The words that are picked: where they begin and end, what for, and who wants to know when that changes.
//
// role "new": words to do something with; "form": the words of the open form; "move": the ends of a claim's quotation.

export class Picked extends EventTarget {
  constructor(offsets) {
    super();
    this.offsets = offsets;
    this.span = null;
    this.role = "";
    this.home = null; // the span to come back to: that of the open form
    this.quotation = null; // {claim, url, revision, start, end} while ends are moved
    this.isNative = false; // picked by the browser's own selection on a touch screen, which has its own handles
  }

  /** Picks new words; `isNative`: the browser shows handles of its own for them. */
  take(span, { isNative = false } = {}) {
    this.isNative = isNative;
    this.become("new", span);
  }

  /** The words of the form from now on. */
  give(span) {
    this.become("form", span);
  }

  /** The form is closed. */
  forget() {
    this.home = null;
    if (this.role === "form") this.become("", null);
  }

  /** Moves the ends of a quotation from now on. */
  open(quotation) {
    this.quotation = quotation;
    this.become("move", { start: quotation.start, end: quotation.end });
  }

  /** Lets go; while a form is open its words are picked again. */
  drop() {
    this.quotation = null;
    if (this.role !== "form" && this.home) this.become("form", this.home);
    else if (this.role !== "form") this.become("", null);
  }

  become(role, span) {
    if (role !== "move") this.quotation = null;
    if (role !== "new") this.isNative = false;
    this.role = role;
    this.span = span;
    if (role === "form") this.home = span;
    this.tell();
  }

  /** Moves one end ("start" or "end") to a position; at least one character stays. */
  move(end, position) {
    if (!this.span) return;
    const { offsets } = this;
    let { start, end: until } = this.span;
    if (end === "start") start = Math.min(offsets.snapped(position), offsets.previous(until));
    else until = Math.max(offsets.snapped(position, true), offsets.next(start));
    if (start === this.span.start && until === this.span.end) return;
    this.isNative = false;
    this.span = { start, end: until };
    if (this.role === "form") this.home = this.span;
    this.tell();
  }

  /** Leaves out white space at the ends. */
  trim() {
    const span = this.span && this.offsets.trimmed(this.span.start, this.span.end);
    if (span) this.become(this.role, span);
  }

  get words() {
    return this.span ? this.offsets.words(this.span.start, this.span.end) : "";
  }

  get hasMoved() {
    const { span, quotation } = this;
    return Boolean(quotation && (span.start !== quotation.start || span.end !== quotation.end));
  }

  tell() {
    this.dispatchEvent(new Event("change"));
  }
}
