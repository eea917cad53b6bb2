// Forms of the desk, nicer than without: one submit per click, a warning before typed text is lost,
// the eye taken to what went wrong. Everything works without this file.

for (const form of document.querySelectorAll("form[method=post]")) {
  form.addEventListener("submit", (event) => {
    if (event.submitter?.formTarget) return; // it opens another window, and this page stays
    if (form.dataset.sent) {
      event.preventDefault(); // a second click on the way out
      return;
    }
    form.dataset.sent = "yes";
  });
}

// Coming back with the browser's back button shows the page as it was left: let it be sent again.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

const guarded = document.querySelectorAll("form[data-guard]");
for (const form of guarded) {
  form.addEventListener("input", () => {
    form.dataset.changed = "yes";
  });
}
if (guarded.length) {
  window.addEventListener("beforeunload", (event) => {
    const lost = [...guarded].some((form) => form.dataset.changed && !form.dataset.sent);
    if (lost) event.preventDefault();
  });
}

document.querySelector("[role=alert][tabindex]")?.focus();
