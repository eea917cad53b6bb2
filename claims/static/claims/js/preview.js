// Shows the page as readers would get it in <iframe data-preview="ID of the form">, anew a moment after each change. The
// desk makes the page; here its body is exchanged, so that it stays scrolled to where it is.

const AFTER = 700; // milliseconds since the last key

for (const frame of document.querySelectorAll("iframe[data-preview]")) follow(frame);

function follow(frame) {
  const form = document.getElementById(frame.dataset.preview);
  const state = document.querySelector("[data-preview-state]");
  const usual = state.textContent;
  let timer;
  let asked = null;
  let stale = false; // what is shown is not what stands in the form

  async function show() {
    asked?.abort();
    asked = new AbortController();
    stale = true;
    const body = new URLSearchParams(
      [...new FormData(form)].filter(([, value]) => typeof value === "string"),
    );
    try {
      const answer = await fetch(frame.src, { method: "POST", body, signal: asked.signal, credentials: "same-origin" });
      if (!answer.ok || answer.redirected) throw new Error(answer.statusText);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      put(page);
      state.textContent = usual;
    } catch (error) {
      if (error.name !== "AbortError") state.textContent = state.dataset.stale;
    }
  }

  function put(page) {
    const shown = frame.contentDocument;
    const [fresh, old] = [page, shown].map((document) => document?.querySelector("main"));
    if (!fresh || !old) return; // it has not been opened yet: once it is there it asks again
    old.replaceWith(shown.adoptNode(fresh));
    shown.title = page.title;
    leadElsewhere(shown);
    stale = false;
  }

  frame.addEventListener("load", () => {
    leadElsewhere(frame.contentDocument);
    const typed = [...form.elements].some((field) => "defaultValue" in field && field.value !== field.defaultValue);
    if (stale || typed) show();
  });
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(show, AFTER);
  });
  leadElsewhere(frame.contentDocument);
}

/** Links out of the page open in another window: the frame may show the desk's own pages only. */
function leadElsewhere(shown) {
  for (const link of shown?.querySelectorAll("a[href]:not([href^='#'])") ?? []) link.target = "_blank";
}
