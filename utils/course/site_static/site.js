// What can be moved sideways can be moved by keyboard, too.
addEventListener("DOMContentLoaded", () => {
  for (const wide of document.querySelectorAll("pre, .table-wrapper, .formula")) {
    if (wide.scrollWidth > wide.clientWidth) wide.tabIndex = 0;
  }
});
