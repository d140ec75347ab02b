// Keeps Wagtail's scripts within a strict Content-Security-Policy: see portal/csp.py.
(() => {
  const { nonce } = document.currentScript;

  // The rich text editor makes <style> elements by script and knows no nonce.
  const { createElement } = Document.prototype;
  Document.prototype.createElement = function create(name, options) {
    const element = createElement.call(this, name, options);
    if (element instanceof HTMLStyleElement) element.nonce = nonce;
    return element;
  };

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
})();
