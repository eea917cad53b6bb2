// Where a place in the article's text is. The server counts code points of the version's text; the page counts UTF-16
// code units in text nodes. A block (<p class="block" data-start data-end>) holds exactly text[start:end] of the
// version, so a position is the block's start plus the code points before the place in it. White space between blocks
// is not in the page: such a position belongs to the end of the block before it.

const PAIR = /[\uD800-\uDBFF][\uDC00-\uDFFF]/g;
const LOW = /[\uDC00-\uDFFF]/;
const JOINED = /[\p{M}\u200D\u{1F3FB}-\u{1F3FF}]/u;

/** Code points in a string. */
export function codePoints(words) {
  return words.length - (words.match(PAIR)?.length ?? 0);
}

/** The code unit at which the code point number `count` of a string begins. */
export function codeUnits(words, count) {
  let unit = 0;
  for (let passed = 0; passed < count && unit < words.length; passed += 1) {
    unit += words.codePointAt(unit) > 0xffff ? 2 : 1;
  }
  return unit;
}

/** The greatest index with list[index] <= wanted; -1 where there is none. */
function atOrBefore(list, wanted) {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (list[middle] <= wanted) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** What a reader sees as one character, where the browser cannot say: a letter with the marks on it. */
function characterAt(words, unit) {
  const isJoined = (at) => JOINED.test(String.fromCodePoint(words.codePointAt(at)));
  const starts = (at) => !LOW.test(words[at]) && !isJoined(at) && words[at - 1] !== "\u200D";
  let from = unit;
  let to = unit + 1;
  while (from > 0 && !starts(from)) from -= 1;
  while (to < words.length && !starts(to)) to += 1;
  return { index: from, segment: words.slice(from, to) };
}

/** The word, or what stands between two words, where the browser cannot say. */
function wordAt(words, unit) {
  for (const found of words.matchAll(/[\p{L}\p{M}\p{N}]+|[^\p{L}\p{M}\p{N}]+/gu)) {
    const isWordLike = /[\p{L}\p{N}]/u.test(found[0]);
    if (found.index + found[0].length > unit) return { index: found.index, segment: found[0], isWordLike };
  }
  return undefined;
}

/** A function that gives the segment at a code unit of `words`: {index, segment, isWordLike}. */
function segments(words, language, granularity) {
  if (globalThis.Intl?.Segmenter) {
    const found = new Intl.Segmenter(language, { granularity }).segment(words);
    return (unit) => found.containing(unit);
  }
  return (unit) => (granularity === "word" ? wordAt : characterAt)(words, unit);
}

/** The text of a reader page: `root` is #reader-text. Every position is in code points of the version's text. */
export class Offsets {
  constructor(root) {
    this.root = root;
    this.language = root.lang || undefined;
    this.known = new WeakMap(); // block -> what was counted in it; a block that was replaced is counted anew
    this.refresh();
  }

  /** To be called whenever blocks were replaced. */
  refresh() {
    this.blocks = [...this.root.querySelectorAll(":scope > .block")];
    this.starts = this.blocks.map((block) => Number(block.dataset.start));
    this.ends = this.blocks.map((block) => Number(block.dataset.end));
  }

  get end() {
    return this.ends.at(-1) ?? 0;
  }

  /** A block's text nodes with the code points before each, its text, and its characters and words. */
  counted(index) {
    const block = this.blocks[index];
    const known = this.known.get(block);
    if (known) return known;
    const nodes = [];
    const points = [];
    let passed = 0;
    const walker = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      nodes.push(walker.currentNode);
      points.push(passed);
      passed += codePoints(walker.currentNode.data);
    }
    const text = block.textContent;
    const found = {
      nodes,
      points,
      text,
      unit: (point) => (text.length === passed ? Math.min(point, passed) : codeUnits(text, point)),
      point: (unit) => (text.length === passed ? unit : codePoints(text.slice(0, unit))),
      character: segments(text, this.language, "grapheme"),
      word: segments(text, this.language, "word"),
    };
    this.known.set(block, found);
    return found;
  }

  /** The index of the block that holds a position, or of the one before it where none does. */
  blockAt(position) {
    return Math.max(0, atOrBefore(this.starts, position));
  }

  // From the page to positions

  /** The position of a place as the page gives it; null outside of the text. */
  position(node, offset) {
    const element = node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement;
    const index = this.blocks.indexOf(element?.closest(".block"));
    if (index < 0) return this.between(node, offset);
    const { nodes, points } = this.counted(index);
    if (node.nodeType === Node.TEXT_NODE) {
      const at = nodes.indexOf(node);
      return at < 0 ? null : this.starts[index] + points[at] + codePoints(node.data.slice(0, offset));
    }
    const place = document.createRange(); // a place between elements: that of the first text after it
    place.setStart(node, offset);
    const after = nodes.findIndex((each) => place.comparePoint(each, 0) >= 0);
    return after < 0 ? this.ends[index] : this.starts[index] + points[after];
  }

  /** A place in the text but in no block: the start of the block after it, else the end of the text. */
  between(node, offset) {
    if (node !== this.root) return null;
    for (let child = node.childNodes[offset]; child; child = child.nextSibling) {
      const index = this.blocks.indexOf(child);
      if (index >= 0) return this.starts[index];
    }
    return this.end;
  }

  /** The whole characters that a DOM range covers, as {start, end} without white space at its ends; null for none. */
  span(range) {
    if (!this.blocks.length || !range.intersectsNode(this.root)) return null;
    const text = document.createRange();
    text.selectNodeContents(this.root);
    const before = text.comparePoint(range.startContainer, range.startOffset) < 0;
    const after = text.comparePoint(range.endContainer, range.endOffset) > 0;
    const start = before ? this.starts[0] : this.position(range.startContainer, range.startOffset);
    const end = after ? this.end : this.position(range.endContainer, range.endOffset);
    return start === null || end === null ? null : this.trimmed(this.snapped(start), this.snapped(end, true));
  }

  /** The position under a point of the window; null where no text is near. */
  under(x, y) {
    const caret = document.caretPositionFromPoint?.(x, y);
    if (caret) return this.position(caret.offsetNode, caret.offset);
    const range = document.caretRangeFromPoint?.(x, y);
    return range ? this.position(range.startContainer, range.startOffset) : null;
  }

  // From positions to the page

  /** The place of a position, {node, offset}; between two nodes in the second one, with `before` in the first. */
  place(position, before = false) {
    let index = this.blockAt(position);
    if (before && index > 0 && position <= this.starts[index]) index -= 1;
    const { nodes, points } = this.counted(index);
    if (!nodes.length) return { node: this.blocks[index], offset: 0 };
    const inside = Math.min(Math.max(position, this.starts[index]), this.ends[index]) - this.starts[index];
    let at = Math.max(0, atOrBefore(points, inside));
    if (before && at > 0 && points[at] === inside) at -= 1;
    return { node: nodes[at], offset: codeUnits(nodes[at].data, inside - points[at]) };
  }

  /** A DOM range over the characters from `start` to `end`. */
  range(start, end) {
    const range = document.createRange();
    const from = this.place(start);
    const to = this.place(end, end > start);
    range.setStart(from.node, from.offset);
    range.setEnd(to.node, to.offset);
    return range;
  }

  /** The element of the text (a piece) that begins at a position or holds it. */
  element(position) {
    const { node } = this.place(position);
    return node.nodeType === Node.TEXT_NODE ? node.parentElement : node;
  }

  /** The words from `start` to `end`, with a space between blocks. */
  words(start, end) {
    const found = [];
    for (let index = this.blockAt(start); index < this.blocks.length && this.starts[index] < end; index += 1) {
      const { text, unit } = this.counted(index);
      const from = Math.max(start, this.starts[index]) - this.starts[index];
      const to = Math.min(end, this.ends[index]) - this.starts[index];
      if (to > from) found.push(text.slice(unit(from), unit(to)));
    }
    return found.join(" ");
  }

  isRightToLeft(position) {
    return getComputedStyle(this.element(position)).direction === "rtl";
  }

  // Whole characters and words

  /** The nearest position at or before this one at which a reader sees a character begin; with `up`, at or after. */
  snapped(position, up = false) {
    const index = this.blockAt(position);
    if (position < this.starts[index]) return this.starts[index];
    if (position >= this.ends[index]) return position;
    const { from, to } = this.character(index, position - this.starts[index]);
    return up && from < position ? to : from;
  }

  /** The character of block `index` that holds the place `inside`, as positions. */
  character(index, inside) {
    const { unit, point, character } = this.counted(index);
    const found = character(unit(inside));
    const from = this.starts[index] + point(found.index);
    return { from, to: from + codePoints(found.segment) };
  }

  /** The next position at which a character begins or a block ends. */
  next(position) {
    const index = this.blockAt(position);
    if (position < this.ends[index]) return this.character(index, position - this.starts[index]).to;
    return this.starts[index + 1] ?? position;
  }

  /** The position before this one at which a character begins or a block ends. */
  previous(position) {
    const index = atOrBefore(this.starts, position - 1);
    if (index < 0) return position;
    if (position > this.ends[index]) return this.ends[index];
    return this.character(index, position - 1 - this.starts[index]).from;
  }

  /** The span without white space at its ends; null where nothing is left. */
  trimmed(start, end) {
    while (start < end && this.isSpace(start)) start = this.next(start);
    while (start < end && this.isSpace(this.previous(end))) end = this.previous(end);
    return start < end ? { start, end } : null;
  }

  isSpace(position) {
    const index = this.blockAt(position);
    if (position >= this.ends[index]) return true; // between blocks
    const { text, unit } = this.counted(index);
    return /\s/u.test(text[unit(position - this.starts[index])]);
  }

  /** The next beginning of a word after a position, or with `end` the next end of one. */
  nextWord(position, end = false) {
    for (let index = this.blockAt(position); index < this.blocks.length; index += 1) {
      const { text, unit, word } = this.counted(index);
      let at = unit(Math.max(position - this.starts[index], 0));
      for (let found = word(at); found && at < text.length; found = word(at)) {
        const edge = this.edge(index, end ? found.index + found.segment.length : found.index);
        if (found.isWordLike && edge > position) return edge;
        at = found.index + found.segment.length;
      }
    }
    return this.end;
  }

  /** The beginning of a word before a position, or with `end` the end of one. */
  previousWord(position, end = false) {
    for (let index = this.blockAt(position); index >= 0; index -= 1) {
      const { text, unit, word } = this.counted(index);
      let at = Math.min(unit(position - this.starts[index]), text.length) - 1;
      for (let found = word(at); found && at >= 0; found = word(at)) {
        const edge = this.edge(index, end ? found.index + found.segment.length : found.index);
        if (found.isWordLike && edge < position) return edge;
        at = found.index - 1;
      }
    }
    return this.starts[0] ?? 0;
  }

  edge(index, unit) {
    return this.starts[index] + this.counted(index).point(unit);
  }
}
