// What was typed and has not reached the server: for this page in memory, and in this browser for this person,
// contract and period. Every register has a key of its own, so that two tabs never drop each other's values.
// Signing out erases them (common/signout.js).
export const sheet = document.getElementById("kept")?.dataset ?? {};
const own = `readings:${sheet.user}:`;
const here = `${own}${sheet.contract}:${sheet.period}:`;

// register → { text, version: that the page showed when it was typed, meter: its name }
export const kept = new Map(stored(here).map(([key, value]) => [key.slice(here.length), value]));

export function keep(register, value) {
  kept.set(register, value);
  try {
    localStorage.setItem(here + register, JSON.stringify({ ...value, sheet: sheet.name }));
  } catch {
    // A browser that keeps nothing, or no more: this page still holds what was typed.
  }
}

// Another tab may have kept a newer value of the same register: that one stays.
export function forget(register) {
  const text = kept.get(register)?.text;
  kept.delete(register);
  for (const [key, value] of stored(here + register)) {
    if (key === here + register && value.text === text) erase([key]);
  }
}

// The person's other contracts and periods with such values: { contract, period, name, keys }.
export function elsewhere() {
  const sheets = new Map();
  for (const [key, value] of stored(own)) {
    const [contract, period] = key.slice(own.length).split(":");
    const id = `${contract}:${period}`;
    if (!sheets.has(id)) sheets.set(id, { contract, period, name: value.sheet, keys: [] });
    if (!key.startsWith(here)) sheets.get(id).keys.push(key);
  }
  return [...sheets.values()].filter(({ keys }) => keys.length);
}

export function erase(keys) {
  for (const key of keys) localStorage.removeItem(key);
}

function stored(prefix) {
  try {
    const keys = Object.keys(localStorage).filter((key) => key.startsWith(prefix));
    return keys.map((key) => [key, parsed(localStorage.getItem(key))]).filter(([, value]) => value);
  } catch {
    return []; // A browser that keeps nothing.
  }
}

function parsed(text) {
  try {
    const value = JSON.parse(text);
    return typeof value.text === "string" ? value : null;
  } catch {
    return null; // Not ours.
  }
}
