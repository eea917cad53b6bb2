// Asks how far a fetch has come and says so in place; when there is something to do or to see, the page is read anew.
// Without this file the page reads itself anew every few seconds.

const shown = document.querySelector("[data-fetch]");
const words = shown?.querySelector("[data-fetch-words]");

const EVERY = 1000;
const LATER = 5000; // while nobody looks, or after a failure on the way

async function ask() {
  let wait = document.hidden ? LATER : EVERY;
  try {
    const answer = await fetch(shown.dataset.fetch, { headers: { Accept: "application/json" } });
    if (answer.redirected || !answer.ok) throw new Error(answer.statusText);
    const state = await answer.json();
    if (state.step !== shown.dataset.step) {
      window.location.reload();
      return;
    }
    if (words.textContent !== state.words) words.textContent = state.words;
  } catch {
    wait = LATER;
  }
  setTimeout(ask, wait);
}

if (shown) setTimeout(ask, EVERY / 2);
