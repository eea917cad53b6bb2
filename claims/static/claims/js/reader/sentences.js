// The sentences and the claims of the page, by their places in the text: read from the lists that the server wrote, so
// they are the same with and without scripts.

/** Things with {start, end, item}, in the order of the text. */
class Places {
  constructor(find) {
    this.find = find;
    this.refresh();
  }

  refresh() {
    this.all = this.find()
      .map((item) => ({ start: Number(item.dataset.start), end: Number(item.dataset.end), item }))
      .filter(({ start, end }) => end > start)
      .sort((one, other) => one.start - other.start || one.end - other.end);
  }

  /** The one after `from` (a position), or before it with a negative step; null at the end. */
  beside(from, step, among = this.all) {
    if (step > 0) return among.find(({ start }) => start > from) ?? null;
    return among.findLast(({ start }) => start < from) ?? null;
  }
}

export class Sentences extends Places {
  constructor() {
    super(() => [...document.querySelectorAll("#sentences [data-sentence]")]);
  }

  refresh() {
    super.refresh();
    const open = this.all.filter(({ item }) => "suggested" in item.dataset && !("aside" in item.dataset));
    this.suggested = open;
    this.isSuggested = new Set(open);
  }

  /** What J and K walk through: the suggestions that are open, else all sentences. */
  get walked() {
    return this.suggested.length ? this.suggested : this.all;
  }

  /** The sentence at a position, null between sentences. */
  at(position) {
    let low = 0;
    let high = this.all.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.all[middle].start <= position) low = middle + 1;
      else high = middle;
    }
    const found = this.all[low - 1];
    return found && position < found.end ? found : null;
  }

  isWithinOne(span) {
    const found = span && this.at(span.start);
    return Boolean(found && span.end <= found.end);
  }
}

/** Claims at each of their places; `url` is the page that moves the ends there, "" where that is another version's. */
export class Claims extends Places {
  constructor() {
    super(() => [...document.querySelectorAll("#claim-list [data-claim][data-start], #claim-list [data-place]")]);
  }

  refresh() {
    super.refresh();
    this.all = this.all.map(({ start, end, item }) => ({
      start,
      end,
      item: item.closest("[data-claim]"),
      url: item.dataset.quotationUrl ?? "",
    }));
  }

  /** The place of a claim with that page for its ends, or its first one. */
  of(key, url = null) {
    const own = this.all.filter(({ item }) => item.dataset.claim === key);
    return own.find((place) => place.url === url) ?? own[0] ?? null;
  }

  /** Those that stand at a position. */
  at(position) {
    return this.all.filter(({ start, end }) => start <= position && position < end);
  }

  /** What the claim says, as the list has it. */
  static words(claim) {
    return (claim.item.querySelector("[lang], a") ?? claim.item).textContent.trim();
  }
}
