// Moving the ends of a claim's quotation: handles at its words, saved in place or left as they were.

import { elements, Failure, send } from "./server.js";
import { say, word } from "./words.js";

export class Ends {
  constructor({ root, picked, handles, paint, claims, problem, live, here }) {
    Object.assign(this, { root, picked, handles, paint, claims, problem, live, here });
    root.addEventListener("click", (event) => this.click(event));
  }

  /** A link to the page that moves the ends opens the handles instead. */
  click(event) {
    const link = event.target.closest("a[href]");
    const item = link?.closest("[data-claim]");
    if (!item || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    const claim = this.claims.of(item.dataset.claim, new URL(link.href).pathname);
    if (claim?.url !== new URL(link.href).pathname) return;
    event.preventDefault();
    this.open(claim);
  }

  open(claim) {
    const { url } = claim;
    const { claim: key, revision } = claim.item.dataset;
    if (!url) {
      say(word("not-here"));
      return;
    }
    this.problem.replaceChildren();
    this.here.go("claim", claim, { focus: false, quiet: true });
    this.picked.open({ key, url, revision, start: claim.start, end: claim.end });
    this.handles.focus();
  }

  async save() {
    const { quotation } = this.picked;
    if (!quotation || this.isSending) return;
    const span = this.picked.offsets.trimmed(this.picked.span.start, this.picked.span.end);
    if (!span) return;
    if (!this.picked.hasMoved) {
      this.picked.drop();
      return;
    }
    this.isSending = true;
    say(word("saving"));
    try {
      const fields = { start: span.start, end: span.end, opened_at: quotation.revision };
      const answer = await send(quotation.url, Object.entries(fields), this.root.dataset.pageUrl);
      if (answer.status >= 300) this.refuse(answer);
      else await this.saved(quotation);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      say(error.message);
    } finally {
      this.isSending = false;
    }
  }

  async saved({ key, url }) {
    this.picked.drop();
    this.problem.replaceChildren();
    await this.live.refresh();
    say(word("saved"));
    const claim = this.claims.of(key, url);
    if (claim) this.here.go("claim", claim, { quiet: true });
  }

  /** Shows what the desk says; the handles stay where they are. */
  refuse({ text }) {
    say("");
    this.problem.replaceChildren(elements(text));
    this.problem.focus();
  }
}
