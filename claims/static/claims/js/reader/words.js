// What the page says: words from the templates of desk/_reader_words.html, so that they can be translated, and one
// line that shows and announces what just happened.

const words = new Map();

for (const each of document.getElementById("reader-words")?.content.children ?? []) {
  words.set(each.dataset.word, each.textContent);
}

/** The words of that name, with `values` in the place of {name}. */
export function word(name, values = {}) {
  return (words.get(name) ?? "").replace(/\{(\w+)\}/g, (hole, key) => (key in values ? String(values[key]) : hole));
}

/** A fresh copy of the element in the template of that id. */
export function part(id) {
  return document.getElementById(id).content.firstElementChild.cloneNode(true);
}

/** A long quotation with its middle left out. */
export function shortened(text, most = 90) {
  const characters = [...text];
  if (characters.length <= most) return text;
  const half = Math.floor((most - 3) / 2);
  return `${characters.slice(0, half).join("")} … ${characters.slice(-half).join("")}`;
}

const line = document.createElement("p");
line.className = "says";
line.setAttribute("role", "status");
line.lang = document.documentElement.lang;

const SHOWN = 7000; // milliseconds; who listens hears it in full
let fading;

/** Puts the line into the page, empty; it has to be there before it says something to be heard. */
export function listen() {
  document.body.append(line);
}

/** Says what happened; with `quiet` only to those who listen, since the others see it. */
export function say(text, { quiet = false } = {}) {
  clearTimeout(fading);
  line.classList.toggle("says--shown", !quiet && text !== "");
  line.textContent = text;
  fading = setTimeout(() => line.classList.remove("says--shown"), SHOWN);
}
