// What was typed and has not reached the server is kept in the browser for the person who typed it
// (readings/kept.js): his signing out erases it. A sign-out that the page held back erases nothing.
window.addEventListener("submit", ({ target, defaultPrevented }) => {
  if (defaultPrevented || !target.matches("[data-sign-out]")) return;
  const own = `readings:${target.dataset.signOut}:`;
  try {
    for (const key of Object.keys(localStorage)) if (key.startsWith(own)) localStorage.removeItem(key);
  } catch {
    // A browser that keeps nothing has nothing to erase.
  }
});
