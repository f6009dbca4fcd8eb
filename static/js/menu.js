// Folds the menus: [data-menu=id] opens and closes, <details data-dropdown> closes by itself.
document.addEventListener("click", function (event) {
  var button = event.target.closest("[data-menu]");
  if (button) {
    var menu = document.getElementById(button.getAttribute("data-menu"));
    var open = menu.classList.toggle("is-open");
    button.setAttribute("aria-expanded", String(open));
  }
  document.querySelectorAll("details[data-dropdown][open]").forEach(function (details) {
    if (!details.contains(event.target)) {
      details.removeAttribute("open");
    }
  });
});

document.addEventListener("keydown", function (event) {
  if (event.key !== "Escape") {
    return;
  }
  document.querySelectorAll("details[data-dropdown][open]").forEach(function (details) {
    details.removeAttribute("open");
    details.querySelector("summary").focus();
  });
});

// where the ways of an account stand in one row, the one that leads here comes into sight
document.querySelectorAll(".account-ways [aria-current]").forEach(function (here) {
  var row = here.closest("nav");
  row.scrollLeft = here.offsetLeft - row.offsetLeft - (row.clientWidth - here.offsetWidth) / 2;
});
