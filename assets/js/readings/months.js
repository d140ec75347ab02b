// The months before a row: its link opens a popover beside it; without this script it leads to a page of its own.
const GAP = 16; // to the window's edges, in pixels
const HEADER = 64;
let panel = null;
let opener = null;

export function openMonths(event) {
  const link = event.target.closest("a[data-months]");
  if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  opener = link;
  panel ??= made();
  link.setAttribute("aria-busy", "true");
  window.htmx
    .ajax("GET", link.getAttribute("href"), { source: link, target: panel, swap: "innerHTML" })
    .finally(() => link.removeAttribute("aria-busy"));
}

function made() {
  const made = document.createElement("div");
  made.id = "months";
  made.className = "popover months";
  made.popover = "auto";
  made.setAttribute("role", "dialog");
  made.setAttribute("aria-labelledby", "months-title");
  made.addEventListener("htmx:afterSwap", show);
  document.body.append(made);
  return made;
}

function show() {
  panel.showPopover();
  const row = opener.closest("tr").getBoundingClientRect();
  const left = Math.max(GAP, Math.min(row.left, document.documentElement.clientWidth - panel.offsetWidth - GAP));
  panel.style.setProperty("--months-top", `${window.scrollY + top(row, panel.offsetHeight)}px`);
  panel.style.setProperty("--months-left", `${left}px`);
  panel.querySelector("#months-title").focus({ preventScroll: true });
}

// Below the row where there is room, else above it, else at the window's lower edge.
function top(row, height) {
  const below = row.bottom + 4;
  const above = row.top - height - 4;
  if (below + height <= window.innerHeight - GAP) return below;
  return above >= HEADER ? above : Math.max(HEADER, window.innerHeight - height - GAP);
}
