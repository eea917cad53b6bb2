// Two handles at the ends of the picked words: dragged by mouse, pen or finger, or moved with the arrow keys. They are
// sliders over the positions of the text, so that a screen reader says at which words an end stands.

import { word } from "./words.js";

const EDGE = 72; // pixels at the top and the bottom of the window within which dragging scrolls
const STEP = 10; // pixels it scrolls in a frame
const SPOKEN = 3; // words of an end that are said

export class Handles {
  /** `onEnter`: what Enter on a handle does. `dock`: what covers the bottom of a narrow screen. */
  constructor({ offsets, picked, layer, dock, sentences, onEnter }) {
    Object.assign(this, { offsets, picked, layer, dock, sentences, onEnter });
    this.start = this.make("start");
    this.end = this.make("end");
    picked.addEventListener("change", () => this.show());
  }

  make(end) {
    const handle = document.createElement("span");
    handle.className = `handle handle--${end}`;
    handle.hidden = true;
    handle.tabIndex = 0;
    handle.setAttribute("role", "slider");
    handle.setAttribute("aria-label", word(end));
    handle.setAttribute("aria-valuemin", "0");
    handle.addEventListener("pointerdown", (event) => this.grab(event, end, handle));
    handle.addEventListener("keydown", (event) => this.press(event, end));
    this.layer.append(handle);
    return handle;
  }

  // Where they stand

  show() {
    const { span, isNative } = this.picked;
    const isThere = Boolean(span) && !isNative;
    const wasThere = !this.start.hidden;
    for (const end of ["start", "end"]) {
      if (isThere) this.describe(end);
      this[end].hidden = !isThere;
    }
    if (isThere) this.place();
    else if (wasThere && this.layer.contains(document.activeElement)) this.offsets.root.focus({ preventScroll: true });
  }

  describe(end) {
    const { offsets } = this;
    const { start, end: until } = this.picked.span;
    const [from, to] = end === "start" ? [start, this.wordsOn(start, until)] : [this.wordsBack(until, start), until];
    const words = offsets.words(from, to);
    const handle = this[end];
    handle.setAttribute("aria-valuemax", String(offsets.end));
    handle.setAttribute("aria-valuenow", String(end === "start" ? start : until));
    handle.setAttribute("aria-valuetext", word(end === "start" ? "begins-with" : "ends-with", { words }));
  }

  wordsOn(position, most) {
    for (let count = 0; count < SPOKEN; count += 1) position = this.offsets.nextWord(position, true);
    return Math.min(position, most);
  }

  wordsBack(position, least) {
    for (let count = 0; count < SPOKEN; count += 1) position = this.offsets.previousWord(position);
    return Math.max(position, least);
  }

  /** Puts them to the edges of the words; to be called again when the text is laid out anew. */
  place() {
    if (this.start.hidden) return;
    const origin = this.layer.getBoundingClientRect();
    for (const end of ["start", "end"]) {
      const { x, top, bottom } = this.edge(end);
      this[end].style.translate = `${x - origin.left}px ${(end === "start" ? top : bottom) - origin.top}px`;
    }
  }

  /** Where an end of the picked words is in the window: {x, top, bottom}. */
  edge(end) {
    const { offsets } = this;
    const { start, end: until } = this.picked.span;
    const at = end === "start" ? start : offsets.previous(until);
    const rects = offsets.range(at, end === "start" ? offsets.next(start) : until).getClientRects();
    const rect = (end === "start" ? rects[0] : rects[rects.length - 1]) ?? this.layer.getBoundingClientRect();
    const isLeft = (end === "start") !== offsets.isRightToLeft(at);
    return { x: isLeft ? rect.left : rect.right, top: rect.top, bottom: rect.bottom };
  }

  // Dragging

