// A list with boxes posts one field. Markup:
//   <form data-select> ... <input type="hidden" name="ids"> ...
//   <input type="checkbox" data-select-all>
//   <input type="checkbox" name="pick" value="17:3">   (id:version)
//   <span data-select-count></span>
// Boxes may stand outside the form with form="its id". When the form is sent, the ticked values go
// into `ids`, joined by commas, and the boxes themselves stay at home: a multipart form stops at
// 1,000 parts. Without script the boxes are posted as they are.
document.querySelectorAll("form[data-select]").forEach(function (form) {
  function boxes() {
    return Array.from(form.elements).filter(function (box) { return box.name === "pick"; });
  }
  var all = document.querySelector("[data-select-all]");
  var count = document.querySelector("[data-select-count]");
  function show() {
    var every = boxes();
    var ticked = every.filter(function (box) { return box.checked; }).length;
    every.forEach(function (box) {
      var row = box.closest("tr");
      if (row) { row.classList.toggle("is-picked", box.checked); }
    });
    if (count) { count.textContent = ticked ? String(ticked) : ""; }
    if (all) {
      all.checked = ticked > 0 && ticked === every.length;
      all.indeterminate = ticked > 0 && ticked < every.length;
    }
  }
  document.addEventListener("change", function (event) {
    if (event.target === all) {
      boxes().forEach(function (box) { box.checked = all.checked; });
    }
    show();
  });
  form.addEventListener("formdata", function (event) {
    var picked = event.formData.getAll("pick");
    event.formData.delete("pick");
    event.formData.set("ids", picked.join(","));
  });
  show();
});
