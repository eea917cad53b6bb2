// A citation picker: typing "[" in <textarea data-citations="ID"> offers the entries of the list with that id,
// <ul id="ID" hidden><li data-key="BA1">BA1 – publisher, title</li>…</ul>. Enter puts "[@BA1]" into the text.

for (const area of document.querySelectorAll("textarea[data-citations]")) {
  const source = document.getElementById(area.dataset.citations);
  if (!source) continue;

  const picker = document.createElement("ul");
  picker.className = "picker";
  picker.id = `${area.id}-picker`;
  picker.hidden = true;
  picker.setAttribute("role", "listbox");
  area.after(picker);
  area.setAttribute("aria-controls", picker.id);
  area.setAttribute("aria-autocomplete", "list");

  let from = -1; // where the "[" stands; -1 while the picker is closed
  let chosen = 0;

  const close = () => {
    from = -1;
    picker.hidden = true;
    area.removeAttribute("aria-activedescendant");
  };

  const select = (index) => {
    const options = [...picker.children];
    chosen = (index + options.length) % options.length;
    options.forEach((option, place) => option.setAttribute("aria-selected", String(place === chosen)));
    area.setAttribute("aria-activedescendant", options[chosen].id);
    options[chosen].scrollIntoView({ block: "nearest" });
  };

  const fill = (typed) => {
    const wanted = typed.replace(/^@/, "").toLowerCase();
    const found = [...source.children].filter((entry) => entry.textContent.toLowerCase().includes(wanted));
    picker.replaceChildren(
      ...found.map((entry, index) => {
        const option = document.createElement("li");
        option.id = `${picker.id}-${index}`;
        option.setAttribute("role", "option");
        option.dataset.key = entry.dataset.key;
        option.textContent = entry.textContent;
        option.addEventListener("mousedown", (event) => {
          event.preventDefault(); // keep the caret in the text
          insert(entry.dataset.key);
        });
        return option;
      }),
    );
    picker.hidden = !found.length;
    if (found.length) select(0);
  };

  const insert = (key) => {
    area.setRangeText(`[@${key}]`, from, area.selectionEnd, "end");
    area.dispatchEvent(new Event("input", { bubbles: true }));
    close();
  };

  area.addEventListener("input", (event) => {
    const caret = area.selectionEnd;
    if (event.data === "[") from = caret - 1;
    if (from < 0) return;
    const typed = area.value.slice(from + 1, caret);
    if (caret <= from || /[\]\s]/.test(typed)) close();
    else fill(typed);
  });

  area.addEventListener("keydown", (event) => {
    if (from < 0 || picker.hidden) return;
    if (event.key === "ArrowDown") select(chosen + 1);
    else if (event.key === "ArrowUp") select(chosen - 1);
    else if (event.key === "Enter" || event.key === "Tab") insert(picker.children[chosen].dataset.key);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
  });

  area.addEventListener("blur", close);
}
