// Passkeys: what the server asks of the browser, and the browser's answer sent back by the form.
const bytes = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
const listed = (credentials = []) => credentials.map((each) => ({ ...each, id: bytes(each.id) }));

const PROBLEMS = {
  NotAllowedError: "Действие отменено, или время вышло. Попробуйте ещё раз.",
  InvalidStateError: "На этом устройстве уже есть ключ доступа к вашему кабинету.",
  SecurityError: "По этому адресу ключи доступа не работают. Откройте портал по его основному адресу.",
};
const FAILED = "Не удалось использовать ключ доступа. Попробуйте ещё раз или выберите другой способ.";

async function created({ publicKey }) {
  const user = { ...publicKey.user, id: bytes(publicKey.user.id) };
  const excludeCredentials = listed(publicKey.excludeCredentials);
  const challenge = bytes(publicKey.challenge);
  const made = await navigator.credentials.create({ publicKey: { ...publicKey, user, challenge, excludeCredentials } });
  const { clientDataJSON, attestationObject } = made.response;
  return answer(made, { clientDataJSON, attestationObject });
}

async function found({ publicKey }) {
  const allowCredentials = listed(publicKey.allowCredentials);
  const challenge = bytes(publicKey.challenge);
  const taken = await navigator.credentials.get({ publicKey: { ...publicKey, challenge, allowCredentials } });
  const { clientDataJSON, authenticatorData, signature, userHandle } = taken.response;
  return answer(taken, { clientDataJSON, authenticatorData, signature, userHandle });
}

function answer(credential, parts) {
  const given = Object.entries(parts).filter(([, buffer]) => buffer);
  return {
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    response: Object.fromEntries(given.map(([name, buffer]) => [name, text(buffer)])),
    clientExtensionResults: credential.getClientExtensionResults(),
  };
}

async function optionsOf({ options, optionsUrl }) {
  if (options) return JSON.parse(options);
  const response = await fetch(optionsUrl, { headers: { Accept: "application/json" } });
  if (!response.ok) throw new Error(`${optionsUrl} answered ${response.status}`);
  return (await response.json()).request_options;
}

async function send(event) {
  event.preventDefault();
  const form = event.target;
  const problem = form.querySelector("[data-passkey-problem]");
  problem.hidden = true;
  try {
    const options = await optionsOf(form.dataset);
    const credential = await (form.dataset.passkey === "create" ? created : found)(options);
    form.elements.credential.value = JSON.stringify(credential);
    form.submit();
  } catch (error) {
    problem.querySelector("span").textContent = PROBLEMS[error.name] ?? FAILED;
    problem.hidden = false;
  }
}

if (window.PublicKeyCredential) {
  for (const form of document.querySelectorAll("[data-passkey]")) {
    form.addEventListener("submit", send);
    form.hidden = false;
  }
  for (const words of document.querySelectorAll("[data-passkey-impossible]")) words.remove();
}
