// A block that is fetched by itself and did not come says so in its place, and can be asked for once more.
function showFailure({ detail }) {
  const block = detail.elt;
  if (!block.matches("[data-fetched]")) return;
  block.replaceChildren(document.getElementById("not-fetched").content.cloneNode(true));
  block.querySelector("button").addEventListener("click", () => window.htmx.trigger(block, "retry"));
}

document.addEventListener("htmx:responseError", showFailure);
document.addEventListener("htmx:sendError", showFailure);
