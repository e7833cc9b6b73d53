"use strict";

{
  let sidebar = "hidden";
  if (document.body.clientWidth >= 1080) {
    sidebar = "visible";
    try {
      sidebar = localStorage.getItem("mdbook-sidebar") || sidebar;
    } catch { /* the reader wants nothing kept */ }
  }
  const isOpen = sidebar === "visible";
  document.getElementById("mdbook-sidebar-toggle-anchor").checked = isOpen;
  document.documentElement.classList.toggle("sidebar-visible", isOpen);
}
