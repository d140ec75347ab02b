// A search over the check-boxes of its group: those whose words do not have the text are out of sight, ticked ones never.
import { matching, onLoad } from "./load.js";

function enhance(root) {
  for (const search of matching(root, "[data-narrow]")) {
    const input = search.querySelector("input");
    search.hidden = false;
    input.addEventListener("input", () => narrow(search, input.value));
    input.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());
  }
}

function narrow(search, text) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const label of search.parentElement.querySelectorAll("label:has(> input[type='checkbox'])")) {
    const said = label.textContent.toLowerCase();
    const fits = label.control.checked || words.every((word) => said.includes(word));
    label.parentElement.hidden = !fits;
    shown += fits;
  }
  search.querySelector("[role='status']").textContent = words.length ? `Показано: ${shown}` : "";
}

onLoad(enhance);
