// The second read, nicer than without: words that are marked on the page can be commented on or get another wording,
// passages that have a comment are painted, and ticks outlive a reload. All of it can be done without this file.

const page = document.querySelector("[data-reading]");
if (page) {
  markable(page);
  paintRemarks(page);
  keepTicks(page);
}
selectMarked();

// Passages

/** The path of the text that a node stands in, as the desk names it; empty where it is none that can be commented on. */
function pathOf(node) {
  const element = node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement;
  const place = element?.closest("[data-path], [data-field], .reading__page .evidence[id]");
  if (!place) return "";
  if (place.dataset.path) return place.dataset.path;
  const article = place.closest(".reading__page");
  if (!article) return "";
  if (!place.dataset.field) return place.id.replace(/^evidence-/, "evidence.");
  const name = place.dataset.field;
  return `${name === "statement" || name === "why" ? "" : "verdict."}texts.${article.lang}.${name}`;
}

/** The words of a range without the numbers of its citations, which the text itself does not hold. */
function wordsOf(range) {
  const part = range.cloneContents();
  for (const number of part.querySelectorAll(".citation, .evidence__number")) number.remove();
  for (const block of part.querySelectorAll("p, li, h3, h4, br")) block.append("\n");
  return part.textContent.trim();
}

/** What is marked now, if it lies within one text: { range, path, passage }. */
function marked() {
  const selection = window.getSelection();
  if (!selection.rangeCount || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  // A double click or three may end at the very beginning of what follows.
  const last = range.endOffset === 0 ? before(range.endContainer) : range.endContainer;
  const path = pathOf(range.startContainer);
  const passage = wordsOf(range);
  if (!path || !passage || !last || pathOf(last) !== path) return null;
  return { range, path, passage };
}

function before(node) {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  walker.currentNode = node;
  for (let found = walker.previousNode(); found; found = walker.previousNode()) if (found.data.trim()) return found;
  return null;
}

function markable(page) {
  const bar = document.getElementById("reading-pick").content.firstElementChild.cloneNode(true);
  if (!bar.querySelector("[data-do]")) return;
  const suggest = bar.querySelector("[data-do=suggest]");
  const link = document.querySelector("[data-suggest]");
  const form = document.getElementById("new-comment");
  let now = null;
  bar.hidden = true;
  page.append(bar);

  const suggestUrl = () =>
    `${link.dataset.suggest}?${new URLSearchParams({ path: now.path, passage: now.passage.slice(0, 1500) })}`;

  const show = () => {
    if (bar.contains(document.activeElement)) return;
    now = marked();
    bar.hidden = !now;
    // No wording is suggested for evidence: it is a source's own.
    const canSuggest = now && !now.path.startsWith("evidence.") && !now.path.endsWith(".change_note");
    if (suggest) suggest.hidden = !canSuggest;
    if (link) link.href = canSuggest ? suggestUrl() : link.dataset.suggest;
    if (now) place();
  };

  const place = () => {
    const words = [...now.range.getClientRects()].at(-1);
    const origin = page.getBoundingClientRect();
    if (!words) return;
    const left = Math.min(words.right - origin.left - bar.offsetWidth / 2, origin.width - bar.offsetWidth);
    bar.style.translate = `${Math.max(0, left)}px ${words.bottom - origin.top + 8}px`;
  };

  document.addEventListener("selectionchange", show);
  window.addEventListener("resize", () => now && place());
  bar.addEventListener("pointerdown", (event) => event.preventDefault()); // the words stay marked
  bar.addEventListener("click", (event) => {
    const action = event.target.closest("[data-do]")?.dataset.do;
    if (!action || !now) return;
    if (action === "suggest") window.location.assign(suggestUrl());
    else comment(now.path, now.passage);
    bar.hidden = true;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !bar.hidden) window.getSelection().removeAllRanges();
  });

  for (const about of document.querySelectorAll("[data-about]")) {
    about.addEventListener("click", (event) => {
      if (!form || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
      event.preventDefault(); // the link would do the same on a page of its own, without what is ticked and typed
      comment(about.dataset.about, "");
    });
  }

  function comment(path, passage) {
    const field = form.elements.namedItem("path");
    if (![...field.options].some((option) => option.value === path)) return;
    field.value = path;
    form.elements.namedItem("passage").value = passage;
    form.querySelector("details").open = true;
    const words = form.elements.namedItem("comment");
    words.focus({ preventScroll: true });
    form.scrollIntoView({ block: "center" });
  }
}

/** The words that were marked are marked again where they are to be written anew. */
function selectMarked() {
  const words = document.querySelector("[data-marked]");
  const field = words && document.getElementById(words.dataset.marked);
  const start = field?.value.indexOf(words.textContent) ?? -1;
  if (start < 0 || document.querySelector("[role=alert]")) return;
  field.focus();
  field.setSelectionRange(start, start + words.textContent.length);
}

// Comments on passages

/** Paints on the page the passages that comments are on; a click on the quoted passage leads there. */
function paintRemarks(page) {
  const ranges = [];
  for (const remark of page.querySelectorAll("[data-remark]")) {
    const quote = remark.querySelector(".note__passage");
    const range = find(page, remark.dataset.remark, quote.textContent);
    if (!range) continue;
    if (remark.classList.contains("note--open")) ranges.push(range);
    quote.classList.add("note__passage--there");
    quote.addEventListener("click", () => range.startContainer.parentElement.scrollIntoView({ block: "center" }));
  }
  if (ranges.length && globalThis.CSS?.highlights) CSS.highlights.set("remark", new Highlight(...ranges));
}

/** Where `words` stand in the text with that path, white space and citations apart. */
function find(page, path, words) {
  const places = [...page.querySelectorAll("[data-field], [data-path], .evidence[id]")];
  const element = places.find((place) => pathOf(place) === path);
  if (!element) return null;
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  const letters = []; // each letter with where it stands
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (node.parentElement.closest(".citation")) continue;
    [...node.data].reduce((at, letter) => {
      if (letter.trim()) letters.push({ letter, node, at, end: at + letter.length });
      return at + letter.length;
    }, 0);
  }
  const wanted = [...words.replace(/\s+/g, "")];
  const start = letters.findIndex((_, place) => wanted.every((letter, n) => letters[place + n]?.letter === letter));
  if (start < 0 || !wanted.length) return null;
  const range = document.createRange();
  const last = letters[start + wanted.length - 1];
  range.setStart(letters[start].node, letters[start].at);
  range.setEnd(last.node, last.end);
  return range;
}

// Ticks

/** What was ticked stays so in this window, as long as the excerpt is what it was; the bar counts along. */
function keepTicks(page) {
  const boxes = [...page.querySelectorAll("input[name=ticked]")];
  const count = document.querySelector("[data-ticked]");
  const place = `ticked ${page.dataset.reading}`;
  const known = new Set(read(place));
  const sign = (box) => `${box.value} ${box.dataset.mark}`;
  const tell = () => count && (count.textContent = boxes.filter((box) => box.checked).length);
  for (const box of boxes) {
    if (known.has(sign(box))) box.checked = true;
    box.addEventListener("change", () => {
      if (box.checked) known.add(sign(box));
      else known.delete(sign(box));
      write(place, [...known]);
      tell();
    });
  }
  tell();
}

function read(place) {
  try {
    return JSON.parse(sessionStorage.getItem(place)) ?? [];
  } catch {
    return []; // no storage in this window, or somebody else's
  }
}

function write(place, values) {
  try {
    sessionStorage.setItem(place, JSON.stringify(values));
  } catch {
    // The page still counts; a reload begins anew.
  }
}
