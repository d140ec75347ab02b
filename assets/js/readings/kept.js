// What was typed and has not reached the server, kept in this browser for this person, contract and
// period. Signing out erases it (common/signout.js).
const sheet = () => document.getElementById("sheet").dataset;
const key = () => `readings:${sheet().user}:${sheet().contract}:${sheet().period}`;

export function kept() {
  try {
    return JSON.parse(localStorage.getItem(key()) ?? "{}");
  } catch {
    return {};
  }
}

function write(values) {
  try {
    if (Object.keys(values).length) localStorage.setItem(key(), JSON.stringify(values));
    else localStorage.removeItem(key());
  } catch {
    // A browser that keeps nothing: the fields themselves still hold what was typed.
  }
}

export function keep(values) {
  write({ ...kept(), ...values });
}

export function forget(registers) {
  const values = kept();
  for (const register of registers) delete values[register];
  write(values);
}
