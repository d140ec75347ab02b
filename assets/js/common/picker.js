// How many rows of a list to choose from are ticked, counted while one ticks; those off the list stand in its hidden field.
document.addEventListener("change", ({ target }) => {
  const picker = target.closest?.("[data-picker]");
  const count = picker?.querySelector("[data-count]");
  if (!count || target.type !== "checkbox") return;
  const kept = picker.querySelector('input[name$="_kept"]').value.split(",").filter(Boolean);
  const ticked = picker.querySelectorAll('input[type="checkbox"]:checked');
  count.textContent = (kept.length + ticked.length).toLocaleString("ru");
});
