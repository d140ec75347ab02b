// The page asked for anew, when the session has ended or the token is of an earlier sign-in. A sign-in in another
// tab gives a new token, which is taken for the same person alone.
import { sheet } from "./kept.js";

const PATIENCE_SECONDS = 60;

// "renewed", or the name of the notice that says why nothing can be sent; "gone" when the page is the person's no more.
export async function renew() {
  const answer = await ask(location.href);
  if (!answer || answer.status >= 500) return "offline";
  if (answer.status === 401) return "signed-out";
  if (answer.status === 403 || answer.status === 404) return whose();
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (page.getElementById("kept")?.dataset.user !== sheet.user) return "another-user";
  const headers = page.body.getAttribute("hx-headers");
  document.body.setAttribute("hx-headers", headers);
  for (const input of document.getElementsByName("csrfmiddlewaretoken")) input.value = JSON.parse(headers)["X-CSRFToken"];
  return "renewed";
}

// A page that is not there for whoever is signed in: the person lost it, or somebody else has signed in.
async function whose() {
  const answer = await ask(document.getElementById("session-end").dataset.stateUrl);
  if (!answer || answer.status >= 500) return "offline";
  if (answer.status === 401) return "signed-out";
  return String((await answer.json()).user) === sheet.user ? "gone" : "another-user";
}

function ask(url) {
  return fetch(url, { headers: { "X-Requested-With": "fetch" } }).catch(() => null);
}

// Null where no answer came.
export function post(body) {
  const headers = { "X-Requested-With": "fetch", ...JSON.parse(document.body.getAttribute("hx-headers")) };
  const request = { method: "POST", body, headers, signal: AbortSignal.timeout(PATIENCE_SECONDS * 1000) };
  return fetch(document.getElementById("sheet").dataset.saveUrl, request).catch(() => null);
}
