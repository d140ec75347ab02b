// Starts Wagtail's widgets without inline scripts: see portal/csp.py.
// A custom element is called synchronously wherever it enters the document: in the page,
// in a form that an inline panel adds, in a window or in a list that is fetched later.
class PortalStart extends HTMLElement {
  connectedCallback() {
    if (this.started) return; // moved, not new
    this.started = true;
    const { function: name, new: construct, arguments: json } = this.dataset;
    const called = window[name];
    const values = JSON.parse(json);
    if (construct) new called(...values);
    else called(...values);
  }
}

customElements.define("portal-start", PortalStart);
