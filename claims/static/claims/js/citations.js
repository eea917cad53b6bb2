// A citation picker: typing "[" in <textarea data-citations="ID"> offers the entries of the list with that id,
// <ul id="ID"><li data-key="BA1">…</ul>; Enter or a tap puts "[@BA1]" into the text. An entry with data-why-not is
// shown with its reason and cannot be taken. A button beside the field opens it where "[" is hard to type.

const TYPED = /\[@?([^\s[\]]{0,40})$/; // from the bracket to the caret

const words = document.getElementById("citation-words")?.content;
const word = (name) => words?.querySelector(`[data-word=${name}]`)?.textContent ?? "";

for (const area of document.querySelectorAll("textarea[data-citations]")) {
  const source = document.getElementById(area.dataset.citations);
  if (source) equip(area, source);
}

function equip(area, source) {
  const picker = document.createElement("ul");
  picker.className = "picker";
  picker.id = `${area.id}-picker`;
  picker.hidden = true;
  picker.setAttribute("role", "listbox");
  picker.setAttribute("aria-label", word("list"));

  const status = document.createElement("p");
  status.className = "picker-status";
  status.setAttribute("role", "status");

  const button = document.createElement("button");
  button.type = "button";
  button.className = "button button--small picker-button";
  button.textContent = word("cite");

  const holder = document.createElement("div");
  holder.className = "picker-holder";
  area.replaceWith(holder);
  holder.append(area, picker);
  holder.before(button);
  holder.after(status);

  area.setAttribute("aria-autocomplete", "list");
  area.setAttribute("aria-haspopup", "listbox");
  area.setAttribute("aria-controls", picker.id);

  let from = -1; // where the "[" stands; -1 while the picker is closed
  let left = -1; // the "[" that somebody closed the picker at: it stays closed there
  let chosen = 0;

  const close = () => {
    from = -1;
    picker.hidden = true;
    status.textContent = "";
    area.removeAttribute("aria-activedescendant");
  };

  const select = (index) => {
    const options = [...picker.children];
    chosen = (index + options.length) % options.length;
    options.forEach((option, place) => option.setAttribute("aria-selected", String(place === chosen)));
    area.setAttribute("aria-activedescendant", options[chosen].id);
    options[chosen].scrollIntoView({ block: "nearest" });
  };

  const show = (typed) => {
    const wanted = typed.toLowerCase();
    const found = [...source.children].filter((entry) => entry.textContent.toLowerCase().includes(wanted));
    picker.replaceChildren(...found.map((entry, place) => optionOf(entry, place)));
    picker.hidden = !found.length;
    status.textContent = found.length ? word("found").replace("{count}", found.length) : word("none");
    if (!found.length) {
      area.removeAttribute("aria-activedescendant");
      return;
    }
    const best = found.findIndex((entry) => entry.dataset.key.toLowerCase().startsWith(wanted));
    select(wanted && best > 0 ? best : 0);
    stand(picker, area, from);
  };

  const optionOf = (entry, place) => {
    const option = document.createElement("li");
    option.id = `${picker.id}-${place}`;
    option.className = entry.className;
    option.dataset.key = entry.dataset.key;
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    option.append(...entry.cloneNode(true).childNodes);
    if (entry.dataset.whyNot) option.setAttribute("aria-disabled", "true");
    option.addEventListener("mousedown", (event) => event.preventDefault()); // the caret stays in the text
    option.addEventListener("click", () => take(option));
    return option;
  };

  const take = (option) => {
    if (option.getAttribute("aria-disabled")) {
      status.textContent = option.textContent;
      return;
    }
    const end = area.selectionEnd + (area.value[area.selectionEnd] === "]" ? 1 : 0);
    const start = from;
    close();
    put(area, start, end, `[@${option.dataset.key}]`);
  };

  const look = () => {
    const caret = area.selectionEnd;
    const found = area.selectionStart === caret ? TYPED.exec(area.value.slice(Math.max(0, caret - 50), caret)) : null;
    const start = found ? caret - found[0].length : -1;
    if (start !== left) left = -1;
    if (start < 0 || start === left || area.value[start - 1] === "\\") {
      close();
      return;
    }
    from = start;
    show(found[1]);
  };

  area.addEventListener("input", look);
  area.addEventListener("click", () => from >= 0 && look());
  area.addEventListener("keydown", (event) => {
    if (event.isComposing || from < 0 || picker.hidden) return;
    if (event.key === "ArrowDown") select(chosen + 1);
    else if (event.key === "ArrowUp") select(chosen - 1);
    else if (event.key === "Enter" || event.key === "Tab") take(picker.children[chosen]);
    else if (event.key === "Escape") {
      left = from;
      close();
    } else return;
    event.preventDefault();
  });
  area.addEventListener("keyup", (event) => {
    if (["ArrowLeft", "ArrowRight", "Home", "End"].includes(event.key) && from >= 0) look();
  });
  area.addEventListener("blur", close);

  button.addEventListener("mousedown", (event) => event.preventDefault());
  button.addEventListener("click", () => {
    area.focus();
    left = -1;
    put(area, area.selectionStart, area.selectionEnd, "[");
  });
}

/** Writes into the text as if it had been typed, so that it can be undone. */
function put(area, start, end, text) {
  area.focus();
  area.setSelectionRange(start, end);
  if (document.execCommand("insertText", false, text)) return;
  area.setRangeText(text, start, end, "end");
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

const COPIED = [
  ...["fontFamily", "fontSize", "fontWeight", "fontStyle", "letterSpacing", "lineHeight", "textTransform", "tabSize"],
  ...["paddingTop", "paddingRight", "paddingBottom", "paddingLeft", "direction", "textAlign"],
  ...["borderTopWidth", "borderRightWidth", "borderBottomWidth", "borderLeftWidth", "boxSizing"],
];

/** Stands the list under the line in which a character stands: measured in a copy of the field that nobody sees. */
function stand(picker, area, place) {
  const copy = document.createElement("div");
  const look = window.getComputedStyle(area);
  for (const name of COPIED) copy.style[name] = look[name];
  Object.assign(copy.style, {
    position: "absolute",
    visibility: "hidden",
    whiteSpace: "pre-wrap",
    overflowWrap: "break-word",
    borderStyle: "solid",
    insetBlockStart: "0",
    width: `${area.clientWidth + parseFloat(look.borderLeftWidth) + parseFloat(look.borderRightWidth)}px`,
  });
  const sign = document.createElement("span");
  sign.textContent = "[";
  copy.append(area.value.slice(0, place), sign);
  area.parentElement.append(copy);
  const under = sign.offsetTop + sign.offsetHeight - area.scrollTop;
  const beside = sign.offsetLeft;
  copy.remove();
  const room = area.offsetWidth - picker.offsetWidth;
  picker.style.insetBlockStart = `${Math.max(0, Math.min(under, area.offsetHeight))}px`;
  picker.style.left = `${Math.max(0, Math.min(beside, room))}px`;
}
