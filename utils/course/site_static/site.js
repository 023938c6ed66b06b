addEventListener("DOMContentLoaded", () => {
  // What the theme leaves out for those who listen: names of its two sides, levels of headings.
  document.querySelector(".sidebar-drawer").ariaLabel = "All pages";
  document.querySelector(".toc-drawer")?.setAttribute("aria-label", "This page");
  for (const caption of document.querySelectorAll(".caption[role=heading]")) caption.ariaLevel = 2;
  // What folds away has its own name, "Our answer", which the label of all alike would hide.
  for (const fold of document.querySelectorAll("summary[aria-label]")) fold.ariaLabel = null;
  // What can be moved sideways can be moved by keyboard, too.
  for (const wide of document.querySelectorAll("pre, .table-wrapper, .formula")) {
    if (wide.scrollWidth > wide.clientWidth) wide.tabIndex = 0;
  }
  // On a phone a cell says what it is about, since the heads of its columns are not seen.
  for (const table of document.querySelectorAll("table")) {
    const names = [...table.querySelectorAll("thead th")].map((head) => head.textContent);
    for (const cell of table.querySelectorAll("td")) cell.dataset.name = names[cell.cellIndex] ?? "";
  }
});
