// Says at once that a chosen file is too large, so that nobody waits for an upload in vain and
// what was typed stays. <script src="files.js" data-limit="bytes" data-words="... {name} ...">
// Without script the server refuses the file at its field.
(function () {
  var own = document.currentScript.dataset;
  document.addEventListener("change", function (event) {
    var input = event.target;
    if (input.type !== "file") { return; }
    var large = Array.from(input.files).find(function (file) { return file.size > Number(own.limit); });
    input.setCustomValidity(large ? own.words.replace("{name}", large.name) : "");
    if (large) { input.reportValidity(); }
  });
})();
