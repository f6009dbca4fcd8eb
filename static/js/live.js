// Renews the part of a page that changes by itself. Markup: <section id="x" data-live="seconds">.
// Where the seconds are gone from it, all is over: the whole page is asked for once more. Without
// script the page is asked for anew by <noscript><meta http-equiv="refresh">.
(function () {
  function watch(part) {
    var seconds = Number(part.getAttribute("data-live"));
    if (!seconds) { return; }
    setTimeout(function () {
      if (document.hidden) { watch(part); return; }
      fetch(location.href, { credentials: "same-origin", headers: { "X-Background": "1" } }) // no use of the session
        .then(function (answer) { return answer.ok ? answer.text() : ""; })
        .catch(function () { return ""; }) // the line comes back
        .then(function (text) {
          var fresh = text && new DOMParser().parseFromString(text, "text/html").getElementById(part.id);
          if (!fresh) { watch(part); return; }
          if (!fresh.getAttribute("data-live")) { location.reload(); return; }
          part.replaceWith(fresh);
          watch(fresh);
        });
    }, seconds * 1000);
  }
  document.querySelectorAll("[data-live]").forEach(watch);
})();
