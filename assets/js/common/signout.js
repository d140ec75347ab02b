// What was typed and not yet sent is kept in the browser for the person who typed it: signing out erases it.
const PREFIX = "readings:";

document.addEventListener("submit", ({ target }) => {
  if (!target.matches("[data-sign-out]")) return;
  try {
    for (const key of Object.keys(localStorage)) if (key.startsWith(PREFIX)) localStorage.removeItem(key);
  } catch {
    // A browser that keeps nothing has nothing to erase.
  }
});
