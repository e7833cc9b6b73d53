// What mdBook's pages lack for those who read with the keyboard.
"use strict";

// A screen reader and the keyboard learn whether the contents are open.
{
  const isOpen = document.documentElement.matches(".sidebar-visible");
  document.getElementById("mdbook-sidebar-toggle")
    .setAttribute("aria-expanded", String(isOpen));
  const sidebar = document.getElementById("mdbook-sidebar");
  sidebar.setAttribute("aria-hidden", String(!isOpen));
  for (const link of sidebar.querySelectorAll("a")) {
    link.tabIndex = isOpen ? 0 : -1;
  }
}

// The button of the sidebar stands for a checkbox that has no place on the
// page. mdBook's own listener comes first, and wants to.
document.getElementById("mdbook-sidebar-toggle")
  .addEventListener("click", () => {
    document.getElementById("mdbook-sidebar-toggle-anchor").click();
  });

// A box that scrolls sideways takes the focus, so that the arrow keys reach
// what stands outside.
const boxes = "main :is(pre > code, .table-wrapper, .formula)";
const reach = ({ target }) => {
  if (target.scrollWidth > target.clientWidth) {
    target.tabIndex = 0;
  } else {
    target.removeAttribute("tabindex");
  }
};
const sizes = new ResizeObserver((entries) => entries.forEach(reach));
document.querySelectorAll(boxes).forEach((box) => sizes.observe(box));
