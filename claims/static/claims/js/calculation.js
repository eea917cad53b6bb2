// Shows what comes of a calculation while it is being typed. The desk works it out; nothing is saved by that.
// Without this file "Work out" does the same.

const WAIT = 400; // after the last key

for (const form of document.querySelectorAll("form[data-works-out]")) {
  const outcome = form.querySelector("[data-outcome]");
  let timer = 0;
  let asking = null;

  const line = (kind, words) => {
    const paragraph = document.createElement("p");
    paragraph.className = kind;
    paragraph.textContent = words;
    return paragraph;
  };

  const show = ({ result, detail, problem }) => {
    const lines = [];
    if (result) lines.push(line("workout__result", result));
    if (problem) lines.push(line("workout__problem", problem));
    if (detail) lines.push(line("field__help", detail));
    outcome.replaceChildren(...lines);
  };

  const ask = async () => {
    asking?.abort();
    asking = new AbortController();
    try {
      const body = new FormData(form);
      const answer = await fetch(form.dataset.worksOut, { method: "POST", body, signal: asking.signal });
      if (!answer.ok || answer.redirected) throw new Error(answer.statusText);
      show(await answer.json());
    } catch (error) {
      if (error.name !== "AbortError") outcome.replaceChildren(); // nothing wrong stands there; saving says the rest
    }
  };

  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  });
}
