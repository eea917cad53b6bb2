// Two people in one article: asks every few seconds whether anything changed, and brings the page to what the desk has
// now. Only what differs is touched; the side form, the picked words, the focus and the scroll position stay.

import { morph } from "./morph.js";
import { ask, Failure } from "./server.js";

const EVERY = 4000; // milliseconds
const SELDOM = 60_000; // while the desk does not answer

export class Live extends EventTarget {
  /** `isBusy()`: whether the text is being pointed at, so that it should not change right now. */
  constructor({ root, text, isBusy }) {
    super();
    Object.assign(this, { root, text, isBusy });
    this.pause = EVERY;
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) this.look();
    });
    this.wait();
  }

  wait() {
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.look(), this.pause);
  }

  async look() {
    clearTimeout(this.waiting);
    if (document.hidden) return; // it looks again when somebody looks
    try {
      const { status, text } = await ask(this.root.dataset.stateUrl);
      this.pause = status === 200 ? EVERY : SELDOM;
      if (status === 200 && JSON.parse(text).stamp !== this.root.dataset.stamp && !this.isBusy()) {
        await this.refresh({ isOthers: true });
      }
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      this.pause = Math.min(2 * this.pause, SELDOM);
    } finally {
      this.wait();
    }
  }

  /** Shows what the desk has now, one look after the other. `isOthers`: not because of what was done here. */
  refresh({ isOthers = false } = {}) {
    this.refreshing = (this.refreshing ?? Promise.resolve()).then(() => this.fetched(isOthers));
    return this.refreshing;
  }

  async fetched(isOthers) {
    let answer;
    try {
      answer = await ask(whole(this.root.dataset.pageUrl));
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      return; // the next look tries again
    }
    const page = new DOMParser().parseFromString(answer.text, "text/html");
    const fresh = page.querySelector("[data-reader]");
    if (answer.status !== 200 || fresh?.dataset.version !== this.root.dataset.version) return;
    this.show(fresh, isOthers);
  }

  show(fresh, isOthers) {
    const before = claimKeys();
    sameToken(fresh);
    this.dispatchEvent(new Event("before"));
    const kept = this.standing();
    this.blocks(fresh.querySelector("#reader-text"));
    for (const id of ["claim-list", "sentences"]) {
      const [old, now] = [document.getElementById(id), fresh.querySelector(`#${id}`)];
      if (old && now) morph(old, now);
    }
    this.root.dataset.stamp = fresh.dataset.stamp;
    const added = [...claimKeys()].filter((key) => !before.has(key));
    this.dispatchEvent(new CustomEvent("refreshed", { detail: { added, isOthers } }));
    this.stand(kept);
  }

  /** Replaces the blocks that differ, each as a whole. */
  blocks(fresh) {
    const old = new Map();
    for (const block of this.text.querySelectorAll(":scope > .block")) old.set(block.dataset.start, block);
    let last = null;
    for (const block of [...fresh.querySelectorAll(":scope > .block")]) {
      const own = old.get(block.dataset.start);
      old.delete(block.dataset.start);
      if (own && own.isEqualNode(block)) {
        last = own;
        continue;
      }
      const now = document.importNode(block, true);
      if (own) own.replaceWith(now);
      else if (last) last.after(now);
      else this.text.prepend(now);
      last = now;
    }
    for (const gone of old.values()) gone.remove();
  }

  /** A block in sight and where it stands in the window. */
  standing() {
    const block = [...this.text.querySelectorAll(":scope > .block")].find(
      (each) => each.getBoundingClientRect().bottom > 0,
    );
    return block && { start: block.dataset.start, top: block.getBoundingClientRect().top };
  }

  /** Puts that block to where it stood. */
  stand(kept) {
    const block = kept && this.text.querySelector(`:scope > .block[data-start="${kept.start}"]`);
    const moved = block ? block.getBoundingClientRect().top - kept.top : 0;
    if (Math.abs(moved) > 1) scrollBy({ top: moved, behavior: "instant" });
  }
}

/** The page with all of its claims, whatever stage of them it was opened with. */
function whole(address) {
  const url = new URL(address, location.href);
  url.searchParams.delete("stage");
  return url.href;
}

function claimKeys() {
  return new Set([...document.querySelectorAll("#claim-list [data-claim]")].map((item) => item.dataset.claim));
}

/** Forms of the fresh page get this page's token: each rendering masks it anew, which is no difference. */
function sameToken(fresh) {
  const token = document.querySelector("[name=csrfmiddlewaretoken]")?.value;
  for (const field of fresh.querySelectorAll("[name=csrfmiddlewaretoken]")) field.setAttribute("value", token);
}
