// Says a sentence to screen readers without showing it.
export function announce(text) {
  const region = document.getElementById("announcer");
  if (region) region.textContent = text;
}
