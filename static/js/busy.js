// A button that sent its form says so until the answer is there, and sends it no second time.
document.addEventListener("submit", function (event) {
  var form = event.target;
  var button = event.submitter;
  if (event.defaultPrevented || form.method !== "post") { return; }
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "1";
  if (button) { button.setAttribute("aria-busy", "true"); }
  setTimeout(function () { release(form); }, 8000); // the answer may be a file, or never come
});

function release(form) {
  delete form.dataset.sent;
  form.querySelectorAll("[aria-busy]").forEach(function (button) { button.removeAttribute("aria-busy"); });
}

// the browser's back button shows the page as it was left
window.addEventListener("pageshow", function () {
  document.querySelectorAll("form[data-sent]").forEach(release);
});
