// The reader's page: marking claims in an article by mouse, touch and keys. This module ties the others together; the
// page works without any of them through its plain list of sentences.

import { Bar } from "./bar.js";
import { Card } from "./card.js";
import { Ends } from "./ends.js";
import { Handles } from "./handles.js";
import { Here } from "./here.js";
import { keys } from "./keys.js";
import { List } from "./list.js";
import { Live } from "./live.js";
import { MarkForm } from "./form.js";
import { Offsets } from "./offsets.js";
import { Paint } from "./paint.js";
import { Picked } from "./picked.js";
import { Pointing } from "./pointing.js";
import { Claims, Sentences } from "./sentences.js";
import { SettingAside } from "./setting_aside.js";
import { Sheet } from "./sheet.js";
import { listen, say, shortened, word } from "./words.js";

const NARROW = "(max-width: 67.99rem)"; // as in reader.css: the list stands below the text

function element(className, name = "div") {
  const made = document.createElement(name);
  made.className = className;
  return made;
}

function start(root) {
  const text = root.querySelector("#reader-text");
  const aside = root.querySelector(".reader__aside");
  const slot = root.querySelector("#mark-slot");
  const narrow = matchMedia(NARROW);
  const mayMark = root.dataset.mayMark === "yes";
  const layer = element("reader__layer");
  const dock = element("reader__dock");
  const problem = element("reader__problem");
  text.tabIndex = -1;
  problem.tabIndex = -1;
  text.append(layer);
  root.append(dock);
  const stand = () => (narrow.matches ? dock.prepend(problem) : slot.before(problem));
  narrow.addEventListener("change", stand);
  stand();
  listen();

  const offsets = new Offsets(text);
  const sentences = new Sentences();
  const claims = new Claims();
  const picked = new Picked(offsets);
  const paint = new Paint(offsets, layer);
  const sheet = new Sheet(document.querySelector(".reader__head") ?? aside);
  const card = new Card({ aside, dock, narrow, sentences, claims });
  const list = new List({ text, aside, offsets, paint, claims, isHeld: () => Boolean(slot.querySelector("form")) });
  const here = new Here({ text, offsets, paint, layer, sentences, claims, card, list });
  const handles = new Handles({ offsets, picked, layer, dock, sentences, onEnter: () => act() });
  const pointing = new Pointing({ text, offsets, picked, sentences, onPlace, onRest: (at) => card.peek(at) });
  const live = new Live({ root, text, isBusy: () => pointing.isDown });
  const form = new MarkForm({ root, slot, picked, narrow, onMarked });
  const ends = new Ends({ root, picked, handles, paint, claims, problem, live, here });
  const settingAside = new SettingAside({ root, sentences, card, live, onAsked: setAside, onDone });
  const bar = new Bar({
    picked,
    handles,
    sentences,
    layer,
    dock,
    narrow,
    mayMark,
    maySetAside: settingAside.may,
    actions: {
      mark: () => form.open(picked.span),
      use: () => useInForm(),
      save: () => ends.save(),
      aside: () => setAside(sentences.at(picked.span.start)),
      drop: () => letGo(),
      leave: () => letGo(),
    },
  });

  picked.addEventListener("change", () => {
    const { role, span, home } = picked;
    paint.set("picked", span ? [span] : []);
    paint.set("form", home && role !== "form" ? [home] : []);
  });

  // What the words can become

  /** What Enter does with the picked words. */
  function act() {
    if (picked.role === "move") ends.save();
    else if (picked.role === "new" && picked.home) useInForm();
    else if (picked.role === "new" && mayMark) form.open(picked.span);
    else form.focus();
  }

  function useInForm() {
    picked.give(picked.span);
    form.isDirty = true;
    form.focus();
  }

  function setAside(sentence) {
    if (!sentence || !settingAside.may) return;
    picked.drop();
    here.go("sentence", sentence, { focus: false, quiet: true });
    settingAside.ask(sentence);
  }

  function letGo() {
    const { role } = picked;
    document.getSelection().removeAllRanges();
    picked.drop();
    problem.replaceChildren();
    if (role === "new" || role === "move") backToText();
  }

  function backToText() {
    if (here.place) here.focus();
    else text.focus({ preventScroll: true });
  }

  function take() {
    if (picked.role === "new" || picked.role === "move") return act();
    if (here.claim) return location.assign(here.claim.item.querySelector("a[href]:not([href^='#'])").href);
    if (!here.sentence) return say(word("pick-first"));
    return mayMark ? form.open({ start: here.sentence.start, end: here.sentence.end }) : undefined;
  }

  function pick() {
    const place = here.place ?? sentences.at(card.pinned ?? -1);
    if (!place) return say(word("pick-first"));
    if (here.claim?.url) return ends.open(here.claim);
    picked.take({ start: place.start, end: place.end });
    handles.focus();
    return say(word("picked", { words: shortened(picked.words) }), { quiet: true });
  }

  function escape() {
    if (picked.role === "new" || picked.role === "move") return letGo();
    if (slot.contains(document.activeElement) || (form.form && !here.hasFocus)) {
      return form.close().then((isClosed) => isClosed && backToText());
    }
    if (card.card.contains(document.activeElement)) return backToText();
    if (!card.card.hidden) return card.hide();
    return here.leave();
  }

  // What happened

  /** A place in the text was clicked or tapped. */
  function onPlace(position) {
    const place = claims.at(position)[0];
    const sentence = sentences.at(position);
    if (sentence) {
      here.kind = "sentence";
      here.place = sentence;
      here.draw();
    }
    card.pin(position);
    list.mark(place?.item ?? null);
    if (picked.role === "new") handles.reveal();
  }

  async function onMarked(key) {
    own.add(key);
    await live.refresh();
    say(word("marked"));
    list.flash(key);
    const twin = slot.querySelector(".marked__twin a"); // somebody marked the same words
    if (twin) twin.focus();
    else backToText();
  }

  function onDone(sentence, isAside, hadFocus) {
    if (!sentence) return;
    if (isAside && hadFocus) {
      const next = sentences.beside(sentence.start, 1, sentences.suggested);
      here.go("sentence", next ?? sentence, { quiet: true });
    } else if (!isAside) here.go("sentence", sentence, { quiet: true });
  }

  // Keeping up with the desk

  const own = new Set(); // claims that were made here
  let selected = null;
  let isFirst = Boolean(list.stage); // what comes then is not new, it was left out
  live.addEventListener("before", () => {
    selected = pointing.selected();
    refocus = here.hasFocus;
  });
  let refocus = false;
  live.addEventListener("refreshed", ({ detail }) => {
    offsets.refresh();
    sentences.refresh();
    claims.refresh();
    list.refresh();
    here.refresh();
    card.refresh();
    paint.again();
    lay();
    if (refocus && here.place) here.focus();
    if (selected && !pointing.selected()) pointing.selectAgain(selected);
    const others = isFirst ? [] : detail.added.filter((key) => !own.has(key));
    isFirst = false;
    for (const key of others) list.flash(key);
    const first = claims.all.find(({ item }) => item.dataset.claim === others[0]);
    if (others.length === 1 && first) say(word("one-new", { words: shortened(Claims.words(first)) }));
    else if (others.length) say(word("some-new", { number: others.length }));
    else if (detail.isOthers) say(word("changed"), { quiet: true });
  });

  function lay() {
    handles.place();
    bar.place();
    here.stand();
    paint.stand();
  }
  new ResizeObserver(lay).observe(text);

  // A link to the page of the form opens the form beside the text.
  root.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button || event.defaultPrevented) return;
    const url = new URL(link.href);
    if (url.pathname !== new URL(root.dataset.markUrl, location.href).pathname || !mayMark) return;
    event.preventDefault();
    const span = { start: Number(url.searchParams.get("start")), end: Number(url.searchParams.get("end")) };
    const sentence = sentences.at(span.start);
    if (sentence) here.go("sentence", sentence, { focus: false, quiet: true });
    form.open(span);
  });

  keys(sheet, {
    j: () => here.step("sentence", 1),
    k: () => here.step("sentence", -1),
    "Shift+j": () => here.step("sentence", 1, { every: true }),
    "Shift+k": () => here.step("sentence", -1, { every: true }),
    c: () => here.step("claim", 1),
    "Shift+c": () => here.step("claim", -1),
    s: pick,
    e: () => (here.claim ? ends.open(here.claim) : say(word("claim-first"))),
    x: () => (here.sentence ? setAside(here.sentence) : say(word("pick-first"))),
    u: () => settingAside.undo(),
    Enter: take,
    Escape: escape,
    "?": () => sheet.open(),
  });
  if (list.stage) live.refresh(); // the page came with the claims of one stage only
  root.dataset.ready = "yes";
}

const root = document.querySelector("[data-reader]");
if (root) start(root);
