// Values that the server has not taken: a colleague's stands in their place, or they were refused. Each is told
// in its line; above the sheet where the page does not show the line.
import { announce } from "../common/announce.js";
import { forget, kept } from "./kept.js";
import { field, offer, say } from "./lines.js";
import { list, readings, removing } from "./notices.js";

export const conflicts = new Map(); // register → the server's line with `conflict`, what the person may do
export const refused = new Map(); // register → reason

export function choose(register, line, acts) {
  conflicts.set(register, { ...line, acts });
  const place = document.getElementById(`state-${register}`);
  if (!place) return;
  place.querySelector(".conflict")?.remove();
  place.append(offer(line.conflict, acts.keepMine, acts.takeTheirs));
  announce(line.conflict);
}

export function refuse(registers, reason) {
  for (const register of registers) refused.set(register, reason);
  tellUnsettled();
}

export function tellUnsettled() {
  const unseen = [...conflicts].filter(([register]) => !field(register) && kept.has(register));
  const offers = unseen.map(([register, { conflict, acts }]) => {
    const { meter, text } = kept.get(register);
    return offer(`${meter}: ${conflict}, у вас — ${text || "пустое значение"}`, acts.keepMine, acts.takeTheirs);
  });
  list("conflicts", "Пока ваши показания не были сохранены, их изменил коллега. Выберите значение:", offers);
  const rows = [...refused.keys()].filter((register) => kept.has(register));
  const named = rows.map((register) => `${kept.get(register).meter} — ${kept.get(register).text || "пустое значение"}`);
  list("refused", `${refused.get(rows[0])} Не сохранено: ${readings(rows.length)}.`, named, removing(() => remove(rows)));
}

function remove(registers) {
  for (const register of registers) {
    forget(register);
    refused.delete(register);
    if (field(register)) field(register).value = field(register).defaultValue;
    say(register, "Удалено из браузера");
  }
  tellUnsettled();
}
