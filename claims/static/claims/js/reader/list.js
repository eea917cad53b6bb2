// The list of claims beside the text: filtered by stage, scrolling along with the text, each item tied to its passage.

const FOLLOWS = 150; // milliseconds: while the text scrolls the list follows now and then, not with each frame
const IN_SIGHT = "-12% 0px -45% 0px"; // the part of the window in which one reads

export class List {
  /** `isHeld()`: whether the place beside the text must not be scrolled, since somebody writes there. */
  constructor({ text, aside, offsets, paint, claims, isHeld }) {
    Object.assign(this, { text, aside, offsets, paint, claims, isHeld });
    this.section = document.getElementById("claim-list");
    this.stage = this.section.querySelector(".chip[data-stage][aria-current]")?.dataset.stage ?? "";
    this.inSight = new Set();
    this.isTouched = false; // a person who points into the list scrolls it alone
    this.section.addEventListener("click", (event) => this.choose(event));
    for (const [begins, ends] of [
      ["pointerenter", "pointerleave"],
      ["focusin", "focusout"],
    ]) {
      this.aside.addEventListener(begins, () => (this.isTouched = true));
      this.aside.addEventListener(ends, () => (this.isTouched = false));
    }
    for (const kind of ["pointerover", "focusin"]) {
      this.aside.addEventListener(kind, (event) => this.point(event.target));
    }
    for (const kind of ["pointerleave", "focusout"]) this.aside.addEventListener(kind, () => this.point(null));
    text.addEventListener("pointerover", (event) => this.pointText(event.target));
    text.addEventListener("pointerleave", () => this.pointText(null));
    this.watch();
  }

  // Stages

  choose(event) {
    const chip = event.target.closest(".chip[data-stage]");
    if (!chip || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    this.stage = chip.getAttribute("aria-current") ? "" : chip.dataset.stage;
    this.filter();
    const address = new URL(location.href);
    if (this.stage) address.searchParams.set("stage", this.stage);
    else address.searchParams.delete("stage");
    history.replaceState(history.state, "", address);
  }

  filter() {
    for (const chip of this.section.querySelectorAll(".chip[data-stage]")) {
      if (chip.dataset.stage === this.stage) chip.setAttribute("aria-current", "true");
      else chip.removeAttribute("aria-current");
    }
    for (const item of this.section.querySelectorAll("[data-claim]")) {
      item.hidden = Boolean(this.stage) && item.dataset.stage !== this.stage;
    }
  }

  /** After the list was read anew. */
  refresh() {
    this.filter();
    this.watch();
  }

  // The list and the text

  /** Shows the passage of the item that is pointed at; what points nowhere shows none. */
  point(target) {
    const key = target?.closest?.("[data-claim]")?.dataset.claim;
    this.paint.set("shown", key ? this.claims.all.filter(({ item }) => item.dataset.claim === key) : []);
  }

  /** Shows the items of the passage that is pointed at. */
  pointText(target) {
    const keys = target?.closest?.("[data-claims]")?.dataset.claims.split(" ") ?? [];
    for (const item of this.section.querySelectorAll(".is-shown")) {
      if (!keys.includes(item.dataset.claim)) item.classList.remove("is-shown");
    }
    for (const key of keys) document.getElementById(`claim-${key}`)?.classList.add("is-shown");
  }

  /** Marks the item at which one is. */
  mark(item, { brings = true } = {}) {
    for (const old of this.section.querySelectorAll(".is-current")) old.classList.remove("is-current");
    item?.classList.add("is-current");
    if (item && brings) this.bring(item);
  }

  /** Lets the item of a claim that was just made be seen. */
  flash(key) {
    const item = document.getElementById(`claim-${key}`);
    if (!item) return null;
    item.hidden = false;
    item.classList.add("is-new");
    item.addEventListener("animationend", () => item.classList.remove("is-new"), { once: true });
    this.bring(item);
    return item;
  }

  // Scrolling along

  watch() {
    this.watching?.disconnect();
    this.inSight.clear();
    this.watching = new IntersectionObserver((seen) => this.saw(seen), { rootMargin: IN_SIGHT });
    for (const { item } of this.claims.all) {
      const passage = document.getElementById(`passage-${item.dataset.claim}`);
      if (passage) this.watching.observe(passage);
    }
  }

  saw(seen) {
    for (const { target, isIntersecting } of seen) {
      const item = document.getElementById(target.id.replace("passage", "claim"));
      if (!item) continue;
      if (isIntersecting) this.inSight.add(item);
      else this.inSight.delete(item);
    }
    this.following ??= setTimeout(() => this.follow(), FOLLOWS);
  }

  /** Brings what one reads into the list's sight, unless somebody scrolls the list. */
  follow() {
    this.following = null;
    for (const item of this.section.querySelectorAll(".is-in-sight")) {
      if (!this.inSight.has(item)) item.classList.remove("is-in-sight");
    }
    for (const item of this.inSight) item.classList.add("is-in-sight");
    if (this.isTouched) return;
    const first = this.claims.all.find(({ item }) => this.inSight.has(item) && !item.hidden);
    if (first) this.bring(first.item);
  }

  /** Scrolls the list, and nothing else, so far that the item stands in it. */
  bring(item) {
    const { aside } = this;
    if (this.isHeld() || aside.scrollHeight <= aside.clientHeight) return;
    const box = item.getBoundingClientRect();
    const frame = aside.getBoundingClientRect();
    const third = frame.height / 3;
    const isSeen = box.top >= frame.top + 24 && box.bottom <= frame.bottom - third;
    if (!isSeen) aside.scrollTop += box.top - frame.top - third / 2;
  }
}
