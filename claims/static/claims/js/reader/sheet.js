// The sheet of keys, and the question before typed words are lost: two <dialog> elements from the page's templates.

import { part, word } from "./words.js";

const REMEMBERED = "reader-keys";

function remembered() {
  try {
    return localStorage.getItem(REMEMBERED) !== "off";
  } catch {
    return true; // a browser that remembers nothing
  }
}

export class Sheet {
  /** `place`: where the button stands that opens it. */
  constructor(place) {
    this.dialog = part("reader-keys");
    this.switch = this.dialog.querySelector("input[type=checkbox]");
    this.switch.checked = remembered();
    this.switch.addEventListener("change", () => {
      try {
        localStorage.setItem(REMEMBERED, this.switch.checked ? "on" : "off");
      } catch {
        // It holds until the page is left.
      }
    });
    document.body.append(this.dialog);
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button button--small button--quiet keys-button";
    button.setAttribute("aria-haspopup", "dialog");
    button.append(word("keys"), " ");
    const sign = document.createElement("kbd");
    sign.textContent = "?";
    button.append(sign);
    button.addEventListener("click", () => this.open());
    place.append(button);
  }

  /** Whether letters do something; a person can turn that off where it gets in the way of other programs. */
  get isOn() {
    return this.switch.checked;
  }

  open() {
    if (!this.dialog.open) this.dialog.showModal();
  }
}

/** Asks what to do with typed words: "keep" or "discard". */
export function askBeforeLosing() {
  const dialog = part("reader-ask");
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((decided) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      decided(dialog.returnValue || "keep");
    });
  });
}
