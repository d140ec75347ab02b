// The page of a load in the back office: how far the worker is; when it is done, the page comes anew.
const place = document.querySelector("[data-load-state]");
const EVERY = 1000;

async function ask() {
  const answer = await fetch(place.dataset.loadState, { headers: { "X-Requested-With": "fetch" } }).catch(() => null);
  if (answer?.ok) {
    const { active, progress } = await answer.json();
    if (!active) return location.reload();
    const bar = place.querySelector("progress");
    if (bar.hasAttribute("value")) bar.value = progress;
  }
  setTimeout(ask, EVERY); // an ended session or a lost connection: the session's dialog and the next try tell
}

if (place) setTimeout(ask, EVERY);
