// «Показать пароль»: the button appears only where this script runs.
import { matching, onLoad } from "./load.js";

function enhance(root) {
  for (const button of matching(root, "[data-reveal]")) {
    button.hidden = false;
    button.addEventListener("click", () => toggle(button));
  }
}

function toggle(button) {
  const input = document.getElementById(button.dataset.reveal);
  const shown = input.type === "password";
  input.type = shown ? "text" : "password";
  button.setAttribute("aria-pressed", String(shown));
  const [open, closed] = button.children;
  open.toggleAttribute("hidden", shown);
  closed.toggleAttribute("hidden", !shown);
}

onLoad(enhance);
