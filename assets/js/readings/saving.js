// Saving: one request at a time, what is typed meanwhile goes with the next one. A value is kept in the
// browser until the server has it, so that neither a lost connection nor an ended session loses it.
import { announce } from "../common/announce.js";
import { toast } from "../common/toast.js";
import { conflicts, choose, refused, refuse, tellUnsettled } from "./unsettled.js";
import { forget, keep, kept, sheet } from "./kept.js";
import { field, meterOf, registerOf, say, showLine, showRest, versionOf } from "./lines.js";
import { hide, readings, show } from "./notices.js";
import { SELECTOR } from "./selector.js";
import { post, renew } from "./session.js";

const RETRY_SECONDS = 10;
const MOST = 500; // registers a request
const UNSURE = [403, 404]; // the token is of an earlier sign-in, or something is the person's no more
const UNCLEAR = "Показания не сохранены. Обновите страницу.";
const GONE = "Ваш доступ к показаниям этого договора закончился, обратитесь к его администратору.";
const UNKNOWN = "Прибор учёта не найден или доступ к нему закрыт.";
const saved = new Map(); // register → text the server has
const waiting = new Map(); // name → value of the next requests
let running = null;
let retry = null;
let most = MOST;
let stopped = false; // the session is gone
let renewed = false; // the token was fetched anew for the request that goes now
let typed = null; // register whose field was being typed in when the page was hidden
let savedUnseen = 0; // values whose fields are not on the page

const known = (input) => kept.get(registerOf(input))?.text ?? saved.get(registerOf(input)) ?? input.defaultValue;

export const isSaving = () => running !== null || waiting.size > 0;
export const isKept = () => kept.size > 0;

export function saveOnLeaving() {
  document.addEventListener("focusin", ({ target }) => target.matches?.(SELECTOR) && target.select());
  document.addEventListener("focusout", ({ target }) => {
    if (target.matches?.(SELECTOR)) saveFields([target]);
  });
  document.addEventListener("visibilitychange", () => (document.hidden ? keepTyped() : comeBack()));
  for (const name of ["focus", "online", "pageshow"]) window.addEventListener(name, comeBack);
  window.addEventListener("offline", showOffline);
  document.addEventListener("htmx:load", ({ detail }) => fill(detail.elt));
}

export function saveFields(inputs) {
  for (const input of inputs) {
    if (input.value.trim() !== known(input).trim()) {
      take(registerOf(input), { text: input.value, version: versionOf(registerOf(input)), meter: meterOf(input) });
    }
  }
  return flush();
}

function take(register, value) {
  keep(register, value);
  conflicts.delete(register);
  refused.delete(register);
  waiting.set(`r${register}`, value.text);
  sayWaiting([register]);
}

export function save(values, register) {
  for (const [name, value] of Object.entries(values)) waiting.set(name, value);
  sayWaiting([register]);
  return flush();
}

// Everything typed has reached the server when the promise is done; false when it could not.
export async function saveEverything() {
  saveFields([...document.querySelectorAll(SELECTOR)]);
  sendKept();
  while (running) await running;
  return !isKept() && !isSaving();
}

// What an earlier page kept goes with the version that page showed; its register need not be on this one.
export function restoreKept() {
  if (!navigator.onLine) showOffline();
  if (sheet.closed) return refuse([...kept.keys()], sheet.closed);
  fill(document);
  sendKept();
  saveFields(typedEarly());
}

// Fields typed in and left while this script was on its way: nobody saw them being left.
function typedEarly() {
  return [...document.querySelectorAll(SELECTOR)].filter((input) => input !== document.activeElement);
}

// Fields that came anew show what was typed, not what the server has.
export function fill(root) {
  const inputs = [...(root.querySelectorAll?.(SELECTOR) ?? [])].filter((input) => kept.has(registerOf(input)));
  for (const input of inputs) {
    const register = registerOf(input);
    const { text } = kept.get(register);
    if (text.trim() === input.defaultValue.trim()) forget(register);
    else input.value = text;
    if (conflicts.has(register)) offerBoth(register, conflicts.get(register));
    else if (waiting.has(input.name)) sayWaiting([register]);
  }
  if (inputs.length) tellUnsettled();
}

export function forgetSaved() {
  saved.clear();
}

function sendKept() {
  for (const [register, { text }] of kept) if (!conflicts.has(register)) waiting.set(`r${register}`, text);
  sayWaiting(kept.keys());
  return flush();
}

// A page that is hidden may never come back: the field in work is kept, and sent once it is left.
function keepTyped() {
  const input = document.activeElement;
  if (!input?.matches?.(SELECTOR) || input.value.trim() === known(input).trim()) return;
  typed = registerOf(input);
  keep(typed, { text: input.value, version: versionOf(typed), meter: meterOf(input) });
}

function comeBack() {
  if (typed) forget(typed);
  typed = null;
  if (stopped && waiting.size) return run(resume);
  if (navigator.onLine && !waiting.size) hide("offline");
  flush();
}

