// Puts the reader where the work goes on: the first wrong field, else the first field, else the heading.
export function focusFirstWrong(root) {
  const wrong = root.querySelector('[aria-invalid="true"]:not(:disabled)');
  const summary = root.querySelector("[data-form-errors]");
  const target = wrong ?? summary;
  target?.focus();
  return Boolean(target);
}
