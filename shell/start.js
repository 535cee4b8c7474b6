// Starts the page. What goes wrong is thrown where the window hears it: in WebKit nobody hears of an await that fails here.
import init from './page.js';

// From a file nothing of it could compute; the document says so (shell.js).
(location.protocol === 'file:' ? new Promise(() => {}) : init())
  .then((wasm) => dispatchEvent(new CustomEvent('TrunkApplicationStarted', { detail: { wasm } })))
  .catch((error) => setTimeout(() => { throw error; }));
