// Runs `enhance` for what is on the page now and for everything htmx brings later.
export function onLoad(enhance) {
  enhance(document);
  document.addEventListener("htmx:load", (event) => enhance(event.detail.elt));
}

// The elements that match inside `root`, `root` itself included.
export function matching(root, selector) {
  const found = [...root.querySelectorAll(selector)];
  return root.matches?.(selector) ? [root, ...found] : found;
}
