// Says before a session ends that it will, and offers to go on. What was typed stays on the page.
// Markup: templates/shared/session_end.html, hidden until there is something to say. The end that
// stands there is that of this page; another tab may have put it off, so the site is asked first.
(function () {
  var part = document.getElementById("session-end");
  if (!part) { return; }
  var words = part.querySelector("[role=status]");
  var form = part.querySelector("form");
  var again = part.querySelector("a");
  var warn = Number(part.dataset.warn) * 1000;
  var end = Date.now() + Number(part.dataset.left) * 1000;
  var HOUR = 3600000;
  var timer;

  function ask(options) {
    options.credentials = "same-origin";
    options.headers = { "X-Background": "1", "X-CSRFToken": form.elements.csrf_token.value };
    return fetch(form.action, options)
      .then(function (answer) { return answer.ok ? answer.json() : null; })
      .catch(function () { return null; }) // the line comes back
      .then(function (told) {
        if (told) {
          end = Date.now() + told.left * 1000;
          part.dataset.final = told.final ? "1" : "";
        }
        show();
      });
  }

  function say(text, offer) {
    var shown = !part.hidden;
    part.hidden = false;
    form.hidden = offer !== form;
    again.hidden = offer !== again;
    if (words.textContent !== text) { // read out once, and after the region is there
      setTimeout(function () { words.textContent = text; }, shown ? 0 : 150);
    }
  }

  function show() {
    var left = end - Date.now();
    clearTimeout(timer);
    if (left <= 0) {
      say(part.dataset.over, again);
      timer = setTimeout(check, HOUR); // somebody may sign in meanwhile, in another tab
    } else if (left > warn) {
      part.hidden = true;
      words.textContent = "";
      timer = setTimeout(check, Math.min(left - warn, HOUR)); // a timer sleeps with the machine
    } else {
      var minutes = Math.max(1, Math.round(left / 60000));
      var text = part.dataset.final ? part.dataset.last : part.dataset.soon;
      say(text.replace("{minutes}", minutes), part.dataset.final ? null : form);
      timer = setTimeout(check, Math.min(left + 1000, 30000));
    }
  }

  function check() { ask({ method: "GET" }); }

  form.addEventListener("submit", function (event) {
    event.preventDefault();
    ask({ method: "POST" });
  });
  document.addEventListener("visibilitychange", function () {
    if (!document.hidden && (end - Date.now() <= warn || !part.hidden)) { check(); }
  });
  show();
})();
