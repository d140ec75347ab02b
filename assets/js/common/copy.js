// «Скопировать»: takes the text of `data-copy` to the clipboard; the button appears only where that can be done.
import { matching, onLoad } from "./load.js";
import { toast } from "./toast.js";

async function copy(button) {
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
    toast("Скопировано.");
  } catch {
    toast("Браузер не дал скопировать. Выделите текст и скопируйте его сами.", "bad");
  }
}

onLoad((root) => {
  if (!navigator.clipboard) return;
  for (const button of matching(root, "[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", () => copy(button));
  }
});
