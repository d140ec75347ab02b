// Ticks the rules of a new password while it is typed. The rules themselves stand in the page from the start.
import { matching, onLoad } from "./load.js";

const RULES = {
  length: (value) => [...value].length >= 8,
  letters: (value) => /\p{L}/u.test(value),
  digits: (value) => /\d/.test(value),
};

function enhance(root) {
  for (const list of matching(root, "ul[data-password-rules]")) {
    const input = document.getElementById(list.dataset.passwordRules);
    const check = () => {
      for (const rule of list.children) show(rule, RULES[rule.dataset.rule](input.value));
    };
    input.addEventListener("input", check);
    if (input.value) check();
  }
}

function show(rule, met) {
  rule.dataset.met = String(met);
  rule.querySelector(".visually-hidden").textContent = met ? "выполнено" : "";
}

onLoad(enhance);