  grab(event, end, handle) {
    if (event.button !== 0) return;
    event.preventDefault();
    const { x, top, bottom } = this.edge(end);
    const away = { x: event.clientX - x, y: event.clientY - (top + bottom) / 2 };
    const finger = { x: event.clientX, y: event.clientY };
    let frame = 0;
    const follow = () => {
      frame = 0;
      const scrolled = this.scroll(finger.y);
      const position = this.offsets.under(finger.x - away.x, finger.y - away.y);
      if (position !== null) this.picked.move(end, position);
      if (scrolled) frame = requestAnimationFrame(follow);
    };
    const move = (moved) => {
      finger.x = moved.clientX;
      finger.y = moved.clientY;
      frame ||= requestAnimationFrame(follow);
    };
    const letGo = () => {
      if (frame) cancelAnimationFrame(frame);
      frame = 0;
      follow();
      if (frame) cancelAnimationFrame(frame);
      handle.removeEventListener("pointermove", move);
      this.layer.classList.remove("reader__layer--dragging");
      this.picked.trim();
    };
    handle.focus({ preventScroll: true });
    handle.setPointerCapture(event.pointerId);
    this.layer.classList.add("reader__layer--dragging"); // so that what lies over the text does not hide it
    handle.addEventListener("pointermove", move);
    handle.addEventListener("lostpointercapture", letGo, { once: true });
  }

  /** Scrolls on while the pointer is near an edge of the window; whether it did. */
  scroll(y) {
    const step = y < EDGE ? -STEP : y > this.bottom() - EDGE ? STEP : 0;
    const before = scrollY;
    if (step) scrollBy({ top: step, behavior: "instant" });
    return scrollY !== before;
  }

  /** Where what one sees of the text ends. */
  bottom() {
    return innerHeight - this.dock.offsetHeight;
  }

  /** Scrolls so far that both ends are seen, or else the first. */
  reveal() {
    const below = this.edge("end").bottom + EDGE - this.bottom();
    const above = this.edge("start").top - EDGE;
    const step = above < 0 ? above : Math.min(Math.max(below, 0), above);
    if (step) scrollBy({ top: step, behavior: "instant" });
  }

  // Keys

  press(event, end) {
    if (event.key === "Enter") {
      event.preventDefault();
      event.stopPropagation();
      this.onEnter();
      return;
    }
    const position = this.target(event, end);
    if (position === null) return;
    event.preventDefault();
    event.stopPropagation();
    this.picked.move(end, position);
    this[end].scrollIntoView({ block: "nearest", behavior: "instant" });
  }

  /** Where a key takes an end; null for a key that does not move it. */
  target(event, end) {
    const { offsets, picked } = this;
    const at = picked.span[end];
    const byWord = event.ctrlKey || event.altKey || event.shiftKey || event.metaKey;
    const isRightToLeft = offsets.isRightToLeft(end === "start" ? at : offsets.previous(at));
    const ways = { ArrowRight: !isRightToLeft, ArrowLeft: isRightToLeft, ArrowUp: true, ArrowDown: false };
    const forward = ways[event.key];
    if (forward === true) return byWord ? offsets.nextWord(at, end === "end") : this.further(at, end);
    if (forward === false) return byWord ? offsets.previousWord(at, end === "end") : this.nearer(at, end);
    const sentence = this.sentences.at(end === "start" ? at : offsets.previous(at));
    if (event.key === "Home" || event.key === "PageUp") return sentence?.start ?? at;
    if (event.key === "End" || event.key === "PageDown") return sentence?.end ?? at;
    return null;
  }

  /** One character on; an end that would stand in the space between blocks goes into the next one. */
  further(at, end) {
    const { offsets } = this;
    const next = offsets.next(at);
    return end === "end" && offsets.starts.includes(next) ? offsets.next(next) : next;
  }

  nearer(at, end) {
    const { offsets } = this;
    const previous = offsets.previous(at);
    return end === "start" && offsets.ends.includes(previous) ? offsets.previous(previous) : previous;
  }

  focus(end = "start") {
    this[end].focus({ preventScroll: true });
  }
}
