// «Нет отчества»: ticked, it empties and closes the field it names; unticked, it gives back what was typed.
import { matching, onLoad } from "./load.js";

function enhance(root) {
  for (const box of matching(root, "[data-absent]")) {
    const field = box.form.elements[box.dataset.absent];
    let typed = field.value;
    box.addEventListener("change", () => {
      if (box.checked) typed = field.value;
      else field.value = typed;
      apply(box, field);
    });
    if (box.checked) apply(box, field);
  }
}

function apply(box, field) {
  field.disabled = box.checked;
  if (!box.checked) return;
  field.value = "";
  field.removeAttribute("aria-invalid");
  field.closest(".field").querySelector(".errorlist")?.remove();
}

onLoad(enhance);
