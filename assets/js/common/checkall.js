// A check-box with `data-check-all` ticks the others of its `data-check-group`, and shows whether all are ticked.
const boxes = (group) => [...group.querySelectorAll('input[type="checkbox"]:not([data-check-all], :disabled)')];

document.addEventListener("change", ({ target }) => {
  const group = target.closest?.("[data-check-group]");
  if (!group) return;
  const all = group.querySelector("[data-check-all]");
  if (target === all) for (const box of boxes(group)) box.checked = all.checked;
  else if (all) all.checked = boxes(group).every((box) => box.checked);
});
