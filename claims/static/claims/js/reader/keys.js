// The reader's keys. None of them does anything while somebody types, and each can be turned off in the sheet.

const FIELDS = "input, textarea, select, [contenteditable]";
const PRESSED_BY_ENTER = "a, button, summary, [role=button], [role=slider], [role=tab]";

/** `actions`: key -> what it does. `sheet`: the sheet of keys, which can turn letters off. */
export function keys(sheet, actions) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return;
    const target = event.target instanceof Element ? event.target : document.body;
    if (document.querySelector("dialog[open]")) return;
    const isField = target.matches(FIELDS) && !target.matches("[type=checkbox], [type=radio]");
    if (isField && event.key !== "Escape") return;
    if (event.key === "Enter" && target.closest(PRESSED_BY_ENTER)) return;
    const isLetter = /^[a-z]$/i.test(event.key);
    if (isLetter && !sheet.isOn) return;
    const name = isLetter ? `${event.shiftKey ? "Shift+" : ""}${event.key.toLowerCase()}` : event.key;
    if (!actions[name]) return;
    event.preventDefault();
    actions[name](event);
  });
}
