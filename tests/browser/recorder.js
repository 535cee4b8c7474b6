// Runs before the page's own scripts. Keeps the workers, what they say, and every error nobody caught.
window.recorded = { events: [], errors: [], workers: [], changes: 0, violations: [] };
new MutationObserver((all) => (recorded.changes += all.length)).observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
addEventListener("error", (event) => recorded.errors.push(event.message || `a ${event.target?.tagName} did not load`), true);
addEventListener("securitypolicyviolation", (event) => recorded.violations.push(`${event.violatedDirective}: ${event.blockedURI} ${event.sourceFile}:${event.lineNumber} ${event.sample}`));
addEventListener("unhandledrejection", (event) => recorded.errors.push(String(event.reason)));

window.Worker = class extends Worker {
  constructor(...given) {
    super(...given);
    recorded.workers.push(this);
    this.addEventListener("message", ({ data }) => {
      if (data instanceof ArrayBuffer || data instanceof Uint8Array) recorded.events.push(new Uint8Array(data).slice());
    });
  }
};

// Base64 by pieces: an argument list holds only so much.
window.base64 = (bytes) => {
  let text = "";
  for (let i = 0; i < bytes.length; i += 0x8000) text += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  return btoa(text);
};
