// What stands above the sheet about values that have not reached the server.
import { elsewhere, erase, sheet } from "./kept.js";

const LISTED = 20;
const FORMS = { one: "показание", few: "показания", many: "показаний", other: "показания" };
const plural = new Intl.PluralRules("ru");

export const readings = (number) => `${number} ${FORMS[plural.select(number)]}`;

export function clone(template) {
  return document.getElementById(template).content.firstElementChild.cloneNode(true);
}

export function hide(...names) {
  for (const name of names) document.querySelector(`#kept > [data-notice="${name}"]`)?.remove();
}

// One notice of a name at a time; the same one is not said twice.
export function show(name, template = name) {
  const shown = document.querySelector(`#kept > [data-notice="${name}"]`);
  if (shown) return shown;
  const notice = clone(template);
  notice.dataset.notice = name;
  for (const link of notice.querySelectorAll("a[data-safe]")) link.href = location.pathname + location.search;
  document.getElementById("kept").append(notice);
  return notice;
}

// A sentence over a list; without items the notice goes. An item is a text or a node.
export function list(name, sentence, items, ...buttons) {
  hide(name);
  if (!items.length) return;
  const notice = show(name, "kept-warn");
  notice.querySelector("p").textContent = sentence;
  const shown = items.slice(0, LISTED);
  if (items.length > LISTED) shown.push(`и ещё ${items.length - LISTED}`);
  notice.querySelector("ul").append(...shown.map(item));
  notice.querySelector("ul").after(...buttons);
}

function item(content) {
  const row = document.createElement("li");
  row.append(content);
  return row;
}

export function removing(remove, what = "") {
  const button = clone("kept-remove");
  if (what) button.setAttribute("aria-label", `${button.textContent}: ${what}`);
  button.addEventListener("click", remove);
  return button;
}

// Values of other contracts and periods, so that nothing lies forgotten.
export function tellElsewhere() {
  const rows = elsewhere().map(({ contract, period, name, keys }) => {
    const row = document.createElement("span");
    const link = document.createElement("a");
    link.href = `${sheet.start}?${new URLSearchParams({ contract, period })}`;
    link.textContent = name;
    const remove = removing(() => {
      erase(keys);
      tellElsewhere();
    }, name);
    row.append(link, `— ${readings(keys.length)}`, remove);
    return row;
  });
  list("elsewhere", "В этом браузере есть несохранённые показания:", rows);
}
