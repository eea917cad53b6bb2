// Opens what a forecast is measured by when a claim becomes one. Without this file it is there to be opened.

const box = document.querySelector("input[name=kinds][value=forecast]");
const part = document.querySelector("[data-forecast]");

box?.addEventListener("change", () => {
  if (part && box.checked) part.open = true;
});
