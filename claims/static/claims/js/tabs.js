// Turns <div data-tabs aria-label="…"><section data-tab="de"><h3 class="tabs__title">…</h3>…</section>…</div>
// into tabs. A part with an error opens first, else the one the page's address or its own mark asks for.

let count = 0;

for (const group of document.querySelectorAll("[data-tabs]")) {
  const parts = [...group.querySelectorAll(":scope > [data-tab]")];
  if (parts.length < 2) continue;

  const list = document.createElement("div");
  list.className = "tabs__list";
  list.setAttribute("role", "tablist");
  if (group.getAttribute("aria-label")) list.setAttribute("aria-label", group.getAttribute("aria-label"));

  const tabs = parts.map((part) => {
    const tab = document.createElement("button");
    part.id ||= `tab-part-${(count += 1)}`;
    tab.type = "button";
    tab.id = `${part.id}-tab`;
    tab.className = "tabs__tab";
    tab.textContent = part.querySelector(".tabs__title")?.textContent.trim() ?? part.dataset.tab;
    tab.setAttribute("role", "tab");
    tab.setAttribute("aria-controls", part.id);
    part.setAttribute("role", "tabpanel");
    part.setAttribute("aria-labelledby", tab.id);
    tab.addEventListener("click", () => show(tab));
    list.append(tab);
    return tab;
  });

  const show = (chosen) => {
    tabs.forEach((tab, index) => {
      const here = tab === chosen;
      tab.setAttribute("aria-selected", String(here));
      tab.tabIndex = here ? 0 : -1;
      parts[index].hidden = !here;
    });
  };

  list.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const next = tabs[(tabs.indexOf(document.activeElement) + step + tabs.length) % tabs.length];
    show(next);
    next.focus();
  });

  group.prepend(list);
  group.classList.add("tabs--live");
  const wrong = parts.findIndex((part) => part.querySelector("[aria-invalid=true]"));
  const asked = parts.findIndex((part) => part.hasAttribute("data-tab-open"));
  show(tabs[Math.max(wrong >= 0 ? wrong : asked, 0)]);
}
