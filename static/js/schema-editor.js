// Adds, moves and removes the rows of a parameter schema in place. Markup: templates/admin/
// category/schema.html. Without script the same buttons send the form, and the server does it.
(function () {
  var form = document.querySelector("[data-schema]");
  var rows = form.querySelector("[data-rows]");
  var blank = document.getElementById("schema-blank");
  function next() {
    var numbers = Array.from(form.querySelectorAll("input[name=row]"), function (input) { return Number(input.value) || 0; });
    return numbers.length ? Math.max.apply(null, numbers) + 1 : 0;
  }
  // the blank row is the server's; its number stands in names, ids and values
  function numbered(row, number) {
    row.querySelectorAll("*").forEach(function (part) {
      Array.from(part.attributes).forEach(function (attribute) {
        var value = attribute.value.replace(/rNEW-/g, "r" + number + "-").replace(/(^|:)NEW$/, "$1" + number);
        if (value !== attribute.value) { part.setAttribute(attribute.name, value); }
      });
    });
    return row;
  }
  form.addEventListener("click", function (event) {
    var move = event.target.closest("[data-move]");
    var add = event.target.closest("[data-add]");
    if (move) {
      event.preventDefault();
      var row = move.closest("[data-row]");
      var way = move.getAttribute("data-move");
      if (way === "remove") { row.remove(); return; }
      if (way === "up" && row.previousElementSibling) { rows.insertBefore(row, row.previousElementSibling); }
      if (way === "down" && row.nextElementSibling) { rows.insertBefore(row.nextElementSibling, row); }
      move.focus();
    } else if (add) {
      event.preventDefault();
      if (rows.querySelectorAll("[data-row]").length >= Number(add.getAttribute("data-most"))) { return; }
      var fresh = numbered(blank.content.cloneNode(true), next());
      var note = rows.querySelector("p.text-muted:only-child");
      if (note) { note.remove(); }
      rows.appendChild(fresh);
      fit(rows.lastElementChild);
      rows.lastElementChild.querySelector("input:not([type=hidden])").focus();
    }
  });
  // what does not belong to the chosen type is out of sight; the server does not miss it
  function fit(row) {
    var type = row.querySelector("select[name$=-type]");
    if (!type) { return; }
    row.querySelectorAll("[data-for]").forEach(function (part) {
      part.hidden = part.getAttribute("data-for").split(" ").indexOf(type.value) < 0;
    });
  }
  form.querySelectorAll("[data-row]").forEach(fit);
  form.addEventListener("change", function (event) {
    if (/-type$/.test(event.target.name || "")) { fit(event.target.closest("[data-row]")); }
  });
  form.addEventListener("input", function (event) {
    if (!/^r\d+-label$/.test(event.target.name || "")) { return; }
    event.target.closest("[data-row]").querySelector(".schema-name").textContent = event.target.value;
  });
})();
