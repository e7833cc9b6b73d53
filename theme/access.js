"use strict";

// for the keyboard and screen readers: whether the contents are open
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

// the button works a hidden checkbox; mdBook listens first
document.getElementById("mdbook-sidebar-toggle")
  .addEventListener("click", () => {
    document.getElementById("mdbook-sidebar-toggle-anchor").click();
  });

// a box that scrolls takes the focus
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

// an arrow key turns the page, but not from within what it scrolls or opens
document.querySelector("main").addEventListener("keydown", (event) => {
  const kept = "pre, .table-wrapper, .formula, details";
  if (event.key.startsWith("Arrow") && event.target.closest(kept)) {
    event.stopPropagation();
  }
});

// a page that was opened as a file may load no module
if (location.protocol === "file:") {
  for (const widget of document.querySelectorAll(".widget")) {
    const note = document.createElement("p");
    note.className = "lacks";
    note.textContent = "This page was opened as a file, so the browser doesn't "
      + "let its sandbox run. Any web server will do: run \"cargo book\", or "
      + "\"python3 -m http.server\" in this folder.";
    widget.append(note);
  }
}
