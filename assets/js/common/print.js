// «Напечатать»: the button appears only where this script runs.
import { matching, onLoad } from "./load.js";

onLoad((root) => {
  for (const button of matching(root, "[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
});
