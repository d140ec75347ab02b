// Saving: one request at a time, what is typed meanwhile goes with the next one. A value is kept in the
// browser until the server has it, so that neither a lost connection nor an ended session loses it.
import { announce } from "../common/announce.js";
import { toast } from "../common/toast.js";
import { forget, keep, kept } from "./kept.js";
import { SELECTOR } from "./selector.js";

const RETRY_SECONDS = 10;
const saved = new Map(); // register → text the server has
const waiting = new Map(); // name → value of the next request
let running = null;
let retry = null;
let failed = false; // the last answer was a refusal or the session's end

const field = (register) => document.getElementById(`r${register}`);
const registerOf = (input) => input.name.slice(1);
const known = (input) => saved.get(registerOf(input)) ?? input.defaultValue;

export const isSaving = () => running !== null || waiting.size > 0;

export function saveOnLeaving() {
  document.addEventListener("focusin", ({ target }) => target.matches?.(SELECTOR) && target.select());
  document.addEventListener("focusout", ({ target }) => {
    if (target.matches?.(SELECTOR)) saveFields([target]);
  });
  window.addEventListener("online", () => flush());
}

export function saveFields(inputs) {
  const changed = inputs.filter((input) => input.value.trim() !== known(input).trim());
  if (!changed.length) return;
  const values = {};
  for (const input of changed) {
    keep({ [registerOf(input)]: input.value });
    values[input.name] = input.value;
    say(registerOf(input), "Сохраняется…");
  }
  return queue(values);
}

export function save(values, register) {
  say(register, "Сохраняется…");
  return queue(values);
}

// Everything typed has reached the server when the promise is done; false when it could not.
export async function saveEverything() {
  saveFields([...document.querySelectorAll(SELECTOR)]);
  while (running) await running;
  return waiting.size === 0 && !failed;
}

export function restoreKept() {
  const inputs = Object.entries(kept())
    .map(([register, text]) => [field(register), text])
    .filter(([input]) => input);
  for (const [input, text] of inputs) input.value = text;
  saveFields(inputs.map(([input]) => input));
  forget(inputs.map(([input]) => registerOf(input)).filter((register) => !waiting.has(`r${register}`) && !running));
}

function queue(values) {
  for (const [name, value] of Object.entries(values)) waiting.set(name, value);
  return flush();
}

function flush() {
  clearTimeout(retry);
  if (!running && waiting.size) running = send().finally(() => (running = null)).then((again) => again && flush());
  return running;
}

async function send() {
  const batch = new Map(waiting);
  const { saveUrl } = document.getElementById("sheet").dataset;
  const answer = await fetch(saveUrl, { method: "POST", body: bodyOf(batch), headers: headers() }).catch(() => null);
  if (!answer || answer.status >= 500) return postpone(batch);
  if (answer.status === 401 || answer.status === 403) return signedOut(batch);
  const content = await answer.json().catch(() => ({ reason: "Показания не сохранены. Обновите страницу." }));
  for (const [name, value] of batch) if (waiting.get(name) === value) waiting.delete(name);
  if (!answer.ok) return refuse(batch, content.reason ?? "Показания не сохранены. Обновите страницу.");
  failed = false;
  show(content, batch);
  return waiting.size > 0;
}

// Every value goes with the version its page showed: what a colleague changed meanwhile is not overwritten.
function bodyOf(batch) {
  const body = new URLSearchParams([...batch]);
  for (const register of registersOf(batch)) {
    body.set(`v${register}`, document.querySelector(`input[name="v${register}"]`)?.value ?? "");
  }
  return body;
}

function headers() {
  return { "X-Requested-With": "fetch", ...JSON.parse(document.body.getAttribute("hx-headers")) };
}

function registersOf(batch) {
  return [...batch.keys()].map((name) => name.slice(1));
}

function postpone(batch) {
  for (const register of registersOf(batch)) say(register, "Не сохранено, отправим при восстановлении связи", "warn");
  retry = setTimeout(flush, RETRY_SECONDS * 1000);
  return false;
}

// The session ended, or its token is of an earlier sign-in: the page's own address leads through sign-in.
function signedOut(batch) {
  for (const register of registersOf(batch)) say(register, "Не сохранено: сеанс завершён", "warn");
  const notice = document.getElementById("signed-out").content.firstElementChild.cloneNode(true);
  notice.querySelector("a").href = location.pathname;
  if (!document.querySelector(".signed-out")) document.getElementById("sheet").before(notice);
  announce(notice.textContent.trim());
  waiting.clear();
  failed = true;
  return false;
}

function refuse(batch, reason) {
  for (const register of registersOf(batch)) say(register, reason, "bad");
  toast(reason, "bad");
  failed = true;
  return waiting.size > 0;
}

function show(content, batch) {
  for (const [register, line] of Object.entries(content.lines)) showLine(register, line, batch);
  for (const [facility, head] of Object.entries(content.heads)) put(`head-${facility}`, head);
  for (const [point, energy] of Object.entries(content.points)) put(`point-${point}`, energy);
  put("progress", content.foot);
  if (content.total !== null) put("total", content.total);
  document.getElementById("sheet").dataset.unsent = content.unsent;
}

function showLine(register, line, batch) {
  const input = field(register);
  put(`state-${register}`, line.state);
  put(`energy-${register}`, line.energy);
  input.form.elements[`v${register}`].value = line.version;
  input.setAttribute("aria-invalid", line.wrong);
  const typed = batch.get(`r${register}`);
  if (line.conflict) return offerBoth(register, line);
  saved.set(register, line.shown);
  if (typed !== undefined && input.value === typed && document.activeElement !== input) input.value = line.shown;
  if (typed === undefined || input.value.trim() === typed.trim() || input.value === line.shown) forget([register]);
  if (typed !== undefined && document.activeElement === input && input.value === typed) saved.set(register, typed);
  announce(document.getElementById(`state-${register}`).textContent.trim());
}

// A colleague changed it meanwhile: his value is shown, mine stays in the field until I choose.
function offerBoth(register, line) {
  const offer = document.getElementById("conflict").content.firstElementChild.cloneNode(true);
  offer.querySelector("span").textContent = line.conflict;
  const [mine, theirs] = offer.querySelectorAll("button");
  saved.set(register, line.shown);
  mine.addEventListener("click", () => saveFields([field(register)]));
  theirs.addEventListener("click", () => {
    field(register).value = line.shown;
    forget([register]);
    offer.remove();
  });
  document.getElementById(`state-${register}`).append(offer);
  announce(line.conflict);
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

// Words of ours in place of the state, until the server's come; `tone` bad or warn.
function say(register, text, tone) {
  const place = document.getElementById(`state-${register}`);
  if (!place) return;
  const words = document.createElement("span");
  words.className = tone ? `line__why line__why--${tone}` : "line__why";
  words.textContent = text;
  redraw(place, () => place.replaceChildren(words));
}
