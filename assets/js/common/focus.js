// Puts the reader where the work goes on: at the first wrong field, else at what is wrong with the whole form.
export function focusFirstWrong(root) {
  const wrong = root.querySelector('.field [aria-invalid="true"]:not(:disabled)');
  const summary = root.querySelector("[data-form-errors]");
  const target = wrong ?? summary;
  target?.focus();
  return Boolean(target);
}
