// Starts the plane. Some browsers never ask again for an address that failed, so each try has a query of its own.
import('./plane.js' + new URL(import.meta.url).search)
  .then((plane) => plane.default())
  .catch((error) => {
    console.warn(error);
    document.dispatchEvent(new Event('flowstep-plane-failed'));
  });
