// Draws stretches of the text by name ("picked", "current", …) without touching the text: with the CSS Custom
// Highlight API where there is one, else by boxes that lie under the words.

const canHighlight = Boolean(globalThis.CSS?.highlights && globalThis.Highlight);
const PRIORITY = ["form", "shown", "current", "picked"]; // the later ones lie on top

export class Paint {
  /** `layer` lies over the text and takes the boxes where nothing better is there. */
  constructor(offsets, layer) {
    this.offsets = offsets;
    this.layer = layer;
    this.painted = new Map(); // name -> spans
  }

  /** Draws the spans {start, end} under that name; none takes them away. */
  set(name, spans) {
    if (spans.length) this.painted.set(name, spans);
    else if (!this.painted.delete(name)) return;
    this.draw(name, spans);
  }

  /** Draws everything once more, after blocks were replaced or moved. */
  again() {
    for (const [name, spans] of this.painted) this.draw(name, spans);
  }

  /** After the text was laid out anew; only boxes have to follow it. */
  stand() {
    if (!canHighlight) this.again();
  }

  draw(name, spans) {
    const ranges = spans.map(({ start, end }) => this.offsets.range(start, end));
    if (!canHighlight) {
      this.boxes(name, ranges);
      return;
    }
    if (!ranges.length) {
      CSS.highlights.delete(`reader-${name}`);
      return;
    }
    const highlight = new Highlight(...ranges);
    highlight.priority = PRIORITY.indexOf(name);
    CSS.highlights.set(`reader-${name}`, highlight);
  }

  boxes(name, ranges) {
    for (const old of this.layer.querySelectorAll(`[data-paint="${name}"]`)) old.remove();
    const origin = this.layer.getBoundingClientRect();
    for (const rect of ranges.flatMap((range) => [...range.getClientRects()])) {
      const box = document.createElement("span");
      box.className = `painted painted--${name}`;
      box.dataset.paint = name;
      box.style.translate = `${rect.left - origin.left}px ${rect.top - origin.top}px`;
      box.style.inlineSize = `${rect.width}px`;
      box.style.blockSize = `${rect.height}px`;
      this.layer.append(box);
    }
  }
}
