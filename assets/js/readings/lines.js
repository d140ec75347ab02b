// The lines of the sheet: what the server says of them, and words of ours until it does.
import { announce } from "../common/announce.js";
import { clone } from "./notices.js";
import { SELECTOR } from "./selector.js";

export const field = (register) => document.getElementById(`r${register}`);
export const registerOf = (input) => input.name.slice(1);
export const versionOf = (register) => document.querySelector(`input[name="v${register}"]`)?.value ?? "";
export const meterOf = (input) => input.getAttribute("aria-label").replace(/^Показание счётчика /, "");

// All that one answer changes, the lines themselves aside.
export function showRest(content) {
  for (const [facility, head] of Object.entries(content.heads)) put(`head-${facility}`, head);
  for (const [point, energy] of Object.entries(content.points)) put(`point-${point}`, energy);
  for (const [show, count] of Object.entries(content.shows)) put(`count-${show}`, count);
  put("progress", content.foot);
  if (content.total !== null) put("total", content.total);
  document.getElementById("sheet").dataset.unsent = content.unsent;
}

export function showLine(register, line) {
  put(`state-${register}`, line.state);
  put(`energy-${register}`, line.energy);
  const input = field(register);
  input.form.elements[`v${register}`].value = line.version;
  input.setAttribute("aria-invalid", line.wrong);
  announce(document.getElementById(`state-${register}`).textContent.trim());
}

// Words of ours in place of the state, until the server's come; `tone` bad or warn.
export function say(register, text, tone) {
  const place = document.getElementById(`state-${register}`);
  if (!place) return;
  const words = document.createElement("span");
  words.className = tone ? `line__why line__why--${tone}` : "line__why";
  words.textContent = text;
  redraw(place, () => place.replaceChildren(words));
}

// A colleague changed it meanwhile: his value is shown, mine stays in the field until the person chooses.
export function offer(words, keepMine, takeTheirs) {
  const both = clone("conflict");
  both.querySelector("span").textContent = words;
  const [mine, theirs] = both.querySelectorAll("button");
  mine.addEventListener("click", keepMine);
  theirs.addEventListener("click", () => {
    both.remove();
    takeTheirs();
  });
  return both;
}

function put(id, html) {
  const place = document.getElementById(id);
  if (place) redraw(place, () => (place.innerHTML = html));
}

// A button that vanishes under the focus leaves it to the field of its row.
function redraw(place, change) {
  const focused = place.contains(document.activeElement);
  change();
  if (focused) place.closest(".line")?.querySelector(SELECTOR)?.focus();
}
