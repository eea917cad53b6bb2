// A button that copies what stands in the field beside it. Without this file one selects it and copies.

for (const button of document.querySelectorAll("[data-copy-button]")) {
  const field = button.parentElement.querySelector("[data-copy]");
  field.addEventListener("focus", () => field.select());
  if (!navigator.clipboard) continue; // not offered to pages without encryption
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(field.value);
      button.textContent = button.dataset.copied;
    } catch {
      field.select();
    }
  });
}
