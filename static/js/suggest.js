// Offers names while somebody types in <input data-suggest="address" list="id">. Without it the
// form searches all the same.
document.querySelectorAll("input[data-suggest]").forEach(function (input) {
  var names = document.getElementById(input.getAttribute("list"));
  var waiting = null;
  var asked = "";
  function show(found) {
    names.replaceChildren.apply(names, found.map(function (name) {
      var option = document.createElement("option");
      option.value = name;
      return option;
    }));
  }
  function ask() {
    var words = input.value.trim();
    if (!words || words === asked) { return; }
    asked = words;
    fetch(input.dataset.suggest + "?q=" + encodeURIComponent(words))
      .then(function (answer) { return answer.ok ? answer.json() : []; })
      .then(function (found) { if (words === asked) { show(found); } })
      .catch(function () { show([]); });
  }
  input.addEventListener("input", function (event) {
    if (event.isComposing) { return; } // pinyin that is not yet a character
    clearTimeout(waiting);
    waiting = setTimeout(ask, 150);
  });
  input.addEventListener("compositionend", function () {
    clearTimeout(waiting);
    waiting = setTimeout(ask, 150);
  });
});
