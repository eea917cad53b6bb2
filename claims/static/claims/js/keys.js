// J and K walk to the next and the previous page of a queue: they follow <a data-key="j"> and <a data-key="k">.

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]")) return;
  const key = event.key.toLowerCase();
  if (!/^[a-z]$/.test(key)) return;
  document.querySelector(`a[data-key="${key}"]`)?.click();
});
