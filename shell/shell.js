// What keeps the page from starting is said in the page. In the oldest words of the language, since old browsers must
// understand it.
(function () {
  // Seconds until a page that has neither started nor failed says so; it may start all the same.
  var PATIENCE = 20;
  var kinds = ["error", "unhandledrejection"];
  var note = null;
  var waiting = 0;

  // Whatever becomes the address of a script lies beside the page, and markup holds nothing that acts or fetches.
  var ours = /^(?:[^<]|<!---->|<\/?(?:b|br|code|div|em|i|p|span|strong|sub|sup|table|tbody|td|th|thead|tr|math|m[a-z]+)(?: (?!on|style|href|src)[a-z-]+="[^"<>]*")*\/?>)*$/;
  if (self.trustedTypes && trustedTypes.createPolicy) {
    trustedTypes.createPolicy("default", {
      createScriptURL: function (address) {
        return new URL(address, document.baseURI).origin === location.origin ? address : null;
      },
      createHTML: function (markup) {
        return ours.test(markup) ? markup : null;
      }
    });
  }

  function stop() {
    clearTimeout(waiting);
    kinds.forEach(function (kind) { removeEventListener(kind, hear, true); });
  }
  function started() {
    stop();
    if (note && note.parentNode) note.parentNode.removeChild(note);
  }
  function retry() {
    function reload() { location.reload(); }
    if (!self.fetch || !self.Promise) return reload();
    // WebKit remembers that a file was missing, and a reload alone does not ask for it again.
    var parts = document.querySelectorAll("script[src], link[rel=stylesheet], link[rel=modulepreload], link[rel=preload]");
    Promise.all(Array.prototype.map.call(parts, function (one) {
      return fetch(one.src || one.href, { cache: "reload" }).catch(function () {});
    })).then(reload, reload);
    // One that never answers keeps nobody from trying.
    setTimeout(reload, 2000);
  }
  function say(words) {
    var main = document.querySelector("#app main") || document.body;
    var again = document.createElement("button");
    if (note && note.parentNode) note.parentNode.removeChild(note);
    note = document.createElement("div");
    note.className = "stopped";
    note.setAttribute("role", "alert");
    note.appendChild(document.createElement("p")).textContent = words;
    again.type = "button";
    again.className = "button";
    again.textContent = "Try again";
    again.onclick = retry;
    note.appendChild(again);
    return main;
  }
  function fail(words) {
    var main = say(words);
    main.textContent = "";
    main.appendChild(note);
    main.removeAttribute("aria-busy");
    Array.prototype.forEach.call(document.querySelectorAll("[data-state]"), function (one) {
      one.setAttribute("data-state", "failed");
    });
    var device = document.querySelector(".device");
    if (device) device.textContent = "not started";
    stop();
  }
  function late() {
    var main = say("The page has not started in " + PATIENCE + " seconds. Its files come slowly, or not at all; it starts as soon as they are here.");
    main.parentNode.insertBefore(note, main);
  }
  function hear(event) {
    var from = event.target && event.target.tagName;
    if (event.type === "unhandledrejection" || from === "SCRIPT" || from === "LINK" || (event instanceof ErrorEvent && event.error)) {
      // Without its icon a page starts.
      if (from === "LINK" && !/stylesheet|preload/.test(event.target.rel)) return;
      var why = (event.reason && event.reason.message) || event.message || "";
      fail("A part of the page could not be loaded or understood" + (why ? " (" + why + ")" : "") + ". Try again; if that does not help, files are missing on its server, or this browser is too old.");
    }
  }
  // A function of one vector: what the page and its workers are made of.
  var simd = [0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11];
  function start() {
    if (location.protocol === "file:") {
      fail("This page was opened from a file, and browsers let it compute only when it comes from a web server. In its folder, run “python3 -m http.server”, for example, and open http://localhost:8000.");
    } else if (typeof WebAssembly !== "object" || !WebAssembly.validate(new Uint8Array(simd)) || !("noModule" in HTMLScriptElement.prototype)) {
      fail("This browser cannot run the page: it lacks WebAssembly with vectors. Chrome and Edge from 91, Firefox from 89 and Safari from 16.4 have it.");
    }
  }
  kinds.forEach(function (kind) { addEventListener(kind, hear, true); });
  addEventListener("TrunkApplicationStarted", started);
  document.addEventListener("DOMContentLoaded", start);
  waiting = setTimeout(late, PATIENCE * 1000);
})();