function flush() {
  clearTimeout(retry);
  if (!stopped && waiting.size) run(send);
  return running;
}

function run(work) {
  running ??= work()
    .finally(() => (running = null))
    .then((again) => again && flush());
}

async function send() {
  const batch = new Map([...waiting].slice(0, most));
  const answer = await post(bodyOf(batch));
  if (!answer || answer.status >= 500) return postpone();
  if (answer.status === 401) return stop("signed-out");
  if (UNSURE.includes(answer.status) && !renewed) return resume();
  renewed = false;
  if (answer.status === 404 && batch.size > 1) return fewer(batch);
  const content = await answer.json().catch(() => ({ reason: answer.status === 404 ? UNKNOWN : UNCLEAR }));
  most = MOST;
  for (const [name, value] of batch) if (waiting.get(name) === value) waiting.delete(name);
  hide("offline");
  if (answer.ok && content.lines) settle(content, batch);
  else refuseAll(batch, content.reason ?? UNCLEAR);
  return waiting.size > 0;
}

// One register that is the person's no more refuses a whole request: the rest is sent without it.
function fewer(batch) {
  most = Math.ceil(batch.size / 2);
  return true;
}

// Every value goes with the version its page showed: what a colleague changed meanwhile is not overwritten.
function bodyOf(batch) {
  const body = new URLSearchParams([...batch]);
  for (const register of registersOf(batch)) {
    const mine = batch.has(`r${register}`) ? kept.get(register)?.version : undefined;
    body.set(`v${register}`, mine ?? versionOf(register));
  }
  return body;
}

function registersOf(names) {
  return [...names.keys()].map((name) => name.slice(1));
}

function sayWaiting(registers) {
  const words = stopped ? ["Не сохранено: сеанс завершён", "warn"] : ["Сохраняется…"];
  for (const register of registers) if (!conflicts.has(register)) say(register, ...words);
}

function showOffline() {
  show("offline").querySelector("button").onclick = flush;
}

function postpone() {
  renewed = false;
  for (const register of registersOf(waiting)) say(register, "Не сохранено, отправим при восстановлении связи", "warn");
  showOffline();
  retry = setTimeout(flush, RETRY_SECONDS * 1000);
  return false;
}

// The session ended: nothing is sent until the same person has signed in again, here or in another tab.
function stop(notice) {
  stopped = true;
  sayWaiting(registersOf(waiting));
  hide("offline", "signed-out", "another-user");
  announce(show(notice).textContent.trim());
  return false;
}

async function resume() {
  const how = await renew();
  if (how === "offline") return postpone();
  if (how === "gone") return giveUp();
  if (how !== "renewed") return stop(how);
  renewed = true;
  stopped = false;
  hide("offline", "signed-out", "another-user");
  sayWaiting(registersOf(waiting));
  return true;
}

function giveUp() {
  refuseAll(waiting, GONE);
  waiting.clear();
  return false;
}

function refuseAll(batch, reason) {
  for (const register of registersOf(batch)) say(register, reason, "bad");
  toast(reason, "bad");
  refuse(registersOf(batch).filter((register) => kept.has(register)), reason);
}

function settle(content, batch) {
  showRest(content);
  for (const [register, line] of Object.entries(content.lines)) settleLine(register, line, batch.get(`r${register}`));
  tellUnsettled();
  if (savedUnseen) tellUnseen();
}

// Values of registers that are folded, filtered out or on another page.
function tellUnseen() {
  const sentence = `Введённое раньше сохранено: ${readings(savedUnseen)}. Сейчас этих строк на странице не видно.`;
  show("unseen", "kept-ok").querySelector("p").textContent = sentence;
}

function settleLine(register, line, text) {
  const input = field(register);
  const mine = kept.get(register);
  if (input) showLine(register, line);
  if (line.conflict) return offerBoth(register, line);
  if (text === undefined && conflicts.has(register)) {
    // the value of the colleague was confirmed, none of the two was chosen
    return offerBoth(register, { ...line, conflict: conflicts.get(register).conflict });
  }
  refused.delete(register);
  saved.set(register, line.shown);
  if (mine?.text === text) forget(register);
  else if (mine) keep(register, { ...mine, version: line.version });
  if (!input) savedUnseen += 1;
  else if (text !== undefined && input.value === text) showSaved(register, input, line, text);
}

// A field in work is left as it is typed.
function showSaved(register, input, line, text) {
  if (document.activeElement === input) saved.set(register, text);
  else input.value = line.shown;
}

function offerBoth(register, line) {
  choose(register, line, {
    keepMine() {
      const input = field(register);
      const mine = input ? { text: input.value, meter: meterOf(input) } : kept.get(register);
      take(register, { ...mine, version: line.version });
      tellUnsettled();
      flush();
    },
    takeTheirs() {
      conflicts.delete(register);
      forget(register);
      saved.set(register, line.shown);
      if (field(register)) field(register).value = line.shown;
      tellUnsettled();
    },
  });
}
