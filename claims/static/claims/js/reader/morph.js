// Brings an element of the page to what a fresh copy of the page shows, touching nothing that is the same: focus,
// typed words, open details and the scroll position stay where they are.

const ONES_OWN = new Set(["open", "hidden", "tabindex"]); // attributes that a person or a script changed here

/** Makes `old` what `fresh` is. */
export function morph(old, fresh) {
  if (old.isEqualNode(fresh)) return;
  if (old.nodeType !== Node.ELEMENT_NODE || old.nodeName !== fresh.nodeName || old.id !== fresh.id) {
    old.replaceWith(document.importNode(fresh, true));
    return;
  }
  for (const { name } of [...old.attributes]) {
    if (!fresh.hasAttribute(name) && !ONES_OWN.has(name)) old.removeAttribute(name);
  }
  for (const { name, value } of fresh.attributes) {
    if (old.getAttribute(name) !== value && !ONES_OWN.has(name)) old.setAttribute(name, value);
  }
  children(old, fresh);
}

/** Children with an id are known by it, wherever they stand now; the others by their turn. */
function children(old, fresh) {
  const known = new Map([...old.children].filter(({ id }) => id).map((child) => [child.id, child]));
  const wanted = new Set([...fresh.children].map(({ id }) => id).filter(Boolean));
  let at = old.firstChild;
  for (const child of [...fresh.childNodes]) {
    while (at?.id && !wanted.has(at.id)) {
      const gone = at;
      at = at.nextSibling;
      gone.remove();
    }
    const own = child.id ? known.get(child.id) : null;
    if (own) {
      if (own === at) at = at.nextSibling;
      else old.insertBefore(own, at);
      morph(own, child);
    } else if (at && !at.id && !child.id && at.nodeType === child.nodeType) {
      const next = at.nextSibling;
      morph(at, child);
      at = next;
    } else {
      old.insertBefore(document.importNode(child, true), at);
    }
  }
  while (at) {
    const gone = at;
    at = at.nextSibling;
    gone.remove();
  }
}
